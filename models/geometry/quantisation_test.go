package geometry

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/npz"
	"actscope/models"
)

// testdata/quantisation.py has the network, and how NumPy infers with it.
func TestFlipsEqualNumPys(t *testing.T) {
	arrays, err := npz.ReadFile("testdata/quantisation.npz")
	if err != nil {
		t.Fatal(err)
	}
	take := func(name string) []float64 {
		a, ok := arrays.Lookup(name)
		if !ok {
			t.Fatalf("no array %s", name)
		}
		return a.Values
	}
	for _, a := range []graph.Activation{graph.ReLU, graph.Tanh} {
		net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: []int{8, 8}, Activation: a}, data.NewRandomState(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range net.Parameters {
			copy(p.Values, take(p.Name))
		}
		set := func(x []float64) data.Set { return data.Set{X: x, Columns: 2, Y: make([]float64, len(x)/2)} }
		points := located(t, net, set(take("points")))[0]
		q, err := Quantise(t.Context(), net, observed(t, net, set(take("train"))), points, points)
		if err != nil {
			t.Fatal(err)
		}
		fewest, err := FewestBits(net, observed(t, net, set(take("train"))), points.Sample)
		if err != nil || Number(fewest) != q.Smallest {
			t.Errorf("%s: fewest bits %v, %v, of which Quantise finds %v", a.Name, fewest, err, q.Smallest)
		}
		want := take(a.Name + "_flips")
		if len(q.Activations) != len(want)/2 || len(q.Weights) != len(want)/2 {
			t.Fatalf("%s: %d and %d formats, NumPy has %d", a.Name, len(q.Activations), len(q.Weights), len(want)/2)
		}
		for i := range q.Activations {
			if got := q.Activations[i]; float64(got.Flips) != want[2*i] {
				t.Errorf("%s, activations in %s: %v flip, NumPy has %v", a.Name, got.Format, got.Flips, want[2*i])
			}
			if got := q.Weights[i]; float64(got.Flips) != want[2*i+1] {
				t.Errorf("%s, weights in %s: %v flip, NumPy has %v", a.Name, got.Format, got.Flips, want[2*i+1])
			}
		}
		for name, smallest := range map[string]Number{"activations": q.Smallest, "weights": q.SmallestWeights} {
			column := map[string]int{"activations": 0, "weights": 1}[name]
			bits := 1
			for want[2*(bits-1)+column] >= FewFlips {
				bits++
			}
			if smallest != Number(bits) {
				t.Errorf("%s: smallest of %s %v, by NumPy's flips %d", a.Name, name, smallest, bits)
			}
		}
	}
}

func TestQuantisingLeavesTheNetworkAsItIs(t *testing.T) {
	net, train, test := studyNet(t, graph.Sigmoid, 100)
	all := located(t, net, train, test)
	var before [][]float64
	for _, p := range net.Parameters {
		before = append(before, slices.Clone(p.Values))
	}
	if _, err := Quantise(t.Context(), net, all[0].Sample, all[0], all[1]); err != nil {
		t.Fatal(err)
	}
	for i, p := range net.Parameters {
		if !slices.Equal(p.Values, before[i]) {
			t.Errorf("%s is changed", p.Name)
		}
	}
}

// With many bits nothing flips, and the distance is read as from the layer itself.
func TestManyBitsAreAsGoodAsAll(t *testing.T) {
	net, train, test := studyNet(t, graph.Tanh, 300)
	all := located(t, net, train, test)
	ranges := rangesOf(all[0].Observation)
	last := newLimited(net, all[1].Observation).to(func(low, high float64) NumberFormat { return Uniform(40, 2*low, 2*high) }, ranges)
	for i, z := range last.Pre[2].RawMatrix().Data {
		if want := all[1].Observation.Pre[2].At(i, 0); math.Abs(z-want) > 1e-9 {
			t.Fatalf("logit %v, want %v", z, want)
		}
	}
	if share := flips(decisionOf(net), last, all[1].Observation); share != 0 {
		t.Errorf("%v flip", share)
	}
}

