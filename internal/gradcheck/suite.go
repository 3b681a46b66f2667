package gradcheck

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/floats"

	"actscope/data"
	"actscope/graph"
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
	Losses      []graph.Loss
	// Seeds of data and weights; each gives one network per activation, loss, depth
	// and weight scale, and the first one per activation, loss and part, too.
	Seeds []uint32
}

// DefaultSuite is the whole table of activations and losses with three seeds. At
// these seeds the larger weights, too, give well-conditioned gradients; at others z
// reaches -350, where e^z magnifies rounding, and no two right programs agree to
// [HandTolerance].
func DefaultSuite() SuiteConfig {
	return SuiteConfig{Activations: graph.Activations(), Losses: graph.Losses(), Seeds: []uint32{12, 28, 39}}
}

// Depths of the suite's networks, by their hidden layers: widths are unequal, and
// include 1.
var suiteHidden = [][]int{{5}, {4, 7}, {6, 3, 5}, {3, 8, 2, 6}, {7, 4, 1, 5, 3}, {5, 3, 6, 4, 2, 7}}

// suiteHiddenWithParts are equal widths, which shortcuts need.
var suiteHiddenWithParts = []int{5, 5, 5}

// weightScales multiply the drawn weights. Differences are only taken at the
// first: at the second a step of theirs is no longer small.
var weightScales = []float64{1, 10}

// rounding is below what a gradient is nothing else: that of a bias before a batch
// normalisation, for instance, which takes it away.
const rounding = 1e-14

// suiteRows is the number of rows of each check.
const suiteRows = 12

// Case is one checked network.
type Case struct {
	Activation  string      `json:"activation"`
	Loss        string      `json:"loss"`
	Hidden      []int       `json:"hidden"`
	Parts       []string    `json:"parts,omitempty"`
	Seed        uint32      `json:"seed"`
	WeightScale float64     `json:"weight_scale"`
	Arrays      []ArrayCase `json:"arrays"`
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
	// Differenced says whether finite differences were taken.
	Differenced   bool    `json:"differenced"`
	DifferenceAbs float64 `json:"difference_max_abs"`
	DifferenceRel float64 `json:"difference_max_rel"`
	// Kinks and Unsure are how many entries were left out of the differences: because
	// there is no derivative, or because the differences admit of themselves that they
	// err by more than the tolerance.
	Kinks  int `json:"kinks"`
	Unsure int `json:"unsure"`
}

// Agrees says whether both comparisons are within the suite's tolerances.
func (a ArrayCase) Agrees() bool {
	return a.HandRel <= HandTolerance && a.DifferenceAbs <= DifferenceTolerance
}

// Suite checks every network of a configuration, on all processors; the cases are
// in a fixed order.
func Suite(ctx context.Context, c SuiteConfig) ([]Case, error) {
	var cases []Case
	for _, a := range c.Activations {
		for _, l := range c.Losses {
			for _, hidden := range suiteHidden {
				for _, seed := range c.Seeds {
					for _, scale := range weightScales {
						cases = append(cases, Case{Activation: a.Name, Loss: l.Name, Hidden: hidden, Seed: seed, WeightScale: scale})
					}
				}
			}
			for _, kind := range graph.PartKinds() {
				for _, part := range kind.Examples {
					cases = append(cases, Case{Activation: a.Name, Loss: l.Name, Hidden: suiteHiddenWithParts, Parts: []string{part}, Seed: c.Seeds[0], WeightScale: weightScales[0]})
				}
			}
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range cases {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := cases[i].check(); err != nil {
				return fmt.Errorf("%s, loss %s, hidden %v, parts %v, seed %d: %w", cases[i].Activation, cases[i].Loss, cases[i].Hidden, cases[i].Parts, cases[i].Seed, err)
			}
			return nil
		})
	}
	return cases, group.Wait()
}

// check fills the case's arrays.
func (c *Case) check() error {
	activation, err := graph.ActivationNamed(c.Activation)
	if err != nil {
		return err
	}
	loss, err := graph.LossNamed(c.Loss)
	if err != nil {
		return err
	}
	set, err := data.Moons(data.MoonsConfig{Samples: suiteRows, Noise: 0.18, Seed: c.Seed})
	if err != nil {
		return err
	}
	if set, _, err = data.Standardise(set); err != nil {
		return err
	}
	parts, err := graph.PartsNamed(c.Parts)
	if err != nil {
		return err
	}
	stream := data.NewRandomState(c.Seed)
	net, err := models.NewMLP(models.MLP{Inputs: set.Columns, Hidden: c.Hidden, Activation: activation, Loss: loss, Parts: parts}, stream)
	if err != nil {
		return err
	}
	for _, p := range net.Parameters { // biases too, lest they hide in zeros
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
	for _, p := range net.Parameters {
		c.Arrays = append(c.Arrays, ArrayCase{Name: p.Name, Entries: len(p.Values)})
	}
	if len(c.Parts) == 0 {
		if err := c.checkByHand(net, activation, loss, set, gradient); err != nil {
			return err
		}
	}
	if c.WeightScale != 1 {
		return nil
	}
	return c.checkDifferences(net, set, gradient)
}

func (c *Case) checkByHand(net *models.Network, activation graph.Activation, loss graph.Loss, set data.Set, gradient models.Gradient) error {
	hand, err := witness(net.Parameters, activation, loss, set)
	if err != nil {
		return err
	}
	magnitude, err := magnitudes(net.Parameters, activation, loss, set)
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
	return nil
}

func (c *Case) checkDifferences(net *models.Network, set data.Set, gradient models.Gradient) error {
	estimates, err := net.Differences(set)
	if err != nil {
		return err
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
			case e.Error > DifferenceTolerance:
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
	position := make(map[string]int)
	for _, c := range cases {
		for _, a := range c.Arrays {
			i, known := position[a.Name]
			if !known {
				i = len(worst)
				position[a.Name] = i
				worst = append(worst, ArrayCase{Name: a.Name})
			}
			w := &worst[i]
			w.Entries += a.Entries
			w.Kinks += a.Kinks
			w.Unsure += a.Unsure
			w.ByHand, w.Differenced = w.ByHand || a.ByHand, w.Differenced || a.Differenced
			w.HandAbs, w.HandRel = math.Max(w.HandAbs, a.HandAbs), math.Max(w.HandRel, a.HandRel)
			w.DifferenceAbs, w.DifferenceRel = math.Max(w.DifferenceAbs, a.DifferenceAbs), math.Max(w.DifferenceRel, a.DifferenceRel)
		}
	}
	return worst
}
