"""The loss of the best straight line on the article's training rows, for line_test.go: python3 line.py ARTICLE.npz"""

import sys

import numpy as np
from scipy.optimize import minimize

arrays = np.load(sys.argv[1])
x, y = arrays["x_train"], arrays["y_train"].ravel()
design, sign = np.c_[x, np.ones(len(x))], 1 - 2 * y


def loss(w):
    return np.logaddexp(0, sign * (design @ w)).mean()


def gradient(w):
    z = sign * (design @ w)
    return design.T @ (sign / (1 + np.exp(-z))) / len(z)


print(repr(minimize(loss, np.zeros(3), jac=gradient, method="BFGS", options={"gtol": 1e-11}).fun))
