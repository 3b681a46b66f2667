package geometry

import (
	"fmt"

	"actscope/graph"
	"actscope/models"
)

// Field is a function of points whose zero set is a boundary.
type Field interface {
	// Inputs is the number of coordinates of a point.
	Inputs() int
	// Values is the function at each row of x, rows × Inputs, row-major.
	Values(x []float64) ([]float64, error)
	// Gradients is the same with the derivatives, rows × Inputs.
	Gradients(x []float64) (values, gradients []float64, err error)
}

// Logit is a network's output before the sigmoid, as a field: its zero set is the
// decision boundary, where P(class 1) is 1/2. Close it after use.
type Logit struct {
	net         *models.Network
	sensitivity *graph.Sensitivity
}

// batchRows is how many points are differentiated at once, fewBatchRows in networks of
// more than manyParameters, where rows that are not needed would cost more than runs.
const (
	batchRows      = 128
	fewBatchRows   = 16
	manyParameters = 20_000
)

// LogitOf is the field of a network as it is when the field is asked.
func LogitOf(net *models.Network) (*Logit, error) {
	rows := batchRows
	if net.ParameterCount() > manyParameters {
		rows = fewBatchRows
	}
	s, err := net.Sensitivity(rows, graph.Point{Layer: net.Depth(), Stage: graph.PreActivation})
	if err != nil {
		return nil, fmt.Errorf("geometry: %w", err)
	}
	for i := range s.Weights {
		s.Weights[i] = 1
	}
	return &Logit{net, s}, nil
}

// Close releases what the field was compiled to.
func (l *Logit) Close() error { return l.sensitivity.Close() }

// Inputs is the number of columns that the network reads.
func (l *Logit) Inputs() int { return l.net.Inputs() }

// Values hooks the output layer's pre-activation.
func (l *Logit) Values(x []float64) ([]float64, error) {
	values := make([]float64, len(x)/l.Inputs())
	hook, err := l.net.Hook(l.net.Depth(), graph.PreActivation, func(c graph.Capture) error {
		c.CopyTo(values[c.FirstRow:])
		return nil
	})
	if err != nil {
		return nil, err
	}
	defer hook.Remove()
	_, err = l.net.Predict(x)
	return values, err
}

// Gradients differentiates the logit through Gorgonia's graph.
func (l *Logit) Gradients(x []float64) (values, gradients []float64, err error) {
	rows, batch := len(x)/l.Inputs(), len(l.sensitivity.Weights)
	values, gradients = make([]float64, rows), make([]float64, len(x))
	for from := 0; from < rows; from += batch {
		copy(l.sensitivity.X, x[from*l.Inputs():])
		if err := l.sensitivity.Run(); err != nil {
			return nil, nil, err
		}
		copy(values[from:], l.sensitivity.Values())
		copy(gradients[from*l.Inputs():], l.sensitivity.Gradient())
	}
	return values, gradients, nil
}
