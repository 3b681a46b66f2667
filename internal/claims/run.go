package claims

import (
	"context"
	"fmt"
	"slices"

	"actscope/internal/experiment"
)

// Table holds the measurements of a design.
type Table struct {
	Design Design
	taken  map[measured]*Measurement
}

// measured says what a measurement is of.
type measured struct {
	setting string
	pair    Pair
	network string
}

// NewTable is an empty table.
func NewTable(d Design) *Table { return &Table{Design: d, taken: make(map[measured]*Measurement)} }

// Put stores the measurement of a network.
func (t *Table) Put(s Setting, p Pair, network string, m *Measurement) {
	t.taken[measured{s.Name, p, network}] = m
}

// Get is the measurement of a network; nil where there is none.
func (t *Table) Get(s Setting, p Pair, network string) *Measurement {
	return t.taken[measured{s.Name, p, network}]
}

// Training is one network to train: one run of plain descent is measured at all the
// epochs that the design asks for, because a shorter training is a prefix of a longer
// one.
type Training struct {
	pair    Pair
	network string
	at      []Setting // by epochs, ascending; all else is the same
}

// Trainings are those that the settings need, each network once.
func (d Design) Trainings(settings []Setting) []Training {
	var all []Training
	index := make(map[string]int)
	add := func(s Setting, p Pair) {
		for _, network := range d.Base.Activations {
			key := fmt.Sprint(s.Rate, s.Hidden, p, network)
			i, known := index[key]
			if !known {
				i = len(all)
				index[key] = i
				all = append(all, Training{pair: p, network: network})
			}
			if t := &all[i]; !slices.ContainsFunc(t.at, s.equal) {
				t.at = append(t.at, s)
				slices.SortFunc(t.at, func(a, b Setting) int { return a.Epochs - b.Epochs })
			}
		}
	}
	for _, s := range settings {
		for _, p := range d.trained(s) {
			add(s, p)
		}
	}
	return all
}

// Run trains the networks of some settings, jobs at a time, and measures them, but for
// those that the log knows, and adds them to it. A training that diverges is measured as
// failed from there on; other errors end the run. The table does not depend on the number
// of jobs, nor on the log.
func Run(ctx context.Context, d Design, settings []Setting, jobs int, log *Log, w experiment.Watcher) (*Table, error) {
	pool, err := experiment.NewPool(jobs)
	if err != nil {
		return nil, err
	}
	trainings := d.Trainings(settings)
	w.Start(len(trainings), 0, 0)
	work := experiment.Work[Training, []*Measurement]{
		Pool: pool, Ledger: ledger{log}, Train: d.train,
		Trained: func(_ Training, taken []*Measurement) { w.Done(taken[len(taken)-1].Failed()) },
	}
	results, err := work.All(ctx, trainings)
	if err != nil {
		return nil, err
	}
	table := NewTable(d)
	for i, t := range trainings {
		for j, s := range t.at {
			table.Put(s, t.pair, t.network, results[i][j])
		}
	}
	return table, nil
}

// train trains one network and measures it at each of its settings.
func (d Design) train(ctx context.Context, trainer *experiment.Trainer, t Training) ([]*Measurement, error) {
	last := t.at[len(t.at)-1]
	fail := func(err error) ([]*Measurement, error) {
		return nil, fmt.Errorf("%s, %s, data seed %d, seed %d: %w", last.Name, t.network, t.pair.DataSeed, t.pair.Seed, err)
	}
	specifications, err := d.config(last, t.pair, t.network).Specifications()
	if err != nil {
		return fail(err)
	}
	training, err := trainer.Prepare(specifications[0])
	if err == nil {
		err = training.Data.CheckFar()
	}
	if err != nil {
		return fail(err)
	}
	o := &observer{ctx: ctx, training: training}
	for _, s := range t.at {
		o.at = append(o.at, s.Epochs)
	}
	outcome, err := training.Run(ctx, o)
	if err != nil {
		return fail(err)
	}
	if outcome.Diverged != nil {
		o.fail(outcome.Diverged)
	}
	return o.taken, nil
}
