package geometry

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/npz"
	"actscope/models"
)

// cloud are points of both classes around the origin.
func cloud(seed uint64, rows, columns int) data.Set {
	rng := rand.New(rand.NewPCG(seed, 1))
	s := data.Set{Columns: columns}
	for i := range rows {
		for range columns {
			s.X = append(s.X, rng.NormFloat64())
		}
		s.Y = append(s.Y, float64(i%2))
	}
	return s
}

// columnDeviations are the population deviations of a row-major matrix's columns.
func columnDeviations(values []float64, columns int) (all []float64) {
	for k := range columns {
		var column []float64
		for i := k; i < len(values); i += columns {
			column = append(column, values[i])
		}
		all = append(all, stat.PopStdDev(column, nil))
	}
	return all
}

// Layers that only turn the points, or write them in more units than needed, have a slope
// of 1 everywhere.
func TestNoticeableDistancesOfIsometriesAreTheNoise(t *testing.T) {
	set := cloud(1, 40, 2)
	for name, init := range map[string]func(*models.Network){
		"orthogonal": func(*models.Network) {},
		"identity": func(n *models.Network) {
			for _, p := range n.Parameters[:4] {
				fill(p.Values, 0)
				if p.Weight {
					for i := range min(p.Rows, p.Columns) {
						p.Values[i*p.Columns+i] = 1
					}
				}
			}
		},
	} {
		net := specified(t, models.MLP{Inputs: 2, Hidden: []int{2, 5}, Activation: graph.Identity, Init: models.OrthogonalInit}, 5)
		init(net)
		net.Parameters[5].Values[0] = 0
		m := measured(t, net, set, set)
		sample := observed(t, net, set)
		for l, handed := range [][]float64{set.X, sample.Observation.Post[0].RawMatrix().Data, sample.Observation.Post[1].RawMatrix().Data} {
			noise := 0.1 * stat.Mean(columnDeviations(handed, len(handed)/40), nil)
			n := m.Layers[l].NoticeableDistance
			for what, pair := range map[string][2]float64{
				"near": {float64(n.Near), noise}, "far": {float64(n.Far), noise}, "growth": {float64(n.Growth), 1},
				"levels": {float64(n.Levels), 1 / noise}, "noise": {float64(n.Noise), noise},
			} {
				near(t, fmt.Sprintf("%s, layer %d: %s", name, l, what), pair[0]/pair[1], nil, 1, 1e-12)
			}
		}
	}
}

// One unit tanh(w x + b) on a line, read by v a + u: the boundary is where tanh is -u/v, the
// slope |w| (1 - tanh²).
func TestNoticeableDistancesOfOneTanhUnitInClosedForm(t *testing.T) {
	const w, b, v, u = 1.7, -0.3, 2.0, 0.4
	net := specified(t, models.MLP{Inputs: 1, Hidden: []int{1}, Activation: graph.Tanh}, 1)
	for i, value := range []float64{w, b, v, u} {
		net.Parameters[i].Values[0] = value
	}
	set := cloud(2, 33, 1)
	boundary := (math.Atanh(-u/v) - b) / w
	var units, distances, want []float64
	for _, x := range set.X {
		units = append(units, math.Tanh(w*x+b))
		distances = append(distances, math.Abs(x-boundary))
	}
	noise := 0.1 * stat.PopStdDev(units, nil)
	levels := 0.0
	for _, a := range units {
		want = append(want, noise/(w*(1-a*a)))
		levels += 1 / want[len(want)-1] / 33
	}
	m := measured(t, net, set, set)
	l := m.Layers[1]
	for row, got := range l.NoticeableDistances {
		near(t, fmt.Sprintf("row %d", row), got/want[row], nil, 1, 1e-9)
	}
	// A quarter of 33 rows are the nine at the positions 0 to 8, and 24 to 32.
	order := make([]int, 33)
	floats.Argsort(distances, order)
	byDistance := make([]float64, 33)
	for i, row := range order {
		byDistance[i] = want[row]
	}
	low, high := slices.Sorted(slices.Values(byDistance[:9]))[4], slices.Sorted(slices.Values(byDistance[24:]))[4]
	near(t, "near", float64(l.NoticeableDistance.Near)/low, nil, 1, 1e-9)
	near(t, "far", float64(l.NoticeableDistance.Far)/high, nil, 1, 1e-9)
	near(t, "growth", float64(l.NoticeableDistance.Growth), nil, high/low, 1e-8)
	near(t, "levels", float64(l.NoticeableDistance.Levels)/levels, nil, 1, 1e-9)
	// The logit is v times the unit: the observer sees the same.
	output := m.Layers[2].NoticeableDistance
	near(t, "the output", float64(output.Growth), nil, high/low, 1e-8)
	near(t, "the output", float64(output.Near)/low, nil, 1, 1e-9)
}

