// Package gradcheck compares gradients from three independent sources: Gorgonia's
// automatic differentiation, backpropagation written by hand, and finite
// differences that know values only.
//
// [Suite] does so for many networks and shows that the reference can be trusted.
// [Export] writes one network with its gradients to a gradient file; [Against]
// compares the gradients in such a file, computed by anyone in any language, with
// the reference, and has package mistakes say what is wrong with them.
package gradcheck

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/floats"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/panics"
	"actscope/models"
)

// Tolerances of the suite.
const (
	// HandTolerance bounds autodiff against hand-coded, relative to the largest entry
	// of the mean over the rows of |gradient|: where the rows' errors cancel, what is
	// left of them is rounding.
	HandTolerance = 1e-12
	// DifferenceTolerance bounds autodiff against finite differences, absolutely.
	DifferenceTolerance = 1e-9
)

// SuiteConfig says which networks a suite checks.
type SuiteConfig struct {
	Activations []graph.Activation
	// Heads are the output layers and losses, without the rest of the networks.
	Heads []models.MLP
	// Seeds of data and weights; each gives one network per activation, head, depth
	// and weight scale, and the first one per activation, head and part, too.
	Seeds []uint32
	// Others are more heads, with one activation, depth and seed each, in turns, and some of
	// them with each part.
	Others []models.MLP
}

// partExamples are all parts of hidden layers, by name.
func partExamples() []string {
	var parts []string
	for _, kind := range graph.PartKinds() {
		parts = append(parts, kind.Examples...)
	}
	return parts
}

// DefaultSuite is the whole table of activations with the losses of two classes and three
// seeds, and all other heads. At these seeds the larger weights, too, give well-conditioned
// gradients; at others z reaches -350, where e^z magnifies rounding, and no two right
// programs agree to [HandTolerance].
func DefaultSuite() SuiteConfig {
	c := SuiteConfig{Activations: graph.Activations(), Seeds: []uint32{12, 28, 39}, Others: otherHeads()}
	for _, l := range graph.TwoClassLosses() {
		c.Heads = append(c.Heads, models.MLP{Loss: l})
	}
	return c
}

// suiteHidden are the widths of the hidden layers of the suite's networks, by depth:
// unequal, and 1 among them.
var suiteHidden = [][]int{{5}, {4, 7}, {6, 3, 5}, {3, 8, 2, 6}, {7, 4, 1, 5, 3}, {5, 3, 6, 4, 2, 7}}

// suiteHiddenWithParts are equal widths, which shortcuts need.
var suiteHiddenWithParts = []int{5, 5, 5}

// weightScales multiply the drawn weights. Differences are only taken at the first: at
// the second their steps are not small any more. Formulas have the first only: what they
// lose to rounding, or to overflow, far away is theirs.
var weightScales = []float64{1, 10}

// scales are those of an activation's networks.
func scales(a graph.Activation) []float64 {
	if a.IsFormula() {
		return weightScales[:1]
	}
	return weightScales
}

// rounding is the size below which a gradient is rounding alone: that of a bias before a
// batch normalisation, for instance, which takes the bias away.
const rounding = 1e-14

// suiteRows is the number of rows of each check.
const suiteRows = 12

// Case is one checked network.
type Case struct {
	Activation string `json:"activation"`
	Loss       string `json:"loss"`
	// Outputs, Output, Reduction and L2 are left out where they are those of the study: one
	// output, of the loss's own activation, the mean over the rows and no penalty.
	Outputs     int      `json:"outputs,omitempty"`
	Output      string   `json:"output,omitempty"`
	Reduction   string   `json:"reduction,omitempty"`
	L2          float64  `json:"l2,omitempty"`
	Hidden      []int    `json:"hidden"`
	Parts       []string `json:"parts,omitempty"`
	Seed        uint32   `json:"seed"`
	WeightScale float64  `json:"weight_scale"`
	// Overflows says that the gradient is not finite, as that of a deep network with
	// exp(z) may be: there are no arrays to compare.
	Overflows bool        `json:"overflows,omitempty"`
	Arrays    []ArrayCase `json:"arrays"`

	spec models.MLP
}

