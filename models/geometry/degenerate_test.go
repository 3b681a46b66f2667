package geometry

import (
	"actscope/internal/number"
	"encoding/json"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

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
				p, err := PairwiseCorrelation(other, test.a)
				same("pairs", p, err, test.pairs)
			}
			f, err := FisherRatio(test.a, test.labels)
			same("Fisher ratio", f, err, test.fisher)
			n, err := NC1(test.a, test.labels)
			same("NC1", n, err, test.nc1)
			p, err := FitProbe(test.a, test.labels)
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
		"CKA":                 func() error { _, err := CKA(three, four); return err },
		"PairwiseCorrelation": func() error { _, err := PairwiseCorrelation(three, four); return err },
		"FisherRatio":         func() error { _, err := FisherRatio(four, labels); return err },
		"NC1":                 func() error { _, err := NC1(four, labels); return err },
		"FitProbe":            func() error { _, err := FitProbe(four, labels); return err },
		"Decoded":             func() error { _, err := Decoded(four, labels, four, labels); return err },
	} {
		if call() == nil {
			t.Errorf("%s takes three labels or rows for four", name)
		}
	}
}

func TestNumbersSurviveJSON(t *testing.T) {
	for text, want := range map[string]number.Float{"0.1": 0.1, "-3e-300": -3e-300, "null": number.Float(math.NaN())} {
		written, err := json.Marshal(want)
		if err != nil || string(written) != text {
			t.Errorf("%v is written %s, %v", want, written, err)
		}
		var read number.Float
		if err := json.Unmarshal([]byte(text), &read); err != nil || (read != want && !math.IsNaN(float64(want))) {
			t.Errorf("%s is read %v, %v", text, read, err)
		}
	}
	if written, err := json.Marshal(number.Float(math.Inf(-1))); err != nil || string(written) != "null" {
		t.Errorf("an infinity is written %s, %v", written, err)
	}
	if err := json.Unmarshal([]byte(`"x"`), new(number.Float)); err == nil {
		t.Error("a word is read as a number")
	}
}
