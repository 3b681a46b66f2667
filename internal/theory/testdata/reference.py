"""Writes reference.csv: Gaussian expectations of the activations by NumPy, with formulas of its own.

Smooth activations by the trapezoid rule, which converges exponentially for them. Activations with a kink at 0 in
polar coordinates, where the kinks of both factors are rays: between them Gauss-Legendre in the angle and the radius.
"""
import numpy as np

sigmoid = lambda z: (1 + np.tanh(z / 2)) / 2
erf_half = np.vectorize(__import__("math").erf)
normal = lambda z: (1 + erf_half(z / np.sqrt(2))) / 2
density = lambda z: np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
A, B = np.sqrt(8 / np.pi), 0.044715 * np.sqrt(8 / np.pi)
L, LA = 1.0507009873554805, 1.0507009873554805 * 1.6732632423543772

SMOOTH = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))),
    "gelu": (lambda z: z * normal(z), lambda z: normal(z) + z * density(z)),
    "gelu-tanh": (
        lambda z: z * sigmoid(A * z + B * z**3),
        lambda z: sigmoid(A * z + B * z**3) * (1 + z * (1 - sigmoid(A * z + B * z**3)) * (A + 3 * B * z * z)),
    ),
}
KINKED = {
    "relu": (lambda z: np.where(z > 0, z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky-relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), lambda z: np.exp(np.minimum(z, 0))),
    "selu": (lambda z: np.where(z > 0, L * z, LA * np.expm1(np.minimum(z, 0))), lambda z: np.where(z > 0, L, LA * np.exp(np.minimum(z, 0)))),
}


def smooth(f, g, q, c):
    """E[f(u) g(v)] on a square."""
    x = np.arange(-10, 10.01, 0.04)
    w = np.exp(-x * x / 2)
    w /= w.sum()
    u = np.sqrt(q) * x
    v = np.sqrt(q) * (c * x[:, None] + np.sqrt(1 - c * c) * x[None, :])
    return float(w @ (f(u) * (g(v) @ w)))


def polar(f, g, q, c):
    """E[f(u) g(v)] in sectors between the rays u = 0 and v = 0."""
    rays = sorted(a % (2 * np.pi) for a in (np.pi / 2, 3 * np.pi / 2, np.arctan2(-c, np.sqrt(1 - c * c)), np.arctan2(c, -np.sqrt(1 - c * c))))
    rays.append(rays[0] + 2 * np.pi)
    t, wt = np.polynomial.legendre.leggauss(60)
    total = 0.0
    for lo, hi in zip(rays, rays[1:]):
        angle = (lo + hi) / 2 + (hi - lo) / 2 * t
        for r0 in range(10):
            r = r0 + 0.5 + 0.5 * t
            x, y = r[:, None] * np.cos(angle), r[:, None] * np.sin(angle)
            values = f(np.sqrt(q) * x) * g(np.sqrt(q) * (c * x + np.sqrt(1 - c * c) * y)) * (r * np.exp(-r * r / 2))[:, None]
            total += (hi - lo) / 2 * 0.5 * float(wt @ values @ wt)
    return total / (2 * np.pi)


one = lambda z: np.ones_like(z)
with open("reference.csv", "w") as out:
    out.write("activation,q,c,mean,product,slope_product\n")
    for table, integral in ((SMOOTH, smooth), (KINKED, polar)):
        for name, (f, slope) in table.items():
            for q in (0.05, 1, 6):
                for c in (-0.7, 0, 0.4, 0.95):
                    values = integral(f, one, q, c), integral(f, f, q, c), integral(slope, slope, q, c)
                    out.write(",".join([name, repr(q), repr(c)] + ["%.16g" % v for v in values]) + "\n")
