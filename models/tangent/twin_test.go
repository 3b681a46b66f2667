package tangent

import (
	"context"
	"math"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// linear is a network of one linear layer: its own twin.
func linear(t *testing.T, spec models.MLP) (*models.Network, data.Set) {
	spec.Inputs, spec.Activation = 3, graph.Identity
	net := network(t, spec)
	set := data.Set{X: points(50, 3), Columns: 3}
	for i := range 50 * net.Outputs() {
		switch net.Targets() {
		case graph.Numbers:
			set.Y, set.Targets = append(set.Y, math.Sin(float64(i))), data.Targets{Task: data.Regression, Count: net.Outputs()}
		case graph.Labels:
			set.Y = append(set.Y, float64(i*i%3%2))
		case graph.Classes:
			if len(set.Y) < 50 {
				set.Y = append(set.Y, float64(i%net.Outputs()))
			}
		}
	}
	return net, set
}

func TestALinearNetworkIsItsOwnTwin(t *testing.T) {
	for name, c := range map[string]struct {
		spec     models.MLP
		training models.Training
	}{
		"descent":      {models.MLP{}, models.Training{}},
		"momentum":     {models.MLP{}, models.Training{Optimiser: models.Momentum{Coefficient: 0.9}}},
		"nesterov":     {models.MLP{}, models.Training{Optimiser: models.Nesterov{Coefficient: 0.8}}},
		"adam":         {models.MLP{}, models.Training{Optimiser: models.Adam{Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8}}},
		"decay":        {models.MLP{}, models.Training{WeightDecay: 0.1}},
		"L2":           {models.MLP{L2: 0.1}, models.Training{}},
		"clip":         {models.MLP{}, models.Training{Clip: 0.05}},
		"weights":      {models.MLP{}, models.Training{ClassWeights: []float64{0.5, 1.7}}},
		"classes":      {models.MLP{Loss: graph.Softmax, Outputs: 3}, models.Training{}},
		"class decay":  {models.MLP{Loss: graph.Softmax, Outputs: 3}, models.Training{WeightDecay: 0.05, Optimiser: models.Momentum{Coefficient: 0.5}}},
		"labels":       {models.MLP{Outputs: 2}, models.Training{}},
		"numbers":      {models.MLP{Loss: graph.SquaredError, Outputs: 2, Reduction: graph.MeanAll}, models.Training{}},
		"sum":          {models.MLP{Loss: graph.HalfSquaredError, Reduction: graph.Sum}, models.Training{Rate: 0.003}},
		"hinge":        {models.MLP{Loss: graph.Hinge}, models.Training{}},
		"article loss": {models.MLP{Loss: graph.ArticleLoss}, models.Training{}},
	} {
		t.Run(name, func(t *testing.T) {
			net, set := linear(t, c.spec)
			training := c.training
			if training.Rate == 0 {
				training.Rate = 0.1
			}
			training.Batch, training.Epochs, training.Shuffle = 16, 40, data.NewRandomState(9)
			other := data.Set{X: points(20, 3), Columns: 3}
			twin, err := Linearised(context.Background(), net, set, other, training)
			if err != nil {
				t.Fatal(err)
			}
			training.Shuffle = data.NewRandomState(9)
			history, err := models.Train(context.Background(), net, set, training)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range history.Loss {
				if math.Abs(twin.Loss[i]-want) > 1e-9*max(1, want) {
					t.Fatalf("epoch %d: the twin's loss is %v, the network's %v", i+1, twin.Loss[i], want)
				}
			}
			for which, rows := range map[string]struct{ x, z []float64 }{"training": {set.X, twin.Train}, "test": {other.X, twin.Test}} {
				outputs, err := net.Predict(rows.x)
				if err != nil {
					t.Fatal(err)
				}
				for i, p := range Outputs(net.Architecture(), rows.z) {
					if math.Abs(p-outputs[i]) > 1e-9 {
						t.Fatalf("%s output %d of the twin is %v, the network's %v", which, i, p, outputs[i])
					}
				}
			}
			if wanted := strings.ContainsAny(name[:1], "dLc") && name != "descent" && name != "classes" || name == "adam"; twin.InParameters != wanted {
				t.Errorf("trained as parameters: %v", twin.InParameters)
			}
		})
	}
}

func TestOutputsAndParametersTrainTheSameTwin(t *testing.T) {
	net, set := linear(t, models.MLP{Hidden: []int{4}, Outputs: 3, Loss: graph.Softmax})
	for i := range net.Parameters[0].Values {
		net.Parameters[0].Values[i] *= 2
	}
	training := func(clip float64) models.Training {
		return models.Training{Rate: 0.05, Batch: 16, Epochs: 30, Shuffle: data.NewRandomState(9), Optimiser: models.Momentum{Coefficient: 0.7}, Clip: clip}
	}
	a, err := Linearised(context.Background(), net, set, set, training(0))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Linearised(context.Background(), net, set, set, training(1e9))
	if err != nil {
		t.Fatal(err)
	}
	if a.InParameters || !b.InParameters {
		t.Fatal("both were trained in one way")
	}
	for i := range a.Loss {
		if math.Abs(a.Loss[i]-b.Loss[i]) > 1e-11 {
			t.Fatalf("epoch %d: %v as outputs, %v as parameters", i+1, a.Loss[i], b.Loss[i])
		}
	}
}

func TestTwinThatDivergesSaysWhen(t *testing.T) {
	net, set := linear(t, models.MLP{Loss: graph.SquaredError})
	twin, err := Linearised(context.Background(), net, set, set, models.Training{Rate: 10, Batch: 50, Epochs: 1000, Shuffle: data.NewRandomState(1)})
	if err != nil || twin.Diverged == 0 || twin.Diverged != len(twin.Loss)+1 {
		t.Errorf("%v; diverged in epoch %d after %d losses", err, twin.Diverged, len(twin.Loss))
	}
}

// In full batches at the largest stable rate of a squared error the largest mode neither grows nor
// falls; just above it grows, just below it falls.
func TestLargestStableRateIsWhereTheLargestModeStands(t *testing.T) {
	net, set := linear(t, models.MLP{Loss: graph.SquaredError})
	g, _ := jacobian(t, net, set.X)
	s, err := Decompose(g.Kernel(), Residual(net.Architecture(), g.Values, set.Y))
	if err != nil {
		t.Fatal(err)
	}
	largest := ClockOf(net.Architecture(), models.Training{Rate: 1, Batch: 50}, 50).LargestRate(s.Values[0])
	for factor, falls := range map[float64]bool{0.99: true, 1.01: false} {
		twin, err := Linearised(context.Background(), net, set, set, models.Training{Rate: factor * largest, Batch: 50, Epochs: 400, Shuffle: data.NewRandomState(1)})
		if err != nil {
			t.Fatal(err)
		}
		if got := twin.Loss[399] < twin.Loss[0]; got != falls {
			t.Errorf("at %v of the largest rate the loss goes from %v to %v", factor, twin.Loss[0], twin.Loss[399])
		}
	}
}

// The error along an eigenvector of a squared error falls to 1/e in its time constant, in steps that
// are small.
func TestTimeConstantsAreThoseOfALinearProblem(t *testing.T) {
	for name, optimiser := range map[string]models.Optimiser{"descent": nil, "momentum": models.Momentum{Coefficient: 0.5}} {
		net, set := linear(t, models.MLP{Loss: graph.SquaredError})
		g, _ := jacobian(t, net, set.X)
		s, err := Decompose(g.Kernel(), Residual(net.Architecture(), g.Values, set.Y))
		if err != nil {
			t.Fatal(err)
		}
		training := models.Training{Rate: 1e-4, Batch: 25, Epochs: 4000, Shuffle: data.NewRandomState(1), Optimiser: optimiser}
		clock := ClockOf(net.Architecture(), training, 50)
		twin, err := Linearised(context.Background(), net, set, set, training)
		if err != nil {
			t.Fatal(err)
		}
		all := 0.0
		for _, r := range Residual(net.Architecture(), g.Values, set.Y) {
			all += r * r / 4 / 50
		}
		for _, epoch := range []int{100, 1000, 4000} {
			want := 0.0
			for i, e := range s.Energy {
				want += all * e * math.Exp(-2*float64(epoch)/clock.Epochs(s.Values[i]))
			}
			if got := twin.Loss[epoch-1]; math.Abs(got-want) > 0.03*want {
				t.Errorf("%s: the loss of epoch %d is %v, the time constants give %v", name, epoch, got, want)
			}
		}
	}
}

func TestTimeConstantsAreMissingWithAReason(t *testing.T) {
	for want, c := range map[string]struct {
		spec     models.MLP
		training models.Training
	}{
		"Adam":      {models.MLP{}, models.Training{Optimiser: models.Adam{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}}},
		"clipping":  {models.MLP{}, models.Training{Clip: 1}},
		"rows":      {models.MLP{}, models.Training{ClassWeights: []float64{1, 2}}},
		"hinge":     {models.MLP{Loss: graph.Hinge}, models.Training{}},
		"curvature": {models.MLP{Loss: graph.SquaredError, Output: graph.Sigmoid}, models.Training{}},
	} {
		net, _ := linear(t, c.spec)
		c.training.Rate, c.training.Batch = 0.1, 10
		clock := ClockOf(net.Architecture(), c.training, 50)
		if !math.IsNaN(clock.Pace) || !strings.Contains(clock.Reason, want) {
			t.Errorf("%s: pace %v, reason %q", want, clock.Pace, clock.Reason)
		}
	}
	for _, c := range []struct {
		spec models.MLP
		want float64
	}{
		{models.MLP{}, 0.25 * 0.1 * 5}, {models.MLP{Loss: graph.Softmax, Outputs: 4}, 0.25 * 0.1 * 5},
		{models.MLP{Loss: graph.SquaredError}, 2 * 0.1 * 5}, {models.MLP{Loss: graph.HalfSquaredError}, 0.1 * 5},
		{models.MLP{Reduction: graph.Sum}, 0.25 * 0.1 * 50}, {models.MLP{Outputs: 2, Reduction: graph.MeanAll}, 0.25 * 0.1 * 5 / 2},
	} {
		net, _ := linear(t, c.spec)
		if clock := ClockOf(net.Architecture(), models.Training{Rate: 0.1, Batch: 12}, 50); math.Abs(clock.Pace-c.want) > 1e-15 {
			t.Errorf("%v: pace %v, want %v: %s", net, clock.Pace, c.want, clock.Reason)
		}
	}
}
