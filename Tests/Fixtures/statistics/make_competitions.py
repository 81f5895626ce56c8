"""Writes competitions.json: the M4 and M5 competitions' scores and Naive2 on small series, written down anew.

    python make_competitions.py > competitions.json

Needs numpy and statsmodels, whose acf and seasonal_decompose stand for R's acf and decompose.
"""
import json
import sys

import numpy as np
import statsmodels
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.stattools import acf

generator = np.random.default_rng(100000)


def is_seasonal(y, m):  # the benchmarks of M4, SeasonalityTest
    if m == 1 or len(y) < 3 * m:
        return False
    r = acf(y, nlags=m, fft=False)[1:]
    limit = 1.645 / np.sqrt(len(y)) * np.sqrt(np.cumsum(np.concatenate([[1], 2 * r**2])))
    return bool(abs(r[m - 1]) > limit[m - 1])


def naive2(y, m, h):
    if not is_seasonal(y, m):
        return np.repeat(y[-1], h)
    seasonal = seasonal_decompose(y, model="multiplicative", period=m, two_sided=True).seasonal
    return np.repeat((y / seasonal)[-1], h) * np.resize(seasonal[-m:], h)


def smape(y, f):
    return float(np.mean(200 * np.abs(y - f) / (np.abs(y) + np.abs(f))))


def mase(train, y, f, m):
    return float(np.mean(np.abs(y - f)) / np.mean(np.abs(train[m:] - train[:-m])))


def rmsse(train, y, f):
    sold = train[np.flatnonzero(train)[0]:]
    return float(np.sqrt(np.mean((y - f) ** 2) / np.mean(np.diff(sold) ** 2)))


def panel(m, lengths, horizon, amplitude):
    rows, weights = [], []
    for index, n in enumerate(lengths):
        t = np.arange(n + horizon)
        y = 50 + 0.2 * t + amplitude * index * np.sin(2 * np.pi * t / m) + 3 * generator.standard_normal(n + horizon)
        y = np.round(y, 3)
        if index == 2:
            y[:5] = 0
        train, truth = y[:n], y[n:]
        forecast = np.round(truth + 2 * generator.standard_normal(horizon), 3)
        weights.append(float(np.round(train[-horizon:].sum(), 3)))
        rows.append(dict(training=train.tolist(), truths=truth.tolist(), forecasts=forecast.tolist(),
                         isSeasonal=is_seasonal(train, m), naive2=naive2(train, m, horizon).tolist(),
                         smape=smape(truth, forecast), mase=mase(train, truth, forecast, m),
                         rmsse=rmsse(train, truth, forecast)))
    two = [np.array(row["naive2"]) for row in rows]
    own = [np.array(row["truths"]) for row in rows]
    percent = np.mean([smape(y, f) for y, f in zip(own, two)])
    scaled = np.mean([mase(np.array(row["training"]), y, f, m) for row, y, f in zip(rows, own, two)])
    mean = {key: float(np.mean([row[key] for row in rows])) for key in ("smape", "mase")}
    return dict(season=m, series=rows, weights=weights, smape=mean["smape"], mase=mean["mase"],
                owa=float((mean["smape"] / percent + mean["mase"] / scaled) / 2),
                wrmsse=float(sum(w * row["rmsse"] for w, row in zip(weights, rows)) / sum(weights)))


def indices(m, n):
    t = np.arange(n)
    y = 100 + 0.5 * t + 20 * np.cos(2 * np.pi * t / m) + generator.standard_normal(n)
    result = dict(season=m, series=y.tolist(), correlations=acf(y, nlags=m, fft=False)[1:].tolist())
    for form in ("multiplicative", "additive"):
        z = y if form == "multiplicative" else y - 100
        result[form] = seasonal_decompose(z, model=form, period=m, two_sided=True).seasonal[:m].tolist()
    return result


json.dump(dict(
    statsmodels=statsmodels.__version__,
    panels=[panel(12, [60, 61, 70, 95], 18, 8), panel(4, [13, 16, 21], 8, 6), panel(7, [40, 30, 33], 14, 5),
            panel(1, [13, 20, 40], 6, 0), panel(24, [100, 80, 75, 60], 48, 9)],
    indices=[indices(4, 14), indices(12, 40), indices(7, 15), indices(5, 10)]), sys.stdout, indent=1)
print()
