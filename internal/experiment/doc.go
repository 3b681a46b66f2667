// Package experiment trains and measures networks: one at a time, and many side by side.
//
//  1. [Load] makes the [Dataset] that the settings [config.Points] decide.
//  2. [Prepare] draws the network that a [config.Specification] describes and gives a
//     [Training], ready to run. A network's training does not depend on what else is
//     trained: each reseeds the stream of its weights and shuffles.
//  3. [Training.Run] trains it. Recorders see each epoch; a divergence is an [Outcome].
//  4. [Measure] evaluates it on the data, as far as the [Extent] asks.
//
// A [Pool] does this for many networks, whose [Trainer]s reuse data and compiled programs;
// [Work] says what one training is and which [Ledger] remembers what came of it, so that
// work that was stopped goes on from there. [Provenance] is what, beside the settings,
// decides the bits of a result.
package experiment
