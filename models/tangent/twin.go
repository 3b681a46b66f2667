package tangent

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/memory"
	"actscope/models"
)

// Course is how a network's linearised twin is trained.
type Course struct {
	// Loss is the reported loss of each epoch, as the network's: the plain mean of the batches', each
	// before its step. It ends where Diverged says in which epoch (from 1) it was no number.
	Loss     []float64
	Diverged int
	// Train and Test are the outputs' pre-activations after the last epoch, rows × outputs.
	Train, Test []float64
	// InParameters says that it was trained as parameters, not as outputs.
	InParameters bool
}

// Linearised trains f₀ + J₀ (θ - θ₀), the network at its parameters θ₀ made linear in them, on the
// rows of a set as the network would be: with the same rate, batches and shuffles, which are those
// of the training's stream, and which this advances. Where steps are plain descent or momentum
// without penalty and clipping, they are taken on the outputs: f ← f - rate n/|B| K_B (p_B - y_B);
// else on the parameters, for which J is needed. There are no masks of dropout. Test rows follow.
func Linearised(ctx context.Context, net *models.Network, train, test data.Set, training models.Training) (*Course, error) {
	if err := training.Validate(); err != nil {
		return nil, err
	}
	y, err := net.TargetRows(train)
	if err != nil {
		return nil, err
	}
	weights, err := training.RowWeights(train)
	if err != nil {
		return nil, err
	}
	g, err := Of(ctx, net, train.X)
	if err != nil {
		return nil, err
	}
	h, err := Of(ctx, net, test.X)
	if err != nil {
		return nil, err
	}
	t := &twin{
		objective: objectiveOf(net.Architecture()), training: training, y: y, weights: weights,
		f: append([]float64(nil), g.Values...), order: make([]int, g.Rows),
	}
	coefficient, ahead, plain := dual(training.Optimiser)
	if plain && training.Clip == 0 && training.WeightDecay == 0 && training.L1 == 0 && net.Architecture().L2 == 0 {
		t.steps, err = newOutputs(g, h, coefficient, ahead)
	} else {
		t.steps, err = newParameters(net, g, h, training)
	}
	if err != nil {
		return nil, err
	}
	return t.run(ctx)
}

// dual says which steps can be taken on the outputs.
func dual(o models.Optimiser) (coefficient float64, ahead, plain bool) {
	switch o := o.(type) {
	case nil, models.Descent:
		return 0, false, true
	case models.Momentum:
		return o.Coefficient, false, true
	case models.Nesterov:
		return o.Coefficient, true, true
	}
	return 0, false, false
}

// twin is a network in training whose outputs are linear in its parameters.
type twin struct {
	objective objective
	training  models.Training
	y         []float64 // rows × outputs
	weights   []float64 // of the rows, nil where they count alike
	f         []float64 // rows × outputs
	order     []int
	steps     stepper
}

// stepper moves the outputs f of all rows, or at least sets those of rows when they are asked for.
type stepper interface {
	// bring makes f what it is now for these rows.
	bring(f []float64, rows []int)
	// step descends, given the derivatives of the objective by the outputs of these rows.
	step(f []float64, rows []int, gradient []float64, rate float64) (finite bool)
	// test are the outputs of the test rows.
	test() []float64
}

func (t *twin) run(ctx context.Context) (*Course, error) {
	rows, outputs := len(t.order), t.objective.outputs
	batch := min(t.training.Batch, rows)
	course := &Course{}
	_, course.InParameters = t.steps.(*parameters)
	z, y, gradient := make([]float64, batch*outputs), make([]float64, batch*outputs), make([]float64, batch*outputs)
	var weights []float64
	for epoch := 1; epoch <= t.training.Epochs; epoch++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t.training.Shuffle.PermutationInto(t.order)
		sum, batches := 0.0, 0
		for first := 0; first < rows; first += batch {
			chosen := t.order[first:min(first+batch, rows)]
			t.steps.bring(t.f, chosen)
			if weights = weights[:0]; t.weights != nil {
				for _, row := range chosen {
					weights = append(weights, t.weights[row])
				}
			}
			n := len(chosen) * outputs
			divisor := t.objective.divisor(len(chosen))
			for i, row := range chosen {
				from, to := i*outputs, (i+1)*outputs
				copy(z[from:to], t.f[row*outputs:])
				copy(y[from:to], t.y[row*outputs:])
				t.objective.residual(gradient[from:to], z[from:to], y[from:to])
				if t.weights != nil {
					floats.Scale(weights[i], gradient[from:to])
				}
			}
			floats.Scale(1/divisor, gradient[:n])
			if t.weights == nil {
				weights = nil
			}
			sum += t.objective.reported(z[:n], y[:n], weights)
			batches++
			if !t.steps.step(t.f, chosen, gradient[:n], t.training.Rate) || math.IsNaN(sum) || math.IsInf(sum, 0) {
				course.Diverged = epoch
				return course, nil
			}
		}
		course.Loss = append(course.Loss, sum/float64(batches))
	}
	all := make([]int, rows)
	for i := range all {
		all[i] = i
	}
	t.steps.bring(t.f, all)
	course.Train, course.Test = t.f, t.steps.test()
	return course, nil
}

// outputs takes steps on the outputs.
type outputs struct {
	kernel      *mat.Dense // over the rows
	cross       *mat.Dense // test places × places
	testStart   []float64
	rows        float64
	outputs     int
	coefficient float64
	ahead       bool
	velocity    []float64 // of the places, nil without momentum
	moved       []float64 // rate times what was descended along, added up
}

