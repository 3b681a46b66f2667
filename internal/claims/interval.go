package claims

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"actscope/internal/stats"
)

// sample is values of pairs: what varies is the initial seed, while the data sets are
// taken as they are.
type sample struct {
	pairs  []Pair
	values []float64
}

func (s *sample) add(p Pair, value float64) {
	s.pairs, s.values = append(s.pairs, p), append(s.values, value)
}

// mean is that over all pairs, with its interval at [stats.Confidence] by Student's t.
// Each data set is a stratum, whose own mean does not count as variation, and each
// initial seed one observation, however many data sets it is trained on. The interval
// is NaN where too few seeds are left.
func (s *sample) mean() (mean, low, high float64) {
	mean = stat.Mean(s.values, nil)
	byData, bySeed := newGroups(), newGroups()
	for i, p := range s.pairs {
		byData.add(p.DataSeed, s.values[i])
	}
	level := make(map[int64]float64)
	for i, m := range byData.means() {
		level[byData.seeds[i]] = m
	}
	for i, p := range s.pairs {
		bySeed.add(p.Seed, s.values[i]-level[p.DataSeed])
	}
	seeds := float64(len(bySeed.seeds))
	free := seeds - 1
	if len(bySeed.seeds) == len(s.pairs) { // each seed on one data set
		free = seeds - float64(len(byData.seeds))
	}
	if !(free > 0) {
		return mean, math.NaN(), math.NaN()
	}
	squares := 0.0
	for _, d := range bySeed.means() {
		squares += d * d
	}
	t := distuv.StudentsT{Sigma: 1, Nu: free}.Quantile((1 + stats.Confidence) / 2)
	half := t * math.Sqrt(squares/free/seeds)
	return mean, mean - half, mean + half
}
