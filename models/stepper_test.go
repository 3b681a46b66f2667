package models

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// stepped are a network and the settings of a training, both anew at each call.
func stepped(t testing.TB, optimiser string, parts ...string) (*Network, data.Set, Training) {
	t.Helper()
	set, err := data.Generate(data.GeneratorConfig{Name: "moons", Samples: 90, Noise: 0.2, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	spec := MLP{Inputs: 2, Hidden: []int{5, 4}, Activation: graph.ReLU}
	if spec.Parts, err = graph.PartsNamed(parts); err != nil {
		t.Fatal(err)
	}
	stream := data.NewRandomState(7)
	net, err := NewMLP(spec, stream)
	if err != nil {
		t.Fatal(err)
	}
	rule, err := OptimiserNamed(optimiser)
	if err != nil {
		t.Fatal(err)
	}
	schedule, err := ParseSchedule("step:3:0.5", 20)
	if err != nil {
		t.Fatal(err)
	}
	return net, set.First(70), Training{
		Rate: 0.1, Batch: 16, Epochs: 20, Shuffle: stream, Masks: MaskStream(7), Optimiser: rule, Schedule: schedule, WeightDecay: 0.01, Clip: 2,
		Validation: set.From(70), Patience: 19,
	}
}

func bitsOf(net *Network) (bits []uint64) {
	for _, p := range net.arrays() {
		for _, v := range p.Values {
			bits = append(bits, math.Float64bits(v))
		}
	}
	return bits
}

// Whoever advances a training by epochs, by steps, or from a state that was taken in the middle of an
// epoch gets the bytes that Train gives.
func TestTrainersGiveTheBytesOfTrain(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		optimiser string
		parts     []string
	}{{"descent", nil}, {"momentum", []string{"batch-norm"}}, {"nesterov", []string{"dropout:0.3"}}, {"adam", []string{"layer-norm", "dropout:0.1"}}} {
		net, set, training := stepped(t, c.optimiser, c.parts...)
		var norms []float64
		history, err := Train(ctx, net, set, training, RecorderFunc(func(e Epoch) error {
			norms = append(norms, e.GradientNorms...)
			return nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		want := bitsOf(net)
		for name, advance := range map[string]func(t *Trainer) (Epoch, error){
			"by epochs": func(t *Trainer) (Epoch, error) { return t.Epoch(ctx) },
			"by steps": func(t *Trainer) (Epoch, error) {
				for {
					if e, ended, err := t.Step(ctx); ended || err != nil {
						return e, err
					}
				}
			},
			"from states": func(trainer *Trainer) (Epoch, error) {
				if _, _, err := trainer.Step(ctx); err != nil {
					return Epoch{}, err
				}
				state := trainer.State()
				if _, err := trainer.Epoch(ctx); err != nil {
					return Epoch{}, err
				}
				if _, err := trainer.Epoch(ctx); err != nil {
					return Epoch{}, err
				}
				if err := trainer.Restore(state); err != nil {
					return Epoch{}, err
				}
				return trainer.Epoch(ctx)
			},
		} {
			net, set, training := stepped(t, c.optimiser, c.parts...)
			trainer, err := NewTrainer(net, set, training)
			if err != nil {
				t.Fatal(err)
			}
			for i, loss := range history.Loss {
				e, err := advance(trainer)
				if err != nil {
					t.Fatal(err)
				}
				depth := net.Depth()
				if e.Number != i+1 || e.Loss != loss || !slices.Equal(e.GradientNorms, norms[i*depth:(i+1)*depth]) || *e.Validation != history.Validation[i] {
					t.Fatalf("%s, %s: epoch %d is %+v, and Train's loss is %v", c.optimiser, name, i+1, e, loss)
				}
			}
			if best := trainer.Best(); best != history.Best {
				t.Errorf("%s, %s: best epoch %d, Train's is %d", c.optimiser, name, best, history.Best)
			}
			if !slices.Equal(bitsOf(net), want) || trainer.Steps() != history.Steps || trainer.Epochs() != len(history.Loss) {
				t.Errorf("%s, %s: other parameters than Train's, or not its %d steps", c.optimiser, name, history.Steps)
			}
			if err := trainer.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestTrainersAllocateNothingInAStep(t *testing.T) {
	net, set, training := stepped(t, "adam", "batch-norm", "dropout:0.2")
	trainer, err := NewTrainer(net, set, training)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	ctx := context.Background()
	if allocations := testing.AllocsPerRun(200, func() {
		if _, _, err := trainer.Step(ctx); err != nil {
			t.Fatal(err)
		}
	}); allocations != 0 {
		t.Errorf("%v allocations in a step", allocations)
	}
}

func TestTrainersChangeTheirRate(t *testing.T) {
	ctx := context.Background()
	run := func(rates ...float64) []uint64 {
		net, set, training := stepped(t, "descent")
		training.Schedule, training.Rate = Schedule{}, rates[0]
		trainer, err := NewTrainer(net, set, training)
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		for _, rate := range rates {
			if err := trainer.SetRate(rate); err != nil {
				t.Fatal(err)
			}
			if e, err := trainer.Epoch(ctx); err != nil || e.Rate != rate {
				t.Fatalf("an epoch at the rate %v instead of %v: %v", e.Rate, rate, err)
			}
		}
		if err := trainer.SetRate(math.NaN()); err == nil {
			t.Error("NaN is a rate")
		}
		if err := trainer.SetRate(200); err == nil { // times the decay it is above 1
			t.Error("a rate at which weights change sign")
		}
		return bitsOf(net)
	}
	if slices.Equal(run(0.1, 0.1), run(0.1, 0.2)) {
		t.Error("the rate changes nothing")
	}
	// An independent way to the same: a training that goes on from a checkpoint at another rate.
	net, set, training := stepped(t, "descent")
	training.Schedule, training.Patience, training.Epochs = Schedule{}, 0, 1
	var c *Checkpoint
	if _, err := Train(ctx, net, set, training, RecorderFunc(func(e Epoch) (err error) { c, err = e.Checkpoint(); return err })); err != nil {
		t.Fatal(err)
	}
	training.Resume, training.Rate, training.Epochs = c, 0.2, 2
	if _, err := Train(ctx, net, set, training); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(bitsOf(net), run(0.1, 0.2)) {
		t.Error("another rate from the second epoch on gives something else than a resumed training")
	}
}

func TestRedrawIsANewNetwork(t *testing.T) {
	net, set, training := stepped(t, "adam", "batch-norm")
	training.Patience = 0
	if _, err := Train(context.Background(), net, set, training); err != nil {
		t.Fatal(err)
	}
	stream, other := data.NewRandomState(99), data.NewRandomState(99)
	if err := net.Redraw(stream); err != nil {
		t.Fatal(err)
	}
	fresh, err := NewMLP(*net.drawn, other)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(bitsOf(net), bitsOf(fresh)) {
		t.Error("other numbers than those of a new network")
	}
	if stream.Float64() != other.Float64() {
		t.Error("the stream is elsewhere")
	}
	if allocated, err := NewNetwork(net.Architecture()); err != nil || allocated.Redraw(stream) == nil {
		t.Error("a network that was not drawn is drawn again")
	}
	if net.Redraw(nil) == nil {
		t.Error("weights without a stream")
	}
}

func TestStatesOfOthersAreRefused(t *testing.T) {
	net, set, training := stepped(t, "adam")
	trainer, err := NewTrainer(net, set, training)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	ctx := context.Background()
	if _, _, err := trainer.Step(ctx); err != nil {
		t.Fatal(err)
	}
	middle := trainer.State()
	before := bitsOf(net)
	for name, change := range map[string]func(*data.Set, *Training, *MLP){
		"rows":    func(s *data.Set, _ *Training, _ *MLP) { *s = s.First(40) },
		"batch":   func(_ *data.Set, t *Training, _ *MLP) { t.Batch = 20 },
		"network": func(_ *data.Set, _ *Training, m *MLP) { m.Hidden = []int{5, 5} },
	} {
		set, training, spec := set, training, *net.drawn
		change(&set, &training, &spec)
		training.Shuffle = data.NewRandomState(3)
		other, err := NewMLP(spec, training.Shuffle)
		if err != nil {
			t.Fatal(err)
		}
		to, err := NewTrainer(other, set, training)
		if err != nil {
			t.Fatal(err)
		}
		was := bitsOf(other)
		if err := to.Restore(middle); err == nil || !slices.Equal(bitsOf(other), was) {
			t.Errorf("%s: the state of another training is taken: %v", name, err)
		}
		to.Close()
	}
	if !slices.Equal(bitsOf(net), before) || !middle.Finite() || middle.Bytes() < 8*len(before) || middle.Epochs() != 0 {
		t.Error("a state is not what it was")
	}
}

func TestTrainersSayWhereTheyDiverge(t *testing.T) {
	net, set, training := stepped(t, "descent")
	training.Rate, training.WeightDecay, training.Clip = 1e300, 0, 0
	trainer, err := NewTrainer(net, set, training)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	for range 10 {
		_, err = trainer.Epoch(context.Background())
		var d *DivergenceError
		if errors.As(err, &d) {
			if d.Layer < 1 && d.Quantity != "the loss" || d.Layer > net.Depth() || d.Epoch != trainer.Epochs()+1 || d.Step < 1 {
				t.Errorf("%+v", d)
			}
			return
		}
	}
	t.Errorf("no divergence: %v", err)
}

func TestParametersAndCheckpointsComeBackFromMemory(t *testing.T) {
	net, set, training := stepped(t, "adam", "batch-norm")
	training.Epochs = 2
	var c *Checkpoint
	if _, err := Train(context.Background(), net, set, training, RecorderFunc(func(e Epoch) (err error) { c, err = e.Checkpoint(); return err })); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.npz", "a.safetensors"} {
		var file bytes.Buffer
		if err := net.EncodeParameters(&file, name); err != nil {
			t.Fatal(err)
		}
		other, _, _ := stepped(t, "adam", "batch-norm")
		if err := other.DecodeParameters(bytes.NewReader(file.Bytes()), int64(file.Len()), name); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(bitsOf(other), bitsOf(net)) {
			t.Errorf("%s: other numbers", name)
		}
		if err := other.DecodeParameters(bytes.NewReader(file.Bytes()[:50]), 50, name); err == nil {
			t.Errorf("%s: half a file is taken", name)
		}
	}
	var file bytes.Buffer
	if err := c.Encode(&file); err != nil {
		t.Fatal(err)
	}
	back, err := DecodeCheckpoint(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil || back.Epoch != 2 || back.Steps != c.Steps {
		t.Errorf("%+v: %v", back, err)
	}
	// A trainer goes on from it as Train does.
	one, set, training := stepped(t, "adam", "batch-norm")
	training.Resume, training.Epochs = back, 4
	if _, err := Train(context.Background(), one, set, training); err != nil {
		t.Fatal(err)
	}
	two, set, training := stepped(t, "adam", "batch-norm")
	training.Resume, training.Epochs = back, 4
	trainer, err := NewTrainer(two, set, training)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	for range 2 {
		if _, err := trainer.Epoch(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	trainer.Best()
	if !slices.Equal(bitsOf(one), bitsOf(two)) {
		t.Error("a trainer goes on from a checkpoint with other numbers")
	}
}

func BenchmarkRedraw(b *testing.B) {
	net, _, _ := stepped(b, "descent")
	for b.Loop() {
		if err := net.Redraw(data.NewRandomState(1)); err != nil {
			b.Fatal(err)
		}
	}
}
