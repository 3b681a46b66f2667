"""Trains as one would with PyTorch: eager modules, autograd, its own optimiser; one thread."""

import platform

import peer

try:
    import numpy as np
    import torch
    from torch import nn
except ImportError as error:
    peer.reply(missing=str(error))
    raise SystemExit

EPSILON = 1e-9
ACTIVATIONS = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}


def reported_loss(p, y):
    return -(y * torch.log(p + EPSILON) + (1 - y) * torch.log(1 - p + EPSILON)).mean().item()


def network(weights, biases, activation):
    """The network up to the logits. Weights come as (in, out)."""
    modules = []
    for w, b in zip(weights, biases):
        linear = nn.Linear(*w.shape, dtype=w.dtype)
        with torch.no_grad():
            linear.weight.copy_(w.T)
            linear.bias.copy_(b[0])
        modules += [linear, ACTIVATIONS[activation]()]
    return nn.Sequential(*modules[:-1])


def train(net, x, y, orders, batch, rate):
    history = []
    classes = y.dtype == torch.long
    objective = nn.CrossEntropyLoss() if classes else nn.BCEWithLogitsLoss()
    optimiser = torch.optim.SGD(net.parameters(), lr=rate)
    for order in orders:
        losses = []
        for xb, yb in zip(x[order].split(batch), y[order].split(batch)):
            optimiser.zero_grad(set_to_none=True)
            z = net(xb)
            loss = objective(z, yb)
            loss.backward()
            optimiser.step()
            with torch.no_grad():
                losses.append(loss.item() if classes else reported_loss(torch.sigmoid(z), yb))
        history.append(sum(losses) / len(losses))
    return history


def predict(net, x, passes, piece):
    with torch.no_grad():
        for _ in range(passes):
            p = torch.cat([torch.sigmoid(net(rows)) for rows in x.split(piece)])
    return p


def multiply(a, b, passes):
    def work():
        for _ in range(passes):
            c = a @ b
        return c

    return lambda _: (work, lambda c: [[(c.double() ** 2).sum().item()]])


def prepare(task):
    torch.set_num_threads(task["threads"])
    arrays = {name: torch.from_numpy(values) for name, values in np.load(task["arrays"]).items()}
    if task["product"]:
        return multiply(*(arrays[name].to(getattr(torch, task["product"])) for name in "ab"), task["passes"])
    orders = arrays["order"]
    arrays = {name: values.to(getattr(torch, task["precision"])) for name, values in arrays.items()}
    x, y = arrays["x"], arrays["y"]
    if task["classes"]:
        y = y[:, 0].long()
    layers = range(1, task["layers"] + 1)

    def start(piece):
        nets = [
            network([arrays[f"net{i}_W{l}"] for l in layers], [arrays[f"net{i}_b{l}"] for l in layers], activation)
            for i, activation in enumerate(task["activations"])
        ]
        if len(orders):
            return lambda: [train(net, x, y, orders, task["batch"], task["rate"]) for net in nets], lambda histories: histories
        return (
            lambda: [predict(net, x, task["passes"], piece) for net in nets],
            lambda outputs: [[reported_loss(p, y)] for p in outputs],
        )

    return start


torch.set_num_threads(1)
torch.ones(64, 64, dtype=torch.float64) @ torch.ones(64, 64, dtype=torch.float64)  # loads the library that multiplies
peer.serve(f"PyTorch {torch.__version__}, Python {platform.python_version()}", prepare)
