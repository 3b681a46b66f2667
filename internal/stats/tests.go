package stats

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// exactRows is the largest number of values in both samples for which the test of Mann and
// Whitney is exact: beyond, its normal approximation is as good.
const exactRows = 60

// MannWhitney is the two-sided p-value of the rank test of Mann and Whitney (1947) that
// two independent samples come from one distribution: twice the smaller tail, at most 1,
// and the same when the samples change places. Tied values share their mean rank. For up to
// 60 values the distribution is the exact one over all ways to divide the ranks at hand,
// else normal, corrected for ties and continuity. It is NaN where a sample is empty or
// a value is NaN.
func MannWhitney(a, b []float64) float64 {
	values := append(slices.Clone(a), b...)
	if len(a) == 0 || len(b) == 0 || slices.ContainsFunc(values, math.IsNaN) {
		return math.NaN()
	}
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	var ranks []int // doubled, which makes mean ranks whole
	sumA, sumB := 0, 0
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for _, at := range order[i:j] {
			rank := i + 1 + j
			ranks = append(ranks, rank)
			if at < len(a) {
				sumA += rank
			} else {
				sumB += rank
			}
		}
		i = j
	}
	chosen, sum := len(a), sumA
	if len(b) < len(a) || len(b) == len(a) && sumB < sumA {
		chosen, sum = len(b), sumB
	}
	if len(values) > exactRows {
		return rankSumNormal(ranks, chosen, sum)
	}
	return rankSumExact(ranks, chosen, sum)
}

// LeastMannWhitney is the smallest p-value that [MannWhitney] could give if these values were
// divided otherwise between two samples of these sizes: ties and small samples keep it from 0.
func LeastMannWhitney(a, b []float64) float64 {
	all := slices.Sorted(slices.Values(slices.Concat(a, b)))
	return min(MannWhitney(all[:len(a)], all[len(a):]), MannWhitney(all[len(b):], all[:len(b)]))
}

// rankSumExact counts the ways to choose some of the ranks by their sum.
func rankSumExact(ranks []int, chosen, sum int) float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	ways := make([][]float64, chosen+1) // by how many are chosen, and by their sum
	for k := range ways {
		ways[k] = make([]float64, total+1)
	}
	ways[0][0] = 1
	for taken, r := range ranks {
		for k := min(taken+1, chosen); k > 0; k-- {
			for s := total; s >= r; s-- {
				ways[k][s] += ways[k-1][s-r]
			}
		}
	}
	below, above, all := 0.0, 0.0, 0.0
	for s, n := range ways[chosen] {
		all += n
		if s <= sum {
			below += n
		}
		if s >= sum {
			above += n
		}
	}
	return min(2*min(below, above)/all, 1)
}

// rankSumNormal approximates: the deviation of the doubled ranks holds the correction for
// ties.
func rankSumNormal(ranks []int, chosen, sum int) float64 {
	n, mean, squares := float64(len(ranks)), float64(len(ranks)+1), 0.0
	for _, r := range ranks {
		squares += (float64(r) - mean) * (float64(r) - mean)
	}
	if squares == 0 {
		return 1 // all values are equal
	}
	k := float64(chosen)
	deviation := math.Sqrt(k * (n - k) * squares / n / (n - 1))
	distance := max(math.Abs(float64(sum)-k*mean)-1, 0)
	return math.Erfc(distance / deviation / math.Sqrt2)
}

// exactPairs is the largest number of pairs for which the signed-rank test is exact:
// beyond, its normal approximation is as good.
const exactPairs = 100

// alike is up to which relative difference two magnitudes are one: those of fractions, such
// as 0.98 - 0.93 and 0.88 - 0.83, differ by rounding.
const alike = 1e-9

