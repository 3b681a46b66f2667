package cost

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"actscope/graph"
	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/internal/runfolder"
)

// Result is what a search found.
type Result struct {
	Command string `json:"command"`
	Config  Config `json:"config"`
	// Origin says which program, kernels and file of points it comes from.
	experiment.Origin
	// Inputs is the number of the data's columns.
	Inputs int `json:"inputs"`
	// Confidence is that of all that follows together. Looks are the numbers of
	// trainings at which each rate of a network is looked at.
	Confidence  float64            `json:"confidence"`
	Looks       []int              `json:"looks"`
	Activations []ActivationResult `json:"activations"`
	// Ratios compare each activation with the reference by each measure.
	Ratios []Ratio `json:"ratios"`
	// ByShare are the ratios of multiply-adds that the same trainings show for other
	// shares.
	ByShare []ShareRatio `json:"by_share"`
	// Brackets say what is known of the smallest networks, a sentence for each activation.
	Brackets []string `json:"brackets"`
	// Answer is what the ratios say, a sentence for each activation but the reference.
	Answer []string `json:"answer"`
}

// ActivationResult is what was found of the networks of one activation.
type ActivationResult struct {
	Name string `json:"name"`
	// Smallest is the network with fewest multiply-adds among those that reach the
	// target, nil where none does.
	Smallest *Candidate    `json:"smallest"`
	Depths   []DepthResult `json:"depths"`
}

// Candidates are those of all depths.
func (a ActivationResult) Candidates() []Candidate {
	var all []Candidate
	for _, d := range a.Depths {
		all = append(all, d.Candidates...)
	}
	return all
}

// DepthResult is what was found of the networks of one activation and depth. The
// smallest width that reaches the target is at least AtLeast and at most Reached.
type DepthResult struct {
	Depth int `json:"depth"`
	// AtLeast is the smallest width that was not seen to miss, Reached the smallest that
	// was seen to reach; 0 where there is none up to the largest.
	AtLeast    int         `json:"at_least"`
	Reached    int         `json:"reached"`
	Candidates []Candidate `json:"networks"` // by width
	// Bits are those that the smallest network seen to reach needs, nil where there is none,
	// and in results of earlier versions.
	Bits *Bits `json:"bits,omitempty"`
}

// commandName is the command in run.json.
const commandName = "cost"

// newResult draws the conclusions from candidates in the order of activations, depths
// and widths.
func newResult(c Config, inputs int, candidates []Candidate) *Result {
	r := &Result{Command: commandName, Config: c, Inputs: inputs, Confidence: Confidence, Looks: c.Rule().Looks, Ratios: []Ratio{}, ByShare: []ShareRatio{}}
	for _, name := range c.Training.Activations {
		a := ActivationResult{Name: name}
		for _, depth := range c.Depths {
			d := DepthResult{Depth: depth, Candidates: candidates[:len(c.Widths)]}
			candidates = candidates[len(c.Widths):]
			b := d.Bracket()
			if b.Reaches != nil {
				d.Reached, d.AtLeast = b.Reaches.Width, b.Reaches.Width
			}
			if len(b.Undecided) > 0 {
				d.AtLeast = b.Undecided[0].Width
			}
			a.Depths = append(a.Depths, d)
		}
		a.Smallest = a.Bracket().Reaches
		r.Activations = append(r.Activations, a)
		r.Brackets = append(r.Brackets, r.bracket(a))
	}
	r.compare()
	return r
}

// Best is the network with the highest mean accuracy of all.
func (r *Result) Best() Candidate {
	var best Candidate
	for _, a := range r.Activations {
		for _, n := range a.Candidates() {
			if best.Trained == 0 || n.MeanAccuracy > best.MeanAccuracy {
				best = n
			}
		}
	}
	return best
}

// Reached says whether any network reaches the target.
func (r *Result) Reached() bool {
	return slices.ContainsFunc(r.Activations, func(a ActivationResult) bool { return a.Smallest != nil })
}

// Undecided counts the networks that were neither seen to reach nor to miss.
func (r *Result) Undecided() int {
	count := 0
	for _, a := range r.Activations {
		for _, n := range a.Candidates() {
			if n.Verdict == Undecided {
				count++
			}
		}
	}
	return count
}

// Load reads the result in a run folder back. What keeps it from being read is an
// [input.Error].
func Load(path string) (*Result, error) {
	r := new(Result)
	if err := runfolder.ReadResult(path, r, false, r.check); err != nil {
		return nil, err
	}
	return r, nil
}

// check reports what a search does not leave behind.
func (r *Result) check() error {
	if r.Command != commandName {
		return fmt.Errorf("a run of %q, not of %s", r.Command, commandName)
	}
	if err := r.Config.Validate(); err != nil {
		return err
	}
	if len(r.Activations) != len(r.Config.Training.Activations) {
		return fmt.Errorf("has %d activations of %d", len(r.Activations), len(r.Config.Training.Activations))
	}
	for i, a := range r.Activations {
		if want := r.Config.Training.Activations[i]; a.Name != want {
			return fmt.Errorf("has %q in the place of %s", a.Name, want)
		}
		for _, n := range a.Candidates() {
			if len(n.Rates) != len(r.Config.Rates) {
				return fmt.Errorf("%s has a network that was not judged at every rate, as versions before did not: search anew", a.Name)
			}
			if n.Trained < 1 || n.Depth < 1 || n.Width < 1 || n.MultiplyAdds < 1 {
				return fmt.Errorf("%s has a network without a size or without trainings", a.Name)
			}
		}
		var shapes, want []Shape
		for _, d := range a.Depths {
			for _, n := range d.Candidates {
				shapes = append(shapes, n.Shape)
			}
		}
		for _, depth := range r.Config.Depths {
			for _, width := range r.Config.Widths {
				want = append(want, Shape{depth, width})
			}
		}
		if !slices.Equal(shapes, want) || len(a.Depths) != len(r.Config.Depths) || a.Smallest != nil && !slices.Contains(want, a.Smallest.Shape) {
			return fmt.Errorf("%s has other networks than those of the depths %v and the widths %v", a.Name, r.Config.Depths, r.Config.Widths)
		}
	}
	return nil
}

