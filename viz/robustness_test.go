package viz

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"sync"
	"testing"
	"time"
)

// nasty values that a measurement may hold.
var nasty = []float64{
	0, math.Copysign(0, -1), 1, -1, 0.5, math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e300, 1e-300, math.MaxFloat64, math.SmallestNonzeroFloat64, 33.5e6, 1e6,
}

// drawAll writes a figure in both formats, within reasonable time and size.
func drawAll(t testing.TB, f *Figure) {
	t.Helper()
	start := time.Now()
	doc := svgOf(t, f)
	if len(doc) > 1_000_000 {
		t.Errorf("an SVG of %d bytes", len(doc))
	}
	var b bytes.Buffer
	if err := f.WritePNG(&b, 0.25); err != nil {
		t.Error(err)
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("drawing took %v", d)
	}
}

// seriesOf makes one of every series from values.
func seriesOf(v []float64) []Series {
	var ps []Point
	for i := 0; i+1 < len(v); i += 2 {
		ps = append(ps, Point{v[i], v[i+1]})
	}
	n := int(math.Sqrt(float64(len(v))))
	var g Grid
	for i := range n {
		g.X, g.Y = append(g.X, float64(i)), append(g.Y, float64(i))
	}
	g.Z = v[:n*n]
	half := len(v) / 2
	m := Marker{Shape: Star, Radius: 4, Fill: RGB(0x123456), Edge: RGB(0), EdgeWidth: 1}
	s := Stroke{Color: RGB(0x884422), Width: 2, Dash: []float64{3, 2}}
	return []Series{
		Field{Grid: g}, Contour{Grid: g, Level: 0.5, Stroke: s, Casing: 1}, Band{X: v[:half], Low: v[:half], High: v[half : 2*half], Fill: RGB(0xcccccc)},
		Line{Points: ps, Stroke: s, Casing: 1, Marker: m}, Scatter{ps, m}, Scatters{Sets: []Scatter{{ps, m}, {ps, m}}, Limit: 5},
		ValueLabels{Lines: [][]Point{ps}, Clear: 3}, EndLabels{{At: Point{1, v[0]}, Name: "end", Value: Num(v[0], 3)}}, Notes{{At: Point{v[0], v[1]}, Text: Span{Text: "note"}, Plate: true}},
	}
}

func scalesOf(v []float64) []Scale {
	a, b := v[0], v[len(v)-1]
	return []Scale{nil, Linear(a, b), Log(a, b), LogWithZero(a, b), LinearScale{}, LogScale{}, Categories("a", "b", "c"), Linear(a, b).Whole()}
}

// studyOf makes all figures of the study from values.
func studyOf(v []float64) []Drawing {
	n := len(v) / 2
	labels, wrong := make([]int, n), make([]bool, n)
	for i := range labels {
		labels[i], wrong[i] = i%2, i%3 == 0
	}
	var g Grid
	side := int(math.Sqrt(float64(len(v))))
	for i := range side {
		g.X, g.Y = append(g.X, float64(i)), append(g.Y, float64(i))
	}
	g.Z = v[:side*side]
	odd := v[:len(v)-1+len(v)%2]
	net := Network{Name: "relu", Label: "ReLU"}
	layers := []HiddenLayers{{net, []HiddenLayer{{v[:2*n], 2, v[0]}, {v[:n], 1, v[1]}}}}
	return []Drawing{
		MoonsDataset{Points: v[:2*n], Labels: labels},
		LossCurves{Nets: []LossCurve{{net, v}, {eight[0], odd}}},
		DecisionBoundaries{Points: v[:2*n], Labels: labels, Nets: []Boundary{{net, g, wrong, v[0]}}},
		SignalTrace{Samples: []TracedSample{{Class: 1, Traces: []Trace{{net, odd}, {eight[0], odd[:1]}}}}},
		HiddenSpace{Labels: labels, Nets: layers},
		ActivationDistributions{Nets: layers},
		GradientNorms{Nets: []GradientHistory{{net, [][]float64{v, v}}}},
		SignalQuantiles{Signals: []ClassSignals{{Bands: []SignalBand{{net, [5][]float64{odd, odd, odd, odd, odd}, odd}}}}},
		ClaimMap{Groups: []SettingGroup{{"rate", make([]string, len(v))}}, Claims: []ClaimRow{{Label: "claim", Shares: v, Settled: make([]bool, len(v))}}},
		ClaimShares{Claims: []ClaimShare{{Share: v[0], Low: v[1], High: v[2], ByData: v}}},
		BoundaryDistance{Labels: labels, Nets: []BoundaryLayers{{net, v[:n], []LayerMargins{{"layer 1", v[len(v)-n:], v[0]}}}}},
		AccuracyCurves{Panels: []AccuracyPanel{{Log: v[0] > 0.5, Values: v, Curves: []AccuracyCurve{{Network: net, Mean: v, Low: v, High: v, One: v, Controls: v}}}}},
	}
}

