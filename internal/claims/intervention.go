package claims

import (
	"fmt"
	"math"

	"actscope/internal/article"
	"actscope/internal/number"
	"actscope/internal/stats"
)

// Interventions change what sigmoid and ReLU differ in, one thing at a time and together,
// because networks that differ in four things at once do not tell which of them matters: the
// activation's slope and value at 0, whether it is bounded, and the variance of the initial
// weights, which the article chooses by the activation. All functions are crossed with all
// initialisations, at the base's learning rate and at ten times of it.

// Function is an activation with what is varied of it.
type Function struct {
	// Formula is the activation as settings name it.
	Formula string
	// Changed says in words what it is, or how it differs from sigmoid or ReLU.
	Changed string
}

// functions are those that interventions cross with initialisations.
var functions = []Function{
	{article.Sigmoid, "slope 1/4 and value 1/2 at 0, bounded by 0 and 1"},
	{"sigmoid(4*z)", "sigmoid with slope 1"},
	{"4*sigmoid(z)", "sigmoid with slope 1, and with it value 2"},
	{"sigmoid(z)-0.5", "sigmoid with value 0"},
	{"4*sigmoid(z)-2", "sigmoid with slope 1 and value 0"},
	{"max(-2,min(2,z))", "the same bounds with corners"},
	{article.ReLU, "slope 1 and value 0 at 0, unbounded"},
	{"0.25*relu(z)", "ReLU with slope 1/4"},
	{"relu(z)+0.5", "ReLU with value 1/2"},
	{"min(relu(z),1)", "ReLU bounded by 0 and 1"},
	{"0.25*relu(z)+0.5", "ReLU with slope 1/4 and value 1/2"},
	{"min(0.25*relu(z)+0.5,1)", "ReLU with slope 1/4, value 1/2 and bounded by 1"},
	{"identity", "a straight line: what a network without any activation can do"},
}

// The initialisations of the interventions: sigmoid's and ReLU's in the article, and a wide
// one.
const (
	sigmoidInit = "lecun-normal" // variance 1/fan_in
	reluInit    = "he-normal"    // variance 2/fan_in
	wideInit    = "deviation:2"  // variance 4, whatever the fan-in
)

// Aliases says which of the interventions are one.
const Aliases = "A slope and a step are not two things: f(a z) with weights W is f(z) with weights a W that learn at a² times the rate, " +
	"and c f(z) before weights V is f(z) before weights c V that learn at c² times the rate."

// Interventions are the variants of the interventions: each initialisation at both rates.
func (d Design) Interventions() []Variant {
	var all []Variant
	for _, rate := range []float64{d.Base.LearningRate, faster * d.Base.LearningRate} {
		for _, init := range []string{sigmoidInit, reluInit, wideInit} {
			v := d.Variants[0].at(rate)
			v.Factor, v.Init = "intervention", init
			v.Name += ",init=" + init
			all = append(all, v)
		}
	}
	return all
}

// arm is one cell of the grid that interventions make: a function and an initialisation.
type arm struct{ function, init string }

// change is an intervention at one end: from what the end has to another arm.
type change struct {
	what string
	to   arm
}

// end is a network of the article from which interventions start.
type end struct {
	name    string
	start   arm
	changes []change
}

// Changes of one thing each.
const (
	// SlopeOne gives sigmoid ReLU's slope at zero, SlopeQuarter ReLU sigmoid's.
	SlopeOne     = "slope 1, inside"
	SlopeQuarter = "slope 1/4"
	// Bounded is the change that bounds ReLU as sigmoid is.
	Bounded = "bounded by 1"
)

