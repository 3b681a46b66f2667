package theory

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"

	"actscope/internal/input"
	"actscope/internal/npz"
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
		{"seed", "no seed", func(c *Config) { c.Seed = -1 }},
		{"seed", "no seed", func(c *Config) { c.Seed = math.MaxInt64 }},
		{"seed", "no seed for 20 repetitions", func(c *Config) { c.Seed = math.MaxUint32 }},
	} {
		c := Defaults()
		test.change(&c)
		_, err := Study(t.Context(), c)
		var config *input.Error
		if !errors.As(err, &config) || config.Key != test.key || !strings.Contains(config.Reason, test.want) {
			t.Errorf("%s: got %v, want %q in it", test.key, err, test.want)
		}
	}
}

// small is a study that takes no time.
func small() Config {
	c := Defaults()
	c.Width, c.Repetitions, c.Depth = 30, 3, 3
	return c
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
		if err := json.NewEncoder(&all).Encode(r.Summary("theory")); err != nil {
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
	text, err := json.Marshal(r.Summary("theory"))
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