// mustEqualNoticeable compares what two networks have in a layer, but for the noise.
func mustEqualNoticeable(t *testing.T, what string, got, want Noticeable, tolerance float64) {
	t.Helper()
	for i, pair := range [][2]Number{{got.Near, want.Near}, {got.Far, want.Far}, {got.Growth, want.Growth}, {got.Levels, want.Levels}} {
		if !(math.Abs(float64(pair[0]/pair[1])-1) < tolerance) {
			t.Errorf("%s: value %d is %v, want %v", what, i, pair[0], pair[1])
		}
	}
}

func TestNoticeableDistancesDoNotDependOnALayersScale(t *testing.T) {
	set := cloud(3, 60, 2)
	net := specified(t, models.MLP{Inputs: 2, Hidden: []int{6, 5}, Activation: graph.ReLU}, 6)
	before := measured(t, net, set, set)
	const scale = 37
	floats.Scale(scale, net.Parameters[0].Values)
	floats.Scale(scale, net.Parameters[1].Values)
	floats.Scale(1.0/scale, net.Parameters[2].Values)
	after := measured(t, net, set, set)
	for l := range before.Layers {
		mustEqualNoticeable(t, before.Layers[l].Name, after.Layers[l].NoticeableDistance, before.Layers[l].NoticeableDistance, 1e-6)
	}
	// Noise that does not grow with the layer is passed by what does.
	a, b := before.Layers[1].NoticeableDistance.WithNoise(1), after.Layers[1].NoticeableDistance.WithNoise(1)
	near(t, "levels at fixed noise", float64(b.Levels/a.Levels), nil, scale, 1e-6)
	near(t, "near at fixed noise", float64(a.Near/b.Near), nil, scale, 1e-6)
	near(t, "levels at twice the noise", float64(a.Levels/a.WithNoise(2).Levels), nil, 2, 1e-12)
}

func TestNoticeableDistancesDoNotDependOnTheAxes(t *testing.T) {
	set := cloud(4, 60, 2)
	sin, cos := math.Sincos(0.7)
	turn := mat.NewDense(2, 2, []float64{cos, -sin, sin, cos})
	// The inputs turned, and the first layer's weights with them.
	net := specified(t, models.MLP{Inputs: 2, Hidden: []int{6, 5}, Activation: graph.Tanh}, 4)
	before := measured(t, net, set, set)
	turned := data.Set{X: make([]float64, len(set.X)), Y: set.Y, Columns: 2}
	mat.NewDense(60, 2, turned.X).Mul(mat.NewDense(60, 2, set.X), turn)
	w := net.Parameters[0]
	mat.NewDense(2, 6, w.Values).Mul(turn.T(), mat.DenseCopyOf(mat.NewDense(2, 6, w.Values)))
	after := measured(t, net, turned, turned)
	for l := range before.Layers[1:] {
		mustEqualNoticeable(t, fmt.Sprintf("inputs turned, layer %d", l+1), after.Layers[l+1].NoticeableDistance, before.Layers[l+1].NoticeableDistance, 1e-3)
	}
	// Two linear units turned, and the weights that read them back: noise alike in all
	// directions is as it was.
	net = specified(t, models.MLP{Inputs: 2, Hidden: []int{2, 5}, Activations: []graph.Activation{graph.Identity, graph.Tanh}}, 4)
	before = measured(t, net, set, set)
	for _, p := range net.Parameters[:2] {
		mat.NewDense(p.Rows, 2, p.Values).Mul(mat.DenseCopyOf(mat.NewDense(p.Rows, 2, p.Values)), turn)
	}
	w = net.Parameters[2]
	mat.NewDense(2, 5, w.Values).Mul(turn.T(), mat.DenseCopyOf(mat.NewDense(2, 5, w.Values)))
	after = measured(t, net, set, set)
	for l := range before.Layers {
		mustEqualNoticeable(t, fmt.Sprintf("units turned, layer %d", l), after.Layers[l].NoticeableDistance.WithNoise(0.3), before.Layers[l].NoticeableDistance.WithNoise(0.3), 1e-6)
	}
}

