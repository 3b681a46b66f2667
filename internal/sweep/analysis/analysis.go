// Package analysis says what a sweep has found: groups of trials that differ in
// their seeds only, tests between activations, and how accuracy, spread and loss
// depend on what was varied. It computes plain values, which others draw.
package analysis

import (
	"context"
	"math"
	"slices"
	"strings"

	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/stats"
	"actscope/internal/sweep"
)

// Result is what a sweep has found.
type Result struct {
	// Varied are the settings that distinguish groups.
	Varied []string
	// Repeats are the settings that do not: the seeds that vary.
	Repeats []string
	// Groups are in the plan's order.
	Groups []*Group
	// Trials, Diverged and Failed count trials, Tested those whose accuracy is on their test
	// rows for want of fresh points.
	Trials, Diverged, Failed, Tested int
	// FreshRows and TestRows are on how many fresh points and test rows accuracies are at
	// least; 0 where none are on any, and TestRows also where records do not say.
	FreshRows, TestRows int
	// Regression says that the trials predict numbers: what is said of accuracies is then said
	// of R².
	Regression bool
}

// Score is what the trials are judged by.
func (r *Result) Score() Measure {
	if r.Regression {
		return R2
	}
	return Accuracy
}

// Group is the trials of one setting, whatever their seeds.
type Group struct {
	// Config is that of its first trial.
	Config config.Config
	// Settings are the values of the result's Varied.
	Settings []string
	// Trials is how many there are, Failed how many of them diverged or could not be
	// trained. Those have no part in the summaries.
	Trials, Failed int
	// Score is the accuracy or R² on fresh points, or where there are none on the test rows, Loss
	// the last epoch's, Spread that of the last hidden layer. Their intervals do not leave their
	// domains.
	Score, Loss, Spread stats.Summary
	// NoticeableGrowth is the median of the trials that have one; NaN where none has.
	NoticeableGrowth float64

	// score is that of each trial, in the order of seeds, the same in every group: -Inf
	// where it diverged, NaN where it could not be trained.
	score  []float64
	spread []float64
	growth []float64 // without NaN
	loss   []float64
	losses [][sweep.LossPoints]float64 // kept where the course of the loss is shown
}

// Activation is the group's.
func (g *Group) Activation() string { return g.Config.Activations[0] }

// Depth is the number of hidden layers.
func (g *Group) Depth() int { return len(g.Config.Hidden) }

// Width is the mean number of units of the hidden layers.
func (g *Group) Width() float64 {
	sum := 0
	for _, units := range g.Config.Hidden {
		sum += units
	}
	return float64(sum) / float64(len(g.Config.Hidden))
}

const activationsKey = "activations"

// Analyse reads all records of a sweep. Errors are those of [sweep.Records.Walk].
func Analyse(ctx context.Context, records *sweep.Records) (*Result, error) {
	r := &Result{}
	keep := newSelection(records.Plan)
	var varied []int // columns of a trial's settings
	axes := make(map[string]bool)
	for _, a := range records.Plan.Axes() {
		axes[a.Key] = true
	}
	for i, key := range records.Plan.Keys() {
		switch {
		case sweep.IsSeed(key) && axes[key]:
			r.Repeats = append(r.Repeats, key)
		case key == activationsKey || axes[key]:
			r.Varied = append(r.Varied, key)
			varied = append(varied, i)
		}
	}
	groups := make(map[string]*Group)
	err := records.Walk(ctx, func(t sweep.Trial, record sweep.Record) error {
		settings := make([]string, len(varied))
		for i, column := range varied {
			settings[i] = t.Settings[column]
		}
		key := strings.Join(settings, "\n")
		g := groups[key]
		if g == nil {
			g = &Group{Config: t.Config, Settings: settings}
			groups[key] = g
			r.Groups = append(r.Groups, g)
		}
		g.add(record, keep.has(t))
		return r.count(t, record)
	})
	if err != nil {
		return nil, err
	}
	for _, g := range r.Groups {
		g.Score, g.Spread = r.Score().summarise(r.Score().Of(g)), Spread.summarise(Spread.Of(g))
		g.Loss = stats.Summarise(measured(g.loss)).In(stats.Positive)
		slices.Sort(g.growth)
		g.NoticeableGrowth = stats.Quantile(g.growth, 0.5)
	}
	return r, nil
}

