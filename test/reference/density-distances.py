"""Writes density-distances.json: distances of mixtures of experts at 40 digits, by mpmath.

Run: python3 test/reference/density-distances.py (mpmath 1.3.0). Parameters are decimal strings: what
the TypeScript side reads as doubles, and mpmath reads those doubles.
"""
import json
import mpmath as mp

mp.mp.dps = 40
SQRT2PI = mp.sqrt(2 * mp.pi)

TRUTH = {
    "gate": [{"intercept": 0.3, "slopes": [1.2]}, {"intercept": 0.0, "slopes": [0.0]}],
    "experts": [{"coefficients": [0.8, 1.5], "sd": 0.5}, {"coefficients": [-0.8, -1.0], "sd": 0.7}],
}


def moved(delta):
    return {
        "gate": [{"intercept": 0.3 + delta, "slopes": [1.2 - delta]}, {"intercept": 0.0, "slopes": [0.0]}],
        "experts": [
            {"coefficients": [0.8 + delta, 1.5 + delta], "sd": 0.5 + delta},
            {"coefficients": [-0.8, -1.0 - 2 * delta], "sd": 0.7 - delta},
        ],
    }


def parts_at(measure, x):
    levels = [mp.exp(mp.mpf(g["intercept"]) + mp.mpf(g["slopes"][0]) * x) for g in measure["gate"]]
    total = sum(levels)
    return [
        (level / total, mp.mpf(e["coefficients"][0]) + mp.mpf(e["coefficients"][1]) * x, mp.mpf(e["sd"]))
        for level, e in zip(levels, measure["experts"])
    ]


def density(measure, x):
    parts = parts_at(measure, x)
    return lambda y: sum(w * mp.exp(-(((y - c) / s) ** 2) / 2) / (SQRT2PI * s) for w, c, s in parts)


STEP = mp.mpf("0.05")
# The trapezoid rule: with zeros of p at least 0.2 from the line its error is below exp(-2 pi 0.2 / 0.05).
POINTS = [-9 + k * STEP for k in range(361)]


def squared_hellinger(p, q):
    return STEP * sum((mp.sqrt(p(y)) - mp.sqrt(q(y))) ** 2 for y in POINTS) / 2


def crossings(p, q):
    def difference(y):
        return mp.log(p(y)) - mp.log(q(y))

    found = []
    for low, high in zip(POINTS, POINTS[1:]):
        if difference(low) * difference(high) < 0:
            found.append(bisect(difference, low, high))
    return found


def bisect(f, low, high):
    rises = f(low) < 0
    for _ in range(100):
        middle = (low + high) / 2
        if (f(middle) < 0) == rises:
            low = middle
        else:
            high = middle
    return (low + high) / 2



def cdf(measure, x, y):
    return sum(w * mp.ncdf((y - c) / s) for w, c, s in parts_at(measure, x))


def total_variation(a, b, x):
    """From distribution functions at the crossings: 40 digits outlast the cancellation."""
    roots = crossings(density(a, x), density(b, x))
    ends = [cdf(a, x, y) - cdf(b, x, y) for y in roots] + [mp.mpf(0)]
    last, total = mp.mpf(0), mp.mpf(0)
    for value in ends:
        total += abs(value - last)
        last = value
    return total / 2


def legendre(n):
    """Nodes and weights of the Gauss-Legendre rule, by Newton's method."""
    out = []
    for i in range(1, n + 1):
        x = mp.cos(mp.pi * (i - mp.mpf("0.25")) / (n + mp.mpf("0.5")))
        for _ in range(12):
            value = mp.legendre(n, x)
            slope = n * (x * value - mp.legendre(n - 1, x)) / (x * x - 1)
            x -= value / slope
        out.append((x, 2 / ((1 - x * x) * slope ** 2)))
    return out


rule = legendre(64)
cases = []
for delta in [0.3, 1e-3, 1e-8]:
    other = moved(delta)
    squared = sum(w * squared_hellinger(density(TRUTH, x), density(other, x)) for x, w in rule) / 2
    at = [mp.mpf("-0.75"), mp.mpf("0.25"), mp.mpf("0.5")]
    cases.append(
        {
            "delta": delta,
            "other": other,
            "hellinger": mp.nstr(mp.sqrt(squared), 17),
            "totalVariationAt": [[float(x), mp.nstr(total_variation(TRUTH, other, x), 17)] for x in at],
        }
    )
    print(cases[-1], flush=True)

json.dump(
    {
        "provenance": "mpmath 1.3.0 at 40 digits: density-distances.py; x uniform on (-1, 1)",
        "truth": TRUTH,
        "cases": cases,
    },
    open("test/reference/density-distances.json", "w"),
    indent=2,
)
