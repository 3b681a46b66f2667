package kernel

import "math"

// LogOdds computes for each entry of each row of z, columns wide, by how much the
// log-sum-exp of the row's others exceeds it: dst_j = ln Σ_{i≠j} e^{z_i} - z_j, the logarithm
// of (1-p_j)/p_j for p = softmax(z), the odds against j. Nothing overflows, and of two columns
// each gets the exact difference. dst is other memory than z.
func LogOdds[T Float](dst, z []T, columns int) {
	rivals(dst, z, columns)
	for from := 0; from < len(z); from += columns {
		row := dst[from : from+columns]
		lead, _, _ := leader(z[from : from+columns])
		share, others := row[lead], othersOf(row, lead)
		for j, x := range row {
			row[j] = 1 + T(share*(others-x))
		}
		row[lead] = others
	}
	Log(dst, dst)
	for from := 0; from < len(z); from += columns {
		row, z := dst[from:from+columns], z[from:from+columns]
		lead, first, second := leader(z)
		ofLead := second - first + row[lead]
		for j, x := range z {
			row[j] = first - x + row[j]
		}
		row[lead] = ofLead
	}
}

// LogOddsAdjoint takes the gradient g with respect to the result of [LogOdds] back to z:
// dst_i = Σ_{j≠i} g_j e^{z_i} / Σ_{m≠j} e^{z_m} - g_i. Rows are as wide as scratch, whose
// contents do not matter. dst is other memory than g and z.
func LogOddsAdjoint[T Float](dst, g, z, scratch []T) {
	columns := len(scratch)
	rivals(dst, z, columns)
	for from := 0; from < len(z); from += columns {
		row, g := dst[from:from+columns], g[from:from+columns]
		lead, _, _ := leader(z[from : from+columns])
		share, others := row[lead], othersOf(row, lead)
		weighted := func(j int) T { // g_j over the sum of its others, in units of the largest
			if j == lead {
				return 0
			}
			return g[j] / (1 + T(share*(others-row[j])))
		}
		var after, before T // the sums of what is weighted on either side of an entry
		for i := columns - 1; i >= 0; i-- {
			scratch[i] = after
			after += weighted(i)
		}
		ofLead := g[lead] / others
		for i := range row {
			own := weighted(i)
			row[i] = T(row[i]*(ofLead+T(share*(before+scratch[i])))) - g[i]
			before += own
		}
		row[lead] = after - g[lead]
	}
}

// rivals writes e^{z_i - second} for each entry of each row but the largest, and for the
// largest e^{second - first}: the odds of its rivals. All are at most 1.
func rivals[T Float](dst, z []T, columns int) {
	for from := 0; from < len(z); from += columns {
		row, z := dst[from:from+columns], z[from:from+columns]
		lead, first, second := leader(z)
		for i, x := range z {
			row[i] = gap(x, second)
		}
		row[lead] = gap(second, first)
	}
	Exp(dst, dst)
}

// leader is the place of a row's largest entry, the first of equals, with the largest two.
func leader[T Float](z []T) (lead int, first, second T) {
	first, second = T(math.Inf(-1)), T(math.Inf(-1))
	for i, x := range z {
		switch {
		case x > first:
			lead, first, second = i, x, first
		case x > second:
			second = x
		}
	}
	return lead, first, second
}

// othersOf adds up a row without the entry at lead.
func othersOf[T Float](row []T, lead int) T {
	var total T
	for i, x := range row {
		if i != lead {
			total += x
		}
	}
	return total
}

// gap is x - y, 0 also for equal infinities.
func gap[T Float](x, y T) T {
	if x == y {
		return 0
	}
	return x - y
}
