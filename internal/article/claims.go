// Package article holds what the article says: its claims as predicates that any two
// networks can be asked, and the numbers that its own algorithm gives, with which a
// reproduction is compared digit for digit.
package article

import (
	"fmt"
	"math"
	"slices"

	"actscope/internal/config"
	"actscope/internal/experiment"
)

// The article's two networks, by the name of their activation.
const (
	Sigmoid = "sigmoid"
	ReLU    = "relu"
)

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

// EvidenceOf takes the evidence from the loss of every epoch, of which there is at least
// one, and from what was measured afterwards, signals and the traces of two classes included.
func EvidenceOf(losses []float64, m *experiment.Measurement) Evidence {
	return Evidence{Loss: quarterLosses(losses), TestAccuracy: m.TestAccuracy, Spread: m.Spread, InputSpread: m.InputSpread, Trace: [2][]float64(m.Trace)}
}

// quarterEpochs are the epochs at which the quarters of a training end, rounded up.
func quarterEpochs(epochs int) (at [4]int) {
	for i := range at {
		at[i] = (epochs*(i+1) + 3) / 4
	}
	return at
}

// quarterLosses are the losses after each quarter of a training, given that of every
// epoch.
func quarterLosses(losses []float64) (quarters [4]float64) {
	for i, epoch := range quarterEpochs(len(losses)) {
		quarters[i] = losses[epoch-1]
	}
	return quarters
}

