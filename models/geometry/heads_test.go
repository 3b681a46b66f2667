package geometry

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

var threeLabels = data.Targets{Task: data.MultiLabel, Count: 3}

// severalRegions are networks whose boundary parts more than two regions, with the targets that
// they predict.
func severalRegions() map[string]struct {
	spec    models.MLP
	targets data.Targets
} {
	return map[string]struct {
		spec    models.MLP
		targets data.Targets
	}{
		"softmax": {models.MLP{Outputs: 4, Loss: graph.Softmax}, ofClasses(4)},
		"hinge":   {models.MLP{Outputs: 3, Loss: graph.Hinge}, ofClasses(3)},
		"labels":  {models.MLP{Outputs: 3}, threeLabels},
	}
}

// Without hidden layers the network's own margins are distances to its boundary.
func TestMarginsOfALinearNetworkAreItsDistances(t *testing.T) {
	for name, c := range severalRegions() {
		for _, inputs := range []int{2, 5} {
			c.spec.Inputs, c.spec.Activation = inputs, graph.ReLU
			net := headed(t, 3, c.spec)
			m := measured(t, net, headSet(50, inputs, c.targets, 1), headSet(60, inputs, c.targets, 2))
			out := m.Layers[1]
			for row, margin := range out.Margins {
				if d := m.Distances[row]; !(math.Abs(margin-d) <= 1e-6) {
					t.Errorf("%s of %d inputs: row %d has the margin %v and the distance %v", name, inputs, row, margin, d)
				}
			}
			if math.Abs(float64(out.DistanceCorrelation)-1) > 1e-4 {
				t.Errorf("%s: distances and margins correlate by %v", name, out.DistanceCorrelation)
			}
		}
	}
}

// The output's accuracy is the network's, distances are decoded, and little is undefined.
func TestNetworksOfSeveralRegionsAsAWhole(t *testing.T) {
	for name, c := range severalRegions() {
		c.spec.Inputs, c.spec.Hidden, c.spec.Activation = 2, []int{12, 8}, graph.Tanh
		train, test := headSet(300, 2, c.targets, 1), headSet(200, 2, c.targets, 2)
		net := trained(t, c.spec, 60, train)
		m := all(t, net, train, test)
		accuracy, err := net.Accuracy(test)
		if err != nil {
			t.Fatal(err)
		}
		out := m.Layers[3]
		if got := float64(out.ProbeAccuracy); got != accuracy || accuracy < 0.6 {
			t.Errorf("%s: the output's accuracy is %v, the network's %v", name, got, accuracy)
		}
		if inside := floats.Min(out.Margins); inside < 0 {
			t.Errorf("%s: a margin of %v", name, inside)
		}
		for _, l := range m.Layers {
			if len(l.Undefined) > 0 && (l.Name != "input" || len(l.Undefined) > 2) && l.Undefined["line_regions"] == "" {
				t.Errorf("%s, %s: undefined: %v", name, l.Name, l.Undefined)
			}
			if r := float64(l.DistanceDecoded); !(r > 0.05 && r < 1) {
				t.Errorf("%s, %s: distance decoded %v", name, l.Name, r)
			}
		}
	}
}

// Outlines and closest points are two ways to one distance, which has no sign.
func TestRowsInSeveralRegionsAreLocated(t *testing.T) {
	for name, c := range severalRegions() {
		for _, a := range []graph.Activation{graph.Tanh, graph.ReLU} {
			c.spec.Inputs, c.spec.Hidden, c.spec.Activation = 2, []int{8, 8}, a
			one, two := headSet(70, 2, c.targets, 1), headSet(90, 2, c.targets, 2)
			net := trained(t, c.spec, 100, one)
			all := located(t, net, one, two)
			if all[0].Error > 0.005 {
				t.Errorf("%s, %s: an error of %v", name, a.Name, all[0].Error)
			}
			for i, set := range []data.Set{one, two} {
				b, err := BoundaryOf(t.Context(), net, set.X)
				if err != nil {
					t.Fatal(err)
				}
				for row, d := range b.Distances {
					if got := all[i].Signed[row]; !(math.Abs(got-d) <= all[i].Error+b.Error) {
						t.Errorf("%s, %s: row %d is located at %v, %v from the boundary", name, a.Name, row, got, d)
					}
				}
			}
			survived, err := Survival(t.Context(), net, all[0], all[1], []float64{0, 0.3})
			if err != nil {
				t.Fatal(err)
			}
			// Without noise it is the distance times the vertex of the predicted class, or the
			// signs of the labels, that is read.
			fit, points := codes(t, net, all[0]), codes(t, net, all[1])
			want, err := decoded(all[0].Observation.Post[1], fit, all[1].Observation.Post[1], points)
			if got := survived[4]; err != nil || got.Layer != "layer 2" || math.Abs(float64(got.Decoded)-want) > 1e-9 {
				t.Errorf("%s, %s: %v, want %v decoded (%v)", name, a.Name, got, want, err)
			}
		}
	}
}

