package gradcheck

import (
	"archive/zip"
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models"
	"actscope/models/doctor"
)

// tanhNet is the network of most files here.
var tanhNet = models.MLP{Activation: graph.Tanh}

// sound is the gradient file of a 2-3-1 tanh net on five rows, as arrays.
func sound(t testing.TB) npz.Arrays {
	t.Helper()
	set, err := data.Moons(data.MoonsConfig{Samples: 5, Noise: 0.1, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.Tanh}, data.NewRandomState(4))
	if err != nil {
		t.Fatal(err)
	}
	f, err := Export(net, set)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sound.npz")
	if err := atomicfile.Write(path, f.Encode); err != nil {
		t.Fatal(err)
	}
	arrays, err := npz.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return arrays
}

// store writes arrays to a file and gives its path.
func store(t testing.TB, arrays npz.Arrays) string {
	t.Helper()
	var content bytes.Buffer
	if err := npz.Write(&content, arrays); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "f.npz")
	if err := os.WriteFile(path, content.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// edit gives the array of a name to change; its values are its own.
func edit(arrays npz.Arrays, name string, change func(*npz.Array)) npz.Arrays {
	arrays = slices.Clone(arrays)
	for i := range arrays {
		if arrays[i].Name == name {
			arrays[i].Values = slices.Clone(arrays[i].Values)
			change(&arrays[i])
		}
	}
	return arrays
}

func without(arrays npz.Arrays, names ...string) npz.Arrays {
	return slices.DeleteFunc(slices.Clone(arrays), func(a npz.Array) bool { return slices.Contains(names, a.Name) })
}

func TestUnusableFilesAreRefusedWithTheArray(t *testing.T) {
	good := sound(t)
	set := func(name string, shape []int, values ...float64) npz.Arrays {
		return edit(good, name, func(a *npz.Array) { a.Shape, a.Values = shape, values })
	}
	for _, test := range []struct {
		name        string
		arrays      npz.Arrays
		array, want string
	}{
		{"nothing", npz.Arrays{}, "W1", "missing"},
		{"no x", without(good, "x"), "x", "missing"},
		{"no y", without(good, "y"), "y", "missing"},
		{"no W2", without(good, "W2"), "W2", "missing"},
		{"no b1", without(good, "b1"), "b1", "missing"},
		{"no grad_W1", without(good, "grad_W1"), "grad_W1", "missing"},
		{"no grad_b2", without(good, "grad_b2"), "grad_b2", "missing"},
		{"stray array", append(slices.Clone(good), npz.Array{Name: "velocity", Values: []float64{1}}), "velocity", "not part"},
		{"layer 4 of 2", append(slices.Clone(good), npz.Array{Name: "W4", Shape: []int{1, 1}, Values: []float64{1}}), "W3", "missing"},
		{"layer 10^18", append(slices.Clone(good), npz.Array{Name: "W1000000000000000000", Shape: []int{1, 1}, Values: []float64{1}}), "W1000000000000000000", "layers count from 1"},
		{"layer 0", append(slices.Clone(good), npz.Array{Name: "W0", Shape: []int{1, 1}, Values: []float64{1}}), "W0", "not part"},
		{"x a vector", edit(good, "x", func(a *npz.Array) { a.Shape = []int{10} }), "x", "(10)"},
		{"x without rows", set("x", []int{0, 2}), "x", "(0, 2)"},
		{"x without inputs", set("x", []int{5, 0}), "x", "(5, 0)"},
		{"y too short", set("y", []int{3}, 0, 1, 1), "y", "x has 5 rows"},
		{"y of shape (1, 5)", edit(good, "y", func(a *npz.Array) { a.Shape = []int{1, 5} }), "y", "(1, 5)"},
		{"y of 0.5", edit(good, "y", func(a *npz.Array) { a.Values[2] = 0.5 }), "y", "entry [2 0] is 0.5"},
		{"W1 of other inputs", set("W1", []int{3, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9), "W1", "does not fit x"},
		{"W2 that does not fit W1", set("W2", []int{2, 1}, 1, 2), "W2", "(2, 1) does not fit W1, which has 3 columns"},
		{"W2 a vector", edit(good, "W2", func(a *npz.Array) { a.Shape = []int{3} }), "W2", "(inputs, units)"},
		{"b1 too long", set("b1", []int{1, 4}, 1, 2, 3, 4), "b1", "does not fit W1"},
		{"loss of two numbers", set("loss", []int{2}, 1, 2), "loss", "2 numbers"},
		{"empty gradient", set("grad_W1", []int{0}), "grad_W1", "empty"},
		{"NaN in x", edit(good, "x", func(a *npz.Array) { a.Values[3] = math.NaN() }), "x", "entry [1 1] is NaN"},
		{"Inf in W1", edit(good, "W1", func(a *npz.Array) { a.Values[0] = math.Inf(-1) }), "W1", "-Inf"},
		{"NaN in a gradient", edit(good, "grad_b1", func(a *npz.Array) { a.Values[1] = math.NaN() }), "grad_b1", "NaN"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := store(t, test.arrays)
			_, err := ReadFile(path, tanhNet)
			var bad *input.Error
			if !errors.As(err, &bad) {
				t.Fatalf("got %v", err)
			}
			if bad.Key != "array "+test.array || bad.File != path || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFilesThatAreNoArchiveAreRefused(t *testing.T) {
	whole, err := os.ReadFile(store(t, sound(t)))
	if err != nil {
		t.Fatal(err)
	}
	huge := func() []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		f, _ := w.Create("x.npy")
		head := "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }"
		head += strings.Repeat(" ", 118-len(head)-1) + "\n"
		f.Write(append([]byte("\x93NUMPY\x01\x00v\x00"), head...))
		w.Close()
		return b.Bytes()
	}
	for name, content := range map[string][]byte{
		"empty": nil, "text": []byte("no zip"), "cut in half": whole[:len(whole)/2], "10^15 elements": huge(),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f.npz")
			if err := os.WriteFile(path, content, 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := ReadFile(path, tanhNet)
			var bad *input.Error
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none.npz"), tanhNet); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestOrderOfArraysDoesNotMatter(t *testing.T) {
	good := sound(t)
	shuffled := slices.Clone(good)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	a, err := ReadFile(store(t, good), tanhNet)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadFile(store(t, shuffled), tanhNet)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Gradients {
		if a.Gradients[i].Name != b.Gradients[i].Name || !slices.Equal(a.Parameters[i].Values, b.Parameters[i].Values) {
			t.Errorf("%d: %s, %s", i, a.Gradients[i].Name, b.Gradients[i].Name)
		}
	}
}

// Whatever the bytes, reading and comparing gives a result or an error.
func FuzzReadFile(f *testing.F) {
	good := sound(f)
	content := func(arrays npz.Arrays) []byte {
		b, err := os.ReadFile(store(f, arrays))
		if err != nil {
			f.Fatal(err)
		}
		return b
	}
	f.Add(content(good))
	f.Add(content(without(good, "loss")))
	f.Add(content(edit(good, "x", func(a *npz.Array) { a.Values[0] = 1e300 })))
	normalised, err := os.ReadFile(store(f, normalised(f, true)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(normalised)
	networks := []models.MLP{
		tanhNet, {Activation: graph.Tanh, Parts: parts(f, "batch-norm")},
		{Activation: graph.Tanh, Loss: graph.Softmax}, {Activation: graph.Tanh, Loss: graph.Hinge, L2: 0.1},
		{Activation: graph.Tanh, Loss: graph.SquaredError, Output: graph.Sigmoid},
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "f.npz")
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, network := range networks {
			file, err := ReadFile(path, network)
			if err != nil {
				var bad *input.Error
				if !errors.As(err, &bad) {
					t.Errorf("an error of another kind: %v", err)
				}
				continue
			}
			if _, err := Against(file, doctor.Double); err != nil {
				t.Logf("refused: %v", err)
			}
		}
	})
}
