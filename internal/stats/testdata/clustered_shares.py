"""Shares of clustered trials with their intervals: Korn & Graubard (1998) by SciPy.

python3 clustered_shares.py > clustered_shares.json
"""

import json
import random

from scipy.optimize import brentq
from scipy.stats import beta, binom, t


def bound(successes, n, alpha):
    """The proportion at which that many or more have probability alpha."""
    return 0.0 if successes <= 0 else brentq(lambda p: beta.cdf(p, successes, n - successes + 1) - alpha, 0, 1, xtol=1e-15)


def power(n, confidence, share):
    trials, alpha = int(n), (1 - confidence) / 2
    enough = [k for k in range(trials + 1) if binom.sf(k - 1, trials, 0.5) < alpha]
    return float(binom.sf(min(enough) - 1, trials, share)) if enough else 0.0


def case(holds, trials, confidence):
    n, m, held = sum(trials), len(trials), sum(holds)
    p, alpha = held / n, (1 - confidence) / 2
    if held in (0, n):
        effect = n / m
        effective = n / effect
    else:
        between = sum((h - p * k) ** 2 for h, k in zip(holds, trials)) * m / (m - 1) / n**2
        effect = max(1.0, between / (p * (1 - p) / (n - 1)))
        effective = n / effect * (t.ppf(1 - alpha, n - 1) / t.ppf(1 - alpha, m - 1)) ** 2
    detectable = next(s / 1000 for s in range(500, 1001) if power(effective, confidence, s / 1000) >= 0.8)
    return {
        "Holds": holds, "Trials": trials, "Confidence": confidence, "Share": p,
        "Low": bound(p * effective, effective, alpha), "High": 1 - bound((1 - p) * effective, effective, alpha),
        "DesignEffect": effect, "Effective": effective,
        "Power": power(effective, confidence, 0.75), "Detectable": detectable,
    }


random.seed(1)
cases = []
for clusters, size, confidence in [(40, 5, 0.95), (250, 2, 0.9998), (100, 1, 0.9998), (100, 1, 0.95), (12, 3, 0.9), (250, 2, 0.95)]:
    for lean in (0.3, 0.6):
        tallies = []
        for _ in range(clusters):
            p = min(1, max(0, lean + random.uniform(-0.4, 0.4)))
            tallies.append(sum(random.random() < p for _ in range(size)))
        cases.append(case(tallies, [size] * clusters, confidence))
cases.append(case([2] * 250, [2] * 250, 0.9998))
cases.append(case([0] * 100, [1] * 100, 0.9998))
cases.append(case([1] * 60, [2] * 60, 0.95))
cases.append(case([1, 2, 0, 3, 1, 1, 2, 2], [1, 2, 1, 3, 2, 1, 3, 2], 0.95))
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
