package cost

import (
	"math"
	"slices"
)

// Ratio is how many times as much of a measure the smallest network of an activation
// has as that of the reference. The true ratio lies between Low and High.
type Ratio struct {
	Activation string `json:"activation"`
	Reference  string `json:"reference"`
	Measure    string `json:"measure"`
	// Value is the ratio of the smallest networks that were seen to reach; nil where one
	// of the activations has none.
	Value *float64 `json:"value"`
	Low   float64  `json:"low"`
	// High is nil where no bound is known.
	High *float64 `json:"high"`
}

// ShareRatio is a ratio at another share of trainings that have to reach the target.
type ShareRatio struct {
	Share float64 `json:"share"`
	Ratio
}

// reference is what other activations are compared with where it is among them;
// otherwise it is the first.
const reference = "relu"

// otherShares are those of [Result].ByShare, beside the search's own.
var otherShares = []float64{0.5, 0.75, 0.9}

// compare makes the ratios and the answer.
func (r *Result) compare() {
	base := r.reference()
	if len(r.Activations) == 1 {
		r.Answer = []string{r.alone(base)}
	}
	for _, a := range r.Activations {
		if a.Name == base.Name {
			continue
		}
		for _, m := range Measures {
			r.Ratios = append(r.Ratios, ratio(a, base, m, r.Config.Share))
		}
		shares := append(slices.Clone(otherShares), r.Config.Share)
		slices.Sort(shares)
		for _, share := range slices.Compact(shares) {
			r.ByShare = append(r.ByShare, ShareRatio{share, ratio(a, base, Measures[0], share)})
		}
		r.Answer = append(r.Answer, r.answer(a, base))
	}
}

// reference is the activation that the others are compared with.
func (r *Result) reference() Activation {
	i := slices.IndexFunc(r.Activations, func(a Activation) bool { return a.Name == reference })
	return r.Activations[max(i, 0)]
}

// between bounds a measure of the smallest network that reaches the target in a share
// of trainings: the least of any that may reach, and the least of those that do, +Inf
// where there is none.
func (a Activation) between(m Measure, share float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(1)
	for _, n := range a.Networks() {
		count := float64(m.of(n.Counts))
		if n.High >= share {
			low = min(low, count)
		}
		if n.Low >= share {
			high = min(high, count)
		}
	}
	return low, high
}

// ratio compares two activations.
func ratio(a, base Activation, m Measure, share float64) Ratio {
	r := Ratio{Activation: a.Name, Reference: base.Name, Measure: m.Name}
	low, high := a.between(m, share)
	baseLow, baseHigh := base.between(m, share)
	r.Value = quotient(high, baseHigh)
	if !math.IsInf(low, 1) && !math.IsInf(baseHigh, 1) {
		r.Low = low / baseHigh
	}
	r.High = quotient(high, baseLow)
	return r
}

// quotient is nil where one of the numbers is infinite.
func quotient(a, b float64) *float64 {
	if math.IsInf(a, 1) || math.IsInf(b, 1) {
		return nil
	}
	q := a / b
	return &q
}
