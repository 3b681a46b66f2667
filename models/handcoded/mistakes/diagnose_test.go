package mistakes_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

const relu, tanh = 1, 2 // in activations

// generic is a net in which no two widths are equal, with a prime number of rows.
func generic(activation int) mistakes.Problem {
	return drawProblem(3, activation, handcoded.Logits, 11, 3, 6, 4, 5, 1)
}

func TestRightGradientsGiveNoDiagnosis(t *testing.T) {
	for activation := range activations {
		p := generic(activation)
		d := diagnose(t, p, newStudent(p).gradients())
		if len(d.Explanations) > 0 || d.Remark != "" || d.LastRightLayer != 1 {
			t.Errorf("%s: %+v", activations[activation].Name, d)
		}
	}
}

func TestAReluMaskFromThePostActivationIsNoMistake(t *testing.T) {
	p := generic(relu)
	for l := 1; l < len(p.Layers); l++ {
		yours := newStudent(p, plant{id: "derivative-at-post-activation", layers: []int{l}}).gradients()
		if d := diagnose(t, p, yours); len(d.Explanations) > 0 {
			t.Errorf("layer %d: %+v", l, d)
		}
	}
	// Nor is it named next to a mistake that is one.
	d := diagnose(t, p, newStudent(p, plant{id: "sign", layers: []int{2}}).gradients())
	if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "sign" {
		t.Errorf("a sign is explained by %+v", d.Explanations)
	}
}

func TestMistakesWithTheSameNumbersAreAllListed(t *testing.T) {
	p := drawProblem(5, tanh, handcoded.Logits, 2, 3, 4, 1)
	d := diagnose(t, p, newStudent(p, plant{id: "factor-two", layers: []int{2}}).gradients())
	for _, id := range []string{"sum-over-batch", "factor-two"} {
		if !names(d, plant{id: id, layers: []int{2}}) {
			t.Errorf("%s is missing from %+v", id, d.Explanations)
		}
	}
}

// On a net without coincidences of shape, whatever is named besides the planted mistake gives the same numbers for a
// reason.
func TestNothingElseIsNamedOnAGenericNet(t *testing.T) {
	reasons := map[[2]string]string{
		{"sum-over-batch", "wrong-batch-axis"}:                     "the output has one unit",
		{"bias-not-summed", "bias-summed-over-units"}:              "the output has one unit",
		{"never-computed", "hidden-derivative-at-output"}:          "no row's output is positive under ReLU",
		{"derivative-missing", "another-derivative"}:               "every unit is positive, so that ReLU's derivative is 1",
		{"output-derivative-twice", "hidden-derivative-at-output"}: "the hidden activation is the sigmoid",
	}
	for activation := range activations {
		p := generic(activation)
		for _, planted := range plantings(p, activation) {
			d := diagnose(t, p, newStudent(p, planted).gradients())
			for _, e := range d.Explanations {
				if e.Mistake == planted.id {
					continue
				}
				if reasons[[2]string{planted.id, e.Mistake}] == "" && reasons[[2]string{e.Mistake, planted.id}] == "" {
					t.Errorf("%s: %v is also explained by %+v", activations[activation].Name, planted, e)
				}
			}
		}
	}
}

func TestTwoMistakesAtOnceAreNotExplained(t *testing.T) {
	p := generic(tanh)
	all := plantings(p, tanh)
	var singles [][]mistakes.Gradient
	for _, one := range all {
		singles = append(singles, newStudent(p, one).gradients())
	}
	rng := rand.New(rand.NewPCG(1, 2))
	factors := newStudent(p).factors(1)
	for tried := 0; tried < 300; {
		first, second := all[rng.IntN(len(all))], all[rng.IntN(len(all))]
		yours := newStudent(p, first, second).gradients()
		if agrees(t, p, yours) || slices.ContainsFunc(singles, func(one []mistakes.Gradient) bool { return same(p, yours, one) }) {
			continue // two that amount to none or to one
		}
		if factors[first.id] != 0 && factors[second.id] != 0 {
			continue // the product of two factors may be a third
		}
		tried++
		d := diagnose(t, p, yours)
		if len(d.Explanations) > 0 {
			t.Errorf("%v and %v together are named %+v", first, second, d.Explanations)
		}
		if !strings.HasPrefix(d.Remark, "no single mistake") {
			t.Errorf("%v and %v together: remark %q", first, second, d.Remark)
		}
	}
}

