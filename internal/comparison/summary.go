package comparison

import (
	"fmt"

	"actscope/data"
	"actscope/internal/article"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/models"
	"actscope/models/geometry"

	"gonum.org/v1/gonum/mat"
)

// Summary is the content of run.json: what was asked and what came out, equal byte
// for byte in every run of one configuration on one set of kernels.
type Summary struct {
	Command string        `json:"command"`
	Config  config.Config `json:"config"`
	// Origin says which program, kernels and points it comes from; of runs of earlier versions in
	// part.
	experiment.Origin
	// Task says what is predicted: "classes", "labels" or "regression"; runs of earlier versions
	// do not say, and are of two classes. Classes is their number where it is more than two.
	Task    string `json:"task,omitempty"`
	Classes int    `json:"classes,omitempty"`
	// Names are what the data calls its columns and classes, nil where it does not.
	Names    *Names           `json:"names,omitempty"`
	Networks []NetworkSummary `json:"networks"`
	// Alignments compare the hidden layers of any two networks.
	Alignments []Alignment     `json:"alignments,omitempty"`
	Claims     []article.Claim `json:"claims,omitempty"`
}

// Names are names from the data. Runs of earlier versions do not name the targets.
type Names struct {
	Inputs  []string `json:"inputs"`
	Targets []string `json:"targets,omitempty"`
	Classes []string `json:"classes,omitempty"`
}

// NetworkSummary is one network's part of run.json.
type NetworkSummary struct {
	// Name begins the names of the network's arrays. Activation is the same, but for a
	// formula, which it is as a whole.
	Name        string    `json:"name"`
	Activation  string    `json:"activation"`
	Hidden      []int     `json:"hidden"`
	Parameters  int       `json:"parameters"`
	LossHistory []float64 `json:"loss_history,omitempty"`
	FinalLoss   *float64  `json:"final_loss,omitempty"`
	// BestEpoch is the one whose parameters the network has, where training had patience; FinalLoss is
	// of it, and the histories go on to where training ended.
	BestEpoch int `json:"best_epoch,omitempty"`
	// TestCurve and ValidationCurve are the course of these rows; runs of earlier versions have none.
	TestCurve       *Curve `json:"test_curve,omitempty"`
	ValidationCurve *Curve `json:"validation_curve,omitempty"`
	// Source says where a network comes from that was trained elsewhere; nil of those trained here,
	// and only these have losses.
	Source *Source `json:"source,omitempty"`
	// TrainAccuracy and TestAccuracy are shares of the rows; nil where numbers are predicted.
	TrainAccuracy *float64 `json:"train_accuracy,omitempty"`
	TestAccuracy  *float64 `json:"test_accuracy,omitempty"`
	// FreshAccuracy is the share of FreshPoints fresh points, see
	// [experiment.Dataset.Fresh]: null and 0 of a file, 0 both in runs of earlier versions.
	FreshAccuracy *number.Float `json:"fresh_accuracy,omitempty"`
	FreshPoints   int           `json:"fresh_points"`
	// Fits of predicted numbers, in the targets' units, and of fresh points where there are any:
	// nil for classes and labels.
	TrainR2   *number.Float `json:"train_r2,omitempty"`
	TrainRMSE *number.Float `json:"train_rmse,omitempty"`
	TrainMAE  *number.Float `json:"train_mae,omitempty"`
	TestR2    *number.Float `json:"test_r2,omitempty"`
	TestRMSE  *number.Float `json:"test_rmse,omitempty"`
	TestMAE   *number.Float `json:"test_mae,omitempty"`
	FreshR2   *number.Float `json:"fresh_r2,omitempty"`
	FreshRMSE *number.Float `json:"fresh_rmse,omitempty"`
	FreshMAE  *number.Float `json:"fresh_mae,omitempty"`
	HiddenStd []float64     `json:"hidden_std"`
	// Geometry is what the network's layers make of the test points.
	Geometry geometry.Measurement `json:"geometry"`
	// Trace has the signal trace of each traced point, by "class0", "class1", ..., or "least" and
	// "greatest" of a number to predict.
	Trace map[string][]float64 `json:"trace"`
	// Survival is what each layer hands on of the distances through noise, and Bits what
	// inference in few bits loses; see [experiment.MeasureSurvival]. Runs of earlier versions
	// have neither.
	Survival []geometry.Survived    `json:"survival,omitempty"`
	Bits     *geometry.Quantisation `json:"bits,omitempty"`
	// TangentKernel is that of the network before training: its leading eigenvalues, their time
	// constants in epochs and what they hold of the error. Runs of earlier versions lack it.
	TangentKernel *experiment.StartingKernel `json:"tangent_kernel,omitempty"`
	// Confusion counts the test rows by true class and predicted class, BalancedAccuracy is the
	// mean over the classes of the share that is right, LabelAccuracy the share right of each of
	// several labels, and Calibration holds probabilities against what came true: where the
	// networks have these.
	Confusion        models.Confusion    `json:"confusion,omitempty"`
	BalancedAccuracy *number.Float       `json:"balanced_accuracy,omitempty"`
	LabelAccuracy    []float64           `json:"label_accuracy,omitempty"`
	Calibration      *models.Calibration `json:"calibration,omitempty"`
}

