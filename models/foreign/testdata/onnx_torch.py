"""Writes onnx/torch_*.onnx by torch.onnx.export, each with what its layers give in float64 (NAME.npz:
x, pre1, post1, ...). Needs Debian's python3-torch and python3-numpy; run it in its folder."""
import os, warnings
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")
os.makedirs("onnx", exist_ok=True)


def kept_by(net):
    return getattr(net, "keep", None) or (lambda pre, post: post)


class Net(nn.Module):
    """A network of steps, each a function of x and keep, which notes pre and post of a layer."""

    def __init__(self, modules, forward):
        super().__init__()
        self.of = nn.ModuleDict(modules)
        self.steps = forward

    def forward(self, x):
        return self.steps(self.of, x, kept_by(self))


def randomise(net, seed):
    g = torch.Generator().manual_seed(seed)
    for name, p in list(net.named_parameters()) + list(net.named_buffers()):
        if p.dtype.is_floating_point and "fixed" not in name:
            v = torch.randn(p.shape, generator=g) * 0.7
            if name.endswith(("running_var", "scale")):
                v = v.abs() + 0.3
            p.data.copy_(v)


def write(name, net, inputs=3, opset=13, free=True, shape=None, seed=1, double=False, **options):
    if not isinstance(net, nn.Module):
        net = Net(*net)
    randomise(net, seed)
    net.eval()
    if double:
        net.double()
    shape = shape or (inputs,)
    g = torch.Generator().manual_seed(seed + 1)
    x = torch.randn((9,) + shape, generator=g).double() * 2
    one = x[:1].to(torch.float64 if double else torch.float32)
    axes = {"x": {0: "batch"}, "y": {0: "batch"}} if free else None
    torch.onnx.export(net, one, f"onnx/torch_{name}.onnx", opset_version=opset, input_names=["x"], output_names=["y"], dynamic_axes=axes, **options)
    kept = {"x": x.reshape(9, -1).numpy()}

    def keep(pre, post):
        n = len(kept) // 2 + 1
        kept[f"pre{n}"], kept[f"post{n}"] = pre.detach().reshape(9, -1).numpy(), post.detach().reshape(9, -1).numpy()
        return post

    net.keep = keep
    with torch.no_grad():
        net.double()(x)
    np.savez_compressed(f"onnx/torch_{name}.npz", **kept)


def plain(activation, inputs=3, units=4, out=1, final=lambda z: z, bias=True, module=None):
    def forward(of, x, keep):
        for i in (1, 2):
            z = of[f"fc{i}"](x)
            x = keep(z, activation(z) if module is None else of["act"](z))
        z = of["out"](x)
        return keep(z, final(z))

    modules = {"fc1": nn.Linear(inputs, units, bias), "fc2": nn.Linear(units, units, bias), "out": nn.Linear(units, out, bias)}
    if module is not None:
        modules["act"] = module
    return modules, forward


activations = {
    "relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "leaky": lambda z: F.leaky_relu(z, 0.2), "leaky001": F.leaky_relu,
    "elu": F.elu, "elu15": lambda z: F.elu(z, 1.5), "selu": F.selu, "softplus": F.softplus, "silu": F.silu, "gelu": F.gelu,
    "gelutanh": lambda z: F.gelu(z, approximate="tanh"), "hardsigmoid": F.hardsigmoid, "hardswish": F.hardswish, "relu6": F.relu6,
    "softsign": F.softsign, "mish": F.mish, "celu": lambda z: F.celu(z, 1.5), "hardtanh": F.hardtanh, "logsigmoid": F.logsigmoid,
    "tanhshrink": F.tanhshrink, "quickgelu": lambda z: z * torch.sigmoid(1.702 * z), "square": lambda z: z * z,
    "squaredrelu": lambda z: F.relu(z) ** 2, "lecun": lambda z: 1.7159 * torch.tanh(2 / 3 * z), "sine": torch.sin,
    "where": lambda z: torch.where(z > 0, z, 0.1 * z), "clamp": lambda z: z.clamp(-2, 2), "maxout": lambda z: torch.max(z, 0.3 * z),
    "swishbeta": lambda z: z * torch.sigmoid(0.5 * z), "softshrink": F.softshrink, "identity": lambda z: z,
}
for name, activation in activations.items():
    for opset in (9, 17) if name in ("gelu", "hardswish", "hardsigmoid", "silu", "elu15", "relu6", "selu") else (14,):
        write(f"{name}_{opset}", plain(activation), opset=opset)
write("prelu_same", plain(None, module=nn.PReLU()), seed=3)
for name, activation in {"gelu": F.gelu, "mish": F.mish, "hardswish": F.hardswish, "tanh": torch.tanh}.items():
    write(f"{name}_one_unit", plain(activation, units=1))