// same tells whether two students give the same numbers within the problem's tolerance.
func same(p mistakes.Problem, a, b []mistakes.Gradient) bool {
	for l := range a {
		if !p.Tolerance.Agree(a[l].W, b[l].W) || !p.Tolerance.Agree(a[l].B, b[l].B) {
			return false
		}
	}
	return true
}

func TestNoiseIsNotExplained(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, widths := range [][]int{{3, 6, 4, 5, 1}, {4, 4, 4, 1}, {2, 2, 1}, {1, 1, 1}, {1, 1}} {
		for _, rows := range []int{1, 2, 64} {
			p := drawProblem(9, tanh, handcoded.Logits, rows, widths...)
			right := newStudent(p).gradients()
			for _, size := range []float64{3e-6, 1e-4, 1e-2, 1, 100} {
				noisy := func(v []float64) []float64 {
					v = slices.Clone(v)
					for i := range v {
						v[i] += size * rng.NormFloat64()
					}
					return v
				}
				for broken := 0; broken <= len(right); broken++ { // the layer with noise, 0 for all of them
					yours := slices.Clone(right)
					for l := range yours {
						if broken == 0 || broken == l+1 {
							yours[l] = mistakes.Gradient{W: noisy(yours[l].W), B: noisy(yours[l].B)}
						}
					}
					if d := diagnose(t, p, yours); len(d.Explanations) > 0 {
						t.Errorf("%v, %d rows, noise %g in layer %d: %+v", widths, rows, size, broken, d.Explanations)
					}
				}
			}
		}
	}
}

func TestOneWrongEntryIsNotExplained(t *testing.T) {
	p := generic(tanh)
	for l := range p.Layers {
		yours := newStudent(p).gradients()
		yours[l].W[0] *= 1.01
		d := diagnose(t, p, yours)
		if len(d.Explanations) > 0 || !strings.Contains(d.Remark, fmt.Sprintf("grad_b%d is right and grad_W%d is not", l+1, l+1)) {
			t.Errorf("an entry of layer %d: %+v", l+1, d)
		}
	}
}

func TestTheLastRightLayerIsCountedFromTheOutput(t *testing.T) {
	p := generic(tanh)
	for _, c := range []struct {
		planted []plant
		want    int
		remark  string
	}{
		{[]plant{{id: "derivative-missing", layers: []int{2}}, {id: "sign", form: "weights", layers: []int{1}}}, 3,
			"layer 3 is the last that is right: the fault lies just before it, on the way to δ2"},
		{[]plant{{id: "labels-flipped", layers: []int{4}}, {id: "sign", layers: []int{1}}}, 0,
			"the output layer is wrong already: the fault lies in its δ4"},
		{[]plant{{id: "one-row-only", layers: []int{3}}, {id: "factor-two", form: "weights", layers: []int{3}}}, 4,
			"layer 3 is wrong and what lies below it is right: the fault lies in how its gradients are made from δ3"},
		{[]plant{{id: "weight-decay", layers: []int{4}}, {id: "factor-two", form: "weights", layers: []int{4}}}, 0,
			"grad_b4 is right and grad_W4 is not"},
	} {
		d := diagnose(t, p, newStudent(p, c.planted...).gradients())
		if d.LastRightLayer != c.want || !strings.Contains(d.Remark, c.remark) {
			t.Errorf("%v: last right layer %d, want %d; remark %q, want %q", c.planted, d.LastRightLayer, c.want, d.Remark, c.remark)
		}
	}
}

func TestAnUnknownFactorIsRemarkedOnButNotNamed(t *testing.T) {
	p := generic(tanh)
	yours := newStudent(p).gradients()
	for _, g := range yours {
		for _, v := range [][]float64{g.W, g.B} {
			for i := range v {
				v[i] *= 0.37
			}
		}
	}
	d := diagnose(t, p, yours)
	if len(d.Explanations) > 0 || !strings.HasSuffix(d.Remark, "; every gradient equals the reference times 0.37 to 1e-15") {
		t.Errorf("%+v", d)
	}
}