func newOutputs(g, test *Gradients, coefficient float64, ahead bool) (*outputs, error) {
	s := &outputs{
		kernel: g.Cross(g), cross: test.Cross(g), testStart: test.Values, rows: float64(g.Rows), outputs: g.Outputs,
		coefficient: coefficient, ahead: ahead, moved: make([]float64, g.Places()),
	}
	if coefficient != 0 {
		s.velocity = make([]float64, g.Places())
	}
	return s, nil
}

func (s *outputs) bring([]float64, []int) {}

func (s *outputs) step(f []float64, rows []int, gradient []float64, rate float64) bool {
	if s.velocity != nil {
		floats.Scale(s.coefficient, s.velocity)
	}
	descend := func(place int, v float64) {
		s.moved[place] += v
		floats.AddScaled(f, -v*s.rows, s.kernel.RawRowView(place)) // it is symmetric
	}
	for i, row := range rows {
		for output := range s.outputs {
			place, g := row*s.outputs+output, gradient[i*s.outputs+output]
			if s.velocity == nil {
				descend(place, rate*g)
				continue
			}
			s.velocity[place] += g
			if s.ahead {
				descend(place, rate*g)
			}
		}
	}
	for place, v := range s.velocity {
		if s.ahead {
			v *= s.coefficient
		}
		if v != 0 {
			descend(place, rate*v)
		}
	}
	return true
}

func (s *outputs) test() []float64 {
	f := mat.NewVecDense(len(s.testStart), append([]float64(nil), s.testStart...))
	var moved mat.VecDense
	moved.MulVec(s.cross, mat.NewVecDense(len(s.moved), s.moved))
	f.AddScaledVec(f, -s.rows, &moved)
	return f.RawVector().Data
}

// parameters takes steps on the parameters.
type parameters struct {
	j, jTest           *mat.Dense
	start, startTest   []float64
	theta, begin, grad []float64
	weight             []bool // of each parameter
	outputs            int
	training           models.Training
	l2                 float64
	rule               *models.Steps
}

func newParameters(net *models.Network, g, test *Gradients, training models.Training) (*parameters, error) {
	size := net.ParameterCount()
	if err := memory.Check("hidden", "the gradients of all rows", JacobianBytes(g.Places()+test.Places(), size), memoryAdvice); err != nil {
		return nil, err
	}
	s := &parameters{
		start: append([]float64(nil), g.Values...), startTest: test.Values, grad: make([]float64, size),
		outputs: g.Outputs, training: training, l2: net.Architecture().L2, rule: models.NewSteps(training.Optimiser, size),
	}
	for _, p := range net.Parameters {
		s.begin = append(s.begin, p.Values...)
		for range p.Values {
			s.weight = append(s.weight, p.Weight)
		}
	}
	s.theta = append([]float64(nil), s.begin...)
	var err error
	if s.j, err = g.Jacobian(); err != nil {
		return nil, err
	}
	s.jTest, err = test.Jacobian()
	return s, err
}

func (s *parameters) bring(f []float64, rows []int) {
	moved := make([]float64, len(s.theta))
	floats.SubTo(moved, s.theta, s.begin)
	for _, row := range rows {
		for place := row * s.outputs; place < (row+1)*s.outputs; place++ {
			f[place] = s.start[place] + floats.Dot(s.j.RawRowView(place), moved)
		}
	}
}

func (s *parameters) step(_ []float64, rows []int, gradient []float64, rate float64) bool {
	clear(s.grad)
	for i, row := range rows {
		for output := range s.outputs {
			floats.AddScaled(s.grad, gradient[i*s.outputs+output], s.j.RawRowView(row*s.outputs+output))
		}
	}
	for i, weight := range s.weight {
		if weight {
			s.grad[i] += s.l2 * s.theta[i]
		}
	}
	if norm := floats.Norm(s.grad, 2); s.training.Clip > 0 && norm > s.training.Clip {
		floats.Scale(s.training.Clip/norm, s.grad)
	}
	if s.training.WeightDecay > 0 {
		for i, weight := range s.weight {
			if weight {
				s.theta[i] *= 1 - rate*s.training.WeightDecay
			}
		}
	}
	finite := s.rule.Step(s.theta, s.grad, rate)
	if by := rate * s.training.L1; by > 0 {
		for i, weight := range s.weight {
			if weight {
				models.Shrink(s.theta[i:i+1], by)
			}
		}
	}
	return finite
}

func (s *parameters) test() []float64 {
	moved := mat.NewVecDense(len(s.theta), nil)
	moved.SubVec(mat.NewVecDense(len(s.theta), s.theta), mat.NewVecDense(len(s.begin), s.begin))
	f := mat.NewVecDense(len(s.startTest), nil)
	f.MulVec(s.jTest, moved)
	floats.Add(f.RawVector().Data, s.startTest)
	return f.RawVector().Data
}

// Outputs are what the output layer makes of pre-activations, such as probabilities: as
// [models.Network.Predict] gives them.
func Outputs(a graph.Architecture, z []float64) []float64 {
	o, p := objectiveOf(a), make([]float64, len(z))
	if o.output.Name != graph.SoftmaxOutput.Name {
		for i, v := range z {
			p[i] = o.output.Value(v)
		}
		return p
	}
	for from := 0; from < len(z); from += o.outputs {
		softmax(p[from:from+o.outputs], z[from:from+o.outputs])
	}
	return p
}

// Apart is the first epoch (from 1) in which two losses differ by more than a share of the second;
// 0 where there is none among those that both have.
func Apart(twin, network []float64, share float64) int {
	for i := range min(len(twin), len(network)) {
		if math.Abs(twin[i]-network[i]) > share*math.Abs(network[i]) {
			return i + 1
		}
	}
	return 0
}

// Reached is the first epoch (from 1) whose loss is at most a bound; 0 where there is none.
func Reached(losses []float64, bound float64) int {
	for i, loss := range losses {
		if loss <= bound {
			return i + 1
		}
	}
	return 0
}
