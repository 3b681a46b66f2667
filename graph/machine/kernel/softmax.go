package kernel

// Softmax computes, for each row of z, columns wide, e^{z_j} / Σ e^{z_i}, or its logarithm.
// The largest of a row is taken off first, so that nothing overflows. scratch is as long as
// z, and its contents do not matter; dst may be z.
func Softmax[T Float](dst, z, scratch []T, columns int, logarithm bool) {
	for from := 0; from < len(z); from += columns {
		row, out := z[from:from+columns], dst[from:from+columns]
		most := row[0]
		for _, x := range row[1:] {
			if x > most {
				most = x
			}
		}
		for j, x := range row {
			out[j] = x - most
		}
	}
	if !logarithm {
		Exp(dst, dst)
		for from := 0; from < len(z); from += columns {
			row := dst[from : from+columns]
			inverse := 1 / total(row)
			for j := range row {
				row[j] *= inverse
			}
		}
		return
	}
	scratch = scratch[:len(z)]
	Exp(scratch, dst)
	rows := len(z) / columns
	for i := range rows { // sums take the places before what is still to be added
		scratch[i] = total(scratch[i*columns : (i+1)*columns])
	}
	Log(scratch[:rows], scratch[:rows])
	for i := range rows {
		row, log := dst[i*columns:(i+1)*columns], scratch[i]
		for j := range row {
			row[j] -= log
		}
	}
}

// SoftmaxAdjoint takes the gradient g with respect to the result y of [Softmax] back to z:
// (g_j - Σ g_i y_i) y_j, or g_j - e^{y_j} Σ g_i where y is the logarithm. dst is other memory
// than g and y.
func SoftmaxAdjoint[T Float](dst, y, g []T, columns int, logarithm bool) {
	if logarithm {
		Exp(dst, y)
		for from := 0; from < len(y); from += columns {
			row, g := dst[from:from+columns], g[from:from+columns]
			sum := total(g)
			for j, e := range row {
				row[j] = g[j] - T(e*sum)
			}
		}
		return
	}
	for from := 0; from < len(y); from += columns {
		row, y, g := dst[from:from+columns], y[from:from+columns], g[from:from+columns]
		var sum T
		for j, p := range y {
			sum += T(p * g[j])
		}
		for j, p := range y {
			row[j] = (g[j] - sum) * p
		}
	}
}

func total[T Float](x []T) T {
	var sum T
	for _, x := range x {
		sum += x
	}
	return sum
}
