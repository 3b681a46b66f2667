package geometry

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/graph"
	"actscope/graph/machine/kernel"
	"actscope/models"
)

// Reading is what linear readers find of points' distances to the decision boundary in what a
// layer hands on, or in what became of that on its way. A reader is a ridge regression, fitted
// to other rows as in [Decoded]. Of a network that predicts numbers there is nothing to read.
type Reading struct {
	// Decoded is the share of the signed distances' variance that a reader recovers. Of more
	// than two regions it is that of the distance times the direction of the region, all
	// coordinates together: for k classes the vertices of a regular simplex, e_c - (1, .., 1)/k,
	// for several labels their signs.
	Decoded Number `json:"decoded"`
	// FarRank says whether far points can be told apart: the rank correlation between
	// distance and what is read among the farther half of the points on one side of the
	// boundary, by a reader that was fitted to the farther half there; the mean of both
	// sides, or of all predicted regions with [LeastReadRows] points, two or more. It is 1
	// where the order is kept, and about 0 where nothing is left of it.
	FarRank Number `json:"far_rank"`
	// Undefined gives the reason for each value that is null.
	Undefined map[string]string `json:"undefined,omitempty"`
}

// LeastReadRows is the fewest rows to which a reader is fitted, and the fewest points on
// each side of the boundary for a far rank.
const LeastReadRows = 8

// reader knows the distances of the rows to fit to and of the points to judge on.
type reader struct {
	fit, points sides
	far         []farSide
	reason      string // why there is nothing to read
}

// farSide are the rows of the farther half of one region, with the ranks of the points'
// distances.
type farSide struct {
	fit, points []int
	ranks       []float64
}

func newReader(fit, points sides) reader {
	r := reader{fit: fit, points: points}
	switch {
	case min(len(fit.distances), len(points.distances)) < LeastReadRows:
		r.reason = fmt.Sprintf("fewer than %d rows", LeastReadRows)
	case floats.HasNaN(fit.distances) || floats.HasNaN(points.distances):
		r.reason = noBoundary
	}
	regions := slices.Clone(points.regions)
	slices.Sort(regions)
	for _, region := range slices.Compact(regions) {
		one, two := fit.fartherHalf(region), points.fartherHalf(region)
		if one != nil && two != nil {
			r.far = append(r.far, farSide{one, two, ranks(valuesOf(points.distances, two))})
		}
	}
	return r
}

// readerOf compares located samples of a network.
func readerOf(net *models.Network, fit, points Located) reader {
	d := decisionOf(net.OneUnit())
	if d.targets == graph.Numbers {
		return reader{reason: numbersReason}
	}
	last := net.Depth() - 1
	return newReader(d.sidesOf(fit.Signed, fit.Observation.Pre[last]), d.sidesOf(points.Signed, points.Observation.Pre[last]))
}

// fartherHalf are the farther half of the rows in one region, none where they are few.
func (s sides) fartherHalf(region string) []int {
	var rows []int
	for i, name := range s.regions {
		if name == region {
			rows = append(rows, i)
		}
	}
	if len(rows) < LeastReadRows {
		return nil
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(math.Abs(s.distances[b]), math.Abs(s.distances[a])) })
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
	all, err := fitReadOuts(fit, r.fit.oriented...)
	if err != nil {
		return reading, err
	}
	reading.Decoded = Number(all.recovered(points, r.points.oriented))
	note(&reading.Undefined, "decoded", reading.Decoded, "all points are at one distance")
	if len(r.far) < 2 {
		reason = fmt.Sprintf("fewer than %d points on one side of the boundary", LeastReadRows)
		if len(r.points.oriented) > 1 {
			reason = fmt.Sprintf("fewer than %d points in all predicted regions but one", LeastReadRows)
		}
		note(&reading.Undefined, "far_rank", reading.FarRank, reason)
		return reading, nil
	}
	reading.FarRank = 0
	for _, side := range r.far {
		if all, err = fitReadOuts(rowsOf(fit, side.fit), valuesOf(r.fit.distances, side.fit)); err != nil {
			return reading, err
		}
		rank := correlation(side.ranks, ranks(all[0].Scores(rowsOf(points, side.points))))
		reading.FarRank += Number(rank / float64(len(r.far)))
	}
	note(&reading.Undefined, "far_rank", reading.FarRank, "the far points of one side are at one distance, or read as one")
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
