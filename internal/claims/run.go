package claims

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/data"
	"actscope/internal/article"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/number"
	"actscope/models"
	"actscope/models/geometry"
)

// Measurement is what one network shows after a number of epochs.
type Measurement struct {
	article.Evidence
	TrainAccuracy float64
	// FreshRight is how many of FreshRows fresh points are classified rightly; both are 0
	// where there are none: see [experiment.Dataset.Fresh].
	FreshRight, FreshRows int
	// FirstGradients are the mean norms of the gradient of each layer over the first
	// epoch.
	FirstGradients []float64
	// Kept is the rank correlation of the test rows' distances to the decision boundary
	// with their margins in the inputs, in each hidden layer and in the output: see
	// [geometry.Layer]. It is NaN without a boundary and in a constant layer.
	Kept []number.Float
	// Growth is that of the just-noticeable distance in each hidden layer, and Levels how
	// many there are to a unit of distance in the last: see [geometry.Noticeable]. They are NaN
	// where they are not finite.
	Growth []number.Float
	Levels number.Float
	// FarRank is the rank correlation of far points' distances with what is read from the last
	// hidden layer through noise, of levels 0, 0.01 and 0.1: see [geometry.Reading]. Of the
	// networks of interventions it is NaN.
	FarRank [len(survivalNoise)]number.Float
	// Failure says why there is nothing to measure, such as that training diverged;
	// "" otherwise. No claim holds of a network that failed.
	Failure string
}

// Failed says whether there is nothing to measure.
func (m *Measurement) Failed() bool { return m.Failure != "" }

// survivalNoise are the levels of noise that claims speak of, and survivalRows the fresh
// points that readers are fitted to, and as many others on which they are judged.
var survivalNoise = [...]float64{0, 0.01, 0.1}

const survivalRows = 500

// LastGrowth is that of the last hidden layer.
func (m *Measurement) LastGrowth() float64 { return float64(m.Growth[len(m.Growth)-1]) }

