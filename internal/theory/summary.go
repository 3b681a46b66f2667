package theory

import (
	"fmt"
	"math"

	"actscope/graph"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/number"
	"actscope/internal/stats"
)

// Summary is the content of run.json. What is infinite or not defined is null.
type Summary struct {
	Command string `json:"command"`
	Config  Config `json:"config"`
	// Origin says which program and kernels it comes from.
	experiment.Origin
	Phase Phase `json:"phase"`
	// QStar is the variance of pre-activations in infinite depth, Fate says how it
	// gets there; it is null where it diverges.
	Fate       Fate         `json:"fate"`
	QStar      number.Float `json:"q_star"`
	QStarError number.Float `json:"q_star_error"`
	// Chi is χ₁ at q*, null where it grows without bound as the variance does; DepthScale
	// -1/ln χ₁: null where χ₁ is 1 and the scale infinite, negative in chaos.
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
	// The largest departure of a mean from its prediction: relative for std and length
	// ratio, absolute for correlations.
	StdDeparture         number.Float `json:"std_departure"`
	LengthRatioDeparture number.Float `json:"length_ratio_departure"`
	CorrelationDeparture number.Float `json:"correlation_departure"`
}

// FarSummary is a [FarNetwork] in JSON.
type FarSummary struct {
	Name         string  `json:"name"`
	TestAccuracy float64 `json:"test_accuracy"`
	// LogitCap is |w|₁ + |b| of the output layer and ConfidenceCap the confidence that
	// it allows; null and 1 without a cap.
	LogitCap      number.Float `json:"logit_cap"`
	ConfidenceCap float64      `json:"confidence_cap"`
	// Arcs divide all directions by the limit of the logit, ShareByClass them by its class.
	// Least is the infimum over all directions, which 1/2 is where the classes border on each
	// other; LeastOfArc, Median and Most are over the arcs, which count by their shares.
	Arcs         []ArcSummary `json:"arcs"`
	ShareByClass [2]float64   `json:"share_by_class"`
	Least        float64      `json:"least_confidence"`
	LeastOfArc   float64      `json:"least_arc_confidence"`
	Median       float64      `json:"median_confidence"`
	Most         float64      `json:"most_confidence"`
	// Distance is where the rays of the figure end. LargestLogit is the largest magnitude
	// on them there, Curvature half the second derivative of the logit, 0 where it is affine.
	Distance     float64 `json:"distance"`
	LargestLogit float64 `json:"largest_logit"`
	Curvature    float64 `json:"bend"`
}

// ArcSummary is a [geometry.Arc] in JSON.
type ArcSummary struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Share float64 `json:"share"`
	Class int     `json:"class"`
	// Logit is null where it grows without bound, and the confidence 1.
	Logit      number.Float `json:"logit"`
	Confidence float64      `json:"confidence"`
}

// commandName is the command in run.json.
const commandName = "theory"

// newSummary has what theory says of a configuration but for the fixed points.
func newSummary(c Config, l Limit, correlation CorrelationLimit, layers []Layer) Summary {
	s := Summary{
		Command: commandName, Config: c, Origin: experiment.NewOrigin(""), Phase: PhaseOf(l.Chi.Value),
		Fate: l.Fate, QStar: number.Float(l.Variance.Value), QStarError: number.Float(l.Variance.Error),
		Chi: number.Float(l.Chi.Value), VarianceSlope: number.Float(l.Slope.Value),
		CStar: number.Float(correlation.Correlation), CStarChi: number.Float(correlation.Chi.Value),
		QuadratureError: number.Float(LargestError(layers)),
	}
	s.setDepthScales()
	for _, l := range layers {
		s.Q, s.Mean, s.Std = append(s.Q, number.Float(l.Variance.Value)), append(s.Mean, number.Float(l.Mean.Value)), append(s.Std, number.Float(l.Deviation.Value))
		s.Chis, s.LengthRatio = append(s.Chis, number.Float(l.Chi.Value)), append(s.LengthRatio, number.Float(l.LengthRatio.Value))
		s.Correlation = append(s.Correlation, number.Float(l.Correlation.Value))
	}
	return s
}

// setDepthScales derives the depth scales from χ₁ and the slopes.
func (s *Summary) setDepthScales() {
	scale := func(v number.Float) number.Float { return number.Float(DepthScale(float64(v))) }
	s.DepthScale, s.VarianceDepthScale, s.CorrelationDepthScale = scale(s.Chi), scale(s.VarianceSlope), scale(s.CStarChi)
}

func (s *Summary) setFixedPoints(points []FixedPoint, every bool) {
	s.FixedPoints, s.EveryFixed = []FixedPointSummary{}, every
	for _, p := range points {
		s.FixedPoints = append(s.FixedPoints, FixedPointSummary{number.Float(p.Variance.Value), number.Float(p.Variance.Error), number.Float(p.Slope.Value), p.Stable(), number.Float(p.Chi.Value)})
	}
}

