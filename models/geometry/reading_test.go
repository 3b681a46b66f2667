package geometry

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"actscope/internal/npz"
)

// testdata/survival.py says how NumPy and SciPy get the numbers.
func TestReadingsEqualNumPys(t *testing.T) {
	arrays, err := npz.ReadFile("testdata/survival.npz")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"narrow", "wide"} {
		r := reference{t, arrays, name}
		got, err := newReader(twoSides(r.values("fit_distances")), twoSides(r.values("points_distances"))).read(r.matrix("fit"), r.matrix("points"))
		want := r.values("reading")
		if err != nil || math.Abs(float64(got.Decoded)-want[0]) > 1e-9 || math.Abs(float64(got.FarRank)-want[1]) > 1e-9 {
			t.Errorf("%s: %v, %v; NumPy has %v", name, got, err, want)
		}
	}
}

// linear are distances with a layer of two units that knows them exactly.
func linear(rows int) (distances []float64, layer *mat.Dense) {
	r := rand.New(rand.NewPCG(1, 2))
	layer = mat.NewDense(rows, 2, nil)
	for i := range rows {
		layer.SetRow(i, []float64{r.NormFloat64(), r.NormFloat64()})
		distances = append(distances, layer.At(i, 0)-layer.At(i, 1))
	}
	return distances, layer
}

func TestReadingsThatAreNotDefinedSayWhy(t *testing.T) {
	distances, layer := linear(100)
	few, fewRows := linear(LeastReadRows - 1)
	oneSide, level, lost := make([]float64, 100), make([]float64, 100), make([]float64, 100)
	for i, d := range distances {
		oneSide[i], level[i], lost[i] = math.Abs(d), math.Copysign(1, d), math.NaN()
	}
	for _, test := range []struct {
		name               string
		fit, points        []float64
		fitRows, pointRows *mat.Dense
		decoded, far       string
	}{
		{"everything", distances, distances, layer, layer, "", ""},
		{"few rows to fit", few, distances, fewRows, layer, "fewer than 8 rows", "fewer than 8 rows"},
		{"few points", distances, few, layer, fewRows, "fewer than 8 rows", "fewer than 8 rows"},
		{"one side", oneSide, oneSide, layer, layer, "", "fewer than 8 points on one side of the boundary"},
		{"no boundary", lost, lost, layer, layer, noBoundary, noBoundary},
		{"a constant layer", distances, distances, mat.NewDense(100, 2, nil), mat.NewDense(100, 2, nil), "the layer is constant", "the layer is constant"},
		{"one distance", level, level, layer, layer, "", "the far points of one side are at one distance, or read as one"},
	} {
		got, err := newReader(twoSides(test.fit), twoSides(test.points)).read(test.fitRows, test.pointRows)
		if err != nil {
			t.Fatal(err)
		}
		if got.Undefined["decoded"] != test.decoded || math.IsNaN(float64(got.Decoded)) != (test.decoded != "") {
			t.Errorf("%s: decoded %v, %q", test.name, got.Decoded, got.Undefined["decoded"])
		}
		if got.Undefined["far_rank"] != test.far || math.IsNaN(float64(got.FarRank)) != (test.far != "") {
			t.Errorf("%s: far rank %v, %q", test.name, got.FarRank, got.Undefined["far_rank"])
		}
	}
}
