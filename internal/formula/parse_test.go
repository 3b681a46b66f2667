package formula_test

import (
	"errors"
	"strings"
	"testing"

	"actscope/internal/formula"
	"actscope/internal/input"
)

// inZ are the formulas of activations, inX comparisons of inputs.
var (
	functions = map[string]int{"relu": 1, "sigmoid": 1, "leaky_relu": 1, "max": 2, "pow": 2}
	inZ       = formula.Grammar{Variables: []string{"z"}, Meaning: "the pre-activation is z", Functions: functions}
	inX       = formula.Grammar{Variables: []string{"x1", "x2"}, Meaning: "the inputs are x1 and x2", Functions: functions, Comparison: true}
)

func TestFormulasHaveOneSpelling(t *testing.T) {
	for text, want := range map[string]string{
		"0.25*relu(z)":               "0.25*relu(z)",
		" .25 *\n\trelu( z )":        "0.25*relu(z)",
		"2.50e-1*(relu((z)))":        "0.25*relu(z)",
		"max(-2, +z)":                "max(-2,z)",
		"z-(1-z)":                    "z-(1-z)",
		"(z-1)-z":                    "z-1-z",
		"z*(z*z)":                    "z*(z*z)",
		"(z*z)/z":                    "z*z/z",
		"(z+1)*2":                    "(z+1)*2",
		"z+(1*2)":                    "z+1*2",
		"-z*z":                       "-z*z", // Go's sign binds tighter than its product
		"-(z*z)":                     "-(z*z)",
		"-(-z)":                      "-(-z)",
		"- -z":                       "-(-z)",
		"2*-z":                       "2*(-z)",
		"-(z-1)":                     "-(z-1)",
		"1e-9*z":                     "1e-09*z",
		"1e400*z*0":                  "", // refused
		"pi*z":                       "pi*z",
		"3.141592653589793*z":        "pi*z",
		"010*z":                      "10*z",
		"leaky_relu(z) - sigmoid(z)": "leaky_relu(z)-sigmoid(z)",
	} {
		term, err := formula.Parse(text, inZ)
		if want == "" {
			if err == nil {
				t.Errorf("%q is taken", text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := term.String(); got != want {
			t.Errorf("%q is spelt %s, want %s", text, got, want)
		}
		if again, err := formula.Parse(want, inZ); err != nil || again.String() != want {
			t.Errorf("%s does not come back: %v, %v", want, again, err)
		}
	}
}

func TestComparisonsAreWholeFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"x1 > 2*x2":              "x1>2*x2",
		"( x1+1 <= (x2) )":       "x1+1<=x2",
		"x1 >= -x2":              "x1>=(-x2)",
		"x1<-0.5":                "x1<(-0.5)",
		"max(x1,0)<relu(-pi*x2)": "max(x1,0)<relu(-pi*x2)",
		"x2*x1":                  "x2*x1",
	} {
		term, err := formula.Parse(text, inX)
		if err != nil || term.String() != want {
			t.Errorf("%q is spelt %v, want %s, error %v", text, term, want, err)
			continue
		}
		if again, err := formula.Parse(want, inX); err != nil || again.String() != want {
			t.Errorf("%s does not come back: %v, %v", want, again, err)
		}
	}
	for text, want := range map[string]string{
		"0<x1<1":      "column 2: < within a formula that compares: there is one comparison: min(a,b)>0 says that a and b are both above 0",
		"relu(x1>0)":  "column 8: > within a formula that compares: there is one comparison: min(a,b)>0 says that a and b are both above 0",
		"x1==x2":      "column 3: == is no operator here: compare by < > <= or >=",
		"x1>0&&x2>0":  "column 5: && is no operator here: max, min, abs and relu make cases",
		"x1>z":        `column 4: unknown name "z": the inputs are x1 and x2, and pi the one named number`,
		"x1^2>1":      "column 3: ^ is no operator here: write pow(x1,2)",
		"sqrt(x1)>1":  `column 1: unknown function "sqrt": write pow(x1,0.5)`,
		"x1>>1":       "column 3: >> is no operator here: max, min, abs and relu make cases",
		"x1>":         "column 4: the formula ends too early",
		">x1":         "column 1: a number, x1, a function or a bracket is expected here, not >",
		"x1=2":        "column 3: = is not expected here",
		"relu>x1":     "column 1: relu is a function: call it, as in relu(x1)",
		"max(x2)>0":   "column 1: max of 1 arguments, not 2: write max(x1,2)",
		"x2(2)>0":     "column 3: x2 is not a function: write * for a product",
		"x1 > x2 x2 ": "column 9: x2 is not expected here: a product is written 2*x1",
	} {
		_, err := formula.Parse(text, inX)
		var bad *input.Error
		if !errors.As(err, &bad) || err.Error() != bad.Key+": "+want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
}

func TestErrorsSayWhereAndWhatToDo(t *testing.T) {
	for _, test := range []struct {
		text, want string
	}{
		{"", "column 1: an empty formula"},
		{"  ", "column 1: an empty formula"},
		{"z**2", "column 2: ** is no operator here: write pow(z,2)"},
		{"2*z**relu(z)", "column 4: ** is no operator here: write pow(z,2) for a square"},
		{"z^2", "column 2: ^ is no operator here: write pow(z,2)"},
		{"2+z^3", "column 4: ^ is no operator here: write pow(z,2) for a square"},
		{"relu(z)^2", "column 8: ^ is no operator here: write pow(relu(z),2)"},
		{"^z", "column 1: ^ is no operator here"},
		{"z//2", "column 2: // would begin a comment: divide by /"},
		{"z/*x*/", "column 2: /* would begin a comment"},
		{"2z", "column 2: z is not expected here: a product is written 2*z"},
		{"2(z)", "column 2: 2 is not a function: write * for a product"},
		{"z(2)", "column 2: z is not a function: write * for a product"},
		{"(z)(z)", "column 4: (z) is not a function: write * for a product"},
		{"--z", "column 1: -- is no operator: put brackets around a sign after an operator"},
		{"rleu(z)", `column 1: unknown function "rleu": did you mean relu? Choose one of leaky_relu, max, pow, relu, sigmoid`},
		{"2*sqrt(z)", `column 3: unknown function "sqrt": write pow(z,0.5)`},
		{"1+relu", "column 3: relu is a function: call it, as in relu(z)"},
		{"0.5*x", `column 5: unknown name "x": the pre-activation is z, and pi the one named number`},
		{"leaky-relu(z)", "column 1: leaky-relu is a difference: write leaky_relu(z)"},
		{"max(z)", "column 1: max of 1 arguments, not 2: write max(z,2)"},
		{"z+relu(z,z)", "column 3: relu of 2 arguments, not 1: write relu(z)"},
		{"relu()", "column 1: relu of 0 arguments, not 1: write relu(z)"},
		{"relu(z", "column 5: ( is not closed: in a YAML list a formula with commas is quoted"},
		{"relu(z))", "column 8: ) closes no bracket"},
		{"z[0]", "column 2: square brackets are indices in Go: use round brackets"},
		{"func() {}", "column 1: a function cannot be defined here"},
		{"1i*z", "column 1: 1i is not a number of formulas: write a decimal number such as 0.5 or 1e-3, up to 1.7e308"},
		{"'a'*z", "column 1: 'a' is not a number of formulas: write a decimal number such as 0.5 or 1e-3, up to 1.7e308"},
		{`"a"*z`, `column 1: "a" is not a number of formulas: write a decimal number such as 0.5 or 1e-3, up to 1.7e308`},
		{"z*0x10", "column 3: 0x10 is not a number of formulas: write a decimal number such as 0.5 or 1e-3, up to 1.7e308"},
		{"z*1_000", "column 3: 1_000 is not a number of formulas: write a decimal number such as 0.5 or 1e-3, up to 1.7e308"},
		{"z*1e999", "column 3: 1e999 is not a number of formulas: write a decimal number such as 0.5 or 1e-3, up to 1.7e308"},
		{"08*z", "column 2: invalid digit '8' in octal literal"},
		{"z+", "column 3: the formula ends too early"},
		{"z+*2", "column 3: a number, z, a function or a bracket is expected here, not *"},
		{"z*/2", "column 3: a number, z, a function or a bracket is expected here, not /"},
		{"z>0", "column 2: > is no operator here: max, min, abs and relu make cases"},
		{"z%2", "column 2: % is no operator here: max, min, abs and relu make cases"},
		{"a.b*z", "column 1: a.b is not part of a formula: use numbers, pi, z, + - * /, brackets and functions"},
		{"*z", "column 1: a number, z, a function or a bracket is expected here, not *"},
		{"z;z", "column 2: ; is not expected here: a product is written 2*z"},
		{"relu(z...)", "column 7: ... is not part of a formula"},
		{"z·2", `column 2: '·' is not a character of formulas: write them in ASCII`},
		{"z\x00", `column 2: '\x00' is not a character of formulas: write them in ASCII`},
		{strings.Repeat("(", 500) + "z", "column 500: ( is not closed: in a YAML list a formula with commas is quoted"},
	} {
		_, err := formula.Parse(test.text, inZ)
		var bad *input.Error
		if !errors.As(err, &bad) {
			t.Errorf("%q: %v, want an error of what the user gave", test.text, err)
			continue
		}
		got := bad.Reason
		if bad.Advice != "" {
			got += ": " + bad.Advice
		}
		if got != test.want {
			t.Errorf("%q: %s\nwant %s", test.text, got, test.want)
		}
		if bad.Column == 0 {
			t.Errorf("%q: no column", test.text)
		}
	}
	if _, err := formula.Parse(strings.Repeat("z+", 5000)+"z", inZ); err == nil || err.Error() != "z+z+z+z+z+z+z+z+z+z+...: a formula of 10001 characters: write it with at most 1000" {
		t.Error(err)
	}
	long := strings.Repeat("a", 19) + strings.Repeat("ζ", 1000) // bytes are not characters
	if _, err := formula.Parse(long, inZ); err == nil || err.Error() != "aaaaaaaaaaaaaaaaaaaζ...: a formula of 1019 characters: write it with at most 1000" {
		t.Error(err)
	}
	if _, err := formula.Parse(long[:1000], inZ); err == nil || !strings.HasSuffix(err.Error(), "'ζ' is not a character of formulas: write them in ASCII") {
		t.Error(err)
	}
}

func TestListsAreCutAtCommasOutsideBrackets(t *testing.T) {
	for list, want := range map[string]string{
		"sigmoid,relu":                 "sigmoid|relu",
		"relu, max(-2, min(2,z)) ,z*2": "relu|max(-2, min(2,z))|z*2",
		"max(a,b),c),d":                "max(a,b)|c)|d",
		"max(a,b,c":                    "max(a,b,c",
		"":                             "",
		"a,,b":                         "a||b",
	} {
		if got := strings.Join(formula.Split(list), "|"); got != want {
			t.Errorf("%q: %s, want %s", list, got, want)
		}
	}
}

func TestSlugsAreSafeShortAndDistinct(t *testing.T) {
	seen := map[string]string{}
	for _, text := range []string{
		"0.25*relu(z)", "0.25/relu(z)", "0.25-relu(z)", "-z", "z", strings.Repeat("abs(", 200) + "z" + strings.Repeat(")", 200),
		strings.Repeat("abs(", 200) + "-z" + strings.Repeat(")", 200),
	} {
		slug := formula.Slug(text)
		if len(slug) > 50 || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.HasPrefix(slug, "-") {
			t.Errorf("%s becomes %s", text, slug)
		}
		if other, taken := seen[slug]; taken {
			t.Errorf("%s and %s become %s", text, other, slug)
		}
		seen[slug] = text
	}
	if got := formula.Slug("0.25*relu(z)"); got != "0-25-relu-z-610a304e" { // printf 0.25*relu(z) | sha256sum
		t.Error(got)
	}
}

// Whatever the text, there is an error, or a term whose one spelling is read as itself.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"0.25*relu(z)", "max(-2, pow(z,2))", "z**2", "((((z", "- -z/1e-3", "z[0]", "func(){}(z)", "'a'", "z+\n1", "1/2-(z-3)-pi"} {
		f.Add(text, false)
	}
	for _, text := range []string{"x2 > relu(3*x1)", "0<=x1<1", "(x1>=2)", "x1==x2", "x1>0&&x2>0", "y = x1"} {
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, compares bool) {
		grammar := inZ
		if compares {
			grammar = inX
		}
		term, err := formula.Parse(text, grammar)
		var bad *input.Error
		if err != nil {
			if !errors.As(err, &bad) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		spelt := term.String()
		again, err := formula.Parse(spelt, grammar)
		if err != nil || again.String() != spelt {
			t.Fatalf("%q is spelt %q, which is read as %v, %v", text, spelt, again, err)
		}
	})
}
