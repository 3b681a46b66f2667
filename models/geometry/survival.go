package geometry

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/data"
	"actscope/internal/panics"
	"actscope/models"
)

// Survived is what a linear reader finds of the points' distances in a layer whose units are
// disturbed. Without a disturbance squeezing loses almost nothing: ranks do not change under
// it, and float64 tells 1 from 1 - 1e-15.
type Survived struct {
	// Layer is "input", "layer 1", .. or "output", as in [Layer].
	Layer string `json:"layer"`
	// Noise is the deviation of the noise on each unit of what the layer hands on, as a
	// multiple of the layer's [Deviation].
	Noise float64 `json:"noise"`
	Reading
}

// NoiseLevels are those of the study.
func NoiseLevels() []float64 { return []float64{0, 0.003, 0.01, 0.03, 0.1, 0.3} }

// Survival measures what of the points' distances each layer hands on through noise: for
// each layer and level, independent Gaussian noise of the level times the layer's
// [Deviation] over the points is added to each unit, of the rows to which readers are fitted
// and of the points on which they are judged. Neither should be what the network was trained
// on, where there is a choice.
//
// The noise of layer l, the input being 0, is drawn row by row from the stream of seed 2l for
// the rows to fit and of 2l+1 for the points, and only multiplied by the levels: these
// differ in nothing else, and equal networks give equal numbers wherever they are measured.
// The error says what is wrong with the samples or levels, or is that of the context.
func Survival(ctx context.Context, net *models.Network, fit, points Located, levels []float64) (_ []Survived, err error) {
	defer panics.Catch(&err, "measuring what survives noise in %v", net)
	if err := checkLocated(net, fit, points); err != nil {
		return nil, err
	}
	for _, level := range levels {
		if !(level >= 0) || math.IsInf(level, 0) {
			return nil, fmt.Errorf("geometry: noise of %v deviations: it has to be finite and 0 or more", level)
		}
	}
	r := readerOf(net, fit, points)
	one, read := oneUnit(net, fit.Sample, points.Sample)
	var all []Survived
	for i, a := range activationsOf(one, read[0], read[1]) {
		deviation := Deviation(a.test)
		fitted, judged := newDisturbed(a.train, 2*uint32(i)), newDisturbed(a.test, 2*uint32(i)+1)
		for _, level := range levels {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			reading, err := r.read(fitted.by(level*deviation), judged.by(level*deviation))
			if err != nil {
				return nil, fmt.Errorf("geometry: %s: %w", a.name, err)
			}
			all = append(all, Survived{a.name, level, reading})
		}
	}
	return all, nil
}

// Deviation is the mean over the units of a layer (rows × units) of their standard
// deviations.
func Deviation(a mat.Matrix) float64 {
	_, units := a.Dims()
	sum := 0.0
	for j := range units {
		if !constant(a, j) { // of which rounding would leave one
			sum += stat.PopStdDev(mat.Col(nil, j, a), nil)
		}
	}
	return sum / float64(units)
}

// disturbed is a layer with noise of deviation 1 to be added.
type disturbed struct{ layer, noise, sum *mat.Dense }

func newDisturbed(layer *mat.Dense, seed uint32) disturbed {
	layer = mat.DenseCopyOf(layer)
	rows, units := layer.Dims()
	stream, noise := data.NewRandomState(seed), make([]float64, rows*units)
	for i := range noise {
		noise[i] = stream.NormFloat64()
	}
	return disturbed{layer, mat.NewDense(rows, units, noise), mat.NewDense(rows, units, nil)}
}

// by is the layer with noise of a deviation, valid until the next.
func (d disturbed) by(deviation float64) *mat.Dense {
	floats.AddScaledTo(d.sum.RawMatrix().Data, d.layer.RawMatrix().Data, deviation, d.noise.RawMatrix().Data)
	return d.sum
}
