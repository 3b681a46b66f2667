package graph

import (
	"encoding/json"
	"fmt"
)

// writtenArchitecture is an architecture as files have it: everything by its name in the tables.
type writtenArchitecture struct {
	Inputs    int            `json:"inputs"`
	Layers    []writtenLayer `json:"layers"`
	Loss      string         `json:"loss"`
	Reduction Reduction      `json:"reduction,omitempty"`
	L2        float64        `json:"l2,omitempty"`
	Dtype     string         `json:"dtype"`
}

type writtenLayer struct {
	Units      int      `json:"units"`
	Activation string   `json:"activation"`
	Parts      []string `json:"parts,omitempty"`
}

// MarshalJSON writes the architecture with names of the tables, from which UnmarshalJSON makes
// it again.
func (a Architecture) MarshalJSON() ([]byte, error) {
	w := writtenArchitecture{Inputs: a.Inputs, Loss: a.Loss.Name, Reduction: a.Reduction, L2: a.L2, Dtype: a.Precision.String()}
	for _, l := range a.Layers {
		layer := writtenLayer{Units: l.Units, Activation: l.Activation.Name}
		for _, part := range l.Parts {
			layer.Parts = append(layer.Parts, part.Name())
		}
		w.Layers = append(w.Layers, layer)
	}
	return json.Marshal(w)
}

// UnmarshalJSON looks all names up and validates what they make.
func (a *Architecture) UnmarshalJSON(text []byte) error {
	var w writtenArchitecture
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	made := Architecture{Inputs: w.Inputs, Reduction: w.Reduction, L2: w.L2}
	var err error
	if made.Loss, err = LossNamed(w.Loss); err != nil {
		return err
	}
	if made.Precision, err = PrecisionNamed(w.Dtype); err != nil {
		return err
	}
	for i, l := range w.Layers {
		layer := Layer{Units: l.Units}
		if layer.Activation, err = OutputNamed(l.Activation); err != nil {
			return fmt.Errorf("layer %d: %w", i+1, err)
		}
		if layer.Parts, err = PartsNamed(l.Parts); err != nil {
			return fmt.Errorf("layer %d: %w", i+1, err)
		}
		made.Layers = append(made.Layers, layer)
	}
	if err := made.Validate(); err != nil {
		return err
	}
	*a = made
	return nil
}

// OutputNamed is [ActivationNamed] that knows softmax, too, which only output layers have.
func OutputNamed(name string) (Activation, error) {
	if name == SoftmaxOutput.Name {
		return SoftmaxOutput, nil
	}
	return ActivationNamed(name)
}
