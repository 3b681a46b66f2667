package theory

import (
	"math"
	"slices"

	"actscope/graph/machine/kernel"
	"actscope/internal/number"
)

// Summary is the content of run.json. What is infinite or not defined is null.
type Summary struct {
	Command string `json:"command"`
	Config  Config `json:"config"`
	// Kernels names the set of numeric kernels that the measured networks ran on.
	Kernels string `json:"kernels"`
	Phase   Phase  `json:"phase"`
	// QStar is the variance of pre-activations in infinite depth, Fate says how it
	// gets there; it is null where it diverges.
	Fate       Fate         `json:"fate"`
	QStar      number.Float `json:"q_star"`
	QStarError number.Float `json:"q_star_error"`
	// Chi is χ₁ at q*, DepthScale -1/ln χ₁: null where χ₁ is 1 and the scale infinite,
	// negative in chaos.
	Chi        number.Float `json:"chi_1"`
	DepthScale number.Float `json:"depth_scale"`
	// VarianceSlope is the slope of the variance map at q*, with its depth scale.
	VarianceSlope      number.Float `json:"variance_slope"`
	VarianceDepthScale number.Float `json:"variance_depth_scale"`
	// CStar is the correlation of any two inputs in infinite depth, CStarChi the slope
	// of the correlation map there, with its depth scale.
	CStar                 number.Float        `json:"c_star"`
	CStarChi              number.Float        `json:"chi_c_star"`
	CorrelationDepthScale number.Float        `json:"correlation_depth_scale"`
	FixedPoints           []FixedPointSummary `json:"fixed_points"`
	EveryFixed            bool                `json:"every_q_is_fixed"`
	// One entry for each layer: see [Layer].
	Q           []number.Float `json:"q_by_layer"`
	Mean        []number.Float `json:"mean_by_layer"`
	Std         []number.Float `json:"std_by_layer"`
	Chis        []number.Float `json:"chi_by_layer"`
	LengthRatio []number.Float `json:"length_ratio_by_layer"`
	Correlation []number.Float `json:"correlation_by_layer"`
	// QuadratureError is the largest error estimate of their expectations.
	QuadratureError number.Float     `json:"quadrature_error"`
	Measured        *MeasuredSummary `json:"measured,omitempty"`
	FarAway         []FarSummary     `json:"far_away"`
}

// FixedPointSummary is a [FixedPoint] in JSON.
type FixedPointSummary struct {
	Q      number.Float `json:"q"`
	Error  number.Float `json:"error"`
	Slope  number.Float `json:"slope"`
	Stable bool         `json:"stable"`
	Chi    number.Float `json:"chi_1"`
}

// MeasuredSummary is [Measured] in JSON: intervals over the repetitions, by layer.
type MeasuredSummary struct {
	Q           []Interval `json:"q_by_layer"`
	Std         []Interval `json:"std_by_layer"`
	LengthRatio []Interval `json:"length_ratio_by_layer"`
	Correlation []Interval `json:"correlation_by_layer"`
	// Departure is the largest one of a mean from its prediction: relative for std and
	// length ratio, absolute for correlations.
	StdDeparture         number.Float `json:"std_departure"`
	LengthRatioDeparture number.Float `json:"length_ratio_departure"`
	CorrelationDeparture number.Float `json:"correlation_departure"`
}

// FarSummary is a [FarNetwork] in JSON: the confidence over the rays where they end.
type FarSummary struct {
	Name         string  `json:"name"`
	TestAccuracy float64 `json:"test_accuracy"`
	// LogitCap is |w|₁ + |b| of the output layer and ConfidenceCap the confidence that
	// it allows; null and 1 without a cap.
	LogitCap      number.Float `json:"logit_cap"`
	ConfidenceCap float64      `json:"confidence_cap"`
	Distance      float64      `json:"distance"`
	Least         float64      `json:"least_confidence"`
	Median        float64      `json:"median_confidence"`
	Most          float64      `json:"most_confidence"`
	LargestLogit  float64      `json:"largest_logit"`
	// Bend is half the second derivative of the logit there, 0 where it is affine.
	Bend float64 `json:"bend"`
}

