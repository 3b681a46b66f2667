// Package doctor judges gradients that somebody coded by hand: it reads a batch, a network's parameters and their gradients
// as their author saved them, says for which objective the gradients are right, and names the faults of those that are not.
//
// Check takes a file through these steps:
//
//  1. Read: the arrays of an .npz, .safetensors or JSON file, or of a folder of .npy and .csv files (arrays.go, arrays_json.go).
//  2. Names: which array is the input, the target, a weight, a bias, the gradient of which of them (names.go), by what the
//     words in a name mean (words.go).
//  3. Layouts: every way of reading the shapes as a network that the sizes allow (layout.go).
//  4. Objectives and activations: what each reading may be the gradient of, as far as the caller does not say
//     (objective.go, activations.go).
//  5. Search: from the output down (search.go), what each layer's gradients are made of (explain.go): which δ
//     (candidate.go), by the textbook's formulas or their common deviations (deviation.go), to how many digits (fit.go;
//     target.go rejects most of them by a few entries).
//     The explanation that costs least wins over all readings and objectives (check.go, trial.go).
//  6. Steps: which arrays are intermediates (intermediates.go), and whether each follows from the author's own before it
//     (steps.go, steps_walk.go, steps_check.go; steps_forward.go, steps_backward.go, steps_gradients.go; steps_text.go).
//  7. Report: the verdict, array by array, against the gradients of the Gorgonia graph (report.go, reference.go,
//     sentence.go).
//
// The textbook is that of package handcoded: with rows of samples, z = a W + b, δ = ∂loss/∂z, ∂W = aᵀδ, ∂b = Σ δ.
package doctor