// codes are the distances of located rows times a vector for what is predicted of them.
func codes(t *testing.T, net *models.Network, l Located) [][]float64 {
	t.Helper()
	all := make([][]float64, net.Outputs())
	p, err := net.Predict(l.Set.X)
	if err != nil {
		t.Fatal(err)
	}
	for row, d := range l.Signed {
		outputs := p[row*len(all) : (row+1)*len(all)]
		for unit := range all {
			code := 0.0
			switch {
			case net.Targets() == graph.Classes && outputs[unit] == slices.Max(outputs):
				code = 1
			case net.Targets() == graph.Labels:
				code = math.Copysign(1, outputs[unit]-0.5)
			}
			all[unit] = append(all[unit], d*code)
		}
		if net.Targets() == graph.Classes {
			mean := d / float64(len(all))
			for unit := range all {
				all[unit][row] -= mean
			}
		}
	}
	return all
}

// Flips are counted by rounding each weight and comparing what is predicted.
func TestFlipsOfEveryHeadAreChangesOfWhatIsPredicted(t *testing.T) {
	heads := severalRegions()
	heads["two logits"] = struct {
		spec    models.MLP
		targets data.Targets
	}{models.MLP{Outputs: 2, Loss: graph.Softmax}, data.Targets{}}
	for name, c := range heads {
		c.spec.Inputs, c.spec.Hidden, c.spec.Activation = 2, []int{8, 8}, graph.Tanh
		net := headed(t, 7, c.spec)
		set := headSet(200, 2, c.targets, 1)
		all := located(t, net, set)
		q, err := Quantise(t.Context(), net, all[0].Sample, all[0], all[0])
		if err != nil {
			t.Fatal(err)
		}
		was := predictions(t, net, set.X)
		for bits := 1; bits <= listedBits; bits++ {
			rounded := specified(t, c.spec, 1)
			for i, p := range net.Parameters {
				copy(rounded.Parameters[i].Values, p.Values)
				if !p.Weight {
					continue
				}
				format := Uniform(bits, floats.Min(p.Values), floats.Max(p.Values))
				for k, v := range p.Values {
					rounded.Parameters[i].Values[k] = format.Round(v)
				}
			}
			flipped := 0.0
			for row, is := range predictions(t, rounded, set.X) {
				if is != was[row] {
					flipped++
				}
			}
			if got := q.Weights[bits-1]; float64(got.Flips) != flipped/200 {
				t.Errorf("%s, %s: flips %v, counted %v", name, got.Format, got.Flips, flipped/200)
			}
		}
		if first, last := q.Weights[0].Flips, q.Weights[listedBits-1].Flips; !(first > last) {
			t.Errorf("%s: %v flip with one bit, %v with eight", name, first, last)
		}
		fewest, err := FewestBits(net, all[0].Sample, all[0].Sample)
		if err != nil || fewest != float64(q.Smallest) {
			t.Errorf("%s: %v bits, %v: %v", name, fewest, q.Smallest, err)
		}
	}
}