func TestSlopesEqualCentralDifferences(t *testing.T) {
	const h = 1e-6
	set := cloud(5, 5, 3)
	n := make([]float64, len(set.X))
	for row := range set.Rows() {
		copy(n[3*row:], unit(cloud(uint64(6+row), 1, 3).X))
	}
	check := func(name string, net *models.Network) {
		got, err := Slopes(t.Context(), net, observed(t, net, set).Observation, set.X, n)
		if err != nil {
			t.Fatal(err)
		}
		ahead, behind := floats.AddScaledTo(make([]float64, len(n)), set.X, h, n), floats.AddScaledTo(make([]float64, len(n)), set.X, -h, n)
		one, err := net.Observe(ahead)
		if err != nil {
			t.Fatal(err)
		}
		other, err := net.Observe(behind)
		if err != nil {
			t.Fatal(err)
		}
		for l := range got {
			a, b := one.Post[l], other.Post[l]
			if l == net.Depth()-1 {
				a, b = one.Pre[l], other.Pre[l]
			}
			for row := range set.Rows() {
				near(t, fmt.Sprintf("%s, layer %d, row %d", name, l+1, row), got[l][row], nil, floats.Distance(a.RawRowView(row), b.RawRowView(row), 2)/(2*h), 1e-6)
			}
		}
	}
	for _, a := range graph.Activations() {
		check(a.Name, specified(t, models.MLP{Inputs: 3, Hidden: []int{4, 2, 5}, Activation: a}, 3))
	}
	for _, names := range [][]string{{"batch-norm"}, {"layer-norm", "residual"}, {"dropout:0.5"}} {
		check(names[0], specified(t, models.MLP{Inputs: 3, Hidden: []int{4, 4}, Activation: graph.Tanh, Parts: parts(t, names...)}, 3))
	}
}

func TestNoticeableDistancesEqualNumPys(t *testing.T) {
	arrays, err := npz.ReadFile("testdata/noticeable.npz")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []graph.Activation{graph.Sigmoid, graph.Tanh, graph.ReLU, graph.Softplus} {
		r := reference{t, arrays, a.Name}
		net := specified(t, models.MLP{Inputs: 2, Hidden: []int{5, 4}, Activation: a}, 1)
		for i, p := range net.Parameters {
			copy(p.Values, r.values(fmt.Sprint("p", i)))
		}
		set := data.Set{X: r.values("x"), Y: r.values("y"), Columns: 2}
		slopes, summary, distances := r.matrix("slope"), r.matrix("summary"), r.values("distance")
		found, err := Slopes(t.Context(), net, observed(t, net, set).Observation, set.X, r.values("n"))
		if err != nil {
			t.Fatal(err)
		}
		m := measured(t, net, set, set)
		for row, d := range distances {
			near(t, fmt.Sprintf("%s: distance of row %d", a.Name, row), m.Distances[row], nil, d, 1e-7)
		}
		for i, l := range m.Layers {
			noise := summary.At(i, 4)
			near(t, l.Name+": noise", float64(l.NoticeableDistance.Noise)/noise, nil, 1, 1e-12)
			exact := l.NoticeableDistance
			if i > 0 { // along NumPy's own directions
				exact, _ = noticeableOf(distances, noticeableDistances(found[i-1], noise, len(distances)), noise)
				for row, got := range found[i-1] {
					near(t, fmt.Sprintf("%s, %s: slope of row %d", a.Name, l.Name, row), got, nil, slopes.At(i, row), 1e-12)
				}
			}
			measured := l.NoticeableDistance
			for k, pair := range [][2]Number{{exact.Near, measured.Near}, {exact.Far, measured.Far}, {exact.Growth, measured.Growth}, {exact.Levels, measured.Levels}} {
				near(t, fmt.Sprintf("%s, %s: value %d", a.Name, l.Name, k), float64(pair[0])/summary.At(i, k), nil, 1, 1e-12)
				near(t, fmt.Sprintf("%s, %s: measured value %d", a.Name, l.Name, k), float64(pair[1])/summary.At(i, k), nil, 1, 1e-3)
			}
		}
	}
}

