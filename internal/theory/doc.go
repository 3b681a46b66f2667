// Package theory computes what mean-field theory says of wide random networks, and
// sets measured networks beside it.
//
// An [Ensemble] is the networks of one activation φ whose weights have the variance
// σw²/fan_in and whose biases have σb², the setting of Poole et al. 2016
// (arXiv:1606.05340) and Schoenholz et al. 2017 (1611.01232). As layers grow wide
// their pre-activations z become Gaussian, and three numbers describe what a layer
// does: the variance of z, which follows
//
//	q' = σw² E[φ(√q x)²] + σb²,
//
// the correlation of two inputs, which follows the same map with E[φ(u) φ(v)] for
// correlated Gaussians u and v, and
//
//	χ₁ = σw² E[φ'(√q x)²],
//
// by whose root a layer stretches small distances: below 1 inputs become alike
// (order), above 1 their distance grows (chaos), and the depth scale -1/ln χ₁ is the
// number of layers over which small squared distances change by a factor of e.
//
// All expectations are Gauss-Legendre quadratures in panels that are split at the
// activation's kinks and graded around them; each is done in two orders, whose
// difference is its error estimate ([Integral]).
//
// [Measure] draws networks of finite width and reads the same numbers from their
// hooks. [FarAway] follows trained networks away from their data: on almost every ray
// the confidence of a ReLU network goes to 1 and that of a sigmoid network is capped
// (Hein, Andriushchenko & Bitterwolf 2019, 1812.05720), but on every circle both fall to
// 1/2 where their boundary runs to infinity. Limits are those of FarArcs in models/geometry, over
// all directions. [Study] does all of it for a
// [Config], and [Load] reads it back from a run folder.
package theory
