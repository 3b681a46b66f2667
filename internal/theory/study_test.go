package theory

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/number"
	"actscope/internal/runfolder"
)

func TestUnusableSettingsAreNamed(t *testing.T) {
	for _, test := range []struct {
		key, want string
		change    func(*Config)
	}{
		{"activation", "did you mean sigmoid?", func(c *Config) { c.Activation = "sigmod" }},
		{"weight-variance", "-1", func(c *Config) { c.WeightVariance = -1 }},
		{"weight-variance", "at most 1e+06", func(c *Config) { c.WeightVariance = 1e7 }},
		{"bias-variance", "NaN", func(c *Config) { c.BiasVariance = math.NaN() }},
		{"input-variance", "+Inf", func(c *Config) { c.InputVariance = math.Inf(1) }},
		{"max-weight-variance", "-2", func(c *Config) { c.MaxWeightVariance = -2 }},
		{"max-bias-variance", "NaN", func(c *Config) { c.MaxBiasVariance = math.NaN() }},
		{"input-correlation", "from -1 to 1", func(c *Config) { c.InputCorrelation = 1.5 }},
		{"input-correlation", "NaN", func(c *Config) { c.InputCorrelation = math.NaN() }},
		{"depth", "take 1 to 100", func(c *Config) { c.Depth = 0 }},
		{"width", "take 1 to 4096", func(c *Config) { c.Width = 0 }},
		{"width", "weights", func(c *Config) { c.Width, c.Depth = 4096, 100 }},
		{"repetitions", "take 0 to 1000", func(c *Config) { c.Repetitions = -1 }},
		{"seed", "seeds from it on", func(c *Config) { c.Seed = -1 }},
		{"seed", "seeds from it on", func(c *Config) { c.Seed = math.MaxInt64 }},
		{"seed", "20 repetitions take the seeds from it on", func(c *Config) { c.Seed = math.MaxUint32 }},
	} {
		c := Default()
		test.change(&c)
		_, err := Study(t.Context(), c)
		var config *input.Error
		if !errors.As(err, &config) || config.Key != test.key || !strings.Contains(config.Reason, test.want) {
			t.Errorf("%s: got %v, want %q in it", test.key, err, test.want)
		}
	}
}

// small is a study that takes a moment.
func small() Config {
	c := Default()
	c.Width, c.Repetitions, c.Depth = 30, 3, 3
	return c
}

// Where a formula is no number, or its expectations are noise, what becomes of the variance is
// not guessed.
func TestWhatCannotBeComputedOfAFormulaIsRefusedWhereItIsMet(t *testing.T) {
	c := small()
	c.Activation, c.WeightVariance, c.Repetitions = "z*exp(z)/(1+exp(z))", 3, 0
	_, err := Study(t.Context(), c)
	var bad *input.Error
	if !errors.As(err, &bad) || bad.Key != "activation" || !strings.Contains(err.Error(), "is no number (+Inf at z = 703.5)") {
		t.Error(err)
	}
	c.Activation, c.WeightVariance, c.BiasVariance = "z*sin(z)", 2.5, 0.2 // E[φ²] is q/2 far away, which quadrature does not see
	if _, err = Study(t.Context(), c); !errors.As(err, &bad) || !strings.Contains(err.Error(), "varies too fast") {
		t.Error(err)
	}
	c.Activation, c.WeightVariance, c.BiasVariance = "z*exp(z)/(1+exp(z))", 1, 0
	if _, err := Study(t.Context(), c); err != nil { // where the variance vanishes, it is not met
		t.Error(err)
	}
}

func TestAStudyHasTheSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	var first []byte
	for _, processors := range []int{1, 3} {
		before := runtime.GOMAXPROCS(processors)
		r, err := Study(t.Context(), small())
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		var all bytes.Buffer
		if err := json.NewEncoder(&all).Encode(r.Summary); err != nil {
			t.Fatal(err)
		}
		if err := npz.Write(&all, r.Arrays()); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = all.Bytes()
		} else if !bytes.Equal(first, all.Bytes()) {
			t.Errorf("%d processors give other bytes", processors)
		}
	}
}

