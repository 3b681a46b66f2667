"""Draws the study's five figures with matplotlib, as PNG at 2x and as SVG.

    matplotlib_five.py ARTICLE.json FOLDER

What BenchmarkMatplotlib measures: the same values, panels and formats as viz.
"""
import json
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

article, folder = json.load(open(sys.argv[1])), sys.argv[2]
LABEL = {"sigmoid": "Sigmoid", "relu": "ReLU"}
NETS = dict(sigmoid="#e05c5c", relu="#3a7bd5")
CLASSES = ["#f4a261", "#2a9d8f"]
start = time.perf_counter()


def save(fig, name):
    fig.savefig(f"{folder}/{name}.png", dpi=200)
    fig.savefig(f"{folder}/{name}.svg")
    plt.close(fig)


def scatter(ax, x, labels, size):
    for c in (0, 1):
        ax.scatter(*x[labels == c].T, s=size, c=CLASSES[c], edgecolors="white", linewidths=0.5, label=f"Class {c}")


def probability(net, x):
    a = x
    for l, (w, b) in enumerate(zip(net["weights"], net["biases"])):
        z = a @ np.reshape(w, (a.shape[1], len(b))) + b
        a = 1 / (1 + np.exp(-z)) if l == 2 or net["name"] == "sigmoid" else np.maximum(z, 0)
    return a[:, 0]


labels, test_labels = np.array(article["labels"]), np.array(article["test_labels"])
points, test = (np.reshape(article[k], (-1, 2)) for k in ("points", "test_points"))

fig, ax = plt.subplots(figsize=(8, 6))
scatter(ax, points, labels, 40)
ax.legend()
save(fig, "moons_dataset")

fig, ax = plt.subplots(figsize=(8, 4.8))
for net in article["nets"]:
    ax.plot(net["loss"], color=NETS[net["name"]], label=LABEL[net["name"]])
    ax.annotate(f"final: {net['loss'][-1]:.4f}", (len(net["loss"]), net["loss"][-1]))
ax.legend()
save(fig, "loss_curves")

fig, axes = plt.subplots(1, 2, figsize=(8, 4.8))
(x0, y0), (x1, y1) = test.min(0) - 0.5, test.max(0) + 0.5
xx, yy = np.meshgrid(np.arange(x0, x1, 0.025), np.arange(y0, y1, 0.025))
for ax, net in zip(axes, article["nets"]):
    p = probability(net, np.c_[xx.ravel(), yy.ravel()]).reshape(xx.shape)
    ax.contourf(xx, yy, p, levels=50, cmap="RdYlGn", alpha=0.4)
    ax.contour(xx, yy, p, levels=[0.5], colors=NETS[net["name"]])
    scatter(ax, test, test_labels, 30)
save(fig, "decision_boundaries")

fig, axes = plt.subplots(1, 2, figsize=(8, 4.2))
for c, ax in enumerate(axes):
    for net in article["nets"]:
        ax.plot(net["trace"][c], "o-", color=NETS[net["name"]], label=LABEL[net["name"]])
        for i, v in enumerate(net["trace"][c]):
            ax.annotate(f"{v:.3f}", (i, v))
    ax.legend()
save(fig, "signal_trace")

fig, axes = plt.subplots(2, 2, figsize=(8, 7.4))
for n, net in enumerate(article["nets"]):
    for l in (0, 1):
        h = np.reshape(net["hidden"][l], (len(test), -1))
        scatter(axes[l, n], h[:, :2], test_labels, 30)
        axes[l, n].text(0.05, 0.95, f"std: {h.std():.4f}", transform=axes[l, n].transAxes)
save(fig, "hidden_space")

print(time.perf_counter() - start)