// An observer who sees a layer at a point and at its just-noticeable shift, each with noise,
// and takes for the shifted one that which lies further along the difference, is right in
// Φ(1/√2) = 76.02 % of the choices; as far as the layer bends within the shift, in a few
// more or less.
func TestNoisyChoicesAtTheNoticeableShiftAreRightAsOftenAsPredicted(t *testing.T) {
	net, train, test := studyNet(t, graph.Sigmoid, 400)
	sample := observed(t, net, test)
	m, err := Measure(t.Context(), net, observed(t, net, train), sample)
	if err != nil {
		t.Fatal(err)
	}
	const layer, choices = 2, 4000
	rng := rand.New(rand.NewPCG(7, 7))
	l := m.Layers[layer]
	for _, c := range []struct{ level, low, high float64 }{{0.1, 0.70, 0.78}, {0.005, 0.757, 0.763}} {
		noise := float64(l.NoticeableDistance.Noise) * c.level / NoiseLevel
		right, all := 0, 0
		for row, d := range m.Distances {
			there := make([]float64, 2)
			shift := l.NoticeableDistances[row] * c.level / NoiseLevel
			for k := range there {
				x := test.X[2*row+k]
				there[k] = x + shift*(x-m.Closest[2*row+k])/d
			}
			o, err := net.Observe(there)
			if err != nil {
				t.Fatal(err)
			}
			one, other := sample.Observation.Post[layer-1].RawRowView(row), o.Post[layer-1].RawRowView(0)
			for range choices {
				difference := 0.0
				for unit := range one {
					along := other[unit] - one[unit]
					difference += along * (along + noise*(rng.NormFloat64()-rng.NormFloat64()))
				}
				if all++; difference > 0 {
					right++
				}
			}
		}
		share := float64(right) / float64(all)
		t.Logf("noise of %v deviations: %.2f %% right", c.level, 100*share)
		if share < c.low || share > c.high {
			t.Errorf("noise of %v deviations: %.4f right, want %v to %v", c.level, share, c.low, c.high)
		}
	}
}

func TestDeadLayersHaveInfiniteNoticeableDistances(t *testing.T) {
	train, test := moons(t)
	net := specified(t, models.MLP{Inputs: 2, Hidden: []int{4, 4}, Activation: graph.ReLU}, 8)
	fill(net.Parameters[3].Values, -100)
	sample := observed(t, net, test)
	n := slices.Repeat([]float64{1, 0}, test.Rows())
	slopes, err := Slopes(t.Context(), net, sample.Observation, test.X, n)
	if err != nil {
		t.Fatal(err)
	}
	for row, v := range noticeableDistances(slopes[1], 0, test.Rows()) {
		if !math.IsInf(v, 1) {
			t.Errorf("row %d: %v", row, v)
		}
	}
	if m := measured(t, net, train, test); m.Layers[2].Undefined["noticeable_distance"] != noBoundary {
		t.Error(m.Layers[2].Undefined)
	}
}

// A rectifier that is on at one side only resolves nothing on the other: half of the
// farthest points are there, half of the nearest are not.
func TestAFlatSideHasNoFarMedian(t *testing.T) {
	net := specified(t, models.MLP{Inputs: 1, Hidden: []int{1}, Activation: graph.ReLU}, 1)
	for i, value := range []float64{1, 0, 1, -0.5} { // the boundary is at 0.5, the kink at 0
		net.Parameters[i].Values[0] = value
	}
	set := data.Set{Columns: 1}
	for i := range 20 {
		set.X, set.Y = append(set.X, 0.96-float64(i)/10), append(set.Y, float64(i%2))
	}
	m := measured(t, net, set, set)
	l := m.Layers[1]
	if n := l.NoticeableDistance; n.Near != n.Noise || !math.IsInf(float64(n.Far), 1) || !math.IsInf(float64(n.Growth), 1) || math.Abs(float64(n.Levels*n.Noise)-0.5) > 1e-12 {
		t.Errorf("%+v", n)
	}
	if reason := l.Undefined["noticeable_distance"]; !strings.Contains(reason, "flat") {
		t.Errorf("%q", reason)
	}
}

// Where nothing is noticed beside the boundary, nothing can be said to grow from there.
func TestWithoutANearMedianThereIsNoGrowth(t *testing.T) {
	distances, noticed := make([]float64, 12), make([]float64, 12)
	for i := range distances {
		distances[i], noticed[i] = float64(i+1), 0.5
		if i < 4 {
			noticed[i] = math.Inf(1)
		}
	}
	n, _ := noticeableOf(distances, noticed, 1)
	if !math.IsInf(float64(n.Near), 1) || n.Far != 0.5 || !math.IsNaN(float64(n.Growth)) || math.Abs(float64(n.Levels)-16.0/12) > 1e-12 {
		t.Errorf("%+v", n)
	}
}

