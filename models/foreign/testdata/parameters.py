#!/usr/bin/env python3
"""Writes parameter files of PyTorch, scikit-learn, Keras and Flax kinds into testdata/parameters, and
beside each NAME the file NAME.npz with rows x and what every layer gives for them in float64: pre1,
post1, ..., as the test's table names activation and final. Needs PyTorch and scikit-learn."""
import json
import os
import struct
import warnings

import numpy as np
import torch
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from torch import nn

warnings.filterwarnings("ignore")
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parameters")
torch.manual_seed(20)
rng = np.random.RandomState(20)
SIZE = {"F64": 8, "I64": 8, "F32": 4, "F16": 2, "BF16": 2}
TYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def save_file(tensors, name):
    """safetensors.torch.save_file: sorted by the size of a number, then by name."""
    header, blob = {}, b""
    for key in sorted(tensors, key=lambda k: (-SIZE[TYPES[tensors[k].dtype]], k)):
        t = tensors[key].detach().contiguous()
        raw = t.view(torch.int16).numpy().tobytes() if t.dtype == torch.bfloat16 else t.numpy().tobytes()
        header[key] = {"dtype": TYPES[t.dtype], "shape": list(t.shape), "data_offsets": [len(blob), len(blob) + len(raw)]}
        blob += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(OUT, name), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + blob)


def expect(name, x, layers):
    """layers is a list of (pre, post)."""
    arrays = {"x": np.asarray(x, dtype=np.float64)}
    for i, (pre, post) in enumerate(layers, 1):
        arrays[f"pre{i}"], arrays[f"post{i}"] = np.asarray(pre, np.float64), np.asarray(post, np.float64)
    np.savez(os.path.join(OUT, name + ".npz"), **arrays)


def rows(columns):
    return torch.from_numpy(rng.randn(6, columns))


ACTIVATIONS = (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU)


def run(modules, x, final):
    """What each layer gives in float64: pre goes into its activation, post into the next layer."""
    layers, a, pre = [], x, None
    for m in modules:
        m = m.double().eval()
        if isinstance(m, nn.Linear) and pre is not None:
            layers.append((pre, a))
        if isinstance(m, ACTIVATIONS):
            pre = a
        a = m(a)
    layers.append((a, final(a)))
    return [(p.detach().numpy(), q.detach().numpy()) for p, q in layers]


def same(z):
    return z


def softmax(z):
    return torch.softmax(z, 1)


def stir(net):
    """Gives norms statistics, gains and shifts of their own."""
    for m in net.modules():
        if isinstance(m, nn.BatchNorm1d):
            n = m.num_features
            m.running_mean.copy_(torch.randn(n)), m.running_var.copy_(torch.rand(n) + 0.3), m.num_batches_tracked.add_(7)
        if isinstance(m, (nn.BatchNorm1d, nn.LayerNorm)) and m.weight is not None:
            m.weight.data, m.bias.data = torch.randn_like(m.weight), torch.randn_like(m.bias)
    return net.float()


def torch_case(name, net, final=same, columns=2, rename=lambda k: k, dtype=None, more=None, modules=None):
    net = stir(net)
    if dtype:
        net = net.to(dtype)
    tensors = {rename(k): v.clone() for k, v in net.state_dict().items()}
    tensors.update(more or {})
    save_file(tensors, name)
    expect(name, *(lambda x: (x, run(modules or list(net), x, final)))(rows(columns)))


