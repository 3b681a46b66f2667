// Package foreign reads networks that other programs trained, as Gorgonia graphs with hooks, and
// writes ours for other programs.
//
//  1. A file's first bytes and its name say what it is: see [Open].
//  2. A reader of that format makes of it a chain of layers: plain numbers.
//  3. A chain whose numbers fit each other becomes a network of package models, with the head that
//     the points ask for: see [Model.Network].
//
// What a file does not say, such as the activations of a PyTorch state_dict, [Options] settle.
// What a network computes beside such a chain is refused, never guessed. Files are untrusted:
// errors are of type input.Error and say which node, tensor or part is meant, and the memory used is
// bounded by the file's size.
package foreign