// Accuracy is what claims are judged on: that on fresh points, or on the test rows where
// there are none.
func (m *Measurement) Accuracy() float64 {
	if m.FreshRows == 0 {
		return m.TestAccuracy
	}
	return float64(m.FreshRight) / float64(m.FreshRows)
}

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
func (d Design) checkSplits(trainings []Training) error {
	if _, isFile := d.Base.File(); !isFile {
		return nil
	}
	whole, err := experiment.Load(d.Base.Points)
	if err != nil {
		return err
	}
	checked := make(map[int64]bool)
	for _, t := range trainings {
		if checked[t.pair.DataSeed] {
			continue
		}
		checked[t.pair.DataSeed] = true
		train, _, err := data.Split(whole.Raw, data.SplitConfig{TestFraction: d.Base.TestFraction, Seed: uint32(t.pair.DataSeed)})
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
	if o.training, err = trainer.Prepare(specifications[0]); err != nil {
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

// observer measures a network in the course of one training. It evaluates and does
// not touch what training goes on from.
type observer struct {
	ctx      context.Context // of the training
	training *experiment.Training
	at       []Variant // by epochs, ascending
	inGrid   bool

	losses []float64
	first  []float64
	taken  []*Measurement // one for each of at
}

// Record implements [models.Recorder].
func (o *observer) Record(e models.Epoch) error {
	if e.Number == 1 {
		o.first = slices.Clone(e.GradientNorms)
	}
	o.losses = append(o.losses, e.Loss)
	if len(o.taken) == len(o.at) || e.Number != o.at[len(o.taken)].Epochs {
		return nil
	}
	m, err := experiment.Measure(o.ctx, o.training.Network, o.training.Data, experiment.QuickGeometry)
	var notFinite *models.NotFiniteError
	if errors.As(err, &notFinite) {
		o.taken = append(o.taken, &Measurement{Failure: fmt.Sprintf("after epoch %d: %s", e.Number, notFinite.Where)})
		return nil
	}
	if err != nil {
		return fmt.Errorf("after epoch %d: %w", e.Number, err)
	}
	taken := &Measurement{
		Evidence: article.EvidenceOf(o.losses, m), TrainAccuracy: m.TrainAccuracy,
		FreshRight: m.FreshRight, FreshRows: m.FreshRows, FirstGradients: o.first,
	}
	layers := m.Geometry.Layers
	for _, layer := range layers {
		taken.Kept = append(taken.Kept, layer.DistanceCorrelation)
	}
	for _, layer := range layers[1 : len(layers)-1] {
		taken.Growth = append(taken.Growth, finite(layer.NoticeableDistance.Growth))
	}
	taken.Levels = finite(layers[len(layers)-2].NoticeableDistance.Levels)
	if taken.FarRank, err = o.farRank(layers[len(layers)-2].Name); err != nil {
		return fmt.Errorf("after epoch %d: %w", e.Number, err)
	}
	o.taken = append(o.taken, taken)
	return nil
}

// finite is a number, or NaN where it is not one: infinities do not come back from a log.
func finite(v number.Float) number.Float {
	if math.IsInf(float64(v), 0) {
		return number.Float(math.NaN())
	}
	return v
}

// farRank reads distances from a layer through noise: of fresh points, or where there are
// none of the test rows, by readers that are fitted to the training rows.
func (o *observer) farRank(layer string) (ranks [len(survivalNoise)]number.Float, err error) {
	for i := range ranks {
		ranks[i] = number.Float(math.NaN())
	}
	if o.inGrid {
		return ranks, nil
	}
	d := o.training.Data
	fresh, err := d.Fresh()
	if err != nil {
		return ranks, err
	}
	fit, points := d.Train, d.Test
	if fresh.Rows() >= 2*survivalRows {
		fit, points = fresh.First(survivalRows), fresh.First(2*survivalRows)
		points.X, points.Y = points.X[len(fit.X):], points.Y[len(fit.Y):]
	}
	var samples [2]geometry.Sample
	for i, set := range []data.Set{fit, points} {
		if samples[i], err = geometry.Observe(o.training.Network, set); err != nil {
			return ranks, err
		}
	}
	located, err := geometry.Locate(o.ctx, o.training.Network, samples[0], samples[1])
	if err != nil {
		return ranks, err
	}
	survived, err := geometry.Survival(o.ctx, o.training.Network, located[0], located[1], survivalNoise[:])
	if err != nil {
		return ranks, err
	}
	for _, s := range survived {
		if i := slices.Index(survivalNoise[:], s.Noise); s.Layer == layer {
			ranks[i] = finite(s.FarRank)
		}
	}
	return ranks, nil
}

// Log knows what was measured in every training that was carried out under one base and
// program, so that a run that was stopped goes on from there.
type Log = experiment.LedgerFile[LoggedTraining, []*Measurement]

// LoggedTraining says which training of a design it is.
type LoggedTraining struct {
	Network string  `json:"network"`
	Hidden  string  `json:"hidden"`
	Rate    float64 `json:"rate"`
	Init    string  `json:"init"`
	Epochs  string  `json:"epochs"` // at which it was measured
	Pair
}

// OpenLog reads the log at path. Where there is none, or one of another base or program,
// the log is empty. Errors are [input.Error]s.
func OpenLog(path string, d Design, p experiment.Provenance) (*Log, error) {
	settings, err := json.Marshal(d.Base)
	if err != nil {
		return nil, err
	}
	plan, err := experiment.LedgerPlan(settings, d.Base.Dataset, p)
	if err != nil {
		return nil, err
	}
	return experiment.OpenLedger[LoggedTraining, []*Measurement](path, plan, func(a, b LoggedTraining) int {
		return cmp.Or(strings.Compare(a.Network, b.Network), strings.Compare(a.Hidden, b.Hidden), cmp.Compare(a.Rate, b.Rate), strings.Compare(a.Init, b.Init),
			strings.Compare(a.Epochs, b.Epochs), cmp.Compare(a.DataSeed, b.DataSeed), cmp.Compare(a.Seed, b.Seed))
	})
}

// logged is the training as the log knows it.
func (t Training) logged() LoggedTraining {
	l := LoggedTraining{Network: t.network, Pair: t.pair, Rate: t.at[0].Rate, Init: t.at[0].Init, Hidden: fmt.Sprint(t.at[0].Hidden)}
	for _, v := range t.at {
		l.Epochs = strings.TrimSpace(fmt.Sprint(l.Epochs, " ", v.Epochs))
	}
	return l
}

// ledger is the log for the pool.
type ledger struct{ log *Log }

// Find implements [experiment.Ledger]. What does not fit the training, as in a file that was
// edited, is not known.
func (l ledger) Find(t Training) ([]*Measurement, bool) {
	taken, known := l.log.Find(t.logged())
	return taken, known && t.fits(taken)
}

// fits says whether measurements have the shape of those of the training.
func (t Training) fits(taken []*Measurement) bool {
	if len(taken) != len(t.at) {
		return false
	}
	for i, m := range taken {
		layers := len(t.at[i].Hidden)
		switch {
		case m == nil:
			return false
		case m.Failed():
			continue
		case len(m.Spread) != layers || len(m.FirstGradients) != layers+1:
			return false
		case len(m.Growth) != layers || len(m.Kept) != layers+2 || len(m.Trace[0]) != 2*layers+1 || len(m.Trace[1]) != 2*layers+1:
			return false
		}
	}
	return true
}

// Add implements [experiment.Ledger]. Infinite signals have no place in JSON: such a
// training is repeated.
func (l ledger) Add(t Training, taken []*Measurement) error {
	if _, err := json.Marshal(taken); err != nil {
		return nil
	}
	return l.log.Add(t.logged(), taken)
}
