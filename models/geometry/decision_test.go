package geometry

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// headed is a network of random weights and biases, whose outputs have mean 0 and deviation 1
// over normal points: all of its regions are among them.
func headed(t *testing.T, seed uint64, spec models.MLP) *models.Network {
	t.Helper()
	net := specified(t, spec, uint32(seed))
	rng := rand.New(rand.NewPCG(seed, 18))
	for _, p := range net.Parameters {
		for i := range p.Values {
			p.Values[i] = 2 * rng.NormFloat64()
			if p.Weight {
				p.Values[i] *= 2 / math.Sqrt(float64(p.Rows))
			}
		}
	}
	o, err := net.Observe(gaussian(rng, 500, net.Inputs()).RawMatrix().Data)
	if err != nil {
		t.Fatal(err)
	}
	last := 2 * (net.Depth() - 1)
	weights, bias := net.Parameters[last], net.Parameters[last+1]
	for unit := range net.Outputs() {
		mean, deviation := stat.MeanStdDev(mat.Col(nil, unit, o.Pre[net.Depth()-1]), nil)
		for i := unit; i < len(weights.Values); i += weights.Columns {
			weights.Values[i] /= deviation
		}
		bias.Values[unit] = (bias.Values[unit] - mean) / deviation
	}
	for _, p := range net.Parameters {
		net.Precision().Round(p.Values)
	}
	return net
}

// predictions name the predicted region of each point, from the outputs alone.
func predictions(t testing.TB, net *models.Network, points []float64) []string {
	t.Helper()
	p, err := net.Predict(points)
	if err != nil {
		t.Fatal(err)
	}
	least := 0.5
	if net.Layers()[net.Depth()-1].Activation.Name == graph.Identity.Name {
		least = 0
	}
	var all []string
	for width := net.Outputs(); len(p) > 0; p = p[width:] {
		name := ""
		if net.Targets() == graph.Classes {
			best := 0
			for j := range width {
				if p[j] > p[best] {
					best = j
				}
			}
			name = fmt.Sprint(best)
		} else {
			for _, v := range p[:width] {
				name += fmt.Sprint(v >= least)
			}
		}
		all = append(all, name)
	}
	return all
}

// Every distance is, to a step of a grid, that to the closest node of the grid at which
// something else is predicted.
func TestDistancesOfEveryHeadAreThoseOfAFineGrid(t *testing.T) {
	const reach, nodes = 3.5, 401
	const step = 2 * reach / (nodes - 1)
	var grid []float64
	for j := range nodes {
		for i := range nodes {
			grid = append(grid, -reach+float64(i)*step, -reach+float64(j)*step)
		}
	}
	points := scattered(60, 1.5)
	heads := []models.MLP{
		{Outputs: 3, Loss: graph.Softmax}, {Outputs: 5, Loss: graph.Softmax}, {Outputs: 10, Loss: graph.Softmax},
		{Outputs: 4, Loss: graph.Hinge}, {Outputs: 2, Loss: graph.Softmax}, {Loss: graph.Hinge}, {Outputs: 3, Loss: graph.Logits},
		{Outputs: 4, Loss: graph.Softmax, Precision: graph.Single}, {Outputs: 3, Loss: graph.Softmax, Parts: parts(t, "layer-norm", "residual")},
	}
	if testing.Short() {
		heads = heads[:3]
	}
	for _, a := range []graph.Activation{graph.Tanh, graph.ReLU, graph.Sigmoid} {
		for i, spec := range heads {
			spec.Inputs, spec.Hidden, spec.Activation = 2, []int{10, 10}, a
			t.Run(fmt.Sprint(a.Name, " ", spec.Loss.Name, spec.Outputs), func(t *testing.T) {
				net := headed(t, uint64(i), spec)
				b, err := BoundaryOf(t.Context(), net, points)
				if err != nil {
					t.Fatal(err)
				}
				if b.Error > step {
					t.Errorf("an error of %v", b.Error)
				}
				is, there := predictions(t, net, points), predictions(t, net, grid)
				regions, compared := map[string]bool{}, 0
				for row, got := range b.Distances {
					x, y := points[2*row], points[2*row+1]
					want := math.Inf(1)
					for node, region := range there {
						if u, v := grid[2*node]-x, grid[2*node+1]-y; u*u+v*v < want && region != is[row] {
							want = u*u + v*v
						}
					}
					want = math.Sqrt(want)
					if want > reach-1.5 {
						continue // what is beyond the grid could be closer
					}
					regions[is[row]] = true
					compared++
					if !(got <= want+b.Error) || !(got >= want-1.5*step) {
						t.Errorf("point %d (%v, %v), %s: %v, by the grid %v", row, x, y, is[row], got, want)
					}
					closest := b.Closest[2*row : 2*row+2]
					if d := distance(closest, points[2*row:2*row+2]); math.Abs(d-got) > 1e-6 {
						t.Errorf("point %d: its closest point is %v away, not %v", row, d, got)
					}
				}
				if compared < 40 || len(regions) < 2 {
					t.Fatalf("only %d distances in %d regions were compared", compared, len(regions))
				}
			})
		}
	}
}

