"""What PyTorch's autograd says of every row's gradient, for gradients_test.go: python3 tangent.py writes
tangent.npz. For each case it has x, the parameters by their names, and J: rows and outputs by parameters."""

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
EPSILON = 1e-5
F = torch.nn.functional
ACTIVATIONS = {"sigmoid": torch.sigmoid, "relu": torch.relu, "tanh": torch.tanh, "gelu": F.gelu, "silu": F.silu}


def forward(case, p, x):
    """Rows of logits, batch normalisation at the statistics of the rows."""
    a, layers = x, len(case["units"])
    for l in range(1, layers + 1):
        z = a @ p[f"W{l}"] + p[f"b{l}"]
        if l == layers:
            return z
        part = case.get("part")
        if part == "batch-norm":
            mean, variance = case["statistics"][l - 1]
            z = (z - mean) / torch.sqrt(variance + EPSILON) * p[f"gain{l}"] + p[f"shift{l}"]
        if part == "layer-norm":
            mean, variance = z.mean(1, keepdim=True), z.var(1, unbiased=False, keepdim=True)
            z = (z - mean) / torch.sqrt(variance + EPSILON) * p[f"gain{l}"] + p[f"shift{l}"]
        a, before = ACTIVATIONS[case["activation"]](z), a
        if part == "residual" and before.shape == a.shape:
            a = a + before


def statistics(case, p, x):
    """Mean and biased variance of each layer's affine map over the rows, in turn."""
    case["statistics"] = []
    for l in range(1, len(case["units"])):
        a = x
        for k in range(1, l + 1):
            z = a @ p[f"W{k}"] + p[f"b{k}"]
            if k == l:
                case["statistics"].append((z.mean(0).detach(), z.var(0, unbiased=False).detach()))
            mean, variance = case["statistics"][k - 1]
            z = (z - mean) / torch.sqrt(variance + EPSILON) * p[f"gain{k}"] + p[f"shift{k}"]
            a = ACTIVATIONS[case["activation"]](z)


CASES = {
    "sigmoid": {"activation": "sigmoid", "units": [5, 4, 1]},
    "relu": {"activation": "relu", "units": [6, 1]},
    "deep": {"activation": "tanh", "units": [3, 4, 3, 4, 1]},
    "classes": {"activation": "gelu", "units": [5, 4, 3]},
    "normalised": {"activation": "silu", "units": [4, 5, 2], "part": "batch-norm"},
    "rows": {"activation": "tanh", "units": [4, 4, 1], "part": "layer-norm"},
    "shortcut": {"activation": "sigmoid", "units": [4, 4, 4, 1], "part": "residual"},
    "single": {"activation": "sigmoid", "units": [2]},
}

random = np.random.RandomState(5)
arrays = {}
for name, case in CASES.items():
    fan_in, p = 3, {}
    for l, units in enumerate(case["units"], 1):
        p[f"W{l}"] = torch.tensor(0.7 * random.randn(fan_in, units), requires_grad=True)
        p[f"b{l}"] = torch.tensor(0.3 * random.randn(1, units), requires_grad=True)
        fan_in = units
    if case.get("part", "").endswith("norm"):
        for l, units in enumerate(case["units"][:-1], 1):
            p[f"gain{l}"] = torch.tensor(1 + 0.2 * random.randn(1, units), requires_grad=True)
            p[f"shift{l}"] = torch.tensor(0.2 * random.randn(1, units), requires_grad=True)
    x = torch.tensor(random.randn(7, 3))
    if case.get("part") == "batch-norm":
        statistics(case, p, x)
    rows = []
    for z in forward(case, p, x).flatten():
        gradients = torch.autograd.grad(z, list(p.values()), retain_graph=True)
        rows.append(torch.cat([g.flatten() for g in gradients]))
    arrays[f"{name}_x"] = x.numpy()
    arrays[f"{name}_J"] = torch.stack(rows).numpy()
    for parameter, values in p.items():
        arrays[f"{name}_{parameter}"] = values.detach().numpy()
np.savez("tangent.npz", **arrays)
