package geometry

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// gaussian is a matrix of normal numbers.
func gaussian(rng *rand.Rand, rows, columns int) *mat.Dense {
	m := mat.NewDense(rows, columns, nil)
	for i := range rows {
		for j := range columns {
			m.Set(i, j, rng.NormFloat64())
		}
	}
	return m
}

// rotation is a random orthogonal matrix.
func rotation(rng *rand.Rand, side int) *mat.Dense {
	var qr mat.QR
	qr.Factorize(gaussian(rng, side, side))
	var q mat.Dense
	qr.QTo(&q)
	return &q
}

func near(t *testing.T, what string, got float64, err error, want, tolerance float64) {
	t.Helper()
	if err != nil || !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %v, %v; want %v", what, got, err, want)
	}
}

func TestTurningAndScalingKeepAlignmentAndDistances(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for _, shape := range [][2]int{{40, 6}, {10, 25}, {30, 1}} {
		a := gaussian(rng, shape[0], shape[1])
		var turned mat.Dense
		turned.Mul(a, rotation(rng, shape[1]))
		turned.Scale(-7.5, &turned)
		turned.Apply(func(_, _ int, v float64) float64 { return v + 3 }, &turned)
		c, err := CKA(a, &turned)
		near(t, "alignment", c, err, 1, 1e-12)
		near(t, "pairs", correlation(pairRanks(a), pairRanks(&turned)), nil, 1, 1e-9)
		near(t, "rank", EffectiveRank(&turned), nil, EffectiveRank(a), 1e-9)
	}
}

func TestAlignmentOfWhatHasNothingInCommonIsZero(t *testing.T) {
	x := mat.NewDense(4, 1, []float64{1, 1, -1, -1})
	y := mat.NewDense(4, 1, []float64{1, -1, 1, -1})
	c, err := CKA(x, y)
	near(t, "alignment", c, err, 0, 1e-15)
}

func TestEffectiveRankOfKnownSpectra(t *testing.T) {
	both := func(diagonal ...float64) *mat.Dense { // with mean 0: the matrix and its negative
		n := len(diagonal)
		m := mat.NewDense(2*n, n, nil)
		for i, v := range diagonal {
			m.Set(i, i, v)
			m.Set(n+i, i, -v)
		}
		return m
	}
	near(t, "identity", EffectiveRank(both(1, 1, 1, 1, 1)), nil, 5, 1e-12)
	near(t, "identity scaled", EffectiveRank(both(3e-9, 3e-9)), nil, 2, 1e-12)
	near(t, "3 and 1", EffectiveRank(both(3, 1)), nil, math.Exp(-0.75*math.Log(0.75)-0.25*math.Log(0.25)), 1e-12)
	var one mat.Dense
	one.Outer(1, mat.NewVecDense(4, []float64{1, -2, 3, 0}), mat.NewVecDense(3, []float64{5, 1, -1}))
	near(t, "rank one", EffectiveRank(&one), nil, 1, 1e-12)
}

// Two clusters whose moments are known: means ∓1 on the first axis, within each
// deviations of 1/2 on the first and of 2 on the second.
func TestClassMetricsOfKnownMoments(t *testing.T) {
	var rows, labels []float64
	for _, class := range []float64{0, 1} {
		for _, s := range [][2]float64{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
			rows = append(rows, 2*class-1+s[0]/2, 2*s[1])
			labels = append(labels, class)
		}
	}
	a := mat.NewDense(8, 2, rows)
	f, err := FisherRatio(a, labels)
	near(t, "Fisher", f, err, 1/(0.25+4), 1e-15)
	n, err := NC1(a, labels) // only the first axis counts: 0.25/1, over two classes
	near(t, "NC1", n, err, 0.125, 1e-15)
	p, err := FitProbe(t.Context(), a, labels)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "bias", p.Bias, nil, 0, 1e-9)
	near(t, "second weight", p.Weights[1], nil, 0, 1e-9)
	for i, m := range p.Margins(a) { // with that hyperplane margins are the first coordinate
		near(t, "margin", m, nil, rows[2*i], 1e-9)
	}
	near(t, "accuracy", p.Accuracy(a, labels), nil, 1, 0)
}

