package cost

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/stat"

	"actscope/internal/stats"
)

// Network is what a search found of one network.
type Network struct {
	Activation string `json:"activation"`
	Shape
	Tuned
	Counts
	// Standing is that after the last look, over the judging trainings alone.
	Standing
	// Diverged counts those of them that diverged and so did not reach the target.
	Diverged int `json:"diverged"`
	// MeanAccuracy, MedianAccuracy and BestAccuracy are over the same trainings, where
	// a diverged one counts as 0.
	MeanAccuracy   float64 `json:"mean_accuracy"`
	MedianAccuracy float64 `json:"median_accuracy"`
	BestAccuracy   float64 `json:"best_accuracy"`
}

// search is a search under way.
type search struct {
	config Config
	rule   Rule
	lab    Lab
	inputs int
}

// Search finds the smallest networks for data with so many inputs. What it finds does
// not depend on how many trials the lab carries out at a time. The configuration has
// to be valid.
func Search(ctx context.Context, c Config, inputs int, lab Lab) (*Result, error) {
	s := &search{config: c, rule: c.Rule(), lab: lab, inputs: inputs}
	found := make([][]Network, len(c.Training.Activations)*len(c.Depths))
	group, ctx := errgroup.WithContext(ctx)
	for i := range found {
		activation, depth := c.Training.Activations[i/len(c.Depths)], c.Depths[i%len(c.Depths)]
		group.Go(func() (err error) {
			found[i], err = s.depth(ctx, activation, depth)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return newResult(c, inputs, slices.Concat(found...)), nil
}

// depth judges the networks of one activation and depth from narrow to wide until one
// reaches the target. Those beyond are looked at once, to show how they do.
func (s *search) depth(ctx context.Context, activation string, depth int) ([]Network, error) {
	var networks []Network
	found := false
	for _, width := range s.config.Widths {
		n, err := s.judge(ctx, activation, Shape{Depth: depth, Width: width}, found)
		if err != nil {
			return nil, err
		}
		if found && n.Verdict == Undecided {
			n.Verdict = Beyond
		}
		networks = append(networks, n)
		if n.Verdict == Reaches {
			found = true
		}
	}
	return networks, nil
}

// judge tunes one network and looks at its trainings until they decide, or, where a
// narrower one was found, once.
func (s *search) judge(ctx context.Context, activation string, shape Shape, found bool) (Network, error) {
	looks, rounds := s.rule.Looks, 0
	if found {
		looks, rounds = looks[:1], shortTuning
	}
	n := Network{
		Activation: activation, Shape: shape, Standing: Unknown(),
		Counts: CountsOf(s.inputs, shape.Hidden(), s.config.bytes()),
	}
	var err error
	if n.Tuned, err = s.tune(ctx, activation, shape, rounds); err != nil {
		return n, err
	}
	var accuracies []float64
	trial := Trial{Activation: activation, Shape: shape, Rate: n.Rate, Stage: Judging}
	for _, look := range looks {
		attempts, err := s.lab.Train(ctx, numbered(trial, n.Trained, look))
		if err != nil {
			return n, err
		}
		reached := n.Reached
		for _, a := range attempts {
			accuracies = append(accuracies, a.Accuracy)
			if a.Accuracy >= s.config.Target {
				reached++
			}
			if a.Diverged {
				n.Diverged++
			}
		}
		if n.Standing = s.rule.After(n.Standing, reached, look); n.Verdict != Undecided {
			break
		}
	}
	slices.Sort(accuracies)
	n.MeanAccuracy = stat.Mean(accuracies, nil)
	n.MedianAccuracy = stats.Quantile(accuracies, 0.5)
	n.BestAccuracy = accuracies[len(accuracies)-1]
	return n, nil
}
