package models

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"actscope/data"
	"actscope/graph"
	"actscope/graph/machine/kernel"
)

// moons is a standardised set of two moons.
func moons(t *testing.T, samples int) data.Set {
	t.Helper()
	set, err := data.Moons(data.MoonsConfig{Samples: samples, Noise: 0.1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	set, _, err = data.Standardise(set)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func newNet(t *testing.T, activation graph.Activation, hidden ...int) (*Network, *data.RandomState) {
	t.Helper()
	rng := data.NewRandomState(5)
	net, err := NewMLP(MLP{Inputs: 2, Hidden: hidden, Activation: activation}, rng)
	if err != nil {
		t.Fatal(err)
	}
	return net, rng
}

func TestInitialWeightsFollowTheActivationsGain(t *testing.T) {
	net, _ := newNet(t, graph.ReLU, 4, 3)
	stream := data.NewRandomState(5)
	for i, p := range net.Parameters {
		for j, v := range p.Values {
			want := 0.0
			if i%2 == 0 {
				want = stream.NormFloat64() * math.Sqrt(2/float64(p.Rows))
			}
			if v != want {
				t.Fatalf("%s[%d] is %v, want %v", p.Name, j, v, want)
			}
		}
	}
}

// A network without hidden layers is logistic regression, whose descent is
// written down in a line: w -= rate * mean((σ(w x + b) - y) x).
func TestTrainingIsGradientDescent(t *testing.T) {
	set := moons(t, 20)
	net, _ := newNet(t, graph.Sigmoid)
	w, b := slices.Clone(net.Parameters[0].Values), 0.0
	const rate, batch, epochs = 0.7, 6, 3
	shuffle := data.NewRandomState(9)
	var losses []float64
	for range epochs {
		order := shuffle.Permutation(set.Rows())
		total, batches := 0.0, 0.0
		for len(order) > 0 {
			rows := order[:min(batch, len(order))]
			order = order[len(rows):]
			var loss, dw0, dw1, db float64
			for _, i := range rows {
				x, y := set.Row(i), set.Y[i]
				p := 1 / (1 + math.Exp(-(w[0]*x[0] + w[1]*x[1] + b)))
				loss -= y*math.Log(p+1e-9) + (1-y)*math.Log(1-p+1e-9)
				dw0, dw1, db = dw0+(p-y)*x[0], dw1+(p-y)*x[1], db+(p-y)
			}
			n := float64(len(rows))
			w[0], w[1], b = w[0]-rate*dw0/n, w[1]-rate*dw1/n, b-rate*db/n
			total, batches = total+loss/n, batches+1
		}
		losses = append(losses, total/batches)
	}
	history, err := Train(t.Context(), net, set, Training{Rate: rate, Batch: batch, Epochs: epochs, Shuffle: data.NewRandomState(9)})
	if err != nil {
		t.Fatal(err)
	}
	if history.Steps != 12 {
		t.Errorf("%d steps, want 4 in each of 3 epochs", history.Steps)
	}
	for i, want := range losses {
		if math.Abs(history.Loss[i]-want) > 1e-14 {
			t.Errorf("epoch %d: loss %v, want %v", i+1, history.Loss[i], want)
		}
	}
	got := append(slices.Clone(net.Parameters[0].Values), net.Parameters[1].Values...)
	for i, want := range []float64{w[0], w[1], b} {
		if math.Abs(got[i]-want) > 1e-14 {
			t.Errorf("parameter %d is %v, want %v", i, got[i], want)
		}
	}
}

func TestBatchBeyondTheRowsIsOneFullBatch(t *testing.T) {
	set := moons(t, 10)
	var outcomes [][]float64
	for _, batch := range []int{10, 11, 1000} {
		net, rng := newNet(t, graph.Tanh, 3)
		history, err := Train(t.Context(), net, set, Training{Rate: 0.1, Batch: batch, Epochs: 2, Shuffle: rng})
		if err != nil {
			t.Fatal(err)
		}
		if history.Steps != 2 {
			t.Errorf("batch %d: %d steps in two epochs", batch, history.Steps)
		}
		outcomes = append(outcomes, slices.Clone(net.Parameters[0].Values))
	}
	if !slices.Equal(outcomes[0], outcomes[1]) || !slices.Equal(outcomes[0], outcomes[2]) {
		t.Error("a larger batch trains differently")
	}
}

func TestRecordersSeeEveryEpoch(t *testing.T) {
	set := moons(t, 12)
	net, rng := newNet(t, graph.ReLU, 3)
	first, err := net.Gradient(set)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	history, err := Train(t.Context(), net, set, Training{Rate: 0.1, Batch: 100, Epochs: 3, Shuffle: rng}, RecorderFunc(func(e Epoch) error {
		numbers = append(numbers, e.Number)
		if e.Number > 1 {
			return nil
		}
		// One full batch: the norms are those of the gradient at the start, whatever the order of the rows.
		for l, norm := range e.GradientNorms {
			sum := 0.0
			for _, g := range append(slices.Clone(first.Parameters[2*l]), first.Parameters[2*l+1]...) {
				sum += g * g
			}
			if math.Abs(norm-math.Sqrt(sum)) > 1e-14 {
				t.Errorf("layer %d: norm %v, want %v", l+1, norm, math.Sqrt(sum))
			}
		}
		if math.Abs(e.Loss-first.Reported) > 1e-14 {
			t.Errorf("loss %v, want %v", e.Loss, first.Reported)
		}
		return nil
	}))
	if err != nil || !slices.Equal(numbers, []int{1, 2, 3}) || len(history.Loss) != 3 {
		t.Errorf("epochs %v, %d losses, %v", numbers, len(history.Loss), err)
	}
}

func TestRecorderErrorStopsTraining(t *testing.T) {
	net, rng := newNet(t, graph.ReLU, 3)
	broken := errors.New("broken")
	history, err := Train(t.Context(), net, moons(t, 12), Training{Rate: 0.1, Batch: 4, Epochs: 9, Shuffle: rng},
		RecorderFunc(func(e Epoch) error {
			if e.Number == 2 {
				return broken
			}
			return nil
		}))
	if !errors.Is(err, broken) || history.Steps != 6 {
		t.Errorf("%v after %d steps", err, history.Steps)
	}
}

func TestTrainingStopsWhenTheContextIsDone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	net, rng := newNet(t, graph.ReLU, 3)
	if _, err := net.HookTraining(1, graph.PreActivation, func(graph.Capture) error { cancel(); return nil }); err != nil {
		t.Fatal(err)
	}
	history, err := Train(ctx, net, moons(t, 12), Training{Rate: 0.1, Batch: 4, Epochs: 9, Shuffle: rng})
	if !errors.Is(err, context.Canceled) || history.Steps != 1 {
		t.Errorf("%v after %d steps", err, history.Steps)
	}
}

func TestDivergenceSaysWhereAndWhen(t *testing.T) {
	overflow := "layer" // in a sum that becomes Inf - Inf
	if kernel.Set() == kernel.AVX2 {
		overflow = "the loss" // a sum of fused terms keeps the infinity that came first
	}
	for _, test := range []struct {
		name    string
		prepare func(net *Network, training *Training)
		want    string
		epoch   int
		step    int
	}{
		{"rate 1e300", func(_ *Network, s *Training) { s.Rate = 1e300 }, overflow, 1, 2},
		{"weight is NaN", func(n *Network, _ *Training) { n.Parameters[2].Values[0] = math.NaN() }, "layer", 1, 1},
		{"last step overflows", func(n *Network, s *Training) {
			s.Rate, s.Epochs, s.Batch = math.MaxFloat64, 1, 12
			n.Parameters[2].Values[0] = -1e300
		}, "layer", 1, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			net, rng := newNet(t, graph.ReLU, 3)
			training := Training{Rate: 0.1, Batch: 4, Epochs: 9, Shuffle: rng}
			test.prepare(net, &training)
			_, err := Train(t.Context(), net, moons(t, 12), training)
			var d *DivergenceError
			if !errors.As(err, &d) {
				t.Fatalf("got %v", err)
			}
			if d.Epoch != test.epoch || d.Step != test.step || !strings.Contains(d.Quantity, test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestBadTrainingSettingsAreRefused(t *testing.T) {
	net, rng := newNet(t, graph.ReLU, 3)
	good := Training{Rate: 0.1, Batch: 4, Epochs: 1, Shuffle: rng}
	set := moons(t, 12)
	for name, change := range map[string]func(s *Training, d *data.Set){
		"rate 0":       func(s *Training, _ *data.Set) { s.Rate = 0 },
		"rate NaN":     func(s *Training, _ *data.Set) { s.Rate = math.NaN() },
		"rate Inf":     func(s *Training, _ *data.Set) { s.Rate = math.Inf(1) },
		"batch 0":      func(s *Training, _ *data.Set) { s.Batch = 0 },
		"epochs < 0":   func(s *Training, _ *data.Set) { s.Epochs = -1 },
		"no stream":    func(s *Training, _ *data.Set) { s.Shuffle = nil },
		"no rows":      func(_ *Training, d *data.Set) { *d = data.Set{Columns: 2} },
		"one column":   func(_ *Training, d *data.Set) { *d = data.Set{Columns: 1, X: []float64{1}, Y: []float64{0}} },
		"NaN in data":  func(_ *Training, d *data.Set) { *d = d.Clone(); d.X[3] = math.NaN() },
		"label of two": func(_ *Training, d *data.Set) { *d = d.Clone(); d.Y[3] = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			s, d := good, set
			change(&s, &d)
			before := slices.Clone(net.Parameters[0].Values)
			if _, err := Train(t.Context(), net, d, s); err == nil {
				t.Error("accepted")
			}
			if !slices.Equal(before, net.Parameters[0].Values) {
				t.Error("the network was changed")
			}
		})
	}
}

// Training computes what the graph says: an activation whose expression is
// another's trains as the other, and one whose expression fails cannot train,
// whatever its plain functions are.
func TestBreakingTheGraphBreaksTraining(t *testing.T) {
	impostor := graph.ReLU
	impostor.Expression = graph.Tanh.Expression
	broken := graph.ReLU
	failure := errors.New("no such node")
	broken.Expression = func(*gorgonia.Node) (*gorgonia.Node, error) { return nil, failure }

	course := func(a graph.Activation) ([]float64, error) {
		a.Gain = 1
		net, rng := newNet(t, a, 3)
		history, err := Train(t.Context(), net, moons(t, 12), Training{Rate: 0.5, Batch: 4, Epochs: 5, Shuffle: rng})
		return history.Loss, err
	}
	tanh, err := course(graph.Tanh)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := course(impostor); err != nil || !slices.Equal(got, tanh) {
		t.Errorf("an expression of tanh trains as %v, %v; tanh as %v", got, err, tanh)
	}
	if got, err := course(graph.ReLU); err != nil || slices.Equal(got, tanh) {
		t.Errorf("ReLU trains as tanh: %v", err)
	}
	if _, err := course(broken); !errors.Is(err, failure) {
		t.Errorf("a broken expression gives %v", err)
	}
}

func TestTrainingStepAllocatesNothing(t *testing.T) {
	set := moons(t, 300)
	check := func(name string, activation graph.Activation, optimiser Optimiser) {
		net, rng := newNet(t, activation, 8, 8)
		trainer, err := newTrainer(net, set, Training{Rate: 0.05, Batch: 64, Epochs: 1, Shuffle: rng, Optimiser: optimiser, WeightDecay: 0.01, Clip: 1})
		if err != nil {
			t.Fatal(err)
		}
		allocations := testing.AllocsPerRun(10, func() {
			if _, err := trainer.epoch(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		})
		if allocations != 0 {
			t.Errorf("%s: %v allocations in an epoch", name, allocations)
		}
	}
	formula, err := graph.ActivationNamed("max(sin(z),z/(1+exp(-z)))-pow(abs(z)+1,0.5)")
	if err != nil {
		t.Fatal(err)
	}
	for _, activation := range append(graph.Activations(), formula) {
		check(activation.Name, activation, nil)
	}
	for _, optimiser := range Optimisers() {
		check(optimiser.Name(), graph.ReLU, optimiser)
	}
}

func TestTrainingAgainReusesTheGraphs(t *testing.T) {
	net, rng := newNet(t, graph.ReLU, 3)
	set := moons(t, 10)
	for range 3 {
		if _, err := Train(t.Context(), net, set, Training{Rate: 0.1, Batch: 4, Epochs: 1, Shuffle: rng}); err != nil {
			t.Fatal(err)
		}
	}
	if kept := len(net.training.kept); kept != 2 {
		t.Errorf("%d programs for batch and tail", kept)
	}
}