func TestAFreeNumberIsNotFittedToAMereFactor(t *testing.T) {
	// With one unit, W - rate·grad_W can be any number.
	p := drawProblem(2, tanh, handcoded.Logits, 9, 2, 1, 1)
	yours := newStudent(p).gradients()
	for i := range yours[0].W {
		yours[0].W[i] *= 0.37
	}
	yours[0].B[0] *= 0.37
	d := diagnose(t, p, yours)
	if len(d.Explanations) > 0 || !strings.Contains(d.Remark, "grad_W1 and grad_b1 equal the reference times 0.37") {
		t.Errorf("%+v", d)
	}

	// With one weight, grad_W + k·W can be any number too.
	p = drawProblem(2, tanh, handcoded.Logits, 9, 1, 1)
	yours = newStudent(p).gradients()
	yours[0].W[0] += 0.01 * p.Layers[0].W[0]
	if d := diagnose(t, p, yours); len(d.Explanations) > 0 {
		t.Errorf("%+v", d)
	}
}

func TestTheUnknownRateIsFitted(t *testing.T) {
	for _, rate := range []float64{1e-4, 0.05, 0.7, 30} {
		p := generic(tanh)
		s := newStudent(p, plant{id: "weights-after-update", layers: []int{2, 3, 4}})
		s.rate = rate
		d := diagnose(t, p, s.gradients())
		if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "weights-after-update" ||
			!strings.Contains(d.Explanations[0].Sentence, fmt.Sprintf("at rate %g)", rate)) {
			t.Errorf("rate %g: %+v", rate, d)
		}
	}
}

func TestParametersSavedAfterTheStep(t *testing.T) {
	for activation := range activations {
		for _, rate := range []float64{0.01, 0.5} {
			p := generic(activation)
			yours := newStudent(p).gradients()
			for l, layer := range p.Layers {
				for i := range layer.W {
					layer.W[i] -= rate * yours[l].W[i]
				}
				for i := range layer.B {
					layer.B[i] -= rate * yours[l].B[i]
				}
			}
			d := diagnose(t, p, yours)
			if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "parameters-after-step" ||
				!strings.Contains(d.Explanations[0].Sentence, fmt.Sprintf("rate %g", rate)) {
				t.Errorf("%s, rate %g: %+v", activations[activation].Name, rate, d)
			}
		}
	}
}

func TestTheLossEpsilonShowsAtConfidentlyWrongPoints(t *testing.T) {
	for _, c := range []struct {
		reference, yours handcoded.Loss
		detail           string
	}{
		{handcoded.Article, handcoded.Logits, "none: δ = p - y"},
		{handcoded.Logits, handcoded.Article, "1e-09"},
	} {
		p := drawProblem(7, tanh, c.reference, 20, 2, 5, 3, 1)
		p.Layers[2].B[0] = -20 // p is about 2e-9, and some labels are 1
		other := p
		other.Loss = c.yours
		d := diagnose(t, p, newStudent(other).gradients())
		if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "loss-epsilon" || d.Explanations[0].Layer != 3 ||
			!strings.Contains(d.Explanations[0].Sentence, "("+c.detail+")") {
			t.Errorf("%s for %s: %+v", c.yours, c.reference, d)
		}
	}
}

func TestTheKinkShowsWhereAUnitIsExactlyZero(t *testing.T) {
	p := generic(relu)
	layer := p.Layers[1] // unit 0 gets nothing and has no bias
	layer.B[0] = 0
	for i := range layer.In {
		layer.W[i*layer.Out] = 0
	}
	d := diagnose(t, p, newStudent(p, plant{id: "derivative-at-kink", layers: []int{2}}).gradients())
	if len(d.Explanations) != 1 || d.Explanations[0].Mistake != "derivative-at-kink" || d.Explanations[0].Layer != 2 {
		t.Errorf("%+v", d)
	}
}

func TestMissingArraysDoNotHinderADiagnosis(t *testing.T) {
	p := generic(tanh)
	planted := plant{id: "derivative-missing", layers: []int{2}}
	for l := range p.Layers {
		for _, drop := range []func(g *mistakes.Gradient){
			func(g *mistakes.Gradient) { g.W = nil },
			func(g *mistakes.Gradient) { g.B = nil },
			func(g *mistakes.Gradient) { *g = mistakes.Gradient{} },
		} {
			yours := newStudent(p, planted).gradients()
			drop(&yours[l])
			if d := diagnose(t, p, yours); !names(d, planted) {
				t.Errorf("without arrays of layer %d: %+v", l+1, d)
			}
		}
	}
}

