"""Writes comparisons.json: numbers of other software that EspalierStatisticsTests holds tests, intervals and effect
sizes against.

    python3 -m venv /tmp/comparisons
    /tmp/comparisons/bin/pip install scipy==1.17.1 statsmodels==0.15.0 arch==8.0.0 mpmath==1.3.0
    /tmp/comparisons/bin/python make_comparisons.py > comparisons.json

It takes some minutes, for the digits of mpmath. Bootstraps are compared on the same resamples: the fixture holds the
positions that were drawn here, and the tests feed them to the package through a generator that replays them.
"""
import json
import math
import sys

import arch
import mpmath
import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from arch.bootstrap import MCS
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

generator = np.random.default_rng(20250812)
mpmath.mp.dps = 30


def distributions():
    chi = [dict(x=x, degrees=d, p=stats.chi2.sf(x, d)) for d in (1, 2, 3.5, 9, 40) for x in (0, 0.1, 1, 9.28, 60)]
    f = [dict(x=x, numerator=a, denominator=b, p=stats.f.sf(x, a, b))
         for a, b in ((1, 1), (3, 39), (4, 200), (2.5, 7.5)) for x in (0, 0.2, 1, 3.69, 40)]
    normal = [dict(x=x, p=stats.norm.cdf(x)) for x in (-37, -9, -1.96, -0.1, 0, 0.5, 3, 9)]
    return dict(chi_squared=chi, f=f, normal_cdf=normal)


def range_tail(q, k, degrees):
    """The studentized range's tail to full precision, by the textbook's integrals and not by those of the package."""
    phi, cdf = mpmath.npdf, mpmath.ncdf

    def normal_range(w):
        # Digits beyond those that the subtraction from 1 takes away.
        # 1 - k int phi(z) (Phi(z + w) - Phi(z))^(k - 1) dz, z the smallest variable.
        points = [-20 - w, -w - 5, -w, -w / 2, 0, 5, 20]
        return 1 - k * mpmath.quad(lambda z: phi(z) * (cdf(z + w) - cdf(z)) ** (k - 1), points)

    if degrees is None:
        mpmath.mp.dps = 70
        value = normal_range(mpmath.mpf(q))
        mpmath.mp.dps = 30
        return value
    v = mpmath.mpf(degrees)
    constant = 2 * (v / 2) ** (v / 2) / mpmath.gamma(v / 2)
    density = lambda s: constant * s ** (v - 1) * mpmath.exp(-v * s * s / 2)
    mpmath.mp.dps = 18
    value = mpmath.quad(lambda s: density(s) * normal_range(q * s), [0, 0.3, 0.7, 1, 1.4, 2, 4, 10])
    mpmath.mp.dps = 30
    return value


def studentized_range():
    exact = [dict(q=q, groups=k, degrees=v, tail=float(range_tail(q, k, v)))
             for q, k, v in ((0.01, 3, None), (1, 2, None), (3.3, 3, None), (4, 10, None), (8, 5, None), (12, 4, None),
                             (3, 100, None), (20, 3, None), (3.5, 3, 10), (2, 2, 1), (6, 4, 2.5))]
    scipys = [dict(q=q, groups=k, degrees=None if v > 1e9 else v, tail=stats.studentized_range.sf(q, k, v))
              for k in (2, 3, 7, 25) for v in (1, 2, 5, 30, 500, np.inf) for q in (0.5, 2, 3.5, 6)]
    critical = [dict(tail=a, groups=k, degrees=None if v > 1e9 else v, q=stats.studentized_range.isf(a, k, v))
                for k in (2, 4, 10) for v in (3, 20, np.inf) for a in (0.1, 0.05, 0.01)]
    return dict(exact=exact, scipy=scipys, critical=critical)


