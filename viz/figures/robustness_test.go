package figures

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"actscope/viz"
	"actscope/viz/internal/viztest"
)

// studyOf makes all figures of the study from values.
func studyOf(v []float64) []viz.Drawing {
	n := len(v) / 2
	labels, wrong := make([]int, n), make([]bool, n)
	for i := range labels {
		labels[i], wrong[i] = i%2, i%3 == 0
	}
	var g viz.Grid
	side := int(math.Sqrt(float64(len(v))))
	for i := range side {
		g.X, g.Y = append(g.X, float64(i)), append(g.Y, float64(i))
	}
	g.Z = v[:side*side]
	odd := v[:len(v)-1+len(v)%2]
	net := Network{Name: "relu", Label: "ReLU"}
	layers := []HiddenLayers{{net, []HiddenLayer{{v[:2*n], 2, v[0]}, {v[:n], 1, v[1]}}}}
	return []viz.Drawing{
		Dataset{Points: v[:2*n], Labels: labels},
		LossCurves{Nets: []LossCurve{{Network: net, History: v}, {Network: eight[0], History: odd}}},
		DecisionBoundaries{Points: v[:2*n], Labels: labels, Nets: []Boundary{{Network: net, Grid: g, Wrong: wrong, Accuracy: v[0]}}},
		DecisionBoundaries{Points: v[:2*n], Labels: labels, Classes: ClassNames{"a", "b", "c"}, Nets: []Boundary{{Network: net, Grid: viz.Grid{X: []float64{0, 1}, Y: []float64{0, 1}}, Outputs: slices.Concat(v, v)[:12], Wrong: wrong}}},
		Reliability{Nets: []Calibrated{{net, []ConfidenceBin{{v[0], v[1], 3}, {v[2], v[3], 0}, {v[4], v[5], 1}}, v[6], v[7]}}},
		Confusion{Nets: []ConfusedClasses{{net, [][]int{{n, 0}, {0, 0}}}}},
		Surfaces{Points: v[:2*n], Target: Values{Of: v[:n]}, Nets: []Surface{{net, g, Fit{v[0], v[1], v[2]}}, {eight[0], g, Fit{}}}},
		PredictedAgainstTrue{Target: Values{Of: v}, Nets: []Predicted{{net, odd[:0:0], Fit{}}}},
		PredictedAgainstTrue{Target: Values{Of: v}, Nets: []Predicted{{net, v, Fit{v[0], v[1], v[2]}}}},
		Residuals{Target: Values{Of: v[:n]}, Nets: []Predicted{{net, v[len(v)-n:], Fit{v[0], v[1], v[2]}}}},
		Dataset{Points: v[:2*n], Values: Values{Of: v[:n]}},
		HiddenSpace{Values: Values{Of: v[:n]}, Nets: layers},
		SignalTrace{Samples: []TracedSample{{Class: 1, Traces: []Trace{{net, odd}, {eight[0], odd[:1]}}}}},
		HiddenSpace{Labels: labels, Nets: layers},
		ActivationDistributions{Nets: layers},
		GradientNorms{Nets: []GradientHistory{{net, [][]float64{v, v}}}},
		SignalQuantiles{Signals: []ClassSignals{{Bands: []SignalBand{{net, [5][]float64{odd, odd, odd, odd, odd}, odd}}}}},
		ClaimMap{Groups: []SettingGroup{{"rate", make([]string, len(v))}}, Claims: []ClaimRow{{Label: "claim", Shares: v, Settled: make([]bool, len(v))}}},
		InterventionGrid{Groups: []SettingGroup{{Name: "g", Labels: []string{"a", "b", "c"}[:min(3, len(v))]}}, Rows: []InterventionRow{{Function: "f", Accuracy: v[:min(3, len(v))]}}},
		InterventionEffects{Panels: []EffectPanel{{Network: net, Effects: []Effect{{Label: "e", Points: v[0], Low: v[1], High: v[2]}}}}},
		ClaimShares{Claims: []ClaimShare{{Share: v[0], Low: v[1], High: v[2]}}},
		BoundaryDistance{Labels: labels, Nets: []BoundaryLayers{{net, v[:n], []LayerMargins{{"layer 1", v[len(v)-n:], v[0]}}}}},
		NoticeableDistance{Noise: v[0], Nets: []NoticeableLayers{{net, []NoticeableBand{{"layer 1", v, v, v, v, v[0]}}}, {eight[0], []NoticeableBand{{Name: "layer 1"}}}}},
		Survival{Noise: v, Nets: []SurvivalLayers{{net, []SurvivingLayer{{v, v}}}, {eight[0], []SurvivingLayer{{v, v}}}}},
		AccuracyCurves{Panels: []AccuracyPanel{{Log: v[0] > 0.5, Values: v, Curves: []AccuracyCurve{{Network: net, Mean: v, Low: v, High: v}}}}},
		Trends{Trends: []Trend{{Lines: []TrendLine{{net, v, v, v, v}, {eight[0], v, v, v, v}}}}},
		LossBands{Nets: eight[:1], Bands: []LossBand{{Network: eight[0], Epochs: make([]int, len(v)), Low: v, Median: v, High: v}}},
		HeatMaps{Maps: []HeatMap{{net, v[:2], v[:3], [][]float64{v[:3], v[3:6]}}}},
		GradientComparison{Array: "dW", Shape: []int{3, 3}, Given: v[:9], Expected: slices.Concat(v[1:9], v[:1]), Tolerance: math.Abs(v[0]), Factor: v[1]},
		GradientComparison{Array: "db", Shape: []int{len(v)}, Given: v, Expected: v, Agrees: true},
	}
}