// Summary is the result as run.json has it.
func (r *Result) Summary(command string) Summary {
	l, c := r.Limit, r.Correlation
	s := Summary{
		Command: command, Config: r.Config, Kernels: kernel.Set(), Phase: PhaseOf(l.Chi.Value),
		Fate: l.Fate, QStar: number.Float(l.Variance.Value), QStarError: number.Float(l.Variance.Error),
		Chi: number.Float(l.Chi.Value), DepthScale: number.Float(DepthScale(l.Chi.Value)),
		VarianceSlope: number.Float(l.Slope.Value), VarianceDepthScale: number.Float(DepthScale(l.Slope.Value)),
		CStar: number.Float(c.Correlation), CStarChi: number.Float(c.Chi.Value), CorrelationDepthScale: number.Float(DepthScale(c.Chi.Value)),
		FixedPoints: []FixedPointSummary{}, EveryFixed: r.EveryFixed,
		Q: column(r.Layers, func(l Layer) Integral { return l.Variance }), Mean: column(r.Layers, func(l Layer) Integral { return l.Mean }),
		Std: column(r.Layers, func(l Layer) Integral { return l.Deviation }), Chis: column(r.Layers, func(l Layer) Integral { return l.Chi }),
		LengthRatio:     column(r.Layers, func(l Layer) Integral { return l.LengthRatio }),
		Correlation:     column(r.Layers, func(l Layer) Integral { return l.Correlation }),
		QuadratureError: number.Float(LargestError(r.Layers)),
		FarAway:         r.Far.summaries(),
	}
	for _, p := range r.FixedPoints {
		s.FixedPoints = append(s.FixedPoints, FixedPointSummary{number.Float(p.Variance.Value), number.Float(p.Variance.Error), number.Float(p.Slope.Value), p.Stable(), number.Float(p.Chi.Value)})
	}
	if len(r.Measured.Variance) > 0 {
		m := &MeasuredSummary{
			Q: intervals(r.Measured.Variance), Std: intervals(r.Measured.Deviation),
			LengthRatio: intervals(r.Measured.LengthRatio), Correlation: intervals(r.Measured.Correlation),
		}
		m.StdDeparture, m.LengthRatioDeparture = departure(m.Std, s.Std, true), departure(m.LengthRatio, s.LengthRatio, true)
		m.CorrelationDeparture = departure(m.Correlation, s.Correlation, false)
		s.Measured = m
	}
	return s
}

// departure is the largest difference of a mean from its prediction, over the
// prediction if it is to be relative; NaN where there is none.
func departure(measured []Interval, predicted []number.Float, relative bool) number.Float {
	largest := math.NaN()
	for l, m := range measured {
		d := math.Abs(float64(m.Mean - predicted[l]))
		if relative {
			d /= float64(predicted[l])
		}
		if !math.IsNaN(d) && !(d <= largest) {
			largest = d
		}
	}
	return number.Float(largest)
}

// summaries describe the networks at the far end of the rays.
func (f FarField) summaries() []FarSummary {
	var all []FarSummary
	last := len(f.Distance) - 1
	for _, n := range f.Networks {
		confidence, bend, largest := slices.Sorted(slices.Values(n.At(last))), n.Bend(f.Distance), 0.0
		for _, z := range n.Logit {
			largest = max(largest, math.Abs(z[last]))
		}
		all = append(all, FarSummary{
			Name: n.Name, TestAccuracy: n.TestAccuracy, LogitCap: number.Float(n.Cap), ConfidenceCap: Confidence(n.Cap),
			Distance: f.Distance[last], Least: confidence[0], Median: confidence[len(confidence)/2], Most: confidence[len(confidence)-1],
			LargestLogit: largest, Bend: bend[len(bend)-1],
		})
	}
	return all
}
