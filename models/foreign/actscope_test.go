package foreign

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/safetensors"
	"actscope/models"
)

// ownFile is a file as compare --save writes it.
func ownFile(t testing.TB) (text []byte, net *models.Network) {
	t.Helper()
	a := graph.MLP(2, []int{3}, graph.Tanh, graph.SquaredError)
	a.Layers[0].Parts = []graph.Part{graph.BatchNorm{}, graph.Dropout{Rate: 0.1}}
	net, err := models.NewNetwork(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range slices.Concat(net.Parameters, net.Statistics) {
		for i := range p.Values {
			p.Values[i] = 0.25 * float64(i+len(p.Name))
		}
	}
	metadata, err := Metadata(net, data.Standardiser{Mean: []float64{1, 2}, Scale: []float64{3, 4}}, data.Standardiser{Mean: []float64{100}, Scale: []float64{10}},
		data.Names{Inputs: []string{"width", "height"}, Targets: []string{"price"}})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := net.EncodeSafetensors(&b, metadata); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), net
}

func TestSavedTrainingIsReadWithoutOptions(t *testing.T) {
	text, net := ownFile(t)
	path := filepath.Join(t.TempDir(), "tanh.safetensors")
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	m, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Predict([]float64{7, -2, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	want, err := net.Predict([]float64{2, -1, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range want {
		want[i] = 100 + 10*v
	}
	if farthest(want, p.Numbers) > 1e-14 || !slices.Equal(p.Columns, []string{"price"}) || !slices.Equal(m.Inputs, []string{"width", "height"}) || m.Format != "actscope" {
		t.Errorf("%v of %v for %v instead of %v", p.Columns, m.Inputs, p.Numbers, want)
	}
}

// What does not fit what a file says of itself is refused by name, and an architecture takes no
// memory that the file does not have.
func TestOwnFileThatContradictsItselfIsRefused(t *testing.T) {
	text, _ := ownFile(t)
	path := filepath.Join(t.TempDir(), "own.safetensors")
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	tensors, metadata, err := safetensors.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"units":3`, `"units":1000000000000`, "tensor W1: shape [2 3] instead of [2 1000000000000]"},
		{`"units":3`, `"units":0`, "metadata actscope: network: layer 1 has 0 units"},
		{`tanh`, `tanhh`, "did you mean tanh?"},
		{`batch-norm`, `layer-norm`, "tensor mean1: the network that the file describes"},
		{`"batch-norm",`, ``, "tensor gain1: the network that the file describes"},
		{`"mse"`, `"mss"`, "did you mean mse?"},
		{`"scale":[3,4]`, `"scale":[3,0]`, "input 1 has the mean 2 and the scale 0"},
		{`"scale":[3,4]`, `"scale":[3]`, "2 means and 1 scales of 2 inputs"},
		{`"scale":[10]`, `"scale":[10,1]`, "1 means and 2 scales of targets, for 1 outputs"},
		{`["width","height"]`, `["width"]`, "1 names of inputs: there are 2"},
		{`"architecture":`, `"layout":"rows","architecture":`, `the layout "rows" is not known`},
		{`"architecture":`, `"final":"relu","architecture":`, `the final "relu" is not known`},
		{`"architecture":`, `"architectur":`, "network: 0 inputs"},
		{`{"architecture"`, `"architecture"`, "metadata actscope: "},
	} {
		changed := map[string]string{ownKey: strings.Replace(metadata[ownKey], c.old, c.new, 1)}
		if changed[ownKey] == metadata[ownKey] {
			t.Fatalf("nothing is %s in %s", c.old, metadata[ownKey])
		}
		u, chain, own, err := ownParameters(tensors, changed)
		if err == nil {
			_, err = newModel(u, chain)
		}
		var bad *input.Error
		if !own || !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.new, err, c.want)
		}
	}
	for i, tensor := range tensors {
		if _, _, _, err := ownParameters(slices.Delete(slices.Clone(tensors), i, i+1), metadata); err == nil || !strings.Contains(err.Error(), "tensor "+tensor.Name+": it is missing") {
			t.Errorf("without %s: %v", tensor.Name, err)
		}
	}
	if _, _, own, err := ownParameters(tensors, map[string]string{"network": "2 → 3 tanh", "version": "1"}); own || err != nil {
		t.Errorf("an earlier version's file: %v, %v", own, err)
	}
}

// Whatever a file says of itself, it is a network or an error.
func FuzzOwnMetadata(f *testing.F) {
	text, _ := ownFile(f)
	path := filepath.Join(f.TempDir(), "own.safetensors")
	if err := os.WriteFile(path, text, 0o666); err != nil {
		f.Fatal(err)
	}
	tensors, metadata, err := safetensors.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(metadata[ownKey])
	f.Add(strings.Replace(metadata[ownKey], `"architecture"`, `"layout":"pytorch","architecture"`, 1))
	f.Add("{}")
	f.Fuzz(func(t *testing.T, text string) {
		u, c, own, err := ownParameters(tensors, map[string]string{ownKey: text})
		if !own {
			t.Fatal("it is ours")
		}
		if err != nil {
			return
		}
		m, err := newModel(u, c)
		if err != nil {
			return
		}
		if _, err := m.Predict(make([]float64, m.Columns())); err != nil && !strings.Contains(err.Error(), "the network gives") {
			t.Fatal(err)
		}
	})
}