// Ratio is how many times as much of a measure the smallest network of an activation
// has as that of the reference. The true ratio lies between Low and High.
type Ratio struct {
	Activation string `json:"activation"`
	Reference  string `json:"reference"`
	Measure    string `json:"measure"`
	// Value is the ratio where Low and High are one, nil otherwise.
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
		r.Answer = []string{r.answerOfOne(base)}
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
func (r *Result) reference() ActivationResult {
	i := slices.IndexFunc(r.Activations, func(a ActivationResult) bool { return a.Name == reference })
	return r.Activations[max(i, 0)]
}

// bounds are those of a measure of the smallest network that reaches the target in a
// share of trainings: the least of any that may reach, and the least of those that do,
// +Inf where there is none.
func (a ActivationResult) bounds(m Measure, share float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(1)
	for _, n := range a.Candidates() {
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
func ratio(a, base ActivationResult, m Measure, share float64) Ratio {
	r := Ratio{Activation: a.Name, Reference: base.Name, Measure: m.Name}
	low, high := a.bounds(m, share)
	baseLow, baseHigh := base.bounds(m, share)
	if !math.IsInf(low, 1) && !math.IsInf(baseHigh, 1) {
		r.Low = low / baseHigh
	}
	if !math.IsInf(high, 1) && !math.IsInf(baseLow, 1) {
		bound := high / baseLow
		r.High = &bound
		if bound == r.Low {
			r.Value = r.High
		}
	}
	return r
}

// answer says how the smallest networks of two activations compare.
func (r *Result) answer(a, base ActivationResult) string {
	name, other := graph.ActivationTitle(a.Name), graph.ActivationTitle(base.Name)
	goal := r.goal()
	switch {
	case a.Smallest == nil && base.Smallest == nil:
		return fmt.Sprintf("No %s and no %s network up to the largest was seen to reach %s: nothing can be said of their ratio.", name, other, goal)
	case a.Smallest == nil || base.Smallest == nil:
		without, with := name, base
		if base.Smallest == nil {
			without, with = other, a
		}
		return fmt.Sprintf("No %s network up to the largest was seen to reach %s; the smallest %s network that does has %s multiply-adds.",
			without, goal, graph.ActivationTitle(with.Name), r.MultiplyAdds(with))
	}
	work, size := ratio(a, base, Measures[0], r.Config.Share), ratio(a, base, Measures[1], r.Config.Share)
	return fmt.Sprintf("The smallest %s network that reaches %s takes %s times the multiply-adds of the smallest %s network that does (%s against %s; %s confidence) and %s times its parameters: %s.",
		name, goal, work.Interval(), other, r.MultiplyAdds(a), r.MultiplyAdds(base), number.Percent(Confidence, -1), size.Interval(), work.verdict(name, other))
}

// goal is what networks have to reach.
func (r *Result) goal() string {
	return fmt.Sprintf("%s test accuracy in at least %s of trainings", number.Percent(r.Config.Target, -1), number.Percent(r.Config.Share, -1))
}

// answerOfOne says how large the smallest network of the only activation is.
func (r *Result) answerOfOne(a ActivationResult) string {
	if a.Smallest == nil {
		return fmt.Sprintf("No %s network up to the largest was seen to reach %s.", graph.ActivationTitle(a.Name), r.goal())
	}
	return fmt.Sprintf("The smallest %s network that reaches %s takes %s multiply-adds (%s confidence).",
		graph.ActivationTitle(a.Name), r.goal(), r.MultiplyAdds(a), number.Percent(Confidence, -1))
}

// verdict says what an interval of multiply-adds shows.
func (r Ratio) verdict(name, other string) string {
	bounded := r.High != nil
	switch {
	case bounded && r.Low == 1 && *r.High == 1:
		return fmt.Sprintf("inference with %s costs the same", name)
	case bounded && *r.High < 1:
		return fmt.Sprintf("inference with %s costs less, not more", name)
	case bounded && *r.High == 1:
		return fmt.Sprintf("inference with %s costs no more than with %s", name, other)
	case r.Low > 1:
		return fmt.Sprintf("inference with %s costs more", name)
	case r.Low == 1:
		return fmt.Sprintf("inference with %s costs no less than with %s", name, other)
	}
	return fmt.Sprintf("no difference between %s and %s is shown, because the interval includes 1", name, other)
}

// Interval writes the bounds, or the value where they are one.
func (r Ratio) Interval() string {
	switch {
	case r.High == nil:
		return Times(r.Low) + " or more"
	case *r.High == r.Low:
		return Times(r.Low)
	}
	return Times(r.Low) + " to " + Times(*r.High)
}

// Times writes a ratio with three digits.
func Times(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }
