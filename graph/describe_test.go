package graph

import (
	"reflect"
	"testing"
)

func TestDescriptionMarksWhatNodesAreFor(t *testing.T) {
	n := MLP(2, []int{3}, ReLU, Logits)
	compile := func() *Program {
		p, err := Compile(n, n.NewParameters(), 4, Options{Purpose: Training, Captured: []Point{{1, PostActivation}}})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := compile()
	count := make(map[Role]int)
	byName := make(map[string]NodeDescription)
	all := p.Describe()
	for i, d := range all {
		if d.ID != i {
			t.Errorf("node %d has ID %d", i, d.ID)
		}
		for _, o := range d.Operands {
			if o < 0 || o >= len(all) || o == i {
				t.Errorf("node %d has operand %d", i, o)
			}
		}
		if d.Role != "" {
			count[d.Role]++
			byName[d.Name] = d
		}
	}
	want := map[Role]int{RoleInput: 2, RoleParameter: 4, RolePre: 2, RolePost: 2, RoleObjective: 1, RoleReported: 1, RoleGradient: 4}
	if !reflect.DeepEqual(count, want) {
		t.Errorf("roles %v, want %v", count, want)
	}
	if d := byName["grad_W2"]; d.Of != "W2" || !reflect.DeepEqual(d.Shape, []int{3, 1}) {
		t.Errorf("gradient of W2: %+v", d)
	}
	if d := byName["a1"]; !d.Captured || d.Operator != "relu" || !reflect.DeepEqual(d.Shape, []int{4, 3}) || byName["z1"].Captured {
		t.Errorf("a1: %+v", d)
	}
	if again := compile().Describe(); !reflect.DeepEqual(all, again) {
		t.Error("the same network is described differently")
	}
}

func TestPlanIsThatOfThePlannedMachine(t *testing.T) {
	n := MLP(2, []int{3}, ReLU, Logits)
	p, err := Compile(n, n.NewParameters(), 4, Options{Purpose: Training})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := p.Plan()
	if err != nil || plan.Steps == 0 || plan.Opaque != 0 {
		t.Errorf("%d steps, %d opaque, %v", plan.Steps, plan.Opaque, err)
	}
	tape, err := Compile(n, n.NewParameters(), 4, Options{Engine: Tape})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tape.Plan(); err == nil {
		t.Error("the tape has a plan")
	}
}
