package cost

import (
	"math"
	"slices"
)

// Result is what a search found.
type Result struct {
	Command string `json:"command"`
	Config  Config `json:"config"`
	// Confidence is that of all that follows together. Looks are the numbers of
	// trainings at which each network is looked at.
	Confidence  float64      `json:"confidence"`
	Looks       []int        `json:"looks"`
	Activations []Activation `json:"activations"`
	// Ratios compare each activation with the reference by each measure.
	Ratios []Ratio `json:"ratios"`
	// ByShare are the ratios of multiply-adds that the same trainings show for other
	// shares, each with the confidence by itself.
	ByShare []ShareRatio `json:"by_share"`
	// Answer is what the ratios say, a sentence for each activation.
	Answer []string `json:"answer"`
}

// Activation is what was found of the networks of one activation.
type Activation struct {
	Name string `json:"name"`
	// Smallest is the network with fewest multiply-adds among those that reach the
	// target, nil where none does.
	Smallest *Network `json:"smallest"`
	Depths   []Depth  `json:"depths"`
}

// Networks are those of all depths.
func (a Activation) Networks() []Network {
	var all []Network
	for _, d := range a.Depths {
		all = append(all, d.Networks...)
	}
	return all
}

// Depth is what was found of the networks of one activation and depth. The smallest
// width that reaches the target is at least AtLeast and at most Reached.
type Depth struct {
	Depth int `json:"depth"`
	// AtLeast is the smallest width that was not seen to miss, Reached the smallest that
	// was seen to reach; 0 where there is none up to the largest.
	AtLeast  int       `json:"at_least"`
	Reached  int       `json:"reached"`
	Networks []Network `json:"networks"`
}

// Smallest is the narrowest network that was seen to reach the target, nil where none
// was.
func (d Depth) Smallest() *Network {
	i := slices.IndexFunc(d.Networks, func(n Network) bool { return n.Width == d.Reached })
	if i < 0 {
		return nil
	}
	return &d.Networks[i]
}

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

// newResult draws the conclusions from networks in the order of activations, depths
// and widths.
func newResult(c Config, networks []Network) *Result {
	r := &Result{Command: "cost", Config: c, Confidence: Confidence, Looks: c.Rule().Looks}
	for _, name := range c.Training.Activations {
		a := Activation{Name: name}
		for _, depth := range c.Depths {
			d := Depth{Depth: depth, Networks: networks[:len(c.Widths)]}
			networks = networks[len(c.Widths):]
			for i, n := range d.Networks {
				if n.Verdict != Misses && d.AtLeast == 0 {
					d.AtLeast = n.Width
				}
				if n.Verdict != Reaches || d.Reached != 0 {
					continue
				}
				d.Reached = n.Width
				if a.Smallest == nil || n.MultiplyAdds < a.Smallest.MultiplyAdds {
					a.Smallest = &d.Networks[i]
				}
			}
			a.Depths = append(a.Depths, d)
		}
		r.Activations = append(r.Activations, a)
	}
	r.compare()
	return r
}

// compare makes the ratios and the answer.
func (r *Result) compare() {
	base := r.reference()
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

// Best is the network with the highest mean accuracy of all.
func (r *Result) Best() Network {
	var best Network
	for _, a := range r.Activations {
		for _, n := range a.Networks() {
			if best.Trained == 0 || n.MeanAccuracy > best.MeanAccuracy {
				best = n
			}
		}
	}
	return best
}

// Reached says whether any network reaches the target.
func (r *Result) Reached() bool {
	return slices.ContainsFunc(r.Activations, func(a Activation) bool { return a.Smallest != nil })
}

// InDoubt counts the networks that are neither seen to reach nor to miss.
func (r *Result) InDoubt() int {
	doubt := 0
	for _, a := range r.Activations {
		for _, n := range a.Networks() {
			if n.Verdict == Undecided {
				doubt++
			}
		}
	}
	return doubt
}
