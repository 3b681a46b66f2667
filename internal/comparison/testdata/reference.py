"""Writes the reference values of the comparison tests: the article's algorithm in NumPy and scikit-learn.

Recipe (NumPy 1.24, scikit-learn 1.2): python3 reference.py
The backward pass is the article's own, (p - y)/n from the output down; every array has the name that
arrays.npz gives it, plus {net}_accuracy (train, test).
"""
import numpy as np
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

SETTINGS = {
    "one_layer": dict(samples=61, noise=0.1, hidden=[5], epochs=40, rate=0.3, batch=7, seed=1),
    "odd_count": dict(samples=101, noise=0.3, data_seed=7, hidden=[4, 3], epochs=30, rate=0.1, batch=25, seed=9),
    "three_unequal": dict(samples=80, noise=0.18, split_seed=3, hidden=[6, 2, 5], epochs=25, rate=0.2, batch=60, seed=0),
    "four_layers": dict(samples=90, noise=0.0, hidden=[3, 7, 4, 2], epochs=30, rate=0.05, batch=16, seed=4294967295),
    "five_layers": dict(samples=64, noise=0.25, test=0.5, hidden=[8, 5, 3, 5, 8], epochs=20, rate=0.4, batch=8, seed=5),
    "full_batch": dict(samples=50, noise=0.2, data_seed=123, hidden=[9, 4], epochs=50, rate=1.0, batch=1000, seed=77),
    "width_one": dict(samples=40, noise=0.05, hidden=[1, 1], epochs=15, rate=0.5, batch=1, seed=2),
    "tanh_too": dict(samples=70, noise=0.15, hidden=[6, 6], epochs=20, rate=0.2, batch=13, seed=3, nets=["tanh", "leaky-relu", "sigmoid", "relu"]),
}


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


# name: value, derivative at z, gain of the initial variance
NETS = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z)), 1),
    "relu": (lambda z: np.maximum(0, z), lambda z: (z > 0).astype(float), 2),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2, 1),
    "leaky-relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01), 2),
}


def forward(x, ws, bs, value):
    zs, activations = [], [x]
    for l, (w, b) in enumerate(zip(ws, bs)):
        zs.append(activations[-1] @ w + b)
        activations.append(sigmoid(zs[-1]) if l == len(ws) - 1 else value(zs[-1]))
    return zs, activations


def loss_of(p, y):
    return -np.mean(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))


def backward(x, y, ws, bs, net):
    value, derivative, _ = net
    zs, activations = forward(x, ws, bs, value)
    delta = (activations[-1] - y) / len(x)
    dws, dbs = [None] * len(ws), [None] * len(ws)
    for l in reversed(range(len(ws))):
        dws[l], dbs[l] = activations[l].T @ delta, delta.sum(0, keepdims=True)
        if l:
            delta = (delta @ ws[l].T) * derivative(zs[l - 1])
    return loss_of(activations[-1], y), dws, dbs


def run(samples, noise, hidden, epochs, rate, batch, seed, data_seed=42, split_seed=42, test=0.25, nets=("sigmoid", "relu")):
    out = {}
    x_raw, y = make_moons(samples, noise=noise if noise else None, random_state=data_seed)
    scaler = StandardScaler().fit(x_raw)
    x = scaler.transform(x_raw)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=test, random_state=split_seed)
    out.update(x_raw=x_raw, y=y, x_std=x, mean=scaler.mean_, scale=scaler.scale_, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    column = y_train[:, None].astype(float)
    sizes = [2, *hidden, 1]
    parameters = {}
    for name in nets:
        np.random.seed(seed)
        gain = NETS[name][2]
        ws = [np.random.randn(i, o) * np.sqrt(gain / i) for i, o in zip(sizes, sizes[1:])]
        bs = [np.zeros((1, o)) for o in sizes[1:]]
        parameters[name] = ws, bs
        for l, w in enumerate(ws):
            out[f"{name}_init_W{l + 1}"] = w.copy()
        loss, dws, dbs = backward(x_train[:batch], column[:batch], ws, bs, NETS[name])
        out[f"{name}_loss_first_rows"] = loss
        for l in range(len(ws)):
            out[f"{name}_grad_W{l + 1}"], out[f"{name}_grad_b{l + 1}"] = dws[l], dbs[l]
    shuffles, histories = [], {name: [] for name in nets}
    for epoch in range(epochs):
        order = np.arange(len(x_train))
        np.random.shuffle(order)
        shuffles.append(order)
        for name in nets:
            ws, bs = parameters[name]
            losses = []
            for first in range(0, len(order), batch):
                rows = order[first:first + batch]
                loss, dws, dbs = backward(x_train[rows], column[rows], ws, bs, NETS[name])
                losses.append(loss)
                for l in range(len(ws)):
                    ws[l] -= rate * dws[l]
                    bs[l] -= rate * dbs[l]
            histories[name].append(np.mean(losses))
    out["first_shuffles"] = np.array(shuffles[:5])
    for c, reference in ((0, (-1.2, -0.3)), (1, (1.2, 0.3))):
        own = x_train[y_train == c]
        out[f"far_class{c}"] = own[np.argmax(np.linalg.norm(own - reference, axis=1))]
    axes = [np.linspace(x[:, i].min() - 0.5, x[:, i].max() + 0.5, 33) for i in (0, 1)]
    grid = np.stack(np.meshgrid(*axes), -1).reshape(-1, 2)
    out["grid_points"] = grid
    for name in nets:
        ws, bs = parameters[name]
        value = NETS[name][0]
        out[f"{name}_loss_history"] = np.array(histories[name])
        for l in range(len(ws)):
            out[f"{name}_final_W{l + 1}"], out[f"{name}_final_b{l + 1}"] = ws[l], bs[l]
        activations = forward(x_test, ws, bs, value)[1]
        for l in range(len(hidden)):
            out[f"{name}_hidden{l + 1}_test"] = activations[l + 1]
        out[f"{name}_grid_probability"] = forward(grid, ws, bs, value)[1][-1].ravel()
        rows = []
        for c in (0, 1):
            zs, activations = forward(out[f"far_class{c}"][None], ws, bs, value)
            row = []
            for l, z in enumerate(zs):
                row += [np.abs(z).mean()] + ([np.abs(activations[l + 1]).mean()] if l < len(hidden) else [])
            rows.append(row)
        out[f"{name}_trace"] = np.array(rows)
        right = [np.mean((forward(a, ws, bs, value)[1][-1].ravel() >= 0.5) == b) for a, b in ((x_train, y_train), (x_test, y_test))]
        out[f"{name}_accuracy"] = np.array(right)
    return out


if __name__ == "__main__":
    for setting, values in SETTINGS.items():
        np.savez(f"{setting}.npz", **run(**values))
