"""Metrics of layers as NumPy computes them, by other ways than package geometry.

Run with NumPy 1.24 in this folder: python3 reference.py writes reference.npz.
"""
import numpy as np

rng = np.random.default_rng(20)


def ranks(v):
    """Mean ranks by comparing all pairs."""
    v = np.asarray(v)
    return 1 + (v[:, None] > v[None, :]).sum(1) + ((v[:, None] == v[None, :]).sum(1) - 1) / 2


def spearman(x, y):
    return np.corrcoef(ranks(x), ranks(y))[0, 1]


def distances(a):
    i, j = np.triu_indices(len(a), 1)
    return np.sqrt(((a[i] - a[j]) ** 2).sum(1))


def effective_rank(a):
    """From the eigenvalues of the covariance matrix instead of singular values."""
    w = np.linalg.eigvalsh(np.cov(a.T, bias=True).reshape(a.shape[1], a.shape[1]))
    s = np.sqrt(np.clip(w, 0, None))
    s = s[s > 1e-6 * s.max()]  # the rest is rounding
    p = s / s.sum()
    return np.exp(-(p * np.log(p)).sum())


def cka(x, y):
    """By centred kernel matrices: HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L))."""
    n = len(x)
    h = np.eye(n) - 1 / n
    k, l = h @ x @ x.T @ h, h @ y @ y.T @ h
    return (k * l).sum() / np.sqrt((k * k).sum() * (l * l).sum())


def fisher(a, y):
    m = a.mean(0)
    between = sum((y == c).sum() * ((a[y == c].mean(0) - m) ** 2).sum() for c in (0, 1))
    within = sum(((a[y == c] - a[y == c].mean(0)) ** 2).sum() for c in (0, 1))
    return between / within


def nc1(a, y):
    means = np.array([a[y == c].mean(0) for c in (0, 1)])
    centre = means.mean(0)
    between = sum(np.outer(m - centre, m - centre) for m in means) / 2
    within = sum(np.outer(r - means[int(c)], r - means[int(c)]) for r, c in zip(a, y)) / len(a)
    return np.trace(within @ np.linalg.pinv(between)) / 2


def standardised(a):
    keep = np.ptp(a, 0) > 0
    return (a[:, keep] - a[:, keep].mean(0)) / a[:, keep].std(0), keep


def probe(a, y):
    """Iteratively reweighted least squares, each step solved as a stacked problem."""
    u, keep = standardised(a)
    d = u.shape[1]
    w = np.zeros(d + 1)
    x = np.hstack([u, np.ones((len(u), 1))])
    for _ in range(200):
        z = x @ w
        p = 1 / (1 + np.exp(-z))
        r = np.sqrt(p * (1 - p))
        target = z + (y - p) / (p * (1 - p))
        stacked = np.vstack([r[:, None] * x, np.hstack([np.eye(d), np.zeros((d, 1))])])
        w = np.linalg.lstsq(stacked, np.concatenate([r * target, np.zeros(d)]), rcond=None)[0]
    weights = np.zeros(a.shape[1])
    weights[keep] = w[:d] / a[:, keep].std(0)
    return weights, w[d] - weights @ a.mean(0)


def decoded(a, t, b, s):
    """Ridge regression as least squares with extra rows."""
    u, keep = standardised(a)
    v = (b[:, keep] - a[:, keep].mean(0)) / a[:, keep].std(0)
    d = u.shape[1]
    w = np.linalg.lstsq(np.vstack([u, np.eye(d)]), np.concatenate([t - t.mean(), np.zeros(d)]), rcond=None)[0]
    return 1 - ((s - v @ w - t.mean()) ** 2).sum() / ((s - s.mean()) ** 2).sum()


def layer(rows, units):
    return rng.normal(size=(rows, 3)) @ rng.normal(size=(3, units)) + 0.3 * rng.normal(size=(rows, units))


cases = {
    "dense": layer(60, 5),
    "rectified": np.maximum(0, layer(60, 8)),
    "wide": layer(20, 33),
    "narrow": layer(50, 1),
    "squashed": 1 / (1 + np.exp(-4 * layer(60, 4))),
}
cases["rectified"][:, 3] = 0
cases["wide"][:, 7] = 0.1

out = {}
for name, a in cases.items():
    n = len(a)
    y = (a[:, 0] + 0.5 * a.std() * rng.normal(size=n) > np.median(a[:, 0])).astype(float)
    target = np.sin(a[:, 0]) + a.mean(1)
    other = a @ rng.normal(size=(a.shape[1], 4)) + a.std() * layer(n, 4)
    half = n // 2
    weights, bias = probe(a, y)
    out.update({
        f"{name}_a": a, f"{name}_y": y, f"{name}_other": other, f"{name}_target": target,
        f"{name}_spearman": spearman(a[:, 0].round(1), target.round(1)),
        f"{name}_pairwise": spearman(distances(a), distances(other)),
        f"{name}_effective_rank": effective_rank(a),
        f"{name}_cka": cka(a, other),
        f"{name}_fisher": fisher(a, y),
        f"{name}_nc1": nc1(a, y),
        f"{name}_probe": np.append(weights, bias),
        f"{name}_decoded": decoded(a[:half], target[:half], a[half:], target[half:]),
    })
np.savez("reference.npz", **out)
