package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/graph/machine/elementary"
)

// head is an output layer with its loss.
type head struct {
	loss   Loss
	units  int
	output Activation
}

func (h head) String() string { return fmt.Sprintf("%s at %d %s", h.loss.Name, h.units, h.output.Name) }

// network is a network of three inputs with the head.
func (h head) network(hidden ...int) Architecture {
	a := MLP(3, hidden, Tanh, h.loss).WithOutputs(h.units)
	a.Layers[len(hidden)].Activation = h.output
	return a
}

// heads are every loss of the table at one and at several units, and squared errors at other
// outputs than the usual one.
func heads() []head {
	var all []head
	for _, loss := range Losses() {
		for _, units := range []int{1, 2, 5} {
			if _, err := loss.takes(units); err == nil {
				all = append(all, head{loss, units, loss.Output})
			}
		}
	}
	for _, output := range []Activation{Sigmoid, Tanh, ReLU, GELU} {
		all = append(all, head{SquaredError, 1, output}, head{HalfSquaredError, 3, output})
	}
	return append(all, head{SquaredError, 3, SoftmaxOutput})
}

// randomiseTargets fills parameters, inputs, targets and, if there are any, the rows' weights.
func randomiseTargets(p *Program, parameters []Parameter, rng *rand.Rand) {
	randomise(p, parameters, rng)
	for i := range p.Weights {
		p.Weights[i] = 3 * rng.Float64()
	}
	outputs := p.architecture.Outputs()
	for from := 0; from < len(p.Y); from += outputs {
		row := p.Y[from : from+outputs]
		switch p.architecture.Targets() {
		case Classes:
			clear(row)
			row[rng.IntN(outputs)] = 1
		case Numbers:
			for i := range row {
				row[i] = rng.NormFloat64()
			}
		}
	}
}

func TestGradientsOfHeadsEqualFiniteDifferences(t *testing.T) {
	for _, h := range heads() {
		for _, reduction := range Reductions() {
			for _, rows := range []int{1, 6, 7} { // of the 6 each has a weight
				for _, hidden := range [][]int{{}, {4, 2}} {
					t.Run(fmt.Sprint(h, reduction, rows, hidden), func(t *testing.T) {
						t.Parallel()
						a := h.network(hidden...)
						a.Reduction, a.L2 = reduction, 0.3*float64(len(hidden))
						parameters := a.NewParameters()
						p, err := Compile(a, parameters, rows, Options{Purpose: Training, Weighted: rows == 6})
						if err != nil {
							t.Fatal(err)
						}
						defer p.Close()
						randomiseTargets(p, parameters, rand.New(rand.NewPCG(1, uint64(rows))))
						checkDifferences(t, p, parameters)
					})
				}
			}
		}
	}
}

// Gorgonia's TapeMachine runs the operators' own Do; in float32 everything is rounded.
func TestEnginesAndPrecisionsAgreeOnHeads(t *testing.T) {
	for _, h := range heads() {
		for _, rows := range []int{1, 5, 6, 64} {
			a := h.network(8, 3)
			a.L2 = 0.01
			single := a
			single.Precision = Single
			parameters := a.NewParameters()
			var outputs [3][][]float64
			for i, with := range []struct {
				Architecture
				Engine
			}{{a, Tape}, {a, Planned}, {single, Planned}} {
				p, err := Compile(with.Architecture, parameters, rows, Options{Purpose: Training, Engine: with.Engine, Weighted: rows == 6})
				if err != nil {
					t.Fatal(err)
				}
				randomiseTargets(p, parameters, rand.New(rand.NewPCG(7, uint64(rows))))
				if err := p.Run(); err != nil {
					t.Fatal(err)
				}
				outputs[i] = [][]float64{slices.Clone(p.Output()), {p.Objective(), p.ReportedLoss()}}
				for j := range parameters {
					outputs[i] = append(outputs[i], slices.Clone(p.Gradient(j)))
				}
			}
			for i, tolerance := range map[int]float64{1: 1e-14, 2: 2e-5} {
				for j, want := range outputs[0] {
					for k, w := range want {
						if got := outputs[i][j][k]; !(math.Abs(got-w) <= tolerance*max(1, slices.Max(want), -slices.Min(want))) {
							t.Errorf("%v, %d rows: output %d[%d] is %v planned (%d), %v on tape", h, rows, j, k, got, i, w)
						}
					}
				}
			}
		}
	}
}