func TestAScalarSumMayStandForTheBiases(t *testing.T) {
	p := generic(tanh)
	planted := plant{id: "bias-summed-over-everything", layers: []int{2}}
	yours := newStudent(p, planted).gradients()
	yours[1].B = yours[1].B[:1] // np.sum without an axis
	if d := diagnose(t, p, yours); !names(d, planted) {
		t.Errorf("%+v", d)
	}
}

func TestSinglePrecisionIsDiagnosedAtItsOwnTolerance(t *testing.T) {
	for activation := range activations {
		p := generic(activation)
		p.Tolerance = mistakes.Tolerance{Relative: 1e-4, Absolute: 1e-6}
		for _, planted := range append(plantings(p, activation), plant{}) {
			yours := newStudent(p, planted).gradients()
			for _, g := range yours {
				for _, v := range [][]float64{g.W, g.B} {
					for i := range v { // the rounding of the arithmetic, not only of the result
						v[i] = float64(float32(v[i] * (1 + 3e-7*math.Sin(float64(i)))))
					}
				}
			}
			d := diagnose(t, p, yours)
			switch {
			case agrees(t, p, yours):
				if len(d.Explanations) > 0 {
					t.Errorf("%s: %v changes nothing and is explained by %+v", activations[activation].Name, planted, d.Explanations)
				}
			case !names(d, planted):
				t.Errorf("%s: %v is not found: %+v", activations[activation].Name, planted, d)
			}
		}
	}
}

func TestVanishingGradientsAreNotDiagnosed(t *testing.T) {
	// Twelve sigmoid layers leave a gradient below the absolute tolerance; what is wrong with it cannot be known.
	widths := []int{2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1}
	p := drawProblem(1, 0, handcoded.Logits, 16, widths...)
	for _, layer := range p.Layers {
		for i := range layer.W {
			layer.W[i] *= 0.3
		}
	}
	d := diagnose(t, p, newStudent(p, plant{id: "sign", form: "both", layers: []int{1}}).gradients())
	if len(d.Explanations) > 0 || d.Remark != "" {
		t.Errorf("%+v", d)
	}
	// A fault further up is found although nothing can be seen of its effect there.
	planted := plant{id: "derivative-missing", layers: []int{12}}
	if d := diagnose(t, p, newStudent(p, planted).gradients()); !names(d, planted) {
		t.Errorf("%+v", d)
	}
}

func TestRoundingErrorsOfAVanishingSumAreNotHeldAgainstAMistake(t *testing.T) {
	// Without biases an odd activation maps a mirrored batch with mirrored labels to mirrored δ, so that every gradient of
	// a bias is zero but for rounding.
	p := generic(tanh)
	for _, layer := range p.Layers {
		clear(layer.B)
	}
	for i, rows := 0, len(p.Y); i < rows; i++ {
		for _, v := range p.X[3*i : 3*i+3] {
			p.X = append(p.X, -v)
		}
		p.Y = append(p.Y, 1-p.Y[i])
	}
	planted := plant{id: "derivative-missing", layers: []int{2}}
	d := diagnose(t, p, newStudent(p, planted).gradients())
	if !names(d, planted) || !(d.Explanations[0].Residual <= 1e-7) {
		t.Errorf("%+v", d)
	}
}