write("no_bias_hardswish", plain(lambda z: z * F.relu6(z + 3) / 6, bias=False))
write("relu_double", plain(F.relu), double=True, opset=11)
write("relu_7", plain(F.relu, final=torch.sigmoid), opset=7, free=False)
write("weights_as_inputs", plain(F.relu, final=torch.sigmoid), opset=8, keep_initializers_as_inputs=True)
write("unfolded", plain(F.gelu, final=torch.sigmoid, bias=False), opset=13, do_constant_folding=False)
write("softmax", plain(F.relu, out=3, final=lambda z: F.softmax(z, 1)), opset=11)
write("softmax_last", plain(F.relu, out=3, final=lambda z: F.softmax(z, -1)), opset=13)
write("log_softmax", plain(F.relu, out=4, final=lambda z: F.log_softmax(z, 1)))
write("log_of_softmax", plain(F.relu, out=4, final=lambda z: torch.log(F.softmax(z, 1))))
write("several_labels", plain(F.relu, out=4, final=torch.sigmoid))
write("softmax_two", plain(F.tanh, out=2, final=lambda z: F.softmax(z, 1)))
write("squeezed", plain(F.relu, final=lambda z: torch.sigmoid(z).squeeze(-1)))
write("squeezed_logit", plain(F.relu, final=lambda z: z.squeeze(1)))
write("tanh_output", plain(F.relu, final=torch.tanh, out=2))
write("softplus_output", plain(F.relu, final=F.softplus))


def normed(kind, before, epsilon=1e-5, activation=F.relu, out=1):
    make = nn.BatchNorm1d if kind == "batch" else nn.LayerNorm

    def forward(of, x, keep):
        for i in (1, 2):
            z = of[f"fc{i}"](x)
            if before:
                z = of[f"n{i}"](z)
                x = keep(z, activation(z))
            else:
                x = keep(z, of[f"n{i}"](activation(z)))
        z = of["out"](x)
        return keep(z, z)

    modules = {"out": nn.Linear(5, out)}
    for i, width in ((1, 3), (2, 5)):
        modules[f"fc{i}"], modules[f"n{i}"] = nn.Linear(width, 5), make(5, eps=epsilon)
    return modules, forward


for kind in ("batch", "layer"):
    for before in (True, False):
        side = "before" if before else "behind"
        write(f"{kind}_{side}_12", normed(kind, before), opset=12)
        write(f"{kind}_{side}_17", normed(kind, before, 1e-3, F.gelu), opset=17)
        write(f"{kind}_{side}_unfolded", normed(kind, before, 1e-6, torch.tanh), opset=14, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)


def forward(of, x, keep):
    z = of["fc1"](of["n"](x))
    x = keep(z, F.relu(z))
    z = of["m"](of["out"](x))
    return keep(z, torch.sigmoid(z))


write("batch_first_and_last", ({"n": nn.BatchNorm1d(3), "fc1": nn.Linear(3, 4), "out": nn.Linear(4, 1), "m": nn.BatchNorm1d(1)}, forward), training=torch.onnx.TrainingMode.PRESERVE)


def forward(of, x, keep):
    z = of["n"](of["fc1"](x))
    x = keep(z, of["m"](F.relu(z)))
    z = of["out"](x)
    return keep(z, torch.sigmoid(z))