func TestDecodingOfALinearFunctionIsNearlyPerfect(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	for _, units := range []int{1, 5, 80} {
		train, test := gaussian(rng, 2000, units), gaussian(rng, 300, units)
		target := func(a *mat.Dense) []float64 {
			rows, _ := a.Dims()
			out := make([]float64, rows)
			for i := range out {
				out[i] = 3 + 2*mat.Sum(a.RowView(i))
			}
			return out
		}
		d, err := Decoded(train, target(train), test, target(test))
		near(t, "decoded", d, err, 1, 1e-5)
	}
}

func TestSaturationOfKnownActivations(t *testing.T) {
	sigmoid := func(z float64) float64 { p := 1 / (1 + math.Exp(-z)); return p * (1 - p) }
	z := mat.NewDense(2, 4, []float64{0, 3.6, -3.6, 2, 3.7, -3.7, 100, -100})
	near(t, "sigmoid", SaturatedShare(z, sigmoid), nil, 0.5, 0)
	step := func(z float64) float64 {
		if z > 0 {
			return 1
		}
		return 0
	}
	near(t, "rectifier", SaturatedShare(z, step), nil, 0.5, 0)
	near(t, "identity", SaturatedShare(z, func(float64) float64 { return 1 }), nil, 0, 0)
	if s := SaturatedShare(z, func(float64) float64 { return 0 }); !math.IsNaN(s) {
		t.Errorf("a constant activation: %v", s)
	}
}

// A polygon of 512 corners falls short of the circle by (2π/512)²/24.
func TestTheLengthOfACircle(t *testing.T) {
	length := CurveLength(mat.NewDense(513, 2, Circle(3, 2, 512)))
	near(t, "circumference over √2", length, nil, 2*math.Pi*3/math.Sqrt2, 1e-4)
	near(t, "to and fro", CurveLength(mat.NewDense(513, 1, Circle(3, 1, 512))), nil, 12, 1e-12)
	five := CurveLength(mat.NewDense(513, 5, Circle(3, 5, 512)))
	near(t, "in five dimensions", five*math.Sqrt(5), nil, length*math.Sqrt2, 1e-12)
	near(t, "a point", CurveLength(mat.NewDense(1, 2, nil)), nil, 0, 0)
}

