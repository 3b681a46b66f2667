// Package models trains the study's networks, shows what flows through them, and keeps
// them in files.
//
//  1. Describe: an [MLP] says what to build: hidden layers of an activation of package
//     graph, with its parts (normalisation, dropout, shortcuts), outputs with their
//     loss, an [Init] and float64 or float32.
//  2. Build: [NewMLP] draws the weights from a NumPy random stream and gives a
//     [Network].
//  3. Train: [Train] descends on the rows of a data.Set by the [Optimiser] that its
//     [Training] names. After each epoch it shows an [Epoch] to its [Recorder]s: histories,
//     progress bars and films are recorders. [Network.HookTraining] sees every step.
//  4. Look inside: [Network.Predict] gives probabilities, scores or numbers, [Network.Accuracy]
//     and [Network.Fit] what they are worth, [Network.Hook] what flows by a layer while it
//     does, and [Network.Observe] everything at once: predictions, wrong rows, spreads and
//     signal traces of these rows come from one [Observation]. Package models/geometry
//     measures more, of two classes.
//  5. Check: [Network.Gradient] is the gradient of automatic differentiation,
//     [Network.Differences] the same from values of the loss alone.
//  6. Keep: [Network.WriteParameters] writes a file for NumPy or safetensors,
//     [Epoch.Checkpoint] takes what it needs to go on, bit for bit, by Training.Resume.
//
// Every number comes from a Gorgonia graph compiled by package graph; nothing here knows a
// formula of forward or backward passes. The same networks with backpropagation written by
// hand are in package models/handcoded.
package models