// Of numbers what needs a boundary or classes is null, and says why; the target is decoded.
func TestNumbersAreDecodedInPlaceOfDistances(t *testing.T) {
	train, test := headSet(80, 3, data.Targets{Task: data.Regression, Count: 2}, 1), headSet(60, 3, data.Targets{Task: data.Regression, Count: 2}, 2)
	for _, set := range []data.Set{train, test} {
		for row := range set.Rows() { // the first target is linear, the second is not
			x := set.Row(row)
			set.Y[2*row], set.Y[2*row+1] = 2*x[0]-x[2]+5, math.Abs(x[1])
		}
	}
	net := trained(t, models.MLP{Inputs: 3, Hidden: []int{12}, Activation: graph.ReLU, Outputs: 2, Loss: graph.HalfSquaredError}, 0, train)
	if _, err := models.Train(t.Context(), net, train, models.Training{Rate: 0.05, Batch: 16, Epochs: 200, Shuffle: data.NewRandomState(1)}); err != nil {
		t.Fatal(err)
	}
	m := all(t, net, train, test)
	if m.BoundaryFound || m.Undefined["boundary_error"] != numbersReason || m.Undefined["boundary_step"] != numbersReason {
		t.Errorf("a boundary of numbers: %v, %v", m.BoundaryFound, m.Undefined)
	}
	for _, l := range m.Layers {
		for key, value := range map[string]Number{
			"distance_correlation": l.DistanceCorrelation, "probe_accuracy": l.ProbeAccuracy, "fisher_ratio": l.FisherRatio, "nc1": l.NC1,
			"noticeable_distance": l.NoticeableDistance.Near, "distance_decoded": l.DistanceDecoded, "line_regions": l.LineRegions,
		} {
			if finite(float64(value)) || l.Undefined[key] != numbersReason {
				t.Errorf("%s: %s is %v, because %q", l.Name, key, value, l.Undefined[key])
			}
		}
		if len(l.TargetDecoded) != 2 || len(l.Margins) != 60 || !math.IsNaN(l.Margins[7]) {
			t.Fatalf("%s: %v of targets, margins %v", l.Name, l.TargetDecoded, l.Margins)
		}
	}
	input, hidden := m.Layers[0].TargetDecoded, m.Layers[1].TargetDecoded
	if input[0] < 0.999 || input[1] > 0.3 || hidden[1] < input[1]+0.5 {
		t.Errorf("of a linear and another target the input knows %v, the layer %v", input, hidden)
	}
	constant := test.Clone()
	for i := 0; i < len(constant.Y); i += 2 {
		constant.Y[i] = 3
	}
	if l := measured(t, net, train, constant).Layers[0]; !math.IsNaN(float64(l.TargetDecoded[0])) || l.Undefined["target_decoded"] != "the target is the same in all test rows" {
		t.Errorf("a constant target: %v, %v", l.TargetDecoded, l.Undefined)
	}

	points := located(t, net, test)[0]
	if !math.IsNaN(points.Signed[0]) {
		t.Errorf("a distance of numbers: %v", points.Signed[0])
	}
	survived, err := Survival(t.Context(), net, points, points, []float64{0.1})
	if err != nil || survived[1].Undefined["decoded"] != numbersReason || survived[1].Undefined["far_rank"] != numbersReason {
		t.Errorf("survival: %v, %v", survived, err)
	}
	q, err := Quantise(t.Context(), net, points.Sample, points, points)
	if err != nil || q.Undefined["smallest"] != numbersReason || q.Undefined["smallest_weights"] != numbersReason || !math.IsNaN(float64(q.Weights[0].Flips)) || q.Weights[0].Undefined["flips"] != numbersReason {
		t.Errorf("quantisation: %v, %v", q, err)
	}
	if bits, err := FewestBits(net, points.Sample, points.Sample); err != nil || !math.IsNaN(bits) {
		t.Errorf("%v bits, %v", bits, err)
	}
}