func TestTheDiagnosisIsReadAsJSON(t *testing.T) {
	p := drawProblem(3, tanh, handcoded.Logits, 64, 3, 6, 4, 5, 1)
	type report struct {
		Agrees bool `json:"agrees"`
		mistakes.Diagnosis
	}
	for _, c := range []struct {
		planted []plant
		want    string
	}{
		{nil, `{"agrees":true,"diagnosis":[],"last_right_layer":1}`},
		{[]plant{{id: "sum-over-batch", form: "weights", layers: []int{2}}},
			`{"agrees":true,"diagnosis":[{"mistake":"sum-over-batch","layer":2,"residual":0,` +
				`"sentence":"grad_W2 equals the reference times 64 to 1e-15: sum instead of mean over the batch, in layer 2"}],"last_right_layer":3}`},
	} {
		d := diagnose(t, p, newStudent(p, c.planted...).gradients())
		for i := range d.Explanations {
			d.Explanations[i].Residual = 0
		}
		got, err := json.Marshal(report{true, d})
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

func TestTheCatalogueIsWellFormed(t *testing.T) {
	seen := map[string]bool{}
	list := mistakes.List()
	if len(list) < 15 {
		t.Errorf("%d mistakes, want at least 15", len(list))
	}
	for _, m := range list {
		if m.ID == "" || m.Description == "" || m.Where == "" || seen[m.ID] {
			t.Errorf("%+v is incomplete or there twice", m)
		}
		if strings.ContainsAny(m.ID, " _") || strings.ContainsAny(m.Description, "\n") || strings.HasSuffix(m.Description, ".") {
			t.Errorf("%+v: the id has hyphens only, the description is a line without a full stop", m)
		}
		seen[m.ID] = true
	}
}

func TestDiagnoseRefusesWhatItCannotJudge(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(p *mistakes.Problem, yours *[]mistakes.Gradient)
		want  string
	}{
		{"missing layer", func(_ *mistakes.Problem, yours *[]mistakes.Gradient) { *yours = (*yours)[1:] }, "gradients of 3 layers for a net of 4"},
		{"no layers", func(p *mistakes.Problem, yours *[]mistakes.Gradient) { p.Layers, *yours = nil, nil }, "at least one layer"},
		{"no arrays", func(_ *mistakes.Problem, yours *[]mistakes.Gradient) { *yours = make([]mistakes.Gradient, 4) }, "no gradient is given"},
		{"no rows", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.X, p.Y = nil, nil }, "0 rows"},
		{"too few labels", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.Y = p.Y[1:] }, "33 entries"},
		{"too many labels", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.Y = append(p.Y, 1) }, "12 labels for 11 rows"},
		{"NaN in x", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.X[0] = math.NaN() }, "x or y is not finite"},
		{"Inf in W", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.Layers[1].W[0] = math.Inf(1) }, "layer 2: W or b is not finite"},
		{"NaN in a gradient", func(_ *mistakes.Problem, yours *[]mistakes.Gradient) { (*yours)[2].B[0] = math.NaN() }, "layer 3: grad_W or grad_b is not finite"},
		{"overflow", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.Layers[0].W[0], p.X[0] = 1e200, 1e200 }, "pre-activations of layer 1 are not finite"},
		{"negative tolerance", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.Tolerance.Relative = -1 }, "tolerance"},
		{"nameless derivative", func(p *mistakes.Problem, _ *[]mistakes.Gradient) {
			p.Others = []mistakes.NamedActivation{{Name: "swish"}}
		}, `activation "swish" has no derivative`},
		{"unknown loss", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.Loss = "hinge" }, `unknown loss "hinge"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := generic(tanh)
			yours := newStudent(p).gradients()
			c.spoil(&p, &yours)
			_, err := mistakes.Diagnose(p, yours)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
}

func FuzzDiagnoseTakesArraysOfAnyLength(f *testing.F) {
	f.Add(uint8(3), uint8(4), uint8(2), uint16(8), uint16(2), 1.0)
	f.Add(uint8(1), uint8(1), uint8(1), uint16(0), uint16(1), 0.0)
	f.Add(uint8(64), uint8(2), uint8(2), uint16(4), uint16(128), -3.5)
	f.Fuzz(func(t *testing.T, rows, first, second uint8, weights, biases uint16, value float64) {
		p := drawProblem(1, tanh, handcoded.Logits, 1+int(rows%70), 2, 1+int(first%9), 1+int(second%9), 1)
		yours := newStudent(p).gradients()
		yours[1].W, yours[1].B = make([]float64, weights), make([]float64, biases)
		if weights > 0 {
			yours[1].W[0] = value
		}
		d, err := mistakes.Diagnose(p, yours)
		if err != nil {
			if !math.IsNaN(value) && !math.IsInf(value, 0) {
				t.Error(err)
			}
			return
		}
		for _, e := range d.Explanations {
			if !(e.Residual >= 0 && e.Residual < 1) {
				t.Errorf("%+v", e)
			}
		}
	})
}
