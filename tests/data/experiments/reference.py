"""Reference figures of outside tools for `tests/src/experiments_statistics.rs`.

Run once with Python 3.11 and
    pip install SALib==1.6.0 ema_workbench==2.5.3 scipy==1.17.1 scikit-learn==1.9.1 numpy==2.4.6
in this folder; the files it writes are stored beside it, so that the tests need no Python.
"""

import json

import numpy as np
import pandas as pd
import scipy.stats
from SALib.analyze import morris as morris_analyze
from SALib.analyze import pawn as pawn_analyze
from SALib.analyze import sobol as sobol_analyze
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from SALib.test_functions import Ishigami
from ema_workbench.analysis import prim
from sklearn.tree import DecisionTreeClassifier


def write(name, value):
    with open(name, "w") as out:
        json.dump(value, out, indent=None, separators=(",", ":"))
        out.write("\n")


problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}

# Sobol' indices, first, total and second order, of the outputs stored with them.
x = sobol_sample.sample(problem, 64, calc_second_order=True, seed=11)
y = Ishigami.evaluate(x)
s = sobol_analyze.analyze(problem, y, calc_second_order=True, seed=1)
write("salib-sobol.json", {
    "outputs": y.tolist(), "first": s["S1"].tolist(), "total": s["ST"].tolist(),
    "second": [s["S2"][0, 1], s["S2"][0, 2], s["S2"][1, 2]],
})

# Morris on trajectories of SALib's own.
unit = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0, 1]] * 3}
x = morris_sample.sample(unit, 12, num_levels=4, seed=5)
y = Ishigami.evaluate(x * 2 * np.pi - np.pi)
m = morris_analyze.analyze(unit, x, y, num_levels=4, seed=1)
write("salib-morris.json", {
    "unit": x.ravel().tolist(), "outputs": y.tolist(),
    "mu": m["mu"].tolist(), "mu_star": np.asarray(m["mu_star"]).tolist(), "sigma": m["sigma"].tolist(),
})

# PAWN and rank correlations on a plain sample.
rng = np.random.default_rng(7)
x = rng.uniform(-np.pi, np.pi, size=(400, 3))
y = Ishigami.evaluate(x)
p = pawn_analyze.analyze(problem, x, y, S=10, seed=1)
ranks = np.column_stack([scipy.stats.rankdata(x[:, i]) for i in range(3)])
ry = scipy.stats.rankdata(y)
spearman = [scipy.stats.spearmanr(x[:, i], y).statistic for i in range(3)]


def partial(i):
    others = np.column_stack([np.ones(len(ry)), np.delete(ranks, i, axis=1)])
    rest = lambda v: v - others @ np.linalg.lstsq(others, v, rcond=None)[0]
    return np.corrcoef(rest(ranks[:, i]), rest(ry))[0, 1]


def slices(v):
    """Kolmogorov-Smirnov distances over ten slices with their exact edges, the last one closed."""
    edges = np.quantile(v, np.linspace(0, 1, 11))
    edges[-1] = np.inf
    return [scipy.stats.ks_2samp(y[(v >= a) & (v < b)], y).statistic for a, b in zip(edges, edges[1:])]


distances = [slices(x[:, i]) for i in range(3)]
write("salib-pawn.json", {
    "scipy_median": [np.median(d) for d in distances], "scipy_mean": [np.mean(d) for d in distances],
    "x": x.tolist(), "outputs": y.tolist(), "median": p["median"].tolist(), "mean": p["mean"].tolist(),
    "highest": p["maximum"].tolist(), "spearman": spearman, "partial": [partial(i) for i in range(3)],
})

# PRIM of the EMA Workbench: the whole peeling trajectory, and quasi-p-values of its last box.
x = pd.DataFrame(rng.uniform(size=(600, 4)).round(6), columns=["a", "b", "c", "d"])
inside = (x["a"] < 0.45) & (x["c"] > 0.5)
y = (inside ^ (rng.uniform(size=600) < 0.05)).to_numpy().astype(int)
found = prim.Prim(x, y, threshold=0.5, peel_alpha=0.05, paste_alpha=0.05, mass_min=0.05)
found._paste = lambda box: box  # the peeling trajectory alone
box = found.find_box()
t = box.peeling_trajectory
last = box.box_lims[-1]
qp = box.qp[-1]
write("ema-prim.json", {
    "x": {c: x[c].tolist() for c in x}, "interest": y.tolist(),
    "mass": t["mass"].tolist(), "coverage": t["coverage"].tolist(), "density": t["density"].tolist(),
    "restricted": t["res_dim"].astype(int).tolist(),
    "limits": {c: [float(v) for v in last[c]] for c in x},
    "quasi_p": {k: [float(v) for v in vs] for k, vs in qp.items()},
})

# CART, as the EMA Workbench grows it: scikit-learn's tree with leaves of at least 5 % of the games.
tree = DecisionTreeClassifier(min_samples_leaf=30, max_depth=3, random_state=0).fit(x, y)
leaf = tree.apply(x)
leaves = sorted(([int((leaf == l).sum()), int(y[leaf == l].sum())] for l in np.unique(leaf)), reverse=True)
write("sklearn-cart.json", {"leaves": leaves})

# Intervals, from SciPy.
values = rng.exponential(size=40).round(6)
other = (values + rng.normal(0.2, 0.5, size=40)).round(6)
ci = scipy.stats.bootstrap((values,), np.mean, n_resamples=100000, method="BCa", rng=3).confidence_interval
test = scipy.stats.ttest_rel(values, other)
one = scipy.stats.ttest_rel(values, other, alternative="greater")
w = scipy.stats.binomtest(7, 40).proportion_ci(method="wilson")
times = rng.integers(1, 25, size=40)
events = rng.uniform(size=40) < 0.6
data = scipy.stats.CensoredData.right_censored(times, ~events)
sf = scipy.stats.ecdf(data).sf
write("scipy-intervals.json", {
    "values": values.tolist(), "other": other.tolist(), "bca": [ci.low, ci.high],
    "paired": {
        "two_sided_95": list(test.confidence_interval(0.95)),
        "lower_99": one.confidence_interval(0.99).low, "p_greater": one.pvalue,
    },
    "wilson_7_of_40": [w.low, w.high],
    "times": times.tolist(), "events": events.tolist(),
    "survival_times": sf.quantiles.tolist(), "survival": sf.probabilities.tolist(),
    "truncated_normal": [
        [u, float(scipy.stats.truncnorm.ppf(u, -1, 2.5, loc=3, scale=0.5))] for u in [0.001, 0.2, 0.5, 0.9, 0.999]
    ],
    "triangular": [[u, float(scipy.stats.triang.ppf(u, 0.3, loc=1, scale=10))] for u in [0.001, 0.2, 0.5, 0.9, 0.999]],
})