// Activations are those of the sweep, in its order.
func (r *Result) Activations() []string {
	var names []string
	for _, g := range r.Groups {
		if !slices.Contains(names, g.Activation()) {
			names = append(names, g.Activation())
		}
	}
	return names
}

func (r *Result) count(t sweep.Trial, record sweep.Record) error {
	r.Trials++
	switch record.Status {
	case sweep.Diverged:
		r.Diverged++
	case sweep.Failed:
		r.Failed++
	case sweep.OK:
		regression := record.Fits != nil
		if r.Trials-r.Diverged-r.Failed == 1 {
			r.Regression = regression
		} else if r.Regression != regression {
			return input.Refuse("dataset", "trial %d predicts what the trials before it do not: accuracy and R² cannot be compared: make a sweep of each", t.Index)
		}
		if record.FreshRows > 0 {
			r.FreshRows = least(r.FreshRows, record.FreshRows)
		} else {
			r.Tested++
			r.TestRows = least(r.TestRows, record.TestRows)
		}
	}
	return nil
}

// least is the smaller of two numbers of which 0 is none.
func least(a, b int) int {
	if a == 0 || b == 0 {
		return a + b
	}
	return min(a, b)
}

func (g *Group) add(record sweep.Record, keepLosses bool) {
	g.Trials++
	score, loss, spread := math.NaN(), math.NaN(), math.NaN()
	if record.Status == sweep.OK && len(record.Spread) > 0 {
		score, loss, spread = record.Score(), record.FinalLoss(), record.Spread[len(record.Spread)-1]
		if !math.IsNaN(record.NoticeableGrowth) {
			g.growth = append(g.growth, record.NoticeableGrowth)
		}
	} else {
		g.Failed++
		if record.Status == sweep.Diverged {
			score = math.Inf(-1)
		}
	}
	g.score, g.loss, g.spread = append(g.score, score), append(g.loss, loss), append(g.spread, spread)
	if keepLosses {
		g.losses = append(g.losses, record.Loss)
	}
}

// measured are the values of trials that were trained to the end.
func measured(values []float64) []float64 {
	return slices.DeleteFunc(tried(values), func(v float64) bool { return math.IsInf(v, -1) })
}

// tried are the values that are not NaN.
func tried(values []float64) []float64 { return slices.DeleteFunc(slices.Clone(values), math.IsNaN) }

// maxLossPanels is for how many settings of the hidden layers the course of the
// loss is kept.
const maxLossPanels = 6

// selection is the trials whose losses are kept: the first entries of every setting
// but the activation, the hidden layers and the seeds.
type selection struct {
	columns []int // of settings that have to be as in the first trial
	first   []string
	hidden  int // column
	shown   map[string]bool
}

func newSelection(p *sweep.Plan) *selection {
	s := &selection{shown: make(map[string]bool)}
	for i, key := range p.Keys() {
		switch {
		case key == "hidden":
			s.hidden = i
		case key != activationsKey && !sweep.IsSeed(key):
			s.columns = append(s.columns, i)
		}
	}
	return s
}

func (s *selection) has(t sweep.Trial) bool {
	if s.first == nil {
		s.first = t.Settings
	}
	for _, i := range s.columns {
		if t.Settings[i] != s.first[i] {
			return false
		}
	}
	if hidden := t.Settings[s.hidden]; !s.shown[hidden] {
		if len(s.shown) == maxLossPanels {
			return false
		}
		s.shown[hidden] = true
	}
	return true
}
