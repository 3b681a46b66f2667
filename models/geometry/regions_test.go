package geometry

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

func TestLinesPartThePlane(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines [][3]float64
		want  int
	}{
		{"none", nil, 1},
		{"one", [][3]float64{{1, 2, 3}}, 2},
		{"two", [][3]float64{{1, 2, 3}, {1, -1, 0}}, 4},
		{"a triangle", [][3]float64{{1, 0, 0}, {0, 1, 0}, {1, 1, -1}}, 7},
		{"three through a point", [][3]float64{{1, 0, 0}, {0, 1, 0}, {1, 1, 0}}, 6},
		{"three through a point that is no binary fraction", [][3]float64{{3, 0, -1}, {0, 3, -1}, {3, 3, -2}}, 6},
		{"a missed point", [][3]float64{{3, 0, -1}, {0, 3, -1}, {3, 3, math.Nextafter(-2, 0)}}, 7},
		{"parallels", [][3]float64{{1, 0.125, 0}, {2, 0.25, 1}, {-8, -1, 3}}, 4},
		{"a grid", [][3]float64{{1, 0, 0}, {1, 0, 1}, {1, 0, 2}, {0, 1, 0}, {0, 1, 1}}, 12},
		{"equal ones", [][3]float64{{1, 0.5, 2}, {-4, -2, -8}, {1, 0.5, 2}}, 2},
		{"no lines", [][3]float64{{0, 0, 1}, {0, 0, 0}, {math.NaN(), 1, 0}, {1, math.Inf(1), 0}}, 1},
		{"far apart in size", [][3]float64{{1e-300, 0, 1e300}, {0, 1e300, 1e-300}}, 4},
	} {
		if got := PlaneRegions(test.lines); got != test.want {
			t.Errorf("%s: %d regions, want %d", test.name, got, test.want)
		}
	}
}

func TestLinesInGeneralPositionMakeTheMostRegions(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	for n := range 20 {
		lines := make([][3]float64, n)
		for i := range lines {
			lines[i] = [3]float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
		}
		if got, want := PlaneRegions(lines), 1+n+n*(n-1)/2; got != want {
			t.Errorf("%d lines: %d regions, want %d", n, got, want)
		}
	}
}

// randomNet has Gaussian weights and biases.
func randomNet(t *testing.T, seed uint64, a graph.Activation, hidden ...int) *models.Network {
	t.Helper()
	net, err := models.NewMLP(models.MLP{Inputs: 2, Hidden: hidden, Activation: a}, data.NewRandomState(uint32(seed)))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	for _, p := range net.Parameters {
		for i := range p.Values {
			p.Values[i] += rng.NormFloat64()
		}
	}
	return net
}

// A box that holds all crossings of a single layer's lines has as many regions as the
// plane: 37 for eight units.
func TestOneLayerHasTheRegionsOfItsLines(t *testing.T) {
	for seed := range uint64(5) {
		for _, a := range []graph.Activation{graph.ReLU, graph.LeakyReLU} {
			net := randomNet(t, seed, a, 8)
			lines, reason := kinkLines(net)
			if reason != "" {
				t.Fatal(reason)
			}
			all := data.Interval{Min: -1e4, Max: 1e4}
			counts, reason, err := BoxRegions(t.Context(), net, all, all)
			if err != nil || reason != "" || len(counts) != 1 {
				t.Fatal(counts, reason, err)
			}
			if plane := PlaneRegions(lines); plane != 37 || counts[0] != 37 {
				t.Errorf("seed %d: %d regions of the plane, %d of the box", seed, plane, counts[0])
			}
		}
	}
}

// Without biases all lines pass through the origin: a fan of 2n regions.
func TestLinesThroughTheOriginMakeAFan(t *testing.T) {
	net := randomNet(t, 1, graph.ReLU, 8)
	clear(net.Parameters[1].Values)
	lines, _ := kinkLines(net)
	all := data.Interval{Min: -3, Max: 5}
	counts, _, err := BoxRegions(t.Context(), net, all, all)
	if err != nil || counts[0] != 16 || PlaneRegions(lines) != 16 {
		t.Errorf("%v in the box, %d of the plane, %v; want 16", counts, PlaneRegions(lines), err)
	}
}

// patterns say on which side of their kinks the units of the first layers are at each
// row.
func patterns(t *testing.T, net *models.Network, x []float64, layers int) []string {
	t.Helper()
	o, err := net.Observe(x)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(x)/net.Inputs())
	for row := range out {
		var key []byte
		for l := range layers {
			kinks := net.Layers()[l].Activation.Kinks
			for _, z := range o.Pre[l].RawRowView(row) {
				for _, kink := range kinks {
					if z > kink {
						key = append(key, '1')
					} else {
						key = append(key, '0')
					}
				}
			}
		}
		out[row] = string(key)
	}
	return out
}