S, L = nn.Sequential, nn.Linear
torch_case("deep.safetensors", S(L(2, 5), nn.Tanh(), L(5, 5), nn.Tanh(), L(5, 5), nn.Tanh(), L(5, 5), nn.Tanh(), L(5, 5), nn.Tanh(), L(5, 3)), softmax)
torch_case("two_activations.safetensors", S(L(2, 4), nn.ReLU(), L(4, 3), nn.Tanh(), L(3, 1)), torch.sigmoid, rename=lambda k: "net.layers." + k)
torch_case("batch_norm_before.safetensors", S(L(2, 6), nn.BatchNorm1d(6), nn.ReLU(), L(6, 5), nn.BatchNorm1d(5), nn.ReLU(), L(5, 1)), torch.sigmoid)
torch_case("batch_norm_behind.safetensors", S(L(2, 6), nn.ReLU(), nn.BatchNorm1d(6), L(6, 5), nn.ReLU(), nn.BatchNorm1d(5), L(5, 1)))
torch_case("batch_norm_input.safetensors", S(nn.BatchNorm1d(2), L(2, 4), nn.Tanh(), L(4, 2)))
torch_case("batch_norm_output.safetensors", S(L(2, 4), nn.Tanh(), L(4, 2, bias=False), nn.BatchNorm1d(2)))
torch_case("batch_norm_plain.safetensors", S(L(2, 4), nn.BatchNorm1d(4, affine=False), nn.ReLU(), L(4, 2)))
torch_case("layer_norm_behind.safetensors", S(L(2, 6), nn.SiLU(), nn.LayerNorm(6), L(6, 6), nn.SiLU(), nn.LayerNorm(6), L(6, 2)))
torch_case("no_bias.safetensors", S(L(3, 4, bias=False), nn.ReLU(), L(4, 3, bias=False)), columns=3)
torch_case("half.safetensors", S(L(2, 4), nn.Tanh(), nn.BatchNorm1d(4), L(4, 1)), torch.sigmoid, dtype=torch.float16,
           rename=lambda k: "model." + k, more={"optimizer.state.0.exp_avg": torch.zeros(4, 2), "epoch": torch.tensor(3), "step": torch.tensor([9.0])})
torch_case("bfloat.safetensors", S(L(2, 4), nn.Tanh(), L(4, 1)), torch.sigmoid, dtype=torch.bfloat16, rename=lambda k: "_orig_mod.module." + k)
torch_case("double.safetensors", S(L(2, 4), nn.GELU(), L(4, 1)), dtype=torch.float64)
torch_case("linear.safetensors", S(L(4, 3)), softmax, columns=4, rename=lambda k: k[2:])


class Named(nn.Module):
    def __init__(self, **modules):
        super().__init__()
        for k, m in modules.items():
            self.add_module(k, m)


fc = dict(fc_in=L(2, 4), fc_hidden=L(4, 4), fc_out=L(4, 1))
torch_case("fc_in_out.safetensors", Named(**fc), torch.sigmoid, modules=[fc["fc_in"], nn.ReLU(), fc["fc_hidden"], nn.ReLU(), fc["fc_out"]])
fc = dict(input=L(4, 4), hidden=L(4, 4), output=L(4, 4))
torch_case("square_names.safetensors", Named(**fc), softmax, columns=4, modules=[fc["input"], nn.Tanh(), fc["hidden"], nn.Tanh(), fc["output"]])
fc = dict(fc1=L(2, 5), ln1=nn.LayerNorm(5), fc2=L(5, 5), ln2=nn.LayerNorm(5), head=L(5, 2))
torch_case("layer_norm_named.safetensors", Named(**fc), modules=[fc["fc1"], fc["ln1"], nn.Tanh(), fc["fc2"], fc["ln2"], nn.Tanh(), fc["head"]])
parts = dict(encoder=S(L(6, 4), nn.ReLU(), L(4, 2), nn.ReLU()), decoder=S(L(2, 5), nn.ReLU(), L(5, 6)))
torch_case("encoder_decoder.safetensors", Named(**parts), columns=6, rename=lambda k: "_orig_mod." + k, modules=list(parts["encoder"]) + list(parts["decoder"]))
parts = dict(zeta=L(2, 3), alpha=L(3, 5), mid=L(5, 1))
torch_case("odd_names.safetensors", Named(**parts), modules=[parts["zeta"], nn.ReLU(), parts["alpha"], nn.ReLU(), parts["mid"]])

