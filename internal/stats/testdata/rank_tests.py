"""Makes rank_tests.json: p-values of SciPy's exact permutation tests on samples with ties.

    python3 rank_tests.py > rank_tests.json        # SciPy 1.10
"""
import json
import numpy as np
from scipy.stats import permutation_test, rankdata

random = np.random.default_rng(11)


def rank_sum(a, b):
    return rankdata(np.concatenate([a, b]))[: len(a)].sum()


def mann_whitney(a, b):
    return permutation_test((a, b), rank_sum, vectorized=False, permutation_type="independent", alternative="two-sided", n_resamples=np.inf).pvalue


def signed_rank(d):
    d = np.array([v for v in d if v != 0])
    return permutation_test((d,), lambda x: (rankdata(abs(x)) * (x > 0)).sum(), vectorized=False, permutation_type="samples",
                            alternative="two-sided", n_resamples=np.inf).pvalue


cases = {"mann_whitney": [], "signed_rank": []}
for n, m, values in [(2, 8, 2), (3, 7, 3), (5, 5, 4), (4, 9, 3), (6, 6, 9), (5, 8, 5), (7, 5, 3), (6, 8, 4)]:
    a, b = random.integers(0, values, n).tolist(), random.integers(0, values + 1, m).tolist()
    cases["mann_whitney"].append({"a": a, "b": b, "p": mann_whitney(a, b)})
for n, values in [(5, 3), (7, 3), (9, 5), (10, 4), (12, 6)]:
    d = (random.integers(-values, values + 2, n)).tolist()
    cases["signed_rank"].append({"differences": d, "p": signed_rank(d)})
print(json.dumps(cases, indent=1))
