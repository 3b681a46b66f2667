// Package handcoded is the multilayer perceptron with backpropagation written out by hand on plain slices: the readable
// textbook version of what automatic differentiation does in package graph, and the independent witness that it is
// right. It knows no tensor library and no graph; an activation is given to it as two plain functions, or read from a
// formula.
//
// With n rows, layers l = 1..L and a₀ = x, the forward pass is
//
//	z_l = a_{l-1} W_l + b_l        rows × out
//	a_l = f(z_l)                   hidden layers; for two classes the output layer has width 1 and
//	                               p = a_L = sigmoid(z_L), for others see Objective
//
// and the backward pass, from the output down,
//
//	δ_L      = ∂loss/∂z_L          rows × outputs, the mean's 1/n included: (p - y)/n of cross-entropies
//	∂W_l     = a_{l-1}ᵀ δ_l        in × out
//	∂b_l     = Σ_rows δ_l          out
//	δ_{l-1}  = (δ_l W_lᵀ) ∘ f'(z_{l-1})
//
// Every matrix is a flat row-major slice. A Net holds the parameters, a Pass the memory of one forward and backward
// pass; after construction a training step allocates nothing.
//
// Package handcoded/mistakes varies this backward pass to find out what is wrong with somebody else's.
package handcoded
