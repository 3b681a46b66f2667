package foreign

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/input"
	"actscope/internal/npz"
)

// distance is the greatest distance of two arrays, relative above 1.
func distance(got, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	most := 0.0
	for i, w := range want {
		if d := math.Abs(got[i]-w) / max(1, math.Abs(w)); !(d <= most) {
			most = d
		}
	}
	return most
}

// compareActivations holds what a file gives against the arrays beside it: pre1, post1, ... in
// float64, and says how far they are apart.
func compareActivations(t *testing.T, m *Model, arrays npz.Arrays) float64 {
	t.Helper()
	x, has := arrays.Lookup("x")
	if !has {
		t.Fatal("no x")
	}
	got, err := m.Activations(x.Values)
	if err != nil {
		t.Fatal(err)
	}
	most, compared := 0.0, 0
	for i := range got.Pre {
		for name, values := range map[string][]float64{fmt.Sprintf("pre%d", i+1): got.Pre[i], fmt.Sprintf("post%d", i+1): got.Post[i]} {
			want, has := arrays.Lookup("f64_" + name)
			if !has {
				want, has = arrays.Lookup(name)
			}
			if !has {
				t.Errorf("%s is not in the truth", name)
				continue
			}
			compared++
			d := distance(values, want.Values)
			if d > 3e-6 {
				t.Errorf("%s is %.1e from the truth", name, d)
			}
			most = max(most, d)
		}
	}
	for layer := 1; ; layer++ {
		if _, has := arrays.Lookup(fmt.Sprintf("pre%d", layer)); !has {
			break
		}
		compared -= 2
	}
	if compared != 0 {
		t.Errorf("%d layers, and the truth has others: %s", len(got.Pre), m)
	}
	return most
}

func TestONNXFilesGiveWhatTheyGaveWhereTheyWereTrained(t *testing.T) {
	for file, want := range map[string]struct {
		understood string
		within     float64
	}{
		"moons_relu":              {"2 → 16 relu → 16 relu → 1, sigmoid", 1e-9},
		"moons_tanh_f64":          {"2 → 12 tanh → 12 tanh → 1, sigmoid", 1e-9},
		"moons_gelu_logit":        {"2 → 16 gelu → 8 gelu → 1", 1e-7},
		"moons_batchnorm":         {"2 → 16 relu, batch-norm → 16 relu, batch-norm → 1, sigmoid", 1e-9},
		"moons_two_logits_batch1": {"2 → 10 relu → 10 relu → 2", 1e-9},
		"moons_residual":          {"2 → 12 tanh → 12 tanh, shortcut:1 → 12 tanh, shortcut:1 → 1, sigmoid", 1e-9},
		"iris_scaler_zipmap":      {"4 → 10 relu → 6 relu → 3, softmax; standardised inside the file", 2e-6},
		"digits_sklearn":          {"16 → 20 sigmoid → 10, softmax", 2e-6},
		"diabetes_regressor":      {"10 → 8 relu → 4 relu → 1; standardised inside the file", 2e-6},
		"opset7":                  {"2 → 6 elu → 5 softplus → 1, sigmoid", 1e-9},
		"opset21_normalised":      {"2 → 6 leaky-relu:0.2 → 5 hard-sigmoid → 1; standardised inside the file", 2e-6},
	} {
		t.Run(file, func(t *testing.T) {
			m, err := Open(filepath.Join("testdata", file+".onnx"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := m.String(); got != want.understood {
				t.Errorf("%s, want %s", got, want.understood)
			}
			arrays, err := npz.ReadFile(filepath.Join("testdata", file+".npz"))
			if err != nil {
				t.Fatal(err)
			}
			if d := compareActivations(t, m, arrays); !(d <= want.within) {
				t.Errorf("%.1e from the truth, want %.0e", d, want.within)
			}
		})
	}
}

func TestONNXFilesAreRefused(t *testing.T) {
	for file, want := range map[string][]string{
		"bad_nan":              {"2.weight", "[3, 5]", "NaN"},
		"bad_lstm":             {"LSTM", "node", "Gemm"},
		"bad_external_missing": {"missing.data", "both files"},
		"bad_truncated":        {"cut off"},
	} {
		path := filepath.Join("testdata", file+".onnx")
		_, err := Open(path, Options{})
		var bad *input.Error
		if !errors.As(err, &bad) || bad.File != path {
			t.Errorf("%s: %v", file, err)
			continue
		}
		t.Log(err)
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%v does not say %q", err, w)
			}
		}
	}
}

// TestExportedNetworksGiveWhatTheyGave reads what the scripts beside the files export.
func TestExportedNetworksGiveWhatTheyGave(t *testing.T) {
	files, err := filepath.Glob("testdata/onnx/*.onnx")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".onnx"), func(t *testing.T) {
			m, err := Open(file, Options{})
			if err != nil {
				t.Fatal(err)
			}
			arrays, err := npz.ReadFile(strings.TrimSuffix(file, "onnx") + "npz")
			if err != nil {
				t.Fatal(err)
			}
			d := compareActivations(t, m, arrays)
			t.Logf("%s, %s: %.1e %q", m.Format, m, d, m.Notes)
			if !(d <= 3e-7) {
				t.Errorf("%.1e from the truth", d)
			}
		})
	}
}