func TestHeadsRunOnCertifiedKernelsOnly(t *testing.T) {
	for _, h := range heads() {
		for _, precision := range []Precision{Double, Single} {
			a := h.network(8)
			a.Precision, a.L2 = precision, 0.01
			p, err := Compile(a, a.NewParameters(), 64, Options{Purpose: Training, Weighted: true})
			if err != nil {
				t.Fatal(err)
			}
			plan, err := p.Plan()
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range plan.Nodes {
				if n.Reason != "" {
					t.Errorf("%v in %v: %s: %s", h, precision, n.Name, n.Reason)
				}
			}
			if plan.Opaque != 0 {
				t.Errorf("%v in %v: %d operators run by their own Do", h, precision, plan.Opaque)
			}
			if estimate := a.TrainingBytes(64); uint64(plan.Arena) > estimate {
				t.Errorf("%v: %d bytes of intermediate results, estimated %d", h, plan.Arena, estimate)
			}
		}
	}
}

func TestStepsOfHeadsDoNotAllocate(t *testing.T) {
	for _, h := range heads() {
		for _, precision := range []Precision{Double, Single} {
			a := h.network(8)
			a.Precision, a.L2, a.Reduction = precision, 0.01, HalfMean
			p, err := Compile(a, a.NewParameters(), 33, Options{Purpose: Training, Weighted: true})
			if err != nil {
				t.Fatal(err)
			}
			if allocations := testing.AllocsPerRun(10, func() {
				if err := p.Run(); err != nil {
					t.Fatal(err)
				}
			}); allocations != 0 {
				t.Errorf("%v in %v: %v allocations a step", h, precision, allocations)
			}
		}
	}
}

// Whole weights count a row as often, and of a weight of 0 not at all.
func TestWeightsCountRowsAsOften(t *testing.T) {
	for _, h := range heads() {
		for _, reduction := range Reductions() {
			a := h.network(4)
			a.Reduction, a.L2 = reduction, 0.1
			parameters := a.NewParameters()
			weighted, err := Compile(a, parameters, 3, Options{Purpose: Training, Weighted: true})
			if err != nil {
				t.Fatal(err)
			}
			repeated, err := Compile(a, parameters, 6, Options{Purpose: Training})
			if err != nil {
				t.Fatal(err)
			}
			if repeated.Weights != nil {
				t.Fatal("weights that were not asked for")
			}
			randomiseTargets(weighted, parameters, rand.New(rand.NewPCG(2, 3)))
			copy(weighted.Weights, []float64{4, 0, 2})
			rows, k := []int{0, 0, 0, 0, 2, 2}, h.units
			for i, row := range rows {
				copy(repeated.X[3*i:3*i+3], weighted.X[3*row:])
				copy(repeated.Y[k*i:k*i+k], weighted.Y[k*row:])
			}
			for _, p := range []*Program{weighted, repeated} {
				if err := p.Run(); err != nil {
					t.Fatal(err)
				}
			}
			// What is divided by, and the penalty, is once for each row that there is.
			times := reduction.Divisor(6, k) / reduction.Divisor(3, k)
			penalty := 0.0
			for i, p := range parameters {
				for j, v := range p.Values {
					ofPenalty := 0.0
					if p.Weight {
						ofPenalty, penalty = a.L2*v, penalty+a.L2/2*v*v
					}
					got, want := weighted.Gradient(i)[j]-ofPenalty, float64(times)*(repeated.Gradient(i)[j]-ofPenalty)
					if !(math.Abs(got-want) <= 1e-13*(1+math.Abs(want))) {
						t.Errorf("%v, %s: gradient of %s[%d] is %v, want %v", h, reduction, p.Name, j, got, want)
					}
				}
			}
			got, want := weighted.Objective()-penalty, float64(times)*(repeated.Objective()-penalty)
			if !(math.Abs(got-want) <= 1e-13*(1+math.Abs(want))) {
				t.Errorf("%v, %s: objective %v, want %v", h, reduction, got, want)
			}
			if reported := repeated.ReportedLoss(); h.loss.Output.Name == Sigmoid.Name && k == 1 {
				if got, want := weighted.ReportedLoss(), 2*reported; !(math.Abs(got-want) <= 1e-13*(1+want)) {
					t.Errorf("%v: reported %v, want %v", h, got, want)
				}
			}
		}
	}
}