// ends are sigmoid and ReLU as the article has them; the last change of each is the other.
var ends = []end{
	{article.Sigmoid, arm{article.Sigmoid, sigmoidInit}, []change{
		{"variance 2/fan_in", arm{article.Sigmoid, reluInit}},
		{"deviation 2", arm{article.Sigmoid, wideInit}},
		{SlopeOne, arm{"sigmoid(4*z)", sigmoidInit}},
		{"slope 1, outside", arm{"4*sigmoid(z)", sigmoidInit}},
		{"value 0", arm{"sigmoid(z)-0.5", sigmoidInit}},
		{"slope 1, value 0", arm{"4*sigmoid(z)-2", sigmoidInit}},
		{"slope, value, variance", arm{"4*sigmoid(z)-2", reluInit}},
		{"slope, value, variance, corners", arm{"max(-2,min(2,z))", reluInit}},
		{"everything: ReLU", arm{article.ReLU, reluInit}},
	}},
	{article.ReLU, arm{article.ReLU, reluInit}, []change{
		{"variance 1/fan_in", arm{article.ReLU, sigmoidInit}},
		{"deviation 2", arm{article.ReLU, wideInit}},
		{SlopeQuarter, arm{"0.25*relu(z)", reluInit}},
		{"value 1/2", arm{"relu(z)+0.5", reluInit}},
		{Bounded, arm{"min(relu(z),1)", reluInit}},
		{"slope 1/4, value 1/2", arm{"0.25*relu(z)+0.5", reluInit}},
		{"slope, value, bound", arm{"min(0.25*relu(z)+0.5,1)", reluInit}},
		{"slope, value, bound, variance", arm{"min(0.25*relu(z)+0.5,1)", sigmoidInit}},
		{"everything: sigmoid", arm{article.Sigmoid, sigmoidInit}},
	}},
}

// GridRow is one cell of the interventions: a function with an initialisation at a rate.
type GridRow struct {
	Function string  `json:"function"`
	Changed  string  `json:"changed"`
	Init     string  `json:"init"`
	Rate     float64 `json:"rate"`
	// Trained is the number of data sets, with one network on each, Failed how many of these
	// diverged.
	Trained int `json:"trained"`
	Failed  int `json:"failed"`
	// Accuracy is the mean over the networks that did not fail, and Low and High bound it at
	// 95 % by Student's t; Deviation is that over the networks, FinalLoss their mean loss.
	Accuracy  number.Float `json:"accuracy"`
	Low       number.Float `json:"low"`
	High      number.Float `json:"high"`
	Deviation number.Float `json:"deviation"`
	FinalLoss number.Float `json:"final_loss"`
	// Growth is the median of the just-noticeable distance's in the last hidden layer, and
	// Levels the mean number of such distances to a unit, of the networks that have them.
	Growth number.Float `json:"growth"`
	Levels number.Float `json:"levels"`
}

// Intervention is what one change does to the accuracy of the networks of one end.
type Intervention struct {
	// From is the end: sigmoid or relu with the article's initialisation.
	From   string  `json:"from"`
	Change string  `json:"change"`
	To     string  `json:"to"`
	Init   string  `json:"init"`
	Rate   float64 `json:"rate"`
	// Pairs is the number of data sets on which neither network failed, Failed that of the
	// others.
	Pairs  int `json:"pairs"`
	Failed int `json:"failed"`
	// Effect is the mean difference of the accuracies on one data set, changed minus
	// unchanged, and Low and High bound it by Student's t at the level that all
	// interventions share (Bonferroni).
	Effect number.Float `json:"effect"`
	Low    number.Float `json:"low"`
	High   number.Float `json:"high"`
	// Growth is the factor by which the change multiplies the growth of the just-noticeable
	// distance in the last hidden layer: the geometric mean over the Grown data sets on which
	// both networks have one, with its interval at the same level.
	Grown      int          `json:"grown"`
	Growth     number.Float `json:"growth_factor"`
	GrowthLow  number.Float `json:"growth_low"`
	GrowthHigh number.Float `json:"growth_high"`
	// Share is the effect as a share of the gap, which is the effect of everything, with its
	// interval by Fieller at the same level; nil where the gap's interval holds 0.
	Share *ShareOfGap `json:"share_of_gap,omitempty"`
}

