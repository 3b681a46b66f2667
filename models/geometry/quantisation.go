package geometry

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/graph"
	"actscope/internal/number"
	"actscope/internal/panics"
	"actscope/models"
)

// Quantisation is what inference with few bits loses.
type Quantisation struct {
	// Activations are of inference whose hidden layers hand on numbers of a format, Weights
	// of one whose weights are such numbers, biases excepted.
	Activations []Quantised `json:"activations"`
	Weights     []Quantised `json:"weights"`
	// Smallest is the fewest bits of integers for activations with which fewer than
	// [FewFlips] of the predictions flip, and SmallestWeights for weights; null where there
	// are none up to [MostBits], and where so few points are of one class for the network
	// that a constant would do.
	Smallest        Number `json:"smallest"`
	SmallestWeights Number `json:"smallest_weights"`
	// Undefined gives the reason for what is empty or null.
	Undefined map[string]string `json:"undefined,omitempty"`
}

// Quantised is inference limited to one format.
type Quantised struct {
	Format string `json:"format"`
	// Flips is the share of the points of which another class, other labels, or none, are
	// predicted; null where numbers are.
	Flips Number `json:"flips"`
	// Reading is what can be read of the distance from the last hidden layer.
	Reading
}

const (
	// FewFlips is the share of predictions below which flips are few.
	FewFlips = 0.005
	// MostBits is the width of the widest integers that are tried, listedBits of those that
	// are in any case.
	MostBits   = 16
	listedBits = 8
)

// Quantise measures inference with [Uniform] integers of 1 to 8 bits, with wider ones where
// none of these has few flips, and with floating-point numbers of 16 and 8 bits. Integers for
// activations cover each hidden layer's range over the training rows, those for weights the
// range of each layer's matrix. Only what is stored is limited: inputs, biases, sums and what
// an activation is of its sum are float64's. Readers are fitted to some rows and judged on the
// points, as in [Survival].
//
// Activations are quantised in networks without parts only. The error says what is wrong with
// the samples, or is that of the context.
func Quantise(ctx context.Context, net *models.Network, train Sample, fit, points Located) (_ Quantisation, err error) {
	defer panics.Catch(&err, "quantising %v", net)
	q := Quantisation{Activations: []Quantised{}, Smallest: Number(undefined), SmallestWeights: Number(undefined)}
	if err := train.check(net); err != nil {
		return q, fmt.Errorf("geometry: %w", err)
	}
	if err := checkLocated(net, fit, points); err != nil {
		return q, err
	}
	j := judge{net: net, fit: fit.Sample, points: points.Sample, reader: readerOf(net, fit, points)}
	if j.reason = j.reader.reason; j.reason == "" {
		j.reason = withoutFlips(decisionOf(net), points.Observation)
	}
	reason := withoutActivations(net)
	if reason == "" {
		one, two := newLimited(net, j.fit.Observation), newLimited(net, j.points.Observation)
		ranges := rangesOf(train.Observation)
		q.Activations, q.Smallest, err = j.formats(ctx, func(f formatFor) (fit, points *models.Observation, err error) {
			return one.to(f, ranges), two.to(f, ranges), nil
		})
		reason = j.smallestReason()
	} else {
		note(&q.Undefined, "activations", q.Smallest, reason)
	}
	note(&q.Undefined, "smallest", q.Smallest, reason)
	if err == nil {
		q.Weights, q.SmallestWeights, err = j.formats(ctx, func(f formatFor) (fit, points *models.Observation, err error) {
			defer limitWeights(net, f)()
			if fit, err = net.Observe(j.fit.Set.X); err == nil {
				points, err = net.Observe(j.points.Set.X)
			}
			return fit, points, err
		})
		note(&q.Undefined, "smallest_weights", q.SmallestWeights, j.smallestReason())
	}
	if err != nil {
		return q, fmt.Errorf("geometry: %w", err)
	}
	return q, nil
}

// FewestBits is the Smallest of [Quantise] alone, for widths up to [MostBits]; NaN where that is
// null. The error says what is wrong with the samples.
func FewestBits(net *models.Network, train, points Sample) (_ float64, err error) {
	defer panics.Catch(&err, "quantising %v", net)
	for _, s := range []Sample{train, points} {
		if err := s.check(net); err != nil {
			return undefined, fmt.Errorf("geometry: %w", err)
		}
	}
	if withoutActivations(net) != "" || withoutFlips(decisionOf(net), points.Observation) != "" {
		return undefined, nil
	}
	stored, ranges := newLimited(net, points.Observation), rangesOf(train.Observation)
	for bits := 1; bits <= MostBits; bits++ {
		is := stored.to(func(low, high float64) NumberFormat { return Uniform(bits, low, high) }, ranges)
		if flips(decisionOf(net), is, points.Observation) < FewFlips {
			return float64(bits), nil
		}
	}
	return undefined, nil
}

// withoutActivations is the reason why a network's activations are not quantised.
func withoutActivations(net *models.Network) string {
	if net.Depth() == 1 {
		return "there is no hidden layer"
	}
	for i, layer := range net.Layers() {
		if len(layer.Parts) > 0 {
			return fmt.Sprintf("layer %d has the part %s", i+1, layer.Parts[0].Name())
		}
	}
	return ""
}

