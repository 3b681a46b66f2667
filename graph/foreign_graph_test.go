package graph

import (
	"errors"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine"
)

// softmaxLoss is the sum of squares of a softmax.
func softmaxLoss(g *gorgonia.ExprGraph) (loss, probabilities, x *gorgonia.Node) {
	x = matrix(g, "x", 2, 3, []float64{0.5, -1, 2, 0, 1, 0.25})
	probabilities = gorgonia.Must(gorgonia.SoftMax(x))
	return gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.Square(probabilities)))), probabilities, x
}

func TestGradientsAreCheckedInsideOfConstructions(t *testing.T) {
	g := gorgonia.NewGraph()
	err := machine.Construct(func() error {
		loss, _, x := softmaxLoss(g)
		check, err := CheckGradient(loss, x)
		if err != nil {
			return err
		}
		return check.Err(1e-9, 0)
	})
	if err != nil {
		t.Error(err)
	}
}

func TestGradientsAreCheckedInGraphsThatHaveSome(t *testing.T) {
	for name, grad := range map[string]func(loss, other, x, y *gorgonia.Node) error{
		"of this loss":     func(loss, _, x, _ *gorgonia.Node) error { _, err := gorgonia.Grad(loss, x); return err },
		"of another one":   func(_, other, x, _ *gorgonia.Node) error { _, err := gorgonia.Grad(other, x); return err },
		"of another input": func(_, other, _, y *gorgonia.Node) error { _, err := gorgonia.Grad(other, y); return err },
	} {
		g := gorgonia.NewGraph()
		loss, probabilities, x := softmaxLoss(g)
		y := matrix(g, "y", 2, 3, []float64{1, 2, 3, 4, 5, 6})
		other := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(probabilities, y))))
		if err := grad(loss, other, x, y); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			check, err := CheckGradient(loss, x)
			if err == nil {
				err = check.Err(1e-9, 0)
			}
			if err != nil {
				t.Errorf("with the gradient %s: %v", name, err)
			}
			if check != nil && check.Nodes[0].Name != "x" {
				t.Errorf("the gradient is that of %s", check.Nodes[0].Name)
			}
		}
	}
}

func TestHooksSeeAnyNode(t *testing.T) {
	g := gorgonia.NewGraph()
	loss, probabilities, x := softmaxLoss(g)
	if _, err := gorgonia.Grad(loss, x); err != nil {
		t.Fatal(err)
	}
	var hooks Hooks
	var seen []string
	see := func(what string) NodeHookFunc {
		return func(n *gorgonia.Node, v gorgonia.Value) error {
			if got := v.Data().([]float64); len(got) != 6 {
				t.Errorf("%d values of %v", len(got), n)
			}
			seen = append(seen, what)
			return nil
		}
	}
	first, err := hooks.AddNode(probabilities, see("probabilities"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hooks.AddNode(x.Deriv(), see("gradient")); err != nil {
		t.Fatal(err)
	}
	m, err := machine.NewVM(g, hooks.Watches()...)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	first.Remove()
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(seen, " "); got != "probabilities gradient gradient" {
		t.Errorf("hooks saw %s", got)
	}
	stop := errors.New("enough")
	if _, err := hooks.AddNode(x.Deriv(), func(*gorgonia.Node, gorgonia.Value) error { return stop }); err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); !errors.Is(err, stop) {
		t.Errorf("a hook's error: %v", err)
	}
	for name, n := range map[string]*gorgonia.Node{"nil": nil, "a statement": gorgonia.Read(x, new(gorgonia.Value))} {
		if _, err := hooks.AddNode(n, see(name)); err == nil {
			t.Errorf("a hook at %s was taken", name)
		}
	}
}

func TestTheLogarithmOfASoftmaxIsReported(t *testing.T) {
	g := gorgonia.NewGraph()
	_, probabilities, _ := softmaxLoss(g)
	for _, warned := range []bool{false, true} {
		m, err := machine.NewVM(g)
		if err != nil {
			t.Fatal(err)
		}
		if plan := m.Plan(); (len(plan.Warnings) == 1 && strings.Contains(plan.String(), "call LogSoftMax")) != warned {
			t.Errorf("warnings: %v", plan.Warnings)
		}
		gorgonia.Must(gorgonia.Log(probabilities))
	}
}
