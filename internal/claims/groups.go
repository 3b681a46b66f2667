package claims

import "gonum.org/v1/gonum/stat"

// groups collects values by a seed and keeps the order in which seeds came.
type groups struct {
	seeds  []int64
	values map[int64][]float64
}

func newGroups() *groups { return &groups{values: make(map[int64][]float64)} }

func (g *groups) add(seed int64, value float64) {
	if _, known := g.values[seed]; !known {
		g.seeds = append(g.seeds, seed)
	}
	g.values[seed] = append(g.values[seed], value)
}

// means are those of the groups.
func (g *groups) means() []float64 {
	var means []float64
	for _, seed := range g.seeds {
		means = append(means, stat.Mean(g.values[seed], nil))
	}
	return means
}
