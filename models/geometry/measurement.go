package geometry

import (
	"math"
	"slices"

	"actscope/internal/number"
	"actscope/internal/stats"
)

// Number is a measured value, a float64. Where it is not defined it is NaN, which JSON
// writes as null and reads back as NaN; infinities become null, too.
type Number = number.Float

// Measurement is what [Measure] and [MeasureAll] find out about a network. What is not
// defined is NaN, and null in JSON.
type Measurement struct {
	// BoundaryFound says whether the network has a decision boundary near the data;
	// without one there are no distances.
	BoundaryFound bool `json:"boundary_found"`
	// BoundaryError and BoundaryStep say how exact the distances to it are; see
	// [Boundary].
	BoundaryError Number `json:"boundary_error"`
	BoundaryStep  Number `json:"boundary_step"`
	// Layers are the input, the hidden layers and the output.
	Layers []Layer `json:"layers"`
	// PlaneRegions is the number of regions into which the first hidden layer parts
	// the whole plane of two inputs; see [PlaneRegions].
	PlaneRegions Number `json:"plane_regions"`
	// JacobianRows is the number of test rows that Jacobian matrices are of where they would
	// take too long at the first 256: with many inputs to wide layers. It is 0 elsewhere.
	JacobianRows int `json:"jacobian_rows,omitempty"`
	// CKA holds [CKA] between any two of the input and the hidden layers.
	CKA [][]Number `json:"cka"`
	// Undefined gives the reason for each value of the network that is null.
	Undefined map[string]string `json:"undefined,omitempty"`

	// Distances are those of the measured test rows to the decision boundary, and
	// Closest the points of it that are closest, rows × inputs.
	Distances, Closest []float64 `json:"-"`
	// TrainDistances are those of the training rows at which [MeasureAll] looked for it.
	TrainDistances []float64 `json:"-"`
}

// Layer is what a layer makes of the points: of the test rows, where nothing else is
// said. A hidden layer is what it hands on; the input is the points themselves, the
// output its pre-activations: the logit of two classes, of a network of two logits their
// difference, or all outputs.
type Layer struct {
	// Name is "input", "layer 1", .. or "output".
	Name string `json:"name"`
	// DistanceCorrelation is the article's thesis as a number: the rank correlation
	// between a point's distance to the decision boundary in input space and its margin
	// in the layer, within each class that the network predicts (of several labels each
	// combination of them), the mean weighted by their rows: see [SpearmanWithin]. The margin is the distance of what the layer hands on to the
	// hyperplane of the layer's [Probe], fitted to the training rows; for the output it
	// is |z|/|w|, the distance of what the last hidden layer hands on to the network's
	// own hyperplane. Of more than two classes it is the distance to the boundary of the
	// region in which the layer's [Multinomial], or the output layer, puts the row; of
	// several labels the least distance to the hyperplane of one.
	DistanceCorrelation Number `json:"distance_correlation"`
	// DistanceCorrelationPooled is the same correlation over all rows together. It mixes what is
	// within the classes with what is between them: margins that are kept in each class, but are
	// larger in one, make it small or negative. It was DistanceCorrelation in earlier versions.
	DistanceCorrelationPooled Number `json:"distance_correlation_pooled"`
	// ProbeAccuracy is the share of rows that the probe classifies rightly; for the
	// output the network's accuracy.
	ProbeAccuracy Number `json:"probe_accuracy"`
	// TargetDecoded is, of a network that predicts numbers, how much of each a linear
	// function of the layer knows, by [Decoded] fitted to the training rows. Such a network
	// has no boundary, margins, classes or probes: their values are null.
	TargetDecoded []Number `json:"target_decoded,omitempty"`

	// Spread is the standard deviation of all activations; Saturated and Dead are the
	// shares of [SaturatedShare] and [DeadShare], EffectiveRank is [EffectiveRank]. The slope
	// of a softmax is that of each probability along its own logit, p(1 - p).
	Spread        Number `json:"spread"`
	Saturated     Number `json:"saturated"`
	Dead          Number `json:"dead"`
	EffectiveRank Number `json:"effective_rank"`
	// FisherRatio and NC1 say how far the classes are apart, which of several labels are
	// the combinations that occur; NC1 is over the training rows, on which networks collapse.
	FisherRatio Number `json:"fisher_ratio"`
	NC1         Number `json:"nc1"`
	// NoticeableDistance is how finely the layer resolves distances from the decision
	// boundary.
	NoticeableDistance Noticeable `json:"noticeable_distance"`

	// DistanceDecoded is how much of the signed distance to the decision boundary a
	// linear function of the layer knows, by [Decoded]: of what is here but not in the
	// margin, too. Of more than two regions it is of the distance with the region's direction;
	// see [Reading].
	DistanceDecoded Number `json:"distance_decoded"`
	// PairwiseCorrelation is the rank correlation between the Euclidean distances of all
	// pairs of rows in the layer and those of the same pairs in the input: 1 where the
	// layer keeps the order of all distances, as turning and scaling do.
	PairwiseCorrelation Number `json:"pairwise_correlation"`
	// Jacobian is about the map from the input to the layer.
	Jacobian Jacobian `json:"jacobian"`
	// CurveRatio is the [CurveLength] of the layer's pre-activations over that of those
	// before, for the [Circle] of radius √inputs, on which a point's inputs have the mean
	// square 1 of standardised ones, whatever the points: in the first layer over that of
	// the circle.
	CurveRatio Number `json:"curve_ratio"`
	// BoxRegions and LineRegions are the numbers of linear regions up to this layer
	// in a box around the points, and on the straight line through the means of the
	// training rows of both classes, of more those two that are farthest apart.
	BoxRegions  Number `json:"box_regions"`
	LineRegions Number `json:"line_regions"`

	// Undefined gives the reason for each value that is null.
	Undefined map[string]string `json:"undefined,omitempty"`

	// Margins are signed, positive on the side of class 1, where there are two classes, of
	// more not negative; NaN where numbers are predicted.
	Margins []float64 `json:"-"`
	// NoticeableDistances are the rows' just-noticeable distances: NaN without a boundary
	// and on it, infinite where the layer is flat. See [Noticeable].
	NoticeableDistances []float64 `json:"-"`
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
	Min    Number `json:"min"`
	Median Number `json:"median"`
	Max    Number `json:"max"`
}