// ShareOfGap is a share with its interval; it may be below 0 or above 1.
type ShareOfGap struct {
	Share number.Float `json:"share"`
	Low   number.Float `json:"low"`
	High  number.Float `json:"high"`
}

// grid describes all cells.
func grid(t *Table) []GridRow {
	var rows []GridRow
	for _, v := range t.Design.Interventions() {
		for _, f := range functions {
			n := describe(t, v, f.Formula)
			rows = append(rows, GridRow{
				Function: f.Formula, Changed: f.Changed, Init: v.Init, Rate: v.Rate, Trained: n.Trained, Failed: n.Failed,
				Accuracy: n.Accuracy, Low: n.Low, High: n.High, Deviation: n.Deviation, FinalLoss: n.FinalLoss,
				Growth: n.Growth[len(n.Growth)-1], Levels: n.Levels,
			})
		}
	}
	return rows
}

// interventions are the effects of all changes at both rates.
func interventions(t *Table) []Intervention {
	d := t.Design
	variants := make(map[string]Variant) // by rate and initialisation
	key := func(rate float64, init string) string { return fmt.Sprint(rate, init) }
	for _, v := range d.Interventions() {
		variants[key(v.Rate, v.Init)] = v
	}
	rates := []float64{d.Base.LearningRate, faster * d.Base.LearningRate}
	count := 0
	for _, e := range ends {
		count += len(rates) * len(e.changes)
	}
	level := IntervalLevel(count)
	var all []Intervention
	for _, rate := range rates {
		for _, e := range ends {
			at := func(a arm) func(Pair) *Measurement {
				return func(p Pair) *Measurement { return t.Get(variants[key(rate, a.init)], p, a.function) }
			}
			gap := at(e.changes[len(e.changes)-1].to)
			for _, c := range e.changes {
				i := Intervention{From: e.name, Change: c.what, To: c.to.function, Init: c.to.init, Rate: rate}
				i.compare(d.Pairs(variants[key(rate, c.to.init)]), at(e.start), at(c.to), gap, level)
				all = append(all, i)
			}
		}
	}
	return all
}

// compare computes the effect of a change, by data set.
func (i *Intervention) compare(pairs []Pair, unchanged, changed, everything func(Pair) *Measurement, level float64) {
	var effects, growths, ofGap, gaps []float64
	for _, p := range pairs {
		before, after, other := unchanged(p), changed(p), everything(p)
		if before.Failed() || after.Failed() {
			i.Failed++
			continue
		}
		effect := after.Accuracy() - before.Accuracy()
		effects = append(effects, effect)
		if factor := math.Log(after.LastGrowth() / before.LastGrowth()); !math.IsNaN(factor) && !math.IsInf(factor, 0) {
			growths = append(growths, factor)
		}
		if !other.Failed() {
			ofGap, gaps = append(ofGap, effect), append(gaps, other.Accuracy()-before.Accuracy())
		}
	}
	i.Pairs = len(effects)
	s := stats.SummariseAt(effects, level).In(stats.ShareDifferences)
	i.Effect, i.Low, i.High = number.Float(s.Mean), number.Float(s.Low), number.Float(s.High)
	growth := stats.SummariseAt(growths, level)
	factor := func(v float64) number.Float { return number.Float(math.Exp(v)) }
	i.Grown, i.Growth, i.GrowthLow, i.GrowthHigh = len(growths), factor(growth.Mean), factor(growth.Low), factor(growth.High)
	if share, low, high, ok := stats.RatioOfMeans(ofGap, gaps, level); ok {
		i.Share = &ShareOfGap{number.Float(share), number.Float(low), number.Float(high)}
	}
}

// Functions are the activations that interventions cross with initialisations.
func Functions() []Function { return append([]Function(nil), functions...) }
