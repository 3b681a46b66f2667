package claims

import (
	"math"

	"actscope/internal/number"
	"actscope/internal/stats"
)

// Effect is a difference that was measured in each case, a - b.
type Effect struct {
	// Of names it.
	Of string `json:"of"`
	// Mean is that over all cases, Low and High its interval at 95 %: by Student's t
	// over the initial seeds, on the data sets as they are.
	Mean number.Float `json:"mean"`
	Low  number.Float `json:"low"`
	High number.Float `json:"high"`
	// Delta is Cliff's: how much more often a is above b than below it, over all pairs
	// of cases, from -1 to 1.
	Delta number.Float `json:"cliffs_delta"`
}

// effectOf summarises a claim's two numbers over the cases in which no network
// failed.
func (c Claim) effectOf(pairs []Pair, cases []Case) Effect {
	var as, bs []float64
	var differences sample
	for i, of := range cases {
		if c.failed(of) {
			continue
		}
		a, b := c.effect(of)
		as, bs = append(as, a), append(bs, b)
		if d := a - b; !math.IsNaN(d) {
			differences.add(pairs[i], d)
		}
	}
	mean, low, high := differences.mean()
	return Effect{Of: c.Effect, Mean: number.Float(mean), Low: number.Float(low), High: number.Float(high), Delta: number.Float(stats.CliffsDelta(as, bs))}
}
