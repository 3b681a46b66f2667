package cost

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/panics"
)

// Candidate is a network of a search with what was found of it.
type Candidate struct {
	Activation string `json:"activation"`
	Shape
	Counts
	// TriedRate is the rate that serves the network best.
	TriedRate
	// AtEdge says that it is the smallest or the largest of several rates, so that one
	// beyond them may be better.
	AtEdge bool `json:"rate_at_edge"`
	// Bounds are those of the probability of success at the best of all rates.
	Bounds
	Rates []JudgedRate `json:"rates"` // ascending
}

// search is a search that is going on.
type search struct {
	config  Config
	rule    Rule
	trainer Trainer
	inputs  int
}

// Search finds the smallest networks for data with the given number of inputs. What it
// finds does not depend on how many trials the trainer carries out at a time. The
// configuration has to be valid.
func Search(ctx context.Context, c Config, inputs int, trainer Trainer) (*Result, error) {
	s := &search{config: c, rule: c.Rule(), trainer: trainer, inputs: inputs}
	found := make([][]Candidate, len(c.Training.Activations)*len(c.Depths))
	group, ctx := errgroup.WithContext(ctx)
	for i := range found {
		activation, depth := c.Training.Activations[i/len(c.Depths)], c.Depths[i%len(c.Depths)]
		group.Go(func() (err error) {
			defer panics.Catch(&err, "searching %s networks of depth %d", activation, depth)
			found[i], err = s.depth(ctx, activation, depth)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	r := newResult(c, inputs, slices.Concat(found...))
	data := ""
	if file, is := c.Training.File(); is {
		var err error
		if data, err = experiment.HashFile(file); err != nil {
			return nil, input.Under("dataset", err)
		}
	}
	r.Origin = experiment.NewOrigin(data)
	return r, nil
}

// depth judges the networks of one activation and depth from narrow to wide until one
// reaches the target. Those beyond are looked at once, to show how they do.
func (s *search) depth(ctx context.Context, activation string, depth int) ([]Candidate, error) {
	var candidates []Candidate
	looks := len(s.rule.Looks)
	for _, width := range s.config.Widths {
		n, err := s.judge(ctx, activation, Shape{Depth: depth, Width: width}, looks)
		if err != nil {
			return nil, err
		}
		if looks == 1 && n.Verdict == Undecided {
			n.Verdict = Beyond
		}
		candidates = append(candidates, n)
		if n.Verdict == Reaches {
			looks = 1
		}
	}
	return candidates, nil
}

// judge looks at one network up to the given number of times at each rate.
func (s *search) judge(ctx context.Context, activation string, shape Shape, looks int) (Candidate, error) {
	rates := s.config.Rates
	r := race{
		rule: s.rule, target: s.config.Target, trainer: s.trainer, trial: Trial{Activation: activation, Shape: shape},
		accuracies: make([][]float64, len(rates)), looked: make([]int, len(rates)),
	}
	for _, rate := range rates {
		r.rates = append(r.rates, JudgedRate{TriedRate{Rate: rate}, Unknown()})
	}
	if err := r.run(ctx, looks); err != nil {
		return Candidate{}, err
	}
	best := slices.MaxFunc(r.rates, serves).TriedRate
	return Candidate{
		Activation: activation, Shape: shape, Counts: countsOf(s.inputs, shape.Hidden(), s.config.bytes()),
		TriedRate: best, AtEdge: len(rates) > 1 && (best.Rate == rates[0] || best.Rate == rates[len(rates)-1]),
		Bounds: s.rule.best(r.rates), Rates: r.rates,
	}, nil
}
