package graph

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"actscope/internal/differences"
	"actscope/internal/input"
)

// of is the activation of a formula.
func of(t *testing.T, text string) Activation {
	t.Helper()
	a, err := ActivationNamed(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// inSingle evaluates in float32 what evaluate does in float64.
func inSingle(t *testing.T, z []float64, f func(*gorgonia.Node) (*gorgonia.Node, error)) []float64 {
	t.Helper()
	g := gorgonia.NewGraph()
	out, err := f(matrix(g, "z", len(z), 1, z))
	if err != nil {
		t.Fatal(err)
	}
	machine, err := newPlanned(g, gorgonia.Nodes{out}, Single)
	if err != nil {
		t.Fatal(err)
	}
	defer machine.close()
	if err := machine.run(); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(machine.values(0))
}

// The formulas of the tests, with every operator and function, and what they are by hand.
var written = []struct {
	text string
	f    func(z float64) float64
}{
	{"z*sigmoid(z)", SiLU.Value},
	{"4*sigmoid(z)-2", func(z float64) float64 { return 2 * math.Tanh(z/2) }},
	{"0.25*relu(z)", func(z float64) float64 { return math.Max(z, 0) / 4 }},
	{"max(0.01*z,z)", LeakyReLU.Value},
	{"max(0,z)", ReLU.Value},
	{"max(-2,min(2,z))", func(z float64) float64 { return math.Max(-2, math.Min(2, z)) }},
	{"min(z+3,4-z)", func(z float64) float64 { return math.Min(z+3, 4-z) }},
	{"abs(z)-1/2", func(z float64) float64 { return math.Abs(z) - 0.5 }},
	{"z/(1+abs(z))", func(z float64) float64 { return z / (1 + math.Abs(z)) }},
	{"exp(-pow(z,2))", func(z float64) float64 { return math.Exp(-z * z) }},
	{"pow(z,3)/(1+pow(z,2))", func(z float64) float64 { return z * z * z / (1 + z*z) }},
	{"pow(z,5)/1000", func(z float64) float64 { return math.Pow(z, 5) / 1000 }},
	{"pow(2,z/100)", func(z float64) float64 { return math.Exp2(z / 100) }},
	{"pow(1+abs(z),tanh(z))", func(z float64) float64 { return math.Pow(1+math.Abs(z), math.Tanh(z)) }},
	{"log(1+z*z)", func(z float64) float64 { return math.Log1p(z * z) }},
	{"sin(z)+sin(pi*z)/pi", func(z float64) float64 { return math.Sin(z) + math.Sin(math.Pi*z)/math.Pi }},
	{"-leaky_relu(-z)", func(z float64) float64 { return math.Min(z, z/100) }},
	{"hard_sigmoid(4*z)", func(z float64) float64 { return math.Max(0, math.Min(1, (4*z+3)/6)) }},
	{"gelu(z)-gelu_tanh(z)+softplus(z)", func(z float64) float64 { return GELU.Value(z) - GELUTanh.Value(z) + Softplus.Value(z) }},
	{"elu(z)+selu(identity(z))", func(z float64) float64 { return ELU.Value(z) + SELU.Value(z) }},
	{"0.5*z*(1+tanh(pow(2/pi,0.5)*(z+0.044715*pow(z,3))))", GELUTanh.Value},
}

// soft is a tolerance relative to 1 + |want|, for formulas that cancel.
func soft(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance*(1+math.Abs(want))
}

func TestFormulasEqualFunctionsWrittenByHand(t *testing.T) {
	for _, w := range written {
		t.Run(w.text, func(t *testing.T) {
			a := of(t, w.text)
			onGraph, derivative := evaluate(t, hardInputs, a.Expression)
			rounded := inSingle(t, hardInputs, a.Expression)
			for i, z := range hardInputs {
				want := w.f(z)
				if !soft(a.Value(z), want, 1e-12) || !soft(onGraph[i], want, 1e-12) {
					t.Errorf("φ(%v) is %v, on the graph %v, want %v", z, a.Value(z), onGraph[i], want)
				}
				if math.Abs(want) < 1e30 && !soft(rounded[i], want, 1e-4) {
					t.Errorf("φ(%v) is %v in float32, want %v", z, rounded[i], want)
				}
				if !soft(derivative[i], a.Derivative(z), 1e-12) {
					t.Errorf("φ'(%v) is %v on the graph, %v as a function", z, derivative[i], a.Derivative(z))
				}
			}
		})
	}
}

// Finite differences know values only.
func TestDerivativesOfFormulasEqualDifferences(t *testing.T) {
	for _, w := range written {
		a := of(t, w.text)
		z := []float64{0}
		for _, at := range []float64{-7.3, -2.9, -1.1, -0.4, -0.05, 0.05, 0.4, 1.1, 2.9, 7.3} {
			z[0] = at
			e := differences.Gradient(func() (float64, uint64) { return w.f(z[0]), uint64(len(a.Kinks)) }, z)[0]
			if !e.Kink && !soft(a.Derivative(at), e.Value, 1e-8+10*e.Error) {
				t.Errorf("%s: φ'(%v) is %v, %v by differences", w.text, at, a.Derivative(at), e.Value)
			}
		}
	}
}

// At a kink: a number's slope, or the mean of both; on the graph as well.
func TestSlopesOfFormulasAtKinks(t *testing.T) {
	for _, test := range []struct {
		text     string
		z, slope float64
	}{
		{"relu(z)", 0, 0}, {"max(z,0)", 0, 0}, {"max(0,z)", 0, 0}, {"min(z,0)", 0, 0}, {"abs(z)", 0, 0},
		{"max(1,z)", 1, 0}, {"min(z,1)", 1, 0}, {"max(z,0.5*z)", 0, 0.75}, {"min(z,-z)", 0, 0}, {"max(2*z,1+z)", 1, 1.5},
		{"leaky_relu(z)", 0, 0.01}, {"hard_sigmoid(4*z)", 0.75, 0}, {"pow(max(z,0),2)", 0, 0}, {"pow(abs(z),1.5)", 0, 0},
	} {
		a := of(t, test.text)
		_, onGraph := evaluate(t, []float64{test.z}, a.Expression)
		if a.Derivative(test.z) != test.slope || onGraph[0] != test.slope {
			t.Errorf("%s: slope %v at %v, on the graph %v, want %v", test.text, a.Derivative(test.z), test.z, onGraph[0], test.slope)
		}
	}
}

func TestKinksOfFormulasAreLocated(t *testing.T) {
	for text, want := range map[string][]float64{
		"0.25*relu(z)":                    {0},
		"relu(z-1)":                       {1},
		"max(-2,min(2,z))":                {-2, 2},
		"hard_sigmoid(4*z)":               {-0.75, 0.75},
		"abs(z-0.3)+z":                    {0.3},
		"relu(3*z-0.9)+abs(z-0.3)":        {0.3},
		"abs(z*z-2)":                      {-math.Sqrt2, math.Sqrt2},
		"abs(abs(z)-1)":                   {-1, 0, 1},
		"max(z,0.5*z+1)":                  {2},
		"elu(2*z)":                        {0},
		"abs(z*z)":                        {}, // touches 0 and does not cross it
		"z*sigmoid(z)":                    {},
		"z+max(z,z)":                      {},
		"min(1,abs(sin(z/64)))/(1+0*z)-z": {0},
	} {
		got := of(t, text).Kinks
		if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-14 }) {
			t.Errorf("%s: kinks %v, want %v", text, got, want)
		}
	}
	many := of(t, "abs(sin(z))").Kinks // at kπ, |kπ| < 100
	if len(many) != 63 || math.Abs(many[32]-math.Pi) > 1e-15 {
		t.Errorf("%d kinks, %v after 0", len(many), many[32])
	}
	if most := of(t, "abs(sin(40*z))").Kinks; len(most) != maxKinks || most[0] < -8 || most[maxKinks-1] > 8 {
		t.Errorf("%d kinks from %v to %v", len(most), most[0], most[len(most)-1])
	}
}