// What metrics are for layers that say nothing.
func TestMetricsOfDegenerateLayersAreDefined(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	two := []float64{0, 1, 0, 1}
	for _, test := range []struct {
		name                                             string
		a                                                *mat.Dense
		labels                                           []float64
		dead, rank, cka, pairs, fisher, nc1, probe, know float64
	}{
		// a third is not a binary fraction: its mean over the rows may be rounded
		{"constant", mat.NewDense(4, 2, []float64{1. / 3, 7, 1. / 3, 7, 1. / 3, 7, 1. / 3, 7}), two, 1, 0, nan, nan, nan, nan, 0.5, 0},
		{"dead", mat.NewDense(4, 3, nil), two, 1, 0, nan, nan, nan, nan, 0.5, 0},
		{"one unit is dead", mat.NewDense(4, 2, []float64{0, -1, 0, 1, 0, -2, 0, 2}), two, 0.5, 1, 1, 1, 9, 1. / 18, 1, 0.99},
		{"width 1", mat.NewDense(4, 1, []float64{-1, 1, -2, 2}), two, 0, 1, 1, 1, 9, 1. / 18, 1, 0.99},
		{"one row", mat.NewDense(1, 2, []float64{3, 4}), []float64{1}, nan, 0, nan, nan, nan, nan, 1, nan},
		{"one class", mat.NewDense(4, 1, []float64{-1, 1, -2, 2}), []float64{0, 0, 0, 0}, 0, 1, 1, 1, nan, nan, 1, 0.99},
		{"classes that are points", mat.NewDense(4, 2, []float64{0, 1, 5, 5, 0, 1, 5, 5}), two, 0, 1, nan, nan, inf, 0, 1, nan},
		{"classes of one mean", mat.NewDense(4, 1, []float64{-1, -2, 1, 2}), two, 0, 1, nan, nan, 0, inf, nan, nan},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, _ := test.a.Dims()
			same := func(what string, got float64, err error, want float64) {
				t.Helper()
				ok := math.Abs(got-want) <= 1e-9 || got == want || math.IsNaN(got) && math.IsNaN(want)
				if err != nil || !ok {
					t.Errorf("%s: %v, %v; want %v", what, got, err, want)
				}
			}
			other := mat.NewDense(rows, 1, nil)
			for i := range rows {
				other.Set(i, 0, []float64{-1, 1, -2, 2}[i])
			}
			same("dead share", DeadShare(test.a), nil, test.dead)
			same("effective rank", EffectiveRank(test.a), nil, test.rank)
			if math.IsNaN(test.cka) == (test.rank == 0) {
				c, err := CKA(test.a, other)
				same("alignment", c, err, test.cka)
				same("pairs", correlation(pairRanks(other), pairRanks(test.a)), nil, test.pairs)
			}
			f, err := FisherRatio(test.a, test.labels)
			same("Fisher ratio", f, err, test.fisher)
			n, err := NC1(test.a, test.labels)
			same("NC1", n, err, test.nc1)
			p, err := FitProbe(t.Context(), test.a, test.labels)
			if err != nil {
				t.Fatal(err)
			}
			if !math.IsNaN(test.probe) {
				same("probe accuracy", p.Accuracy(test.a, test.labels), nil, test.probe)
			}
			if margins := p.Margins(test.a); (mat.Norm(mat.NewVecDense(len(p.Weights), p.Weights), 2) == 0) != math.IsNaN(margins[0]) {
				t.Errorf("weights %v with margins %v", p.Weights, margins)
			}
			know, err := Decoded(test.a, mat.Col(nil, 0, other), test.a, mat.Col(nil, 0, other))
			switch {
			case err != nil:
				t.Error(err)
			case test.know == 0.99:
				if know < 0.9 || know > 1 {
					t.Errorf("it knows %v of itself", know)
				}
			case test.know == 0 || rows == 1:
				same("decoded", know, nil, test.know)
			}
		})
	}
}

func TestMetricsRefuseWhatDoesNotFit(t *testing.T) {
	three, four := mat.NewDense(3, 2, nil), mat.NewDense(4, 2, nil)
	labels := []float64{0, 1, 0}
	for name, call := range map[string]func() error{
		"CKA":         func() error { _, err := CKA(three, four); return err },
		"FisherRatio": func() error { _, err := FisherRatio(four, labels); return err },
		"NC1":         func() error { _, err := NC1(four, labels); return err },
		"FitProbe":    func() error { _, err := FitProbe(t.Context(), four, labels); return err },
		"Decoded":     func() error { _, err := Decoded(four, labels, four, labels); return err },
	} {
		if call() == nil {
			t.Errorf("%s takes three labels or rows for four", name)
		}
	}
}

func TestNumbersSurviveJSON(t *testing.T) {
	for text, want := range map[string]Number{"0.1": 0.1, "-3e-300": -3e-300, "null": Number(math.NaN())} {
		written, err := json.Marshal(want)
		if err != nil || string(written) != text {
			t.Errorf("%v is written %s, %v", want, written, err)
		}
		var read Number
		if err := json.Unmarshal([]byte(text), &read); err != nil || (read != want && !math.IsNaN(float64(want))) {
			t.Errorf("%s is read %v, %v", text, read, err)
		}
	}
	if written, err := json.Marshal(Number(math.Inf(-1))); err != nil || string(written) != "null" {
		t.Errorf("an infinity is written %s, %v", written, err)
	}
	if err := json.Unmarshal([]byte(`"x"`), new(Number)); err == nil {
		t.Error("a word is read as a number")
	}
}