// ArrayCase compares one gradient array three ways; differences are those of
// autodiff to the other two.
type ArrayCase struct {
	Name    string `json:"name"`
	Entries int    `json:"entries"`
	// ByHand says whether there is hand-coded backpropagation: there is none of parts.
	ByHand  bool    `json:"by_hand"`
	HandAbs float64 `json:"hand_max_abs"`
	HandRel float64 `json:"hand_max_rel"`
	// HandRounding, where HandRel is above [HandTolerance], is what two right programs may
	// differ by: four times as much as the hand-coded gradient moves, relative, when the
	// last two bits of the parameters do.
	HandRounding float64 `json:"hand_rounding,omitempty"`
	// Differenced says whether finite differences were taken.
	Differenced   bool    `json:"differenced"`
	DifferenceAbs float64 `json:"difference_max_abs"`
	DifferenceRel float64 `json:"difference_max_rel"`
	// Kinks and Unsure are how many entries were left out of the differences: because
	// there is no derivative, or because the differences' own estimate of their error is
	// above the tolerance.
	Kinks  int `json:"kinks"`
	Unsure int `json:"unsure"`
}

// Agrees says whether both comparisons are within the suite's tolerances.
func (a ArrayCase) Agrees() bool {
	return a.HandRel <= max(HandTolerance, a.HandRounding) && a.DifferenceAbs <= DifferenceTolerance
}

