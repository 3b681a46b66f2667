"""Writes layers/*.npz and truth.json: layers with their gradients by PyTorch's automatic differentiation, in float64.

    python3 layers.py        # needs numpy and torch

Where PyTorch has the layer as an operator it is taken, so that the formula is not ours.
"""
import json, os
import numpy as np, torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
os.makedirs("layers", exist_ok=True)
truth = {}


def tensor(*shape):
    return torch.randn(*shape, requires_grad=True)


def save(name, layer, inputs, outputs, flags=(), turn={}, rename={}, extra={}, drop=(), loss=None):
    """inputs with their gradients; outputs are name: value, what comes down to each is drawn; turn: permutations of axes."""
    down = {k: torch.randn_like(v) for k, v in outputs.items()}
    objective = sum((v * down[k]).sum() for k, v in outputs.items()) if loss is None else loss
    leaves = {k: v for k, v in inputs.items() if v.requires_grad}
    grads = dict(zip(leaves, torch.autograd.grad(objective, list(leaves.values()))))
    arrays = {k: v for k, v in inputs.items()}
    arrays.update({"d" + k: v for k, v in down.items()})
    arrays.update({"d" + k: v for k, v in grads.items()})
    if loss is not None:
        arrays["loss"] = loss
    arrays.update(outputs if loss is None else {})
    out = {}
    for k, v in arrays.items():
        v = v.detach().numpy()
        base = k[1:] if k.startswith("d") and k[1:] in turn and k not in turn else k
        if base in turn:
            v = np.ascontiguousarray(v.transpose(turn[base]))
        if k not in drop:
            out[rename.get(k, k)] = v
    out.update(extra)
    np.savez(f"layers/{name}.npz", **out)
    truth[name] = {"layer": layer, "flags": list(flags)}


x, w, b = tensor(5, 6), tensor(6, 4), tensor(4)
affine = lambda: {"out": F.linear(x, w.T, b)}
save("affine", "affine", {"x": x, "w": w, "b": b}, affine())
save("affine-out-in", "affine", {"x": x, "w": w, "b": b}, affine(), turn={"w": (1, 0)})
save("affine-columns", "affine", {"x": x, "w": w, "b": b}, affine(), turn={"w": (1, 0), "x": (1, 0), "out": (1, 0)},
     rename={"x": "A_prev", "dx": "dA_prev", "w": "W", "dw": "dW", "dout": "dZ"}, drop=("out",))
xs, ws = tensor(4, 4), tensor(4, 4)
save("affine-square", "affine", {"x": xs, "w": ws}, {"out": F.linear(xs, ws.T)}, turn={"w": (1, 0)})
save("relu", "relu", {"x": x}, {"out": F.relu(x)})
image = tensor(2, 3, 4, 4)
save("relu-images", "relu", {"x": image}, {"out": F.relu(image)}, rename={"x": "Z", "dx": "dZ", "dout": "dA"}, drop=("out",))

y = torch.tensor([2, 0, 1, 2, 2])
scores = tensor(5, 3)
save("softmax", "softmax", {"x": scores, "y": y}, {}, loss=F.cross_entropy(scores, y))
save("softmax-one-hot", "softmax", {"x": scores, "y": F.one_hot(y, 3)}, {}, loss=F.cross_entropy(scores, y))
save("softmax-jacobian", "softmax", {"x": scores}, {"out": F.softmax(scores, 1)})
save("svm", "svm", {"x": scores, "y": y}, {}, loss=3 * F.multi_margin_loss(scores, y))
W, reg = tensor(6, 3), torch.tensor(0.05)
save("softmax-weights", "softmax", {"x": x, "W": W, "y": y, "reg": reg}, {}, loss=F.cross_entropy(x @ W, y) + reg * (W * W).sum(), rename={"x": "X", "dx": "dX"})
save("svm-weights-half", "svm", {"x": x.detach(), "W": W, "y": y, "reg": reg}, {}, loss=3 * F.multi_margin_loss(x @ W, y) + reg / 2 * (W * W).sum())