// A network that is linear in one input of 1 has its biases for logits.
func scores(t *testing.T, h head, z, y []float64, change func(*Architecture)) *Program {
	t.Helper()
	a := MLP(1, nil, Activation{}, h.loss).WithOutputs(h.units)
	a.Layers[0].Activation = h.output
	if change != nil {
		change(&a)
	}
	parameters := a.NewParameters()
	copy(parameters[1].Values, z)
	p, err := Compile(a, parameters, 1, Options{Purpose: Training})
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Y, y)
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return p
}

// Every reduction divides the same sum, and the penalty is beside it.
func TestReductionsDivideTheSum(t *testing.T) {
	for _, h := range heads() {
		a := h.network(4)
		for reduction, divisor := range map[Reduction]float64{"": 5, Mean: 5, Sum: 1, MeanAll: 5 * float64(h.units), HalfSum: 2, HalfMean: 10} {
			var objectives, reported [2]float64
			for i, change := range []func(){
				func() { a.Reduction, a.L2 = Sum, 0 },
				func() { a.Reduction, a.L2 = reduction, 0.5 },
			} {
				change()
				parameters := a.NewParameters()
				p, err := Compile(a, parameters, 5, Options{Purpose: Scoring})
				if err != nil {
					t.Fatal(err)
				}
				randomiseTargets(p, parameters, rand.New(rand.NewPCG(2, 3)))
				if err := p.Run(); err != nil {
					t.Fatal(err)
				}
				objectives[i], reported[i] = p.Objective(), p.ReportedLoss()
				if a.L2 > 0 {
					for _, q := range parameters {
						for _, w := range q.Values {
							if q.Weight {
								objectives[i] -= 0.25 * w * w
							}
						}
					}
				}
			}
			if !close(objectives[1], objectives[0]/divisor, 1e-13) {
				t.Errorf("%v, reduction %q: %v of a sum of %v", h, reduction, objectives[1], objectives[0])
			}
			article := h.loss.Output.Name == Sigmoid.Name && h.units == 1
			if want := objectives[1]; !article && !close(reported[1], want, 1e-13) || article && reported[1] != reported[0] {
				t.Errorf("%v, reduction %q: reported %v, objective without the penalty %v", h, reduction, reported[1], want)
			}
		}
	}
}

// The softmax's second column, its loss and its derivatives are those of one sigmoid unit
// with the difference of the logits, to the last bit, also where p - y is 0.
func TestTwoLogitsAreOneSigmoidUnit(t *testing.T) {
	for _, z0 := range []float64{0, 0.3, -7, 400, -400, 1e-3} {
		for _, d := range hardInputs {
			for label := range 2 {
				z1 := z0 + d
				y := []float64{1 - float64(label), float64(label)}
				p := scores(t, head{Softmax, 2, SoftmaxOutput}, []float64{z0, z1}, y, nil)
				objective, _, slope := single(t, Logits, z1-z0, y[1])
				if got, want := p.Output()[1], elementary.Sigmoid(z1-z0); !close(got, want, 1e-15) {
					t.Errorf("softmax of %v, %v is %v, not σ(z1-z0) = %v", z0, z1, got, want)
				}
				if !close(p.Objective(), objective, 1e-15) || !close(p.Gradient(1)[1], slope, 1e-15) || !close(p.Gradient(1)[0], -slope, 1e-15) {
					t.Errorf("z = %v, %v, label %d: loss %v and derivatives %v, want %v and ±%v", z0, z1, label, p.Objective(), p.Gradient(1), objective, slope)
				}
				one := scores(t, head{Logits, 1, Sigmoid}, []float64{z1 - z0}, y[1:], nil)
				if p.Output()[1] != one.Output()[0] {
					t.Errorf("softmax of %v, %v is %v, one unit gives %v", z0, z1, p.Output()[1], one.Output()[0])
				}
			}
		}
	}
}

