package study

import (
	"fmt"
	"math"
)

// Claim is one statement of the article held against a result.
type Claim struct {
	// ID is a short name for programs.
	ID string `json:"id"`
	// Statement is what the article says.
	Statement string `json:"claim"`
	// Article is the number that it prints.
	Article string `json:"article"`
	// Reference is what the article's own algorithm gives, Measured what this
	// program's networks gave.
	Reference []Quantity `json:"reference"`
	Measured  []Quantity `json:"measured"`
	// Holds says whether the predicate is true of what was measured; where the
	// claim is about samples, of every sample.
	Holds bool `json:"holds"`
	// HoldsFor gives the verdict sample by sample, where samples are meant.
	HoldsFor []SampleVerdict `json:"holds_for,omitempty"`
}

// Quantity is a named number, of one of the traced samples where Sample is set.
type Quantity struct {
	Name   string  `json:"name"`
	Sample string  `json:"sample,omitempty"`
	Value  float64 `json:"value"`
}

// SampleVerdict says whether a claim holds for one traced sample.
type SampleVerdict struct {
	Sample string `json:"sample"`
	Holds  bool   `json:"holds"`
}

// findings are the numbers that the claims speak of, for one network.
type findings struct {
	loss  map[int]float64 // reported, by epoch
	test  float64         // accuracy
	std   []float64       // spread by hidden layer
	trace [2][]float64    // by class
}

// findings collects a network's numbers.
func (n *Network) findings() findings {
	f := findings{loss: make(map[int]float64), test: n.TestAccuracy, std: n.Spread(), trace: n.Trace}
	for i, loss := range n.History.Loss {
		f.loss[i+1] = loss
	}
	return f
}

// assertion is one row of the article's findings as a predicate.
type assertion struct {
	id, statement, article string
	// quantities are the numbers that the predicate looks at, in order.
	quantities func(sigmoid, relu findings) []Quantity
	// holds judges those numbers; a claim about samples is judged for each half of
	// them, class 0 first.
	holds     func(v []float64) bool
	bySamples bool
}

// Stages of the signal trace of a net with two hidden layers.
const (
	stageZ1 = iota
	stageA1
	stageZ2
	stageA2
	stageZ3
)

// assertions are the article's eleven claims in its own order.
var assertions = []assertion{
	{
		id: "sigmoid-loss-stalls", statement: "sigmoid loss stalls by epoch 400", article: "about 0.28",
		quantities: func(s, _ findings) []Quantity { return s.losses(400, 800) },
		holds:      func(v []float64) bool { return within(v[0], v[1], 0.01) },
	},
	{
		id: "relu-loss-falls", statement: "ReLU loss keeps falling", article: "about 0.15 to about 0.03",
		quantities: func(_, r findings) []Quantity { return r.losses(200, 400, 600, 800) },
		holds: func(v []float64) bool {
			return v[0] > v[1] && v[1] > v[2] && v[2] > v[3] && v[3] < 0.04
		},
	},
	{
		id: "sigmoid-accuracy", statement: "test accuracy, sigmoid", article: "about 79 %",
		quantities: func(s, _ findings) []Quantity { return []Quantity{{Name: "test accuracy", Value: s.test}} },
		holds:      func(v []float64) bool { return within(v[0], 0.79, 0.005) },
	},
	{
		id: "relu-accuracy", statement: "test accuracy, ReLU", article: "about 96 %",
		quantities: func(_, r findings) []Quantity { return []Quantity{{Name: "test accuracy", Value: r.test}} },
		holds:      func(v []float64) bool { return within(v[0], 0.96, 0.005) },
	},
	{
		id: "sigmoid-spread", statement: "hidden spread shrinks, sigmoid", article: "0.26 → 0.19",
		quantities: func(s, _ findings) []Quantity { return s.spreads() },
		holds: func(v []float64) bool {
			return v[1] < v[0] && within(v[0], 0.26, 0.01) && within(v[1], 0.19, 0.01)
		},
	},
	{
		id: "relu-spread", statement: "hidden spread grows, ReLU", article: "1.15 → 1.67",
		quantities: func(_, r findings) []Quantity { return r.spreads() },
		holds: func(v []float64) bool {
			return v[1] > v[0] && within(v[0], 1.15, 0.01) && within(v[1], 1.67, 0.01)
		},
	},
	{
		id: "first-signal-alike", statement: "first pre-activation alike in both nets", article: "about 2.0",
		quantities: tracesOf(stageZ1),
		holds:      func(v []float64) bool { return within(v[0], 2, 0.35) && within(v[1], 2, 0.35) },
		bySamples:  true,
	},
	{
		id: "sigmoid-compresses", statement: "sigmoid compresses the signal at once", article: "to about 0.3",
		quantities: func(s, _ findings) []Quantity { return s.stages("sigmoid", stageA1) },
		holds:      func(v []float64) bool { return within(v[0], 0.3, 0.05) },
		bySamples:  true,
	},
	{
		id: "relu-retains", statement: "ReLU retains a higher value there", article: "above sigmoid's",
		quantities: tracesOf(stageA1),
		holds:      func(v []float64) bool { return v[1] > v[0] },
		bySamples:  true,
	},
	{
		id: "sigmoid-narrow-band", statement: "sigmoid stays in a narrow band in depth", article: "0.5 to 0.6",
		quantities: func(s, _ findings) []Quantity { return s.stages("sigmoid", stageA2) },
		holds:      func(v []float64) bool { return v[0] >= 0.5 && v[0] <= 0.6 },
		bySamples:  true,
	},
	{
		id: "relu-output", statement: "ReLU's output signal, above sigmoid's", article: "9 to 20",
		quantities: tracesOf(stageZ3),
		holds:      func(v []float64) bool { return v[1] >= 9 && v[1] <= 20.5 && v[1] > v[0] },
		bySamples:  true,
	},
}

