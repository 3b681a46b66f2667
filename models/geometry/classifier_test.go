package geometry

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/graph"
	"actscope/internal/npz"
)

// eachClasses visits the layers of testdata/classes.py, which says how scikit-learn and NumPy
// get the numbers.
func eachClasses(t *testing.T, check func(t *testing.T, r reference)) {
	arrays, err := npz.ReadFile("testdata/classes.npz")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"two", "three", "ten", "wide", "narrow", "missing"} {
		t.Run(name, func(t *testing.T) { check(t, reference{t, arrays, name}) })
	}
}

func TestMultinomialProbesEqualScikitLearns(t *testing.T) {
	eachClasses(t, func(t *testing.T, r reference) {
		m, err := FitMultinomial(t.Context(), r.matrix("a"), r.values("y"), int(r.values("k")[0]))
		if err != nil {
			t.Fatal(err)
		}
		present, want, bias := r.values("present"), r.matrix("weights"), r.values("bias")
		var got []float64
		for i, class := range present {
			weights := mat.Col(nil, int(class), m.Weights)
			if d := distance(weights, want.RawRowView(i)); !(d < 1e-7) {
				t.Errorf("class %v: weights %v, scikit-learn has %v", class, weights, want.RawRowView(i))
			}
			got = append(got, m.Bias[int(class)])
		}
		floats.AddConst(-stat.Mean(got, nil), got)
		if !floats.EqualApprox(got, bias, 1e-7) {
			t.Errorf("biases %v, scikit-learn has %v", got, bias)
		}
		for class, b := range m.Bias {
			if absent := floats.Count(func(c float64) bool { return c == float64(class) }, present) == 0; absent != math.IsInf(b, -1) {
				t.Errorf("class %d has the bias %v", class, b)
			}
		}
		if margins := m.Margins(r.matrix("b")); !floats.EqualApprox(margins, r.values("margins"), 1e-5) {
			t.Errorf("margins %v, by halving %v", margins, r.values("margins"))
		}
	})
}

func TestClassMetricsOfSeveralClassesEqualNumPys(t *testing.T) {
	eachClasses(t, func(t *testing.T, r reference) {
		value, err := FisherRatio(r.matrix("a"), r.values("y"))
		r.same("fisher", value, err, 1e-12)
		value, err = NC1(r.matrix("a"), r.values("y"))
		r.same("nc1", value, err, 1e-9)
	})
}

// Of two classes it is the probe that there has always been.
func TestAMultinomialProbeOfTwoClassesIsTheProbe(t *testing.T) {
	eachReference(t, func(t *testing.T, r reference) {
		a, y := r.matrix("a"), r.values("y")
		p, err := FitProbe(t.Context(), a, y)
		if err != nil {
			t.Fatal(err)
		}
		m, err := FitMultinomial(t.Context(), a, y, 2)
		if err != nil {
			t.Fatal(err)
		}
		for i, margin := range m.Margins(a) {
			if want := math.Abs(p.Margins(a)[i]); math.Abs(margin-want) > 1e-6*max(1, want) {
				t.Errorf("row %d: margin %v, of the probe %v", i, margin, want)
			}
		}
		if got, want := m.Accuracy(a, y), p.Accuracy(a, y); got != want {
			t.Errorf("accuracy %v, of the probe %v", got, want)
		}
	})
}

// The nearest hyperplane need not be that of the second score: of the scores 3, 2 and 1 the
// third's is ten times steeper.
func TestMarginsAreNotAlwaysTheSecondScores(t *testing.T) {
	m := Multinomial{mat.NewDense(1, 3, []float64{0, -1, -10}), []float64{3, 2, 1}}
	if got := m.Margins(mat.NewDense(1, 1, nil)); math.Abs(got[0]-0.2) > 1e-15 {
		t.Errorf("%v, want 0.2", got)
	}
	if got := m.Margins(mat.NewDense(1, 1, []float64{-0.1})); math.Abs(got[0]-0.1) > 1e-15 {
		t.Errorf("%v, want 0.1", got)
	}
}

