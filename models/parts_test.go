package models

import (
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// everyPart is a network with as many parts as fit together.
func everyPart(t *testing.T, normalisation string) (*Network, *data.RandomState) {
	t.Helper()
	stream := data.NewRandomState(5)
	net, err := NewMLP(MLP{Inputs: 2, Hidden: []int{8, 8, 8}, Activation: graph.ReLU, Parts: parts(t, normalisation, "dropout:0.2", "residual")}, stream)
	if err != nil {
		t.Fatal(err)
	}
	return net, stream
}

func TestTrainingStepWithPartsAllocatesNothing(t *testing.T) {
	for _, normalisation := range []string{"batch-norm", "layer-norm"} {
		net, stream := everyPart(t, normalisation)
		trainer, err := newTrainer(net, moons(t, 300), Training{Rate: 0.05, Batch: 64, Epochs: 1, Shuffle: stream, Masks: MaskStream(5)})
		if err != nil {
			t.Fatal(err)
		}
		if allocations := testing.AllocsPerRun(10, func() {
			if _, err := trainer.epoch(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}); allocations != 0 {
			t.Errorf("%s: %v allocations in an epoch", normalisation, allocations)
		}
	}
}

// The stream of the shuffles ends where it ends without dropout, and the weights
// were the same.
func TestMasksDoNotShiftTheOtherStreams(t *testing.T) {
	set := moons(t, 30)
	var ends []float64
	var weights [][]float64
	for _, names := range [][]string{nil, {"dropout:0.5"}} {
		stream := data.NewRandomState(5)
		net := must(NewMLP(MLP{Inputs: 2, Hidden: []int{4}, Activation: graph.Tanh, Parts: parts(t, names...)}, stream))
		weights = append(weights, slices.Clone(net.Parameters[0].Values))
		if _, err := Train(t.Context(), net, set, Training{Rate: 0.1, Batch: 10, Epochs: 3, Shuffle: stream, Masks: MaskStream(5)}); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, stream.Float64())
	}
	if ends[0] != ends[1] || !slices.Equal(weights[0], weights[1]) {
		t.Error("dropout shifts the stream of weights and shuffles")
	}
	if MaskStream(5).Float64() == data.NewRandomState(5).Float64() || MaskStream(5).Float64() != MaskStream(5).Float64() || MaskStream(5).Float64() == MaskStream(6).Float64() {
		t.Error("the masks' stream is not one of its own for each seed")
	}
}

func TestDropoutNeedsAStream(t *testing.T) {
	net, stream := everyPart(t, "batch-norm")
	_, err := Train(t.Context(), net, moons(t, 12), Training{Rate: 0.1, Batch: 4, Epochs: 1, Shuffle: stream})
	if err == nil || !strings.Contains(err.Error(), "MaskStream") {
		t.Errorf("got %v", err)
	}
}

// Training moves the statistics; evaluation reads them and gives each row the same
// probability whatever rows come with it.
func TestEvaluationTakesTheRunningStatistics(t *testing.T) {
	net, stream := everyPart(t, "batch-norm")
	set := moons(t, 40)
	before := must(net.Predict(set.Row(3)))
	if _, err := net.Gradient(set); err != nil {
		t.Fatal(err)
	}
	if again := must(net.Predict(set.Row(3))); again[0] != before[0] {
		t.Error("taking a gradient changed the network")
	}
	if _, err := Train(t.Context(), net, set, Training{Rate: 0.1, Batch: 10, Epochs: 30, Shuffle: stream, Masks: MaskStream(5)}); err != nil {
		t.Fatal(err)
	}
	if net.Statistics[0].Name != "mean1" || slices.Equal(net.Statistics[0].Values, make([]float64, 8)) {
		t.Errorf("statistics %+v", net.Statistics[0])
	}
	all := must(net.Predict(set.X))
	for i := range set.Rows() {
		if one := must(net.Predict(set.Row(i))); one[0] != all[i] {
			t.Errorf("row %d: %v alone, %v among others", i, one[0], all[i])
		}
	}
	if accuracy := must(net.Accuracy(set)); accuracy < 0.85 {
		t.Errorf("accuracy %v after training", accuracy)
	}
}

// An optimiser's memory counts, and so do parts; too much saturates.
func TestTrainingBytesCountsEverything(t *testing.T) {
	spec := MLP{Inputs: 2, Hidden: []int{64, 64}, Activation: graph.ReLU}
	parameters := uint64(2*64 + 64 + 64*64 + 64 + 64 + 1)
	plain := must(spec.TrainingBytes(32, nil))
	for optimiser, arrays := range map[Optimiser]uint64{Descent{}: 0, Momentum{0.9}: 1, Nesterov{0.9}: 1, Adam{0.9, 0.9, 1}: 2} {
		if got := must(spec.TrainingBytes(32, optimiser)); got != plain+8*arrays*parameters {
			t.Errorf("%s: %d bytes, plain descent %d", optimiser.Name(), got, plain)
		}
	}
	spec.Parts = parts(t, "batch-norm")
	if got := must(spec.TrainingBytes(32, nil)); got <= plain {
		t.Errorf("%d bytes with normalisation, %d without", got, plain)
	}
	if got := must(spec.TrainingBytes(1<<62, nil)); got != 1<<63-1 {
		t.Errorf("%d bytes for 2^62 rows", got)
	}
	if _, err := (MLP{}).TrainingBytes(1, nil); err == nil {
		t.Error("a network without inputs was estimated")
	}
}
