package graph

import (
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Gorgonia's own rectifier has derivative 1 at 0, where there is none.
func TestGradientCheckLeavesKinksOut(t *testing.T) {
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 1, 3, []float64{0, 1, -2})
	loss := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.Rectify(x))))
	check, err := CheckGradient(loss, x)
	if err != nil {
		t.Fatal(err)
	}
	if n := check.Nodes[0]; n.Kinks != 1 || n.MaxAbs > 1e-12 {
		t.Errorf("rectifier: %+v", n)
	}
}

func TestGradientCheckFindsAWrongGradient(t *testing.T) {
	wrong := &elementwise{name: "sine with the slope of itself", at: math.Sin}
	wrong.slope = func(_, out *gorgonia.Node) (*gorgonia.Node, error) { return out, nil }
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 1, 3, []float64{1, 2, math.Pi / 4}) // at π/4 sine and cosine are equal
	loss := gorgonia.Must(gorgonia.Sum(gorgonia.Must(wrong.node(x))))
	check, err := CheckGradient(loss, x)
	if err != nil {
		t.Fatal(err)
	}
	n := check.Nodes[0]
	if want := math.Sin(2) - math.Cos(2); n.Index != 1 || math.Abs(n.MaxAbs-want) > 1e-11 || math.Abs(n.MaxRel-want/math.Sin(2)) > 1e-11 {
		t.Errorf("got %+v, want entry 1 off by %v", n, want)
	}
	if err := check.Err(1, 0.1); err == nil || !strings.Contains(err.Error(), "gradient of x[1] is 0.909") {
		t.Errorf("got %v", err)
	}
	if err := check.Err(0, 2); err != nil {
		t.Errorf("within the relative tolerance: %v", err)
	}
}

func TestGradientCheckRefusesWhatItCannotDifferentiate(t *testing.T) {
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 1, 2, []float64{1, 2})
	unbound := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName("u"), gorgonia.WithShape(1, 2))
	sum := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.Add(x, unbound))))
	if _, err := CheckGradient(x, x); err == nil {
		t.Error("a loss that is no scalar was accepted")
	}
	if _, err := CheckGradient(nil, x); err == nil {
		t.Error("no loss was accepted")
	}
	if _, err := CheckGradient(sum, unbound); err == nil || !strings.Contains(err.Error(), "u is not bound") {
		t.Errorf("unbound node: %v", err)
	}
	if _, err := CheckGradient(sum, x); err == nil {
		t.Error("a graph with an unbound input was run")
	}
	other := gorgonia.Must(gorgonia.Sum(matrix(gorgonia.NewGraph(), "z", 1, 2, []float64{math.Pi, 1})))
	if _, err := CheckGradient(other, x); err == nil {
		t.Error("a node of another graph was accepted")
	}
}
