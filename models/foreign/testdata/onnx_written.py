"""Writes onnx/made_*.onnx node by node, in the manners of skl2onnx, tf2onnx and others, each with what its
layers give in float64 (NAME.npz: x, pre1, post1, ...). Needs Debian's python3-onnx and python3-numpy; run it in its
folder."""
import os
import numpy as np
from onnx import TensorProto as T, helper as h, numpy_helper

os.makedirs("onnx", exist_ok=True)


class Graph:
    def __init__(self, seed=5, columns=3, batch="N", dtype=np.float32):
        self.random = np.random.RandomState(seed)
        self.nodes, self.tensors, self.outputs, self.kept, self.dtype = [], [], [], {}, dtype
        self.x = self.random.normal(0, 2, (9, columns))
        self.batch, self.columns = batch, columns
        self.values = {"x": self.x}
        self.extra_inputs, self.functions = [], []

    def constant(self, value, name=None, dtype=None, node=False, tensor=None):
        value = np.asarray(value, dtype or self.dtype)
        name = name or f"c{len(self.tensors) + len(self.nodes)}"
        tensor = tensor or numpy_helper.from_array(value, name)
        if node:
            self.nodes.append(h.make_node("Constant", [], [name], value=tensor))
        else:
            self.tensors.append(tensor)
        return name

    def draw(self, *shape, positive=False):
        v = self.random.normal(0, 0.7, shape).astype(self.dtype)
        return np.abs(v) + self.dtype(0.3) if positive else v

    def node(self, operator, *inputs, outputs=1, domain="", **attributes):
        names = [f"t{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(h.make_node(operator, [i if isinstance(i, str) else self.constant(i) for i in inputs], names, domain=domain, name=f"{operator}_{len(self.nodes)}", **attributes))
        return names[0] if outputs == 1 else names

    def dense(self, x, value, units, swap=False):
        """MatMul and Add; gives the name and the value."""
        w, b = self.draw(value.shape[1], units), self.draw(units)
        z = self.node("MatMul", x, w)
        z = self.node("Add", b, z) if swap else self.node("Add", z, b)
        return z, value @ w.astype(float) + b.astype(float)

    def keep(self, pre, post):
        n = len(self.kept) // 2 + 1
        self.kept[f"pre{n}"], self.kept[f"post{n}"] = pre, post
        return post

    def write(self, name, *outputs, opset=13, ml=None, inputs=None, kinds=()):
        rows = None if self.batch == "none" else [self.batch, self.columns]
        inputs = inputs or [h.make_tensor_value_info("x", T.DOUBLE if self.dtype is np.float64 else T.FLOAT, rows)]
        maps = {n.output[0]: T.STRING if n.attribute[0].strings else T.INT64 for n in self.nodes if n.op_type == "ZipMap"}
        plain = T.DOUBLE if self.dtype is np.float64 else T.FLOAT
        outs = [h.make_tensor_value_info(o, kinds[i] if i < len(kinds) else plain, None) for i, o in enumerate(outputs)]
        for o in outs:
            if o.name in maps:
                o.ClearField("type")
                o.type.sequence_type.elem_type.map_type.key_type = maps[o.name]
                o.type.sequence_type.elem_type.map_type.value_type.tensor_type.elem_type = T.FLOAT
        graph = h.make_graph(self.nodes, "g", inputs + self.extra_inputs, outs, self.tensors)
        imports = [h.make_opsetid("", opset)] + ([h.make_opsetid("ai.onnx.ml", ml)] if ml else [])
        if self.functions:
            imports.append(h.make_opsetid("own", 1))
        model = h.make_model(graph, opset_imports=imports, producer_name="by hand", functions=self.functions)
        with open(f"onnx/made_{name}.onnx", "wb") as f:
            f.write(model.SerializeToString())
        np.savez_compressed(f"onnx/made_{name}.npz", x=self.x, **self.kept)


relu = lambda z: np.maximum(z, 0)
sigmoid = lambda z: 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


# scikit-learn's classifiers and regressors
for name, classes, text in (("binary", [0, 1], False), ("binary_strings", ["no", "yes"], True), ("three", [3, 5, 9], False), ("three_strings", ["a", "b", "c"], True)):
    g = Graph()
    x = g.node("Scaler", "x", domain="ai.onnx.ml", offset=[0.5, -1.0, 2.0], scale=[2.0, 0.5, 0.25])
    v = (g.x - [0.5, -1, 2]) * [2, 0.5, 0.25]
    x = g.node("Cast", x, to=T.FLOAT)
    z, v = g.dense(x, v, 5)
    x, v = g.node("Relu", z), g.keep(v, relu(v))
    z, v = g.dense(x, v, 1 if len(classes) == 2 else 3)
    if len(classes) == 2:
        p = g.node("Sigmoid", z)
        g.keep(v, sigmoid(v))
        p = g.node("Concat", g.node("Sub", np.ones(1), p), p, axis=1)
    else:
        p = g.node("Softmax", z, axis=1)
        g.keep(v, softmax(v))
    best = g.node("ArgMax", p, axis=1)
    names = g.constant(classes, "classes", np.int64) if not text else g.constant(0, "classes", tensor=h.make_tensor("classes", T.STRING, [len(classes)], [c.encode() for c in classes]))
    best = g.node("ArrayFeatureExtractor", names, best, domain="ai.onnx.ml")
    best = g.node("Reshape", best, g.constant([-1], dtype=np.int64))
    if not text:
        best = g.node("Cast", best, to=T.INT64)
    labels = {"classlabels_strings": classes} if text else {"classlabels_int64s": classes}
    g.write(f"sklearn_{name}", best, g.node("ZipMap", p, domain="ai.onnx.ml", **labels), opset=12 if text else 15, ml=1, kinds=(T.STRING if text else T.INT64,))
    if not text:
        g.write(f"sklearn_{name}_plain", best, p, opset=15, ml=1, kinds=(T.INT64,))

g = Graph()  # columns by name, as of a data frame; a regression
names = ["age", "height", "weight"]
x = g.node("Concat", *names, axis=1)
x = g.node("Scaler", x, domain="ai.onnx.ml", offset=[0.5, -1.0, 2.0], scale=[2.0, 2.0, 2.0])
z, v = g.dense(x, (g.x - [0.5, -1, 2]) * 2, 4)
x, v = g.node("Tanh", z), g.keep(v, np.tanh(v))
z, v = g.dense(x, v, 1)
g.keep(v, v)
g.write("sklearn_columns", g.node("Reshape", z, g.constant([-1, 1], dtype=np.int64)), ml=1, inputs=[h.make_tensor_value_info(n, T.FLOAT, [None, 1]) for n in names])

g = Graph()  # min-max scaling, then its clip left out; integers come in
x = g.node("Cast", "x", to=T.FLOAT)
x = g.node("Add", g.node("Mul", x, [0.5, 0.25, 2.0]), [0.1, 0.2, 0.3])
g.x = np.round(g.x)
z, v = g.dense(x, g.x * [0.5, 0.25, 2] + np.float32([0.1, 0.2, 0.3]), 4)
x, v = g.node("Sigmoid", z), g.keep(v, sigmoid(v))
z, v = g.dense(x, v, 2)
g.keep(v, v)
g.write("sklearn_minmax", z, inputs=[h.make_tensor_value_info("x", T.INT64, [None, 3])])


# Keras's manner
def keras_norm(g, x, v, epsilon):
    gamma, beta = g.draw(v.shape[1]), g.draw(v.shape[1])
    mean = g.node("ReduceMean", x, axes=[1], keepdims=1)
    d = g.node("Sub", x, mean)
    variance = g.node("ReduceMean", g.node("Mul", d, d), axes=[1], keepdims=1)
    inverse = g.node("Reciprocal", g.node("Sqrt", g.node("Add", variance, np.float32(epsilon))))
    k = g.node("Mul", inverse, gamma)
    out = g.node("Add", g.node("Mul", x, k), g.node("Sub", beta, g.node("Mul", mean, k)))
    n = (v - v.mean(1, keepdims=True)) / np.sqrt(v.var(1, keepdims=True) + epsilon)
    return out, n * gamma.astype(float) + beta.astype(float)


for behind in (False, True):
    g = Graph(batch="unk__6")
    x, v = "x", g.x
    for units in (5, 4):
        z, v = g.dense(x, v, units)
        if behind:
            pre = v
            x, v = keras_norm(g, g.node("Relu", z), relu(v), 1e-3)
            g.keep(pre, v)
        else:
            z, v = keras_norm(g, z, v, 1e-3)
            x, v = g.node("Elu", z), g.keep(v, np.where(v > 0, v, np.expm1(v)))
    z, v = g.dense(x, v, 3)
    g.keep(v, softmax(v))
    g.write(f"keras_layer_norm_{'behind' if behind else 'before'}", g.node("Softmax", z, axis=1), opset=12)

for behind in (False, True):
    for folded in (False, True):
        g = Graph(batch=-1)
        x, v = "x", g.x
        for units in (5, 4):
            z, v = g.dense(x, v, units)
            gamma, beta, mean, variance = g.draw(units), g.draw(units), g.draw(units), g.draw(units, positive=True)

            def norm(x, v):
                if folded:
                    k = (gamma / np.sqrt(variance.astype(float) + 1e-3)).astype(np.float32)
                    c = (beta - mean * k).astype(np.float32)
                    return g.node("Add", g.node("Mul", x, k), c), v * k.astype(float) + c.astype(float)
                root = g.node("Sqrt", g.node("Add", variance, np.float32(1e-3)))
                out = g.node("Add", g.node("Mul", g.node("Div", g.node("Sub", x, mean), root), gamma), beta)
                return out, (v - mean.astype(float)) / np.sqrt(variance.astype(float) + float(np.float32(1e-3))) * gamma.astype(float) + beta.astype(float)

            if behind:
                pre = v
                x, v = norm(g.node("LeakyRelu", z, alpha=0.3), np.where(v > 0, v, 0.3 * v))
                g.keep(pre, v)
            else:
                z, v = norm(z, v)
                x, v = g.node("LeakyRelu", z, alpha=0.3), g.keep(v, np.where(v > 0, v, 0.3 * v))
        z, v = g.dense(x, v, 1, swap=True)
        g.keep(v, sigmoid(v))
        g.write(f"keras_batch_norm_{'behind' if behind else 'before'}{'_folded' if folded else ''}", g.node("Sigmoid", z), opset=9)

# Gemm in its forms
g = Graph()
w, b = g.draw(5, 3), g.draw(1, 5)
z = g.node("Gemm", "x", w, b, alpha=0.5, beta=2.0, transB=1)
v = 0.5 * g.x @ w.T.astype(float) + 2 * b.astype(float)
x, v = g.node("Relu", z), g.keep(v, relu(v))
w = g.draw(5, 4)
z = g.node("Gemm", x, w, np.float32(0.25), alpha=float(np.float32(0.3)))
v = float(np.float32(0.3)) * v @ w.astype(float) + 0.25
x, v = g.node("Softsign", z), g.keep(v, v / (1 + np.abs(v)))
w = g.draw(2, 4)
z = g.node("Gemm", x, w, transB=1)
v = v @ w.T.astype(float)
g.keep(v, v)
g.write("gemm", z, opset=11)

# numbers in all encodings
g = Graph(columns=4)
x, v = "x", g.x
for i, kind in enumerate(["floats", "half", "half_words", "bfloat", "double", "doubles", "raw"]):
    w = np.round(g.draw(4, 4) * 8) / 8
    dims, n = w.shape, f"w{i}"
    t = {
        "floats": lambda: h.make_tensor(n, T.FLOAT, dims, w.ravel()),
        "half": lambda: numpy_helper.from_array(w.astype(np.float16), n),
        "half_words": lambda: T(name=n, data_type=T.FLOAT16, dims=dims, int32_data=w.astype(np.float16).view(np.uint16).ravel().tolist()),
        "bfloat": lambda: T(name=n, data_type=T.BFLOAT16, dims=dims, raw_data=(w.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16).tobytes()),
        "double": lambda: numpy_helper.from_array(w.astype(np.float64), n),
        "doubles": lambda: h.make_tensor(n, T.DOUBLE, dims, w.ravel()),
        "raw": lambda: numpy_helper.from_array(w, n),
    }[kind]()
    z = g.node("MatMul", x, g.node("Cast", g.constant(0, n, tensor=t), to=T.FLOAT))
    v = v @ w.astype(float)
    x, v = g.node("Tanh", z), g.keep(v, np.tanh(v))
w = np.round(g.draw(4, 2) * 8)
z = g.node("MatMul", x, g.node("Cast", g.constant(w, "whole", np.int8), to=T.FLOAT))
v = v @ w.astype(float)
g.keep(v, v)
g.write("encodings", z, opset=19)

# data in a file beside
g = Graph()
data = b"\0" * 64
for name, units in (("a", 5), ("b", 1)):
    z = x if name == "b" else "x"
    fan = 5 if name == "b" else 3
    w, b = g.draw(fan, units), g.draw(units)
    if name == "a":
        v = g.x
    for n, value in ((name + "w", w), (name + "b", b)):
        t = T(name=n, data_type=T.FLOAT, dims=value.shape, data_location=T.EXTERNAL)
        for k, text in (("location", "made_external.onnx.data"), ("offset", len(data)), ("length", value.nbytes)):
            t.external_data.add(key=k, value=str(text))
        data += value.tobytes()
        g.tensors.append(t)
    z = g.node("Gemm", z, name + "w", name + "b")
    v = v @ w.astype(float) + b.astype(float)
    if name == "a":
        x, v = g.node("Mish", z), g.keep(v, v * np.tanh(np.logaddexp(0, v)))
g.keep(v, v)
g.write("external", z, opset=18)
open("onnx/made_external.onnx.data", "wb").write(data)

# newer operators; axes as inputs; dropout with a mask; what does nothing
g = Graph(batch="batch")
z, v = g.dense("x", g.x, 5)
x, v = g.node("Gelu", z, approximate="tanh"), g.keep(v, v / (1 + np.exp(-2 * np.sqrt(2 / np.pi) * (v + 0.044715 * v**3))))
x, mask = g.node("Dropout", x, np.float32(0.5), g.constant(False, dtype=bool), outputs=2)
x = g.node("Squeeze", g.node("Unsqueeze", x, g.constant([2], dtype=np.int64)), g.constant([-1], dtype=np.int64))
z, v = g.dense(x, v, 4)
mean = g.node("ReduceMean", z, g.constant([-1], dtype=np.int64))
d = g.node("Sub", z, mean)
variance = g.node("ReduceMean", g.node("Pow", d, np.float32(2)), g.constant([-1], dtype=np.int64))
n = g.node("Div", d, g.node("Sqrt", g.node("Add", variance, np.float32(1e-5))))
gain, shift = g.draw(4), g.draw(4)
z = g.node("Add", g.node("Mul", n, gain), shift)
v = (v - v.mean(1, keepdims=True)) / np.sqrt(v.var(1, keepdims=True) + 1e-5) * gain.astype(float) + shift.astype(float)
x, v = g.node("HardSwish", z), g.keep(v, v * np.clip(v + 3, 0, 6) / 6)
x = g.node("Identity", g.node("Flatten", x))
z, v = g.dense(x, v, 3)
g.keep(v, softmax(v))
e = g.node("Exp", g.node("Sub", z, g.node("ReduceMax", z, g.constant([1], dtype=np.int64))))
g.write("opset21", g.node("Div", e, g.node("ReduceSum", e, g.constant([1], dtype=np.int64))), mask, opset=21, kinds=(T.FLOAT, T.BOOL))

g = Graph(dtype=np.float64)  # layer normalisation of float64 with epsilon as an attribute
z, v = g.dense("x", g.x, 4)
gain = g.draw(4)
z = g.node("LayerNormalization", z, gain, epsilon=1e-6)
v = (v - v.mean(1, keepdims=True)) / np.sqrt(v.var(1, keepdims=True) + 1e-6) * gain
x, v = g.node("Selu", z), g.keep(v, 1.0507009873554805 * np.where(v > 0, v, 1.6732632423543772 * np.expm1(v)))
z, v = g.dense(x, v, 2)
g.keep(v, v)
g.write("double_layer_norm", z, opset=17)

# functions of the file's own, one in another, with an attribute
g = Graph()
inner = h.make_function("own", "leaky", ["a"], ["b"], [h.make_node("LeakyRelu", ["a"], ["b"])], [h.make_opsetid("", 18)], ["slope"])
r = inner.node[0].attribute.add()
r.name, r.ref_attr_name, r.type = "alpha", "slope", 1
layer = h.make_function("own", "layer", ["x", "w", "b"], ["y"], [h.make_node("MatMul", ["x", "w"], ["m"]), h.make_node("Add", ["m", "b"], ["s"]), h.make_node("leaky", ["s"], ["y"], domain="own", slope=0.25)], [h.make_opsetid("", 18), h.make_opsetid("own", 1)])
g.functions = [inner, layer]
x, v = "x", g.x
for units in (4, 3):
    w, b = g.draw(v.shape[1], units), g.draw(units)
    v = v @ w.astype(float) + b.astype(float)
    x, v = g.node("layer", x, w, b, domain="own"), g.keep(v, np.where(v > 0, v, 0.25 * v))
z, v = g.dense(x, v, 1)
g.keep(v, v)
g.write("functions", z, opset=18)

# only the class is given
g = Graph(batch="none")
z, v = g.dense("x", g.x, 4)
x, v = g.node("Clip", z, np.float32(0), np.float32(6)), g.keep(v, np.clip(v, 0, 6))
z, v = g.dense(x, v, 3)
g.keep(v, v)
g.write("class_only", g.node("ArgMax", z, axis=-1, keepdims=0), opset=13, kinds=(T.INT64,))
g.write("class_beside", g.node("ArgMax", z, axis=-1, keepdims=0), z, opset=13, kinds=(T.INT64,))

# nodes in no order
g = Graph()
z, v = g.dense("x", g.x, 4)
x, v = g.node("ThresholdedRelu", z, alpha=0.0), g.keep(v, relu(v))
z, v = g.dense(x, v, 1)
g.keep(v, v)
z = g.node("Mul", z, np.float32(3))
z = g.node("Add", z, np.float32([1.5]))
g.kept["pre2"] = g.kept["post2"] = v * 3 + 1.5
g.nodes.reverse()
g.write("any_order", z)