// Each polygon has a pattern of its own, no grid finds another, and in it the network
// is the affine function that goes with it.
func TestPolygonsAreTheLinearRegions(t *testing.T) {
	for _, test := range []struct {
		activation graph.Activation
		hidden     []int
	}{{graph.ReLU, []int{8, 8}}, {graph.LeakyReLU, []int{5, 4, 3}}, {graph.HardSigmoid, []int{6, 6}}, {graph.ReLU, []int{1, 1}}, {graph.ReLU, []int{3, 8, 8}}} {
		t.Run(fmt.Sprint(test.activation.Name, test.hidden), func(t *testing.T) {
			net := randomNet(t, 7, test.activation, test.hidden...)
			side := data.Interval{Min: -2, Max: 2}
			counts, reason, err := BoxRegions(t.Context(), net, side, side)
			if err != nil || reason != "" {
				t.Fatal(reason, err)
			}
			layers, _ := straightLayers(net)
			polygons, reason, _ := polygonsOf(t.Context(), layers, side, side, mostRegions, nil)
			if reason != "" {
				t.Fatal(reason)
			}
			last := len(test.hidden)
			if len(polygons) != counts[last-1] {
				t.Fatalf("%d polygons, counted are %d", len(polygons), counts[last-1])
			}
			var centres []float64
			area := 0.0
			for _, p := range polygons {
				x, y := p.centre()
				centres = append(centres, x, y)
				for i, c := range p.corners {
					d := p.corners[(i+1)%len(p.corners)]
					area += (c[0]*d[1] - c[1]*d[0]) / 2
				}
			}
			near(t, "area of all polygons", area, nil, 16, 1e-9)
			known := map[string]bool{}
			for _, key := range patterns(t, net, centres, last) {
				if known[key] {
					t.Error("two polygons have one pattern")
				}
				known[key] = true
			}
			o, err := net.Observe(centres)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range polygons {
				for unit := range test.hidden[last-1] {
					want := p.function.At(0, unit)*centres[2*i] + p.function.At(1, unit)*centres[2*i+1] + p.function.At(2, unit)
					near(t, "value at a centre", o.Post[last-1].At(i, unit), nil, want, 1e-9)
				}
			}
			grid, err := data.GridOver(side, side, 301, 301)
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]bool{}
			for _, key := range patterns(t, net, grid.Points, last) {
				if !known[key] {
					t.Fatal("a grid finds a region that is no polygon")
				}
				found[key] = true
			}
			t.Logf("%v regions by layer, a grid finds %d", counts, len(found))
			if len(found) < len(known)*2/3 {
				t.Errorf("a grid finds %d of %d regions only", len(found), len(known))
			}
		})
	}
}

func TestStretchesAreTheRegionsOfALine(t *testing.T) {
	for seed := range uint64(3) {
		for _, a := range []graph.Activation{graph.ReLU, graph.HardSigmoid, graph.Identity} {
			net := randomNet(t, seed, a, 8, 8, 4)
			from, to := []float64{-0.3, 0.7}, []float64{1.1, 0.2}
			counts, reason, err := LineRegions(t.Context(), net, from, to)
			if err != nil || reason != "" {
				t.Fatal(reason, err)
			}
			const side, span = 50_000, 400.0 // beyond, nothing happens here
			var x []float64
			for i := range side {
				u := -1 + 2*float64(i)/(side-1)
				s := span * u * u * u // dense where the kinks are
				x = append(x, from[0]+s*(to[0]-from[0]), from[1]+s*(to[1]-from[1]))
			}
			keys := patterns(t, net, x, len(counts))
			for l, count := range counts {
				changes, length := 1, 0
				for _, layer := range net.Layers()[:l+1] {
					length += layer.Units * len(layer.Activation.Kinks)
				}
				for i := 1; i < len(keys); i++ {
					if keys[i][:length] != keys[i-1][:length] {
						changes++
					}
				}
				if changes != count {
					t.Errorf("%s, seed %d, layer %d: %d stretches, stepping along finds %d", a.Name, seed, l+1, count, changes)
				}
			}
		}
	}
}

func TestRegionsThatCannotBeCountedHaveAReason(t *testing.T) {
	side := data.Interval{Min: -1, Max: 1}
	for _, a := range []graph.Activation{graph.Sigmoid, graph.ELU, graph.GELU} {
		if _, reason, err := BoxRegions(t.Context(), randomNet(t, 1, a, 3), side, side); err != nil || reason == "" {
			t.Errorf("%s: %q, %v", a.Name, reason, err)
		}
	}
	if _, reason, err := BoxRegions(t.Context(), randomNet(t, 1, graph.ReLU, 300), side, side); err != nil || reason != "more than 10000 regions" {
		t.Errorf("a wide layer: %q, %v", reason, err)
	}
	if _, _, err := BoxRegions(t.Context(), randomNet(t, 1, graph.ReLU, 3), side, data.Interval{Min: 1, Max: 1}); err == nil {
		t.Error("a box without area is taken")
	}
	if _, _, err := LineRegions(t.Context(), randomNet(t, 1, graph.ReLU, 3), []float64{0}, []float64{1, 1}); err == nil {
		t.Error("a line through a point of one coordinate is taken")
	}
}
