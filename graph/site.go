package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// Site is what a part gets to know and to use where it is built: one layer of one
// program.
type Site struct {
	// Layer counts from 1; Rows and Units are the shape of the signal.
	Layer, Rows, Units int
	// Training is true in programs that serve training, false in those that evaluate.
	Training bool

	builder *builder
}

// Parameter is the node of one of the part's parameters, (1, units).
func (s *Site) Parameter(array string) *gorgonia.Node {
	return s.builder.parameters[arrayName(array, s.Layer)]
}

// Statistic is the node of one of the part's statistics, (1, units): what training
// has kept track of so far.
func (s *Site) Statistic(array string) *gorgonia.Node {
	p := s.builder.statistics[arrayName(array, s.Layer)]
	return s.builder.input(p.Name, p.Rows, p.Columns, p.Values)
}

// Track has statistic updated after each step of training, given the value that
// the node has for the step's mini-batch: see [Program.Track].
func (s *Site) Track(array string, batch *gorgonia.Node, update func(statistic, batch []float64)) {
	s.builder.tracks = append(s.builder.tracks, track{
		node: batch, statistic: s.builder.statistics[arrayName(array, s.Layer)].Values, update: update,
	})
}

// Handed is what an earlier layer hands on; layer 0 is the input x. Its width may
// be another.
func (s *Site) Handed(layer int) *gorgonia.Node { return s.builder.handed[layer] }

// Random is an input of (rows, units) whose values are drawn anew for each step of
// training: see [Program.Draw]. Until then they are 1.
func (s *Site) Random(name string, draw func(values []float64, random Random)) *gorgonia.Node {
	values := make([]float64, s.Rows*s.Units)
	for i := range values {
		values[i] = 1
	}
	s.builder.draws = append(s.builder.draws, func(random Random) { draw(values, random) })
	return s.builder.input(arrayName(name, s.Layer), s.Rows, s.Units, values)
}

// Filled is an input whose entries all have one value: a matrix to average or to
// repeat with, as products of matrices do it without Gorgonia's broadcasts, whose
// gradients lose an axis.
func (s *Site) Filled(rows, columns int, value float64) *gorgonia.Node {
	name := fmt.Sprintf("filled(%d,%d,%v)", rows, columns, value)
	if n := s.builder.filled[name]; n != nil {
		return n
	}
	values := make([]float64, rows*columns)
	for i := range values {
		values[i] = value
	}
	n := s.builder.input(name, rows, columns, values)
	s.builder.filled[name] = n
	return n
}

// arrayName is an array's name in a layer.
func arrayName(array string, layer int) string { return fmt.Sprintf("%s%d", array, layer) }
