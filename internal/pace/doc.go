// Package pace is the study of how fast networks learn, predicted before the first step: the spectrum of
// the tangent kernel of each network of a configuration, time constants in epochs, the linearised twin
// and the best straight line beside the network that is then trained, and how the kernel moves while it
// is. What is predicted, and how, is package [actscope/models/tangent].
package pace
