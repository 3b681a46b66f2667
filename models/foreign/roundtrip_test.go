package foreign

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// What is exported in float64 is read as the same network: the last layer gives the same to
// 1e-12, and names come back. Safetensors need no option, npz says only numbers.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	x := samplePoints(20)
	for i, s := range samples(t) {
		m, err := s.model.Named(data.Names{Inputs: []string{"width", "a \"b\"", "ä"}, Classes: classNames(s.model)})
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []struct {
			ending string
			write  func(w io.Writer) error
			read   Options
		}{
			{"safetensors", func(w io.Writer) error { return m.WriteSafetensors(w, graph.Double) }, Options{}},
			{"onnx", func(w io.Writer) error { return m.WriteONNX(w, graph.Double) }, Options{}},
			{"npz", func(w io.Writer) error { return m.WriteNPZ(w, graph.Double) }, Options{Activation: hiddenActivations(m), Final: m.Final}},
		} {
			if format.ending == "npz" && strings.Fields(s.name)[1] != "[]" {
				continue // it does not say which parts there are
			}
			path := filepath.Join(dir, fmt.Sprintf("%d.%s", i, format.ending))
			writeFile(t, path, format.write)
			read, err := Open(path, format.read)
			if err != nil {
				t.Errorf("%s, %s: %v", s.name, format.ending, err)
				continue
			}
			want, got := given(t, m, x), given(t, read, x)
			if difference := farthest(want, got); len(want) != len(got) || !(difference < 1e-12) {
				t.Errorf("%s, %s: off by %v, read as %v", s.name, format.ending, difference, read)
			}
			if format.ending != "npz" && (!slices.Equal(read.Inputs, m.Inputs) || !slices.Equal(read.Classes, m.Classes)) {
				t.Errorf("%s, %s: columns %q, classes %q", s.name, format.ending, read.Inputs, read.Classes)
			}
			if read.Final != m.Final {
				t.Errorf("%s, %s: final %s instead of %s", s.name, format.ending, read.Final, m.Final)
			}
		}
	}
}

// hiddenActivations are those of the hidden layers as --activation takes them.
func hiddenActivations(m *Model) string {
	var names []string
	for _, l := range m.chain.layers[:len(m.chain.layers)-1] {
		names = append(names, l.activation.Name)
	}
	return strings.Join(names, ",")
}

// classNames are names for a model's classes, nil where it has none.
func classNames(m *Model) []string {
	if m.Targets().Task != data.Classification {
		return nil
	}
	return []string{"no", "yes", "<3>"}[:m.Targets().Classes()]
}

// What stands behind the last layer may be said of a file that says nothing, and not of one that
// says another.
func TestFinalOfAFileThatHasNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, head := range []string{"numbers", "softmax"} {
		m, path := newSample(t, "tanh", nil, head).model, filepath.Join(dir, head+".onnx")
		writeFile(t, path, func(w io.Writer) error { return m.WriteONNX(w, graph.Double) })
	}
	m, err := Open(filepath.Join(dir, "numbers.onnx"), Options{Final: Softmax})
	if err != nil || m.Targets().Classes() != 2 {
		t.Errorf("%v, %v", m, err)
	}
	if _, err := Open(filepath.Join(dir, "softmax.onnx"), Options{Final: Sigmoid}); err == nil || !strings.Contains(err.Error(), "final: sigmoid: the file itself says that it ends in a softmax") {
		t.Error(err)
	}
	if m, err := Open(filepath.Join(dir, "softmax.onnx"), Options{Final: Softmax}); err != nil || m.Final != Softmax {
		t.Error(err)
	}
}
