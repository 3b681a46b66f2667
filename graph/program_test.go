package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
)

// randomise fills parameters, inputs and labels.
func randomise(p *Program, parameters []Parameter, rng *rand.Rand) {
	for _, q := range parameters {
		for i := range q.Values {
			q.Values[i] = rng.NormFloat64()
		}
	}
	for i := range p.X {
		p.X[i] = rng.NormFloat64()
	}
	for i := range p.Y {
		p.Y[i] = float64(rng.IntN(2))
	}
}

func TestGradientsEqualFiniteDifferences(t *testing.T) {
	for _, hidden := range [][]int{{}, {3}, {1}, {4, 2}, {2, 3, 2, 1, 3}} {
		for _, activation := range Activations() {
			for _, loss := range TwoClassLosses() {
				for _, rows := range []int{1, 2, 7} {
					t.Run(fmt.Sprint(hidden, activation.Name, loss.Name, rows), func(t *testing.T) {
						t.Parallel()
						n := MLP(3, hidden, activation, loss)
						parameters := n.NewParameters()
						p, err := Compile(n, parameters, rows, Options{Purpose: Training})
						if err != nil {
							t.Fatal(err)
						}
						defer p.Close()
						randomise(p, parameters, rand.New(rand.NewPCG(1, uint64(rows))))
						checkDifferences(t, p, parameters)
					})
				}
			}
		}
	}
}

// checkDifferences compares each gradient with a central difference. ReLU kinks
// are farther than a step from these fixed random points.
func checkDifferences(t *testing.T, p *Program, parameters []Parameter) {
	t.Helper()
	run := func() float64 {
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		return p.Objective()
	}
	run()
	var gradients [][]float64
	for i := range parameters {
		gradients = append(gradients, slices.Clone(p.Gradient(i)))
	}
	for i, q := range parameters {
		for j := range q.Values {
			kept := q.Values[j]
			difference := fd.Derivative(func(v float64) float64 {
				q.Values[j] = v
				return run()
			}, kept, &fd.Settings{Formula: fd.Central})
			q.Values[j] = kept
			if d := math.Abs(difference - gradients[i][j]); d > 1e-8*math.Max(1, math.Abs(difference)) {
				t.Errorf("%s[%d]: gradient %v, difference %v", q.Name, j, gradients[i][j], difference)
			}
		}
	}
}

func TestProgramsShareParameters(t *testing.T) {
	n := MLP(2, []int{3}, Tanh, Logits)
	parameters := n.NewParameters()
	few, err := Compile(n, parameters, 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	many, err := Compile(n, parameters, 5, Options{Purpose: Training})
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range []uint64{1, 2} {
		randomise(many, parameters, rand.New(rand.NewPCG(seed, 0)))
		copy(few.X, many.X)
		if err := few.Run(); err != nil {
			t.Fatal(err)
		}
		if err := many.Run(); err != nil {
			t.Fatal(err)
		}
		if few.Probability()[0] != many.Probability()[0] {
			t.Errorf("seed %d: %v and %v for one row", seed, few.Probability()[0], many.Probability()[0])
		}
	}
}

func TestRunsAreRepeatable(t *testing.T) {
	n := MLP(2, []int{5, 4}, ReLU, Logits)
	parameters := n.NewParameters()
	p, err := Compile(n, parameters, 6, Options{Purpose: Training})
	if err != nil {
		t.Fatal(err)
	}
	randomise(p, parameters, rand.New(rand.NewPCG(3, 4)))
	before := slices.Clone(parameters[0].Values)
	var first []float64
	for range 3 {
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = slices.Clone(p.Gradient(0))
		}
		if !slices.Equal(first, p.Gradient(0)) {
			t.Error("a second run gives another gradient: it was accumulated")
		}
	}
	if !slices.Equal(before, parameters[0].Values) {
		t.Error("running changed the weights")
	}
}

func TestProgramsRunSideBySide(t *testing.T) {
	var wait sync.WaitGroup
	results := make([]float64, 8)
	for i := range results {
		wait.Go(func() {
			n := MLP(2, []int{4, 4}, Sigmoid, ArticleLoss)
			parameters := n.NewParameters()
			p, err := Compile(n, parameters, 9, Options{Purpose: Training, Captured: []Point{{1, PostActivation}}})
			if err != nil {
				t.Error(err)
				return
			}
			randomise(p, parameters, rand.New(rand.NewPCG(5, 6)))
			for range 20 {
				if err := p.Run(); err != nil {
					t.Error(err)
				}
			}
			results[i] = p.Objective()
		})
	}
	wait.Wait()
	for _, r := range results {
		if r != results[0] || r == 0 {
			t.Fatalf("different results: %v", results)
		}
	}
}

