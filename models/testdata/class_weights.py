"""Writes class_weights.npz: weighted losses and gradients by PyTorch, balanced weights by scikit-learn.

A tanh network 3-4-3 with softmax cross-entropy, F.cross_entropy(weight=...), and one of 3-4-1 with
binary cross-entropy, of which each row has the weight of its class; "sum" adds up over rows, "mean"
is what PyTorch's reduction of that name gives.
"""
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.utils.class_weight import compute_class_weight

torch.manual_seed(8)
rows = 9
arrays = {"x": torch.randn(rows, 3).double()}
for name, k in ("softmax", 3), ("logits", 2):
    y = torch.tensor([0, 1, 1, 0, 1, 1, 1, k - 1, 1])
    weight = torch.tensor(compute_class_weight("balanced", classes=np.arange(k), y=y.numpy()))
    outputs = 3 if k == 3 else 1
    parameters = [torch.randn(*shape).double().requires_grad_() for shape in ((3, 4), (1, 4), (4, outputs), (1, outputs))]
    arrays |= {f"{name}_y": y.double(), f"{name}_weight": weight}
    for p, key in zip(parameters, ("W1", "b1", "W2", "b2")):
        arrays[f"{name}_{key}"] = p.detach()
    for reduction in "sum", "mean":
        z = torch.tanh(arrays["x"] @ parameters[0] + parameters[1]) @ parameters[2] + parameters[3]
        if k == 3:
            loss = F.cross_entropy(z, y, weight=weight, reduction=reduction)
        else:
            loss = F.binary_cross_entropy_with_logits(z[:, 0], y.double(), weight=weight[y], reduction=reduction)
        for p in parameters:
            p.grad = None
        loss.backward()
        arrays[f"{name}_{reduction}_loss"] = loss.detach()
        for p, key in zip(parameters, ("W1", "b1", "W2", "b2")):
            arrays[f"{name}_{reduction}_grad_{key}"] = p.grad.clone()

np.savez("class_weights.npz", **{name: a.numpy() for name, a in arrays.items()})
