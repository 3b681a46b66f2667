package tangent

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/memory"
	"actscope/internal/npz"
	"actscope/models"
)

// network draws a network with random numbers in every parameter.
func network(t testing.TB, spec models.MLP) *models.Network {
	t.Helper()
	net, err := models.NewMLP(spec, data.NewRandomState(3))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, p := range net.Parameters {
		for i := range p.Values {
			p.Values[i] += 0.3 * random.NormFloat64()
		}
	}
	return net
}

// points are rows × columns Gaussians.
func points(rows, columns int) []float64 {
	random, x := rand.New(rand.NewPCG(7, 7)), make([]float64, rows*columns)
	for i := range x {
		x[i] = random.NormFloat64()
	}
	return x
}

func activation(t testing.TB, name string) graph.Activation {
	t.Helper()
	a, err := graph.ActivationNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func parts(t testing.TB, names ...string) []graph.Part {
	t.Helper()
	all, err := graph.PartsNamed(names)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func jacobian(t testing.TB, net *models.Network, x []float64) (*Gradients, *mat.Dense) {
	t.Helper()
	g, err := Of(context.Background(), net, x)
	if err != nil {
		t.Fatal(err)
	}
	j, err := g.Jacobian()
	if err != nil {
		t.Fatal(err)
	}
	return g, j
}

func TestGradientsAreThoseOfPyTorch(t *testing.T) {
	arrays, err := npz.ReadFile("testdata/tangent.npz")
	if err != nil {
		t.Fatal(err)
	}
	for name, spec := range map[string]models.MLP{
		"sigmoid":    {Hidden: []int{5, 4}, Activation: graph.Sigmoid},
		"relu":       {Hidden: []int{6}, Activation: graph.ReLU},
		"deep":       {Hidden: []int{3, 4, 3, 4}, Activation: graph.Tanh},
		"classes":    {Hidden: []int{5, 4}, Activation: graph.GELU, Outputs: 3, Loss: graph.Softmax},
		"normalised": {Hidden: []int{4, 5}, Activation: activation(t, "silu"), Outputs: 2, Parts: parts(t, "batch-norm")},
		"rows":       {Hidden: []int{4, 4}, Activation: graph.Tanh, Parts: parts(t, "layer-norm")},
		"shortcut":   {Hidden: []int{4, 4, 4}, Activation: graph.Sigmoid, Parts: parts(t, "residual")},
		"single":     {Activation: graph.Sigmoid, Outputs: 2},
	} {
		t.Run(name, func(t *testing.T) {
			take := func(what string) npz.Array {
				a, ok := arrays.Lookup(name + "_" + what)
				if !ok {
					t.Fatalf("no array %s_%s", name, what)
				}
				return a
			}
			spec.Inputs = 3
			net := network(t, spec)
			for _, p := range net.Parameters {
				copy(p.Values, take(p.Name).Values)
			}
			x := take("x").Values
			if err := net.AdoptStatistics(x); err != nil {
				t.Fatal(err)
			}
			_, j := jacobian(t, net, x)
			want := take("J")
			if rows, columns := j.Dims(); rows != want.Shape[0] || columns != want.Shape[1] {
				t.Fatalf("J is %d × %d, PyTorch's %v", rows, columns, want.Shape)
			}
			for i, v := range j.RawMatrix().Data {
				if !(math.Abs(v-want.Values[i]) <= 1e-12*max(1, math.Abs(want.Values[i]))) {
					t.Fatalf("entry %d of J is %v, PyTorch has %v", i, v, want.Values[i])
				}
			}
		})
	}
}

// kinds are networks with everything that a layer may have.
func kinds(t testing.TB) map[string]models.MLP {
	all := map[string]models.MLP{
		"formula":     {Hidden: []int{4, 3}, Activation: activation(t, "z*exp(-z*z)")},
		"classes":     {Hidden: []int{4}, Activation: graph.Tanh, Outputs: 3, Loss: graph.Softmax},
		"numbers":     {Hidden: []int{4}, Activation: graph.Sigmoid, Outputs: 2, Loss: graph.SquaredError},
		"single":      {Hidden: []int{4}, Activation: graph.Tanh, Precision: graph.Single},
		"mixed":       {Hidden: []int{4, 4}, Activations: []graph.Activation{graph.Tanh, graph.Sigmoid}},
		"dropout":     {Hidden: []int{4, 4}, Activation: graph.Tanh, Parts: parts(t, "dropout:0.5")},
		"two parts":   {Hidden: []int{4, 4}, Activation: graph.Sigmoid, Parts: parts(t, "batch-norm", "layer-norm-after:0.001", "residual")[:1]},
		"three parts": {Hidden: []int{4, 4}, Activation: graph.Sigmoid, Parts: parts(t, "layer-norm", "residual", "dropout:0.2")},
	}
	for _, kind := range graph.PartKinds() {
		for _, example := range kind.Examples {
			all[example] = models.MLP{Hidden: []int{4, 4, 4}, Activation: graph.Tanh, Parts: parts(t, example)}
		}
	}
	return all
}

func TestGradientsAreTheSlopesOfTheOutputs(t *testing.T) {
	for name, spec := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			spec.Inputs = 3
			spec.Precision = graph.Double
			net, x := network(t, spec), points(5, 3)
			g, j := jacobian(t, net, x)
			compiled, err := Compile(net, 5)
			if err != nil {
				t.Fatal(err)
			}
			defer compiled.Close()
			logits := func() []float64 {
				h, err := compiled.Gradients(context.Background(), x)
				if err != nil {
					t.Fatal(err)
				}
				o, err := net.Observe(x)
				if err != nil {
					t.Fatal(err)
				}
				z := o.Pre[net.Depth()-1].RawMatrix().Data
				for i, v := range h.Values {
					if math.Abs(v-z[i]) > 1e-12 {
						t.Fatalf("logit %d is %v, that of an evaluation %v", i, v, z[i])
					}
				}
				return h.Values
			}
			const step = 1e-5
			column := 0
			for _, p := range net.Parameters {
				for i, was := range p.Values {
					p.Values[i] = was + step
					above := logits()
					p.Values[i] = was - step
					below := logits()
					p.Values[i] = was
					for place := range g.Places() {
						slope := (above[place] - below[place]) / (2 * step)
						if got := j.At(place, column); math.Abs(got-slope) > 1e-8*max(1, math.Abs(slope)) {
							t.Fatalf("%s[%d] at place %d: %v, differences give %v", p.Name, i, place, got, slope)
						}
					}
					column++
				}
			}
		})
	}
}

