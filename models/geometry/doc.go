// Package geometry measures what each layer of a network makes of the points: how
// far they spread, in how many directions, how well a line parts the classes, and
// above all what is left of a point's distance to the decision boundary.
//
// The metrics are plain functions of matrices with a row for each point and a column
// for each unit; each says what it is for dead and constant layers, one row and one
// class. A value that is not defined is NaN and becomes null in JSON ([number.Float]).
// [BoundaryOf] finds the closest points of a network's decision boundary, [Nearest]
// those of any other zero set. [Measure] applies what is quick to a trained network,
// [MeasureAll] everything.
package geometry
