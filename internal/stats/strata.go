package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Observation is a value of one stratum and one cluster. Observations of a stratum, such
// as a data set, share a level; those of a cluster, such as an initial seed, have chance in
// common.
type Observation struct {
	Value            float64
	Stratum, Cluster int64
}

// Stratified describes observations of strata that are taken as they are.
type Stratified struct {
	// Mean is that of all values. Low and High bound it at [Confidence], by Student's t;
	// they are NaN where too few clusters are left. See [Stratified.In] for their range.
	Mean, Low, High float64
	// Strata have a mean each, in the order in which they came.
	Strata []Stratum
}

// Stratum is the mean of one stratum.
type Stratum struct {
	ID   int64
	Mean float64
}

// SummariseStrata describes observations. The levels of the strata do not count as
// variation, and each cluster is one observation, in however many strata it is: in one
// each, or in several each.
func SummariseStrata(observations []Observation) Stratified {
	var values []float64
	var strata, clusters groups
	for _, o := range observations {
		values = append(values, o.Value)
		strata.add(o.Stratum, o.Value)
	}
	s := Stratified{Mean: stat.Mean(values, nil), Low: math.NaN(), High: math.NaN()}
	level := make(map[int64]float64)
	for i, mean := range strata.means() {
		level[strata.ids[i]] = mean
		s.Strata = append(s.Strata, Stratum{strata.ids[i], mean})
	}
	for _, o := range observations {
		clusters.add(o.Cluster, o.Value-level[o.Stratum])
	}
	count := float64(len(clusters.ids))
	free := count - 1
	if len(clusters.ids) == len(observations) { // each cluster in one stratum
		free = count - float64(len(strata.ids))
	}
	if !(free > 0) {
		return s
	}
	squares := 0.0
	for _, d := range clusters.means() {
		squares += d * d
	}
	t := distuv.StudentsT{Sigma: 1, Nu: free}.Quantile((1 + Confidence) / 2)
	half := t * math.Sqrt(squares/free/count)
	s.Low, s.High = s.Mean-half, s.Mean+half
	return s
}

// groups collects values by an id and keeps the order in which ids came.
type groups struct {
	ids    []int64
	values map[int64][]float64
}

func (g *groups) add(id int64, value float64) {
	if g.values == nil {
		g.values = make(map[int64][]float64)
	}
	if _, known := g.values[id]; !known {
		g.ids = append(g.ids, id)
	}
	g.values[id] = append(g.values[id], value)
}

// means are those of the groups.
func (g *groups) means() []float64 {
	var means []float64
	for _, id := range g.ids {
		means = append(means, stat.Mean(g.values[id], nil))
	}
	return means
}