# PyTorch by NumPy: out x in.
net = S(L(2, 4), nn.Tanh(), L(4, 4), nn.Tanh(), L(4, 1)).double()
np.savez(os.path.join(OUT, "torch_numpy.npz"), **{k: v.numpy() for k, v in net.state_dict().items()})
x = rows(2)
expect("torch_numpy.npz", x, run(list(net), x, torch.sigmoid))


def numpy_layers(x, layers, act, final):
    """layers are (W in x out, b, normalise)."""
    out, a = [], np.asarray(x)
    for i, (w, b, norm) in enumerate(layers):
        z = a @ w + b
        if norm:
            z = norm(z)
        a = act(z) if i < len(layers) - 1 else final(z)
        out.append((z, a))
    return out


def batch_norm(gamma, beta, mean, var, eps):
    return lambda z: gamma * (z - mean) / np.sqrt(var + eps) + beta


def layer_norm(gamma, beta, eps):
    return lambda z: gamma * (z - z.mean(1, keepdims=True)) / np.sqrt(z.var(1, keepdims=True) + eps) + beta


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def np_softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def relu(z):
    return np.maximum(z, 0)


def plain(*sizes):
    return [[rng.randn(m, n), rng.randn(n), None] for m, n in zip(sizes, sizes[1:])]


# Keras: get_weights() of Dense, BatchNormalization, Dense, LayerNormalization, Dense.
layers = plain(3, 5, 4, 2)
bn, ln = (rng.randn(5), rng.randn(5), rng.randn(5), rng.rand(5) + 0.2), (rng.randn(4), rng.randn(4))
layers[0][2], layers[1][2] = batch_norm(*bn, 1e-3), layer_norm(*ln, 1e-3)
(w1, b1, _), (w2, b2, _), (w3, b3, _) = layers
np.savez(os.path.join(OUT, "keras.npz"), w1, b1, *bn, w2, b2, *ln, w3, b3)
x = rng.randn(6, 3)
expect("keras.npz", x, numpy_layers(x, layers, relu, np_softmax))
names = {"dense/kernel:0": w1, "dense/bias:0": b1, "batch_normalization/gamma:0": bn[0], "batch_normalization/beta:0": bn[1],
         "batch_normalization/moving_mean:0": bn[2], "batch_normalization/moving_variance:0": bn[3], "dense_1/kernel:0": w2, "dense_1/bias:0": b2,
         "layer_normalization/gamma:0": ln[0], "layer_normalization/beta:0": ln[1], "dense_2/kernel:0": w3, "dense_2/bias:0": b3}
np.savez(os.path.join(OUT, "keras_names.npz"), **{k: v for k, v in sorted(names.items())})
expect("keras_names.npz", x, numpy_layers(x, layers, relu, np_softmax))

# Flax: kernels in x out, LayerNorm with scale and bias, epsilon 1e-6.
layers = plain(3, 4, 4, 2)
ln = (rng.randn(4), rng.randn(4))
layers[0][2] = layer_norm(*ln, 1e-6)
tensors = {"params.LayerNorm_0.scale": ln[0], "params.LayerNorm_0.bias": ln[1]}
for i, (w, b, _) in enumerate(layers):
    tensors[f"params.Dense_{i}.kernel"], tensors[f"params.Dense_{i}.bias"] = w, b
save_file({k: torch.from_numpy(v) for k, v in tensors.items()}, "flax.safetensors")
expect("flax.safetensors", x, numpy_layers(x, layers, np.tanh, lambda z: z))