// Spreads are those of the last and the first hidden layer; of one layer alone, its own
// and the inputs'.
func (e Evidence) Spreads() (last, first float64) {
	last, first = e.Spread[len(e.Spread)-1], e.Spread[0]
	if len(e.Spread) == 1 {
		first = e.InputSpread
	}
	return last, first
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

// Quantity is a named number, of one of the traced samples where Sample is set.
type Quantity struct {
	Name   string  `json:"name"`
	Sample string  `json:"sample,omitempty"`
	Value  float64 `json:"value"`
}

// Share says that the value is a share, which readers see in per cent.
func (q Quantity) Share() bool { return q.Name == accuracyName }

// Assertion is one row of the article's findings as a predicate. At other settings
// than the article's, quarters of the training stand for its epochs 200 to 800, the
// first and the last hidden layer for its two layers, and where there is one layer
// only the inputs' spread for that of the first.
type Assertion struct {
	// ID is a short name for programs, Statement what the article says, Article the
	// number that it prints, Predicate what has to be true.
	ID, Statement, Article, Predicate string
	// Networks are those that it is about.
	Networks []string
	// BySample says that each traced sample is judged by itself.
	BySample bool
	// Effect names the difference that says by how much: see [Assertion.Difference].
	Effect string

	// read gives the numbers that are looked at, for one of the networks.
	read func(e Evidence, network string, sample int) []Quantity
	// holds judges the numbers v of all its networks, in their order, and difference
	// takes two from them.
	holds      func(v []float64) bool
	difference func(v []float64) (a, b float64)
}

// assertions are the article's eleven claims in its own order.
var assertions = []Assertion{
	{
		ID: "sigmoid-loss-stalls", Statement: "sigmoid loss stalls by epoch 400", Article: "about 0.28",
		Predicate: "loss at half of the training within 0.01 of the last",
		Networks:  []string{Sigmoid}, read: losses(1, 3),
		holds:  func(v []float64) bool { return within(v[0], v[1], 0.01) },
		Effect: "sigmoid's loss, half-way − end", difference: firstAndLast,
	},
	{
		ID: "relu-loss-falls", Statement: "ReLU loss keeps falling", Article: "about 0.15 to about 0.03",
		Predicate: "loss strictly down from quarter to quarter of the training, the last below 0.04",
		Networks:  []string{ReLU}, read: losses(0, 1, 2, 3),
		holds:  func(v []float64) bool { return v[0] > v[1] && v[1] > v[2] && v[2] > v[3] && v[3] < 0.04 },
		Effect: "ReLU's loss, first quarter − end", difference: firstAndLast,
	},
	{
		ID: "sigmoid-accuracy", Statement: "test accuracy, sigmoid", Article: "about 79 %",
		Predicate: "79 % ± 0.5 points",
		Networks:  []string{Sigmoid}, read: testAccuracy,
		holds:  func(v []float64) bool { return within(v[0], 0.79, 0.005) },
		Effect: "sigmoid's test accuracy − 79 %", difference: firstAnd(0.79),
	},
	{
		ID: "relu-accuracy", Statement: "test accuracy, ReLU", Article: "about 96 %",
		Predicate: "96 % ± 0.5 points",
		Networks:  []string{ReLU}, read: testAccuracy,
		holds:  func(v []float64) bool { return within(v[0], 0.96, 0.005) },
		Effect: "ReLU's test accuracy − 96 %", difference: firstAnd(0.96),
	},
	{
		ID: "sigmoid-spread", Statement: "hidden spread shrinks, sigmoid", Article: "0.26 → 0.19",
		Predicate: "spread smaller in the last hidden layer than in the first; 0.26 ± 0.01 and 0.19 ± 0.01",
		Networks:  []string{Sigmoid}, read: spreads,
		holds:  func(v []float64) bool { return v[1] < v[0] && within(v[0], 0.26, 0.01) && within(v[1], 0.19, 0.01) },
		Effect: "sigmoid's spread, last − first hidden layer", difference: lastAndFirst,
	},
	{
		ID: "relu-spread", Statement: "hidden spread grows, ReLU", Article: "1.15 → 1.67",
		Predicate: "spread larger in the last hidden layer than in the first; 1.15 ± 0.01 and 1.67 ± 0.01",
		Networks:  []string{ReLU}, read: spreads,
		holds:  func(v []float64) bool { return v[1] > v[0] && within(v[0], 1.15, 0.01) && within(v[1], 1.67, 0.01) },
		Effect: "ReLU's spread, last − first hidden layer", difference: lastAndFirst,
	},
	{
		ID: "first-signal-alike", Statement: "first pre-activation alike in both nets", Article: "about 2.0",
		Predicate: "mean |z₁| of both nets within 0.35 of 2.0, for both samples",
		Networks:  []string{Sigmoid, ReLU}, BySample: true, read: signal(FirstPre),
		holds:  func(v []float64) bool { return within(v[0], 2, 0.35) && within(v[1], 2, 0.35) },
		Effect: "mean |z₁|, ReLU − sigmoid", difference: lastAndFirst,
	},
	{
		ID: "sigmoid-compresses", Statement: "sigmoid compresses the signal at once", Article: "to about 0.3",
		Predicate: "mean a₁ within 0.05 of 0.3, for both samples",
		Networks:  []string{Sigmoid}, BySample: true, read: signal(FirstPost),
		holds:  func(v []float64) bool { return within(v[0], 0.3, 0.05) },
		Effect: "sigmoid's mean a₁ − 0.3", difference: firstAnd(0.3),
	},
	{
		ID: "relu-retains", Statement: "ReLU retains a higher value there", Article: "above sigmoid's",
		Predicate: "mean a₁ larger under ReLU, for both samples",
		Networks:  []string{Sigmoid, ReLU}, BySample: true, read: signal(FirstPost),
		holds:  func(v []float64) bool { return v[1] > v[0] },
		Effect: "mean a₁, ReLU − sigmoid", difference: lastAndFirst,
	},
	{
		ID: "sigmoid-narrow-band", Statement: "sigmoid stays in a narrow band in depth", Article: "0.5 to 0.6",
		Predicate: "mean activation of the last hidden layer in [0.5, 0.6], for both samples",
		Networks:  []string{Sigmoid}, BySample: true, read: signal(LastPost),
		holds:  func(v []float64) bool { return v[0] >= 0.5 && v[0] <= 0.6 },
		Effect: "sigmoid's mean activation of the last hidden layer − 0.55", difference: firstAnd(0.55),
	},
	{
		ID: "relu-output", Statement: "ReLU's output signal, above sigmoid's", Article: "9 to 20",
		Predicate: "|z| of the output in [9, 20.5] under ReLU and above sigmoid's, for both samples",
		Networks:  []string{Sigmoid, ReLU}, BySample: true, read: signal(Output),
		holds:  func(v []float64) bool { return v[1] >= 9 && v[1] <= 20.5 && v[1] > v[0] },
		Effect: "|z| of the output, ReLU − sigmoid", difference: lastAndFirst,
	},
}

// within says whether v lies no farther than tolerance from target.
func within(v, target, tolerance float64) bool { return math.Abs(v-target) <= tolerance }

func firstAndLast(v []float64) (a, b float64) { return v[0], v[len(v)-1] }
func lastAndFirst(v []float64) (a, b float64) { return v[len(v)-1], v[0] }

// firstAnd is the first number and one that the article prints.
func firstAnd(printed float64) func(v []float64) (a, b float64) {
	return func(v []float64) (a, b float64) { return v[0], printed }
}

// losses reads those of some quarters, counted from 0, under the article's epochs.
func losses(quarters ...int) func(Evidence, string, int) []Quantity {
	return func(e Evidence, _ string, _ int) []Quantity {
		epochs := quarterEpochs(config.Article().Epochs)
		var q []Quantity
		for _, i := range quarters {
			q = append(q, Quantity{Name: fmt.Sprintf("epoch %d", epochs[i]), Value: e.Loss[i]})
		}
		return q
	}
}

// accuracyName is that of quantities that are shares.
const accuracyName = "test accuracy"

func testAccuracy(e Evidence, _ string, _ int) []Quantity {
	return []Quantity{{Name: accuracyName, Value: e.TestAccuracy}}
}

func spreads(e Evidence, _ string, _ int) []Quantity {
	last, first := e.Spreads()
	from := "layer 1"
	if len(e.Spread) == 1 {
		from = "inputs"
	}
	return []Quantity{{Name: from, Value: first}, {Name: fmt.Sprintf("layer %d", len(e.Spread)), Value: last}}
}

// signal reads a stage of a sample's trace.
func signal(at Stage) func(Evidence, string, int) []Quantity {
	return func(e Evidence, network string, sample int) []Quantity {
		return []Quantity{{network, sampleName(sample), at(e.Trace[sample])}}
	}
}

func sampleName(class int) string { return fmt.Sprintf("class %d", class) }

// Assertions are the article's eleven claims in its own order.
func Assertions() []Assertion { return slices.Clone(assertions) }

// Samples is how many verdicts there are: one, or one for each traced sample.
func (a Assertion) Samples() int {
	if a.BySample {
		return len(Evidence{}.Trace)
	}
	return 1
}

// Holds judges the evidence of both networks, for the traced sample of a class where the
// claim is about samples.
func (a Assertion) Holds(sigmoid, relu Evidence, sample int) bool {
	return a.holds(values(a.quantities(sigmoid, relu, sample)))
}

// Difference is by how much: x − y are two of the numbers that Holds judges, or one of
// them and one that the article prints.
func (a Assertion) Difference(sigmoid, relu Evidence, sample int) (x, y float64) {
	return a.difference(values(a.quantities(sigmoid, relu, sample)))
}

func (a Assertion) quantities(sigmoid, relu Evidence, sample int) []Quantity {
	var all []Quantity
	for _, network := range a.Networks {
		e := sigmoid
		if network == ReLU {
			e = relu
		}
		all = append(all, a.read(e, network, sample)...)
	}
	return all
}

func values(quantities []Quantity) []float64 {
	values := make([]float64, len(quantities))
	for i, q := range quantities {
		values[i] = q.Value
	}
	return values
}

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

// SampleVerdict says whether a claim holds for one traced sample.
type SampleVerdict struct {
	Sample string `json:"sample"`
	Holds  bool   `json:"holds"`
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
		c := Claim{ID: a.ID, Statement: a.Statement, Article: a.Article, Holds: true}
		for sample := range a.Samples() {
			c.Reference = append(c.Reference, a.quantities(reference[Sigmoid], reference[ReLU], sample)...)
			measured := a.quantities(sigmoid, relu, sample)
			c.Measured = append(c.Measured, measured...)
			holds := a.holds(values(measured))
			c.Holds = c.Holds && holds
			if a.BySample {
				c.HoldsFor = append(c.HoldsFor, SampleVerdict{sampleName(sample), holds})
			}
		}
		claims = append(claims, c)
	}
	return claims, nil
}
