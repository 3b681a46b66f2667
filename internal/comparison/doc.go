// Package comparison trains networks side by side that differ in their hidden activation
// only, and observes them: what the commands reproduce and compare do.
//
// [Run] gives a [Result] with the data and the [Trained] networks. [Result.Summary] is its
// run.json and [Result.Arrays] its arrays.npz; [Load] makes a result of these again.
// [Saving] says where the state of the trainings is kept, to go on from.
package comparison
