"""Writes reference.npz, the values of NumPy 1.24 and scikit-learn 1.2 that the
tests of package data compare with. article.npz beside it is the study's own run.

    python3 reference.py
"""
import numpy as np
from sklearn.datasets import make_blobs, make_circles, make_moons, make_regression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

out = {}

# Streams: enough draws to refill the twister's 624 words twice.
for seed in (0, 42, 2**32 - 1):
    out[f"uniform_{seed}"] = np.random.RandomState(seed).random_sample(700)
    out[f"gauss_{seed}"] = np.random.RandomState(seed).standard_normal(701)

# Bounded integers: ten for each maximum, from one stream.
maxima = np.array([0, 1, 2, 3, 6, 7, 8, 99, 2**16, 2**31, 2**32 - 2, 2**32 - 1])
rng = np.random.RandomState(7)
out["bounded_max"] = maxima
out["bounded"] = np.array([[rng.randint(0, m + 1, dtype=np.int64) for _ in range(10)] for m in maxima])

# Permutations and shuffles of one stream.
rng = np.random.RandomState(11)
for n in (0, 1, 2, 3, 10, 1000):
    out[f"permutation_{n}"] = rng.permutation(n)
letters = np.arange(26)
rng.shuffle(letters)
out["shuffle"] = letters

# A kept Gaussian outlives other draws, and does not outlive seeding.
rng = np.random.RandomState(3)
mixed = [rng.standard_normal(), rng.random_sample(), float(rng.permutation(5)[0]), rng.standard_normal()]
mixed.append(rng.standard_normal())
rng.seed(3)
mixed.append(rng.standard_normal())
out["mixed"] = np.array(mixed)

# Two moons and their standardisation.
for n, noise, seed in (
    (2, 0.18, 42), (3, 0.18, 42), (5, 0.3, 0), (64, 0.0, 7), (1001, 0.18, 2**32 - 1), (50, 1e6, 1),
):
    x, y = make_moons(n_samples=n, noise=noise, random_state=seed)
    scaler = StandardScaler().fit(x)
    key = f"moons_{n}_"
    out.update({key + "x": x, key + "y": y, key + "std": scaler.transform(x),
                key + "mean": scaler.mean_, key + "scale": scaler.scale_})

# The other generators, and classes of different size; blobs give class 0 the odd
# point.
for counts, noise, seed in (((32, 68), 0.18, 5), ((1, 6), 0.1, 9), ((270, 31), 0.0, 3)):
    x, y = make_moons(n_samples=counts, noise=noise, random_state=seed)
    out.update({f"moons_{counts[0]}_{counts[1]}_x": x, f"moons_{counts[0]}_{counts[1]}_y": y})

for counts, noise, seed, factor in (
    ((1, 1), 0.1, 42, 0.8), ((2, 3), 0.3, 0, 0.8), ((200, 200), 0.18, 42, 0.5), ((150, 151), 0.05, 2**32 - 1, 0.8),
    ((32, 68), 0.0, 5, 0.25), ((99, 1), 0.2, 6, 0.99), ((1, 6), 1e6, 9, 0.8),
):
    samples = sum(counts) if counts[1] - counts[0] in (0, 1) else counts
    x, y = make_circles(n_samples=samples, noise=noise, random_state=seed, factor=factor)
    out.update({f"circles_{counts[0]}_{counts[1]}_x": x, f"circles_{counts[0]}_{counts[1]}_y": y})

for counts, noise, seed in (
    ((1, 1), 1.0, 42), ((3, 2), 0.18, 0), ((200, 200), 2.5, 42), ((151, 150), 1.0, 2**32 - 1),
    ((32, 68), 0.0, 5), ((99, 1), 0.2, 6), ((1, 6), 1e6, 9),
):
    samples = dict(n_samples=sum(counts), centers=2) if counts[0] - counts[1] in (0, 1) else dict(n_samples=counts)
    x, y = make_blobs(cluster_std=noise, random_state=seed, **samples)
    out.update({f"blobs_{counts[0]}_{counts[1]}_x": x, f"blobs_{counts[0]}_{counts[1]}_y": y})

for classes, samples, noise, seed in ((3, 100, 1.0, 42), (7, 52, 0.3, 2**32 - 1), (50, 50, 0.0, 1)):
    x, y = make_blobs(n_samples=samples, centers=classes, cluster_std=noise, random_state=seed)
    out.update({f"blobs_of_{classes}_x": x, f"blobs_of_{classes}_y": y})

for name, samples, features, informative, targets, bias, noise, seed in (
    ("two", 100, 2, 2, 1, 0.0, 0.18, 42), ("exact", 7, 2, 2, 1, 0.0, 0.0, 0), ("many", 51, 10, 4, 3, -7.5, 2.0, 2**32 - 1), ("one", 5, 1, 1, 2, 1.0, 0.1, 3),
):
    x, y = make_regression(n_samples=samples, n_features=features, n_informative=informative, n_targets=targets, bias=bias, noise=noise, random_state=seed)
    out.update({f"regression_{name}_x": x, f"regression_{name}_y": y})

# The package's own sets a second time, from their definitions.
def shuffle_with_noise(x, y, noise, rng):
    order = rng.permutation(len(y))
    return x[order] + rng.normal(scale=noise, size=x.shape), y[order]

