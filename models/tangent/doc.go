// Package tangent predicts how fast a network learns from its gradients before the first step.
//
// J has, for each row and output of a network, the gradient of the output's pre-activation (the
// logit) with respect to all parameters, and K = J Jᵀ / n over n rows is the neural tangent kernel
// (Jacot, Gabriel & Hongler 2018). To first order a full step of rate r changes the logits by
// -r K (p - y), so that along the eigenvector of an eigenvalue λ the error falls with the time
// constant 1/(r c λ) in steps, c being the loss's curvature.
//
//  1. [Compile] a network for some rows, and take its [Gradients]: in factors, not as J.
//  2. [Gradients.Kernel] gives K, [Decompose] its eigenvalues and the residual's energy by mode.
//  3. [Clock] gives the time constants in epochs of a training.
//  4. [Linearised] trains f₀ + J₀ (θ - θ₀), the network as K sees it, beside the network;
//     [FitLine] finds the best affine function of the inputs, which both have to leave behind.
//
// Networks are differentiated as they evaluate: without dropout's masks, and with batch
// normalisation at the statistics that the network has; [models.Network.AdoptStatistics] sets them
// to those of the training rows. All is in float64, whatever the network computes in.
package tangent
