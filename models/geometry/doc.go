// Package geometry measures what each layer of a network makes of the points: how
// far they spread, in how many directions, how well a line parts the classes, and
// above all what is left of a point's distance to the decision boundary.
//
//  1. Train a network by package models, or read one from a file.
//  2. [Observe] evaluates it on the training rows and on the test rows, and gives a
//     [Sample] of each: the points with everything that flows through the network for
//     them.
//  3. [Measure] finds what is quick to find, in milliseconds for networks of the study's
//     size: distances to the boundary and what is left of them in each layer's margins,
//     how finely each layer resolves them ([Noticeable]), linear probes, ranks, dead and
//     saturated units, how far the classes are apart.
//     [MeasureAll] adds Jacobian matrices, linear regions, the alignment of layers and
//     what a linear function of a layer knows of the distance.
//  4. Read the [Measurement]: a [Layer] for the input, each hidden layer and the output.
//     Each [Number] that is not defined (a dead layer, one class, no boundary) is NaN,
//     null in JSON, and Undefined says why.
//
// Each metric is a function of its own, of matrices with a row for each point and a
// column for each unit, and says what it is for dead and constant layers, one row and one
// class: [EffectiveRank], [DeadShare], [SaturatedShare], [FisherRatio] and [NC1] of one
// layer, [CKA] and [Spearman] of two, [FitProbe] and [Decoded] of a layer and a target,
// [CurveLength], [Jacobians] and [Slopes] of a map, [PlaneRegions], [BoxRegions] and [LineRegions]
// of a network that is straight in pieces. [BoundaryOf] finds the closest points of a
// network's decision boundary, [Locate] the distances of thousands of points to it, of which
// [Survival] and [Quantise] say what comes through noise and few bits, [Nearest] those of the zero set of any [Field]; [FarArcs]
// are the limits of its logit in all directions.
package geometry
