package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/internal/differences"
)

// withParts is an MLP whose hidden layers have the named parts.
func withParts(t *testing.T, hidden []int, activation Activation, names ...string) Architecture {
	t.Helper()
	n := MLP(3, hidden, activation, Logits)
	for _, name := range names {
		part, err := PartNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range hidden {
			n.Layers[i].Parts = append(n.Layers[i].Parts, part)
		}
	}
	return n
}

// partCombinations are all examples of the table, one by one, and several together.
func partCombinations() [][]string {
	var all [][]string
	for _, k := range PartKinds() {
		for _, name := range k.Examples {
			all = append(all, []string{name})
		}
	}
	return append(all, []string{"batch-norm", "dropout:0.4", "residual:2"}, []string{"layer-norm", "residual", "dropout:0.1"})
}

// everyPoint lists both stages of all layers.
func everyPoint(n Architecture) []Point {
	var points []Point
	for l := range n.Layers {
		points = append(points, Point{l + 1, PreActivation}, Point{l + 1, PostActivation})
	}
	return points
}

func TestGradientsThroughPartsEqualFiniteDifferences(t *testing.T) {
	for _, names := range partCombinations() {
		for _, activation := range []Activation{Tanh, GELUTanh, Identity} {
			for _, rows := range []int{1, 3, 7} {
				t.Run(fmt.Sprint(names, activation.Name, rows), func(t *testing.T) {
					t.Parallel()
					n := withParts(t, []int{4, 4, 3}, activation, names...)
					parameters := n.NewParameters()
					p, err := Compile(n, parameters, rows, Options{Purpose: Training, Statistics: n.NewStatistics()})
					if err != nil {
						t.Fatal(err)
					}
					defer p.Close()
					rng := rand.New(rand.NewPCG(5, uint64(rows)))
					randomise(p, parameters, rng)
					p.Draw(rng)
					checkEstimates(t, p, parameters)
				})
			}
		}
	}
}

// checkEstimates compares each gradient with extrapolated differences: normalising
// few rows is too curved for plain ones.
func checkEstimates(t *testing.T, p *Program, parameters []Parameter) {
	t.Helper()
	objective := func() (float64, uint64) {
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		return p.Objective(), 0
	}
	objective()
	var gradients [][]float64
	for i := range parameters {
		gradients = append(gradients, slices.Clone(p.Gradient(i)))
	}
	for i, q := range parameters {
		for j, e := range differences.Gradient(objective, q.Values) {
			if d := math.Abs(e.Value - gradients[i][j]); e.Kink || d > 1e-9+10*e.Error || e.Error > 1e-7 {
				t.Errorf("%s[%d]: gradient %v, difference %+v", q.Name, j, gradients[i][j], e)
			}
		}
	}
}

// Gorgonia's TapeMachine is the oracle, for training and for evaluation.
func TestEnginesAgreeOnParts(t *testing.T) {
	for _, names := range partCombinations() {
		for _, purpose := range []Purpose{Evaluation, Training} {
			n := withParts(t, []int{4, 4}, Tanh, names...)
			parameters, statistics := n.NewParameters(), n.NewStatistics()
			rng := rand.New(rand.NewPCG(1, 1))
			for _, s := range statistics {
				for i := range s.Values {
					s.Values[i] = 0.5 + rng.Float64()
				}
			}
			var outputs [2][][]float64
			for i, engine := range []Engine{Planned, Tape} {
				p, err := Compile(n, parameters, 5, Options{Purpose: purpose, Captured: everyPoint(n), Statistics: statistics, Engine: engine})
				if err != nil {
					t.Fatal(err)
				}
				rng := rand.New(rand.NewPCG(2, 2))
				randomise(p, parameters, rng)
				p.Draw(rng)
				for range 2 {
					if err := p.Run(); err != nil {
						t.Fatal(err)
					}
				}
				for _, at := range everyPoint(n) {
					c, err := p.Capture(at)
					if err != nil {
						t.Fatal(err)
					}
					outputs[i] = append(outputs[i], c.Copy())
				}
				if purpose == Training {
					for j := range parameters {
						outputs[i] = append(outputs[i], slices.Clone(p.Gradient(j)))
					}
				}
			}
			for j := range outputs[0] {
				for k, v := range outputs[0][j] {
					if math.Abs(v-outputs[1][j][k]) > 1e-13*math.Max(1, math.Abs(v)) {
						t.Errorf("%v, purpose %d: output %d[%d] is %v planned, %v on tape", names, purpose, j, k, v, outputs[1][j][k])
					}
				}
			}
		}
	}
}