// figuresOf is how many figures can be made of values: one a scale, with all series, and those of the study.
const figuresOf = 8 + 12

// tryValues draws one of the figures that can be made of at least nine values.
func tryValues(t testing.TB, v []float64, which int) {
	t.Helper()
	if which %= figuresOf; which < 8 {
		s := scalesOf(v)[which]
		panel := &Panel{X: Axis{Scale: s, Grid: true}, Y: Axis{Scale: s}, Series: seriesOf(v), Equal: true}
		drawAll(t, &Figure{Title: "values", Theme: DefaultTheme(), Panels: []*Panel{panel}, Width: 400})
		return
	}
	f, err := studyOf(v)[which-8].Figure(Options{Width: 500})
	if err == nil { // else it has been said in advance
		drawAll(t, f)
	}
}

func TestNastyValuesMakeAFigureOrAnError(t *testing.T) {
	for which := range figuresOf {
		for _, a := range nasty {
			tryValues(t, []float64{0.1, 0.7, a, 0.3, 0.2, math.NaN(), 0.9, a, 0.4, 0.5, 1, 0.6}, which)
			alone := make([]float64, 12)
			for i := range alone {
				alone[i] = a
			}
			tryValues(t, alone, which)
		}
		tryValues(t, slices.Concat(nasty, nasty), which)
	}
}