// Logits of ±800 give finite losses and derivatives in both precisions, the same but for
// rounding, however certain and however wrong they are.
func TestHeadsAreSoundAtExtremeLogits(t *testing.T) {
	for _, h := range heads() {
		extremes := []float64{800, -800, 0, 799.5, -800}
		for shift := range h.units {
			y := make([]float64, h.units)
			y[shift] = 1
			for from := range 3 {
				z := slices.Concat(extremes[from:], extremes)[:h.units]
				double := scores(t, h, z, y, nil)
				single := scores(t, h, z, y, func(a *Architecture) { a.Precision = Single })
				for i, pair := range [][2][]float64{
					{single.Output(), double.Output()}, {single.Gradient(1), double.Gradient(1)}, {{single.Objective()}, {double.Objective()}},
				} {
					for j, want := range pair[1] {
						if math.IsNaN(want) || math.IsInf(want, 0) || !(math.Abs(pair[0][j]-want) <= 1e-6*max(1, math.Abs(want))) {
							t.Errorf("%v, z = %v, y = %v: %d[%d] is %v in float64, %v in float32", h, z, y, i, j, want, pair[0][j])
						}
					}
				}
			}
		}
	}
}

func TestHingeWantsAMargin(t *testing.T) {
	for _, c := range []struct {
		z, y      []float64
		objective float64
		slopes    []float64
	}{
		{[]float64{0.25}, []float64{1}, 0.75, []float64{-1}},
		{[]float64{0.25}, []float64{0}, 1.25, []float64{1}},
		{[]float64{1}, []float64{1}, 0, []float64{0}}, // the kink
		{[]float64{-1}, []float64{0}, 0, []float64{0}},
		{[]float64{-800}, []float64{1}, 801, []float64{-1}},
		{[]float64{1, 0.5, 3}, []float64{1, 0, 0}, 3.5, []float64{-2, 1, 1}},
		{[]float64{1, 0, 2}, []float64{1, 0, 0}, 2, []float64{-1, 0, 1}}, // z_1 at the kink
		{[]float64{800, -800, 0}, []float64{0, 1, 0}, 2402, []float64{1, -2, 1}},
		{[]float64{800, -800}, []float64{1, 0}, 0, []float64{0, 0}},
	} {
		p := scores(t, head{Hinge, len(c.z), Identity}, c.z, c.y, nil)
		if p.Objective() != c.objective || !slices.Equal(p.Gradient(1), c.slopes) || !slices.Equal(p.Output(), c.z) {
			t.Errorf("z = %v, y = %v: %v with slopes %v and outputs %v, want %v with %v", c.z, c.y, p.Objective(), p.Gradient(1), p.Output(), c.objective, c.slopes)
		}
	}
}

func TestLossesAndReductionsHaveNames(t *testing.T) {
	for alias, name := range map[string]string{"bce": "logits", "cross-entropy": "softmax", "hinge": "hinge", "half-mse": "half-mse"} {
		if l, err := LossNamed(alias); err != nil || l.Name != name {
			t.Errorf("%s is %q, %v", alias, l.Name, err)
		}
	}
	for _, r := range Reductions() {
		if got, err := ReductionNamed(string(r)); err != nil || got != r {
			t.Errorf("%s is %q, %v", r, got, err)
		}
	}
	if _, err := LossNamed("sofmax"); err == nil || !strings.Contains(err.Error(), "did you mean softmax?") {
		t.Errorf("got %v", err)
	}
	if _, err := ReductionNamed("men"); err == nil || !strings.Contains(err.Error(), "did you mean mean?") {
		t.Errorf("got %v", err)
	}
}

