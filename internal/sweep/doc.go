// Package sweep trains every network of a grid of settings, on one machine or on many, and
// loses nothing that was finished when a process or a machine is stopped.
//
// A [Grid] is a plan file as people write it; [NewPlan] expands it into a [Plan], whose
// trials are computed from its axes when they are asked for, so that a million of them
// take no memory, and [Plan.Attempt] builds one of each kind. A [Folder] holds a plan and its results and is the only record of what
// is done. [Run] trains the trials of a [Shard] that have no record yet. [Folder.Scan]
// finds the [Records] of a sweep, [Records.Walk] reads them in the plan's order, and
// [Records.WriteTable] writes them as comma-separated values. What cannot be used, plan
// files, folders and damaged segments alike, is an [input.Error].
//
// A plan file's key measure asks for columns that cost time: tangent-kernel predicts from the kernel before
// the first step how fast a trial learns, geometry says what each layer makes of the test points,
// validation when training ended and what rows that it did not see make of it.
//
// # Why any process may stop at any time
//
// Records are published in segments: a temporary file, complete and flushed, is linked
// under a name made of its content's hash. A segment is never changed afterwards, so
// whoever reads sees whole ones only. Nothing is locked and no clock, host or process is
// recorded: any number of processes may run the same trials at once or again, because a
// trial gives the same record wherever it runs. What a process loses when it is killed are
// the trials since its last segment.
//
// What a disk or a person does to a segment shows in its checksums. A run gives damaged ones
// another name, trains their trials again, and counts at its end what can be read.
//
// The plan cannot change either. Its file carries its own hash, every segment the plan's,
// and the plan names the program and the kernels that computed it.
package sweep
