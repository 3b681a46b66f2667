// Package geometry measures what each layer of a network makes of the points: how
// far they spread, in how many directions, how well a line parts the classes, and
// above all what is left of a point's distance to the decision boundary.
//
//  1. Train a network by package models, or read one from a file.
//  2. [Observe] evaluates it on the training rows and on the test rows, and gives a
//     [Sample] of each: the points with everything that flows through the network for
//     them.
//  3. [Measure] finds what is quick to find, in milliseconds for networks of the study's
//     size, in seconds for ten classes of 8x8 pixels and 128 units: distances to the boundary and what is left of them in each layer's margins,
//     how finely each layer resolves them ([Noticeable]), linear probes, ranks, dead and
//     saturated units, how far the classes are apart.
//     [MeasureAll] adds Jacobian matrices, linear regions, the alignment of layers and
//     what a linear function of a layer knows of the distance.
//  4. Read the [Measurement]: a [Layer] for the input, each hidden layer and the output.
//     Each [Number] that is not defined (a dead layer, one class, no boundary) is NaN,
//     null in JSON, and Undefined says why.
//
// All of this is of two classes at one unit, and of every other head as far as it has a
// meaning. A network of two logits is the one unit of their difference, to rounding; see
// [models.Network.OneUnit]. With more classes a point's distance is that to the boundary of the
// region of its predicted class, where another class draws level: where its [Lead] is 0. With
// several labels it is the distance to the nearest change of any. Such distances have no sign:
// what reads them reads them times the direction of the region, which for two classes is the
// sign; see [Reading]. A layer's margin is the distance to the boundary of the region in which
// the layer's own classifier puts the point, a [Probe] of two classes or of each label, a
// [Multinomial] of more classes. The classes of FisherRatio and NC1 are those that occur, of
// labels their combinations. Jacobian matrices, slopes and curves are of all outputs. Of a
// network that predicts numbers what needs a boundary or classes is NaN, and TargetDecoded says
// what a layer knows of the numbers.
//
// Each metric is a function of its own, of matrices with a row for each point and a
// column for each unit, and says what it is for dead and constant layers, one row and one
// class: [EffectiveRank], [DeadShare], [SaturatedShare], [FisherRatio] and [NC1] of one
// layer, [CKA], [Spearman] and [SpearmanWithin] of two, [FitProbe], [FitMultinomial] and [Decoded] of a layer
// and a target, [CurveLength], [Jacobians] and [Slopes] of a map, [PlaneRegions], [BoxRegions]
// and [LineRegions] of a network that is straight in pieces. [BoundaryOf] finds the closest
// points of a network's decision boundary, [Locate] the distances of thousands of points to it,
// of which [Survival] and [Quantise] say what comes through noise and few bits, [Nearest] those
// of the zero set of any [Field]; [FarArcs] and [FarLeads] are the limits of its logit, or of
// leads, in all directions.
package geometry