// ofClasses are targets of so many classes.
func ofClasses(count int) data.Targets { return data.Targets{Count: count} }

// retargeted is a set whose targets are read as others.
func retargeted(set data.Set, targets data.Targets) data.Set {
	set.Targets = targets
	return set
}

// headSet are normal points, of classes around centres of their own, with labels for the signs
// of sums of columns, or with smooth functions as numbers.
func headSet(rows, columns int, targets data.Targets, seed uint64) data.Set {
	rng, centres := rand.New(rand.NewPCG(seed, 7)), rand.New(rand.NewPCG(9, 9))
	set := data.Set{X: gaussian(rng, rows, columns).RawMatrix().Data, Columns: columns, Targets: targets}
	means := gaussian(centres, max(targets.Classes(), targets.Columns()), columns)
	for row := range rows {
		x := set.X[row*columns : (row+1)*columns]
		if targets.Task == data.Classification {
			class := rng.IntN(targets.Classes())
			floats.AddScaled(x, 1.5, means.RawRowView(class))
			set.Y = append(set.Y, float64(class))
			continue
		}
		for column := range targets.Columns() {
			y := floats.Dot(x, means.RawRowView(column)) + 0.3*rng.NormFloat64()
			if targets.Task == data.MultiLabel {
				y = max(0, math.Copysign(1, y))
			}
			set.Y = append(set.Y, math.Abs(y))
		}
	}
	return set
}

// twoLogits is a network of one unit as one of two logits that differ by that unit's.
func twoLogits(t *testing.T, one *models.Network, spec models.MLP, loss graph.Loss) *models.Network {
	t.Helper()
	spec.Outputs, spec.Loss = 2, loss
	two := specified(t, spec, 1)
	rng := rand.New(rand.NewPCG(5, 5))
	for i, p := range two.Parameters {
		if i < len(two.Parameters)-2 {
			copy(p.Values, one.Parameters[i].Values)
			continue
		}
		for j, v := range one.Parameters[i].Values {
			shared := math.Round(8 * rng.NormFloat64()) // that both logits have
			p.Values[2*j], p.Values[2*j+1] = shared-v/2, shared+v/2
		}
	}
	return two
}