// Suite checks every network of a configuration, on all processors; the cases are
// in a fixed order.
func Suite(ctx context.Context, c SuiteConfig) ([]Case, error) {
	var cases []Case
	for _, a := range c.Activations {
		for _, head := range c.Heads {
			named := newCase(a, head)
			for _, hidden := range suiteHidden {
				for _, seed := range c.Seeds {
					for _, scale := range scales(a) {
						n := named
						n.Hidden, n.Seed, n.WeightScale = hidden, seed, scale
						cases = append(cases, n)
					}
				}
			}
			for _, part := range partExamples() {
				cases = append(cases, named.with(part, c.Seeds[0]))
			}
		}
	}
	for i, part := range partExamples() { // each with some of the other heads
		for j := i; j < len(c.Others); j += 11 {
			cases = append(cases, newCase(c.Activations[j%len(c.Activations)], c.Others[j]).with(part, c.Seeds[0]))
		}
	}
	for i, head := range c.Others {
		a := c.Activations[i%len(c.Activations)]
		for _, scale := range scales(a) {
			n := newCase(a, head)
			n.Hidden, n.Seed, n.WeightScale = suiteHidden[i%len(suiteHidden)], c.Seeds[i%len(c.Seeds)], scale
			cases = append(cases, n)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range cases {
		group.Go(func() (err error) {
			defer panics.Catch(&err, "checking %s", cases[i].Activation)
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := cases[i].check(); err != nil {
				return fmt.Errorf("%s, loss %s of %d outputs, hidden %v, parts %v, seed %d: %w", cases[i].Activation, cases[i].Loss, max(cases[i].Outputs, 1), cases[i].Hidden, cases[i].Parts, cases[i].Seed, err)
			}
			return nil
		})
	}
	return cases, group.Wait()
}

// newCase is a case of an activation and a head.
func newCase(a graph.Activation, head models.MLP) Case {
	c := Case{
		Activation: a.Name, Loss: head.Loss.Name, Output: head.Output.Name, L2: head.L2, spec: head,
	}
	if c.spec.Activation = a; head.Outputs > 1 {
		c.Outputs = head.Outputs
	}
	if head.Reduction != graph.Mean {
		c.Reduction = string(head.Reduction)
	}
	return c
}

// with is the case of a network with a part in its hidden layers.
func (c Case) with(part string, seed uint32) Case {
	c.Hidden, c.Parts, c.Seed, c.WeightScale = suiteHiddenWithParts, []string{part}, seed, weightScales[0]
	return c
}

// OtherCases is how many of the cases, the last ones, are those of the other heads without
// parts.
func (c SuiteConfig) OtherCases() int {
	count := 0
	for i := range c.Others {
		count += len(scales(c.Activations[i%len(c.Activations)]))
	}
	return count
}

// check fills the case's arrays.
func (c *Case) check() error {
	set, err := suiteData(c.spec, c.Seed)
	if err != nil {
		return err
	}
	if c.spec.Parts, err = graph.PartsNamed(c.Parts); err != nil {
		return err
	}
	c.spec.Inputs, c.spec.Hidden = set.Columns, c.Hidden
	stream := data.NewRandomState(c.Seed)
	net, err := models.NewMLP(c.spec, stream)
	if err != nil {
		return err
	}
	for _, p := range net.Parameters { // the biases too: at 0 their mistakes would not show
		for j, v := range p.Values {
			if p.Rows == 1 && v == 0 {
				v = 0.3 * stream.NormFloat64()
			}
			p.Values[j] = c.WeightScale * v
		}
	}
	gradient, err := net.Gradient(set)
	if err != nil {
		return err
	}
	for i, p := range net.Parameters {
		if sum := floats.Sum(gradient.Parameters[i]); math.IsNaN(sum) || math.IsInf(sum, 0) {
			c.Overflows, c.Arrays = true, nil
			return nil
		}
		c.Arrays = append(c.Arrays, ArrayCase{Name: p.Name, Entries: len(p.Values)})
	}
	if len(c.Parts) == 0 {
		if err := c.checkByHand(net, set, gradient); err != nil {
			return err
		}
	}
	if c.WeightScale != 1 {
		return nil
	}
	return c.checkDifferences(net, set, gradient)
}

// checkByHand compares the gradient with that of hand-coded backpropagation.
func (c *Case) checkByHand(net *models.Network, set data.Set, gradient models.Gradient) error {
	objective, err := handObjective(c.spec)
	if err != nil {
		return err
	}
	hand, err := c.byHand(net, set, objective)
	if err != nil {
		return err
	}
	magnitude, err := c.magnitudes(net, set, objective)
	if err != nil {
		return err
	}
	for i := range c.Arrays {
		a := &c.Arrays[i]
		d := compare(gradient.Parameters[i], hand[i])
		if d.abs > 0 {
			d.rel = d.abs / magnitude[i]
		}
		a.ByHand, a.HandAbs, a.HandRel = true, d.abs, d.rel
	}
	if !slices.ContainsFunc(c.Arrays, func(a ArrayCase) bool { return a.HandRel > HandTolerance }) {
		return nil
	}
	moved, err := c.byHandMoved(net, set, objective)
	if err != nil {
		return err
	}
	for i := range c.Arrays {
		c.Arrays[i].HandRounding = 4 * compare(moved[i], hand[i]).abs / magnitude[i]
	}
	return nil
}

// checkDifferences compares the gradient with finite differences.
func (c *Case) checkDifferences(net *models.Network, set data.Set, gradient models.Gradient) error {
	estimates, err := net.Differences(set)
	if err != nil {
		return err
	}
	sure := DifferenceTolerance
	if c.spec.Activation.IsFormula() { // may be steep, where differences err by more than they say
		sure /= 100
	}
	for i := range c.Arrays {
		a := &c.Arrays[i]
		a.Differenced = true
		var autodiff, smooth []float64
		for j, e := range estimates[i] {
			switch {
			case e.Kink:
				a.Kinks++
				continue
			case e.Error > sure:
				a.Unsure++
				continue
			}
			autodiff, smooth = append(autodiff, gradient.Parameters[i][j]), append(smooth, e.Value)
		}
		d := compare(autodiff, smooth)
		a.DifferenceAbs, a.DifferenceRel = d.abs, d.rel
		if floats.Norm(autodiff, math.Inf(1)) < rounding {
			a.DifferenceRel = 0
		}
	}
	return nil
}

// Worst merges the cases' arrays by name, in order of first appearance: entries
// and kinks add up, errors are the largest of all cases.
func Worst(cases []Case) []ArrayCase {
	var worst []ArrayCase
	for _, c := range cases {
		for _, a := range c.Arrays {
			i := slices.IndexFunc(worst, func(w ArrayCase) bool { return w.Name == a.Name })
			if i < 0 {
				i = len(worst)
				worst = append(worst, ArrayCase{Name: a.Name})
			}
			w := &worst[i]
			w.Entries += a.Entries
			w.Kinks += a.Kinks
			w.Unsure += a.Unsure
			w.ByHand, w.Differenced = w.ByHand || a.ByHand, w.Differenced || a.Differenced
			w.HandRounding = max(w.HandRounding, a.HandRounding)
			w.HandAbs, w.HandRel = max(w.HandAbs, a.HandAbs), max(w.HandRel, a.HandRel)
			w.DifferenceAbs, w.DifferenceRel = max(w.DifferenceAbs, a.DifferenceAbs), max(w.DifferenceRel, a.DifferenceRel)
		}
	}
	return worst
}