// setMeasured sets the measurement, if there is one, beside the layers.
func (s *Summary) setMeasured(m Measured) {
	if len(m.Variance) == 0 {
		return
	}
	s.Measured = &MeasuredSummary{
		Q: intervals(stats.Positive, m.Variance), Std: intervals(stats.Positive, m.Deviation),
		LengthRatio: intervals(stats.Positive, m.LengthRatio), Correlation: intervals(stats.Correlations, m.Correlation),
	}
	s.Measured.StdDeparture = departure(s.Measured.Std, s.Std, true)
	s.Measured.LengthRatioDeparture = departure(s.Measured.LengthRatio, s.LengthRatio, true)
	s.Measured.CorrelationDeparture = departure(s.Measured.Correlation, s.Correlation, false)
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

// summaries describe the networks in the limit and at the far end of the rays.
func (f FarField) summaries() []FarSummary {
	var all []FarSummary
	last := len(f.Distance) - 1
	for _, n := range f.Networks {
		curvature, largest := n.Curvature(f.Distance), 0.0
		for _, z := range n.Logit {
			largest = max(largest, math.Abs(z[last]))
		}
		s := FarSummary{
			Name: n.Name, TestAccuracy: n.TestAccuracy, LogitCap: number.Float(n.Cap), ConfidenceCap: Confidence(n.Cap),
			ShareByClass: n.ShareByClass(), Least: n.Infimum(), LeastOfArc: n.ArcQuantile(0), Median: n.ArcQuantile(0.5), Most: n.ArcQuantile(1),
			Distance: f.Distance[last], LargestLogit: largest, Curvature: curvature[len(curvature)-1],
		}
		for _, a := range n.Arcs {
			s.Arcs = append(s.Arcs, ArcSummary{a.From, a.To, a.Share(), a.Class(), number.Float(a.Logit), Confidence(a.Logit)})
		}
		all = append(all, s)
	}
	return all
}

// unread is a summary before it is read from run.json: a number that is missing there
// stays NaN.
func unread() Summary {
	missing := number.Float(math.NaN())
	return Summary{QStar: missing, Chi: missing, CStar: missing}
}

// check reports what a study does not leave behind.
func (s *Summary) check() error {
	if s.Command != commandName {
		return fmt.Errorf("a run of %q, not of %s", s.Command, commandName)
	}
	if err := s.Config.Validate(); err != nil {
		return err
	}
	switch s.Fate {
	case Settles, Vanishes, Stays, Diverges:
	default:
		return input.Refuse("fate", "%q is not one of %s, %s, %s and %s", s.Fate, Settles, Vanishes, Stays, Diverges)
	}
	if s.Fate == Diverges { // where it may be infinite
		restoreInfinity(&s.Chi)
	}
	switch chi := float64(s.Chi); {
	case math.IsNaN(chi):
		return input.Refuse("chi_1", "missing")
	case s.Phase != PhaseOf(chi):
		return input.Refuse("phase", "%q for a chi_1 of %v", s.Phase, chi)
	case math.IsNaN(float64(s.QStar)) && s.Fate != Diverges:
		return input.Refuse("q_star", "missing")
	}
	type list struct {
		key    string
		length int
	}
	lists := []list{
		{"q_by_layer", len(s.Q)}, {"mean_by_layer", len(s.Mean)}, {"std_by_layer", len(s.Std)}, {"chi_by_layer", len(s.Chis)},
		{"length_ratio_by_layer", len(s.LengthRatio)}, {"correlation_by_layer", len(s.Correlation)},
	}
	switch m := s.Measured; {
	case m == nil && s.Config.Repetitions > 0:
		return input.Refuse("measured", "missing")
	case m != nil && s.Config.Repetitions == 0:
		return input.Refuse("measured", "present after 0 repetitions")
	case m != nil:
		lists = append(lists, list{"measured: q_by_layer", len(m.Q)}, list{"measured: std_by_layer", len(m.Std)},
			list{"measured: length_ratio_by_layer", len(m.LengthRatio)}, list{"measured: correlation_by_layer", len(m.Correlation)})
	}
	for _, l := range lists {
		if l.length == 0 {
			return input.Refuse(l.key, "missing")
		}
		if l.length != s.Config.Depth {
			return input.Refuse(l.key, "%d numbers for a depth of %d", l.length, s.Config.Depth)
		}
	}
	if len(s.FarAway) == 0 {
		return input.Refuse("far_away", "missing")
	}
	for _, f := range s.FarAway {
		if _, err := graph.ActivationNamed(f.Name); err != nil {
			return input.Under("far_away", err)
		}
		if len(f.Arcs) == 0 {
			return input.Refuse("far_away: arcs", "missing: earlier versions described a few rays, run the study again")
		}
	}
	return nil
}

func restoreInfinity(v *number.Float) {
	if math.IsNaN(float64(*v)) {
		*v = number.Float(math.Inf(1))
	}
}

// restoreInfinities puts back the infinite numbers, for which JSON has null.
func (s *Summary) restoreInfinities() {
	restoreInfinity(&s.QStar)
	restoreInfinity(&s.QuadratureError)
	if s.Fate == Diverges {
		restoreInfinity(&s.VarianceSlope)
	}
	for i := range s.Q {
		restoreInfinity(&s.Q[i])
	}
	for i := range s.FarAway {
		restoreInfinity(&s.FarAway[i].LogitCap)
		for j, a := range s.FarAway[i].Arcs {
			if math.IsNaN(float64(a.Logit)) {
				s.FarAway[i].Arcs[j].Logit = number.Float(math.Inf(2*a.Class - 1))
			}
		}
	}
	s.setDepthScales()
}
