package cost

import (
	"testing"

	"actscope/internal/experiment"
)

func TestEvaluationOfATimedNetworkAllocatesNothing(t *testing.T) {
	c := Default()
	for _, activation := range []string{"sigmoid", "relu", "tanh", "gelu"} {
		trial := c.trial(Trial{Activation: activation, Shape: Shape{2, 8}, Rate: 1})
		trial.Epochs = 0
		d, net, err := experiment.TrainOne(t.Context(), trial)
		if err != nil {
			t.Fatal(err)
		}
		for _, batch := range Batches {
			r, err := newRunner(net, batch, d.Test.X)
			if err != nil {
				t.Fatal(err)
			}
			r.repeat = 1
			if n := testing.AllocsPerRun(100, func() {
				if _, err := r.turn(); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("%s, batch of %d: %v allocations", activation, batch, n)
			}
			if err := r.program.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestLatencyIsOfTheSmallestNetworkAndTheArticlesShape(t *testing.T) {
	c := planned("relu", "tanh")
	c.TestRows = 50
	c.Depths = []int{1, 2}
	r := searchWith(t, c, &simulation{chance: func(tr Trial) float64 {
		if tr.Activation == "tanh" {
			return 0
		}
		return 1
	}})
	l, err := MeasureLatency(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	var got []TimedNetwork
	for _, n := range l.Networks {
		for i, time := range n.Times {
			if time.Batch != Batches[i] || !(time.Low > 0 && time.Low <= time.Median && time.Median <= time.High && time.High < 1e9) {
				t.Errorf("%+v", n)
			}
			if n.Activation == "relu" && time.Ratio != 1 || !(time.Ratio > 0) {
				t.Errorf("a ratio of %v to relu: %+v", time.Ratio, n)
			}
		}
		if len(n.Times) != len(Batches) {
			t.Errorf("%+v", n)
		}
		n.Times = nil
		got = append(got, n)
	}
	want := []TimedNetwork{{Activation: "relu", Shape: Shape{1, 1}, Smallest: true}, {Activation: "relu", Shape: Shape{2, 8}}, {Activation: "tanh", Shape: Shape{2, 8}}}
	if asJSON(t, got) != asJSON(t, want) {
		t.Errorf("%+v", got)
	}
}
