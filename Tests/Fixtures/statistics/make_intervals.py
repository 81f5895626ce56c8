"""Writes intervals.json: interval and quantile scores and conformal intervals, written down anew from their papers.

    python make_intervals.py > intervals.json

Needs numpy, for random numbers and means alone. Infinity is written as null.
"""
import json
import math
import sys
from fractions import Fraction

import numpy as np

generator = np.random.default_rng(20210611)


def number(x):
    return None if math.isinf(x) else float(x)


def interval_score(lower, upper, y, alpha):  # Gneiting and Raftery 2007, equation 43
    score = upper - lower
    if y < lower:
        score += 2 / alpha * (lower - y)
    if y > upper:
        score += 2 / alpha * (y - upper)
    return score


def score_case(level, count):
    y = generator.standard_normal(count)
    lower = -1.5 + 0.3 * generator.standard_normal(count)
    upper = 1.5 + 0.3 * generator.standard_normal(count)
    scores = [interval_score(*row, 1 - level) for row in zip(lower, upper, y)]
    inside = [lo <= t <= up for lo, up, t in zip(lower, upper, y)]
    return dict(level=level, lower=lower.tolist(), upper=upper.tolist(), truths=y.tolist(),
                coverage=float(np.mean(inside)), width=float(np.mean(upper - lower)), score=float(np.mean(scores)))


def pinball(q, y, p):
    return p * (y - q) if y >= q else (1 - p) * (q - y)


def quantile_case(levels, count):
    y = generator.standard_normal(count)
    q = np.sort(generator.standard_normal((count, len(levels))), axis=1)
    losses = [float(np.mean([pinball(q[i, j], y[i], p) for i in range(count)])) for j, p in enumerate(levels)]
    # Twice the integral over the level, the quantile function being a step function that jumps between two levels.
    fine = 0.0
    for j in range(len(levels)):
        low = 0 if j == 0 else (levels[j - 1] + levels[j]) / 2
        high = 1 if j == len(levels) - 1 else (levels[j] + levels[j + 1]) / 2
        fine += 2 * (high - low) * losses[j]
    return dict(levels=levels, quantiles=q.flatten().tolist(), truths=y.tolist(), pinball=losses,
                coverage=[float(np.mean(y <= q[:, j])) for j in range(len(levels))], crps=fine)


def rank(n, level):  # exact: the level as it is written
    return math.ceil((n + 1) * Fraction(str(level)))


def conformal(scores, k):
    scores = sorted(scores)
    return math.inf if k > len(scores) or not scores else scores[max(0, k - 1)]


def split_case(count, level):
    r = generator.standard_normal(count) ** 3 + 0.3
    side = Fraction(1 + Fraction(str(level)), 2)
    k = math.ceil((count + 1) * side)
    absolute = conformal(np.abs(r), rank(count, level))
    return dict(level=level, residuals=r.tolist(), absolute=number(absolute),
                lower=number(-conformal(-r, k)), upper=number(conformal(r, k)))


def cqr_case(count, level):
    y = generator.standard_normal(count)
    lower, upper = -1 - generator.random(count), 1 + generator.random(count)
    scores = [max(lo - t, t - up) for lo, up, t in zip(lower, upper, y)]
    return dict(level=level, lower=lower.tolist(), upper=upper.tolist(), truths=y.tolist(),
                margin=number(conformal(scores, rank(count, level))))


def adaptive(scores, start, delay, window, alpha, gammas, span):
    """DtACI with its weighted mean; with one gamma it is ACI. Every level is judged by what was known at its time."""
    K = len(gammas)
    eta = math.sqrt(3 / span * (math.log(2 * K * span) + 1)
                    / ((1 - alpha) ** 2 * alpha ** 3 + alpha ** 2 * (1 - alpha) ** 3))
    sigma = 1 / (2 * span)
    w, levels = [1.0] * K, [alpha] * K
    history, out = {}, []
    for t in range(start, len(scores)):
        j = t - delay
        if j >= start and not math.isnan(scores[j]):
            known, then = history[j]
            beta = (1 + sum(s >= scores[j] for s in known)) / (len(known) + 1)
            bar = [wi * math.exp(-eta * (alpha * (beta - a) - min(0, beta - a))) for wi, a in zip(w, then)]
            W = sum(bar)
            w = [(1 - sigma) * b + W * sigma / K for b in bar]
            levels = [a + g * (alpha - (0 if a0 < beta else 1)) for a, g, a0 in zip(levels, gammas, then)]
        known = [s for s in scores[:max(0, t - delay + 1)] if not math.isnan(s)][-window:]
        history[t] = (known, list(levels))
        mean = sum(wi * a for wi, a in zip(w, levels)) / sum(w)
        out.append(math.inf if mean <= 0 else conformal(known, math.ceil((len(known) + 1) * (1 - mean) - 1e-9)))
    return out


def adaptive_case(name, count, start, delay, window, level, gammas, span, missing=()):
    scale = 1 + 0.8 * np.sin(np.arange(count) / 15)
    r = generator.standard_normal(count) * scale
    r[list(missing)] = math.nan
    alpha = 1 - level
    absolute = adaptive(np.abs(r), start, delay, window, alpha, gammas, span)
    upper = adaptive(r, start, delay, window, alpha / 2, gammas, span)
    lower = adaptive(-r, start, delay, window, alpha / 2, gammas, span)
    return dict(name=name, start=start, delay=delay, window=window, level=level, stepSizes=gammas, span=span,
                residuals=[None if math.isnan(x) else x for x in r.tolist()],
                absolute=[number(x) for x in absolute], upper=[number(x) for x in upper],
                lower=[number(-x) for x in lower])


GAMMAS = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128]
json.dump(dict(
    numpy=np.__version__,
    scores=[score_case(0.8, 50), score_case(0.95, 200)],
    quantiles=[quantile_case([0.5], 20), quantile_case([0.025, 0.1, 0.5, 0.9, 0.975], 60),
               quantile_case([(i + 0.5) / 10 for i in range(10)], 40)],
    splits=[split_case(n, level) for n in (5, 19, 39, 99, 100) for level in (0.07, 0.5, 0.8, 0.9, 0.95)],
    cqr=[cqr_case(n, level) for n in (10, 19, 100) for level in (0.5, 0.8, 0.95)],
    adaptive=[
        adaptive_case("one step size", 120, 30, 1, 50, 0.9, [0.05], 500),
        adaptive_case("no adaptation", 80, 20, 1, 40, 0.8, [0.0], 500),
        adaptive_case("several step sizes", 150, 40, 1, 60, 0.9, GAMMAS, 100),
        adaptive_case("three steps ahead, gaps", 150, 40, 3, 60, 0.9, GAMMAS, 100, missing=(3, 38, 39, 70, 71, 72, 149)),
        adaptive_case("without calibration", 60, 0, 2, 30, 0.8, [0.01, 0.1], 50),
        adaptive_case("far too large a step", 100, 20, 1, 20, 0.9, [0.7], 50),
    ]), sys.stdout, indent=1)
print()