// tracedKeys names the traced points of a data set: "class0", "class1", ... of classes, "least"
// and "greatest" of a number to predict.
func tracedKeys(d *experiment.Dataset) []string {
	if d.Raw.Targets.Task == data.Regression {
		return []string{"least", "greatest"}[:len(d.Far)]
	}
	var keys []string
	for class := range d.Far {
		keys = append(keys, fmt.Sprintf("class%d", class))
	}
	return keys
}

// Summary is the result as run.json has it.
func (r *Result) Summary(command string, claims []article.Claim) Summary {
	s := Summary{Command: command, Config: r.Config, Origin: r.Origin, Alignments: r.Alignments(), Claims: claims}
	t := r.Data.Raw.Targets
	if s.Task = t.Task.String(); t.Classes() > 2 {
		s.Classes = t.Classes()
	}
	if n := r.Data.Names; len(n.Inputs) > 0 {
		s.Names = &Names{Inputs: n.Inputs, Targets: n.Targets, Classes: n.Classes}
	}
	for _, n := range r.Networks {
		trace := make(map[string][]float64)
		for i, key := range tracedKeys(r.Data) {
			if n.Trace[i] != nil {
				trace[key] = n.Trace[i]
			}
		}
		of := NetworkSummary{
			Name: n.Name, Activation: n.Activation, Hidden: hiddenWidths(n.Model), Source: n.Source, Parameters: n.Model.ParameterCount(),
			FreshPoints: n.FreshRows, HiddenStd: n.Spread, Geometry: n.Geometry, Trace: trace,
			Survival: n.Survival.Noise, Bits: n.Bits, TangentKernel: n.Kernel,
			Confusion: n.Confusion, LabelAccuracy: n.LabelAccuracy, Calibration: n.Calibration,
		}
		if loss := n.FinalLoss(); n.Source == nil {
			of.LossHistory, of.FinalLoss, of.BestEpoch = n.History.Loss, &loss, n.History.Best
			of.TestCurve, of.ValidationCurve = curve(n.TestCurve), curve(validationCurve(n.History.Validation))
		}
		if t.Task == data.Regression {
			of.TrainR2, of.TrainRMSE, of.TrainMAE = fit(n.TrainFit)
			of.TestR2, of.TestRMSE, of.TestMAE = fit(n.TestFit)
			of.FreshR2, of.FreshRMSE, of.FreshMAE = fit(n.FreshFit)
		} else {
			of.TrainAccuracy, of.TestAccuracy = &n.TrainAccuracy, &n.TestAccuracy
			of.FreshAccuracy = float(n.FreshAccuracy())
		}
		if n.Confusion != nil {
			of.BalancedAccuracy = float(n.BalancedAccuracy())
		}
		s.Networks = append(s.Networks, of)
	}
	return s
}

// hiddenWidths are the units of the hidden layers.
func hiddenWidths(net *models.Network) []int {
	widths := []int{}
	layers := net.Layers()
	for _, l := range layers[:len(layers)-1] {
		widths = append(widths, l.Units)
	}
	return widths
}

func curve(c Curve) *Curve {
	if len(c.Epochs) == 0 {
		return nil
	}
	return &c
}

func float(v float64) *number.Float {
	f := number.Float(v)
	return &f
}

func fit(f *models.Fit) (r2, rmse, mae *number.Float) {
	if f == nil {
		return nil, nil, nil
	}
	return float(f.R2), float(f.RMSE), float(f.MAE)
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