// within says whether v lies no farther than tolerance from target.
func within(v, target, tolerance float64) bool { return math.Abs(v-target) <= tolerance }

func (f findings) losses(epochs ...int) []Quantity {
	var q []Quantity
	for _, e := range epochs {
		q = append(q, Quantity{Name: fmt.Sprintf("epoch %d", e), Value: f.loss[e]})
	}
	return q
}

func (f findings) spreads() []Quantity {
	return []Quantity{{Name: "layer 1", Value: f.std[0]}, {Name: "layer 2", Value: f.std[1]}}
}

// stages is one network's value at a stage of both samples' traces.
func (f findings) stages(network string, stage int) []Quantity {
	return []Quantity{{network, sampleName(0), f.trace[0][stage]}, {network, sampleName(1), f.trace[1][stage]}}
}

func sampleName(class int) string { return fmt.Sprintf("class %d", class) }

// tracesOf is a stage of the traces of both networks, sample by sample.
func tracesOf(stage int) func(s, r findings) []Quantity {
	return func(s, r findings) []Quantity {
		sigmoid, relu := s.stages("sigmoid", stage), r.stages("relu", stage)
		return []Quantity{sigmoid[0], relu[0], sigmoid[1], relu[1]}
	}
}

// judge holds an assertion against measured numbers.
func (a assertion) judge(reference, measured []Quantity) Claim {
	c := Claim{ID: a.id, Statement: a.statement, Article: a.article, Reference: reference, Measured: measured}
	values := make([]float64, len(measured))
	for i, q := range measured {
		values[i] = q.Value
	}
	if !a.bySamples {
		c.Holds = a.holds(values)
		return c
	}
	half := len(values) / 2
	for class, v := range [][]float64{values[:half], values[half:]} {
		c.HoldsFor = append(c.HoldsFor, SampleVerdict{sampleName(class), a.holds(v)})
	}
	c.Holds = c.HoldsFor[0].Holds && c.HoldsFor[1].Holds
	return c
}

// Judge holds the result of the article's configuration against its claims.
func Judge(r *Result) ([]Claim, error) {
	measured := make(map[string]findings)
	for _, n := range r.Networks {
		measured[n.Name] = n.findings()
	}
	reference, err := referenceFindings()
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, a := range assertions {
		claims = append(claims, a.judge(
			a.quantities(reference["sigmoid"], reference["relu"]),
			a.quantities(measured["sigmoid"], measured["relu"])))
	}
	return claims, nil
}
