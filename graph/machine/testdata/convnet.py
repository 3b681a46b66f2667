"""The convnet of Gorgonia's examples in PyTorch, on numbers made by a formula.

python3 convnet.py          prints the loss and parts of the gradients, without dropout, as JSON: convnet.json
python3 convnet.py time     reads numbers of steps and prints how many seconds they took, on one thread, with dropout
"""
import json
import sys
import time

import numpy as np
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
F = torch.nn.functional
BATCH = 20


def drawn(shape, start, low, high):
    """numbers between low and high that look random: a hash of start, start+1, ..."""
    x = np.arange(start, start + int(np.prod(shape)), dtype=np.uint32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    return torch.from_numpy((low + (high - low) * (x.astype(np.float64) / 2**32)).reshape(shape))


def glorot(shape, start):
    """as far spread as gorgonia.GlorotN(1)."""
    bound = (6 / ((shape[0] + shape[1]) * np.prod(shape[2:], dtype=np.int64))) ** 0.5
    return drawn(shape, start, -bound, bound).requires_grad_(True)


x, y = drawn((BATCH, 1, 28, 28), 1 << 24, 0, 1), drawn((BATCH, 10), 2 << 24, 0, 1)
w = [glorot(shape, (3 + i) << 24) for i, shape in enumerate(((32, 1, 3, 3), (64, 32, 3, 3), (128, 64, 3, 3), (1152, 625), (625, 10)))]


def loss(dropout):
    h = x
    for filters in w[:3]:
        h = F.dropout(F.max_pool2d(F.relu(F.conv2d(h, filters, padding=1)), 2), 0.2 * dropout)
    h = F.dropout(F.relu(h.reshape(BATCH, 1152) @ w[3]), 0.55 * dropout)
    return -(torch.log_softmax(h @ w[4], 1) * y).mean()


if sys.argv[1:] != ["time"]:
    result = loss(0)
    result.backward()
    gradients = [p.grad.flatten() for p in w]
    print(json.dumps({"loss": result.item(), "gradients": [g[:: len(g) // 50].tolist() for g in gradients]}))
    sys.exit()
print(torch.__version__, flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        for p in w:
            p.grad = None
        loss(1).backward()
    print(time.perf_counter() - start, flush=True)