func TestWhatCannotBeQuantisedSaysWhy(t *testing.T) {
	train, test := moons(t)
	part, err := graph.PartNamed("layer-norm")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name                         string
		spec                         models.MLP
		change                       func(net *models.Network)
		activations, smallest, inInt string // reasons; the last one of int1's decoded distance
	}{
		{"a part", models.MLP{Inputs: 2, Hidden: []int{8}, Activation: graph.Tanh, Parts: []graph.Part{part}}, func(*models.Network) {},
			"layer 1 has the part layer-norm", "layer 1 has the part layer-norm", ""},
		{"no hidden layer", models.MLP{Inputs: 2, Activation: graph.Tanh}, func(*models.Network) {}, "there is no hidden layer", "there is no hidden layer", ""},
		{"one side", models.MLP{Inputs: 2, Hidden: []int{8}, Activation: graph.Tanh}, func(net *models.Network) { // all of class 1, the last of them barely
			logits := observed(t, net, test).Observation.Pre[1].RawMatrix().Data
			net.Parameters[3].Values[0] += 1e-6 - slices.Min(logits)
		}, "",
			"fewer than 0.5 % of the points are on one side of the boundary", ""},
		{"no boundary", models.MLP{Inputs: 2, Hidden: []int{8}, Activation: graph.Tanh}, func(net *models.Network) { net.Parameters[3].Values[0] = 1000 }, "", noBoundary, noBoundary},
	} {
		net := trained(t, c.spec, 30, train)
		c.change(net)
		all := located(t, net, train, test)
		q, err := Quantise(t.Context(), net, all[0].Sample, all[0], all[1])
		if err != nil {
			t.Fatal(err)
		}
		if q.Undefined["activations"] != c.activations || (len(q.Activations) == 0) != (c.activations != "") {
			t.Errorf("%s: %d formats, %q", c.name, len(q.Activations), q.Undefined["activations"])
		}
		if q.Undefined["smallest"] != c.smallest || !math.IsNaN(float64(q.Smallest)) {
			t.Errorf("%s: smallest %v, %q", c.name, q.Smallest, q.Undefined["smallest"])
		}
		if fewest, err := FewestBits(net, all[0].Sample, all[1].Sample); err != nil || !math.IsNaN(fewest) {
			t.Errorf("%s: fewest bits %v, %v", c.name, fewest, err)
		}
		if got := q.Weights[len(q.Weights)-1].Undefined["decoded"]; got != c.inInt {
			t.Errorf("%s: weights in e5m2: %q", c.name, got)
		}
	}
}

// Activations beyond the largest number of a format are infinite, and so is what follows.
func TestActivationsBeyondAFormatFlip(t *testing.T) {
	net, train, test := studyNet(t, graph.ReLU, 300)
	for i := range net.Parameters[2].Values { // W2, which the output takes back
		net.Parameters[2].Values[i] *= 1e6
	}
	for i := range net.Parameters[3].Values {
		net.Parameters[3].Values[i] *= 1e6
	}
	for i := range net.Parameters[4].Values {
		net.Parameters[4].Values[i] *= 1e-6
	}
	all := located(t, net, train, test)
	q, err := Quantise(t.Context(), net, all[0].Sample, all[0], all[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range q.Activations {
		beyond := f.Format == "fp16" || f.Format == "fp8 e5m2"
		if (f.Undefined["decoded"] == "the layer is not finite") != beyond || beyond && !(f.Flips > 0) {
			t.Errorf("%s: %v flip, %q", f.Format, f.Flips, f.Undefined["decoded"])
		}
	}
}

func TestQuantisingRefusesWhatIsNotOfTheNetwork(t *testing.T) {
	net, train, test := studyNet(t, graph.Tanh, 0)
	all := located(t, net, train, test)
	short := all[1]
	short.Signed = nil
	if _, err := Quantise(t.Context(), net, all[0].Sample, all[0], short); err == nil || !strings.Contains(err.Error(), "0 distances of 100 rows") {
		t.Errorf("error %v", err)
	}
	if _, err := Quantise(t.Context(), net, Sample{}, all[0], all[1]); err == nil {
		t.Error("no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Quantise(ctx, net, all[0].Sample, all[0], all[1]); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func BenchmarkQuantise(b *testing.B) {
	for _, a := range []graph.Activation{graph.ReLU, graph.Sigmoid} {
		net, fit, points := fastNet(b, a, 42)
		all := located(b, net, fit, points)
		b.Run(a.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Quantise(b.Context(), net, all[0].Sample, all[0], all[1]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