func TestKernelIsTheProductOfExplicitGradients(t *testing.T) {
	for name, spec := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			spec.Inputs = 3
			net, x := network(t, spec), points(6, 3)
			g, j := jacobian(t, net, x)
			k := g.Kernel()
			var want mat.Dense
			want.Mul(j, j.T())
			want.Scale(1.0/6, &want)
			var apart mat.Dense
			if apart.Sub(k, &want); mat.Max(&apart) > 1e-12*mat.Max(&want) || mat.Min(&apart) < -1e-12*mat.Max(&want) {
				t.Errorf("K differs from J Jᵀ/n by %v", mat.Max(&apart))
			}
			h, jOther := jacobian(t, net, x[:2*3])
			want.Reset()
			want.Mul(jOther, j.T())
			want.Scale(1.0/6, &want)
			if !mat.EqualApprox(h.Cross(g), &want, 1e-12) {
				t.Error("the kernel of other rows with these is not the product of their gradients")
			}
			s, err := Decompose(k, make([]float64, g.Places()))
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range s.Values {
				if v < 0 || i > 0 && v > s.Values[i-1] {
					t.Fatalf("eigenvalues %v: they are those of a positive semidefinite matrix, in descending order", s.Values)
				}
			}
			if net.ParameterCount() == len(net.Parameters) {
				t.Fatal("nothing was differentiated")
			}
		})
	}
}

func TestLayersAddUpToTheKernel(t *testing.T) {
	net := network(t, models.MLP{Inputs: 2, Hidden: []int{5, 4}, Activation: graph.Tanh, Outputs: 2})
	g, _ := jacobian(t, net, points(6, 2))
	sum := mat.NewSymDense(g.Places(), nil)
	for l := 1; l <= net.Depth(); l++ {
		sum.AddSym(sum, g.WeightKernel(l))
		sum.AddSym(sum, g.BiasKernel(l))
	}
	sum.ScaleSym(1.0/6, sum)
	if !mat.EqualApprox(sum, g.Kernel(), 1e-13) {
		t.Error("the kernels of weights and biases do not add up to K")
	}
}

func TestOneLinearLayerHasItsClosedForm(t *testing.T) {
	net, x := network(t, models.MLP{Inputs: 2, Activation: graph.Sigmoid}), points(5, 2)
	g, _ := jacobian(t, net, x)
	k := g.Kernel()
	for i := range 5 {
		for j := range 5 {
			if want := (1 + x[2*i]*x[2*j] + x[2*i+1]*x[2*j+1]) / 5; math.Abs(k.At(i, j)-want) > 1e-15 {
				t.Errorf("K[%d, %d] is %v, (1 + x·x')/n %v", i, j, k.At(i, j), want)
			}
		}
	}
}

