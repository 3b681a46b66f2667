"""Writes heads.npz: losses and gradients of small networks by PyTorch's autograd, in float64.

Each case is an array of x, y (rows x outputs), W1, b1, ..., the loss, and the gradients of W1, b1,
..., one after the other. Its name is LOSS:OUTPUT:REDUCTION:ROWS:WIDTHS:NUMBER; hidden layers are
tanh. Those without a hidden layer have extreme logits: weights of 0, and biases.
"""
import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(18)
arrays = {}
IDENTITY = ("identity", lambda z: z)
SIGMOID = ("sigmoid", torch.sigmoid)


def hinge(z, y, reduction):
    if z.shape[1] == 1:
        terms = torch.relu(1 - (2 * y - 1) * z)
    else:  # PyTorch divides by the classes
        terms = z.shape[1] * F.multi_margin_loss(z, y.argmax(1), reduction="none")
    return terms.sum() if reduction == "sum" else terms.sum() / len(z)


def softmax(z, y, reduction):
    return F.cross_entropy(z, y.argmax(1), reduction=reduction)


# loss, output, what it is by our names for PyTorch's reductions, its function of what the output hands on
HEADS = [
    ("softmax", ("softmax", lambda z: z), {"sum": "sum", "mean": "mean"}, softmax),
    ("logits", ("sigmoid", lambda z: z), {"sum": "sum", "mean": "mean-all"}, lambda z, y, r: F.binary_cross_entropy_with_logits(z, y, reduction=r)),
    ("hinge", IDENTITY, {"sum": "sum", "mean": "mean"}, hinge),
] + [
    ("mse", output, {"sum": "sum", "mean": "mean-all"}, lambda p, y, r: F.mse_loss(p, y, reduction=r))
    for output in (IDENTITY, SIGMOID, ("tanh", torch.tanh), ("relu", torch.relu), ("softmax", lambda z: F.softmax(z, 1)))
] + [("half-mse", output, {"sum": "sum", "mean": "mean-all"}, lambda p, y, r: F.mse_loss(p, y, reduction=r) / 2) for output in (IDENTITY, SIGMOID)]


def targets(loss, rows, k):
    if loss in ("softmax", "hinge") and k > 1:
        return F.one_hot(torch.randint(k, (rows,)), k).double()
    return torch.randint(2, (rows, k)).double() if loss in ("logits", "hinge") else torch.randn(rows, k).double()


def write(name, function, output, reduction, x, y, parameters):
    h = x
    for l in range(0, len(parameters), 2):
        z = h @ parameters[l] + parameters[l + 1]
        h = torch.tanh(z)
    loss = function(output(z), y, reduction)
    loss.backward()
    widths = "-".join(str(p.shape[0]) for p in parameters[::2]) + f"-{y.shape[1]}"
    everything = [x, y, *(p.detach() for p in parameters), loss.detach(), *(p.grad for p in parameters)]
    arrays[f"{name}:{len(x)}:{widths}:{len(arrays)}"] = np.concatenate([t.numpy().ravel() for t in everything])


def leaf(t):
    return t.double().requires_grad_()


for loss, (output, apply), reductions, function in HEADS:
    for theirs, ours in reductions.items():
        for k in (1, 3):
            if k == 1 and "softmax" in (loss, output):
                continue
            sizes = [3, 4, 5, k]
            parameters = []
            for a, b in zip(sizes, sizes[1:]):
                parameters += [leaf(torch.randn(a, b)), leaf(torch.randn(1, b))]
            write(f"{loss}:{output}:{ours}", function, apply, theirs, torch.randn(7, 3).double(), targets(loss, 7, k), parameters)

EXTREME = {
    "softmax": [([800, -800], 0), ([800, -800], 1), ([-800, 800, 799], 1), ([800, 800, -800], 2), ([0, -40, -41], 0), ([-800, -800, -800], 1), ([3, 36, 0, -700], 1)],
    "hinge": [([800, -800], 0), ([800, -800], 1), ([-800, 800, 799.5], 1), ([0.25, 800, -3], 2)],
    "logits": [([800], 0), ([800], None), ([-800], 0), ([800, -800, 30], 2), ([-800, 800, -30], 2)],
}
for loss, (output, apply), _, function in HEADS[:3]:
    for z, label in EXTREME[loss]:
        y = torch.zeros(1, len(z)).double()
        if label is not None:
            y[0, label] = 1
        parameters = [leaf(torch.zeros(1, len(z))), leaf(torch.tensor([z]))]
        write(f"{loss}:{output}:sum", function, apply, "sum", torch.ones(1, 1).double(), y, parameters)

np.savez("heads.npz", **arrays)
