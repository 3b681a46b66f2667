// Package gradcheck compares gradients from three independent sources: Gorgonia's
// automatic differentiation, backpropagation written by hand, and finite
// differences that know values only.
//
// [Suite] does so for many networks and shows that the reference can be trusted.
// [Export] writes one network with its gradients to a gradient file; [Against]
// compares the gradients in such a file, computed by anyone in any language, with
// the reference, and has package mistakes say what is wrong with them.
package gradcheck
