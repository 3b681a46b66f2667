package sweep

import (
	"context"
	"errors"
	"slices"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/memory"
)

// Attempt builds one trial of each kind without training it, so that no trial is found
// impossible when it is its turn: every entry of every setting but the seeds, of a range its
// ends, with the first entries of the others. Its data are loaded, large ones in part, and a
// network for them drawn, or counted where it is large. What cannot be built is an
// [input.Error] with its place in the plan file. What this machine has no room for is said in
// notes: another one may have it.
func (p *Plan) Attempt(ctx context.Context, g Grid) (notes []error, err error) {
	a := attempt{trainer: experiment.NewTrainer()}
	first := make([]int, len(p.axes))
	if err := p.attempt(ctx, g, &a, first); err != nil {
		return nil, err
	}
	for i, axis := range p.axes {
		if IsSeed(axis.setting.Key) {
			continue
		}
		from := 1
		if axis.count > 0 {
			from = max(1, axis.count-1)
		}
		for entry := from; entry < axis.len(); entry++ {
			entries := slices.Clone(first)
			entries[i] = entry
			if err := p.attempt(ctx, g, &a, entries); err != nil {
				return nil, err
			}
		}
	}
	return a.notes, nil
}

// attempt is what is kept from one trial to the next.
type attempt struct {
	trainer *experiment.Trainer // and the data last loaded
	notes   []error
}

// attempt builds the trial of some entries.
func (p *Plan) attempt(ctx context.Context, g Grid, a *attempt, entries []int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c, err := p.config(entries)
	if err == nil {
		err = a.build(ctx, c)
	}
	var noRoom *memory.Error
	switch {
	case errors.As(err, &noRoom):
		a.notes = append(a.notes, p.refuse(g, entries, err))
	case err != nil:
		return p.refuse(g, entries, err)
	}
	return nil
}

// build loads the data of a configuration and makes its network.
func (a *attempt) build(ctx context.Context, c config.Config) error {
	specifications, err := c.Specifications()
	if err != nil {
		return err
	}
	s := specifications[0]
	d, rows, err := fewRows(ctx, a.trainer, s.Points)
	if err != nil {
		return err
	}
	if err := experiment.CheckMemoryOf(rows, d.Train, s); err != nil {
		return err
	}
	if s, err = s.For(d.Train.Columns, d.Train.Targets); err != nil {
		return err
	}
	const small = 100_000
	if n, err := s.MLP.ParameterCount(); err != nil || n > small {
		return err
	}
	_, _, err = experiment.Draw(s, d.Train)
	return err
}
