package foreign

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
	"actscope/models"
)

// startPoints are points with a scaling of their own, for a head of newSample.
func startPoints(head string) Points {
	p := Points{Scaling: data.Standardiser{Mean: []float64{8, -1, 0.2}, Scale: []float64{5, 0.5, 2}}}
	switch head {
	case "softmax", "log-softmax":
		p.Targets.Count = 3
	case "labels":
		p.Targets = data.Targets{Task: data.MultiLabel, Count: 2}
	case "numbers":
		p.Targets = data.Targets{Task: data.Regression, Count: 2}
		p.TargetScaling = data.Standardiser{Mean: []float64{-4, 7}, Scale: []float64{3, 0.1}}
	}
	return p
}

// likeModel is a network of the model's layers for points.
func likeModel(t *testing.T, m *Model, p Points) *models.Network {
	t.Helper()
	a, err := m.chain.architecture(p.Targets)
	if err != nil {
		t.Fatal(err)
	}
	net, err := models.NewNetwork(a)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// A network that starts from a file computes, on columns and targets scaled in another way, what
// the file does.
func TestNetworkStartsAsTheFileIs(t *testing.T) {
	x := samplePoints(20)
	for _, parts := range sampleParts {
		for _, head := range []string{"sigmoid", "softmax", "log-softmax", "labels", "numbers"} {
			s, p := newSample(t, "tanh", parts, head), startPoints(head)
			net := likeModel(t, s.model, p)
			err := s.model.Start(net, p)
			if s.model.chain.addsInput() {
				if err == nil || !strings.Contains(err.Error(), "a shortcut adds its input") {
					t.Errorf("%s: %v", s.name, err)
				}
				p.Scaling = s.model.Scaling
				err = s.model.Start(net, p)
			}
			if err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			scaled := slices.Clone(x)
			if err := p.Scaling.Apply(scaled); err != nil {
				t.Fatal(err)
			}
			out, err := net.Predict(scaled)
			if err != nil {
				t.Fatal(err)
			}
			if len(p.TargetScaling.Mean) > 0 {
				if err := p.TargetScaling.Undo(out); err != nil {
					t.Fatal(err)
				}
			}
			want, err := s.model.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			if head == "sigmoid" { // P(0), P(1)
				var of []float64
				for row := range slices.Chunk(want.Numbers, 2) {
					of = append(of, row[1])
				}
				want.Numbers = of
			}
			if difference := farthest(want.Numbers, out); !(difference < 1e-12) {
				t.Errorf("%s: off by %v", s.name, difference)
			}
		}
	}
}

func TestStartSaysWhatDiffers(t *testing.T) {
	sigmoid, numbers := newSample(t, "tanh", []string{"batch-norm", "residual"}, "sigmoid").model, newSample(t, "tanh", nil, "tanh").model
	named, err := sigmoid.Named(data.Names{Inputs: []string{"a", "b", "c"}, Classes: []string{"no", "yes"}})
	if err != nil {
		t.Fatal(err)
	}
	like := func(change func(a *graph.Architecture)) graph.Architecture {
		a := likeModel(t, sigmoid, startPoints("sigmoid")).Architecture()
		change(&a)
		return a
	}
	regression := startPoints("numbers")
	for want, c := range map[string]struct {
		m *Model
		a graph.Architecture
		p Points
	}{
		"inputs 4: the file has 3":                              {sigmoid, like(func(a *graph.Architecture) { a.Inputs = 4 }), Points{}},
		"hidden 3,4,5: the file has 3,3,5":                      {sigmoid, like(func(a *graph.Architecture) { a.Layers[1].Units = 4 }), Points{}},
		"hidden 3,5: the file has 3,3,5":                        {sigmoid, like(func(a *graph.Architecture) { a.Layers = a.Layers[1:] }), Points{}},
		"activations relu: the file has tanh in hidden layer 1": {sigmoid, like(func(a *graph.Architecture) { a.Layers[0].Activation = graph.ReLU }), Points{}},
		"parts none: the file has batch-norm,shortcut:1":        {sigmoid, like(func(a *graph.Architecture) { a.Layers[1].Parts = nil }), Points{}},
		"inputs a,c,b: the file has a,b,c":                      {named, like(func(*graph.Architecture) {}), Points{Names: data.Names{Inputs: []string{"a", "c", "b"}}}},
		"classes yes,no: the file has no,yes":                   {named, like(func(*graph.Architecture) {}), Points{Names: data.Names{Classes: []string{"yes", "no"}}}},
		"the points have 3 classes":                             {sigmoid, like(func(*graph.Architecture) {}), startPoints("softmax")},
		"hidden 3,3,5: the file has 3,3,5,2":                    {numbers, like(func(a *graph.Architecture) {}), regression},
	} {
		net, err := models.NewNetwork(c.a)
		if err != nil {
			t.Fatal(err)
		}
		before := slices.Clone(net.Parameters[0].Values)
		var bad *input.Error
		if err := c.m.Start(net, c.p); !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if !slices.Equal(before, net.Parameters[0].Values) {
			t.Errorf("%s: the network changed", want)
		}
	}
}
