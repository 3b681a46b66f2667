// Package figures has the figures of the study, one file each, written in the vocabulary of
// package viz: data set, losses, decision boundaries, what layers do to signals and to distances, claims,
// costs, theory, sweeps, gradients beside their references.
//
// Each figure is a struct of plain values with a method Figure, a [viz.Drawing]:
//
//	f, err := figures.LossCurves{Nets: []figures.LossCurve{{Network: relu, History: losses}}}.Figure(viz.Options{})
//
// The figure that comes back can still be changed before it is written. Values that do not fit
// together are errors; values that are not finite are gaps, and footnotes say so. How the values were
// made is not known here: nothing is trained or measured.
package figures