// rangeOf is the range of one or more values.
func rangeOf(values []float64) Range {
	sorted := slices.Sorted(slices.Values(values))
	return Range{Number(sorted[0]), Number(stats.Quantile(sorted, 0.5)), Number(sorted[len(sorted)-1])}
}

// undefined is the value of a metric that has none.
var undefined = math.NaN()

// newMeasurement has nothing measured but a boundary.
func newMeasurement(b Boundary, noBoundary string) Measurement {
	m := Measurement{
		BoundaryFound: b.Found(), BoundaryError: Number(b.Error), BoundaryStep: Number(b.Step),
		PlaneRegions: Number(undefined), Distances: b.Distances, Closest: b.Closest,
	}
	if !m.BoundaryFound {
		m.BoundaryError = Number(undefined)
	}
	note(&m.Undefined, "boundary_error", m.BoundaryError, noBoundary)
	reason := "there is a grid for two inputs only; with others distances are upper bounds"
	if noBoundary == numbersReason {
		m.BoundaryStep, reason = Number(undefined), numbersReason
	}
	note(&m.Undefined, "boundary_step", m.BoundaryStep, reason)
	return m
}

const noBoundary = "the network has no decision boundary near the points"

// newLayer has nothing measured.
func newLayer(name string) Layer {
	nan := Number(undefined)
	none := Range{nan, nan, nan}
	return Layer{
		Name: name, DistanceCorrelation: nan, DistanceCorrelationPooled: nan, ProbeAccuracy: nan, Spread: nan, Saturated: nan, Dead: nan, EffectiveRank: nan,
		FisherRatio: nan, NC1: nan, NoticeableDistance: noNoticeable(undefined), DistanceDecoded: nan, PairwiseCorrelation: nan, Jacobian: Jacobian{none, none}, CurveRatio: nan, BoxRegions: nan, LineRegions: nan,
	}
}

// note gives the reason for a value that is not a finite number.
func note(reasons *map[string]string, key string, value Number, reason string) {
	if finite(float64(value)) {
		return
	}
	if *reasons == nil {
		*reasons = make(map[string]string)
	}
	(*reasons)[key] = reason
}