// tryFigure draws one of the figures that can be made of at least nine values.
func tryFigure(t testing.TB, v []float64, which int) {
	t.Helper()
	f, err := studyOf(v)[which%figureKinds].Figure(viz.Options{Width: 500})
	if err == nil { // else it has been said in advance
		viztest.DrawBoth(t, f)
	}
}

const figureKinds = 30

func TestNastyValuesMakeAFigureOrAnError(t *testing.T) {
	t.Parallel()
	viztest.TryNasty(t, figureKinds, tryFigure)
}

func TestTheoryOfNastyValuesMakesAFigureOrAnError(t *testing.T) {
	t.Parallel()
	for _, a := range viztest.NastyValues {
		v := []float64{0.1, 0.7, a, 0.3, a, math.NaN(), 0.9, a, 0.4}
		rising := []float64{0.1, 1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7}
		for _, d := range []viz.Drawing{
			TheoryByLayer{Network: eight[0], Measured: "width 3", Quantities: []LayerQuantity{
				{Title: "a", Predicted: v, Mean: v, Low: v, High: v}, {Title: "b", Predicted: v, Mean: v, Low: v, High: v, Bounded: true}, {Title: "c", Predicted: v}}},
			PhaseDiagram{Grid: viz.Grid{X: rising[:3], Y: rising[:3], Z: v}, At: viz.Pt(a, a), Chi: a},
			FarConfidence{Distance: rising, Nets: []FarRays{{Network: eight[0], Logits: [][]float64{v, v}, Cap: a, Arcs: []FarArc{{0, a, 1}, {a, 7, a}, {1, 2, math.NaN()}}}}},
			FarConfidence{Distance: v, Nets: []FarRays{{Network: eight[1], Logits: [][]float64{rising}}}},
			LayerMaps{Variance: rising, NextVariance: v, Layers: v, Correlation: rising, NextCorrelation: v, At: a, VarianceLimit: a, CorrelationLimit: a},
			LayerMaps{Variance: v, NextVariance: v, Layers: v, Correlation: v, NextCorrelation: v},
		} {
			if f, err := d.Figure(viz.Options{Width: 500}); err == nil {
				viztest.DrawBoth(t, f)
			}
		}
	}
}

func FuzzFigureValues(f *testing.F) {
	viztest.FuzzValues(f, figureKinds, tryFigure)
}

