package viz_test

import (
	"bytes"
	"fmt"
	"math"

	"actscope/viz"
)

// A damped spring in two panels: where it is over time, and its energy over position and speed.
func Example() {
	theme := viz.DefaultTheme()
	ink := theme.Networks["relu"]

	var motion, orbit []viz.Point
	envelope := viz.Band{Fill: viz.Mix(theme.Panel, ink, 0.15)}
	for i := range 400 {
		t := float64(i) / 20
		decay := math.Exp(-t / 8)
		sin, cos := math.Sincos(2 * t)
		motion = append(motion, viz.Point{X: t, Y: decay * cos})
		orbit = append(orbit, viz.Point{X: decay * cos, Y: -decay * (2*sin + cos/8)})
		envelope.X, envelope.Low, envelope.High = append(envelope.X, t), append(envelope.Low, -decay), append(envelope.High, decay)
	}
	const most = 6.0 // the energy at which the colours end
	var energy viz.Grid
	for i := range 61 {
		energy.X, energy.Y = append(energy.X, -1.2+0.04*float64(i)), append(energy.Y, -2.4+0.08*float64(i))
	}
	for _, v := range energy.Y {
		for _, x := range energy.X {
			energy.Z = append(energy.Z, (2*x*x+v*v/2)/most)
		}
	}
	ramp := viz.Diverging(theme.Panel, viz.Mix(theme.Panel, ink, 0.3), viz.Mix(theme.Panel, ink, 0.6))
	line := viz.Stroke{Color: ink, Width: 2}

	figure := &viz.Figure{
		Name: "spring", Title: "A damped spring loses its energy", Subtitle: "x″ = −4x − x′/4",
		Description: "Left, the position swings between two falling envelopes; right, the orbit spirals into the middle of the energy.",
		Theme:       theme,
		Panels: []*viz.Panel{
			{
				Title: []viz.Span{{Text: "Position", Bold: true}}, X: viz.Axis{Label: "time t"}, Y: viz.Axis{Label: "x", Grid: true},
				Series: []viz.Series{envelope, viz.Line{Points: motion, Stroke: line}},
			},
			{
				Title: []viz.Span{{Text: "Energy", Bold: true}}, X: viz.Axis{Label: "x", Scale: viz.Linear(-1.2, 1.2)}, Y: viz.Axis{Label: "x′", Scale: viz.Linear(-2.4, 2.4)},
				Series: []viz.Series{viz.Field{Grid: energy, Steps: 20, Ramp: ramp}, viz.Line{Points: orbit, Stroke: line, Casing: 1}},
			},
		},
		ColorBar: &viz.ColorBar{Label: "energy", Scale: viz.Linear(0, most), Ramp: ramp, Steps: 20},
	}
	var svg, png bytes.Buffer
	if err := figure.WriteSVG(&svg); err != nil {
		fmt.Println(err)
		return
	}
	if err := figure.WritePNG(&png, 2); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4s %.3s\n", svg.String(), png.String()[1:])
	// Output: <svg PNG
}

// measurement is a value with its error.
type measurement struct{ x, y, err float64 }

// errorBars is a series of one's own: two methods are all it takes.
type errorBars []measurement

func (e errorBars) Extent() viz.Extent {
	var extent viz.Extent
	for _, m := range e {
		extent = extent.IncludeX(m.x).IncludeY(m.y - m.err).IncludeY(m.y + m.err)
	}
	return extent
}

func (e errorBars) Draw(c *viz.Canvas) error {
	ink := c.Theme().Text
	for _, m := range e {
		at, ok := c.At(viz.Point{X: m.x, Y: m.y})
		low, okLow := c.At(viz.Point{X: m.x, Y: m.y - m.err})
		high, okHigh := c.At(viz.Point{X: m.x, Y: m.y + m.err})
		if ok && okLow && okHigh {
			c.Polyline([]viz.Point{low, high}, viz.Stroke{Color: ink, Width: 1.5})
			c.Mark(viz.Marker{Radius: 4, Fill: ink}, at)
		}
	}
	return nil
}

func ExampleSeries() {
	figure := &viz.Figure{
		Name: "yield", Title: "Yield by dose", Theme: viz.DefaultTheme(),
		Panels: []*viz.Panel{{
			X: viz.Axis{Label: "dose (mg)", Scale: viz.Log(1, 1000)}, Y: viz.Axis{Label: "yield (%)", Grid: true},
			Series: []viz.Series{errorBars{{2, 12, 4}, {20, 31, 5}, {200, 64, 3}}},
		}},
	}
	var svg bytes.Buffer
	fmt.Println(figure.WriteSVG(&svg), svg.Len() > 0)
	// Output: <nil> true
}
