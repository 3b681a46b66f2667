// Package cost asks what a target accuracy costs at inference, activation by
// activation: which are the smallest networks that reach it.
//
// A training is one network with fresh weights and shuffles on fresh data. It
// reaches the target where its accuracy on test rows is at least that; one that
// diverges does not. A network, which is an activation, a depth and a width,
// reaches the target where there is a learning rate, of those tried, at which the
// probability that a training does is at least [Config].Share. The trainings have
// seeds that were fixed beforehand.
//
// [Search] judges. Depth by depth it goes from narrow to wide networks. Each is
// trained with all rates, and each rate is looked at after a few trainings, after
// twice as many, and so on ([Rule]), the most promising rate first. A network reaches
// as soon as one rate is seen to; it misses when every rate was seen to. No rate is
// chosen and none is left out because another looks better, so there is no tuning that
// could err. The first width that reaches ends the depth; those beyond are looked at
// once.
//
// So each network comes with an interval of the probability at its best rate, and each
// activation with a bracket: the smallest network proven to reach, and the largest
// that was proven to miss together with all smaller ones. Between them are the
// undecided. Whether wider networks always do better does not matter. The ratios of
// activations are those that the brackets leave possible.
//
// The probability that any of this is false is at most 1 - [Confidence], divided evenly at
// each step (Bonferroni); by [Default]:
//
//	                                                among   to reach   to miss
//	networks: activations, depths, widths              63    0.00079   0.00079
//	either error: falsely to reach, or to miss          2    0.00040   0.00040
//	rates: any may falsely reach; a network that        8   0.000050   0.00040
//	  reaches is taken for one that misses only if
//	  its best rate is, so this is not divided
//	looks at a rate                                     7   0.0000071  0.000057
//
// Whichever rate is trained next, and whenever a network is left, the bounds hold,
// because they hold at all looks together. What is not covered is what was not tried:
// other rates, widths and depths.
package cost
