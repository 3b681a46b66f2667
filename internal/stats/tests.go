package stats

import (
	"errors"
	"math"
	"slices"
	"sort"

	moremath "github.com/aclements/go-moremath/stats"
)

// MannWhitney is the two-sided p-value of the rank test of Mann and Whitney that
// two independent samples have one location: exact for small samples, else by the
// normal approximation, corrected for ties. It is NaN where a sample is empty.
func MannWhitney(a, b []float64) float64 {
	if len(a) == 0 || len(b) == 0 {
		return math.NaN()
	}
	r, err := moremath.MannWhitneyUTest(a, b, moremath.LocationDiffers)
	if errors.Is(err, moremath.ErrSamplesEqual) {
		return 1
	}
	if err != nil {
		return math.NaN()
	}
	return min(r.P, 1)
}

// exactPairs is the largest number of pairs for which the signed-rank test is exact:
// beyond, its normal approximation is as good.
const exactPairs = 100

// SignedRank is the two-sided p-value of Wilcoxon's signed-rank test that paired
// differences are symmetric about zero. Differences of zero are left out and tied
// ones share their mean rank, as Wilcoxon had it; the distribution is the exact one
// for the ranks at hand up to 100 pairs, else normal. It is 1 where no difference
// is left, and NaN without any.
func SignedRank(differences []float64) float64 {
	if len(differences) == 0 {
		return math.NaN()
	}
	var left []float64
	for _, d := range differences {
		if d != 0 {
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
		for j < len(differences) && math.Abs(differences[j]) == math.Abs(differences[i]) {
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