for a in ("batch", "layer"):
    for b in ("batch", "layer"):
        make = {"batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
        if a + b != "layerlayer":
            write(f"{a}_then_{b}", ({"fc1": nn.Linear(3, 4), "n": make[a](4), "m": make[b](4), "out": nn.Linear(4, 1)}, forward), opset=15)


def linear(**widths):
    return {name: nn.Linear(*width) for name, width in widths.items()}


def forward(of, x, keep):
    z = of["fc0"](x)
    h = keep(z, z)
    for i in (1, 2):
        z = of[f"a{i}"](h)
        r = keep(z, F.relu(z))
        z = of[f"b{i}"](r)
        h = keep(z, h + z)
    z = of["out"](h)
    return keep(z, torch.sigmoid(z))


write("shortcut_blocks", (linear(fc0=(3, 4), a1=(4, 6), b1=(6, 4), a2=(4, 5), b2=(5, 4), out=(4, 1)), forward))


def forward(of, x, keep):
    z = of["fc0"](x)
    h = keep(z, F.relu(z))
    for i in (1, 2):
        z = of[f"a{i}"](h)
        r = keep(z, F.relu(z))
        z = h + of[f"n{i}"](of[f"b{i}"](r))
        h = keep(z, F.relu(z))
    z = of["out"](h)
    return keep(z, F.softmax(z, 1))


write("shortcut_resnet", ({**linear(fc0=(3, 4), a1=(4, 6), b1=(6, 4), a2=(4, 5), b2=(5, 4), out=(4, 3)), "n1": nn.BatchNorm1d(4), "n2": nn.LayerNorm(4)}, forward), training=torch.onnx.TrainingMode.PRESERVE)


def forward(of, x, keep):
    z = of["a"](x)
    h = keep(z, x + torch.tanh(z))
    z = of["b"](h)
    h = keep(z, F.silu(z) + h + x)
    z = of["out"](h)
    return keep(z, z)


write("shortcut_from_input", (linear(a=(3, 3), b=(3, 3), out=(3, 2)), forward))


def forward(of, x, keep):
    z = of["fc0"](x)
    h = keep(z, F.relu(z))
    z = of["b"](h)
    h = keep(z, of["n"](h + F.relu(z)))
    z = of["out"](h)
    return keep(z, z)


write("shortcut_then_norm", ({**linear(fc0=(3, 4), b=(4, 4), out=(4, 1)), "n": nn.LayerNorm(4)}, forward), opset=17)


def forward(of, x, keep):  # pre-activation: layers of the identity hand the sum on
    z = of["fc0"](x)
    h = keep(z, z)
    z = of["n"](h)
    r = keep(z, F.relu(z))
    z = of["b"](r)
    h = keep(z, h + z)
    z = of["out"](h)
    return keep(z, z)


write("shortcut_preactivation", ({**linear(fc0=(3, 4), b=(4, 4), out=(4, 1)), "n": nn.LayerNorm(4)}, forward), opset=17)


class Scaled(nn.Module):
    def __init__(self, shape=(3,), target=True):
        super().__init__()
        self.register_buffer("mean", torch.zeros(shape))
        self.register_buffer("scale", torch.ones(shape))
        self.register_buffer("shift", torch.zeros(1))
        self.register_buffer("gain_scale", torch.ones(1))
        self.fc1, self.out, self.target = nn.Linear(3, 5), nn.Linear(5, 1), target

    def forward(self, x):
        keep = kept_by(self)
        z = self.fc1((x - self.mean) / self.scale)
        h = keep(z, F.elu(z))
        z = self.out(h) * self.gain_scale + self.shift
        return keep(z, z)


write("scaled_target", Scaled())
write("scaled_target_9", Scaled((1, 3)), opset=9)


class Flat(nn.Module):
    def __init__(self, how):
        super().__init__()
        self.how, self.fc1, self.out = how, nn.Linear(6, 5), nn.Linear(5, 2)

    def forward(self, x):
        keep = kept_by(self)
        z = self.fc1(self.how(x))
        h = keep(z, F.relu(z))
        z = self.out(h)
        return keep(z, z)


write("flat_module", Flat(nn.Flatten()), shape=(2, 3))
write("flat_view", Flat(lambda x: x.view(x.size(0), -1)), shape=(1, 2, 3), opset=9)
write("flat_view_13", Flat(lambda x: x.view(x.shape[0], -1)), shape=(2, 3), opset=13)
write("flat_reshape", Flat(lambda x: x.reshape(-1, 6)), shape=(2, 3), opset=12)
write("flat_whole", Flat(lambda x: x.view(x.size(0), x.size(1) * x.size(2))), shape=(2, 3), opset=13)
write("flat_fixed", Flat(lambda x: x.view(x.size(0), -1)), shape=(2, 3), opset=11, free=False)


# Where no layer of ours has room, one with the identity for weights stands in the chain.
def forward(of, x, keep):
    x = keep(of["n"](x), of["n"](x))
    z = of["fc1"](x)
    x = keep(z, F.relu(z))
    z = of["out"](x)
    x = keep(of["m"](z), of["m"](z))
    return keep(x, torch.sigmoid(x))


write("layer_norm_first_and_last", ({"n": nn.LayerNorm(3), "fc1": nn.Linear(3, 4), "out": nn.Linear(4, 2), "m": nn.LayerNorm(2)}, forward))


def forward(of, x, keep):
    x = keep((x - 0.5) / 2, (x - 0.5) / 2)
    z = of["a"](x)
    x = keep(z, torch.tanh(z) + x)
    z = of["out"](x)
    h = keep(z, z + x)
    return keep(h, F.softmax(h, 1))


write("shortcut_first_and_last", (linear(a=(3, 3), out=(3, 3)), forward))


def forward(of, x, keep):
    z = of["a"](x)
    x = keep(z, of["n"](F.relu(z)))
    x = keep(x, torch.tanh(x))
    z = of["out"](x)
    return keep(z, z)


write("two_activations", ({**linear(a=(3, 4), out=(4, 2)), "n": nn.BatchNorm1d(4)}, forward))


def forward(of, x, keep):  # a block of a transformer, whose norm comes first
    z = of["fc0"](x)
    h = keep(z, z)
    n = keep(of["n"](h), of["n"](h))
    z = of["a"](n)
    r = keep(z, F.gelu(z))
    z = of["b"](r)
    h = keep(z, of["m"](h + z))
    z = of["out"](h)
    return keep(z, z)


write("shortcut_norm_first", ({**linear(fc0=(3, 4), a=(4, 6), b=(6, 4), out=(4, 2)), "n": nn.LayerNorm(4), "m": nn.LayerNorm(4)}, forward), opset=17)
write("keras_hard_sigmoid", plain(lambda z: (0.2 * z + 0.5).clamp(0, 1)))
write("tanh_by_sigmoid", plain(lambda z: 2 * torch.sigmoid(2 * z) - 1))
write("softplus_by_parts", plain(lambda z: torch.log(1 + torch.exp(-z.abs())) + F.relu(z)))
write("warm_softmax", plain(F.relu, out=3, final=lambda z: F.softmax(z, 1)))