func TestDegenerateClassifiers(t *testing.T) {
	one, constant := mat.NewDense(4, 1, []float64{1, 2, 3, 4}), mat.NewDense(4, 1, []float64{7, 7, 7, 7})
	for name, c := range map[string]struct {
		a        mat.Matrix
		y        []float64
		accuracy float64
	}{
		"one class":        {one, []float64{2, 2, 2, 2}, 1},
		"a constant layer": {constant, []float64{2, 0, 2, 1}, 0.5},
	} {
		m, err := FitMultinomial(t.Context(), c.a, c.y, 4)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Accuracy(c.a, c.y); got != c.accuracy {
			t.Errorf("%s: accuracy %v", name, got)
		}
		if margins := m.Margins(c.a); !math.IsNaN(margins[0]) {
			t.Errorf("%s: margins %v", name, margins)
		}
	}
	for name, y := range map[string][]float64{"a class too many": {0, 1, 2, 4}, "half a class": {0, 1, 0.5, 1}, "no number": {0, 1, math.NaN(), 1}, "too few": {0, 1}} {
		if _, err := FitMultinomial(t.Context(), one, y, 4); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestReadingsOfSeveralRegionsEqualScikitLearns(t *testing.T) {
	arrays, err := npz.ReadFile("testdata/classes.npz")
	if err != nil {
		t.Fatal(err)
	}
	for name, targets := range map[string]graph.Targets{"classes": graph.Classes, "labels": graph.Labels} {
		r := reference{t, arrays, name}
		_, outputs := r.matrix("fit_outputs").Dims()
		d := decision{targets, outputs}
		fit, points := d.sidesOf(r.values("fit_distances"), r.matrix("fit_outputs")), d.sidesOf(r.values("points_distances"), r.matrix("points_outputs"))
		got, err := newReader(fit, points).read(r.matrix("fit"), r.matrix("points"))
		want := r.values("reading")
		if err != nil || math.Abs(float64(got.Decoded)-want[0]) > 1e-9 || math.Abs(float64(got.FarRank)-want[1]) > 1e-9 {
			t.Errorf("%s: %v, %v; scikit-learn has %v", name, got, err, want)
		}
	}
}

// Distances of two classes at two outputs, read with the direction of the class, are read as
// signed distances are.
func TestTwoClassesHaveTwoDirections(t *testing.T) {
	distances, layer := linear(60)
	z, magnitudes := mat.NewDense(60, 2, nil), make([]float64, 60)
	for i, d := range distances {
		z.Set(i, 1, d)
		magnitudes[i] = math.Abs(d)
	}
	layer.Apply(func(_, _ int, v float64) float64 { return math.Tanh(v) }, layer)
	s := decision{graph.Classes, 2}.sidesOf(magnitudes, z)
	got, err := newReader(s, s).read(layer, layer)
	if err != nil {
		t.Fatal(err)
	}
	want, err := newReader(twoSides(distances), twoSides(distances)).read(layer, layer)
	if err != nil || math.Abs(float64(got.Decoded-want.Decoded)) > 1e-12 || math.Abs(float64(got.FarRank-want.FarRank)) > 1e-12 {
		t.Errorf("%v, want %v (%v)", got, want, err)
	}
}

// Rounding beside a minimum led a line search in circles for ever.
func TestFitsEnd(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for k := range 60 {
		rows, units, classes := 60+rng.IntN(700), 1+rng.IntN(32), 2+rng.IntN(5)
		a, y := mat.NewDense(rows, units, nil), make([]float64, rows)
		scale := math.Pow(10, -float64(rng.IntN(9)))
		for i := range rows {
			y[i] = float64(rng.IntN(classes))
			for j := range units {
				a.Set(i, j, 0.5+scale*(rng.NormFloat64()*(1+0.1*y[i])+y[i]*float64(j%2)))
			}
		}
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		if _, err := FitMultinomial(ctx, a, y, classes); err != nil {
			t.Errorf("fit %d, %d rows, %d units, %d classes: %v", k, rows, units, classes, err)
		}
		stop()
	}
}