func TestWhatANetworkDoesNotPredictIsRefused(t *testing.T) {
	number := specified(t, models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.ReLU, Loss: graph.SquaredError}, 1)
	three := specified(t, models.MLP{Inputs: 2, Hidden: []int{3}, Activation: graph.ReLU, Outputs: 3, Loss: graph.Softmax}, 1)
	for want, call := range map[string]func() error{
		"has no decision boundary: the targets are numbers": func() error { _, err := BoundaryOf(t.Context(), number, []float64{1, 2}); return err },
		"the targets are numbers":                           func() error { _, err := LeadOf(number, 0); return err },
		"output unit 3 of 3":                                func() error { _, err := LeadOf(three, 3); return err },
		"output unit -1 of 3":                               func() error { _, err := FarLeads(three, -1); return err },
		"2 classes":                                         func() error { _, err := Observe(t.Context(), three, headSet(5, 2, ofClasses(2), 1)); return err },
		"3 labels":                                          func() error { _, err := Observe(t.Context(), three, headSet(5, 2, threeLabels, 1)); return err },
		"2 numbers": func() error {
			_, err := Observe(t.Context(), number, headSet(5, 2, data.Targets{Task: data.Regression, Count: 2}, 1))
			return err
		},
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// Of the classes that there might be, some are in neither set, or only among the test rows, and
// one has a single row.
func TestRareAndMissingClassesAreMeasured(t *testing.T) {
	train, test := headSet(100, 2, ofClasses(50), 1), headSet(80, 2, ofClasses(50), 2)
	for i := range train.Y {
		train.Y[i] = math.Mod(train.Y[i], 20)
	}
	train.Y[0], test.Y[0] = 30, 40
	net := trained(t, models.MLP{Inputs: 2, Hidden: []int{8}, Activation: graph.Tanh, Outputs: 50, Loss: graph.Softmax}, 20, train)
	m := all(t, net, train, test)
	for _, l := range m.Layers {
		for name, v := range map[string]Number{"accuracy": l.ProbeAccuracy, "nc1": l.NC1, "fisher": l.FisherRatio, "correlation": l.DistanceCorrelation} {
			if !finite(float64(v)) {
				t.Errorf("%s of %s: %v, %v", name, l.Name, v, l.Undefined)
			}
		}
	}
	one := train.Select(slices.Repeat([]int{0}, 5))
	m = measured(t, net, one, test)
	if l := m.Layers[1]; l.Undefined["nc1"] != "one class among the training rows, or all have one mean" || !math.IsNaN(l.Margins[0]) {
		t.Errorf("one class: %v, margins %v", l.Undefined, l.Margins[0])
	}
}

func TestSeveralRegionsStopWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FitMultinomial(ctx, mat.NewDense(3, 1, []float64{1, 2, 3}), []float64{0, 1, 2}, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("fitting: %v", err)
	}
	for name, c := range severalRegions() {
		for _, inputs := range []int{2, 3} {
			c.spec.Inputs, c.spec.Hidden, c.spec.Activation = inputs, []int{4}, graph.Tanh
			net, set := headed(t, 1, c.spec), headSet(20, inputs, c.targets, 1)
			s := observed(t, net, set)
			if _, err := BoundaryOf(ctx, net, set.X); !errors.Is(err, context.Canceled) {
				t.Errorf("%s of %d inputs: %v", name, inputs, err)
			}
			if _, err := Measure(ctx, net, s, s); !errors.Is(err, context.Canceled) {
				t.Errorf("%s of %d inputs: measuring: %v", name, inputs, err)
			}
		}
	}
}

// A softmax's slope at its own class is that of a sigmoid of the odds against it.
func TestSaturationOfASoftmaxIsOfItsOwnSlopes(t *testing.T) {
	net := headed(t, 2, models.MLP{Inputs: 2, Hidden: []int{5}, Activation: graph.Tanh, Outputs: 4, Loss: graph.Softmax})
	for _, p := range net.Parameters[2:] {
		floats.Scale(4, p.Values)
	}
	set := headSet(50, 2, ofClasses(4), 1)
	s := observed(t, net, set)
	flat := 0.0
	for _, p := range s.Observation.Probability() {
		if p*(1-p) < Saturation/4 {
			flat++
		}
	}
	if got := float64(measured(t, net, set, set).Layers[2].Saturated); math.Abs(got-flat/200) > 1e-12 || flat < 20 || flat > 180 {
		t.Errorf("%v saturated, want %v", got, flat/200)
	}
	if got := fmt.Sprint(measured(t, net, set, set).Layers[2].Undefined["saturated"]); got != "" {
		t.Error(got)
	}
}
