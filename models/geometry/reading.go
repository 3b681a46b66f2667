package geometry

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/graph/machine/kernel"
)

// Reading is what linear readers find of points' signed distances to the decision boundary in
// what a layer hands on, or in what became of that on its way. A reader is a ridge
// regression, fitted to other rows as in [Decoded].
type Reading struct {
	// Decoded is the share of the signed distances' variance that a reader recovers.
	Decoded Number `json:"decoded"`
	// FarRank says whether far points can be told apart: the rank correlation between
	// distance and what is read among the farther half of the points on one side of the
	// boundary, by a reader that was fitted to the farther half there; the mean of both
	// sides. It is 1 where the order is kept, and about 0 where nothing is left of it.
	FarRank Number `json:"far_rank"`
	// Undefined gives the reason for each value that is null.
	Undefined map[string]string `json:"undefined,omitempty"`
}

// LeastReadRows is the fewest rows to which a reader is fitted, and the fewest points on
// each side of the boundary for a far rank.
const LeastReadRows = 8

// reader knows the signed distances of the rows to fit to and of the points to judge on.
type reader struct {
	fit, points []float64
	sides       [2]farSide
	reason      string // why there is nothing to read
}

// farSide are the rows of the farther half on one side, none where there are too few, with the
// ranks of the points' signed distances.
type farSide struct {
	fit, points []int
	ranks       []float64
}

func newReader(fit, points []float64) reader {
	r := reader{fit: fit, points: points}
	switch {
	case min(len(fit), len(points)) < LeastReadRows:
		r.reason = fmt.Sprintf("fewer than %d rows", LeastReadRows)
	case floats.HasNaN(fit) || floats.HasNaN(points):
		r.reason = noBoundary
	}
	for side := range r.sides {
		far := fartherHalf(points, side == 1)
		r.sides[side] = farSide{fartherHalf(fit, side == 1), far, ranks(valuesOf(points, far))}
	}
	return r
}

// fartherHalf are the farther half of the rows on one side.
func fartherHalf(signed []float64, above bool) []int {
	var rows []int
	for i, d := range signed {
		if (d >= 0) == above {
			rows = append(rows, i)
		}
	}
	if len(rows) < LeastReadRows {
		return nil
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(math.Abs(signed[b]), math.Abs(signed[a])) })
	rows = rows[:(len(rows)+1)/2]
	slices.Sort(rows)
	return rows
}

// read fits to some rows and judges on the points, both rows × units.
func (r reader) read(fit, points *mat.Dense) (Reading, error) {
	reading := Reading{Decoded: Number(undefined), FarRank: Number(undefined)}
	reason := r.reason
	if reason == "" && !(kernel.Finite(fit.RawMatrix().Data) && kernel.Finite(points.RawMatrix().Data)) {
		reason = "the layer is not finite"
	}
	if reason == "" && (DeadShare(fit) == 1 || DeadShare(points) == 1) {
		reason = "the layer is constant"
	}
	if reason != "" {
		note(&reading.Undefined, "decoded", reading.Decoded, reason)
		note(&reading.Undefined, "far_rank", reading.FarRank, reason)
		return reading, nil
	}
	readOut, err := fitReadOut(fit, r.fit)
	if err != nil {
		return reading, err
	}
	reading.Decoded = Number(recovered(r.points, readOut.Scores(points)))
	note(&reading.Undefined, "decoded", reading.Decoded, "all points are at one distance")
	reading.FarRank = 0
	reason = "the far points of one side are at one distance, or read as one"
	for _, side := range r.sides {
		if side.fit == nil || side.points == nil {
			reading.FarRank, reason = Number(undefined), fmt.Sprintf("fewer than %d points on one side of the boundary", LeastReadRows)
			break
		}
		if readOut, err = fitReadOut(rowsOf(fit, side.fit), valuesOf(r.fit, side.fit)); err != nil {
			return reading, err
		}
		reading.FarRank += Number(correlation(side.ranks, ranks(readOut.Scores(rowsOf(points, side.points)))) / 2)
	}
	note(&reading.Undefined, "far_rank", reading.FarRank, reason)
	return reading, nil
}

func rowsOf(m *mat.Dense, rows []int) *mat.Dense {
	_, units := m.Dims()
	out := mat.NewDense(len(rows), units, nil)
	for i, row := range rows {
		out.SetRow(i, m.RawRowView(row))
	}
	return out
}

func valuesOf(values []float64, rows []int) []float64 {
	out := make([]float64, len(rows))
	for i, row := range rows {
		out[i] = values[row]
	}
	return out
}
