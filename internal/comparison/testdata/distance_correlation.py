"""Rank correlations of distances and margins in the article's two networks, of all rows and within
the predicted classes, from the article's own final weights: distances to the boundary by
contours on a fine grid, margins by scikit-learn.

Run with scikit-learn 1.2 in this folder: python3 distance_correlation.py ../../article/golden/article.npz prints them.
"""
import sys
import numpy as np
from contourpy import contour_generator
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

a = np.load(sys.argv[1])
y = a["y_train"]


def layers(net, x):
    act = (lambda z: 1 / (1 + np.exp(-z))) if net == "sigmoid" else (lambda z: np.maximum(z, 0))
    out, h = [x], x
    for l in (1, 2):
        h = act(h @ a[f"{net}_final_W{l}"] + a[f"{net}_final_b{l}"])
        out.append(h)
    return out + [h @ a[f"{net}_final_W3"] + a[f"{net}_final_b3"]]


def distance(p, lines):
    best = np.full(len(p), np.inf)
    for line in lines:
        s, d = line[:-1], np.diff(line, axis=0)
        for i, q in enumerate(p):
            t = np.clip(((q - s) * d).sum(1) / np.maximum((d * d).sum(1), 1e-300), 0, 1)
            best[i] = min(best[i], np.sqrt(((s + t[:, None] * d - q) ** 2).sum(1).min()))
    return best


for net in ("sigmoid", "relu"):
    g = np.linspace(-6, 6, 2401)
    grid = np.stack(np.meshgrid(g, g), -1).reshape(-1, 2)
    z = layers(net, grid)[-1].reshape(2401, 2401)
    d = distance(a["x_test"], contour_generator(g, g, z).lines(0))
    train, test = layers(net, a["x_train"]), layers(net, a["x_test"])
    predicted = test[-1][:, 0] >= 0
    for l in range(4):
        if l < 3:
            s = StandardScaler().fit(train[l])
            probe = LogisticRegression(C=1, tol=1e-12, max_iter=10000).fit(s.transform(train[l]), y)
            w = probe.coef_[0] / s.scale_
            m = abs(test[l] @ w + probe.intercept_[0] - w @ s.mean_) / np.linalg.norm(w)
        else:
            m = abs(test[3][:, 0])
        groups = [predicted == c for c in (False, True)]
        within = np.average([spearmanr(d[g], m[g]).statistic for g in groups], weights=[g.sum() for g in groups])
        print(net, l, round(spearmanr(d, m).statistic, 5), round(within, 5))
