// Package viz is a small vocabulary for figures: panels, scales and series.
//
// A [Figure] is a plain value: a grid of aligned [Panel] values, a legend, a
// colour bar, a [Theme]. A panel has two axes with a [Scale] each and a list of
// [Series], which are drawn in their order: [Scatter], [Scatters], [Line], [Band],
// [Intervals], [Field], [Contour], [Regions], [Cells], [Notes], [ValueLabels], [EndLabels], or any
// type with the two methods of Series. A figure is laid out only when it is written,
// so it can be changed until then.
//
// [Figure.WritePNG], [Figure.WriteSVG] and [Figure.WritePDF] share one code path over renderers
// of go-chart, the last one ours, whose differences are evened out here. All draw into memory
// first: what cannot be drawn is an error and not half a file, and values that
// are not finite or out of all proportion leave gaps and notes, never a hang.
// The same figure gives the same bytes, from any goroutine.
//
// A [Drawing] makes a figure of plain values; those of the study are in package figures. Viz
// is the only package that imports go-chart, and depends on no other of this module.
package viz
