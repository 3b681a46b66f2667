package main

import (
	"bytes"
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"actscope/data"
	"actscope/internal/study"
	"actscope/viz"
)

// picture is a figure in one format.
type picture struct {
	name    string // of the file
	content []byte
}

// pngScale is how many pixels of a PNG make one of the figure's, for sharp
// pictures on dense screens.
const pngScale = 2

// drawFigures draws the five figures of a result in each format, side by side.
func drawFigures(ctx context.Context, r *study.Result, formats []string) ([]picture, error) {
	drawings, err := drawings(r)
	if err != nil {
		return nil, err
	}
	pictures := make([]picture, len(drawings)*len(formats))
	group, ctx := errgroup.WithContext(ctx)
	for i, drawing := range drawings {
		for j, format := range formats {
			group.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				p, err := draw(drawing, format)
				pictures[i*len(formats)+j] = p
				return err
			})
		}
	}
	return pictures, group.Wait()
}

func draw(drawing viz.Drawing, format string) (picture, error) {
	figure, err := drawing.Figure(viz.Options{})
	if err != nil {
		return picture{}, fmt.Errorf("drawing a figure: %w", err)
	}
	var content bytes.Buffer
	if format == "svg" {
		err = figure.WriteSVG(&content)
	} else {
		err = figure.WritePNG(&content, pngScale)
	}
	if err != nil {
		return picture{}, fmt.Errorf("drawing figure %s: %w", figure.Name, err)
	}
	return picture{figure.Name + "." + format, content.Bytes()}, nil
}

// drawings are the five figures of the study as plain values.
func drawings(r *study.Result) ([]viz.Drawing, error) {
	grid, err := r.Data.BoundaryGrid()
	if err != nil {
		return nil, err
	}
	test := classes(r.Data.Test)
	var losses viz.LossCurves
	boundaries := viz.DecisionBoundaries{Points: r.Data.Test.X, Labels: test}
	hidden := viz.HiddenSpace{Labels: test}
	trace := viz.SignalTrace{Samples: []viz.TracedSample{{Class: 0, Detail: "deep in its moon"}, {Class: 1, Detail: "deep in its moon"}}}
	for _, n := range r.Networks {
		network := viz.Network{Name: n.Name, Label: n.Title}
		losses.Nets = append(losses.Nets, viz.LossCurve{Network: network, History: n.History.Loss})
		field, err := n.Field(grid)
		if err != nil {
			return nil, err
		}
		boundaries.Nets = append(boundaries.Nets, viz.Boundary{
			Network: network, Grid: viz.Grid{X: grid.X, Y: grid.Y, Z: field}, Wrong: n.Wrong, Accuracy: n.TestAccuracy,
		})
		for class := range trace.Samples {
			trace.Samples[class].Traces = append(trace.Samples[class].Traces, viz.Trace{Network: network, Values: n.Trace[class]})
		}
		hidden.Nets = append(hidden.Nets, hiddenLayers(network, n))
	}
	moons := viz.MoonsDataset{
		Detail: fmt.Sprintf("noise %v, both features standardised", r.Config.Noise),
		Points: r.Data.Standardised.X, Labels: classes(r.Data.Standardised),
	}
	return []viz.Drawing{moons, losses, boundaries, trace, hidden}, nil
}

func hiddenLayers(network viz.Network, n *study.Network) viz.HiddenLayers {
	h := viz.HiddenLayers{Network: network}
	spread := n.Spread()
	for l := range spread {
		m := n.Hidden(l + 1).RawMatrix()
		h.Layers = append(h.Layers, viz.HiddenLayer{Activations: m.Data, Units: m.Cols, Spread: spread[l]})
	}
	return h
}

// classes are the labels of a set as class numbers.
func classes(s data.Set) []int {
	labels := make([]int, len(s.Y))
	for i, y := range s.Y {
		labels[i] = int(y)
	}
	return labels
}
