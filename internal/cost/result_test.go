package cost

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/internal/input"
	"actscope/internal/runfolder"
)

func TestResultComesBackFromItsFolder(t *testing.T) {
	c := small()
	want, err := Search(t.Context(), c, 2, newTrainings(t, c, func(bool) {}))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	folder, err := runfolder.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(folder.WriteResult(want), folder.Commit()); err != nil {
		t.Fatal(err)
	}
	got, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(asJSON(t, want), asJSON(t, got)); d != "" {
		t.Error(d)
	}
	text, err := os.ReadFile(filepath.Join(dir, runfolder.ResultFile))
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		`"target": 0.7`:             `"target": 7`,
		`"trained": `:               `"trained": -`,
		`"width": 2`:                `"width": "two"`,
		`"epochs": 20`:              `"epochs": 0`,
		`"networks": [`:             `"networks": [], "nets": [`,
		`"activations": [`:          `"activations": ["elu", `,
		`"rates": [`:                `"rates": [9, `,
		`"confidence": 0.95,`:       `"confidence": 0.95`,
		`"multiply_adds": 3,`:       ``,
		`"command": "cost",` + "\n": `"command": "cost", "inputs": "x",`,
	} {
		broken := strings.ReplaceAll(string(text), from, to)
		if broken == string(text) {
			t.Fatalf("%s is not in the file", from)
		}
		if err := os.WriteFile(filepath.Join(dir, runfolder.ResultFile), []byte(broken), 0o666); err != nil {
			t.Fatal(err)
		}
		var refused *input.Error
		if _, err := Load(dir); !errors.As(err, &refused) {
			t.Errorf("with %s: %v", to, err)
		}
	}
}

// Earlier versions judged a network at one rate only: what they found is not drawn as if it
// were as certain as it is now.
func TestRunsThatJudgedOneRateOnlyAreRefused(t *testing.T) {
	r := searchWith(t, planned("relu"), &simulation{chance: func(Trial) float64 { return 1 }})
	r.Activations[0].Depths[1].Candidates[2].Rates = nil
	dir := t.TempDir()
	folder, err := runfolder.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(folder.WriteResult(r), folder.Commit()); err != nil {
		t.Fatal(err)
	}
	var refused *input.Error
	if _, err := Load(dir); !errors.As(err, &refused) || !strings.Contains(refused.Reason, "was not judged at every rate") {
		t.Errorf("%v", err)
	}
}

