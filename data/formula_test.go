package data_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/data"
)

func TestFormulasFollowNumPy(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	label, names, err := data.Formula(data.FormulaConfig{Formula: "x2 > sin(3*x1)", Samples: 100, Noise: 0.3, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	reference.close("formula_label_x", label.X)
	reference.identical("formula_label_y", label.Y)
	want := data.Names{Inputs: []string{"x1", "x2"}, Targets: []string{"class"}, Classes: []string{"x2<=sin(3*x1)", "x2>sin(3*x1)"}}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	number, names, err := data.Formula(data.FormulaConfig{Formula: " height in  cm = x1*x2 - exp(-abs(x3))/2 ", Samples: 50, Reach: 5, Noise: 0.1, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	reference.close("formula_number_x", number.X)
	reference.close("formula_number_y", number.Y)
	want = data.Names{Inputs: []string{"x1", "x2", "x3"}, Targets: []string{"height in cm"}}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if number.Targets != (data.Targets{Task: data.Regression, Count: 1}) || !label.Targets.TwoClasses() {
		t.Error(number.Targets, label.Targets)
	}
}

// Every operator and function, against Go's own arithmetic at the points of the set.
func TestFormulasMeanWhatTheySay(t *testing.T) {
	of := func(f func(a, b float64) bool) func(x []float64) float64 {
		return func(x []float64) float64 {
			if f(x[0], x[1]) {
				return 1
			}
			return 0
		}
	}
	for text, want := range map[string]func(x []float64) float64{
		"x1<x2":                   of(func(a, b float64) bool { return a < b }),
		"x1 <= x2":                of(func(a, b float64) bool { return a <= b }),
		"x1>x2":                   of(func(a, b float64) bool { return a > b }),
		"(x1>=x2)":                of(func(a, b float64) bool { return a >= b }),
		"x1<-0.5":                 of(func(a, b float64) bool { return a < -0.5 }),
		"sign(x1) >= 0":           of(func(a, b float64) bool { return a >= 0 }),
		"min(x1,x2)>0":            of(func(a, b float64) bool { return a > 0 && b > 0 }),
		"pow(x1,2)+pow(x2,2) < 1": of(func(a, b float64) bool { return a*a+b*b < 1 }),
		"y = x2":                  func(x []float64) float64 { return x[1] },
		"y=-x1*pi+2/(3-x2)":       func(x []float64) float64 { return float64(-x[0]*math.Pi) + 2/(3-x[1]) },
		"y=sqrt(abs(x1))-cos(x2)": func(x []float64) float64 { return math.Sqrt(math.Abs(x[0])) - math.Cos(x[1]) },
		"y=log(3+x1)*exp(x2)":     func(x []float64) float64 { return math.Log(3+x[0]) * math.Exp(x[1]) },
		"y=relu(x1)-max(x2,0)":    func(x []float64) float64 { return max(x[0], 0) - max(x[1], 0) },
		"y=sigmoid(2*x1)":         func(x []float64) float64 { return (1 + math.Tanh(x[0])) / 2 },
		"y=tanh(x1)":              func(x []float64) float64 { return math.Tanh(x[0]) },
		"y=sin(x9)":               func(x []float64) float64 { return math.Sin(x[8]) },
	} {
		c := data.GeneratorConfig{Name: text, Samples: 300, Seed: 3}
		set, err := data.Generate(c)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		fresh, err := data.Fresh(c, 1000)
		if err != nil || fresh.Rows() != 1000 || slices.Equal(fresh.Row(0), set.Row(0)) {
			t.Errorf("%s: %d rows, error %v", text, fresh.Rows(), err)
		}
		for _, s := range []data.Set{set, fresh} {
			if err := s.Validate(); err != nil {
				t.Errorf("%s: %v", text, err)
			}
			for i, y := range s.Y {
				if w := want(s.Row(i)); !(math.Abs(y-w) <= 1e-15*max(1, math.Abs(w))) {
					t.Errorf("%s: %v at %v, want %v", text, y, s.Row(i), w)
				}
				if slices.Min(s.Row(i)) < -2 || slices.Max(s.Row(i)) >= 2 {
					t.Errorf("%s: a point at %v", text, s.Row(i))
				}
			}
		}
	}
}

func TestFormulasThatMakeNoSetAreRefused(t *testing.T) {
	for _, c := range []struct{ text, message string }{
		{"x2 > sn(x1)", `column 6: unknown function "sn": did you mean sin?`},
		{"x2 > x10", `column 6: unknown name "x10": the inputs are x1 to x9, and pi the one named number`},
		{"x2 > z", `column 6: unknown name "z": the inputs are x1 to x9`},
		{"y = x1 > 0", "column 4: > is no operator here: max, min, abs and relu make cases"},
		{"y = ", "column 1: an empty formula"},
		{" = x1", `" = x1": a name of the target is expected before the =`},
		{"x1 = x2", `"x1 = x2": x1 is an input: call the target otherwise`},
		{"x1 > 0 = x2", "it has both a comparison, for classes, and a =, for a number"},
		{"y = x1 = x2", "column 4: = is not expected here"},
		{"x1 == x2", "column 4: == is no operator here: compare by < > <= or >="},
		{"0 < x1 < 1", "column 3: < within a formula that compares: there is one comparison"},
		{"y = log(x1)", "log(x1) is NaN at x1 = -"},
		{"y = 1/(x1-x1)", "1/(x1-x1) is +Inf at x1 = "},
		{"y = exp(400+x1)", "exp(400+x1) is "},
		{"sqrt(x1) > x2", "sqrt(x1) is NaN at x1 = -"},
		{"x1 > 3", "x1>3 holds at none of the 100 points, which lie from -2 to 2: write one that holds for some, or take more points"},
		{"x1 <= 3", "x1<=3 holds at each of the 100 points, which lie from -2 to 2"},
		{"height = 2*3", "height is 6 at all of the 100 points, which lie from -2 to 2: write a formula that varies"},
		{"x1 >" + strings.Repeat("(", 996), "( is not closed"},
		{"x1 >" + strings.Repeat(" ", 2000), "a formula of 2004 characters: write it with at most 1000"},
		{"gr\xf6\xdfe = x1", `"gr\xf6\xdfe " is not UTF-8`},
		{"x1*x2", "or a formula with a comparison or =, such as x2>sin(3*x1) or y=x1*x2"},
	} {
		_, err := data.Generate(data.GeneratorConfig{Name: c.text, Samples: 100})
		var bad *data.InputError
		if !errors.As(err, &bad) || bad.Key != "GeneratorConfig.Name" || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%q: error %v, want one with %q", c.text, err, c.message)
		}
	}
	for _, c := range []struct {
		config  data.FormulaConfig
		message string
	}{
		{data.FormulaConfig{Formula: "x1*x2", Samples: 9}, `FormulaConfig.Formula: "x1*x2" neither compares nor names a target: write x1*x2>0 for classes, y=x1*x2 for a number`},
		{data.FormulaConfig{Formula: "x1>0", Samples: 1}, "FormulaConfig.Samples: 1: "},
		{data.FormulaConfig{Formula: "x1>0", Samples: 9, Reach: -1}, "FormulaConfig.Reach: -1: "},
		{data.FormulaConfig{Formula: "x1>0", Samples: 9, Noise: 1e200}, "FormulaConfig.Noise: 1e+200: "},
		{data.FormulaConfig{Formula: "x1>1", Samples: 9, Reach: 1}, "FormulaConfig.Formula: x1>1 holds at none of the 9 points, which lie from -1 to 1"},
	} {
		if _, _, err := data.Formula(c.config); err == nil || !strings.HasPrefix(err.Error(), c.message) {
			t.Errorf("%+v: %v, want %s", c.config, err, c.message)
		}
	}
	for field, c := range map[string]data.GeneratorConfig{
		"GeneratorConfig.Share":   {Name: "x1>0", Samples: 9, Share: 0.5},
		"GeneratorConfig.Classes": {Name: "x1>0", Samples: 9, Classes: 3},
	} {
		_, err := data.Generate(c)
		var bad *data.InputError
		if !errors.As(err, &bad) || bad.Key != field {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// Whatever the text, there is an error of what the user gave, or a sound set.
func FuzzFormula(f *testing.F) {
	for _, text := range []string{"x2 > sin(3*x1)", "target = x1*x2", "x1<-1", "a=b=c", "x1>=x2=", "y = log(x1)", "y=1", "é=x1", "((x9))<=pow(x1,0.5)", "= x1", "x1!=x2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, names, err := data.Formula(data.FormulaConfig{Formula: text, Samples: 20, Noise: 0.1})
		if err != nil {
			var bad *data.InputError
			if !errors.As(err, &bad) || !strings.HasPrefix(bad.Key, "FormulaConfig.") {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if err := set.Validate(); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !data.IsFormula(text) || set.Rows() != 20 || len(names.Inputs) != set.Columns || len(names.Targets) != 1 || len(names.Classes) != set.Targets.Classes() {
			t.Fatalf("%q: %d rows, %+v", text, set.Rows(), names)
		}
		again, err := data.FormulaNames(text)
		if diff := cmp.Diff(names, again); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
	})
}
