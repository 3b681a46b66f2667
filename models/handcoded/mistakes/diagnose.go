package mistakes

import (
	"context"
	"errors"
	"fmt"
	"math"

	"actscope/models/handcoded"
)

// Problem is a net with the batch and the loss whose gradients are in question.
type Problem struct {
	X, Y       []float64 // rows × inputs and rows × outputs, row-major; classes are one-hot
	Layers     []handcoded.Layer
	Activation handcoded.Activation // of the hidden layers
	Objective  handcoded.Objective

	// Others are the activations whose derivative may have been taken in place of Activation's, which may be among them.
	Others []NamedActivation

	Tolerance Tolerance
}

// NamedActivation is an activation with the name by which a diagnosis speaks of it.
type NamedActivation struct {
	Name string
	handcoded.Activation
}

// Gradient holds the arrays in question for one layer, row-major. A nil array was not given. An array may have another
// number of entries than it should: a biases' gradient that was not summed has rows × units.
type Gradient struct {
	W, B []float64
}

// Diagnosis is what Diagnose found.
type Diagnosis struct {
	// Explanations are the mistakes of which each alone explains all arrays, in the catalogue's order. They are empty if
	// every array agrees with the reference and if nothing explains those that do not; Remark tells which.
	Explanations []Explanation `json:"diagnosis"`

	// LastRightLayer is the layer down to which, counted from the output, every given array agrees with the reference: the
	// fault lies just before it. It is 0 if not even those of the output layer agree.
	LastRightLayer int `json:"last_right_layer"`

	// Remark says, where arrays disagree and nothing explains them, what can be said all the same.
	Remark string `json:"remark,omitempty"`
}

// Explanation is one mistake that explains all arrays.
type Explanation struct {
	Mistake string `json:"mistake"` // Mistake.ID
	Layer   int    `json:"layer"`   // 1 is the first; 0 if the mistake is in several layers
	// Residual is what the mistake leaves unexplained: the largest error of an entry, relative to its array's largest.
	Residual float64 `json:"residual"`
	Sentence string  `json:"sentence"`
}

// Diagnose compares the gradients in question, one Gradient to a layer, with those of the hand-coded net and searches
// the catalogue for the mistakes that explain what disagrees. It fails if the problem's shapes do not fit or a value is
// not finite, and stops with the context's error when that is done: a search through a wide net takes its time.
func Diagnose(ctx context.Context, p Problem, yours []Gradient) (Diagnosis, error) {
	s, err := newSearch(p, yours)
	if err != nil {
		return Diagnosis{}, fmt.Errorf("mistakes: %w", err)
	}
	d := Diagnosis{Explanations: []Explanation{}, LastRightLayer: s.lastRightLayer()}
	if s.wrongFrom == 0 {
		return d, nil
	}
	findings, err := s.findings(ctx)
	if err != nil {
		return Diagnosis{}, err
	}
	for _, f := range findings {
		d.Explanations = append(d.Explanations, Explanation{
			Mistake:  f.mistake.ID,
			Layer:    f.fault.layer,
			Residual: f.residual,
			Sentence: s.sentence(f),
		})
	}
	if len(d.Explanations) == 0 {
		d.Remark = s.remark(d.LastRightLayer)
	}
	return d, nil
}

func (p Problem) check(yours []Gradient) error {
	if len(yours) != len(p.Layers) {
		return fmt.Errorf("gradients of %d layers for a net of %d", len(yours), len(p.Layers))
	}
	if !finite(p.X) || !finite(p.Y) {
		return errors.New("x or y is not finite")
	}
	for i, layer := range p.Layers {
		if !finite(layer.W) || !finite(layer.B) {
			return fmt.Errorf("layer %d: W or b is not finite", i+1)
		}
		if !finite(yours[i].W) || !finite(yours[i].B) {
			return fmt.Errorf("layer %d: grad_W or grad_b is not finite", i+1)
		}
	}
	for _, other := range p.Others {
		if other.Derivative == nil {
			return fmt.Errorf("activation %q has no derivative", other.Name)
		}
	}
	return p.Tolerance.check()
}

// Tolerance is how far arrays may be apart and still agree: Absolute plus Relative times the reference's largest entry.
type Tolerance struct {
	Relative, Absolute float64
}

// Agree tells whether yours has as many entries as reference and no entry that is farther off than t allows.
func (t Tolerance) Agree(yours, reference []float64) bool {
	return distance(yours, reference) <= t.Margin(reference)
}

// Margin is how far an entry of an array may be from that of the reference.
func (t Tolerance) Margin(reference []float64) float64 {
	return t.Absolute + t.Relative*largest(reference)
}

func (t Tolerance) check() error {
	for _, v := range []float64{t.Relative, t.Absolute} {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("tolerance %+v, want finite numbers from 0 up", t)
		}
	}
	return nil
}

// distance is the largest difference between entries, infinite where the arrays cannot be compared.
func distance(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range a {
		d := math.Abs(a[i] - b[i])
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		worst = max(worst, d)
	}
	return worst
}
