package claims

import (
	"math"

	"actscope/internal/study/sweep/stats"
)

// Effect is a difference that was measured in each case, a - b.
type Effect struct {
	// Of names it.
	Of string `json:"of"`
	// Mean is that over the initial seeds, each of which counts once whatever the
	// number of its data sets; Low and High bound it at 95 % by Student's t.
	Mean Number `json:"mean"`
	Low  Number `json:"low"`
	High Number `json:"high"`
	// Delta is Cliff's: how much more often a is above b than below it, over all pairs
	// of cases, from -1 to 1.
	Delta Number `json:"cliffs_delta"`
}

// effectOf summarises a claim's two numbers over the cases in which no network
// failed.
func (c Claim) effectOf(pairs []Pair, cases []Case) Effect {
	var as, bs []float64
	bySeed := newGroups()
	for i, of := range cases {
		if c.failed(of) {
			continue
		}
		a, b := c.effect(of)
		as, bs = append(as, a), append(bs, b)
		if d := a - b; !math.IsNaN(d) {
			bySeed.add(pairs[i].Seed, d)
		}
	}
	s := stats.Summarise(bySeed.means())
	return Effect{Of: c.Effect, Mean: Number(s.Mean), Low: Number(s.Low), High: Number(s.High), Delta: Number(stats.CliffsDelta(as, bs))}
}
