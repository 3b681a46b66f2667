// Package article holds what the article says: its claims as predicates that any two
// networks can be asked, and the numbers that its own algorithm gives, with which a
// reproduction is compared digit for digit.
package article

import (
	"actscope/internal/config"
	"fmt"
	"math"
	"slices"
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

// Evidence is what the article's claims speak of, for one network.
type Evidence struct {
	// Loss is the reported loss after each quarter of the training: epochs 200, 400,
	// 600 and 800 in the article.
	Loss [4]float64
	// TestAccuracy is a share of the test rows.
	TestAccuracy float64
	// Spread is the deviation of all post-activations of each hidden layer over the
	// test rows, and InputSpread that of the inputs.
	Spread      []float64
	InputSpread float64
	// Trace is the signal trace of the two traced samples, by class.
	Trace [2][]float64
}

// QuarterEpochs are the epochs at which the quarters of a training end.
func QuarterEpochs(epochs int) (at [4]int) {
	for i := range at {
		at[i] = (epochs*(i+1) + 3) / 4 // rounded up
	}
	return at
}

// QuarterLosses are the losses after each quarter of a training, given that of every
// epoch: [Evidence].Loss.
func QuarterLosses(losses []float64) (quarters [4]float64) {
	for i, epoch := range QuarterEpochs(len(losses)) {
		quarters[i] = losses[epoch-1]
	}
	return quarters
}

// Assertion is one row of the article's findings as a predicate. At other settings
// than the article's, quarters of the training stand for its epochs 200 to 800, the
// first and the last hidden layer for its two layers, and where there is one layer
// only the inputs' spread for that of the first.
type Assertion struct {
	// ID is a short name for programs, Statement what the article says, Article the
	// number that it prints, Predicate what has to be true.
	ID, Statement, Article, Predicate string
	// quantities are the numbers that the predicate looks at, in order.
	quantities func(sigmoid, relu Evidence) []Quantity
	// holds judges those numbers; a claim about samples is judged for each half of
	// them, class 0 first.
	holds     func(v []float64) bool
	bySamples bool
}

// assertions are the article's eleven claims in its own order.
var assertions = []Assertion{
	{
		ID: "sigmoid-loss-stalls", Statement: "sigmoid loss stalls by epoch 400", Article: "about 0.28",
		Predicate:  "loss at half of the training within 0.01 of the last",
		quantities: func(s, _ Evidence) []Quantity { return s.losses(1, 3) },
		holds:      func(v []float64) bool { return within(v[0], v[1], 0.01) },
	},
	{
		ID: "relu-loss-falls", Statement: "ReLU loss keeps falling", Article: "about 0.15 to about 0.03",
		Predicate:  "loss strictly down from quarter to quarter of the training, the last below 0.04",
		quantities: func(_, r Evidence) []Quantity { return r.losses(0, 1, 2, 3) },
		holds: func(v []float64) bool {
			return v[0] > v[1] && v[1] > v[2] && v[2] > v[3] && v[3] < 0.04
		},
	},
	{
		ID: "sigmoid-accuracy", Statement: "test accuracy, sigmoid", Article: "about 79 %",
		Predicate:  "0.79 ± 0.005",
		quantities: func(s, _ Evidence) []Quantity { return []Quantity{{Name: "test accuracy", Value: s.TestAccuracy}} },
		holds:      func(v []float64) bool { return within(v[0], 0.79, 0.005) },
	},
	{
		ID: "relu-accuracy", Statement: "test accuracy, ReLU", Article: "about 96 %",
		Predicate:  "0.96 ± 0.005",
		quantities: func(_, r Evidence) []Quantity { return []Quantity{{Name: "test accuracy", Value: r.TestAccuracy}} },
		holds:      func(v []float64) bool { return within(v[0], 0.96, 0.005) },
	},
	{
		ID: "sigmoid-spread", Statement: "hidden spread shrinks, sigmoid", Article: "0.26 → 0.19",
		Predicate:  "spread smaller in the last hidden layer than in the first; 0.26 ± 0.01 and 0.19 ± 0.01",
		quantities: func(s, _ Evidence) []Quantity { return s.spreads() },
		holds: func(v []float64) bool {
			return v[1] < v[0] && within(v[0], 0.26, 0.01) && within(v[1], 0.19, 0.01)
		},
	},
	{
		ID: "relu-spread", Statement: "hidden spread grows, ReLU", Article: "1.15 → 1.67",
		Predicate:  "spread larger in the last hidden layer than in the first; 1.15 ± 0.01 and 1.67 ± 0.01",
		quantities: func(_, r Evidence) []Quantity { return r.spreads() },
		holds: func(v []float64) bool {
			return v[1] > v[0] && within(v[0], 1.15, 0.01) && within(v[1], 1.67, 0.01)
		},
	},
	{
		ID: "first-signal-alike", Statement: "first pre-activation alike in both nets", Article: "about 2.0",
		Predicate:  "mean |z₁| of both nets within 0.35 of 2.0, for both samples",
		quantities: tracesOf(FirstPre),
		holds:      func(v []float64) bool { return within(v[0], 2, 0.35) && within(v[1], 2, 0.35) },
		bySamples:  true,
	},
	{
		ID: "sigmoid-compresses", Statement: "sigmoid compresses the signal at once", Article: "to about 0.3",
		Predicate:  "mean a₁ within 0.05 of 0.3, for both samples",
		quantities: func(s, _ Evidence) []Quantity { return s.stages("sigmoid", FirstPost) },
		holds:      func(v []float64) bool { return within(v[0], 0.3, 0.05) },
		bySamples:  true,
	},
	{
		ID: "relu-retains", Statement: "ReLU retains a higher value there", Article: "above sigmoid's",
		Predicate:  "mean a₁ larger under ReLU, for both samples",
		quantities: tracesOf(FirstPost),
		holds:      func(v []float64) bool { return v[1] > v[0] },
		bySamples:  true,
	},
	{
		ID: "sigmoid-narrow-band", Statement: "sigmoid stays in a narrow band in depth", Article: "0.5 to 0.6",
		Predicate:  "mean activation of the last hidden layer in [0.5, 0.6], for both samples",
		quantities: func(s, _ Evidence) []Quantity { return s.stages("sigmoid", LastPost) },
		holds:      func(v []float64) bool { return v[0] >= 0.5 && v[0] <= 0.6 },
		bySamples:  true,
	},
	{
		ID: "relu-output", Statement: "ReLU's output signal, above sigmoid's", Article: "9 to 20",
		Predicate:  "|z| of the output in [9, 20.5] under ReLU and above sigmoid's, for both samples",
		quantities: tracesOf(Output),
		holds:      func(v []float64) bool { return v[1] >= 9 && v[1] <= 20.5 && v[1] > v[0] },
		bySamples:  true,
	},
}

// Assertions are the article's eleven claims in its own order.
func Assertions() []Assertion { return slices.Clone(assertions) }

// Holds judges the evidence of both networks: one verdict, or where the claim is
// about samples one for each, class 0 first.
func (a Assertion) Holds(sigmoid, relu Evidence) []bool {
	return a.verdicts(a.quantities(sigmoid, relu))
}

func (a Assertion) verdicts(quantities []Quantity) []bool {
	values := make([]float64, len(quantities))
	for i, q := range quantities {
		values[i] = q.Value
	}
	if !a.bySamples {
		return []bool{a.holds(values)}
	}
	half := len(values) / 2
	return []bool{a.holds(values[:half]), a.holds(values[half:])}
}

// within says whether v lies no farther than tolerance from target.
func within(v, target, tolerance float64) bool { return math.Abs(v-target) <= tolerance }

// losses are those at some quarters, counted from 0, under the article's epochs.
func (e Evidence) losses(quarters ...int) []Quantity {
	epochs := QuarterEpochs(config.Article().Epochs)
	var q []Quantity
	for _, i := range quarters {
		q = append(q, Quantity{Name: fmt.Sprintf("epoch %d", epochs[i]), Value: e.Loss[i]})
	}
	return q
}

// spreads are those of the first and the last hidden layer.
func (e Evidence) spreads() []Quantity {
	last := len(e.Spread)
	ends := []Quantity{{Name: "inputs", Value: e.InputSpread}, {Name: fmt.Sprintf("layer %d", last), Value: e.Spread[last-1]}}
	if last > 1 {
		ends[0] = Quantity{Name: "layer 1", Value: e.Spread[0]}
	}
	return ends
}

// Stage is a place in a signal trace, whatever its length.
type Stage func(trace []float64) float64

// FirstPre and FirstPost are the first hidden layer's signal before and after its
// activation.
func FirstPre(trace []float64) float64  { return trace[0] }
func FirstPost(trace []float64) float64 { return trace[1] }

// LastPost is the last hidden layer's signal after its activation.
func LastPost(trace []float64) float64 { return trace[len(trace)-2] }

// Output is the magnitude of the output's pre-activation.
func Output(trace []float64) float64 { return trace[len(trace)-1] }

// stages is one network's value at a stage of both samples' traces.
func (e Evidence) stages(network string, at Stage) []Quantity {
	return []Quantity{{network, sampleName(0), at(e.Trace[0])}, {network, sampleName(1), at(e.Trace[1])}}
}

func sampleName(class int) string { return fmt.Sprintf("class %d", class) }

// tracesOf is a stage of the traces of both networks, sample by sample.
func tracesOf(at Stage) func(s, r Evidence) []Quantity {
	return func(s, r Evidence) []Quantity {
		sigmoid, relu := s.stages("sigmoid", at), r.stages("relu", at)
		return []Quantity{sigmoid[0], relu[0], sigmoid[1], relu[1]}
	}
}

// judge holds an assertion against measured numbers.
func (a Assertion) judge(reference, measured []Quantity) Claim {
	c := Claim{ID: a.ID, Statement: a.Statement, Article: a.Article, Reference: reference, Measured: measured, Holds: true}
	verdicts := a.verdicts(measured)
	for class, holds := range verdicts {
		c.Holds = c.Holds && holds
		if a.bySamples {
			c.HoldsFor = append(c.HoldsFor, SampleVerdict{sampleName(class), holds})
		}
	}
	return c
}

// Judge holds the evidence of the two networks of the article's configuration against
// its claims.
func Judge(sigmoid, relu Evidence) ([]Claim, error) {
	reference, err := referenceEvidence()
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, a := range assertions {
		claims = append(claims, a.judge(a.quantities(reference["sigmoid"], reference["relu"]), a.quantities(sigmoid, relu)))
	}
	return claims, nil
}