gamma, beta = tensor(6), tensor(6)
bn = lambda x, g, b, eps: F.batch_norm(x, None, None, g, b, training=True, eps=eps)
save("batch-norm", "batch-norm", {"x": x, "gamma": gamma, "beta": beta}, {"out": bn(x, gamma, beta, 1e-5)})
save("batch-norm-eps", "batch-norm", {"x": x, "gamma": gamma, "beta": beta}, {"out": bn(x, gamma, beta, 1e-3)})
save("batch-norm-columns", "batch-norm", {"x": x, "gamma": gamma, "beta": beta}, {"out": bn(x, gamma, beta, 1e-5)}, turn={"x": (1, 0), "out": (1, 0)})
g3, b3 = tensor(3), tensor(3)
save("batch-norm-spatial", "batch-norm", {"x": image, "gamma": g3, "beta": b3}, {"out": bn(image, g3, b3, 1e-5)}, extra={"eps": 1e-5})
save("batch-norm-channels-last", "batch-norm", {"x": image, "gamma": g3, "beta": b3}, {"out": bn(image, g3, b3, 1e-5)}, turn={"x": (0, 2, 3, 1), "out": (0, 2, 3, 1)})
save("layer-norm", "layer-norm", {"x": x, "gamma": gamma, "beta": beta}, {"out": F.layer_norm(x, (6,), gamma, beta, 1e-5)}, extra={"eps": 1e-5})
sequence = tensor(2, 5, 6)
save("layer-norm-sequence", "layer-norm", {"x": sequence, "gamma": gamma, "beta": beta}, {"out": F.layer_norm(sequence, (6,), gamma, beta, 1e-6)})
g2, b2 = tensor(5, 6), tensor(5, 6)
save("layer-norm-two-axes", "layer-norm", {"x": sequence, "gamma": g2, "beta": b2}, {"out": F.layer_norm(sequence, (5, 6), g2, b2, 1e-5)})

mask = (torch.rand(5, 6) < 0.7).double()
save("dropout", "dropout", {"x": x, "mask": mask / 0.7}, {"out": x * mask / 0.7})
save("dropout-keep", "dropout", {"x": x, "mask": mask, "p": torch.tensor(0.7)}, {"out": x * mask / 0.7})
save("dropout-drop", "dropout", {"x": x, "mask": mask, "p": torch.tensor(0.3)}, {"out": x * mask / 0.7}, drop=("out",))
save("dropout-mask", "dropout", {"x": x, "mask": mask}, {"out": x * mask}, rename={"mask": "D", "dout": "dA"}, drop=("out",))

pixels = tensor(2, 3, 7, 6)
filters, bias = tensor(4, 3, 3, 2), tensor(4)
for stride, pad in [(1, 0), (1, 1), (2, 1), (3, 0)]:
    save(f"conv-{stride}-{pad}", "conv", {"x": pixels, "w": filters, "b": bias}, {"out": F.conv2d(pixels, filters, bias, stride, pad)}, flags=["--stride", str(stride), "--pad", str(pad)])
save("conv-channels-last", "conv", {"x": pixels, "w": filters, "b": bias}, {"out": F.conv2d(pixels, filters, bias, 2, 1)},
     turn={"x": (0, 2, 3, 1), "w": (2, 3, 1, 0), "out": (0, 2, 3, 1)}, rename={"x": "A_prev", "dx": "dA_prev", "w": "W", "dw": "dW", "dout": "dZ"}, drop=("out",), extra={"stride": 2, "pad": 1})
for size, stride in [(2, 2), (3, 2), (3, 1)]:
    save(f"max-pool-{size}-{stride}", "max-pool", {"x": pixels}, {"out": F.max_pool2d(pixels, size, stride)}, flags=["--pool", str(size), "--stride", str(stride)])
save("max-pool-channels-last", "max-pool", {"x": pixels}, {"out": F.max_pool2d(pixels, 2)}, turn={"x": (0, 2, 3, 1), "out": (0, 2, 3, 1)}, rename={"x": "A_prev", "dx": "dA_prev", "dout": "dA"}, drop=("out",))

table = tensor(7, 4)
words = torch.tensor([[1, 2, 1], [6, 1, 0]])
save("embedding", "embedding", {"x": words, "W": table}, {"out": F.embedding(words, table)})

N, D, H, T = 4, 3, 5, 6
xt, h0, c0 = tensor(N, D), tensor(N, H), tensor(N, H)
xT = tensor(N, T, D)


def cell(kind, k):
    c = kind(D, H)
    with torch.no_grad():
        for p in c.parameters():
            p.normal_(0, 0.6)
    return c


