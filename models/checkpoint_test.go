package models

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/graph/machine/kernel"
	"actscope/internal/npz"
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

// save trains for the given epochs and writes the checkpoint after the last.
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

// rewritten is the checkpoint's file with its arrays changed.
func rewritten(t *testing.T, path string, change func(npz.Arrays) npz.Arrays) string {
	t.Helper()
	arrays, err := npz.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := npz.Write(&b, change(arrays)); err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "changed.npz")
	if err := os.WriteFile(changed, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return changed
}

// Whatever is wrong with the file is said with its name and the array's, when it is
// read or when the training that it is for begins, and nothing has changed.
func TestBadCheckpointFilesAreRefused(t *testing.T) {
	r := resumable{Momentum{0.9}, []string{"batch-norm", "dropout:0.3"}}
	good := r.save(t, 2)
	value := func(name string, i int, v float64) func(npz.Arrays) npz.Arrays {
		return func(as npz.Arrays) npz.Arrays {
			a, ok := as.Lookup(name)
			if !ok {
				t.Fatalf("no array %s in %v", name, as.Names())
			}
			a.Values[i] = v
			return as
		}
	}
	header := func(old, new string) func(npz.Arrays) npz.Arrays {
		return func(as npz.Arrays) npz.Arrays {
			text, err := bytesOf(as[0])
			if err != nil || !bytes.Contains(text, []byte(old)) {
				t.Fatalf("%s, %v", text, err)
			}
			as[0] = bytesArray(headerArray, bytes.Replace(text, []byte(old), []byte(new), 1))
			return as
		}
	}
	without := func(name string) func(npz.Arrays) npz.Arrays {
		return func(as npz.Arrays) npz.Arrays {
			return slices.DeleteFunc(as, func(a npz.Array) bool { return a.Name == name })
		}
	}
	for name, test := range map[string]struct {
		change func(npz.Arrays) npz.Arrays
		want   string
	}{
		"NaN":                  {value("W2", 3, math.NaN()), `array "W2": entry 3 is NaN`},
		"Inf in memory":        {value("velocity.b1", 0, math.Inf(1)), `array "velocity.b1": entry 0 is +Inf`},
		"NaN in statistics":    {value("variance2", 1, math.NaN()), `array "variance2": entry 1 is NaN`},
		"version":              {header(`"version":2`, `"version":1`), `array "checkpoint": version 1: this program reads version 2`},
		"format":               {header("actscope checkpoint", "other"), `array "checkpoint": format "other"`},
		"no JSON":              {header(`{`, `[`), `array "checkpoint"`},
		"epochs":               {header(`"epoch":2`, `"epoch":3`), `array "loss": 2 losses for 3 epochs`},
		"stream":               {value("shuffle", 0, 0), `array "shuffle"`},
		"masks":                {value("masks", 0, 0), `array "masks"`},
		"text as numbers":      {func(as npz.Arrays) npz.Arrays { as[0].Type = npz.Float64; return as }, `array "checkpoint": float64 instead of bytes`},
		"no header":            {without("checkpoint"), "not a checkpoint"},
		"no stream":            {without("shuffle"), `array "shuffle" is missing`},
		"no masks":             {without("masks"), "arrays: this training needs"},
		"no weights":           {without("W3"), "arrays: this training needs"},
		"other weights":        {func(as npz.Arrays) npz.Arrays { as[4].Name = "W9"; return as }, `array "W2" is missing`},
		"weights of no shape":  {func(as npz.Arrays) npz.Arrays { as[4].Shape = []int{4, 9}; return as }, `array "W2": shape [4 9]: the network needs (6, 6)`},
		"one array too many":   {func(as npz.Arrays) npz.Arrays { return append(as, bytesArray("extra", []byte{1})) }, "arrays: this training needs"},
		"another optimiser's":  {header(`"momentum"`, `"adam"`), "by adam instead of momentum"},
		"other kernels":        {header(kernel.Set(), "neon"), `with kernels "neon", and this process computes with "` + kernel.Set()},
		"another's statistics": {without("mean1"), "arrays: this training needs"},
	} {
		t.Run(name, func(t *testing.T) {
			path := rewritten(t, good, test.change)
			net, training := r.start(t, 5, 10)
			before := state(net)
			checkpoint, err := ReadCheckpoint(path)
			if err == nil {
				training.Resume = checkpoint
				_, err = Train(t.Context(), net, moons(t, 40), training)
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
			if fmt.Sprint(before) != fmt.Sprint(state(net)) {
				t.Error("the network was changed")
			}
		})
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 1, 100, len(whole) / 2, len(whole) - 1} {
		path := filepath.Join(t.TempDir(), "cut.npz")
		if err := os.WriteFile(path, whole[:size], 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadCheckpoint(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%d of %d bytes: %v", size, len(whole), err)
		}
	}
	damaged := slices.Clone(whole)
	at := bytes.Index(damaged, []byte("W2.npy"))
	damaged[at+200]++
	path := filepath.Join(t.TempDir(), "damaged.npz")
	if err := os.WriteFile(path, damaged, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadCheckpoint(path); err == nil || !strings.Contains(err.Error(), `array "W2"`) {
		t.Errorf("a byte of W2 is wrong: %v", err)
	}
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if _, err := ReadCheckpoint(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFailedWritesOverwriteNothing(t *testing.T) {
	r := resumable{Momentum{0.9}, nil}
	path := r.save(t, 2)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	checkpoint, err := ReadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	checkpoint.arrays[0].Values[0] = math.NaN()
	if err := checkpoint.Write(path); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), `array "W1": entry 0 is NaN`) {
		t.Errorf("got %v", err)
	}
	net, _ := r.start(t, 5, 1)
	net.Parameters[1].Values[2] = math.Inf(-1)
	if err := net.WriteParameters(path); err == nil || !strings.Contains(err.Error(), `array "b1": entry 2 is -Inf`) {
		t.Errorf("got %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed, %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// Same state, same bytes.
func TestCheckpointsAreReproducible(t *testing.T) {
	r := resumable{Adam{0.9, 0.999, 1e-8}, []string{"batch-norm", "dropout:0.3"}}
	first, err := os.ReadFile(r.save(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(r.save(t, 3))
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("two checkpoints of one training differ, %v", err)
	}
}

func FuzzReadCheckpoint(f *testing.F) {
	header := bytesArray(headerArray, []byte(`{"format":"actscope checkpoint","version":2,"network":"n","optimiser":"descent","kernels":"portable","epoch":1,"steps":1}`))
	position, err := data.NewRandomState(1).MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if err := npz.Write(&b, npz.Arrays{header, {Name: lossArray, Shape: []int{1}, Values: []float64{1}}, bytesArray(shuffleArray, position)}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := DecodeCheckpoint(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		if len(c.Loss) != c.Epoch || slices.ContainsFunc(c.Loss, notFinite) {
			t.Errorf("accepted %+v", c)
		}
		net := must(NewMLP(MLP{Inputs: 2, Hidden: []int{2}, Activation: graph.ReLU}, data.NewRandomState(1)))
		before := state(net)
		if err := c.Restore(net); err == nil && c.Network != net.String() || err != nil && fmt.Sprint(before) != fmt.Sprint(state(net)) {
			t.Errorf("restored from a checkpoint of %q: %v", c.Network, err)
		}
	})
}