# scikit-learn: matrices, then vectors; its three-class output is a softmax, its hidden units tanh.
iris = load_iris()
mlp = MLPClassifier((4, 4), activation="tanh", max_iter=40, random_state=1).fit(iris.data, iris.target)
np.savez(os.path.join(OUT, "sklearn.npz"), *mlp.coefs_, *mlp.intercepts_)
x = iris.data[::25]
got = numpy_layers(x, [(w, b, None) for w, b in zip(mlp.coefs_, mlp.intercepts_)], np.tanh, np_softmax)
assert np.allclose(got[-1][1], mlp.predict_proba(x), atol=1e-14)
expect("sklearn.npz", x, got)
square = MLPClassifier((4, 4), activation="logistic", max_iter=40, random_state=2).fit(iris.data, np.eye(4)[iris.target + (iris.data[:, 0] > 7)])
with open(os.path.join(OUT, "sklearn_square.json"), "w") as f:
    json.dump({"coefs_": [w.tolist() for w in square.coefs_], "intercepts_": [b.tolist() for b in square.intercepts_],
               "activation": square.activation, "out_activation_": square.out_activation_, "loss_curve_": square.loss_curve_,
               "best_loss_": square.best_loss_, "validation_scores_": None, "feature_names_in_": iris.feature_names, "n_layers_": 4}, f)
got = numpy_layers(x, [(w, b, None) for w, b in zip(square.coefs_, square.intercepts_)], sigmoid, sigmoid)
assert np.allclose(got[-1][1], square.predict_proba(x), atol=1e-14)
expect("sklearn_square.json", x, got)
lr = LogisticRegression(max_iter=500).fit(iris.data, iris.target)
with open(os.path.join(OUT, "logistic.json"), "w") as f:
    json.dump({"coef_": lr.coef_.tolist(), "intercept_": lr.intercept_.tolist(), "classes_": lr.classes_.tolist()}, f)
got = numpy_layers(x, [(lr.coef_.T, lr.intercept_, None)], None, np_softmax)
assert np.allclose(got[-1][1], lr.predict_proba(x), atol=1e-14)
expect("logistic.json", x, got)

# NumPy code: units x inputs with column biases, and a scaler beside.
layers = plain(2, 4, 4, 1)
mean, scale = rng.randn(2), rng.rand(2) + 0.5
x = rng.randn(6, 2)
arrays = {"scaler_mean": mean, "scaler_scale": scale, "loss_history": rng.rand(9)}
for i, (w, b, _) in enumerate(layers):
    arrays[f"W{i}"], arrays[f"b{i}"] = w.T, b[:, None]
np.savez(os.path.join(OUT, "columns_scaled.npz"), **arrays)
expect("columns_scaled.npz", x, numpy_layers((x - mean) / scale, layers, np.tanh, sigmoid))

# All square: in x out, unless told.
layers = plain(3, 3, 3)
np.savez(os.path.join(OUT, "square.npz"), W1=layers[0][0], b1=layers[0][1], W2=layers[1][0], b2=layers[1][1])
x = rng.randn(6, 3)
expect("square.npz", x, numpy_layers(x, layers, relu, lambda z: z))
np.savez(os.path.join(OUT, "square_out_in.npz"), W1=layers[0][0].T, b1=layers[0][1], W2=layers[1][0].T, b2=layers[1][1])
expect("square_out_in.npz", x, numpy_layers(x, layers, relu, lambda z: z))

# Biases of one row, positional.
layers = plain(2, 4, 3)
np.savez(os.path.join(OUT, "rows.npz"), *[a for w, b, _ in layers for a in (w, b[None, :])])
x = rng.randn(6, 2)
expect("rows.npz", x, numpy_layers(x, layers, sigmoid, lambda z: z - np.log(np.exp(z).sum(1, keepdims=True))))

# The project's shared networks: their activations in float64, of the first rows.
for name, truth, prefix in (("moons_relu.safetensors", "moons_relu", "f64_"), ("moons_relu_numpy.npz", "moons_relu", "f64_"), ("iris_coefs.json", "iris_scaler_zipmap", "")):
    folder = os.environ.get("FOREIGN")  # where their activations are, if they are to be written anew
    if folder:
        t = np.load(os.path.join(folder, truth + ".npz"))
        expect(name, t["x"][:12], [(t[f"{prefix}pre{i}"][:12], t[f"{prefix}post{i}"][:12]) for i in (1, 2, 3)])
