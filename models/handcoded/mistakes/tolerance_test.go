package mistakes_test

import (
	"math"
	"testing"

	"actscope/models/handcoded/mistakes"
)

func TestSinglePrecisionIsDiagnosedAtItsOwnTolerance(t *testing.T) {
	for _, activation := range []int{relu, tanh} {
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
	p := drawProblem(1, 0, logits, 16, widths...)
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
