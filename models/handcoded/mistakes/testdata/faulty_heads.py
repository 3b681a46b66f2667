"""Writes heads.npz: gradients of small networks with softmax, squared errors, hinge and several labels.

They are by hand, as one writes them in NumPy, each with one mistake, or none. The arrays of a case are
NAME:x, NAME:y (rows x outputs), NAME:W1, ..., NAME:grad_b2; the hidden layer is tanh.
"""
import numpy as np

rng = np.random.default_rng(4)
arrays = {}


def case(name, head, k, rows=12, l2=0.0, y=None):
    x = rng.normal(size=(rows, 3))
    W1, b1 = rng.normal(size=(3, 5)), rng.normal(size=5)
    W2, b2 = rng.normal(size=(5, k)), rng.normal(size=k)
    h = np.tanh(x @ W1 + b1)
    z = h @ W2 + b2
    y, d2 = head(z, y)
    g = {"W2": h.T @ d2, "b2": d2.sum(axis=0)}
    d1 = (d2 @ W2.T) * (1 - h**2)
    g |= {"W1": x.T @ d1, "b1": d1.sum(axis=0)}
    penalise(name, g, {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, l2, rows)
    for key, a in {"x": x, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}.items():
        arrays[f"{name}:{key}"] = np.asarray(a, dtype=float)
    for key, a in g.items():
        arrays[f"{name}:grad_{key}"] = a


def penalise(name, g, parameters, l2, rows):
    for key in g:
        if name == "penalises_everything" or key[0] == "W":
            g[key] = g[key] + (l2 / rows if name == "penalty_per_sample" else l2) * parameters[key]


def classes(z):
    return rng.integers(z.shape[1], size=len(z))


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def cross_entropy(activation=softmax, count_from=0, divide=True):
    def head(z, _):
        c = classes(z)
        y = np.eye(z.shape[1])[c]
        d = activation(z)
        d[np.arange(len(z)), c - count_from] -= 1  # an index of -1 is the last column
        return y, d / len(z) if divide else d

    return head


def through_jacobian(jacobian):
    def head(z, _):
        y, p = np.eye(z.shape[1])[classes(z)], softmax(z)
        d = np.empty_like(z)
        for i in range(len(z)):
            d[i] = jacobian(p[i]) @ (-y[i] / p[i])
        return y, d / len(z)

    return head


def index_as_target(z, _):
    c = classes(z)
    return np.eye(z.shape[1])[c], (softmax(z) - c[:, None]) / len(z)


def squares(activation=lambda z: z, slope=lambda p: 1, mean=len, two=2):
    def head(z, _):
        p, y = activation(z), rng.normal(size=z.shape)
        return y, two * (p - y) * slope(p) / mean(z)

    return head


def labels(activation):
    def head(z, _):
        y = rng.integers(2, size=z.shape)
        return y, (activation(z) - y) / len(z)

    return head


def multiclass_hinge(margin):
    def head(z, _):
        c = classes(z)
        rows = np.arange(len(z))
        d = (z - z[rows, c][:, None] + margin > 0).astype(float)
        d[rows, c] = 0
        d[rows, c] = -d.sum(axis=1)
        return np.eye(z.shape[1])[c], d / len(z)

    return head


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


case("right_softmax", cross_entropy(), 4, l2=0.05)
case("classes_from_one", cross_entropy(count_from=1), 4)
case("forgot_to_divide", cross_entropy(divide=False), 4)
case("sigmoid_of_classes", cross_entropy(sigmoid), 4)
case("softmax_of_axis_0", cross_entropy(lambda z: softmax(z, axis=0)), 4)
case("through_the_jacobian", through_jacobian(lambda p: np.diag(p) - np.outer(p, p)), 4)
case("diagonal_only", through_jacobian(lambda p: np.diag(p * (1 - p))), 4)
case("no_jacobian", through_jacobian(lambda p: np.eye(len(p))), 4)
case("index_as_target", index_as_target, 4)
case("right_mse", squares(), 3)
case("forgot_the_two", squares(two=1), 3)
case("np_mean", squares(mean=np.size), 3)
case("forgot_tanh_slope", squares(np.tanh, two=2), 3)
case("right_tanh_output", squares(np.tanh, lambda p: 1 - p**2), 3)
case("cross_entropys_delta", squares(sigmoid, two=1), 3)
case("softmax_of_labels", labels(softmax), 3)
case("right_labels", labels(sigmoid), 3)
case("right_hinge", multiclass_hinge(1), 4)
case("no_margin", multiclass_hinge(0), 4)
case("penalises_everything", cross_entropy(), 4, l2=0.05)
case("penalty_per_sample", squares(), 3, l2=0.5)

np.savez_compressed("heads.npz", **arrays)