def stacked(c, order):
    """Wx, Wh, b of a cell as (in, k·H), the gates in another order."""
    take = lambda p: torch.cat([p.reshape(-1, H, *p.shape[1:])[i] for i in order]).detach()
    return take(c.weight_ih).T.clone().requires_grad_(), take(c.weight_hh).T.clone().requires_grad_(), take(c.bias_ih + c.bias_hh).clone().requires_grad_()


def through(c, order, Wx, Wh, b, call):
    """Calls a cell whose parameters are Wx, Wh, b with the gates put back."""
    back = np.argsort(order)
    put = lambda p: torch.cat([p.reshape(-1, H, *p.shape[1:])[i] for i in back])
    for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        if n in c._parameters:
            del c._parameters[n]
    c.weight_ih, c.weight_hh, c.bias_ih, c.bias_hh = put(Wx.T), put(Wh.T), put(b), torch.zeros_like(b)
    return call(c)


rnn = cell(torch.nn.RNNCell, 1)
Wx, Wh, b = stacked(rnn, [0])
parameters = {"Wx": Wx, "Wh": Wh, "b": b}
save("rnn", "rnn", {"x": xt, "prev_h": h0, **parameters}, {"next_h": through(rnn, [0], Wx, Wh, b, lambda c: c(xt, h0))})
columns = {"x": (1, 0), "prev_h": (1, 0), "next_h": (1, 0), "Wx": (1, 0), "Wh": (1, 0)}
save("rnn-columns", "rnn", {"x": xt, "prev_h": h0, **parameters}, {"next_h": through(rnn, [0], Wx, Wh, b, lambda c: c(xt, h0))}, turn=columns,
     rename={"x": "xt", "dx": "dxt", "prev_h": "a_prev", "dprev_h": "da_prev", "Wx": "Wax", "dWx": "dWax", "Wh": "Waa", "dWh": "dWaa", "b": "ba", "db": "dba", "dnext_h": "da_next", "next_h": "a_next"})


def unroll(c, state, x=xT):
    states = []
    for t in range(T):
        state = c(x[:, t], state)
        states.append(state[0] if isinstance(state, tuple) else state)
    return torch.stack(states, 1)


save("rnn-sequence", "rnn", {"x": xT, "prev_h": h0, **parameters}, {"next_h": through(rnn, [0], Wx, Wh, b, lambda c: unroll(c, h0))},
     rename={"prev_h": "h0", "dprev_h": "dh0", "next_h": "h", "dnext_h": "dh"})

lstm = cell(torch.nn.LSTMCell, 4)
for name, order in [("ifog", [0, 1, 3, 2]), ("ifgo", [0, 1, 2, 3])]:
    Wx, Wh, b = stacked(lstm, order)
    h, c = through(lstm, order, Wx, Wh, b, lambda m: m(xt, (h0, c0)))
    save("lstm-" + name, "lstm", {"x": xt, "prev_h": h0, "prev_c": c0, "Wx": Wx, "Wh": Wh, "b": b}, {"next_h": h, "next_c": c})
    lstm = cell(torch.nn.LSTMCell, 4)
order = [0, 1, 3, 2]
Wx, Wh, b = stacked(lstm, order)
save("lstm-sequence", "lstm", {"x": xT, "prev_h": h0, "Wx": Wx, "Wh": Wh, "b": b}, {"next_h": through(lstm, order, Wx, Wh, b, lambda m: unroll(m, (h0, torch.zeros(N, H))))},
     rename={"prev_h": "h0", "dprev_h": "dh0", "next_h": "h", "dnext_h": "dh"})
lstm = cell(torch.nn.LSTMCell, 4)
gates = {}
for g in "ifoc":
    gates["W" + g], gates["b" + g] = tensor(H, H + D), tensor(H, 1)