for counts, noise, seed in (((1, 1), 0.0, 42), ((150, 151), 0.18, 0), ((13, 64), 0.5, 2**32 - 1)):
    n0, n1 = counts
    y = np.repeat([0, 1], counts)

    rng = np.random.RandomState(seed)
    away = 1 - rng.random_sample((n0 + n1, 2))
    first = np.concatenate([np.arange(n0), np.arange(n1)]) % 2 == 0
    sign_x = np.where(first == (y == 0), 1, -1)
    sign_y = np.where(y == 0, sign_x, -sign_x)
    x, labels = shuffle_with_noise(away * np.stack([sign_x, sign_y], axis=1), y, noise, rng)
    out.update({f"xor_{n0}_{n1}_x": x, f"xor_{n0}_{n1}_y": labels})

    rng = np.random.RandomState(seed)
    done = np.concatenate([np.linspace(0, 1, n0), np.linspace(0, 1, n1)])
    angle, radius = 4 * np.pi * done, 4.5 - 4 * done
    arm = (radius * np.exp(1j * (np.pi / 2 - angle))) * np.where(y == 1, 1, -1)
    x, labels = shuffle_with_noise(np.stack([arm.real, arm.imag], axis=1), y, noise, rng)
    out.update({f"spirals_{n0}_{n1}_x": x, f"spirals_{n0}_{n1}_y": labels})

# Spirals of three and five arms.
for counts, noise, seed in (((30, 31, 31), 0.1, 4), ((2, 2, 2, 2, 3), 0.0, 8)):
    k = len(counts)
    y = np.repeat(np.arange(k), counts)
    done = np.concatenate([np.linspace(0, 1, n) for n in counts])
    angle, radius = 6 * np.pi * done, 6.5 - 6 * done
    arm = -radius * np.exp(1j * (np.pi / 2 - angle + 2 * np.pi * y / k))
    x, labels = shuffle_with_noise(np.stack([arm.real, arm.imag], axis=1), y, noise, np.random.RandomState(seed))
    out.update({f"spirals_of_{k}_x": x, f"spirals_of_{k}_y": labels})

# Formulas: labels of undisturbed points, and a number with noise.
rng = np.random.RandomState(42)
x = 4 * rng.random_sample((100, 2)) - 2
out["formula_label_y"] = x[:, 1] > np.sin(3 * x[:, 0])
out["formula_label_x"] = x + 0.3 * rng.standard_normal(x.shape)
rng = np.random.RandomState(7)
x = 10 * rng.random_sample((50, 3)) - 5
out["formula_number_x"] = x
out["formula_number_y"] = x[:, 0] * x[:, 1] - np.exp(-np.abs(x[:, 2])) / 2 + 0.1 * rng.standard_normal(50)

# Columns that are hard to standardise: constant, constant with a mean that
# rounds, constant but for rounding errors, small spreads on large means, tiny.
rows = np.arange(10)
columns = np.stack([np.full(10, 3.0), np.full(10, 0.1), 1e8 + 1e-8 * (rows % 2), 1e6 + 0.01 * rows, 1e8 / 3 + 1e-6 * rows, 1e-9 * rows], axis=1)
scaler = StandardScaler().fit(columns)
out.update(columns_x=columns, columns_std=scaler.transform(columns), columns_mean=scaler.mean_, columns_scale=scaler.scale_)

# Splits; 0.07 * 100 is a little above 7.
for n, fraction, seed in ((2, 0.5, 0), (3, 0.25, 42), (5, 0.2, 1), (7, 0.3, 2**32 - 1), (100, 0.07, 3), (1001, 0.1, 42)):
    train, test = train_test_split(np.arange(n), test_size=fraction, random_state=seed)
    out[f"split_{n}_train"], out[f"split_{n}_test"] = train, test

# Splits of classes: rare ones, ties, all of one size.
for name, counts, fraction, seed in (
    ("two", (30, 70), 0.25, 42), ("ties", (10, 10, 10), 0.35, 1), ("rare", (2, 90, 3, 5), 0.1, 2**32 - 1), ("small", (2, 2), 0.5, 0), ("many", (5,) * 20, 0.33, 7),
):
    y = np.random.RandomState(5).permutation(np.repeat(np.arange(len(counts)), counts))
    train, test = train_test_split(np.arange(len(y)), test_size=fraction, random_state=seed, stratify=y)
    out.update({f"stratified_{name}_y": y, f"stratified_{name}_train": train, f"stratified_{name}_test": test})

# Grids. The tenths reach their end by rounding.
def grid(x, y):
    gx, gy = np.meshgrid(x, y)
    return np.c_[gx.ravel(), gy.ravel()]

out["grid_over"] = grid(np.linspace(-2.3, 1.9, 7), np.linspace(0.1, 0.7, 4))
out["grid_by_step"] = grid(np.arange(-2.31, 2.17, 0.025), np.arange(0.3, 0.5, 0.025))
out["grid_of_tenths"] = grid(np.arange(1, 1.3, 0.1), np.arange(1, 1.3, 0.1))

np.savez_compressed("reference.npz", **out)
