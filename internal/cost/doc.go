// Package cost asks what a target accuracy costs at inference, activation by
// activation: which are the smallest networks that reach it.
//
// A training is one network with fresh weights and shuffles on fresh data. It
// reaches the target where its accuracy on test rows is at least that; one that
// diverges does not. A network, which is an activation, a depth and a width,
// reaches the target where the probability that a training of it does is at least
// [Config].Share, and what is said of it holds with [Confidence] for all networks
// together. Its learning rate is tuned first, on seeds of their own; the trainings
// that judge it have seeds that were fixed beforehand and that no choice has seen.
//
// [Search] tunes and judges. Depth by depth it goes from narrow to wide networks.
// Each is looked at after a few trainings, after twice as many, and so on
// ([Rule]), and left as soon as it is seen to reach or to miss, so that networks
// that never reach cost little; the probability of error is divided among the looks. The first
// width that reaches ends the depth. With all verdicts right, the smallest width
// that reaches lies between the first that was not seen to miss and the first that
// was seen to reach, whether or not wider networks always do better; and so every
// count of multiply-adds and every ratio between activations comes with an exact
// interval.
//
// How the error is divided: evenly among the activations and depths; then half of
// it among the widths, any of which might be taken for one that reaches
// (Bonferroni), and half to the one width that really is the smallest, because no
// other's being taken for a miss would move the interval.
package cost
