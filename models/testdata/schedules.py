"""Learning rates and early stopping by PyTorch: python3 schedules.py > schedules.json

The rates are those of torch.optim.lr_scheduler, one step of the scheduler an epoch; the loop of early
stopping is written out here, with the rule of Keras's EarlyStopping(restore_best_weights=True) on the
validation loss. All is in float64.
"""
import copy
import json
import warnings

import numpy as np
import torch
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LinearLR, SequentialLR, StepLR

warnings.simplefilter("ignore")
torch.set_default_dtype(torch.float64)
RATE = 0.3


def scheduler(optimiser, form, warm_up, epochs):
    kind, *numbers = form.split(":")
    if kind == "constant":
        main = LambdaLR(optimiser, lambda _: 1.0)
    elif kind == "step":
        main = StepLR(optimiser, int(numbers[0]), float(numbers[1]))
    else:
        length = int(numbers[0]) if numbers else epochs
        floor = float(numbers[1]) if len(numbers) > 1 else 0
        main = CosineAnnealingLR(optimiser, length - warm_up, eta_min=floor * RATE)
    if warm_up < 2:
        return main
    rising = LinearLR(optimiser, start_factor=1 / warm_up, end_factor=1, total_iters=warm_up - 1)
    return SequentialLR(optimiser, [rising, main], milestones=[warm_up])


def rates(form, warm_up, epochs):
    optimiser = SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    s, out = scheduler(optimiser, form, warm_up, epochs), []
    for _ in range(epochs):
        out.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        s.step()
    return dict(schedule=form, warm_up=warm_up, epochs=epochs, rates=out)


def reported(x, y, w):
    p = torch.sigmoid(torch.tanh(x @ w[0] + w[1]) @ w[2] + w[3])[:, 0]
    return -(y * torch.log(p + 1e-9) + (1 - y) * torch.log(1 - p + 1e-9)).mean(), p


def training(name, form, warm_up, epochs, patience, make):
    g = np.random.default_rng(7)
    x, v = g.normal(size=(24, 2)), g.normal(size=(30, 2))
    label = lambda x: ((x[:, 0] * x[:, 1] + 0.8 * g.normal(size=len(x))) > 0).astype(float)
    y, u = label(x), label(v)
    start = [g.normal(size=s) * d for s, d in (((2, 9), 1.0), ((9,), 0), ((9, 1), 0.5), ((1,), 0))]
    w = [torch.tensor(a, requires_grad=True) for a in start]
    optimiser = make([w[0], w[2]], [w[1], w[3]])
    s = scheduler(optimiser, form, warm_up, epochs)
    tx, ty, tv, tu = (torch.tensor(a) for a in (x, y, v, u))
    losses, validation, accuracy, best, kept = [], [], [], 0, None
    for epoch in range(1, epochs + 1):
        optimiser.zero_grad()
        z = (torch.tanh(tx @ w[0] + w[1]) @ w[2] + w[3])[:, 0]
        losses.append(reported(tx, ty, w)[0].item())
        torch.nn.functional.binary_cross_entropy_with_logits(z, ty).backward()
        optimiser.step()
        s.step()
        with torch.no_grad():
            loss, p = reported(tv, tu, w)
        validation.append(loss.item())
        accuracy.append(((p >= 0.5) == (tu == 1)).double().mean().item())
        if best == 0 or validation[-1] < validation[best - 1]:
            best, kept = epoch, [a.detach().numpy().copy() for a in w]
        elif epoch - best >= patience:
            break
    return dict(name=name, schedule=form, warm_up=warm_up, epochs=epochs, patience=patience, rate=RATE,
                x=x.ravel().tolist(), y=y.tolist(), validation_x=v.ravel().tolist(), validation_y=u.tolist(),
                start=[a.ravel().tolist() for a in start], loss=losses, validation_loss=validation,
                validation_accuracy=accuracy, best=best, kept=[a.ravel().tolist() for a in kept])


momentum = lambda weights, biases: SGD(weights + biases, lr=RATE, momentum=0.9)
adamw = lambda weights, biases: AdamW(
    [dict(params=weights, weight_decay=0.05), dict(params=biases, weight_decay=0)], lr=RATE, eps=1e-8)
print(json.dumps(dict(
    rate=RATE,
    schedules=[rates(*c) for c in (
        ("constant", 0, 6), ("constant", 1, 6), ("constant", 5, 12), ("step:3:0.5", 0, 20), ("step:4:0.1", 5, 25),
        ("cosine", 0, 40), ("cosine:40:0.1", 0, 40), ("cosine", 8, 40), ("cosine:30:0.02", 4, 30))],
    trainings=[
        training("momentum", "cosine", 5, 200, 12, momentum),
        training("adam", "step:10:0.5", 3, 200, 20, adamw),
        training("adam", "constant", 0, 30, 100, adamw)])))