// summarised is a study's summary as a reader of its JSON sees it.
func summarised(t *testing.T, c Config) map[string]any {
	t.Helper()
	r, err := Study(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r.Summary)
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheSummaryHoldsTheNumbers(t *testing.T) {
	s := summarised(t, small())
	for key, want := range map[string]string{"q_star": ".264687", "chi_1": ".055721", "depth_scale": ".346", "c_star": "1"} {
		printed(t, key, s[key].(float64), want)
	}
	for key, want := range map[string][]string{
		"std_by_layer": {".2083", ".1269", ".1215"}, "correlation_by_layer": {".8521", ".9910", ".9995"}, "length_ratio_by_layer": {".2117", ".2348", ".2360"},
	} {
		for l, v := range s[key].([]any) {
			printed(t, key, v.(float64), want[l])
		}
	}
	if s["phase"] != "ordered" || s["fate"] != "settles" || len(s["measured"].(map[string]any)["std_by_layer"].([]any)) != 3 || len(s["far_away"].([]any)) != 2 {
		t.Errorf("%v", s)
	}
}

func TestWhatHasNoNumberIsNull(t *testing.T) {
	c := small()
	c.Activation, c.WeightVariance, c.Repetitions = "relu", 2, 1
	s := summarised(t, c)
	if s["depth_scale"] != nil || s["phase"] != "critical" || s["fate"] != "stays" || s["every_q_is_fixed"] != true || s["c_star"] != 1.0 {
		t.Errorf("ReLU at σw² = 2: %v", s)
	}
	interval := s["measured"].(map[string]any)["std_by_layer"].([]any)[0].(map[string]any)
	if interval["mean"] == nil || interval["low"] != nil || interval["high"] != nil {
		t.Errorf("one repetition has the interval %v", interval)
	}
	c.WeightVariance, c.Repetitions = 3, 0
	if s = summarised(t, c); s["q_star"] != nil || s["fate"] != "diverges" || s["c_star"] != nil || s["measured"] != nil {
		t.Errorf("ReLU at σw² = 3: %v", s)
	}
	c.WeightVariance, c.Repetitions = 0, 2
	if s = summarised(t, c); s["q_star"] != 0.0 || s["fate"] != "vanishes" || s["depth_scale"] != 0.0 || s["correlation_by_layer"].([]any)[0] != nil {
		t.Errorf("ReLU at σw² = 0: %v", s)
	}
}

// written is the folder of a study.
func written(t *testing.T, r *Result) (*runfolder.Folder, string) {
	t.Helper()
	dir := t.TempDir()
	folder, err := runfolder.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(folder.WriteResult(r.Summary), folder.WriteArrays(r.Arrays()), folder.Commit()); err != nil {
		t.Fatal(err)
	}
	return folder, dir
}

func TestAResultComesBackFromItsFolder(t *testing.T) {
	sameNumber := cmp.Comparer(func(a, b number.Float) bool { return a == b || math.IsNaN(float64(a)) && math.IsNaN(float64(b)) })
	for name, change := range map[string]func(*Config){
		"as it is":           func(*Config) {},
		"nothing measured":   func(c *Config) { c.Repetitions = 0 },
		"an infinite limit":  func(c *Config) { c.Activation, c.WeightVariance = "relu", 3 },
		"an infinite slope":  func(c *Config) { c.Activation, c.Repetitions = "pow(z,2)", 0 },
		"an infinite scale":  func(c *Config) { c.Activation, c.WeightVariance = "relu", 2 },
		"nothing from 0":     func(c *Config) { c.Activation, c.WeightVariance = "tanh", 0 },
		"several fixed ones": func(c *Config) { c.Activation, c.WeightVariance, c.InputVariance = "gelu", 3, 0.01 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := small()
			change(&c)
			want, err := Study(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if name == "an infinite limit" { // as after dozens of layers
				want.Summary.Q[c.Depth-1], want.Summary.QuadratureError = number.Float(math.Inf(1)), number.Float(math.Inf(1))
			}
			_, dir := written(t, want)
			got, err := Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got, sameNumber, cmpopts.EquateNaNs()); d != "" {
				t.Error(d)
			}
		})
	}
}

