// Package data makes the points that the study looks at: the two moons and the
// other sets of [Generate], what a formula describes ([Formula]) or the table of a file
// ([ReadCSV]), their standardisation, the split into training and test rows, the samples
// that are traced, and the grids over which a trained network is evaluated.
//
// It is the first room of the house: it knows nothing of networks and draws
// nothing. Its random numbers are NumPy's legacy stream ([RandomState]) and its
// algorithms those of NumPy 1.24 and scikit-learn 1.2, so that a study done in
// Python can be repeated here from its seeds alone: labels, splits and shuffles
// are identical, coordinates agree within 1e-14.
//
// Points live in a [Set]: a flat row-major matrix with the targets of each row, which are a
// class, labels or numbers.
package data