func TestWhatDoesNotFitTogetherIsAnError(t *testing.T) {
	net := Network{Name: "relu"}
	grid := waveGrid(10, 0)
	for name, d := range map[string]viz.Drawing{
		"no claims":                 ClaimMap{},
		"no shares":                 ClaimShares{},
		"no curves":                 AccuracyCurves{},
		"shares of other places":    ClaimMap{Groups: []SettingGroup{{"rate", []string{"1", "2"}}}, Claims: []ClaimRow{{Shares: []float64{1}, Settled: []bool{true}}}},
		"a panel of nothing":        AccuracyCurves{Panels: []AccuracyPanel{{Label: "rate"}}},
		"curves of other places":    AccuracyCurves{Panels: []AccuracyPanel{{Values: []float64{1}, Curves: []AccuracyCurve{{Network: net, Mean: []float64{1, 2}}}}}},
		"points without labels":     Dataset{Points: []float64{1, 2}},
		"a third class":             Dataset{Points: []float64{1, 2}, Labels: []int{2}},
		"no losses":                 LossCurves{},
		"an empty history":          LossCurves{Nets: []LossCurve{{Network: net}}},
		"no boundaries":             DecisionBoundaries{},
		"a grid with too little":    DecisionBoundaries{Nets: []Boundary{{Network: net, Grid: viz.Grid{X: []float64{0, 1}, Y: []float64{0, 1}}}}},
		"a grid of one row":         DecisionBoundaries{Nets: []Boundary{{Network: net, Grid: viz.Grid{X: []float64{0, 1}, Y: []float64{0}, Z: []float64{0, 1}}}}},
		"too few marks":             DecisionBoundaries{Points: []float64{1, 2}, Labels: []int{0}, Nets: []Boundary{{Network: net, Grid: grid}}},
		"outputs of two classes":    DecisionBoundaries{Classes: ClassNames{"a", "b", "c"}, Nets: []Boundary{{Network: net, Grid: grid, Outputs: make([]float64, 200)}}},
		"one without outputs":       DecisionBoundaries{Nets: []Boundary{{Network: net, Grid: grid, Outputs: make([]float64, 200)}, {Network: net, Grid: grid}}},
		"no confusion":              Confusion{},
		"confusion of two classes":  Confusion{Classes: ClassNames{"a", "b", "c"}, Nets: []ConfusedClasses{{net, [][]int{{1, 0}, {0, 1}}}}},
		"a ragged confusion":        Confusion{Nets: []ConfusedClasses{{net, [][]int{{1, 0}, {0}}}}},
		"no surfaces":               Surfaces{},
		"a surface of one row":      Surfaces{Nets: []Surface{{Network: net, Grid: viz.Grid{X: []float64{0, 1}, Y: []float64{0}, Z: []float64{0, 1}}}}},
		"no predictions":            PredictedAgainstTrue{},
		"too few predictions":       Residuals{Target: Values{Of: []float64{1}}, Nets: []Predicted{{Network: net}}},
		"points without values":     Dataset{Points: []float64{1, 2}, Values: Values{Of: []float64{}}},
		"no reliability":            Reliability{},
		"less than no predictions":  Reliability{Nets: []Calibrated{{Network: net, Bins: []ConfidenceBin{{1, 1, -1}}}}},
		"no samples":                SignalTrace{},
		"an even number of stages":  SignalTrace{Samples: []TracedSample{{Traces: []Trace{{net, []float64{1, 2}}}}}},
		"other networks":            SignalTrace{Samples: []TracedSample{{Traces: []Trace{{net, []float64{1}}}}, {Traces: []Trace{{eight[0], []float64{1}}}}}},
		"no layers":                 HiddenSpace{Nets: []HiddenLayers{{net, nil}}},
		"layers without units":      HiddenSpace{Labels: []int{0}, Nets: []HiddenLayers{{net, []HiddenLayer{{[]float64{1}, 0, 0}}}}},
		"other depths":              HiddenSpace{Nets: []HiddenLayers{{net, make([]HiddenLayer, 2)}, {net, make([]HiddenLayer, 1)}}},
		"half a row":                ActivationDistributions{Nets: []HiddenLayers{{net, []HiddenLayer{{[]float64{1, 2, 3}, 2, 0}}}}},
		"no gradients":              GradientNorms{},
		"no margins":                BoundaryDistance{},
		"a class of margins":        BoundaryDistance{Labels: []int{3}, Nets: []BoundaryLayers{{net, []float64{1}, []LayerMargins{{"layer 1", []float64{1}, 1}}}}},
		"too few distances":         BoundaryDistance{Labels: []int{0}, Nets: []BoundaryLayers{{net, nil, []LayerMargins{{"layer 1", []float64{1}, 1}}}}},
		"too few margins":           BoundaryDistance{Labels: []int{0}, Nets: []BoundaryLayers{{net, []float64{1}, []LayerMargins{{"layer 1", nil, 1}}}}},
		"no noticeable distances":   NoticeableDistance{},
		"too few noticed":           NoticeableDistance{Nets: []NoticeableLayers{{net, []NoticeableBand{{Name: "layer 1", Distance: []float64{1}}}}}},
		"nothing survives":          Survival{},
		"survival of other depths":  Survival{Noise: []float64{0}, Nets: []SurvivalLayers{survivals(1, 1, false).Nets[0], survivals(1, 2, false).Nets[0]}},
		"too few survive":           Survival{Noise: []float64{0}, Nets: survivals(1, 1, false).Nets},
		"epochs of two lengths":     GradientNorms{Nets: []GradientHistory{{net, [][]float64{{1}, {1, 2}}}}},
		"no trends":                 Trends{},
		"trends of other networks":  Trends{Trends: []Trend{trends(1, 1).Trends[0], trends(2, 1).Trends[0]}},
		"trends of no places":       Trends{Trends: []Trend{{Lines: []TrendLine{{Network: net}}}}},
		"trends without bounds":     Trends{Trends: []Trend{{Lines: []TrendLine{{Network: net, X: []float64{1}, Mean: []float64{1}}}}}},
		"no loss bands":             LossBands{},
		"a band of no network":      LossBands{Bands: lossBands(1, 1).Bands},
		"a band without bounds":     LossBands{Nets: eight, Bands: []LossBand{{Network: eight[0], Epochs: []int{1}, Median: []float64{1}}}},
		"no gradients to compare":   GradientComparison{Array: "dW"},
		"gradients of another size": GradientComparison{Array: "dW", Shape: []int{2}, Given: []float64{1}},
		"an empty gradient":         GradientComparison{Array: "dW", Shape: []int{0}, Given: []float64{}},
		"no heat maps":              HeatMaps{},
		"a map of too few depths":   HeatMaps{Maps: []HeatMap{{net, []float64{1, 2}, []float64{1}, [][]float64{{1}}}}},
		"a map of too few widths":   HeatMaps{Maps: []HeatMap{{net, []float64{1}, []float64{1, 2}, [][]float64{{1}}}}},
		"no classes":                SignalQuantiles{},
		"quantiles of two lengths":  SignalQuantiles{Signals: []ClassSignals{{Bands: []SignalBand{{Network: net, Quantiles: [5][]float64{{1}, {1}, {1, 2, 3}, {1}, {1}}}}}}},
	} {
		if f, err := d.Figure(viz.Options{}); err == nil {
			t.Errorf("%s: no error, but %q", name, f.Title)
		} else if len(err.Error()) < 20 || !strings.HasPrefix(err.Error(), "figures: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheoryThatDoesNotFitTogetherIsAnError(t *testing.T) {
	plane, far, maps := phasePlane(5), farRays(2, 5), layerMaps()
	plane.Diverges = plane.Diverges[1:]
	far.Nets[1].Logits[1] = far.Nets[1].Logits[1][1:]
	maps.NextVariance = maps.NextVariance[1:]
	for name, d := range map[string]viz.Drawing{
		"no quantity":           TheoryByLayer{},
		"other layers":          TheoryByLayer{Quantities: []LayerQuantity{{Predicted: []float64{1}}, {Predicted: []float64{1, 2}}}},
		"no layers":             TheoryByLayer{Quantities: []LayerQuantity{{}}},
		"no bounds":             TheoryByLayer{Quantities: []LayerQuantity{{Predicted: []float64{1}, Mean: []float64{1}}}},
		"too few marks":         plane,
		"a plane of one point":  PhaseDiagram{Grid: viz.Grid{X: []float64{0}, Y: []float64{0}, Z: []float64{0}}},
		"a plane without χ":     PhaseDiagram{Grid: viz.Grid{X: []float64{0, 1}, Y: []float64{0, 1}}},
		"a ray cut short":       far,
		"no rays":               FarConfidence{Distance: []float64{1, 2}, Nets: []FarRays{{}}},
		"no networks":           FarConfidence{Distance: []float64{1, 2}},
		"a map of two lengths":  maps,
		"a map of one point":    LayerMaps{Variance: []float64{1}, NextVariance: []float64{1}, Correlation: []float64{1}, NextCorrelation: []float64{1}},
		"a map without a point": LayerMaps{},
	} {
		if f, err := d.Figure(viz.Options{}); err == nil {
			t.Errorf("%s: no error, but %q", name, f.Title)
		} else if len(err.Error()) < 20 || !strings.HasPrefix(err.Error(), "figures: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInferenceCostRefusesWhatHasNoPlace(t *testing.T) {
	free, without := costs(1, 1, 3), costs(2, 1, 3)
	free.Nets[0].Points[1].Cost = 0
	without.Nets[1].Points = nil
	for _, c := range []InferenceCost{{}, free, without} {
		if _, err := c.Figure(viz.Options{}); err == nil {
			t.Errorf("%+v is drawn", c)
		}
	}
}

// Names come from files: whatever they are, figures are drawn.
func TestAnyClassNamesCanBeDrawn(t *testing.T) {
	t.Parallel()
	v := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for _, name := range []string{strings.Repeat("very long name ", 100), "\n\t", "\xff", "<&>\"'", "عربي", "😀", strings.Repeat("W", 3000)} {
		names := ClassNames{name, "b" + name}
		drawn := 0
		for _, d := range studyOf(v) {
			named := reflect.New(reflect.TypeOf(d)).Elem()
			named.Set(reflect.ValueOf(d))
			classes := named.FieldByName("Classes")
			if !classes.IsValid() {
				continue
			}
			if classes.Len() > 2 {
				classes.Set(reflect.ValueOf(append(slices.Clone(names), "c"+name)))
			} else {
				classes.Set(reflect.ValueOf(names))
			}
			f, err := named.Interface().(viz.Drawing).Figure(viz.Options{Width: 500})
			if err != nil {
				t.Fatal(err)
			}
			viztest.DrawBoth(t, f)
			drawn++
		}
		if drawn != 10 {
			t.Errorf("%d figures name classes, want 10", drawn)
		}
	}
}

// A description has no NaN: what is not defined is said to be so.
func TestDescriptionsSayWhatIsNotDefined(t *testing.T) {
	rising, none := []float64{0, 1, 2}, math.NaN()
	for want, d := range map[string]viz.Drawing{
		"With depth the variance grows without bound, and correlations have no limit.": LayerMaps{Variance: rising, NextVariance: rising, Layers: rising, Correlation: rising, NextCorrelation: rising,
			At: 1, VarianceLimit: math.Inf(1), CorrelationLimit: none},
		"from 1 in layer 1 to what is not defined in layer 2": TheoryByLayer{Network: eight[0], Quantities: []LayerQuantity{{Title: "Mean", Predicted: []float64{1, none}}}},
		"Sigmoid none at 1 and none at 2": AccuracyCurves{Panels: []AccuracyPanel{{Title: "p", Label: "x", Values: []float64{1, 2},
			Curves: []AccuracyCurve{{Network: eight[0], Mean: []float64{none, none}, Low: []float64{none, none}, High: []float64{none, none}}}}}},
		"a: b +1.0. c: every network failed.": InterventionEffects{Panels: []EffectPanel{
			{Title: "a", Network: eight[0], Effects: []Effect{{"b", 1, none, none}}}, {Title: "c", Network: eight[1], Effects: []Effect{{"d", none, none, none}}}}},
	} {
		f, err := d.Figure(viz.Options{Width: 500})
		if err != nil {
			t.Errorf("%s: %v", want, err)
		} else if !strings.Contains(f.Description, want) {
			t.Errorf("%s, want %s", f.Description, want)
		}
	}
}