func TestFoldersOfOtherCommandsAreRefused(t *testing.T) {
	dir := t.TempDir()
	var refused *input.Error
	if _, err := Load(dir); !errors.As(err, &refused) {
		t.Errorf("an empty folder: %v", err)
	}
	for _, text := range []string{`{"command":"compare"}`, `[]`, ``, `{"command":3}`} {
		if err := os.WriteFile(filepath.Join(dir, runfolder.ResultFile), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(dir); !errors.As(err, &refused) || refused.File == "" {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAnswerSaysWhatTheIntervalShows(t *testing.T) {
	for name, c := range map[string]struct {
		chances map[string][]float64
		want    string
	}{
		"less":         {map[string][]float64{"sigmoid": {0, 0, 1, 1, 1, 1, 1}, "relu": {0, 0, 0, 0, 1, 1, 1}}, "takes 0.6 times the multiply-adds of the smallest ReLU network that does (9 against 15; 95 % confidence) and 0.619 times its parameters: inference with Sigmoid costs less, not more."},
		"more":         {map[string][]float64{"sigmoid": {0, 0, 0, 0, 0, 0, 1}, "relu": {0, 0, 0, 0, 1, 1, 1}}, "(24 against 15; 95 % confidence) and 1.57 times its parameters: inference with Sigmoid costs more."},
		"the same":     {map[string][]float64{"sigmoid": {0, 1, 1, 1, 1, 1, 1}, "relu": {0, 1, 1, 1, 1, 1, 1}}, "takes 1 times the multiply-adds of the smallest ReLU network that does (6 against 6; 95 % confidence) and 1 times its parameters: inference with Sigmoid costs the same."},
		"no more":      {map[string][]float64{"sigmoid": {0, 0.9, 1, 1, 1, 1, 1}, "relu": {0, 0, 1, 1, 1, 1, 1}}, "takes 0.667 to 1 times the multiply-adds of the smallest ReLU network that does (6 to 9 against 9; 95 % confidence) and 0.692 to 1 times its parameters: inference with Sigmoid costs no more than with ReLU."},
		"no less":      {map[string][]float64{"sigmoid": {0, 0, 1, 1, 1, 1, 1}, "relu": {0, 0.9, 1, 1, 1, 1, 1}}, "(9 against 6 to 9; 95 % confidence) and 1 to 1.44 times its parameters: inference with Sigmoid costs no less than with ReLU."},
		"undecided":    {map[string][]float64{"sigmoid": {0, 0.9, 1, 1, 1, 1, 1}, "relu": {0, 0.9, 1, 1, 1, 1, 1}}, "takes 0.667 to 1.5 times the multiply-adds of the smallest ReLU network that does (6 to 9 against 6 to 9; 95 % confidence) and 0.692 to 1.44 times its parameters: no difference between Sigmoid and ReLU is shown, because the interval includes 1."},
		"none":         {map[string][]float64{"sigmoid": {0, 0, 0, 0, 0, 0, 0}, "relu": {0, 1, 1, 1, 1, 1, 1}}, "No Sigmoid network up to the largest was seen to reach 95 % test accuracy in at least 90 % of trainings; the smallest ReLU network that does has 6 multiply-adds."},
		"none, open":   {map[string][]float64{"sigmoid": {0, 0, 0, 0, 0, 0, 0}, "relu": {0, 0.9, 1, 1, 1, 1, 1}}, "the smallest ReLU network that does has 6 to 9 multiply-adds."},
		"no reference": {map[string][]float64{"sigmoid": {1, 1, 1, 1, 1, 1, 1}, "relu": {0, 0, 0, 0, 0, 0, 0}}, "No ReLU network up to the largest was seen to reach 95 % test accuracy in at least 90 % of trainings; the smallest Sigmoid network that does has 3 multiply-adds."},
		"none at all":  {map[string][]float64{"sigmoid": {0, 0, 0, 0, 0, 0, 0}, "relu": {0, 0, 0, 0, 0, 0, 0}}, "No Sigmoid and no ReLU network up to the largest was seen to reach 95 % test accuracy in at least 90 % of trainings: nothing can be said of their ratio."},
	} {
		t.Run(name, func(t *testing.T) {
			config := planned("sigmoid", "relu")
			config.Depths = []int{1}
			r := searchWith(t, config, &simulation{chance: func(tr Trial) float64 { return byWidth(config, c.chances[tr.Activation]...)(tr) }, repetition: 1})
			if len(r.Answer) != 1 || !strings.HasSuffix(r.Answer[0], c.want) {
				t.Errorf("%q\nwant … %q", r.Answer, c.want)
			}
		})
	}
}

// One sided knowledge gives a bound.
func TestRatioWithoutAnUpperBoundSaysSo(t *testing.T) {
	c := planned("sigmoid", "relu")
	c.Depths = []int{1}
	r := searchWith(t, c, &simulation{chance: func(tr Trial) float64 {
		if tr.Activation == "sigmoid" {
			return 0.2
		}
		return byWidth(c, 0, 0, 1, 1, 1, 1, 1)(tr)
	}})
	if q := r.Ratios[0]; q.High != nil || q.Value != nil {
		t.Errorf("%+v", q)
	}
	if !strings.Contains(asJSON(t, r), `"high": null`) {
		t.Error("no null for a missing bound")
	}
}

func TestReferenceIsReLUOrElseTheFirst(t *testing.T) {
	sure := &simulation{chance: func(Trial) float64 { return 1 }}
	for _, c := range []struct {
		activations []string
		want        string
		ratios      int
	}{{[]string{"tanh", "relu", "elu"}, "relu", 6}, {[]string{"tanh", "elu"}, "tanh", 3}, {[]string{"elu"}, "", 0}} {
		r := searchWith(t, planned(c.activations...), sure)
		if len(r.Ratios) != c.ratios || len(r.Answer) != max(1, c.ratios/len(Measures)) {
			t.Errorf("%v: %d ratios, %q", c.activations, len(r.Ratios), r.Answer)
		}
		for _, q := range r.Ratios {
			if q.Reference != c.want || q.Activation == c.want {
				t.Errorf("%+v", q)
			}
		}
	}
}

func TestOneActivationIsDescribedByItself(t *testing.T) {
	c := planned("relu")
	c.Depths = []int{1}
	for want, chances := range map[string][]float64{
		"The smallest ReLU network that reaches 95 % test accuracy in at least 90 % of trainings takes 6 to 9 multiply-adds (95 % confidence).": {0, 0.9, 1, 1, 1, 1, 1},
		"No ReLU network up to the largest was seen to reach 95 % test accuracy in at least 90 % of trainings.":                                 {0, 0, 0, 0, 0, 0, 0},
	} {
		r := searchWith(t, c, &simulation{chance: byWidth(c, chances...)})
		if len(r.Answer) != 1 || r.Answer[0] != want {
			t.Errorf("%q, want %q", r.Answer, want)
		}
	}
}

func TestBracketNamesWhatReachesWhatMissesAndWhatIsBetween(t *testing.T) {
	c := planned("relu")
	c.Depths = []int{1}
	for want, chances := range map[string][]float64{
		"ReLU, by multiply-adds: 2-3-1 (9) reaches; 2-2-1 (6) and all smaller miss.":                                                    {0, 0, 1, 1, 1, 1, 1},
		"ReLU, by multiply-adds: 2-1-1 (3) reaches; none below was seen to miss.":                                                       {1, 0, 0, 0, 0, 0, 0},
		"ReLU, by multiply-adds: 2-5-1 (15) reaches; undecided: 2-2-1 (6), 2-4-1 (12); 2-1-1 (3) and all smaller miss.":                 {0, 0.9, 0, 0.9, 1, 1, 1},
		"ReLU, by multiply-adds: none was seen to reach; 6 from 2-2-1 (6) to 2-8-1 (24) are undecided; 2-1-1 (3) and all smaller miss.": {0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9},
		"ReLU, by multiply-adds: none was seen to reach; 2-8-1 (24) and all smaller miss.":                                              {0, 0, 0, 0, 0, 0, 0},
	} {
		r := searchWith(t, c, &simulation{chance: byWidth(c, chances...)})
		if len(r.Brackets) != 1 || r.Brackets[0] != want {
			t.Errorf("%q, want %q", r.Brackets, want)
		}
	}
}

// A ratio has a value where both brackets are closed, and is a range otherwise.
func TestRatioIsARangeWhereABracketIsOpen(t *testing.T) {
	c := planned("sigmoid", "relu")
	c.Depths = []int{1}
	ratio := func(relu ...float64) Ratio {
		return searchWith(t, c, &simulation{chance: func(tr Trial) float64 {
			if tr.Activation == "sigmoid" {
				return byWidth(c, 0, 0, 0, 1, 1, 1, 1)(tr)
			}
			return byWidth(c, relu...)(tr)
		}}).Ratios[0]
	}
	if q := ratio(0, 0, 0, 0, 0, 1, 1); q.Value == nil || *q.Value != 2./3 || q.Interval() != "0.667" {
		t.Errorf("%+v", q)
	}
	if q := ratio(0, 0, 0, 0, 0.9, 1, 1); q.Value != nil || q.Low != 2./3 || *q.High != 0.8 || q.Interval() != "0.667 to 0.8" {
		t.Errorf("%+v", q)
	}
}
