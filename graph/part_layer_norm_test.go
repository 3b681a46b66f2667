package graph

import (
	"math"
	"testing"
)

func TestLayerNormNormalisesEachRow(t *testing.T) {
	for _, purpose := range []Purpose{Evaluation, Training} {
		with, plain, parameters := partProgram(t, 5, purpose, nil, "layer-norm")
		affine, normal := capture(t, plain, Point{1, PreActivation}), capture(t, with, Point{1, PreActivation})
		for i := range 5 {
			var row []float64
			for j := range 6 {
				row = append(row, affine.At(i, j))
			}
			mean, variance := moments(row)
			for j, x := range row {
				want := parameters[4].Values[j]*(x-mean)/math.Sqrt(variance+1e-5) + parameters[5].Values[j]
				if math.Abs(normal.At(i, j)-want) > 1e-14 {
					t.Errorf("row %d, unit %d is %v, want %v", i, j, normal.At(i, j), want)
				}
			}
		}
	}
}
