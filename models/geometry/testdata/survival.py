"""Writes survival.npz: what linear readers find of distances, by NumPy and SciPy.

Decoded is 1 - residual / total of a ridge regression (penalty 1) on columns scaled to mean 0
and deviation 1; the far rank is SciPy's spearmanr within the farther half of each side, by a
regression fitted to the farther half there.
"""
import numpy as np
from scipy.stats import spearmanr

rng = np.random.default_rng(3)


def ridge(a, t):
    mean, scale = a.mean(0), a.std(0)
    keep = scale > 0
    u = (a[:, keep] - mean[keep]) / scale[keep]
    rows = len(u)
    # The penalty as rows of its own: least squares instead of the normal equations.
    stacked = np.vstack([u, np.eye(u.shape[1])])
    w = np.linalg.lstsq(stacked, np.concatenate([t - t.mean(), np.zeros(len(stacked) - rows)]), rcond=None)[0]
    return lambda b: (b[:, keep] - mean[keep]) / scale[keep] @ w + t.mean()


def far(d, side):
    rows = np.flatnonzero((d >= 0) == side)
    order = np.argsort(-abs(d[rows]), kind="stable")
    return rows[order[: (len(rows) + 1) // 2]]


arrays = {}
for name, units, fit, points in [("narrow", 5, 120, 301), ("wide", 90, 60, 80)]:
    a, b = rng.normal(size=(fit, 3)), rng.normal(size=(points, 3))
    mix = rng.normal(size=(3, units))
    fa, fb = np.tanh(a @ mix) + 0.05 * rng.normal(size=(fit, units)), np.tanh(b @ mix) + 0.05 * rng.normal(size=(points, units))
    fa[:, 1], fb[:, 1] = 0.25, 0.25  # a dead unit
    da, db = a[:, 0] + 0.3 * a[:, 1] ** 2, b[:, 0] + 0.3 * b[:, 1] ** 2
    predicted = ridge(fa, da)(fb)
    decoded = 1 - ((db - predicted) ** 2).sum() / ((db - db.mean()) ** 2).sum()
    ranks = []
    for side in [False, True]:
        one, two = far(da, side), far(db, side)
        ranks.append(spearmanr(db[two], ridge(fa[one], da[one])(fb[two])).statistic)
    arrays |= {name + "_fit": fa, name + "_points": fb, name + "_fit_distances": da, name + "_points_distances": db,
               name + "_reading": np.array([decoded, np.mean(ranks)])}
np.savez(__file__.replace(".py", ".npz"), **arrays)
