"""Writes reference.json: the numbers of SciPy and NumPy that EspalierStatisticsTests holds the package against.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install scipy==1.17.1
    /tmp/reference/bin/python make_reference.py > reference.json
"""
import json
import sys

import numpy as np
import scipy
from scipy import stats

probabilities = [1e-12, 1e-6, 0.001, 0.025, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.995, 0.999999]
degrees = [0.5, 1, 2, 3, 9, 29.5, 100, 1000, 1e6]
values = [-40.0, -3.5, -1.0, -0.1, 0.0, 0.25, 1.0, 2.262157, 8.0, 60.0]

generator = np.random.default_rng(20250811)


def metrics(forecasts, truths, scale):
    present = ~np.isnan(truths)
    f, y = forecasts[present].astype(float), truths[present].astype(float)
    error = np.abs(y - f)
    size = np.abs(y) + np.abs(f)
    symmetric = np.where(size > 0, 200 * error / np.where(size > 0, size, 1), 0)
    return dict(count=int(present.sum()), mae=error.mean(), rmse=np.sqrt((error**2).mean()),
                mase=error.mean() / scale, smape=symmetric.mean(),
                r2=1 - (error**2).sum() / ((y - y.mean()) ** 2).sum())


def metric_case(name, truths, spread, scale, missing):
    truths = np.asarray(truths, dtype=float)
    forecasts = truths + spread * generator.standard_normal(len(truths))
    truths = truths.copy()
    truths[missing] = np.nan
    return dict(name=name, scale=scale, forecasts=forecasts.tolist(),
                truths=[None if np.isnan(y) else y for y in truths], expected=metrics(forecasts, truths, scale))


def interval_case(name, sample, level):
    sample = np.asarray(sample, dtype=float)
    low, high = stats.t.interval(level, len(sample) - 1, loc=sample.mean(), scale=stats.sem(sample))
    return dict(name=name, values=sample.tolist(), level=level, mean=sample.mean(), sd=sample.std(ddof=1),
                median=np.median(sample), lower=low, upper=high)


walk = 30000 + np.cumsum(generator.standard_normal(60) * 300)
json.dump(dict(
    versions=dict(scipy=scipy.__version__, numpy=np.__version__),
    normal=[dict(p=p, x=stats.norm.ppf(p)) for p in probabilities],
    t_quantile=[dict(p=p, degrees=d, x=stats.t.ppf(p, d)) for d in degrees for p in probabilities],
    t_cdf=[dict(x=x, degrees=d, p=stats.t.cdf(x, d)) for d in degrees for x in values],
    intervals=[
        interval_case("ten trials", 0.35 + 0.02 * generator.standard_normal(10), 0.95),
        interval_case("two trials", [1.25, 1.75], 0.95),
        interval_case("99 percent", 1e6 + generator.standard_normal(25), 0.99),
    ],
    metrics=[
        metric_case("prices", walk, 250, 212.5, []),
        metric_case("around zero", generator.standard_normal(40), 0.3, 0.8, [0, 7, 39]),
        metric_case("large mean, small spread", 1e7 + generator.standard_normal(50), 0.1, 1.0, [3]),
    ]), sys.stdout, indent=1)
print()