func TestHeadsThatDoNotFitAreRefusedWithAdvice(t *testing.T) {
	for _, c := range []struct {
		head
		change func(*Architecture)
		want   string
	}{
		{head{Softmax, 1, SoftmaxOutput}, nil, "take logits for two classes"},
		{head{Softmax, 3, Identity}, nil, "3 identity units: loss softmax needs softmax units"},
		{head{Hinge, 1, Sigmoid}, nil, "loss hinge needs identity units"},
		{head{ArticleLoss, 3, Sigmoid}, nil, "take logits for several"},
		{head{ArticleLoss, 1, Identity}, nil, "loss article needs sigmoid units"},
		{head{SquaredError, 1, SoftmaxOutput}, nil, "needs two units or more"},
		{head{SquaredError, 1, Identity}, func(a *Architecture) { a.L2 = -1 }, "L2 penalty -1: it must be a number from 0"},
		{head{SquaredError, 1, Identity}, func(a *Architecture) { a.L2 = math.NaN() }, "L2 penalty NaN"},
		{head{SquaredError, 1, Identity}, func(a *Architecture) { a.Reduction = "most" }, `unknown reduction "most"`},
		{head{Softmax, 3, SoftmaxOutput}, func(a *Architecture) { a.Layers[0].Activation = SoftmaxOutput }, "layer 1 is a softmax: only the output layer may be one"},
	} {
		a := c.network(4)
		if c.change != nil {
			c.change(&a)
		}
		if err := a.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %q in it", c.head, err, c.want)
		}
	}
}

func TestTargetsThatDoNotFitAreRefusedWithAdvice(t *testing.T) {
	for _, c := range []struct {
		head
		y    []float64
		want string // "" for targets that fit
	}{
		{head{Softmax, 3, SoftmaxOutput}, []float64{0, 1, 0, 1, 0, 0}, ""},
		{head{Softmax, 3, SoftmaxOutput}, []float64{0, 1, 0, 1, 1, 0}, "row 1 of the targets is [1 1 0]: loss softmax takes one 1"},
		{head{Softmax, 3, SoftmaxOutput}, []float64{0, 0, 0}, "(one-hot)"},
		{head{Softmax, 3, SoftmaxOutput}, []float64{0.5, 0.5, 0}, "row 0, column 0 of the targets is 0.5: loss softmax takes 0 or 1"},
		{head{Softmax, 3, SoftmaxOutput}, []float64{2, 0}, "2 targets are not one or more rows of 3"},
		{head{Logits, 2, Sigmoid}, []float64{1, 1, 0, 0}, ""},
		{head{Logits, 2, Sigmoid}, []float64{1, -1}, "takes 0 or 1"},
		{head{Hinge, 1, Identity}, []float64{1, 0}, ""},
		{head{Hinge, 2, Identity}, []float64{1, 1}, "(one-hot)"},
		{head{SquaredError, 2, Identity}, []float64{-2, 1e300}, ""},
		{head{SquaredError, 2, Identity}, []float64{1, math.Inf(1)}, "row 0, column 1 of the targets is +Inf: they have to be finite"},
	} {
		err := c.network().CheckTargets(c.y)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v: got %v for %v, want %q in it", c.head, err, c.y, c.want)
		}
	}
}

// The derivative of p_i by x_k is Σ_j p_i (δ_ij - p_j) W_kj.
func TestSensitivityOfSoftmaxIsItsJacobian(t *testing.T) {
	a := head{Softmax, 4, SoftmaxOutput}.network()
	parameters := a.NewParameters()
	s, err := CompileSensitivity(a, parameters, nil, 1, Point{1, PostActivation})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rng := rand.New(rand.NewPCG(9, 9))
	w := parameters[0]
	for i := range w.Values {
		w.Values[i] = rng.NormFloat64()
	}
	copy(s.X, []float64{0.3, -1, 2})
	for i := range 4 {
		clear(s.Weights)
		s.Weights[i] = 1
		if err := s.Run(); err != nil {
			t.Fatal(err)
		}
		p := s.Values()
		for k := range 3 {
			want := p[i] * w.Values[k*4+i]
			for j := range p {
				want -= p[i] * p[j] * w.Values[k*4+j]
			}
			if got := s.Gradient()[k]; math.Abs(got-want) > 1e-15 {
				t.Errorf("derivative of p_%d by x_%d is %v, want %v", i, k, got, want)
			}
		}
	}
}