// The order in which terms of a gradient are added is the same for each compilation.
func TestCompilingAgainGivesTheSameBits(t *testing.T) {
	n := withParts(t, []int{5, 5, 5, 5}, GELUTanh, "batch-norm", "dropout:0.2", "residual")
	var first [][]float64
	for range 4 {
		parameters := n.NewParameters()
		p, err := Compile(n, parameters, 6, Options{Purpose: Training, Statistics: n.NewStatistics()})
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 1))
		randomise(p, parameters, rng)
		p.Draw(rng)
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		var gradients [][]float64
		for i := range parameters {
			gradients = append(gradients, slices.Clone(p.Gradient(i)))
		}
		if first == nil {
			first = gradients
		}
		for i := range gradients {
			if !slices.Equal(gradients[i], first[i]) {
				t.Fatalf("the gradient of %s differs", parameters[i].Name)
			}
		}
	}
}

// The extremes of depth and width compile, run and stay finite.
func TestDeepAndWideNetworksRun(t *testing.T) {
	for _, hidden := range [][]int{slices.Repeat([]int{1}, 100), slices.Repeat([]int{64}, 100), {4096}, {1, 4096, 1}} {
		for _, names := range [][]string{nil, {"batch-norm", "dropout:0.1", "residual"}, {"layer-norm", "residual:2"}} {
			n := withParts(t, hidden, GELU, names...)
			parameters := n.NewParameters()
			p, err := Compile(n, parameters, 8, Options{Purpose: Training, Statistics: n.NewStatistics()})
			if err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(1, 1))
			randomise(p, parameters, rng)
			for _, q := range parameters {
				if q.Weight {
					for i := range q.Values {
						q.Values[i] /= math.Sqrt(float64(q.Rows))
					}
				}
			}
			p.Draw(rng)
			if err := p.Run(); err != nil {
				t.Fatal(err)
			}
			for i := range parameters {
				if slices.ContainsFunc(p.Gradient(i), func(g float64) bool { return math.IsNaN(g) || math.IsInf(g, 0) }) {
					t.Errorf("%v, %v: the gradient of %s is not finite", n, names, parameters[i].Name)
				}
			}
			p.Close()
		}
	}
}

func TestPartsKeepTheirNames(t *testing.T) {
	for _, k := range PartKinds() {
		if len(k.Examples) == 0 || k.Usage == "" || !strings.HasPrefix(k.Form, k.Name) {
			t.Errorf("%+v lacks examples, usage or form", k)
		}
		for _, name := range k.Examples {
			if part, err := PartNamed(name); err != nil || part.Name() != name {
				t.Errorf("%s: %v, %v", name, part, err)
			}
		}
	}
}

func TestBadPartsAreRefused(t *testing.T) {
	for name, want := range map[string]string{
		"batchnorm":     "did you mean batch-norm? Choose one of affine, affine-after, batch-norm, batch-norm-after, dropout",
		"":              "unknown layer part",
		"batch-norm:3":  "beside a variance",
		"affine:3":      "no argument",
		"dropout":       "write it like dropout:0.2",
		"dropout:1":     "below 1",
		"dropout:-0.1":  "from 0",
		"dropout:NaN":   "rate",
		"residual:0":    "is not a number of layers",
		"residual:many": "is not a number of layers",
	} {
		if _, err := PartNamed(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", name, err, want)
		}
	}
	for want, parts := range map[string][]Part{
		`batch-norm and layer-norm both have an array "gain"`: {BatchNorm{}, LayerNorm{}},
		"two parts have an input named mask1":                 {Dropout{0.1}, Dropout{0.2}},
		"rate 2":                                              {Dropout{2}},
		"around 0 layers":                                     {Residual{}},
		"a part is nil":                                       {nil},
	} {
		n := MLP(2, []int{3}, ReLU, Logits)
		n.Layers[0].Parts = parts
		if err := n.Validate(); err == nil {
			_, err = Compile(n, n.NewParameters(), 2, Options{Purpose: Training, Statistics: n.NewStatistics()})
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "layer 1") {
				t.Errorf("got %v, want %q in it", err, want)
			}
		} else if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "layer 1") {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	n := MLP(2, []int{3}, ReLU, Logits)
	n.Layers[1].Parts = []Part{Dropout{0.1}}
	if err := n.Validate(); err == nil || !strings.Contains(err.Error(), "output layer has a part, dropout:0.1") {
		t.Errorf("got %v", err)
	}
	n = withParts(t, []int{3}, ReLU, "batch-norm")
	if _, err := Compile(n, n.NewParameters(), 2, Options{}); err == nil || !strings.Contains(err.Error(), "0 statistics: this one needs 2") {
		t.Errorf("got %v", err)
	}
}