// Two logits are one unit: nothing that is measured tells them apart.
func TestTwoLogitsAreMeasuredAsOneUnit(t *testing.T) {
	for name, columns := range map[string]int{"plane": 2, "space": 4} {
		train, test := moons(t)
		train, test = widened(train.First(90), columns), widened(test.First(50), columns)
		for _, a := range []graph.Activation{graph.Tanh, graph.ReLU} {
			for _, loss := range []graph.Loss{graph.Softmax, graph.Hinge} {
				spec := models.MLP{Inputs: columns, Hidden: []int{6, 5}, Activation: a}
				if loss.Name == graph.Hinge.Name {
					spec.Loss = loss
				}
				one := trained(t, spec, 40, train)
				two := twoLogits(t, one, spec, loss)
				want, got := all(t, one, train, test), all(t, two, train, test)
				for _, m := range []*Measurement{&want, &got} {
					m.BoundaryError, m.Closest = 0, nil
				}
				near := cmp.Comparer(func(a, b float64) bool {
					return a == b || math.Abs(a-b) <= 1e-6*max(1, math.Abs(a)) || a != a && b != b
				})
				numbers := cmp.Comparer(func(a, b Number) bool { return cmp.Equal(float64(a), float64(b), near) })
				if diff := cmp.Diff(want, got, near, numbers); diff != "" {
					t.Errorf("%s, %s, %s: one unit and two logits: %s", name, a.Name, loss.Name, diff)
				}
				first, second := located(t, one, train, test), located(t, two, train, test)
				for i := range first {
					if !cmp.Equal(first[i].Signed, second[i].Signed, near) {
						t.Errorf("%s, %s: rows are located at %v, %v", name, a.Name, first[i].Signed, second[i].Signed)
					}
				}
				first[0], first[1] = want.Located(first[0].Sample, first[1].Sample)
				second[0], second[1] = got.Located(second[0].Sample, second[1].Sample)
				for i := range first {
					if !cmp.Equal(first[i].Signed, second[i].Signed, near) {
						t.Errorf("%s, %s: rows were located at %v, %v", name, a.Name, first[i].Signed, second[i].Signed)
					}
				}
				one1, err := Survival(t.Context(), one, first[0], first[1], NoiseLevels())
				if err != nil {
					t.Fatal(err)
				}
				two2, err := Survival(t.Context(), two, second[0], second[1], NoiseLevels())
				if err != nil || !cmp.Equal(one1, two2, near, numbers) {
					t.Errorf("%s, %s: survival: %v, %s", name, a.Name, err, cmp.Diff(one1, two2, near, numbers))
				}
				ofOne, err := FewestBits(one, first[0].Sample, first[1].Sample)
				if err != nil {
					t.Fatal(err)
				}
				if ofTwo, err := FewestBits(two, second[0].Sample, second[1].Sample); err != nil || ofOne != ofTwo {
					t.Errorf("%s, %s: %v bits, %v of two logits (%v)", name, a.Name, ofOne, ofTwo, err)
				}
			}
		}
	}
}

// A network of the plane that reads two coordinates of a turned space has there the distances
// that it has in the plane.
func TestDistancesInSpaceAreThoseOfThePlaneThatTheNetworkReads(t *testing.T) {
	const inputs = 5
	rng := rand.New(rand.NewPCG(3, 3))
	turn := rotation(rng, inputs).Slice(0, inputs, 0, 2).(*mat.Dense)
	x := gaussian(rng, 120, inputs)
	var onPlane mat.Dense
	onPlane.Mul(x, turn)
	for i, spec := range []models.MLP{{Outputs: 3, Loss: graph.Softmax}, {Outputs: 10, Loss: graph.Softmax}, {Outputs: 4, Loss: graph.Hinge}, {Outputs: 2, Loss: graph.Logits}, {Loss: graph.Logits}} {
		for _, a := range []graph.Activation{graph.Tanh, graph.ReLU} {
			spec.Hidden, spec.Activation = []int{8}, a
			spec.Inputs = 2
			plane := headed(t, uint64(i), spec)
			spec.Inputs = inputs
			space := specified(t, spec, 1)
			for j, p := range plane.Parameters[1:] {
				copy(space.Parameters[1+j].Values, p.Values)
			}
			w := plane.Parameters[0]
			mat.NewDense(inputs, w.Columns, space.Parameters[0].Values).Mul(turn, mat.NewDense(2, w.Columns, w.Values))
			want, err := BoundaryOf(t.Context(), plane, mat.DenseCopyOf(&onPlane).RawMatrix().Data)
			if err != nil {
				t.Fatal(err)
			}
			got, err := BoundaryOf(t.Context(), space, x.RawMatrix().Data)
			if err != nil {
				t.Fatal(err)
			}
			farther := 0
			for row, d := range got.Distances {
				if !(d >= want.Distances[row]-want.Error-1e-6) {
					t.Errorf("%s, %s%d: row %d is %v from the boundary, in the plane %v", a.Name, spec.Loss.Name, spec.Outputs, row, d, want.Distances[row])
				}
				if d > want.Distances[row]+1e-5 {
					farther++
				}
			}
			t.Logf("%s, %s%d: %d farther", a.Name, spec.Loss.Name, spec.Outputs, farther)
			if farther > 8 { // searches come to rest on edges, and miss small regions without points
				t.Errorf("%s, %s%d: of %d rows a closer point is missed", a.Name, spec.Loss.Name, spec.Outputs, farther)
			}
		}
	}
}
