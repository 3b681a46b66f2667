# Writes activations.csv: every activation and its derivative at 20 points, from
# decimal arithmetic alone. Exponentials and logarithms are Python's decimal ones;
# erf is its Maclaurin series, summed with enough digits for the alternating terms
# to cancel. Points are doubles, taken exactly. Run it in this folder.
from decimal import Decimal as D, getcontext

getcontext().prec = 800
getcontext().Emin, getcontext().Emax = -10**9, 10**9
POINTS = [-800, -37, -20, -10, -5, -2.5, -1.5, -1, -0.75, -0.1, -1e-9, 1e-9, 0.1, 0.5, 1, 2, 2.5, 10, 40, 800]


def pi():
    def arctan(n):
        x, total, k = D(1) / n, D(0), 0
        term = x
        while abs(term) > D(10) ** -810:
            total += term / (2 * k + 1) * (1 if k % 2 == 0 else -1)
            term /= n * n
            k += 1
        return total
    return 4 * (4 * arctan(5) - arctan(239))


PI = pi()


def sigmoid(x):
    return 1 / (1 + (-x).exp()) if x >= 0 else x.exp() / (1 + x.exp())


def tanh(x):
    return 2 * sigmoid(2 * x) - 1


def normal(x):
    if abs(x) > 50:  # below the least double, or 1 to all of its digits
        return D(0) if x < 0 else D(1)
    t = x / D(2).sqrt()
    total, term, k = D(0), t, 0
    while abs(term) > D(10) ** -780:
        total += term / (2 * k + 1)
        k += 1
        term *= -t * t / k
    return (1 + 2 / PI.sqrt() * total) / 2


def density(x):
    return (-x * x / 2).exp() / (2 * PI).sqrt()


SCALE, ALPHA = D("1.0507009873554804934193349852946"), D("1.6732632423543772848170429916717")
A = 2 * (2 / PI).sqrt()
B = A * D("0.044715")
INSIDE = lambda x: -3 < x < 3
FUNCTIONS = {
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
    "relu": (lambda x: max(x, D(0)), lambda x: D(x > 0)),
    "tanh": (tanh, lambda x: 4 * sigmoid(2 * x) * sigmoid(-2 * x)),
    "leaky-relu": (lambda x: x if x > 0 else x / 100, lambda x: D(1) if x > 0 else D("0.01")),
    "elu": (lambda x: x if x > 0 else x.exp() - 1, lambda x: D(1) if x > 0 else x.exp()),
    "selu": (lambda x: SCALE * (x if x > 0 else ALPHA * (x.exp() - 1)), lambda x: SCALE * (1 if x > 0 else ALPHA * x.exp())),
    "softplus": (lambda x: max(x, D(0)) + (1 + (-abs(x)).exp()).ln(), sigmoid),
    "silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * sigmoid(-x))),
    "gelu": (lambda x: x * normal(x), lambda x: normal(x) + x * density(x)),
    "gelu-tanh": (
        lambda x: x * sigmoid(A * x + B * x**3),
        lambda x: (lambda w: sigmoid(w) + x * sigmoid(w) * sigmoid(-w) * (A + 3 * B * x * x))(A * x + B * x**3),
    ),
    "identity": (lambda x: x, lambda x: D(1)),
    "hard-sigmoid": (lambda x: min(max(x + 3, D(0)), D(6)) / 6, lambda x: D(1) / 6 if INSIDE(x) else D(0)),
}

with open("activations.csv", "w") as out:
    out.write("activation,z,value,derivative\n")
    for name, (value, derivative) in FUNCTIONS.items():
        for z in POINTS:
            numbers = (value(D(z)), derivative(D(z)))
            out.write(",".join([name, repr(z)] + [f"{x:.25e}" if x else "0" for x in numbers]) + "\n")
