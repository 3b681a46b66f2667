"""Backward passes in plain NumPy, most of them wrong, each written out the way people write them.

Run as `python3 faulty.py` in this directory: it writes one .npz a function, with x, y, W1.., b1.., grad_W1..,
grad_b1.. and loss. The net is 2 -> 4 -> 4 -> 1 with a sigmoid at the end.
"""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def setup(seed):
    rng = np.random.RandomState(seed)
    x = rng.randn(10, 2)
    y = (x[:, 0] * x[:, 1] + 0.3 * rng.randn(10) > 0).astype(float).reshape(-1, 1)
    W1, W2, W3 = rng.randn(2, 4), rng.randn(4, 4) * 0.7, rng.randn(4, 1) * 0.7
    b1, b2, b3 = rng.randn(1, 4) * 0.2, rng.randn(1, 4) * 0.2, rng.randn(1, 1) * 0.2
    return x, y, W1, b1, W2, b2, W3, b3


def cross_entropy(p, y):
    return -np.mean(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))


def save(name, x, y, W1, b1, W2, b2, W3, b3, dW1, db1, dW2, db2, dW3, db3, p):
    np.savez_compressed(
        name, x=x, y=y, W1=W1, b1=b1, W2=W2, b2=b2, W3=W3, b3=b3,
        grad_W1=dW1, grad_b1=db1, grad_W2=dW2, grad_b2=db2, grad_W3=dW3, grad_b3=db3, loss=cross_entropy(p, y))