def friedman_case(name, scores):
    scores = np.asarray(scores, dtype=float)
    n, k = scores.shape
    ranks = np.apply_along_axis(stats.rankdata, 1, scores)
    statistic, p = stats.friedmanchisquare(*scores.T)
    f = (n - 1) * statistic / (n * (k - 1) - statistic)
    pairs = np.ones((k, k))
    for i in range(k):
        for j in range(k):
            z = abs(ranks.mean(0)[i] - ranks.mean(0)[j]) / math.sqrt(k * (k + 1) / (6 * n))
            pairs[i, j] = stats.studentized_range.sf(z * math.sqrt(2), k, np.inf) if i != j else 1
    cd = stats.studentized_range.isf(0.05, k, np.inf) / math.sqrt(2) * math.sqrt(k * (k + 1) / (6 * n))
    return dict(name=name, scores=scores.tolist(), average_ranks=ranks.mean(0).tolist(), chi_square=statistic, p=p,
                iman_davenport=f, iman_davenport_p=stats.f.sf(f, k - 1, (k - 1) * (n - 1)),
                kendall_w=statistic / (n * (k - 1)), critical_difference=cd, pairs=pairs.tolist())


def wilcoxon_case(name, x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    d = x - y
    case = dict(name=name, x=x.tolist(), y=y.tolist())
    for zeros, method in (("wilcoxon", "wilcox"), ("pratt", "pratt")):
        plain = stats.wilcoxon(d, zero_method=method, method="asymptotic", correction=False)
        corrected = stats.wilcoxon(d, zero_method=method, method="asymptotic", correction=True)
        tied = len(set(np.abs(d))) < len(d) or bool((d == 0).any())
        if not tied:
            exact = stats.wilcoxon(d, zero_method=method, method="exact").pvalue
        elif len(d) <= 13:
            exact = stats.wilcoxon(d, zero_method=method, method=stats.PermutationMethod(n_resamples=np.inf)).pvalue
        else:
            exact = None
        case[zeros] = dict(statistic=plain.statistic, normal=plain.pvalue, corrected=corrected.pvalue, exact=exact,
                           z=abs(plain.zstatistic))
    return case


def wilcoxon():
    n = generator.standard_normal
    return [
        wilcoxon_case("nine pairs", 0.4 + n(9), n(9)),
        wilcoxon_case("fifty pairs", 0.2 + n(50), n(50)),
        wilcoxon_case("hundred and twenty pairs", 0.15 + n(120), n(120)),
        wilcoxon_case("ties", generator.integers(0, 5, 12), generator.integers(1, 7, 12) + 0.5),
        wilcoxon_case("ties and zeros", generator.integers(0, 6, 13), generator.integers(0, 5, 13)),
        wilcoxon_case("many ties and zeros", generator.integers(0, 9, 90), generator.integers(0, 8, 90)),
    ]


def holm():
    families = [[0.01, 0.02, 0.03, 0.04], [0.5, 0.001, 0.04, 0.04, 0.9, 0.012], [0.3], [0, 1, 0.6, 0.5]]
    return [dict(p=p, adjusted=multipletests(p, method="holm")[1].tolist()) for p in families]


def bootstrap_case(name, values, statistic, level, resamples=200):
    values = np.asarray(values, dtype=float)
    positions = []

    class Recorder(np.random.Generator):
        """SciPy draws all positions in one call; they are kept here."""

        def integers(self, *arguments, **named):
            drawn = super().integers(*arguments, **named)
            positions.append(np.asarray(drawn))
            return drawn

    case = dict(name=name, values=values.tolist(), level=level, resamples=resamples)
    state = np.random.PCG64(7).state
    for method in ("percentile", "BCa"):
        positions.clear()
        bits = np.random.PCG64(7)
        bits.state = state
        result = stats.bootstrap((values,), statistic, method=method, confidence_level=level, n_resamples=resamples,
                                 vectorized=True, rng=Recorder(bits))
        drawn = np.concatenate([p.reshape(-1, len(values)) for p in positions])
        assert drawn.shape == (resamples, len(values))
        replicates = statistic(values[drawn], axis=1)
        assert np.allclose(np.sort(replicates), np.sort(result.bootstrap_distribution), rtol=1e-12)
        case[method.lower()] = [result.confidence_interval.low, result.confidence_interval.high]
        case["positions"] = drawn.ravel().tolist()
    return case


def effect_case(name, x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    m = len(x) + len(y) - 2
    d = stats.ttest_ind(x, y).statistic * math.sqrt(1 / len(x) + 1 / len(y))
    factor = math.exp(special.gammaln(m / 2) - special.gammaln((m - 1) / 2)) / math.sqrt(m / 2)
    u = stats.mannwhitneyu(x, y).statistic
    paired = stats.ttest_rel(x, y).statistic / math.sqrt(len(x)) if len(x) == len(y) else None
    return dict(name=name, x=x.tolist(), y=y.tolist(), cohens_d=d, hedges_g=d * factor, paired_d=paired,
                vargha_delaney=u / (len(x) * len(y)))


def diebold_mariano_case(name, a, b, horizon):
    d = np.asarray(a) - np.asarray(b)
    n = len(d)
    # The t value of a regression on a constant, with the uniform kernel's covariance, is the uncorrected statistic.
    fit = sm.OLS(d, np.ones(n)).fit(cov_type="HAC", cov_kwds=dict(
        maxlags=horizon - 1, kernel="uniform", use_correction=False))
    corrected = fit.tvalues[0] * math.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    return dict(name=name, a=np.asarray(a).tolist(), b=np.asarray(b).tolist(), horizon=horizon, mean=d.mean(),
                uncorrected=fit.tvalues[0], statistic=corrected, p=2 * stats.t.sf(abs(corrected), n - 1))


def diebold_mariano():
    cases = []
    for name, n, horizon in (("one step", 40, 1), ("three steps", 60, 3), ("six steps", 120, 6)):
        noise = generator.standard_normal((2, n + horizon))
        smooth = [np.convolve(row, np.ones(horizon) / horizon, "valid")[:n] for row in noise]
        cases.append(diebold_mariano_case(name, 1.3 * smooth[0] ** 2, smooth[1] ** 2, horizon))
    return cases


def confidence_set_case(name, losses, method, bootstrap, block, resamples):
    mcs = MCS(losses, size=0.1, reps=resamples, block_size=block, method=method, bootstrap=bootstrap, seed=3)
    mcs.compute()
    values = mcs.pvalues["Pvalue"]
    return dict(name=name, losses=losses.tolist(), statistic="range" if method == "R" else "maximum",
                bootstrap=bootstrap, block=block, resamples=resamples,
                positions=np.concatenate(mcs._bootstrap_indices).tolist(),
                order=[int(i) for i in values.index], p=[float(values[i]) for i in range(losses.shape[1])])


def confidence_sets():
    t, k = 40, 5
    common = np.cumsum(generator.standard_normal(t))[:, None] * 0.2
    losses = 2 + common + generator.standard_normal((t, k)) * 0.7 + np.array([0, 0.05, 0.25, 0.45, 1.0])
    losses = losses[:, [3, 0, 4, 1, 2]].round(4)
    cases = []
    for method in ("max", "R"):
        for bootstrap, block in (("moving block", 6), ("stationary", 4)):
            cases.append(confidence_set_case(f"{method}, {bootstrap}", losses, method, bootstrap, block, 100))
    return cases


def friedman():
    n = generator.standard_normal
    return [
        friedman_case("four methods, no ties", n((12, 4)) + [0, 0.3, 0.9, 1.4]),
        friedman_case("three methods, ties", generator.integers(0, 4, (15, 3)) + [0, 0, 1]),
        friedman_case("eight methods", n((30, 8)) + np.arange(8) / 6),
    ]


json.dump(dict(
    versions=dict(scipy=scipy.__version__, numpy=np.__version__, statsmodels=statsmodels.__version__,
                  arch=arch.__version__, mpmath=mpmath.__version__),
    **distributions(),
    studentized_range=studentized_range(),
    friedman=friedman(),
    wilcoxon=wilcoxon(),
    holm=holm(),
    bootstrap=[
        bootstrap_case("mean", generator.exponential(2, 12), np.mean, 0.95),
        bootstrap_case("median", 30 + generator.standard_normal(9), np.median, 0.9),
    ],
    effects=[
        effect_case("ten pairs", generator.standard_normal(10) + 0.8, generator.standard_normal(10)),
        effect_case("unequal counts", 5 + generator.standard_normal(7), 5.5 + 2 * generator.standard_normal(12)),
        effect_case("ties", generator.integers(0, 6, 15), generator.integers(1, 7, 15)),
    ],
    diebold_mariano=diebold_mariano(),
    confidence_sets=confidence_sets(),
), sys.stdout, indent=None, separators=(",", ":"))
print()
