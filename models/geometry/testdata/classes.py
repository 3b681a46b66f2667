"""Metrics of several classes and labels as NumPy, SciPy and scikit-learn compute them.

Run with scikit-learn 1.2 in this folder: python3 classes.py writes classes.npz.
"""
import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(18)


def fisher(a, y):
    """Traces of the scatter matrices, from their definitions."""
    m, n = a.mean(0), len(a)
    between = sum((y == c).sum() / n * np.outer(a[y == c].mean(0) - m, a[y == c].mean(0) - m) for c in np.unique(y))
    within = sum(np.cov(a[y == c].T, bias=True).reshape(a.shape[1], -1) * (y == c).sum() / n for c in np.unique(y))
    return np.trace(between) / np.trace(within)


def nc1(a, y):
    classes = np.unique(y)
    means = np.array([a[y == c].mean(0) for c in classes])
    between = np.cov(means.T, bias=True).reshape(a.shape[1], -1)
    residual = a - means[np.searchsorted(classes, y)]
    return np.trace(residual.T @ residual / len(a) @ np.linalg.pinv(between, rcond=1e-12, hermitian=True)) / len(classes)


def probe(a, y):
    """scikit-learn's classifier on standardised columns, as one of the columns themselves."""
    scaler = StandardScaler().fit(a)
    fit = LogisticRegression(C=0.5, multi_class="multinomial", solver="newton-cg", tol=1e-12, max_iter=10000).fit(scaler.transform(a), y)
    coef, intercept = fit.coef_, fit.intercept_
    if len(fit.classes_) == 2:  # given once, for both
        coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
    w = coef / scaler.scale_
    b = intercept - w @ scaler.mean_
    return w, b - b.mean()


def margins(w, b, points):
    """How far a point may go towards each other class until another one is predicted, by halving."""
    out = []
    for x in points:
        c = np.argmax(w @ x + b)
        least = np.inf
        for j in range(len(b)):
            if j == c:
                continue
            u = (w[j] - w[c]) / np.linalg.norm(w[j] - w[c])
            low, high = 0, 1e4
            if np.argmax(w @ (x + high * u) + b) == c:
                continue
            for _ in range(100):
                middle = (low + high) / 2
                if np.argmax(w @ (x + middle * u) + b) == c:
                    low = middle
                else:
                    high = middle
            least = min(least, high)
        out.append(least)
    return np.array(out)


def ridge(a, t):
    scaler = StandardScaler().fit(a)
    fit = Ridge(alpha=1).fit(scaler.transform(a), t)
    return lambda b: fit.predict(scaler.transform(b))


def reading(fa, fb, da, db, ta, tb, ra, rb):
    """Decoded and far rank of distances d, with targets t, in regions r."""
    lost = ((tb - ridge(fa, ta)(fb)) ** 2).sum()
    ranks = []
    for region in np.unique(rb):
        one, two = np.flatnonzero(ra == region), np.flatnonzero(rb == region)
        if min(len(one), len(two)) < 8:
            continue
        one = np.sort(one[np.argsort(-da[one], kind="stable")[: (len(one) + 1) // 2]])
        two = np.sort(two[np.argsort(-db[two], kind="stable")[: (len(two) + 1) // 2]])
        ranks.append(spearmanr(db[two], ridge(fa[one], da[one])(fb[two])).statistic)
    return [1 - lost / ((tb - tb.mean(0)) ** 2).sum(), np.mean(ranks)]


def layer(rows, units, y, spread):
    centres = np.random.default_rng(1).normal(size=(10, units)) * spread
    return centres[y] + rng.normal(size=(rows, 3)) @ rng.normal(size=(3, units)) + 0.5 * rng.normal(size=(rows, units))


out = {}
for name, rows, units, k, classes in [
    ("two", 60, 4, 2, [0, 1]),
    ("three", 80, 5, 3, [0, 1, 2]),
    ("ten", 300, 12, 10, list(range(10))),
    ("wide", 30, 40, 4, [0, 1, 2, 3]),
    ("narrow", 60, 2, 5, [0, 1, 2, 3, 4]),
    ("missing", 60, 6, 6, [0, 2, 3, 5]),
]:
    y = np.array(classes)[rng.integers(len(classes), size=rows)]
    a, b = layer(rows, units, y, 1.0), rng.normal(size=(40, units)) * 2
    w, bias = probe(a, y)
    z = b @ w.T + bias
    out |= {f"{name}_a": a, f"{name}_y": y.astype(float), f"{name}_k": float(k), f"{name}_b": b,
            f"{name}_present": np.array(classes, float), f"{name}_weights": w, f"{name}_bias": bias,
            f"{name}_margins": margins(w, bias, b), f"{name}_fisher": fisher(a, y), f"{name}_nc1": nc1(a, y)}

for name, k, labels in [("classes", 4, False), ("labels", 3, True)]:
    a, b = rng.normal(size=(160, 4)), rng.normal(size=(240, 4))
    turn, mix = rng.normal(size=(4, k)), rng.normal(size=(4, 9))
    za, zb = a @ turn, b @ turn
    fa, fb = np.tanh(a @ mix), np.tanh(b @ mix)
    if labels:
        da, db = abs(za).min(1), abs(zb).min(1)
        ta, tb = da[:, None] * np.sign(za), db[:, None] * np.sign(zb)
        ra, rb = ["".join("-+"[int(v)] for v in z) for z in (za >= 0)], ["".join("-+"[int(v)] for v in z) for z in (zb >= 0)]
        ra, rb = np.array(ra), np.array(rb)
    else:
        order = lambda z: np.sort(z, 1)[:, -1] - np.sort(z, 1)[:, -2]
        da, db = order(za), order(zb)
        ra, rb = za.argmax(1), zb.argmax(1)
        ta, tb = da[:, None] * np.eye(k)[ra], db[:, None] * np.eye(k)[rb]
        ta, tb = ta - ta.mean(1, keepdims=True), tb - tb.mean(1, keepdims=True)
    out |= {f"{name}_fit": fa, f"{name}_points": fb, f"{name}_fit_outputs": za, f"{name}_points_outputs": zb,
            f"{name}_fit_distances": da, f"{name}_points_distances": db,
            f"{name}_reading": np.array(reading(fa, fb, da, db, ta, tb, ra, rb))}
np.savez("classes.npz", **out)
