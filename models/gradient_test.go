package models

import (
	"math"
	"slices"
	"testing"

	"actscope/data"
	"actscope/graph"
)

func TestDifferencesEqualGradients(t *testing.T) {
	set := moons(t, 12)
	for _, activation := range graph.Activations() {
		net, _ := newNet(t, activation, 4, 3)
		before := slices.Clone(net.Parameters[2].Values)
		gradient, err := net.Gradient(set)
		if err != nil {
			t.Fatal(err)
		}
		estimates, err := net.Differences(set)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range net.Parameters {
			for j, e := range estimates[i] {
				if e.Kink || math.Abs(e.Value-gradient.Parameters[i][j]) > 1e-11 {
					t.Errorf("%s: %s[%d] is %v by autodiff, %+v by differences", activation.Name, p.Name, j, gradient.Parameters[i][j], e)
				}
			}
		}
		if !slices.Equal(before, net.Parameters[2].Values) {
			t.Errorf("%s: the parameters were not put back", activation.Name)
		}
	}
}

// Rectifiers between parts: kinks are told apart by the pre-activations, which the
// parts have been through.
func TestDifferencesEqualGradientsThroughParts(t *testing.T) {
	set := moons(t, 12)
	for _, kind := range graph.PartKinds() {
		for _, name := range kind.Examples {
			for _, activation := range []graph.Activation{graph.ReLU, graph.SELU, graph.SiLU} {
				net := must(NewMLP(MLP{Inputs: 2, Hidden: []int{4, 4}, Activation: activation, Parts: parts(t, name)}, data.NewRandomState(4)))
				gradient, err := net.Gradient(set)
				if err != nil {
					t.Fatal(err)
				}
				estimates, err := net.Differences(set)
				if err != nil {
					t.Fatal(err)
				}
				kinks := 0
				for i, p := range net.Parameters {
					for j, e := range estimates[i] {
						if e.Kink {
							kinks++
						} else if math.Abs(e.Value-gradient.Parameters[i][j]) > 1e-9 {
							t.Errorf("%s, %s: %s[%d] is %v by autodiff, %+v by differences", name, activation.Name, p.Name, j, gradient.Parameters[i][j], e)
						}
					}
				}
				if kinks > 4 {
					t.Errorf("%s, %s: %d kinks", name, activation.Name, kinks)
				}
			}
		}
	}
}

// parts are those of the names.
func parts(t *testing.T, names ...string) []graph.Part {
	t.Helper()
	var all []graph.Part
	for _, name := range names {
		part, err := graph.PartNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, part)
	}
	return all
}

// A unit that is exactly 0 for a row has a kink in every weight that feeds it.
func TestDifferencesAcrossAKinkAreMarked(t *testing.T) {
	set := moons(t, 6)
	net, _ := newNet(t, graph.ReLU, 2)
	w := net.Parameters[0].Values // unit 1 of 2 sees 0 everywhere
	w[1], w[3] = 0, 0
	estimates, err := net.Differences(set)
	if err != nil {
		t.Fatal(err)
	}
	var kinks []int
	for j, e := range estimates[0] {
		if e.Kink {
			kinks = append(kinks, j)
		}
	}
	if !slices.Equal(kinks, []int{1, 3}) || !estimates[1][1].Kink || estimates[1][0].Kink {
		t.Errorf("kinks at W1%v, b1 %+v", kinks, estimates[1])
	}
}
