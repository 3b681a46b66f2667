package models

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// resumable is one setting of everything that a checkpoint has to carry.
type resumable struct {
	optimiser Optimiser
	parts     []string
}

// start makes network, streams and settings as a new process would.
func (r resumable) start(t *testing.T, seed uint32, epochs int) (*Network, Training) {
	t.Helper()
	stream := data.NewRandomState(seed)
	net, err := NewMLP(MLP{Inputs: 2, Hidden: []int{6, 6}, Activation: graph.ReLU, Parts: parts(t, r.parts...)}, stream)
	if err != nil {
		t.Fatal(err)
	}
	return net, Training{
		Rate: 0.05, Batch: 7, Epochs: epochs, Shuffle: stream, Masks: MaskStream(seed),
		Optimiser: r.optimiser, WeightDecay: 0.01, Clip: 0.5,
	}
}

// save trains for so many epochs and writes the checkpoint after the last.
func (r resumable) save(t *testing.T, epochs int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "training.npz")
	net, training := r.start(t, 5, epochs)
	if _, err := Train(t.Context(), net, moons(t, 40), training, RecorderFunc(func(e Epoch) error {
		if e.Number < epochs {
			return nil
		}
		c, err := e.Checkpoint()
		if err != nil {
			return err
		}
		return c.Write(path)
	})); err != nil {
		t.Fatal(err)
	}
	return path
}

// state is everything about a network that could differ.
func state(net *Network) [][]float64 {
	var all [][]float64
	for _, p := range net.arrays() {
		all = append(all, slices.Clone(p.Values))
	}
	return all
}

func TestResumedTrainingIsBitForBitThatWhichNeverStopped(t *testing.T) {
	set := moons(t, 40)
	for _, optimiser := range Optimisers() {
		for _, names := range [][]string{nil, {"batch-norm"}, {"dropout:0.3"}, {"batch-norm", "dropout:0.3", "residual"}} {
			t.Run(fmt.Sprint(optimiser.Name(), names), func(t *testing.T) {
				r := resumable{optimiser, names}
				straight, training := r.start(t, 5, 10)
				want, err := Train(t.Context(), straight, set, training)
				if err != nil {
					t.Fatal(err)
				}
				next := training.Shuffle.Float64()

				checkpoint, err := ReadCheckpoint(r.save(t, 4))
				if err != nil {
					t.Fatal(err)
				}
				resumed, training := r.start(t, 77, 10) // other weights and streams: none of them may count
				training.Resume = checkpoint
				var numbers []int
				got, err := Train(t.Context(), resumed, set, training, RecorderFunc(func(e Epoch) error {
					numbers = append(numbers, e.Number)
					return nil
				}))
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got.Loss, want.Loss) || got.Steps != want.Steps || !slices.Equal(numbers, []int{5, 6, 7, 8, 9, 10}) {
					t.Errorf("losses %v over %d steps, epochs %v; want %v over %d", got.Loss, got.Steps, numbers, want.Loss, want.Steps)
				}
				a, b := state(resumed), state(straight)
				for i := range a {
					if !slices.Equal(a[i], b[i]) {
						t.Errorf("%s differs", straight.arrays()[i].Name)
					}
				}
				if training.Shuffle.Float64() != next {
					t.Error("the shuffles' stream ends elsewhere")
				}
			})
		}
	}
}

func TestCheckpointRestoresTheNetworkAlone(t *testing.T) {
	r := resumable{Adam{0.9, 0.999, 1e-8}, []string{"batch-norm"}}
	trained, training := r.start(t, 5, 4)
	if _, err := Train(t.Context(), trained, moons(t, 40), training); err != nil {
		t.Fatal(err)
	}
	checkpoint, err := ReadCheckpoint(r.save(t, 4))
	if err != nil {
		t.Fatal(err)
	}
	net, training := r.start(t, 8, 4)
	if err := checkpoint.Restore(net); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(state(net)) != fmt.Sprint(state(trained)) {
		t.Error("the restored network differs")
	}
	// Nothing is left to do: the history is the checkpoint's.
	training.Resume = checkpoint
	history, err := Train(t.Context(), net, moons(t, 40), training)
	if err != nil || len(history.Loss) != 4 || history.Steps != 24 {
		t.Errorf("%+v, %v", history, err)
	}
}

func TestCheckpointOfAnotherTrainingIsRefused(t *testing.T) {
	r := resumable{Adam{0.9, 0.999, 1e-8}, []string{"dropout:0.3"}}
	checkpoint, err := ReadCheckpoint(r.save(t, 4))
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*resumable, *Training){
		"by adam instead of momentum":          func(_ *resumable, s *Training) { s.Optimiser = Momentum{0.9} },
		"after 4 epochs, more than the 3":      func(_ *resumable, s *Training) { s.Epochs = 3 },
		"dropout:0.3) → 1 sigmoid, loss logit": func(r *resumable, _ *Training) { r.parts = []string{"dropout:0.2"} },
		"of another network":                   func(r *resumable, _ *Training) { r.parts = nil },
	} {
		other := r
		change(&other, &Training{})
		net, training := other.start(t, 5, 10)
		change(&other, &training)
		training.Resume = checkpoint
		before, stream := state(net), training.Shuffle.Clone()
		if _, err := Train(t.Context(), net, moons(t, 40), training); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
		if fmt.Sprint(before) != fmt.Sprint(state(net)) || stream.Float64() != training.Shuffle.Float64() {
			t.Errorf("%s: something was changed", want)
		}
	}
	net, _ := resumable{}.start(t, 5, 1)
	if err := checkpoint.Restore(net); err == nil || !strings.Contains(err.Error(), "another network") {
		t.Errorf("got %v", err)
	}
	if _, err := (Epoch{}).Checkpoint(); err == nil {
		t.Error("a checkpoint of no training was taken")
	}
}
