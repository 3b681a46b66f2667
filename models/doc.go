// Package models trains and observes the study's networks.
//
// An [MLP] says what to build; [NewMLP] draws its weights from a NumPy random
// stream, by one of several initialisations ([Init]), and gives a [Network]. [Train]
// descends by the [Optimiser] that its [Training] names, showing each epoch to its
// [Recorder]s, who can take a [Checkpoint] to go on from. Hooks on the network's
// layers hand out what flows through them, and [Network.Observe] uses them to
// collect every signal at once.
//
// Every number comes from a Gorgonia graph compiled by package graph; nothing
// here knows a formula of forward or backward passes. The same networks with
// hand-written backpropagation are in package handcoded, as a witness in tests.
package models
