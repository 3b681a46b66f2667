"""Rank correlations within groups, as SciPy computes them.

Run with SciPy 1.10 in this folder: python3 within.py writes within.npz.
"""
import numpy as np
from scipy.stats import spearmanr

rng = np.random.default_rng(22)


def within(x, y, groups):
    """The mean of Spearman's rho over the groups, weighted by their rows."""
    rhos, rows = [], []
    for g in np.unique(groups):
        a, b = x[groups == g], y[groups == g]
        if len(a) < 3 or np.isnan(a).any() or np.isnan(b).any() or np.ptp(a) == 0:
            continue
        rhos.append(0 if np.ptp(b) == 0 else spearmanr(a, b).statistic)
        rows.append(len(a))
    return np.average(rhos, weights=rows)


def case(sizes, slopes, offsets, decimals=12):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    x = rng.exponential(size=len(groups))
    y = np.take(slopes, groups) * x + np.take(offsets, groups) + 0.1 * rng.normal(size=len(groups))
    order = rng.permutation(len(groups))
    return x.round(decimals)[order], y.round(decimals)[order], groups[order]


cases = {
    "one": case([30], [1], [0]),
    "opposite": case([40, 35], [1, 2], [0, -20]),  # each rises, together they fall
    "unequal": case([90, 10], [1, -1], [0, 0]),
    "ties": case([25, 25], [1, 1], [0, 2], 1),
    "few": case([20, 2, 1, 15], [1, -1, 1, 2], [0, 0, 0, 9]),
    "many": case([5, 7, 9, 11, 13], [1, -1, 0, 2, 1], [4, 0, 2, 1, 3]),
    "infinite": case([12, 12], [1, 1], [0, 0]),
    "constant": case([10, 20, 30], [1, 1, 1], [0, 0, 0]),
    "unknown": case([10, 20], [1, 1], [0, 0]),
}
x, y, g = cases["opposite"]
x[g == 1] += 4
y = cases["infinite"][1]
y[:5] = np.inf
x, y, g = cases["constant"]
y[g == 1], x[g == 2] = 3, 1
x, y, g = cases["unknown"]
x[np.flatnonzero(g == 0)[0]] = np.nan

out = {}
for name, (x, y, g) in cases.items():
    pooled = np.nan if np.isnan(x).any() else spearmanr(x, y).statistic
    out |= {f"{name}_x": x, f"{name}_y": y, f"{name}_groups": g.astype(float), f"{name}_within": within(x, y, g), f"{name}_pooled": pooled}
    print(name, within(x, y, g), pooled)
np.savez("within.npz", **out)