func TestKernelGivesTheGradientsNorm(t *testing.T) {
	for _, spec := range []models.MLP{
		{Hidden: []int{8, 8}, Activation: graph.Sigmoid},
		{Hidden: []int{8, 8}, Activation: graph.ReLU, Loss: graph.ArticleLoss},
		{Hidden: []int{5}, Activation: graph.Tanh, Outputs: 3, Loss: graph.Softmax},
		{Hidden: []int{5}, Activation: graph.Tanh, Outputs: 3},
		{Hidden: []int{5}, Activation: graph.Tanh, Outputs: 2, Loss: graph.SquaredError},
		{Hidden: []int{5}, Activation: graph.Tanh, Loss: graph.HalfSquaredError, Output: graph.Sigmoid},
		{Hidden: []int{5}, Activation: graph.Tanh, Loss: graph.Hinge},
		{Hidden: []int{5}, Activation: graph.Tanh, Outputs: 4, Loss: graph.Hinge},
		{Hidden: []int{5}, Activation: graph.Tanh, Parts: parts(t, "layer-norm")},
	} {
		spec.Inputs = 2
		net := network(t, spec)
		t.Run(net.String(), func(t *testing.T) {
			set := data.Set{X: points(40, 2), Columns: 2}
			for i := range 40 * net.Outputs() {
				switch net.Targets() {
				case graph.Numbers:
					set.Y = append(set.Y, math.Sin(float64(i)))
				case graph.Labels:
					set.Y = append(set.Y, float64(i*i%3%2))
				case graph.Classes:
					if len(set.Y) < 40 {
						set.Y = append(set.Y, float64(i%net.Outputs()))
					}
				}
			}
			gradient, err := net.Gradient(set)
			if err != nil {
				t.Fatal(err)
			}
			want := 0.0
			for _, g := range gradient.Parameters {
				for _, v := range g {
					want += v * v
				}
			}
			y, err := net.TargetRows(set)
			if err != nil {
				t.Fatal(err)
			}
			g, err := Of(context.Background(), net, set.X)
			if err != nil {
				t.Fatal(err)
			}
			r := mat.NewVecDense(g.Places(), Residual(net.Architecture(), g.Values, y))
			if got := mat.Inner(r, g.Kernel(), r) / 40; math.Abs(got-want) > 1e-12*want {
				t.Errorf("(p-y)ᵀ K (p-y)/n is %v, |∇L|² %v", got, want)
			}
			o := objectiveOf(net.Architecture())
			if got := o.reported(g.Values, y, nil); math.Abs(got-gradient.Reported) > 1e-12 {
				t.Errorf("loss %v, training reports %v", got, gradient.Reported)
			}
		})
	}
}

func TestDeadNetworksHaveAKernelOfTheOutputsBias(t *testing.T) {
	net := network(t, models.MLP{Inputs: 2, Hidden: []int{4}, Activation: graph.ReLU})
	for i := range net.Parameters[1].Values {
		net.Parameters[1].Values[i] = -100
	}
	g, _ := jacobian(t, net, points(5, 2))
	s, err := Decompose(g.Kernel(), []float64{1, -1, 1, -1, 1})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(s.Values[0]-1) > 1e-14 || s.Values[1] != 0 || math.Abs(s.EffectiveRank()-1) > 1e-12 {
		t.Errorf("eigenvalues %v: only the output's bias learns, of kernel 1 1ᵀ/n", s.Values)
	}
	if s, err = Decompose(mat.NewSymDense(3, nil), []float64{1, 2, 3}); err != nil || s.EffectiveRank() != 0 || s.Leading(0.6) == 0 {
		t.Errorf("a kernel of 0: %+v, %v", s, err)
	}
}

func TestKernelsBeyondTheMemoryAreRefused(t *testing.T) {
	net := network(t, models.MLP{Inputs: 2, Hidden: []int{4}, Activation: graph.ReLU})
	var short *memory.Error
	if _, err := Compile(net, 10_000_000); !errors.As(err, &short) {
		t.Errorf("ten million rows: %v", err)
	}
}

func BenchmarkKernel(b *testing.B) {
	for name, hidden := range map[string][]int{"2-8-8-1": {8, 8}, "2-256-256-1": {256, 256}} {
		b.Run(name, func(b *testing.B) {
			net, x := network(b, models.MLP{Inputs: 2, Hidden: hidden, Activation: graph.Sigmoid}), points(300, 2)
			for b.Loop() {
				g, err := Of(context.Background(), net, x)
				if err != nil {
					b.Fatal(err)
				}
				g.Kernel()
			}
		})
	}
}