def right_tanh():
    x, y, W1, b1, W2, b2, W3, b3 = setup(1)
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * (1 - a2**2)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    save("right_tanh", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def forgot_to_divide():
    x, y, W1, b1, W2, b2, W3, b3 = setup(2)
    z1 = x @ W1 + b1; a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2; a2 = np.maximum(z2, 0)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = p - y
    dz2 = dz3 @ W3.T * (z2 > 0)
    dz1 = dz2 @ W2.T * (z1 > 0)
    save("forgot_to_divide", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def bias_mean():
    """keepdims and all, but the mean was already in dz3"""
    x, y, W1, b1, W2, b2, W3, b3 = setup(3)
    z1 = x @ W1 + b1; a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2; a2 = np.maximum(z2, 0)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * (z2 > 0)
    dz1 = dz2 @ W2.T * (z1 > 0)
    save("bias_mean", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, np.mean(dz1, axis=0, keepdims=True), a1.T @ dz2, np.mean(dz2, axis=0, keepdims=True),
         a2.T @ dz3, np.mean(dz3, axis=0, keepdims=True), p)


def no_mask():
    x, y, W1, b1, W2, b2, W3, b3 = setup(4)
    z1 = x @ W1 + b1; a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2; a2 = np.maximum(z2, 0)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T
    dz2[z2 <= 0] = 0
    dz1 = dz2 @ W2.T
    save("no_mask", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def mask_of_gradient():
    x, y, W1, b1, W2, b2, W3, b3 = setup(5)
    z1 = x @ W1 + b1; a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2; a2 = np.maximum(z2, 0)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = np.maximum(dz3 @ W3.T, 0)
    dz1 = dz2 @ W2.T * (z1 > 0)
    save("mask_of_gradient", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def mask_of_next_layer():
    x, y, W1, b1, W2, b2, W3, b3 = setup(6)
    z1 = x @ W1 + b1; a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2; a2 = np.maximum(z2, 0)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * (z2 > 0)
    dz1 = dz2 @ W2.T * (z2 > 0)
    save("mask_of_next_layer", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def sigmoid_slope_left_over():
    """the hidden layers were changed from sigmoid to tanh, the backward pass was not"""
    x, y, W1, b1, W2, b2, W3, b3 = setup(7)
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * a2 * (1 - a2)
    dz1 = dz2 @ W2.T * a1 * (1 - a1)
    save("sigmoid_slope_left_over", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def slope_of_activation():
    """the slope function wants z and is given a"""
    def slope(z):
        return sigmoid(z) * (1 - sigmoid(z))
    x, y, W1, b1, W2, b2, W3, b3 = setup(8)
    a1 = sigmoid(x @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * slope(a2)
    dz1 = dz2 @ W2.T * slope(a1)
    save("slope_of_activation", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def one_slope_for_all():
    """a uniform loop multiplies the output's error by its sigmoid's slope, as for the squared error"""
    x, y, W1, b1, W2, b2, W3, b3 = setup(9)
    acts = [x]
    for W, b in ((W1, b1), (W2, b2), (W3, b3)):
        acts.append(sigmoid(acts[-1] @ W + b))
    err = (acts[-1] - y) / len(x)
    grads = []
    for W, below, above in zip((W3, W2, W1), acts[-2::-1], acts[:0:-1]):
        d = err * above * (1 - above)
        grads.append((below.T @ d, d.sum(0)))
        err = d @ W.T
    (dW3, db3), (dW2, db2), (dW1, db1) = grads
    save("one_slope_for_all", x, y, W1, b1, W2, b2, W3, b3, dW1, db1, dW2, db2, dW3, db3, acts[-1])


def stepped_too_early():
    x, y, W1, b1, W2, b2, W3, b3 = setup(10)
    lr = 0.3
    W = {1: W1.copy(), 2: W2.copy(), 3: W3.copy()}
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dW3 = a2.T @ dz3
    W[3] -= lr * dW3
    dz2 = dz3 @ W[3].T * (1 - a2**2)
    dW2 = a1.T @ dz2
    W[2] -= lr * dW2
    dz1 = dz2 @ W[2].T * (1 - a1**2)
    dW1 = x.T @ dz1
    W[1] -= lr * dW1
    save("stepped_too_early", x, y, W1, b1, W2, b2, W3, b3, dW1, dz1.sum(0), dW2, dz2.sum(0), dW3, dz3.sum(0), p)


def saved_after_the_step():
    x, y, W1, b1, W2, b2, W3, b3 = setup(11)
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * (1 - a2**2)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    params = [W1, b1, W2, b2, W3, b3]
    grads = [x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0)]
    for param, grad in zip(params, grads):
        param -= 0.1 * grad
    save("saved_after_the_step", x, y, *params, *grads, p)


def forgot_a_transposition():
    x, y, W1, b1, W2, b2, W3, b3 = setup(12)
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * (1 - a2**2)
    dz1 = dz2 @ W2 * (1 - a1**2)
    save("forgot_a_transposition", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def transposed_product():
    x, y, W1, b1, W2, b2, W3, b3 = setup(13)
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * (1 - a2**2)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    save("transposed_product", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), dz2.T @ a1, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def sample_loop():
    """gradients are assigned in the loop over the samples where they should be added up"""
    x, y, W1, b1, W2, b2, W3, b3 = setup(14)
    n = len(x)
    for i in range(n):
        a0 = x[i:i + 1]
        a1 = np.tanh(a0 @ W1 + b1)
        a2 = np.tanh(a1 @ W2 + b2)
        p = sigmoid(a2 @ W3 + b3)
        d3 = p - y[i:i + 1]
        d2 = d3.dot(W3.T) * (1 - a2**2)
        d1 = d2.dot(W2.T) * (1 - a1**2)
        dW3, db3 = a2.T.dot(d3) / n, d3[0] / n
        dW2, db2 = a1.T.dot(d2) / n, d2[0] / n
        dW1, db1 = a0.T.dot(d1) / n, d1[0] / n
    p = sigmoid(np.tanh(np.tanh(x @ W1 + b1) @ W2 + b2) @ W3 + b3)
    save("sample_loop", x, y, W1, b1, W2, b2, W3, b3, dW1, db1, dW2, db2, dW3, db3, p)


def unsummed_bias():
    x, y, W1, b1, W2, b2, W3, b3 = setup(15)
    z1 = x @ W1 + b1; a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2; a2 = np.maximum(z2, 0)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * (z2 > 0)
    dz1 = dz2 @ W2.T * (z1 > 0)
    save("unsummed_bias", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2, a2.T @ dz3, dz3.sum(0), p)


def regularised():
    x, y, W1, b1, W2, b2, W3, b3 = setup(16)
    lam = 0.02
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T * (1 - a2**2)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    save("regularised", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1 + lam * W1, dz1.sum(0), a1.T @ dz2 + lam * W2, dz2.sum(0), a2.T @ dz3 + lam * W3, dz3.sum(0), p)


def single_precision():
    """all in float32, y - p for p - y"""
    x, y, W1, b1, W2, b2, W3, b3 = (v.astype(np.float32) for v in setup(17))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (y - p) / np.float32(len(x))
    dz2 = dz3 @ W3.T * (1 - a2**2)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    save("single_precision", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


def two_at_once():
    """the second layer's mask is missing, and the first layer's bias is a mean"""
    x, y, W1, b1, W2, b2, W3, b3 = setup(18)
    z1 = x @ W1 + b1; a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2; a2 = np.maximum(z2, 0)
    p = sigmoid(a2 @ W3 + b3)
    dz3 = (p - y) / len(x)
    dz2 = dz3 @ W3.T
    dz1 = dz2 @ W2.T * (z1 > 0)
    save("two_at_once", x, y, W1, b1, W2, b2, W3, b3,
         x.T @ dz1, dz1.mean(0), a1.T @ dz2, dz2.sum(0), a2.T @ dz3, dz3.sum(0), p)


if __name__ == "__main__":
    for write in (
            right_tanh, forgot_to_divide, bias_mean, no_mask, mask_of_gradient, mask_of_next_layer,
            sigmoid_slope_left_over, slope_of_activation, one_slope_for_all, stepped_too_early, saved_after_the_step,
            forgot_a_transposition, transposed_product, sample_loop, unsummed_bias, regularised, single_precision,
            two_at_once):
        write()
