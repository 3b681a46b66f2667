"""Trains as one would with NumPy: backpropagation by hand, as the article codes it."""

import platform

import peer

try:
    import numpy as np
except ImportError as error:
    peer.reply(missing=str(error))
    raise SystemExit

EPSILON = 1e-9


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


ACTIVATIONS = {  # the function, and its derivative given z and a
    "sigmoid": (sigmoid, lambda z, a: a * (1 - a)),
    "relu": (lambda z: np.maximum(0, z), lambda z, a: z > 0),
}


def reported_loss(p, y):
    return -np.mean(y * np.log(p + EPSILON) + (1 - y) * np.log(1 - p + EPSILON))


class Net:
    def __init__(self, weights, biases, activation):
        self.weights = [w.copy() for w in weights]
        self.biases = [b.copy() for b in biases]
        self.activate, self.derivative = ACTIVATIONS[activation]

    def forward(self, x):
        self.z, self.a = [], [x]
        for w, b in zip(self.weights, self.biases):
            self.z.append(self.a[-1] @ w + b)
            last = len(self.z) == len(self.weights)
            self.a.append(sigmoid(self.z[-1]) if last else self.activate(self.z[-1]))
        return self.a[-1]

    def step(self, x, y, rate):
        p = self.forward(x)
        delta = (p - y) / len(y)
        for i in reversed(range(len(self.weights))):
            dw, db = self.a[i].T @ delta, delta.sum(axis=0, keepdims=True)
            if i > 0:
                delta = (delta @ self.weights[i].T) * self.derivative(self.z[i - 1], self.a[i])
            self.weights[i] -= rate * dw
            self.biases[i] -= rate * db
        return reported_loss(p, y)


def train(net, x, y, orders, batch, rate):
    history = []
    for order in orders:
        shuffled_x, shuffled_y = x[order], y[order]
        losses = [net.step(shuffled_x[i : i + batch], shuffled_y[i : i + batch], rate) for i in range(0, len(x), batch)]
        history.append(np.mean(losses))
    return history


def predict(net, x, passes, piece):
    for _ in range(passes):
        p = np.concatenate([net.forward(x[i : i + piece]) for i in range(0, len(x), piece)])
    return p


def multiply(a, b, passes):
    def work():
        for _ in range(passes):
            c = a @ b
        return c

    return lambda _: (work, lambda c: [[float((c.astype(np.float64) ** 2).sum())]])


def prepare(task):
    arrays = dict(np.load(task["arrays"]))
    if task["product"]:
        return multiply(*(arrays[name].astype(task["product"]) for name in "ab"), task["passes"])
    x, y, orders = arrays["x"], arrays["y"], arrays["order"]
    layers = range(1, task["layers"] + 1)

    def start(piece):
        nets = [
            Net([arrays[f"net{i}_W{l}"] for l in layers], [arrays[f"net{i}_b{l}"] for l in layers], activation)
            for i, activation in enumerate(task["activations"])
        ]
        if len(orders):
            return (
                lambda: [train(net, x, y, orders, task["batch"], task["rate"]) for net in nets],
                lambda histories: [[float(loss) for loss in history] for history in histories],
            )
        return (
            lambda: [predict(net, x, task["passes"], piece) for net in nets],
            lambda outputs: [[float(reported_loss(p, y))] for p in outputs],
        )

    return start


np.ones((64, 64)) @ np.ones((64, 64))  # loads the library that multiplies
peer.serve(f"NumPy {np.__version__}, Python {platform.python_version()}", prepare)