func TestCompileRefusesWhatGorgoniaWouldPanicOver(t *testing.T) {
	good := MLP(2, []int{3}, ReLU, Logits)
	for name, test := range map[string]struct {
		change func(n *Architecture, p *[]Parameter, rows *int)
		want   string
	}{
		"no rows":             {func(_ *Architecture, _ *[]Parameter, r *int) { *r = 0 }, "0 rows"},
		"no inputs":           {func(n *Architecture, _ *[]Parameter, _ *int) { n.Inputs = 0 }, "0 inputs"},
		"no layers":           {func(n *Architecture, _ *[]Parameter, _ *int) { n.Layers = nil }, "no layers"},
		"no units":            {func(n *Architecture, _ *[]Parameter, _ *int) { n.Layers[0].Units = 0 }, "layer 1 has 0 units"},
		"no activation":       {func(n *Architecture, _ *[]Parameter, _ *int) { n.Layers[0].Activation = Activation{} }, "layer 1 has no activation"},
		"no loss":             {func(n *Architecture, _ *[]Parameter, _ *int) { n.Loss = Loss{} }, "no loss"},
		"two outputs":         {func(n *Architecture, _ *[]Parameter, _ *int) { n.Loss, n.Layers[1].Units = ArticleLoss, 2 }, "output layer"},
		"output not sigmoid":  {func(n *Architecture, _ *[]Parameter, _ *int) { n.Layers[1].Activation = Tanh }, "output layer"},
		"missing parameter":   {func(_ *Architecture, p *[]Parameter, _ *int) { *p = (*p)[:3] }, "3 parameters"},
		"parameter too short": {func(_ *Architecture, p *[]Parameter, _ *int) { (*p)[2].Values = (*p)[2].Values[:1] }, "W2 is (3, 1) with 1 values"},
		"parameter of another shape": {func(_ *Architecture, p *[]Parameter, _ *int) {
			(*p)[0].Rows, (*p)[0].Columns = 3, 2
		}, "layer 1 needs (2, 3)"},
	} {
		t.Run(name, func(t *testing.T) {
			n, rows := good, 4
			n.Layers = slices.Clone(good.Layers)
			parameters := good.NewParameters()
			test.change(&n, &parameters, &rows)
			if _, err := Compile(n, parameters, rows, Options{Purpose: Training}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

// Gorgonia's own TapeMachine, on the same graph, is the oracle of the machine
// that runs it by default.
func TestEnginesAgree(t *testing.T) {
	all := Activations()
	for _, text := range []string{"max(sin(z),z/(1+exp(-z)))", "min(2,max(-2,z))-log(1+abs(z))", "pow(1+tanh(z)*z,tanh(z)/8)-pow(2,-abs(z))+pow(tanh(z),3)"} {
		all = append(all, of(t, text))
	}
	for _, activation := range all {
		for _, loss := range TwoClassLosses() {
			for _, rows := range []int{1, 5, 64} {
				n := MLP(2, []int{8, 3}, activation, loss)
				parameters := n.NewParameters()
				var programs [2]*Program
				for i, engine := range []Engine{Planned, Tape} {
					var err error
					if programs[i], err = Compile(n, parameters, rows, Options{Purpose: Training, Captured: []Point{{2, PostActivation}}, Engine: engine}); err != nil {
						t.Fatal(err)
					}
				}
				randomise(programs[0], parameters, rand.New(rand.NewPCG(7, uint64(rows))))
				copy(programs[1].X, programs[0].X)
				copy(programs[1].Y, programs[0].Y)
				var outputs [2][][]float64
				for i, p := range programs {
					if err := p.Run(); err != nil {
						t.Fatal(err)
					}
					c, err := p.Capture(Point{2, PostActivation})
					if err != nil {
						t.Fatal(err)
					}
					outputs[i] = [][]float64{c.Copy(), p.Probability(), {p.Objective(), p.ReportedLoss()}}
					for j := range parameters {
						outputs[i] = append(outputs[i], p.Gradient(j))
					}
				}
				for j := range outputs[0] {
					for k, v := range outputs[0][j] {
						if math.Abs(v-outputs[1][j][k]) > 1e-14 {
							t.Errorf("%s, %s, %d rows: output %d[%d] is %v planned, %v on tape", activation.Name, loss.Name, rows, j, k, v, outputs[1][j][k])
						}
					}
				}
			}
		}
	}
}
