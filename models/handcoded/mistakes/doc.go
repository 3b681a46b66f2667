// Package mistakes finds out what is wrong with a hand-written backward pass. It is a catalogue of the classic mistakes,
// each a small variation of the textbook's backward pass (see package handcoded), and a search: every mistake is made on
// purpose at every place where it may sit, and what comes out is compared with the gradients in question.
//
// The backward pass is taken apart into five formulas (rules) that repeat layer by layer. A mistake replaces some
// of them:
//
//	delta     δ_l = ∂loss/∂a_l ∘ f'(z_l), at the output ∂loss/∂z_L
//	weights   ∂W_l = a_{l-1}ᵀ δ_l
//	penalty   + L2 W_l, where the objective has a penalty
//	biases    ∂b_l = Σ_rows δ_l
//	upstream  ∂loss/∂a_{l-1} = δ_l W_lᵀ
//
// To add a mistake, add one entry to the table of the formula that it spoils (scale.go, output.go, derivative.go,
// weights.go, penalty.go, biases.go, upstream.go, exchange.go, fitted.go).
//
// A diagnosis is an arithmetic fact, not a guess: a mistake is named only if it explains every array that was given, those
// that it changes and those that it leaves alone, far better than the reference does. Mistakes that give the same numbers
// are all named; what gives the reference's numbers is no mistake; two mistakes at once are not explained.
package mistakes