func TestGainsOfFormulas(t *testing.T) {
	for text, want := range map[string]float64{
		"0.25*relu(z)": 2, "z*sigmoid(1.7*z)": 2, "-relu(-z)": 2, "exp(z)": 2, "0.04*z+0.96*relu(z)": 2,
		"4*sigmoid(z)-2": 1, "z": 1, "abs(z)": 1, "sin(z)": 1, "max(z,0.06*z)": 1, "max(-2,min(2,z))": 1, "exp(-z*z)": 1,
	} {
		if got := of(t, text).Gain; got != want {
			t.Errorf("%s: gain %v, want %v", text, got, want)
		}
	}
	for _, a := range Activations() { // the table's own, but for SELU, whose fixed point asks for 1
		if f := of(t, FunctionName(a)+"(z)"); f.Gain != a.Gain && a.Name != "selu" {
			t.Errorf("%s: gain %v by the rule, %v in the table", f.Name, f.Gain, a.Gain)
		}
	}
}

func TestFormulasThatAreNoActivationsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"1/z":             "1/z: +Inf at z = 0: it has to be finite from -10 to 10",
		"z/z":             "z/z: NaN at z = 0: it has to be finite from -10 to 10",
		"log(z)":          "log(z): -Inf at z = 0: it has to be finite from -10 to 10",
		"log(1+z)":        "log(1+z): -Inf at z = -1: it has to be finite from -10 to 10",
		"log(z-20)":       "log(z-20): NaN at z = 0: it has to be finite from -10 to 10",
		"pow(z,0.5)":      "pow(z,0.5): its slope is +Inf at z = 0: it has to be finite from -10 to 10",
		"pow(1+z,2.5)":    "pow(1+z,2.5): NaN at z = -1.015625: it has to be finite from -10 to 10",
		"1/(z-0.3)":       "1/(z-0.3): division by 0 at z = 0.3: it has to be finite from -10 to 10",
		"exp(exp(z))":     "exp(exp(z)): its slope is +Inf at z = 6.5625: it has to be finite from -10 to 10",
		"1/2":             "1/2: a constant, 0.5 for every z: an activation depends on z",
		"relu(z)-relu(z)": "relu(z)-relu(z): a constant, 0 for every z: an activation depends on z",
		"pow(z,0)":        "pow(z,0): a constant, 1 for every z: an activation depends on z",
		"relu(z-1000)":    "relu(z-1000): a constant, 0 for every z: an activation depends on z",
		"0/0*z":           "0/0*z: NaN at z = 0: it has to be finite from -10 to 10",
		"2 * rleu(z)":     "2 * rleu(z): column 5: unknown function \"rleu\": did you mean elu?",
	} {
		_, err := ActivationNamed(text)
		var bad *input.Error
		if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", text, err, want)
		}
	}
}