func FuzzSeriesValues(f *testing.F) {
	encode := func(v ...float64) []byte {
		var b []byte
		for _, x := range v {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
		return b
	}
	for which := range uint8(figuresOf) {
		f.Add(which, encode(nasty...))
		f.Add(which, encode(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
		f.Add(which, encode(0, 0, 0, 0, 0, 0, 0, 0, 0))
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		var v []float64
		for ; len(data) >= 8 && len(v) < 60; data = data[8:] {
			v = append(v, math.Float64frombits(binary.LittleEndian.Uint64(data)))
		}
		if len(v) >= 9 {
			tryValues(t, v, int(which))
		}
	})
}

func TestWhatDoesNotFitTogetherIsAnError(t *testing.T) {
	net := Network{Name: "relu"}
	grid := waveGrid(10, 0)
	for name, d := range map[string]Drawing{
		"no claims":                ClaimMap{},
		"no shares":                ClaimShares{},
		"no curves":                AccuracyCurves{},
		"shares of other places":   ClaimMap{Groups: []SettingGroup{{"rate", []string{"1", "2"}}}, Claims: []ClaimRow{{Shares: []float64{1}, Settled: []bool{true}}}},
		"a panel of nothing":       AccuracyCurves{Panels: []AccuracyPanel{{Label: "rate"}}},
		"curves of other places":   AccuracyCurves{Panels: []AccuracyPanel{{Values: []float64{1}, Curves: []AccuracyCurve{{Network: net, Mean: []float64{1, 2}}}}}},
		"points without labels":    MoonsDataset{Points: []float64{1, 2}},
		"a third class":            MoonsDataset{Points: []float64{1, 2}, Labels: []int{2}},
		"no losses":                LossCurves{},
		"an empty history":         LossCurves{Nets: []LossCurve{{net, nil}}},
		"no boundaries":            DecisionBoundaries{},
		"a grid with too little":   DecisionBoundaries{Nets: []Boundary{{net, Grid{X: []float64{0, 1}, Y: []float64{0, 1}}, nil, 1}}},
		"a grid of one row":        DecisionBoundaries{Nets: []Boundary{{net, Grid{X: []float64{0, 1}, Y: []float64{0}, Z: []float64{0, 1}}, nil, 1}}},
		"too few marks":            DecisionBoundaries{Points: []float64{1, 2}, Labels: []int{0}, Nets: []Boundary{{net, grid, nil, 1}}},
		"no samples":               SignalTrace{},
		"an even number of stages": SignalTrace{Samples: []TracedSample{{Traces: []Trace{{net, []float64{1, 2}}}}}},
		"other networks":           SignalTrace{Samples: []TracedSample{{Traces: []Trace{{net, []float64{1}}}}, {Traces: []Trace{{eight[0], []float64{1}}}}}},
		"no layers":                HiddenSpace{Nets: []HiddenLayers{{net, nil}}},
		"layers without units":     HiddenSpace{Labels: []int{0}, Nets: []HiddenLayers{{net, []HiddenLayer{{[]float64{1}, 0, 0}}}}},
		"other depths":             HiddenSpace{Nets: []HiddenLayers{{net, make([]HiddenLayer, 2)}, {net, make([]HiddenLayer, 1)}}},
		"half a row":               ActivationDistributions{Nets: []HiddenLayers{{net, []HiddenLayer{{[]float64{1, 2, 3}, 2, 0}}}}},
		"no gradients":             GradientNorms{},
		"no margins":               BoundaryDistance{},
		"a class of margins":       BoundaryDistance{Labels: []int{3}, Nets: []BoundaryLayers{{net, []float64{1}, []LayerMargins{{"layer 1", []float64{1}, 1}}}}},
		"too few distances":        BoundaryDistance{Labels: []int{0}, Nets: []BoundaryLayers{{net, nil, []LayerMargins{{"layer 1", []float64{1}, 1}}}}},
		"too few margins":          BoundaryDistance{Labels: []int{0}, Nets: []BoundaryLayers{{net, []float64{1}, []LayerMargins{{"layer 1", nil, 1}}}}},
		"margins of other depths":  BoundaryDistance{Nets: []BoundaryLayers{{net, nil, make([]LayerMargins, 2)}, {net, nil, make([]LayerMargins, 1)}}},
		"epochs of two lengths":    GradientNorms{Nets: []GradientHistory{{net, [][]float64{{1}, {1, 2}}}}},
		"no classes":               SignalQuantiles{},
		"quantiles of two lengths": SignalQuantiles{Signals: []ClassSignals{{Bands: []SignalBand{{Network: net, Quantiles: [5][]float64{{1}, {1}, {1, 2, 3}, {1}, {1}}}}}}},
	} {
		if f, err := d.Figure(Options{}); err == nil {
			t.Errorf("%s: no error, but %q", name, f.Title)
		} else if len(err.Error()) < 20 || err.Error()[:5] != "viz: " {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// failing is a writer on a full disk.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestFiguresThatCannotBeDrawnWriteNothing(t *testing.T) {
	panel := func(s ...Series) []*Panel { return []*Panel{{Series: s}} }
	theme := DefaultTheme()
	small := theme
	small.TickSize = math.NaN()
	for name, f := range map[string]*Figure{
		"no panels":        {Theme: theme},
		"a nil panel":      {Theme: theme, Panels: []*Panel{nil}},
		"a theme in part":  {Panels: panel(), Theme: Theme{Name: "own"}},
		"no font size":     {Theme: small, Panels: panel()},
		"no width":         {Theme: theme, Panels: panel(), Width: math.NaN()},
		"much too wide":    {Theme: theme, Panels: panel(), Width: 1e9},
		"negative columns": {Theme: theme, Panels: panel(), Columns: -1},
		"too many panels":  {Theme: theme, Panels: make([]*Panel, 1000)},
		"a band's lengths": {Theme: theme, Panels: panel(Band{X: []float64{1, 2}})},
		"a field's grid":   {Theme: theme, Panels: panel(Field{Grid: Grid{X: []float64{0, 1}, Y: []float64{0, 1}}})},
		"a field's range":  {Theme: theme, Panels: panel(Field{Hi: math.NaN()})},
	} {
		for format, write := range map[string]func(io.Writer) error{"SVG": f.WriteSVG, "PNG": func(w io.Writer) error { return f.WritePNG(w, 1) }} {
			var b bytes.Buffer
			if err := write(&b); err == nil || b.Len() > 0 {
				t.Errorf("%s as %s: %d bytes, error %v", name, format, b.Len(), err)
			}
		}
	}
	f := vocabulary()
	for _, scale := range []float64{0, -1, math.NaN(), math.Inf(1), 1000} {
		if err := f.WritePNG(io.Discard, scale); err == nil {
			t.Errorf("a PNG at scale %v", scale)
		}
	}
	if f.WriteSVG(failing{}) == nil || f.WritePNG(failing{}, 0.1) == nil {
		t.Error("a failing writer goes unnoticed")
	}
}

func TestTheSameFigureGivesTheSameBytesFromEveryGoroutine(t *testing.T) {
	drawings := readArticle(t).drawings()
	var mu sync.Mutex
	seen := map[string][]byte{}
	same := func(key string, data []byte) {
		mu.Lock()
		defer mu.Unlock()
		if first, ok := seen[key]; ok && !bytes.Equal(first, data) {
			t.Errorf("%s differs from run to run", key)
		}
		seen[key] = data
	}
	var wg sync.WaitGroup
	for range 3 {
		for name, d := range drawings {
			wg.Go(func() {
				f, err := d.Figure(Options{})
				if err != nil {
					t.Error(err)
					return
				}
				var inner sync.WaitGroup
				for range 2 { // also one figure from two goroutines
					inner.Go(func() {
						var svg, png bytes.Buffer
						if err := f.WriteSVG(&svg); err != nil {
							t.Error(err)
						}
						if err := f.WritePNG(&png, 0.5); err != nil {
							t.Error(err)
						}
						same(name+".svg", svg.Bytes())
						same(name+".png", png.Bytes())
					})
				}
				inner.Wait()
			})
		}
	}
	wg.Wait()
}

func TestNarrowFiguresPutPanelsBelowEachOther(t *testing.T) {
	f, err := boundaries(4, 40).Figure(Options{Width: 330})
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.layout()
	if err != nil {
		t.Fatal(err)
	}
	for _, pp := range p.panels {
		if pp.box.X1 > p.width || pp.box.Width() < leastPanel {
			t.Errorf("a panel from %.0f to %.0f of %.0f px", pp.box.X0, pp.box.X1, p.width)
		}
	}
}

func TestPanelsOfARowAreAlignedAndOfOneSize(t *testing.T) {
	for name, d := range readArticle(t).drawings() {
		f, err := d.Figure(Options{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.layout()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range p.panels {
			for _, b := range p.panels {
				if a.row == b.row && (a.box.Y0 != b.box.Y0 || a.box.Y1 != b.box.Y1) || a.col == b.col && a.box.X0 != b.box.X0 || a.box.Width() != b.box.Width() {
					t.Errorf("%s: panels at %v and %v", name, a.box, b.box)
				}
			}
		}
	}
}
