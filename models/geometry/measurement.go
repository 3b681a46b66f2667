package geometry

import (
	"actscope/internal/number"
	"cmp"
	"math"
	"slices"
)

// Measurement is what [Measure] and [MeasureAll] find out about a network. What is not
// defined is NaN, and null in JSON.
type Measurement struct {
	// BoundaryFound says whether the network has a decision boundary near the data;
	// without one there are no distances.
	BoundaryFound bool `json:"boundary_found"`
	// BoundaryError and BoundaryStep say how exact the distances to it are; see
	// [Boundary].
	BoundaryError number.Float `json:"boundary_error"`
	BoundaryStep  number.Float `json:"boundary_step"`
	// Layers are the input, the hidden layers and the output.
	Layers []Layer `json:"layers"`
	// PlaneRegions is the number of regions into which the first hidden layer parts
	// the whole plane of two inputs; see [PlaneRegions].
	PlaneRegions number.Float `json:"plane_regions"`
	// CKA holds [CKA] between any two of the input and the hidden layers.
	CKA [][]number.Float `json:"cka"`
	// Undefined gives the reason for each value of the network that is null.
	Undefined map[string]string `json:"undefined,omitempty"`

	// Distances are those of the test rows, of the first 1000 where there are more, to
	// the decision boundary, and Closest the points of it that are closest, rows ×
	// inputs.
	Distances, Closest []float64 `json:"-"`
}

// Layer is what a layer makes of the points: of the test rows, where nothing else is
// said. A hidden layer is what it hands on; the input is the points themselves, the
// output its pre-activation, the logit.
type Layer struct {
	// Name is "input", "layer 1", .. or "output".
	Name string `json:"name"`
	// DistanceCorrelation is the article's thesis as a number: the rank correlation
	// between a point's distance to the decision boundary in input space and its margin
	// in the layer. The margin is the distance of what the layer hands on to the
	// hyperplane of the layer's [Probe], fitted to the training rows; for the output it
	// is |z|/|w|, the distance of what the last hidden layer hands on to the network's
	// own hyperplane.
	DistanceCorrelation number.Float `json:"distance_correlation"`
	// ProbeAccuracy is the share of rows that the probe classifies rightly; for the
	// output the network's accuracy.
	ProbeAccuracy number.Float `json:"probe_accuracy"`

	// Spread is the standard deviation of all activations; Saturated and Dead are the
	// shares of [SaturatedShare] and [DeadShare], EffectiveRank is [EffectiveRank].
	Spread        number.Float `json:"spread"`
	Saturated     number.Float `json:"saturated"`
	Dead          number.Float `json:"dead"`
	EffectiveRank number.Float `json:"effective_rank"`
	// FisherRatio and NC1 say how far the classes are apart; NC1 is over the training
	// rows, on which networks collapse.
	FisherRatio number.Float `json:"fisher_ratio"`
	NC1         number.Float `json:"nc1"`

	// DistanceDecoded is how much of the signed distance to the decision boundary a
	// linear function of the layer knows, by [Decoded]: of what is here but not in the
	// margin, too.
	DistanceDecoded number.Float `json:"distance_decoded"`
	// PairwiseCorrelation is [PairwiseCorrelation] with the input.
	PairwiseCorrelation number.Float `json:"pairwise_correlation"`
	// Jacobian is about the map from the input to the layer.
	Jacobian Jacobian `json:"jacobian"`
	// CurveRatio is the [CurveLength] of the layer's pre-activations over that of those
	// before, for the [Circle] through the points' root mean square: in the first layer
	// over that of the circle.
	CurveRatio number.Float `json:"curve_ratio"`
	// BoxRegions and LineRegions are the numbers of linear regions up to this layer
	// in a box around the points, and on the straight line through the means of the
	// training rows of both classes.
	BoxRegions  number.Float `json:"box_regions"`
	LineRegions number.Float `json:"line_regions"`

	// Undefined gives the reason for each value that is null.
	Undefined map[string]string `json:"undefined,omitempty"`

	// Margins are signed, positive on the side of class 1.
	Margins []float64 `json:"-"`
}

// Jacobian is how the singular values of a map's Jacobian matrix are distributed over
// the points.
type Jacobian struct {
	// Largest and Smallest are the largest and the smallest of the matrix's min(inputs,
	// units) singular values.
	Largest  Range `json:"largest"`
	Smallest Range `json:"smallest"`
}

// Range is the range of a number over points.
type Range struct {
	Min    number.Float `json:"min"`
	Median number.Float `json:"median"`
	Max    number.Float `json:"max"`
}

// rangeOf is the range of values, NaN of none.
func rangeOf(values []float64) Range {
	n := len(values)
	if n == 0 {
		return Range{number.Float(undefined), number.Float(undefined), number.Float(undefined)}
	}
	sorted := slices.SortedFunc(slices.Values(values), cmp.Compare[float64])
	median := (sorted[(n-1)/2] + sorted[n/2]) / 2
	return Range{number.Float(sorted[0]), number.Float(median), number.Float(sorted[n-1])}
}

// newMeasurement has nothing measured but a boundary.
func newMeasurement(b Boundary) Measurement {
	m := Measurement{
		BoundaryFound: b.Found(), BoundaryError: number.Float(b.Error), BoundaryStep: number.Float(b.Step),
		PlaneRegions: number.Float(undefined), Distances: b.Distances, Closest: b.Closest,
	}
	if !m.BoundaryFound {
		m.BoundaryError = number.Float(undefined)
	}
	note(&m.Undefined, "boundary_error", m.BoundaryError, noBoundary)
	note(&m.Undefined, "boundary_step", m.BoundaryStep, "there is a grid for two inputs only; with others distances are upper bounds")
	return m
}

// newLayer has nothing measured.
func newLayer(name string) Layer {
	nan := number.Float(undefined)
	none := Range{nan, nan, nan}
	return Layer{
		Name: name, DistanceCorrelation: nan, ProbeAccuracy: nan, Spread: nan, Saturated: nan, Dead: nan, EffectiveRank: nan,
		FisherRatio: nan, NC1: nan, DistanceDecoded: nan, PairwiseCorrelation: nan, Jacobian: Jacobian{none, none}, CurveRatio: nan, BoxRegions: nan, LineRegions: nan,
	}
}

// note gives the reason for a value that is not a finite number.
func note(reasons *map[string]string, key string, value number.Float, reason string) {
	if v := float64(value); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return
	}
	if *reasons == nil {
		*reasons = make(map[string]string)
	}
	(*reasons)[key] = reason
}
