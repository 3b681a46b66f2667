"""Just-noticeable distances as NumPy and SciPy find them, by other ways than package geometry.

Run with NumPy 1.24 and SciPy 1.10 in this folder: python3 noticeable.py writes noticeable.npz.
Closest points come from a constrained minimiser started at many places, derivatives along a
direction from complex steps: J n = Im f(x + ihn)/h, exact for tiny h.
"""
import numpy as np
from scipy import optimize

TAU, STEP = 0.1, 1e-30
rng = np.random.default_rng(21)

ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "softplus": lambda z: np.log(1 + np.exp(z)),
}


def layers(parameters, activation, x):
    """What each layer hands on, the output its logit."""
    out, a = [], x
    for l in range(0, len(parameters), 2):
        a = a @ parameters[l] + parameters[l + 1]
        if l + 2 < len(parameters):
            a = activation(a)
        out.append(a)
    return out


def closest(logit, x):
    """The nearest zero of the logit among those found from many starts."""
    best, distance = None, np.inf
    starts = x + np.vstack([rng.normal(size=(30, len(x))) * s for s in (0.1, 0.5, 2)])
    for start in starts:
        found = optimize.minimize(
            lambda c: ((c - x) ** 2).sum(), start, jac=lambda c: 2 * (c - x), method="SLSQP",
            constraints={"type": "eq", "fun": logit}, options={"ftol": 1e-15, "maxiter": 500})
        d = np.sqrt(((found.x - x) ** 2).sum())
        if abs(logit(found.x)) < 1e-9 and d < distance:
            best, distance = found.x, d
    return polished(logit, x, best)


def polished(logit, x, c):
    """Newton's method on c - x + s g = 0, logit(c) = 0, where the boundary is smooth."""
    def gradient(c):
        return np.array([logit(c + 1j * STEP * e).imag / STEP for e in np.eye(len(c))])

    g = gradient(c)
    start = np.append(c, -(c - x) @ g / (g @ g))
    v = optimize.root(lambda v: np.append(v[:-1] - x + v[-1] * gradient(v[:-1]), logit(v[:-1]).real), start, tol=1e-15).x[:-1]
    if np.abs(v - c).max() < 1e-3 and abs(logit(v)) < 1e-12:
        c = v
    return c, np.sqrt(((c - x) ** 2).sum())


arrays = {}
for name, activation in ACTIVATIONS.items():
    widths = (2, 5, 4, 1)
    parameters = []
    for i, (n, m) in enumerate(zip(widths, widths[1:])):
        parameters += [rng.normal(size=(n, m)) * 1.5 / np.sqrt(n), rng.normal(size=m) * 0.5]
    x = rng.normal(size=(24, 2))
    # The boundary passes through the points.
    parameters[-1] -= np.median(layers(parameters, activation, x)[-1])
    logit = lambda c: layers(parameters, activation, c[None, :])[-1][0, 0]
    where = [closest(logit, row) for row in x]
    d = np.array([w[1] for w in where])
    n = (x - np.array([w[0] for w in where])) / d[:, None]
    near, far = d <= np.quantile(d, 0.25), d >= np.quantile(d, 0.75)
    moved = [n] + [a.imag / STEP for a in layers(parameters, activation, x + 1j * STEP * n)]
    handed = [x] + layers(parameters, activation, x)
    summary = []
    for t, a in zip(moved, handed):
        slope = np.sqrt((t ** 2).sum(1))
        noise = TAU * a.std(0).mean()
        jnd = noise / np.where(slope > 0, slope, np.nan)
        jnd[slope == 0] = np.inf
        medians = np.median(jnd[near]), np.median(jnd[far])
        summary.append((*medians, medians[1] / medians[0], (1 / jnd).mean(), noise))
        arrays.setdefault(name + "_slope", []).append(slope)
    arrays[name + "_slope"] = np.array(arrays[name + "_slope"])
    arrays[name + "_summary"] = np.array(summary)
    arrays[name + "_distance"], arrays[name + "_x"], arrays[name + "_n"] = d, x, n
    arrays[name + "_y"] = (handed[-1][:, 0] > 0).astype(float)
    for i, p in enumerate(parameters):
        arrays[f"{name}_p{i}"] = p

np.savez("noticeable.npz", **arrays)
for name in ACTIVATIONS:
    print(name, arrays[name + "_summary"].round(4).tolist(), arrays[name + "_y"].mean())