Wx = torch.cat([gates["W" + g][:, H:] for g in "ifco"])
Wh = torch.cat([gates["W" + g][:, :H] for g in "ifco"])
bias4 = torch.cat([gates["b" + g][:, 0] for g in "ifco"])
h, c = through(lstm, [0, 1, 2, 3], Wx.T, Wh.T, bias4, lambda m: m(xt, (h0, c0)))
save("lstm-gates-apart", "lstm", {"x": xt, "prev_h": h0, "prev_c": c0, **gates}, {"next_h": h, "next_c": c},
     turn={"x": (1, 0), "prev_h": (1, 0), "prev_c": (1, 0), "next_h": (1, 0), "next_c": (1, 0)},
     rename={"x": "xt", "dx": "dxt", "prev_h": "a_prev", "dprev_h": "da_prev", "prev_c": "c_prev", "dprev_c": "dc_prev", "dnext_h": "da_next", "dnext_c": "dc_next", "next_h": "a_next", "next_c": "c_next"})

gru = cell(torch.nn.GRUCell, 3)
for name, order in [("rzn", [0, 1, 2]), ("zrn", [1, 0, 2])]:
    Wx, Wh, b = stacked(gru, order)
    save("gru-" + name, "gru", {"x": xt, "prev_h": h0, "Wx": Wx, "Wh": Wh, "b": b}, {"next_h": through(gru, order, Wx, Wh, b, lambda m: m(xt, h0))})
    gru = cell(torch.nn.GRUCell, 3)
Wx, Wh, b = stacked(gru, [0, 1, 2])
save("gru-sequence", "gru", {"x": xT, "prev_h": h0, "Wx": Wx, "Wh": Wh, "b": b}, {"next_h": through(gru, [0, 1, 2], Wx, Wh, b, lambda m: unroll(m, h0))})
apart = {"W" + g: tensor(D, H) for g in "rzn"} | {"U" + g: tensor(H, H) for g in "rzn"} | {"b" + g: tensor(H) for g in "rzn"}
gate = lambda g, x, h: x @ apart["W" + g] + h @ apart["U" + g] + apart["b" + g]
r, z = torch.sigmoid(gate("r", xt, h0)), torch.sigmoid(gate("z", xt, h0))
save("gru-gates-apart", "gru", {"x": xt, "prev_h": h0, **apart}, {"next_h": z * torch.tanh(gate("n", xt, r * h0)) + (1 - z) * h0})

Q, K, V = tensor(2, 4, 3), tensor(2, 5, 3), tensor(2, 5, 6)
attend = lambda s: torch.softmax(s, -1) @ V
save("attention", "attention", {"Q": Q, "K": K, "V": V}, {"out": attend(Q @ K.transpose(1, 2) / 3**0.5)})
save("attention-unscaled", "attention", {"Q": Q, "K": K, "V": V}, {"out": attend(Q @ K.transpose(1, 2))}, rename={"Q": "q", "dQ": "dq"}, drop=("out",))
seen = torch.tensor(np.arange(20).reshape(4, 5) % 3 > 0).double()
save("attention-mask", "attention", {"Q": Q, "K": K, "V": V, "mask": seen}, {"out": attend((Q @ K.transpose(1, 2) / 3**0.5).masked_fill(seen == 0, -1e9))})
Wq, Wk, Wv, Wo = tensor(6, 6), tensor(6, 6), tensor(6, 6), tensor(6, 6)
causal = torch.triu(torch.full((5, 5), -torch.inf), 1)
a = torch.softmax(sequence @ Wq @ (sequence @ Wk).transpose(1, 2) / 6**0.5 + causal, -1) @ (sequence @ Wv) @ Wo
save("attention-self-causal", "attention", {"x": sequence, "Wq": Wq, "Wk": Wk, "Wv": Wv, "Wo": Wo}, {"out": a})

inputs, targets = torch.tensor([1, 1, 3, 2, 0]), torch.tensor([2, 3, 0, 0, 1])
Wxh, Whh, Why, bh, by, hprev = tensor(6, 4), tensor(6, 6), tensor(4, 6), tensor(6, 1), tensor(4, 1), tensor(6, 1)
h, loss = hprev, 0
for t in range(5):
    h = torch.tanh(Wxh[:, inputs[t]:inputs[t] + 1] + Whh @ h + bh)
    loss = loss + F.cross_entropy((Why @ h + by).T, targets[t:t + 1], reduction="sum")
save("char-rnn", "char-rnn", {"inputs": inputs, "targets": targets, "hprev": hprev, "Wxh": Wxh, "Whh": Whh, "Why": Why, "bh": bh, "by": by}, {}, loss=loss, drop=("dhprev",))

json.dump(truth, open("truth.json", "w"), indent=1)
print(len(truth), "layers")
