"""Writes quantisation.npz: numbers in formats of few bits, and a network's inference in them.

float16 is NumPy's. bfloat16 is rounded in the bits of a float32, which the values are. The
8-bit formats are lists of all their codes by the OCP 8-bit Floating Point Specification
(revision 1.0, tables 1 and 2), of which the nearest is taken, of two the one whose code is
even; e4m3 saturates. Integers are ONNX's QuantizeLinear and DequantizeLinear with the scale and
zero point of DynamicQuantizeLinear.
"""
import numpy as np

rng = np.random.default_rng(11)


def fp16(x):
    with np.errstate(over="ignore"):
        return x.astype(np.float16).astype(np.float64)


def bf16(x):
    bits = x.astype(np.float32).view(np.uint32).astype(np.uint64)
    bits += 0x7FFF + ((bits >> 16) & 1)
    return (bits & 0xFFFF0000).astype(np.uint32).view(np.float32).astype(np.float64)


def codes(exponent_bits, fraction_bits, bias, last):
    """The non-negative finite numbers by code, up to the last finite one."""
    values = []
    for code in range(last + 1):
        exponent, fraction = code >> fraction_bits, code & ((1 << fraction_bits) - 1)
        if exponent == 0:
            values.append(2.0 ** (1 - bias) * fraction / 2**fraction_bits)
        else:
            values.append(2.0 ** (exponent - bias) * (1 + fraction / 2**fraction_bits))
    return np.array(values)


E4M3, E5M2 = codes(4, 3, 7, 0b1111_110), codes(5, 2, 15, 0b11110_11)
assert E4M3[-1] == 448 and E5M2[-1] == 57344


def nearest(x, table, beyond):
    # One more number, which would follow the last if there were more exponents, to round to.
    step = table[-1] - table[-2]
    table = np.append(table, table[-1] + step)
    distance = abs(abs(x)[:, None] - table)
    least = distance.min(1)
    candidates = distance == least[:, None]
    even = candidates & (np.arange(len(table)) % 2 == 0)
    code = np.where(even.any(1), even.argmax(1), candidates.argmax(1))
    values = table[code]
    values[code == len(table) - 1] = beyond
    values[abs(x) > table[-1]] = beyond
    return np.copysign(values, x)


def e4m3(x):
    return nearest(x, E4M3, 448)


def e5m2(x):
    return nearest(x, E5M2, np.inf)


def integers(bits, low, high):
    low, high = min(low, 0), max(high, 0)
    scale = (high - low) / (2**bits - 1)
    zero = np.rint(-low / scale)
    return lambda x: (np.clip(np.rint(x / scale) + zero, 0, 2**bits - 1) - zero) * scale


floats = {"fp16": fp16, "bf16": bf16, "fp8_e4m3": e4m3, "fp8_e5m2": e5m2}

# Numbers of float32 over all exponents that matter, ties of every format, and the edges.
x = np.concatenate([
    rng.normal(size=400) * 2.0 ** rng.integers(-30, 20, 400), rng.normal(size=200),
    (E4M3[1:] + E4M3[:-1]) / 2, (E5M2[1:] + E5M2[:-1]) / 2, E4M3, E5M2,
    [0, 448, 463, 464, 465, 480, 57344, 61439, 61440, 65504, 65519, 65520, 1e30, 2.0**-24, 2.0**-25, 2.0**-26, 1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-11],
]).astype(np.float32).astype(np.float64)
x = np.concatenate([x, -x])
arrays = {"x": x} | {name: f(x) for name, f in floats.items()}
for bits in (1, 4, 8):
    arrays[f"int{bits}"] = integers(bits, -0.7, 1.9)(x)

# A network 2-8-8-1: the share of points that change sides, by format.
points, train = rng.normal(size=(700, 2)), rng.normal(size=(90, 2))
W = [rng.normal(size=(2, 8)), rng.normal(size=(8, 8)) * 0.5, rng.normal(size=(8, 1))]
b = [rng.normal(size=8) * 0.3, rng.normal(size=8) * 0.3, rng.normal(size=1) * 0.1]
for i in range(3):
    arrays |= {f"W{i+1}": W[i], f"b{i+1}": b[i][None]}
arrays |= {"points": points, "train": train}


def forward(x, weights, phi, limit):
    hidden = []
    for i in range(2):
        x = limit[i](phi(x @ weights[i] + b[i]))
        hidden.append(x)
    return (x @ weights[2] + b[2])[:, 0], hidden


same = lambda a: a
for name, phi in {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}.items():
    exact, _ = forward(points, W, phi, [same, same])
    _, ranges = forward(train, W, phi, [same, same])
    flips = []
    for bits in range(1, 9):
        z, _ = forward(points, W, phi, [integers(bits, h.min(), h.max()) for h in ranges])
        limited, _ = forward(points, [integers(bits, w.min(), w.max())(w) for w in W], phi, [same, same])
        flips.append([((z >= 0) != (exact >= 0)).mean(), ((limited >= 0) != (exact >= 0)).mean()])
    for f in floats.values():
        shaped = lambda a, f=f: f(a.ravel()).reshape(a.shape)
        if f is bf16:  # of float64, whose first rounding to float32 decides nothing here
            shaped = lambda a: bf16(a.ravel()).reshape(a.shape)
        z, _ = forward(points, W, phi, [shaped, shaped])
        limited, _ = forward(points, [shaped(w) for w in W], phi, [same, same])
        flips.append([((z >= 0) != (exact >= 0)).mean(), ((limited >= 0) != (exact >= 0)).mean()])
    arrays[name + "_flips"] = np.array(flips)
np.savez(__file__.replace(".py", ".npz"), **arrays)
