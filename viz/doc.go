// Package viz draws figures: a small vocabulary of panels, scales and series,
// and the figures of the study written with it.
//
// A [Figure] is a plain value: a grid of aligned [Panel] values, a legend, a
// colour bar, a [Theme]. A panel has two axes with a [Scale] each and a list of
// [Series] drawn in their order: [Scatter], [Scatters], [Line], [Field], [Contour], [Band],
// [Intervals], [Notes], [ValueLabels], [EndLabels]. Whatever has the two methods of Series can be
// drawn as well. Nothing is laid out before the figure is written, so a figure
// returned by one of the constructors can still be changed.
//
// [Figure.WritePNG] and [Figure.WriteSVG] share one code path over the renderers
// of go-chart, whose differences are levelled here. Both draw into memory
// first: what cannot be drawn is an error and not half a file, and values that
// are not finite or out of all proportion leave gaps and notes, never a hang.
// The same figure gives the same bytes, from any goroutine.
//
// The study's figures ([MoonsDataset], [LossCurves], [DecisionBoundaries],
// [SignalTrace], [HiddenSpace] and their kin) take plain values. The package
// never trains, and knows nothing of how the values were made.
//
// In the house, viz stands between internal/study, which measures, and
// cmd/actscope, which calls both; it is the only package that imports go-chart.
package viz