// SignedRank is the two-sided p-value of Wilcoxon's signed-rank test that paired
// differences are symmetric about zero. Differences of zero are left out and tied
// ones, up to rounding, share their mean rank, as Wilcoxon (1945) had it; the distribution is the exact one
// for the ranks at hand up to 100 pairs, else normal. Infinite differences are tied at the
// largest rank. It is 1 where no difference is left, and NaN without any.
func SignedRank(differences []float64) float64 {
	if len(differences) == 0 {
		return math.NaN()
	}
	largest := 0.0
	for _, d := range differences {
		if !math.IsInf(d, 0) {
			largest = max(largest, math.Abs(d))
		}
	}
	var left []float64
	for _, d := range differences {
		if math.Abs(d) > alike*largest {
			left = append(left, d)
		}
	}
	if len(left) == 0 {
		return 1
	}
	ranks, positive := doubledRanks(left)
	if len(left) > exactPairs {
		return signedRankNormal(ranks, positive)
	}
	return signedRankExact(ranks, positive)
}

// LeastSignedRank is the smallest p-value that [SignedRank] could give if these differences
// had other signs: 2/2ⁿ of n that are not zero.
func LeastSignedRank(differences []float64) float64 {
	magnitudes := make([]float64, len(differences))
	for i, d := range differences {
		magnitudes[i] = math.Abs(d)
	}
	return SignedRank(magnitudes)
}

// doubledRanks are twice the ranks of the magnitudes, which makes mean ranks whole,
// and their sum over the positive differences.
func doubledRanks(differences []float64) (ranks []int, positive int) {
	slices.SortFunc(differences, func(a, b float64) int {
		switch x, y := math.Abs(a), math.Abs(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	for i := 0; i < len(differences); {
		j := i
		for j < len(differences) && math.Abs(differences[j]) <= (1+alike)*math.Abs(differences[i]) {
			j++
		}
		for _, d := range differences[i:j] {
			rank := i + 1 + j // (i+1 + j)/2, doubled
			ranks = append(ranks, rank)
			if d > 0 {
				positive += rank
			}
		}
		i = j
	}
	return ranks, positive
}

// signedRankExact counts the 2^n choices of signs by their sum of ranks.
func signedRankExact(ranks []int, positive int) float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	share := make([]float64, total+1) // of the choices with each sum
	share[0] = 1
	reached := 0
	for _, r := range ranks {
		reached += r
		for sum := reached; sum >= 0; sum-- {
			with := 0.0
			if sum >= r {
				with = share[sum-r]
			}
			share[sum] = (share[sum] + with) / 2
		}
	}
	tail := 0.0
	for sum := range min(positive, total-positive) + 1 {
		tail += share[sum]
	}
	return min(2*tail, 1)
}

// signedRankNormal approximates with a continuity correction; the doubled ranks'
// squares hold the correction for ties.
func signedRankNormal(ranks []int, positive int) float64 {
	total, squares := 0.0, 0.0
	for _, r := range ranks {
		total += float64(r)
		squares += float64(r) * float64(r)
	}
	distance := max(math.Abs(float64(positive)-total/2)-1, 0)
	return math.Erfc(distance / math.Sqrt(squares/4) / math.Sqrt2)
}

// Holm corrects the p-values of several tests for their number (Holm 1979): a test
// is significant at a level where its corrected value is below it. NaN stands for
// no test and stays.
func Holm(p []float64) []float64 {
	var order []int
	corrected := slices.Clone(p)
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if p[a] < p[b] {
			return -1
		}
		if p[a] > p[b] {
			return 1
		}
		return 0
	})
	largest := 0.0
	for rank, i := range order {
		largest = max(largest, min(1, p[i]*float64(len(order)-rank)))
		corrected[i] = largest
	}
	return corrected
}

// CliffsDelta is how much more often a value of a is above one of b than below it,
// over all pairs (Cliff 1993): from -1, where all of a lie below all of b, to 1. It
// leaves out values that are NaN, and is NaN where a sample is empty.
func CliffsDelta(a, b []float64) float64 {
	a, b = numbers(a), numbers(b)
	if len(a) == 0 || len(b) == 0 {
		return math.NaN()
	}
	slices.Sort(b)
	balance := 0
	for _, v := range a {
		below := sort.SearchFloat64s(b, v)
		above := len(b) - sort.Search(len(b), func(i int) bool { return b[i] > v })
		balance += below - above
	}
	return float64(balance) / (float64(len(a)) * float64(len(b)))
}

// numbers are the values that are not NaN, copied.
func numbers(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), math.IsNaN)
}
