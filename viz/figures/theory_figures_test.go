package figures

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"actscope/viz"
	"actscope/viz/internal/viztest"
)

// layered theory: a quantity that falls to a limit, measured with some noise.
func theoryLayers(layers int, measured bool) TheoryByLayer {
	d := TheoryByLayer{Network: eight[0], Setting: "Weight variance 1 over the fan-in, bias variance 0. χ₁ = 0.0557: ordered."}
	if measured {
		d.Measured = "width 512: mean of 20 networks, 95 % interval"
	}
	for i, title := range []string{"Variance of the pre-activations", "Deviation of the activations", "Correlation of two inputs after the layer", "Stretching of a curve by the layer"} {
		q := LayerQuantity{Title: title, Label: "Quantity", Bounded: i == 2}
		for l := range layers {
			v := 0.3 + 0.6*math.Exp(-float64(l))
			if i == 3 {
				v = math.Exp(-float64(l)) // a logarithmic axis
			}
			q.Predicted = append(q.Predicted, v)
			if measured {
				m := v * (1 + 0.1*math.Sin(float64(3*l+i)))
				q.Mean, q.Low, q.High = append(q.Mean, m), append(q.Low, m-0.08), append(q.High, m+0.08)
			}
		}
		d.Quantities = append(d.Quantities, q)
	}
	return d
}

// phasePlane has the line from order to chaos bent, and signals that diverge beyond.
func phasePlane(n int) PhaseDiagram {
	d := PhaseDiagram{Network: eight[2], At: viz.Pt(1.5, 0.05), Chi: 0.94}
	for i := range n {
		d.Grid.X, d.Grid.Y = append(d.Grid.X, 4*float64(i)/float64(n-1)), append(d.Grid.Y, 0.3*float64(i)/float64(n-1))
	}
	for _, y := range d.Grid.Y {
		for _, x := range d.Grid.X {
			d.Grid.Z = append(d.Grid.Z, x/(1+3*math.Sqrt(y)))
			d.Diverges = append(d.Diverges, x > 3.4)
		}
	}
	return d
}

func farRays(rays, distances int) FarConfidence {
	d := FarConfidence{Nets: []FarRays{{Network: eight[0], Cap: 11}, {Network: eight[1]}}}
	for i := range distances {
		d.Distance = append(d.Distance, 0.1*math.Pow(10, 5*float64(i)/float64(distances-1)))
	}
	for ray := range rays {
		var bounded, affine []float64
		for _, r := range d.Distance {
			bounded = append(bounded, (3+float64(ray%5)/3)*math.Tanh(r-0.3*float64(ray%7)))
			affine = append(affine, float64(1+ray%6)*r-2)
		}
		d.Nets[0].Logits, d.Nets[1].Logits = append(d.Nets[0].Logits, bounded), append(d.Nets[1].Logits, affine)
	}
	return d
}

func layerMaps() LayerMaps {
	d := LayerMaps{Network: eight[2], Setting: "Weight variance 4 over the fan-in, bias variance 0.2.", At: 2.41, VarianceLimit: 2, CorrelationLimit: 0.4}
	for i := range 41 {
		q, c := 0.2*float64(i), float64(i-20)/20
		d.Variance, d.NextVariance = append(d.Variance, q), append(d.NextVariance, 4*q/(q+2))
		d.Correlation, d.NextCorrelation = append(d.Correlation, c), append(d.NextCorrelation, 0.1+0.8*c+0.1*c*c)
	}
	for q := range 5 {
		d.Layers = append(d.Layers, 2+math.Pow(0.5, float64(q-1)))
	}
	return d
}

// theoryFigures are those of the theory over the range that they are made for.
func theoryFigures() map[string]viz.Drawing {
	d := map[string]viz.Drawing{"plane": phasePlane(61), "small plane": phasePlane(2), "rays": farRays(24, 101), "one ray": farRays(1, 2), "maps": layerMaps()}
	for _, layers := range []int{1, 2, 8, 100} {
		d[fmt.Sprintf("%d layers", layers)] = theoryLayers(layers, true)
		d[fmt.Sprintf("%d layers of theory alone", layers)] = theoryLayers(layers, false)
	}
	return d
}

func TestTheoryIsDrawnOverItsRange(t *testing.T) {
	for name, d := range theoryFigures() {
		for _, theme := range []viz.Theme{viz.DefaultTheme(), viz.DarkTheme(), viz.ArticleTheme()} {
			f, err := d.Figure(viz.Options{Theme: theme})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			viztest.DrawBoth(t, f)
			if len(f.Description) < 60 || f.Name == "" {
				t.Errorf("%s: described as %q", name, f.Description)
			}
		}
	}
}

func TestTheoryOfNastyValuesMakesAFigureOrAnError(t *testing.T) {
	for _, a := range nastyValues {
		v := []float64{0.1, 0.7, a, 0.3, a, math.NaN(), 0.9, a, 0.4}
		rising := []float64{0.1, 1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7}
		for _, d := range []viz.Drawing{
			TheoryByLayer{Network: eight[0], Measured: "width 3", Quantities: []LayerQuantity{
				{Title: "a", Predicted: v, Mean: v, Low: v, High: v}, {Title: "b", Predicted: v, Mean: v, Low: v, High: v, Bounded: true}, {Title: "c", Predicted: v}}},
			PhaseDiagram{Grid: viz.Grid{X: rising[:3], Y: rising[:3], Z: v}, At: viz.Pt(a, a), Chi: a},
			FarConfidence{Distance: rising, Nets: []FarRays{{Network: eight[0], Logits: [][]float64{v, v}, Cap: a}}},
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

func TestTheScaleOfChiPutsOneInTheMiddle(t *testing.T) {
	s := chiScale{}
	for chi, want := range map[float64]float64{0: 0, 1: 0.5, math.Inf(1): 1, 2: 0.8, 0.5: 0.2} {
		if got := s.Position(chi); math.Abs(got-want) > 1e-15 {
			t.Errorf("χ₁ %v is at %v, want %v", chi, got, want)
		}
	}
	if !math.IsNaN(s.Position(math.NaN())) {
		t.Error("NaN has a place")
	}
}
