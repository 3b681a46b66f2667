package comparison

import (
	"actscope/graph/machine/kernel"
	"actscope/internal/article"
	"actscope/internal/config"
	"actscope/internal/number"
	"actscope/models/geometry"

	"gonum.org/v1/gonum/mat"
)

// Summary is the content of run.json: what was asked and what came out, equal byte
// for byte in every run of one configuration on one set of kernels.
type Summary struct {
	Command string        `json:"command"`
	Config  config.Config `json:"config"`
	// Kernels names the set of numeric kernels, which decides the last bits; it is empty
	// in runs of programs that had one set only.
	Kernels string `json:"kernels"`
	// Names are what the data calls its columns and classes, nil where it does not.
	Names    *Names           `json:"names,omitempty"`
	Networks []NetworkSummary `json:"networks"`
	// Alignments compare the hidden layers of any two networks.
	Alignments []Alignment     `json:"alignments,omitempty"`
	Claims     []article.Claim `json:"claims,omitempty"`
}

// Names are names from the data.
type Names struct {
	Inputs  []string  `json:"inputs"`
	Classes [2]string `json:"classes"`
}

// NetworkSummary is one network's part of run.json.
type NetworkSummary struct {
	// Name begins the names of the network's arrays. Activation is the same, but for a
	// formula, which it is as a whole.
	Name          string    `json:"name"`
	Activation    string    `json:"activation"`
	Hidden        []int     `json:"hidden"`
	Parameters    int       `json:"parameters"`
	LossHistory   []float64 `json:"loss_history"`
	FinalLoss     float64   `json:"final_loss"`
	TrainAccuracy float64   `json:"train_accuracy"`
	TestAccuracy  float64   `json:"test_accuracy"`
	// FreshAccuracy is the share of FreshPoints fresh points, see
	// [experiment.Dataset.Fresh]: null and 0 of a file, 0 both in runs of earlier versions.
	FreshAccuracy number.Float `json:"fresh_accuracy"`
	FreshPoints   int          `json:"fresh_points"`
	HiddenStd     []float64    `json:"hidden_std"`
	// Geometry is what the network's layers make of the test points.
	Geometry geometry.Measurement `json:"geometry"`
	Trace    Trace                `json:"trace"`
	// Survival is what each layer hands on of the distances through noise, and Bits what
	// inference in few bits loses; see [experiment.MeasureSurvival]. Runs of earlier versions
	// have neither.
	Survival []geometry.Survived    `json:"survival,omitempty"`
	Bits     *geometry.Quantisation `json:"bits,omitempty"`
}

// Trace is the signal trace of the two traced samples.
type Trace struct {
	Class0 []float64 `json:"class0"`
	Class1 []float64 `json:"class1"`
}

// Summary is the result as run.json has it.
func (r *Result) Summary(command string, claims []article.Claim) Summary {
	s := Summary{Command: command, Config: r.Config, Kernels: kernel.Set(), Alignments: r.Alignments(), Claims: claims}
	if len(r.Data.Inputs) > 0 {
		s.Names = &Names{Inputs: r.Data.Inputs, Classes: r.Data.Classes}
	}
	for _, n := range r.Networks {
		s.Networks = append(s.Networks, NetworkSummary{
			Name: n.Name, Activation: n.Activation, Hidden: r.Config.Hidden, Parameters: n.Model.ParameterCount(),
			LossHistory: n.History.Loss, FinalLoss: n.FinalLoss(),
			TrainAccuracy: n.TrainAccuracy, TestAccuracy: n.TestAccuracy,
			FreshAccuracy: number.Float(n.FreshAccuracy()), FreshPoints: n.FreshRows,
			HiddenStd: n.Spread, Geometry: n.Geometry, Trace: Trace{n.Trace[0], n.Trace[1]},
			Survival: n.Survival.Noise, Bits: n.Bits,
		})
	}
	return s
}

// Alignment is how alike two networks' hidden layers are.
type Alignment struct {
	// Networks are their names.
	Networks [2]string `json:"networks"`
	// CKA is the linear alignment over the test points of each hidden layer of the first
	// network (rows) with each of the second (columns); see [geometry.CKA].
	CKA [][]number.Float `json:"cka"`
}

// alignedRows is over how many of the test points layers are compared.
const alignedRows = 1000

// Alignments compares the hidden layers of any two networks.
func (r *Result) Alignments() []Alignment {
	var all []Alignment
	for j, b := range r.Networks {
		for _, a := range r.Networks[:j] {
			all = append(all, Alignment{[2]string{a.Name, b.Name}, a.alignment(b)})
		}
	}
	return all
}

func (n *Trained) alignment(other *Trained) [][]number.Float {
	var table [][]number.Float
	for l := 1; l <= n.Test.HiddenLayers(); l++ {
		var row []number.Float
		for k := 1; k <= other.Test.HiddenLayers(); k++ {
			cka, _ := geometry.CKA(firstRows(n.Test.Hidden(l)), firstRows(other.Test.Hidden(k))) // both have the test points' rows
			row = append(row, number.Float(cka))
		}
		table = append(table, row)
	}
	return table
}

func firstRows(m *mat.Dense) mat.Matrix {
	rows, columns := m.Dims()
	return m.Slice(0, min(rows, alignedRows), 0, columns)
}

// Accuracies are those of the networks, by name.
func (r *Result) Accuracies() map[string]article.Accuracies {
	all := make(map[string]article.Accuracies)
	for _, n := range r.Networks {
		all[n.Name] = article.Accuracies{Train: n.TrainAccuracy, Test: n.TestAccuracy}
	}
	return all
}
