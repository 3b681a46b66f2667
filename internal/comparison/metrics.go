package comparison

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"actscope/internal/experiment"
	"actscope/models/geometry"
)

// MetricsFile is the file of a run folder with what was measured epoch by epoch: a row a number, with
// the columns epoch, network, layer, metric and value.
const MetricsFile = "metrics.csv"

// What is measured of layers at the snapshots where nothing is asked for: of so many test rows, and of
// layers of so many units at most, whose singular values are found in under a millisecond.
const cheapRows, cheapUnits = 256, 128

// GeometrySeconds estimates how long [Result.Metrics] takes with the whole geometry, from how long it
// took to measure the trained networks.
func (r *Result) GeometrySeconds() float64 {
	seconds := 0.0
	for _, n := range r.Networks {
		seconds += n.measuring.Seconds() * float64(len(n.states()))
	}
	return seconds
}

// Metrics are the numbers of [MetricsFile], at the snapshots: the training loss, the learning rate, each
// layer's gradient and the loss and accuracy of the validation rows; and each layer's spread, effective
// rank and alignment with the inputs on the first 256 test rows, or, where whole is asked for, the
// geometry that run.json has of the trained network. The test rows' loss and accuracy are at the epochs
// at which these were judged. What is not defined has no row. Layers are named as in run.json; what is
// of a network as a whole has no layer.
func (r *Result) Metrics(ctx context.Context, whole bool) ([]byte, error) {
	var file bytes.Buffer
	t := &metricsTable{rows: csv.NewWriter(&file)}
	t.rows.Write([]string{"epoch", "network", "layer", "metric", "value"})
	specifications, err := r.Config.Specifications()
	if err != nil {
		return nil, err
	}
	for k, n := range r.Networks {
		t.network = n.Name
		for i, epoch := range n.TestCurve.Epochs {
			t.add(epoch, "", "test_loss", n.TestCurve.Loss[i])
			if len(n.TestCurve.Accuracy) > 0 {
				t.add(epoch, "", "test_accuracy", n.TestCurve.Accuracy[i])
			}
		}
		for _, s := range n.states() {
			if e := s.Epoch; e > 0 {
				t.add(e, "", "training_loss", s.Loss)
				t.add(e, "", "learning_rate", specifications[min(k, len(specifications)-1)].Training.Rate*specifications[0].Training.Schedule.Share(e))
				if len(n.History.Validation) >= e {
					v := n.History.Validation[e-1]
					t.add(e, "", "validation_loss", v.Loss)
					t.add(e, "", "validation_accuracy", v.Accuracy)
				}
				for l, depth := 0, n.Model.Depth(); l < depth; l++ {
					t.add(e, n.Geometry.Layers[l+1].Name, "gradient_norm", n.GradientNorms[(e-1)*depth+l])
				}
			}
			if err := r.layerMetrics(ctx, n, s, t, whole); err != nil {
				return nil, fmt.Errorf("%s, epoch %d: %w", n.Activation, s.Epoch, err)
			}
		}
	}
	t.rows.Flush()
	return file.Bytes(), t.rows.Error()
}

// states are the snapshots that were taken while the network trained, and the one that training gave
// back, in their order.
func (n *Trained) states() []experiment.Snapshot {
	states := slices.Clone(n.Snapshots)
	if n.History.Best == 0 {
		return states
	}
	final := n.AfterTraining()
	states = slices.DeleteFunc(states, func(s experiment.Snapshot) bool { return s.Epoch >= len(n.History.Loss) || s.Epoch == final.Epoch })
	i, _ := slices.BinarySearchFunc(states, final.Epoch, func(s experiment.Snapshot, epoch int) int { return s.Epoch - epoch })
	return slices.Insert(states, i, final)
}

// metricsTable writes rows of one network after the other.
type metricsTable struct {
	rows    *csv.Writer
	network string
}

func (t *metricsTable) add(epoch int, layer, metric string, value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return
	}
	t.rows.Write([]string{strconv.Itoa(epoch), t.network, layer, metric, strconv.FormatFloat(value, 'g', -1, 64)})
}

// layerMetrics measures each layer in a state of a network.
func (r *Result) layerMetrics(ctx context.Context, n *Trained, s experiment.Snapshot, t *metricsTable, whole bool) error {
	if n.measured == nil {
		n.measured = n.Model.Clone()
	}
	s.Restore(n.measured)
	if whole {
		train, err := geometry.Observe(ctx, n.measured, r.Data.Train.First(geometry.MeasuredRows(n.measured.Inputs())))
		if err != nil {
			return err
		}
		test, err := geometry.Observe(ctx, n.measured, r.Data.Test)
		if err != nil {
			return err
		}
		m, err := geometry.MeasureAll(ctx, n.measured, train, test)
		if err == nil {
			t.addGeometry(s.Epoch, m)
		}
		return err
	}
	test := r.Data.Test.First(cheapRows)
	o, err := geometry.Observe(ctx, n.measured, test)
	if err != nil {
		return err
	}
	inputs := mat.NewDense(test.Rows(), test.Columns, test.X)
	for l := 1; l <= o.Observation.HiddenLayers(); l++ {
		name, layer := n.Geometry.Layers[l].Name, o.Observation.Hidden(l)
		t.add(s.Epoch, name, "spread", o.Observation.Spread(l))
		if _, units := layer.Dims(); units > cheapUnits || test.Columns > cheapUnits {
			continue
		}
		t.add(s.Epoch, name, "effective_rank", geometry.EffectiveRank(layer))
		if cka, err := geometry.CKA(inputs, layer); err == nil {
			t.add(s.Epoch, name, "cka_input", cka)
		}
	}
	return nil
}

// addGeometry adds what was measured of each layer, by the names of run.json.
func (t *metricsTable) addGeometry(epoch int, m geometry.Measurement) {
	for i, l := range m.Layers {
		for _, v := range []struct {
			metric string
			value  geometry.Number
		}{
			{"distance_correlation", l.DistanceCorrelation}, {"distance_decoded", l.DistanceDecoded}, {"probe_accuracy", l.ProbeAccuracy},
			{"spread", l.Spread}, {"saturated", l.Saturated}, {"dead", l.Dead}, {"effective_rank", l.EffectiveRank},
			{"fisher_ratio", l.FisherRatio}, {"nc1", l.NC1}, {"noticeable_growth", l.NoticeableDistance.Growth},
			{"pairwise_correlation", l.PairwiseCorrelation}, {"jacobian_largest", l.Jacobian.Largest.Median},
		} {
			t.add(epoch, l.Name, v.metric, float64(v.value))
		}
		if i < len(m.CKA) {
			t.add(epoch, l.Name, "cka_input", float64(m.CKA[0][i]))
		}
	}
}
