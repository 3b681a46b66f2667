"""Trains two small networks in NumPy's float32 throughout and writes float32.npz."""
import numpy as np

f = np.float32
rng = np.random.RandomState(3)
x = rng.normal(size=(60, 2)).astype(f)
y = (x[:, :1] * x[:, 1:] > 0).astype(f)
arrays = {"x": x, "y": y}
rate, epochs = f(0.5), 50
sigmoid = lambda z: f(1) / (f(1) + np.exp(-z))
for name, act, slope in [
    ("sigmoid", sigmoid, lambda z, a: a * (f(1) - a)),
    ("relu", lambda z: np.maximum(z, f(0)), lambda z, a: (z > 0).astype(f)),
]:
    sizes = [2, 8, 8, 1]
    W = [(rng.normal(size=(a, b)) / np.sqrt(a)).astype(f) for a, b in zip(sizes, sizes[1:])]
    b = [np.zeros((1, n), f) for n in sizes[1:]]
    for i, w in enumerate(W):
        arrays[f"{name}_init_W{i + 1}"] = w.copy()
    losses = []
    for _ in range(epochs):
        zs, hs = [], [x]
        for l in range(3):
            zs.append(hs[-1] @ W[l] + b[l])
            hs.append(act(zs[-1]) if l < 2 else sigmoid(zs[-1]))
        p = hs[-1]
        losses.append(-np.mean(y * np.log(p + f(1e-9)) + (f(1) - y) * np.log(f(1) - p + f(1e-9))))
        d = (p - y) / f(len(x))
        for l in (2, 1, 0):
            gW, gb = hs[l].T @ d, d.sum(0, keepdims=True)
            if l:
                d = (d @ W[l].T) * slope(zs[l - 1], hs[l])
            W[l] = W[l] - rate * gW
            b[l] = b[l] - rate * gb
    assert all(v.dtype == f for v in W + b)
    for i in range(3):
        arrays[f"{name}_final_W{i + 1}"], arrays[f"{name}_final_b{i + 1}"] = W[i], b[i]
    arrays[f"{name}_loss"] = np.array(losses)
np.savez("float32.npz", **{k: v.astype(np.float64) for k, v in arrays.items()})