// withoutFlips is the reason why few flips would say nothing.
func withoutFlips(d decision, points *models.Observation) string {
	if d.targets == graph.Numbers {
		return numbersReason
	}
	counts, most := make(map[string]int), 0
	for _, region := range d.regions(points.Pre[len(points.Pre)-1]) {
		counts[region]++
		most = max(most, counts[region])
	}
	rows := points.Rows()
	switch others := float64(rows - most); {
	case others >= FewFlips*float64(rows):
		return ""
	case d.outputs <= 2 && d.targets == graph.Classes || d.twoSided():
		return fmt.Sprintf("fewer than %s of the points are on one side of the boundary", number.Percent(FewFlips, -1))
	}
	return fmt.Sprintf("fewer than %s of the points are outside of one predicted region", number.Percent(FewFlips, -1))
}

// formatFor is the format for numbers in a range.
type formatFor func(low, high float64) NumberFormat

// judge compares limited inference with that of the network.
type judge struct {
	net         *models.Network
	fit, points Sample
	reader      reader
	reason      string // why no width is the smallest, whatever flips
}

// formats judges all formats by what the layers hand on when limited to one.
func (j judge) formats(ctx context.Context, infer func(formatFor) (fit, points *models.Observation, err error)) (all []Quantised, smallest Number, err error) {
	smallest = Number(undefined)
	add := func(f formatFor) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		fit, points, err := infer(f)
		if err != nil {
			return err
		}
		one := Quantised{Format: f(0, 0).Name, Flips: Number(flips(decisionOf(j.net), points, j.points.Observation))}
		last := activationsOf(j.net, Sample{j.fit.Set, fit}, Sample{j.points.Set, points})[j.net.Depth()-1]
		if one.Reading, err = j.reader.read(last.train, last.test); err == nil {
			note(&one.Undefined, "flips", one.Flips, numbersReason)
			all = append(all, one)
		}
		return err
	}
	for bits := 1; bits <= listedBits || math.IsNaN(float64(smallest)) && j.reason == "" && bits <= MostBits; bits++ {
		if err := add(func(low, high float64) NumberFormat { return Uniform(bits, low, high) }); err != nil {
			return nil, smallest, err
		}
		if math.IsNaN(float64(smallest)) && all[bits-1].Flips < FewFlips && j.reason == "" {
			smallest = Number(bits)
		}
	}
	for _, format := range []NumberFormat{Float16, BFloat16, Float8E4M3, Float8E5M2} {
		if err := add(func(_, _ float64) NumberFormat { return format }); err != nil {
			return nil, smallest, err
		}
	}
	return all, smallest, nil
}

// smallestReason is why no width is the smallest.
func (j judge) smallestReason() string {
	if j.reason != "" {
		return j.reason
	}
	return fmt.Sprintf("%s or more of the predictions flip with up to %d bits", number.Percent(FewFlips, -1), MostBits)
}

// flips is the share of the points of which another class, other labels, or none, are predicted
// than were; NaN where numbers are.
func flips(d decision, is, was *models.Observation) float64 {
	if d.targets == graph.Numbers {
		return undefined
	}
	output, rows := len(was.Pre)-1, was.Rows()
	flipped := 0
	for row := range rows {
		if d.differs(is.Pre[output].RawRowView(row), was.Pre[output].RawRowView(row)) {
			flipped++
		}
	}
	return float64(flipped) / float64(rows)
}

// rangesOf are the least and the largest number that each hidden layer hands on.
func rangesOf(o *models.Observation) [][2]float64 {
	var ranges [][2]float64
	for l := 1; l <= o.HiddenLayers(); l++ {
		values := o.Hidden(l).RawMatrix().Data
		ranges = append(ranges, [2]float64{floats.Min(values), floats.Max(values)})
	}
	return ranges
}

// limited is the inference of a network without parts whose hidden layers hand on numbers of
// formats.
type limited struct {
	net   *models.Network
	first *mat.Dense // what the first layer hands on without
	is    *models.Observation
}

func newLimited(net *models.Network, o *models.Observation) limited {
	l := limited{net, mat.DenseCopyOf(o.Post[0]), &models.Observation{}}
	for i := range o.Pre {
		l.is.Pre, l.is.Post = append(l.is.Pre, mat.DenseCopyOf(o.Pre[i])), append(l.is.Post, mat.DenseCopyOf(o.Post[i]))
	}
	return l
}

// to is what flows then, but for the output's activation, in the same memory each time.
func (l limited) to(f formatFor, ranges [][2]float64) *models.Observation {
	layers := l.net.Layers()
	for i, r := range ranges {
		format, post := f(r[0], r[1]), l.is.Post[i].RawMatrix().Data
		if i == 0 {
			copy(post, l.first.RawMatrix().Data)
		} else {
			value := layers[i].Activation.Value
			for k, z := range l.is.Pre[i].RawMatrix().Data {
				post[k] = value(z)
			}
		}
		format.round(post)
		weights, bias, pre := l.net.Parameters[2*i+2], l.net.Parameters[2*i+3].Values, l.is.Pre[i+1]
		pre.Mul(l.is.Post[i], mat.NewDense(weights.Rows, weights.Columns, weights.Values))
		for row := range l.is.Rows() {
			floats.Add(pre.RawRowView(row), bias)
		}
	}
	return l.is
}

// limitWeights rounds a network's weights until they are restored.
func limitWeights(net *models.Network, f formatFor) (restore func()) {
	var were [][]float64
	for _, p := range net.Parameters {
		were = append(were, slices.Clone(p.Values))
		if p.Weight {
			f(floats.Min(p.Values), floats.Max(p.Values)).round(p.Values)
			net.Precision().Round(p.Values)
		}
	}
	return func() {
		for i, p := range net.Parameters {
			copy(p.Values, were[i])
		}
	}
}
