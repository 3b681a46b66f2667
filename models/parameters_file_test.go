package models

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/npz"
)

// normalised is a trained network with parameters of every kind.
func normalised(t *testing.T, seed uint32) *Network {
	t.Helper()
	net, training := resumable{nil, []string{"batch-norm"}}.start(t, seed, 2)
	if _, err := Train(t.Context(), net, moons(t, 40), training); err != nil {
		t.Fatal(err)
	}
	return net
}

func TestParametersAreReadAsTheyWereWritten(t *testing.T) {
	for _, name := range []string{"p.npz", "p.safetensors", "P.NPZ"} {
		path := filepath.Join(t.TempDir(), name)
		net := normalised(t, 5)
		if err := net.WriteParameters(path); err != nil {
			t.Fatal(err)
		}
		other := normalised(t, 6)
		if err := other.ReadParameters(path); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(state(net)) != fmt.Sprint(state(other)) {
			t.Errorf("%s: the parameters differ", name)
		}
		x := moons(t, 9).X
		if a, b := must(net.Predict(x)), must(other.Predict(x)); fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%s: predictions differ", name)
		}
	}
}

// NumPy, with nothing of actscope's, computes the probability of a point from
// either file.
func TestNumPyPredictsFromTheFiles(t *testing.T) {
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import numpy").Run() != nil {
		t.Skip("no /usr/bin/python3 with NumPy here")
	}
	net := normalised(t, 5)
	x := []float64{0.3, -0.7}
	want := must(net.Predict(x))[0]
	for _, name := range []string{"p.npz", "p.safetensors"} {
		path := filepath.Join(t.TempDir(), name)
		if err := net.WriteParameters(path); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(python, "-c", `
import json, struct, sys
import numpy as np
path = sys.argv[1]
if path.endswith(".npz"):
    p = np.load(path)
else:
    raw = open(path, "rb").read()
    n, = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8+n])
    print(header.pop("__metadata__")["network"], file=sys.stderr)
    p = {k: np.frombuffer(raw, "<f8", np.prod(v["shape"], dtype=int), 8+n+v["data_offsets"][0]).reshape(v["shape"]) for k, v in header.items()}
a = np.array([[0.3, -0.7]])
for l in "12":
    z = a @ p["W"+l] + p["b"+l]
    a = np.maximum(0, p["gain"+l] * (z - p["mean"+l]) / np.sqrt(p["variance"+l] + 1e-5) + p["shift"+l])
print(repr(float((1 / (1 + np.exp(-(a @ p["W3"] + p["b3"]))))[0, 0])))
`, path).Output()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		var got float64
		if err := json.Unmarshal(bytes.TrimSpace(out), &got); err != nil || math.Abs(got-want) > 1e-15 {
			t.Errorf("%s: NumPy has %s, actscope %v", name, out, want)
		}
	}
}

func TestBadParameterFilesAreRefused(t *testing.T) {
	net := must(NewMLP(MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.ReLU}, data.NewRandomState(1)))
	good := func() npz.Arrays { return arraysOf("", net.arrays()) }
	for name, test := range map[string]struct {
		change func(npz.Arrays) npz.Arrays
		want   string
	}{
		"NaN":     {func(as npz.Arrays) npz.Arrays { as[2].Values[1] = math.NaN(); return as }, `array "W2": entry 1 is NaN`},
		"missing": {func(as npz.Arrays) npz.Arrays { return as[:3] }, `array "b2" is missing`},
		"shape":   {func(as npz.Arrays) npz.Arrays { as[0].Shape = []int{3, 2}; return as }, `array "W1": shape [3 2]: the network needs (2, 3)`},
		"flat":    {func(as npz.Arrays) npz.Arrays { as[0].Shape = []int{6}; return as }, `array "W1": shape [6]`},
		"unknown": {func(as npz.Arrays) npz.Arrays { as[1].Name = "gain1"; return as }, `array "gain1": the network, 2 → 3 relu → 1 sigmoid, loss logits, has none`},
	} {
		for _, ending := range []string{".npz", ".safetensors"} {
			path := filepath.Join(t.TempDir(), "p"+ending)
			var b bytes.Buffer
			if err := parameterFormats[ending].write(&b, test.change(good()), "n"); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
			before := state(net)
			if err := net.ReadParameters(path); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s%s: got %v, want %q in it", name, ending, err, test.want)
			}
			if fmt.Sprint(before) != fmt.Sprint(state(net)) {
				t.Errorf("%s%s: the network was changed", name, ending)
			}
			if err := os.WriteFile(path, b.Bytes()[:b.Len()-3], 0o666); err != nil {
				t.Fatal(err)
			}
			if err := net.ReadParameters(path); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%s truncated: %v", ending, err)
			}
		}
	}
	row := good()
	row[1].Shape = []int{3}
	if err := net.setParameters(row); err != nil {
		t.Errorf("a flat bias: %v", err)
	}
	for _, path := range []string{"weights", "weights.h5"} {
		if err := net.WriteParameters(path); err == nil || !strings.Contains(err.Error(), ".npz or .safetensors") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