func TestNoticeableDistancesThatAreNotSayWhy(t *testing.T) {
	train, test := moons(t)
	flat := func(n *models.Network) { fill(n.Parameters[1].Values, 1e6) }
	for name, c := range map[string]struct {
		test   data.Set
		parts  []string
		hidden []int
		change func(*models.Network)
		layer  int
		reason string
	}{
		"no boundary": {test, nil, []int{4}, func(n *models.Network) { n.Parameters[3].Values[0] = 1000 }, 1, noBoundary},
		"few rows":    {test.First(7), nil, []int{4}, nil, 1, "fewer than 8 test rows"},
		"one class":   {test.Select(test.ClassRows(1)), nil, []int{4}, nil, 1, "one class among the test rows"},
		"one point":   {test.Select(slices.Concat(slices.Repeat(test.ClassRows(0)[:1], 5), slices.Repeat(test.ClassRows(1)[:1], 5))), nil, []int{4}, flat, 1, noBoundary},
		"constant":    {data.Set{X: slices.Repeat([]float64{0.3, 0.4}, 10), Y: []float64{0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, Columns: 2}, nil, []int{4}, nil, 1, "the layer is constant"},
		"wide parts":  {test.First(20), []string{"batch-norm"}, []int{130}, nil, 1, "more than 128 units"},
	} {
		net := specified(t, models.MLP{Inputs: 2, Hidden: c.hidden, Activation: graph.Tanh, Parts: parts(t, c.parts...)}, 8)
		if c.change != nil {
			c.change(net)
		}
		m := measured(t, net, train, c.test)
		l := m.Layers[c.layer]
		if n := l.NoticeableDistance; !math.IsNaN(float64(n.Near)) || !math.IsNaN(float64(n.Growth)) || !math.IsNaN(float64(n.Levels)) {
			t.Errorf("%s: %+v", name, n)
		}
		if reason := l.Undefined["noticeable_distance"]; !strings.Contains(reason, c.reason) {
			t.Errorf("%s: %q", name, reason)
		}
		if name == "wide parts" && math.IsNaN(float64(m.Layers[2].NoticeableDistance.Growth)) {
			t.Error("the output behind a wide layer is not known")
		}
	}
}

// A row on the boundary has no direction: it is left out, and the others are as without it.
func TestRowsOnTheBoundaryAreLeftOut(t *testing.T) {
	net := specified(t, models.MLP{Inputs: 2, Hidden: []int{2}, Activation: graph.Identity}, 1)
	for i, values := range [][]float64{{1, 0, 0, 1}, {0, 0}, {1, 0}, {0}} { // the boundary is x = 0
		copy(net.Parameters[i].Values, values)
	}
	set := cloud(9, 20, 2)
	set.X[0] = 0
	m := measured(t, net, set, set)
	for _, l := range m.Layers {
		if !math.IsNaN(l.NoticeableDistances[0]) || math.IsNaN(l.NoticeableDistances[1]) {
			t.Errorf("%s: %v", l.Name, l.NoticeableDistances[:2])
		}
		near(t, l.Name, float64(l.NoticeableDistance.Growth), nil, 1, 1e-12)
	}
}

// What sweeps measure is what comparisons do.
func TestMeasuringTheNoticeableAloneGivesTheSame(t *testing.T) {
	for _, a := range []graph.Activation{graph.Sigmoid, graph.ReLU} {
		net, train, test := studyNet(t, a, 30)
		whole := measured(t, net, train, test)
		alone, err := MeasureNoticeable(t.Context(), net, observed(t, net, test))
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range alone.Layers {
			if w := whole.Layers[i]; l.NoticeableDistance != w.NoticeableDistance || !slices.Equal(l.NoticeableDistances, w.NoticeableDistances) || l.Name != w.Name {
				t.Errorf("%s: %+v, want %+v", l.Name, l.NoticeableDistance, w.NoticeableDistance)
			}
		}
		if _, err := MeasureNoticeable(t.Context(), net, Sample{Set: test}); err == nil {
			t.Error("a sample without an observation is taken")
		}
	}
}

func BenchmarkMeasureNoticeable(b *testing.B) {
	for _, a := range []graph.Activation{graph.Sigmoid, graph.ReLU} {
		net, _, testSet := studyNet(b, a, 200)
		test := observed(b, net, testSet)
		b.Run(a.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := MeasureNoticeable(b.Context(), net, test); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNoticeable(b *testing.B) {
	net, trainSet, testSet := studyNet(b, graph.Sigmoid, 200)
	train, test := observed(b, net, trainSet), observed(b, net, testSet)
	m, err := newMeasuring(b.Context(), net, train, test)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := m.addNoticeable(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