// What a folder lacks, as one of an earlier version may, is named.
func TestDamagedFoldersAreRefused(t *testing.T) {
	r, err := Study(t.Context(), small())
	if err != nil {
		t.Fatal(err)
	}
	folder, dir := written(t, r)
	text, err := os.ReadFile(filepath.Join(dir, runfolder.ResultFile))
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what, want string) {
		t.Helper()
		var bad *input.Error
		if _, err := Load(dir); !errors.As(err, &bad) || bad.File == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
	}
	for _, c := range []struct{ from, to, want string }{
		{`"command": "theory"`, `"command": "cost"`, `a run of "cost", not of theory`},
		{`"depth": 3`, `"depth": 0`, "depth: 0"},
		{`"depth": 3`, `"depth": 4`, "q_by_layer: 3 numbers for a depth of 4"},
		{`"fate": "settles"`, `"fate": "wanders"`, `fate: "wanders"`},
		{`"phase": "ordered"`, `"phase": "chaotic"`, `phase: "chaotic" for a chi_1 of 0.05`},
		{`"chi_1": 0.05`, `"chi": 0.05`, "chi_1: missing"},
		{`"q_star": `, `"q": `, "q_star: missing"},
		{`"std_by_layer": [`, `"std": [`, "std_by_layer: missing"},
		{`"measured": {`, `"was_measured": {`, "measured: missing"},
		{`"repetitions": 3`, `"repetitions": 0`, "measured: present after 0 repetitions"},
		{`"far_away": [`, `"far": [`, "far_away: missing"},
		{`"arcs": [`, `"was": [`, "far_away: arcs: missing"},
		{`"name": "relu"`, `"name": "rleu"`, "far_away: unknown activation"},
		{`"chi_1": 0.05`, `"chi_1": "small`, "run.json"},
	} {
		broken := strings.Replace(string(text), c.from, c.to, 1)
		if broken == string(text) {
			t.Fatalf("%s is not in the file", c.from)
		}
		if err := errors.Join(folder.WriteFile(runfolder.ResultFile, []byte(broken)), folder.Commit()); err != nil {
			t.Fatal(err)
		}
		refused(c.to, c.want)
	}
	if err := errors.Join(folder.WriteResult(r.Summary), folder.Commit()); err != nil {
		t.Fatal(err)
	}
	for i, a := range r.Arrays() {
		arrays := r.Arrays()
		if err := errors.Join(folder.WriteArrays(slices.Delete(arrays, i, i+1)), folder.Commit()); err != nil {
			t.Fatal(err)
		}
		refused("without "+a.Name, "array "+a.Name+": missing")
		arrays = r.Arrays()
		arrays[i].Shape, arrays[i].Values = []int{1}, []float64{1}
		if err := errors.Join(folder.WriteArrays(arrays), folder.Commit()); err != nil {
			t.Fatal(err)
		}
		refused("one value of "+a.Name, "array "+a.Name+": shape [1], want")
	}
	for _, name := range []string{"map_q", "phase_bias_variance", "ray_distance"} {
		for _, v := range []float64{math.NaN(), math.Inf(1), -1} {
			arrays := r.Arrays()
			i := slices.IndexFunc(arrays, func(a npz.Array) bool { return a.Name == name })
			arrays[i].Values = slices.Clone(arrays[i].Values)
			arrays[i].Values[1] = v
			if err := errors.Join(folder.WriteArrays(arrays), folder.Commit()); err != nil {
				t.Fatal(err)
			}
			refused(name, "array "+name+": entry 1 is")
		}
	}
	if err := os.Remove(filepath.Join(dir, "arrays.npz")); err != nil {
		t.Fatal(err)
	}
	refused("without arrays", "arrays.npz: no such file")
}

func TestActivationsOfManyKinksAreRefused(t *testing.T) {
	c := Default()
	c.Activation = "abs(sin(100*z))"
	var bad *input.Error
	if _, err := Study(t.Context(), c); !errors.As(err, &bad) || bad.Key != "activation" || !strings.Contains(err.Error(), "kinks") {
		t.Errorf("got %v", err)
	}
}
