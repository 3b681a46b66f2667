package claims

import (
	"context"
	"fmt"
	"slices"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
)

// Table holds the measurements of a design.
type Table struct {
	Design    Design
	trainings []Training
	taken     map[measured]*Measurement
}

// measured says what a measurement is of.
type measured struct {
	variant string
	pair    Pair
	network string
}

// newTable is an empty table.
func newTable(d Design) *Table { return &Table{Design: d, taken: make(map[measured]*Measurement)} }

// put stores the measurement of a network.
func (t *Table) put(v Variant, p Pair, network string, m *Measurement) {
	t.taken[measured{v.Name, p, network}] = m
}

// Get is the measurement of a network; nil where there is none.
func (t *Table) Get(v Variant, p Pair, network string) *Measurement {
	return t.taken[measured{v.Name, p, network}]
}

// Training is one network to train: one run of plain descent is measured at all the
// epochs that the design asks for, because a shorter training is a prefix of a longer
// one.
type Training struct {
	pair    Pair
	network string
	at      []Variant // by epochs, ascending; all else is the same
	// inGrid says that it is of an intervention, of which less is measured.
	inGrid bool
}

// trainings collects networks to train, each once.
type trainings struct {
	all   []Training
	index map[string]int
}

func (ts *trainings) add(v Variant, p Pair, network string, inGrid bool) {
	key := fmt.Sprint(v.Rate, v.Hidden, v.Init, p, network)
	i, known := ts.index[key]
	if !known {
		i = len(ts.all)
		ts.index[key] = i
		ts.all = append(ts.all, Training{pair: p, network: network, inGrid: inGrid})
	}
	if t := &ts.all[i]; !slices.ContainsFunc(t.at, v.equal) {
		t.at = append(t.at, v)
		slices.SortFunc(t.at, func(a, b Variant) int { return a.Epochs - b.Epochs })
	}
}

// Trainings are those that some questions need, with the article's own run and the controls
// of what they ask, and, where wanted, those of the interventions. Networks of one pair and
// build stand together.
func (d Design) Trainings(questions []Question, interventions bool) []Training {
	ts := trainings{index: make(map[string]int)}
	claims := func(v Variant, pairs []Pair) {
		for _, p := range pairs {
			for _, network := range d.Base.Activations {
				ts.add(v, p, network, false)
			}
		}
	}
	for _, q := range questions {
		pairs := d.Pairs(q.Variant)
		if q.Variant.Name == articleName {
			pairs = append(pairs, articleRun)
		}
		claims(q.Variant, pairs)
		claims(q.reference, pairs)
	}
	claims(d.Variants[0], d.Pairs(d.Variants[0])) // which results describe, whatever is asked
	for _, v := range d.asked(questions) {
		claims(v, d.controlPairs(v))
	}
	if interventions {
		for _, v := range d.Interventions() {
			for _, p := range d.Pairs(v) {
				for _, f := range functions {
					ts.add(v, p, f.Formula, true)
				}
			}
		}
	}
	return ts.all
}

// checkSplits reports the first split of a file that leaves no training row of a class, before
// any network is trained.
func (d Design) checkSplits(ctx context.Context, trainings []Training) error {
	if _, isFile := d.Base.File(); !isFile {
		return nil
	}
	whole, err := experiment.Load(ctx, d.Base.Points)
	if err != nil {
		return err
	}
	checked := make(map[int64]bool)
	for _, t := range trainings {
		if checked[t.pair.DataSeed] {
			continue
		}
		checked[t.pair.DataSeed] = true
		train, _, err := data.Split(whole.Raw, data.SplitConfig{TestFraction: d.Base.TestFraction, Seed: uint32(t.pair.DataSeed), Stratify: d.Base.Stratify})
		if err != nil {
			return config.OfData(err)
		}
		for class, name := range whole.Classes {
			if len(train.ClassRows(class)) == 0 {
				return input.Refuse("dataset", "split seed %d leaves no training row of class %q, of which there are %d: one of each class is traced, so take more rows of it, or a smaller test-fraction",
					t.pair.DataSeed, name, len(whole.Raw.ClassRows(class)))
			}
		}
	}
	return nil
}

// Run trains networks, jobs at a time, and measures them, but for those that the log knows,
// and adds them to it. A training that diverges is measured as failed from there on, and a
// network in which signals overflow where they do; other errors end the run. The table does
// not depend on the number of jobs, nor on the log.
func Run(ctx context.Context, d Design, trainings []Training, jobs int, log *Log, w experiment.Watcher) (*Table, error) {
	pool, err := experiment.NewPool(jobs)
	if err != nil {
		return nil, err
	}
	w.Start(len(trainings), 0, 0)
	work := experiment.Work[Training, []*Measurement]{
		Pool: pool, Ledger: ledger{log}, Train: d.train,
		Trained: func(_ Training, taken []*Measurement) { w.Done(taken[len(taken)-1].Failed()) },
	}
	results, err := work.All(ctx, trainings)
	if err != nil {
		return nil, err
	}
	table := newTable(d)
	table.trainings = trainings
	for i, t := range trainings {
		for j, v := range t.at {
			table.put(v, t.pair, t.network, results[i][j])
		}
	}
	return table, nil
}

// train trains one network and measures it in each of its variants.
func (d Design) train(ctx context.Context, trainer *experiment.Trainer, t Training) (_ []*Measurement, err error) {
	last := t.at[len(t.at)-1]
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s, %s, data seed %d, seed %d: %w", last.Name, t.network, t.pair.DataSeed, t.pair.Seed, err)
		}
	}()
	specifications, err := d.config(last, t.pair, t.network).Specifications()
	if err != nil {
		return nil, err
	}
	o := &observer{ctx: ctx, at: t.at, inGrid: t.inGrid}
	if o.training, err = trainer.Prepare(ctx, specifications[0]); err != nil {
		return nil, err
	}
	if err := experiment.CheckTwoClasses("claims", o.training.Data, o.training.Network); err != nil {
		return nil, err
	}
	if err := o.training.Data.CheckFar(); err != nil {
		return nil, err
	}
	outcome, err := o.training.Run(ctx, o)
	if err != nil {
		return nil, err
	}
	for len(o.taken) < len(t.at) { // it diverged before
		o.taken = append(o.taken, &Measurement{Failure: outcome.Diverged.Error()})
	}
	return o.taken, nil
}
