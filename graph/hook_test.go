package graph

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// hooked compiles a 2-3-1 net that serves the hooks' points, and runs it.
func hooked(t *testing.T, hooks *Hooks, n Architecture) *Program {
	t.Helper()
	parameters := n.NewParameters()
	p, err := Compile(n, parameters, 4, Options{Captured: hooks.Points()})
	if err != nil {
		t.Fatal(err)
	}
	randomise(p, parameters, rand.New(rand.NewPCG(1, 2)))
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestHooksAreCalledInOrderWithTheirNames(t *testing.T) {
	n := MLP(2, []int{3}, Tanh, Logits)
	var hooks Hooks
	var calls []string
	for _, at := range []Point{{2, PreActivation}, {1, PostActivation}, {1, PreActivation}, {1, PostActivation}} {
		if _, err := hooks.Add(n, at, func(c Capture) error {
			calls = append(calls, fmt.Sprint(c.Point, c.Rows, c.Units, c.FirstRow))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	p := hooked(t, &hooks, n)
	if err := hooks.Call(p, 10); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(calls, "; "); got != "z2 4 1 10; a1 4 3 10; z1 4 3 10; a1 4 3 10" {
		t.Errorf("calls: %s", got)
	}
}

func TestCapturesAreTheNodesTensors(t *testing.T) {
	n := MLP(2, []int{3}, Tanh, Logits)
	var hooks Hooks
	seen := make(map[Point][]float64)
	for _, at := range []Point{{1, PreActivation}, {1, PostActivation}, {2, PreActivation}, {2, PostActivation}} {
		if _, err := hooks.Add(n, at, func(c Capture) error {
			seen[c.Point] = c.Copy()
			if c.At(3, c.Units-1) != seen[c.Point][3*c.Units+c.Units-1] {
				t.Errorf("%v: At and Copy differ", c.Point)
			}
			c.Copy()[0] = 1e9 // a copy: nobody else sees it
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	p := hooked(t, &hooks, n)
	if err := hooks.Call(p, 0); err != nil {
		t.Fatal(err)
	}
	for i, z := range seen[Point{1, PreActivation}] {
		if a := seen[Point{1, PostActivation}][i]; math.Abs(a-Tanh.Value(z)) > 1e-15 {
			t.Errorf("a1[%d] is %v, not tanh(%v)", i, a, z)
		}
	}
	if !slices.Equal(seen[Point{2, PostActivation}], p.Probability()) {
		t.Error("a2 is not the probability")
	}
}

func TestHookErrorStopsTheRun(t *testing.T) {
	n := MLP(2, []int{3}, ReLU, Logits)
	var hooks Hooks
	broken := errors.New("broken")
	after := false
	hooks.Add(n, Point{1, PreActivation}, func(Capture) error { return broken })
	hooks.Add(n, Point{1, PreActivation}, func(Capture) error { after = true; return nil })
	err := hooks.Call(hooked(t, &hooks, n), 0)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "z1") || after {
		t.Errorf("got %v, later hook called: %v", err, after)
	}
}

func TestRemovedHooksAreNotCalled(t *testing.T) {
	n := MLP(2, []int{3}, ReLU, Logits)
	var hooks Hooks
	var calls []string
	var second, third *Hook
	first, _ := hooks.Add(n, Point{1, PreActivation}, func(Capture) error {
		calls = append(calls, "first")
		third.Remove() // while the hooks are being called
		return nil
	})
	second, _ = hooks.Add(n, Point{1, PreActivation}, func(Capture) error { calls = append(calls, "second"); return nil })
	third, _ = hooks.Add(n, Point{2, PreActivation}, func(Capture) error { calls = append(calls, "third"); return nil })
	p := hooked(t, &hooks, n)
	for range 2 {
		if err := hooks.Call(p, 0); err != nil {
			t.Fatal(err)
		}
		first.Remove()
		first.Remove()
	}
	if got := strings.Join(calls, " "); got != "first second second" {
		t.Errorf("calls: %s", got)
	}
	second.Remove()
	if len(hooks.Points()) != 0 {
		t.Errorf("points left: %v", hooks.Points())
	}
}

func TestHooksOnWhatIsNotThereAreRefused(t *testing.T) {
	n := MLP(2, []int{3}, ReLU, Logits)
	var hooks Hooks
	for _, at := range []Point{{0, PreActivation}, {3, PreActivation}, {1, Stage(7)}, {-1, PostActivation}} {
		if _, err := hooks.Add(n, at, func(Capture) error { return nil }); err == nil {
			t.Errorf("%v was accepted", at)
		}
		if _, err := Compile(n, n.NewParameters(), 1, Options{Captured: []Point{at}}); err == nil {
			t.Errorf("a program that captures %v was compiled", at)
		}
	}
	if _, err := hooks.Add(n, Point{1, PreActivation}, nil); err == nil {
		t.Error("a nil hook was accepted")
	}
}

// Without hooks the program has not one node more than it needs.
func TestNothingIsPaidWithoutHooks(t *testing.T) {
	n := MLP(2, []int{3}, ReLU, Logits)
	without, err := Compile(n, n.NewParameters(), 2, Options{Engine: Tape})
	if err != nil {
		t.Fatal(err)
	}
	with, err := Compile(n, n.NewParameters(), 2, Options{Captured: []Point{{1, PreActivation}}, Engine: Tape})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := without.machine.(*tape), with.machine.(*tape); len(a.out) != 1 || len(b.out) != 2 {
		t.Errorf("%d values are read without a hook, %d with one", len(a.out), len(b.out))
	}
}