func TestFormulasSayWhereTheyEnd(t *testing.T) {
	for text, want := range map[string]string{
		"exp(z)/(1+exp(z))": "NaN at z = 710",
		"sigmoid(z)":        "",
		"exp(z)-exp(-z)":    "-Inf at z = -710, +Inf at z = 710",
		"exp(abs(z))/1e300": "+Inf at z = -710, +Inf at z = 710",
		"pow(z,4)":          "",
	} {
		if got := of(t, text).Note; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestOneFormulaHasOneNameHoweverItIsWritten(t *testing.T) {
	for _, text := range []string{"0.25*relu(z)", " 0.25 * relu( z )", ".25*(relu((z)))"} {
		a := of(t, text)
		if a.Name != "0.25*relu(z)" || a.Title != a.Name || a.FileName() != "0-25-relu-z-610a304e" || !a.IsFormula() {
			t.Errorf("%s: %+v", text, a)
		}
	}
	if r := of(t, "relu"); r.IsFormula() || r.FileName() != "relu" {
		t.Errorf("%+v", r)
	}
	if title := ActivationTitle("max( z,0 )"); title != "max(z,0)" {
		t.Error(title)
	}
}

// Many different formulas do not fill the memory, and looking one up twice gives the same.
func TestFormulasAreForgotten(t *testing.T) {
	for i := range 2 * maxRemembered {
		of(t, fmt.Sprintf("z*%d", i+1))
	}
	if n := len(formulas.made); n > maxRemembered {
		t.Errorf("%d formulas are remembered", n)
	}
}

// Whatever is taken as a formula is finite near 0 and can be built and differentiated.
func FuzzActivationOf(f *testing.F) {
	for _, w := range written {
		f.Add(w.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ActivationOf(text)
		var bad *input.Error
		if err != nil {
			if !errors.As(err, &bad) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		z := []float64{-3.75, -1, 0, 0.25, 2}
		value, derivative := evaluate(t, z, a.Expression)
		for i := range z {
			for _, v := range []float64{a.Value(z[i]), a.Derivative(z[i]), value[i], derivative[i]} {
				if !isFinite(v) {
					t.Errorf("%s at %v: %v", text, z[i], v)
				}
			}
		}
	})
}

// What is too long is not echoed, be it a word or a formula.
func TestLongTextsAreRefusedInFewWords(t *testing.T) {
	for _, text := range []string{strings.Repeat("z", 10_000), strings.Repeat("z+", 5000) + "z"} {
		if _, err := ActivationNamed(text); err == nil || len(err.Error()) > 200 || !strings.Contains(err.Error(), "characters") {
			t.Errorf("%.60s...: %.200v", text, err)
		}
	}
}
