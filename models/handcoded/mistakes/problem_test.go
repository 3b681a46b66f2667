package mistakes_test

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

func TestTheDiagnosisIsReadAsJSON(t *testing.T) {
	p := drawProblem(3, tanh, logits, 64, 3, 6, 4, 5, 1)
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
		{"two labels for softmax", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.Objective.Loss = handcoded.Softmax }, "one for each of two or more classes"},
		{"unknown loss", func(p *mistakes.Problem, _ *[]mistakes.Gradient) { p.Objective.Loss = "huber" }, `unknown loss "huber"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := generic(tanh)
			yours := newStudent(p).gradients()
			c.spoil(&p, &yours)
			_, err := mistakes.Diagnose(context.Background(), p, yours)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
}

func FuzzDiagnoseTakesArraysOfAnyLength(f *testing.F) {
	f.Add(uint8(0), uint8(3), uint8(4), uint8(2), uint16(8), uint16(2), 1.0)
	f.Add(uint8(0), uint8(1), uint8(1), uint8(1), uint16(0), uint16(1), 0.0)
	f.Add(uint8(0), uint8(64), uint8(2), uint8(2), uint16(4), uint16(128), -3.5)
	for head := range heads {
		f.Add(uint8(head), uint8(3), uint8(4), uint8(2), uint16(8), uint16(2), 1.0)
	}
	f.Fuzz(func(t *testing.T, head, rows, first, second uint8, weights, biases uint16, value float64) {
		h := heads[int(head)%len(heads)]
		p := drawProblem(1, tanh, h.objective, 1+int(rows%70), 2, 1+int(first%9), 1+int(second%9), h.outputs)
		yours := newStudent(p).gradients()
		yours[1].W, yours[1].B = make([]float64, weights), make([]float64, biases)
		if weights > 0 {
			yours[1].W[0] = value
		}
		d, err := mistakes.Diagnose(context.Background(), p, yours)
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
