"""Solution concepts: this crate beside pygambit and OpenSpiel, on one machine in one run.

    pip install pygambit==17.0.0b2 open_spiel==2.0.2 numpy scipy matplotlib networkx
    python crates/marchland-equilibria/benches/speed.py

Makes random games (integer payoffs from -99 to 99 over 10, fixed seeds), times every method of
theirs that answers the task, and calls `cargo bench --bench speed` for ours. A method counts only
if its answer is as good: all equilibria found, regret at most 1e-8 of the payoff range, λ as asked.
Each method of theirs has 20 s, in a process of its own.
"""

import json
import multiprocessing
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import pygambit
from open_spiel.python.egt import alpharank, dynamics

LIMIT = 20.0
LAMBDAS = [0.5, 1.0, 2.0, 5.0]
ALPHA = 0.1
STEPS, STEP = 10_000, 0.01
GAMES = {
    "all-8x8-a": (8, 8), "all-8x8-b": (8, 8), "all-8x8-c": (8, 8),
    "all-12x12-a": (12, 12), "all-12x12-b": (12, 12), "all-12x12-c": (12, 12),
    "one-4x4x4": (4, 4, 4), "one-3x3x3x3": (3,) * 4, "one-3x3x3x3x3": (3,) * 5,
    "qre-4x4x4": (4, 4, 4), "qre-3x3x3x3": (3,) * 4, "qre-3x3x3x3x3": (3,) * 5,
    "alpharank-4x4x4x4": (4,) * 4,
    "replicator-3x3": (3, 3), "replicator-3x3x3": (3,) * 3, "replicator-4x4x4": (4, 4, 4),
}


def make(name, shape, folder):
    rng = random.Random(name)
    size = int(numpy.prod(shape))
    lines = [" ".join(str(rng.randint(-99, 99) / 10) for _ in shape) for _ in range(size)]
    players = " ".join(f'"P{i + 1}"' for i in range(len(shape)))
    counts = " ".join(map(str, shape))
    path = folder / f"{name}.nfg"
    path.write_text(f'NFG 1 R "{name}" {{ {players} }} {{ {counts} }}\n\n' + "\n".join(lines) + "\n")
    return path


def tensors(path):
    return [numpy.array(t, dtype=float) for t in pygambit.read_nfg(str(path)).to_arrays(dtype=float)]


def regret(arrays, profile):
    """The largest gain from deviating, as a share of the payoff range."""
    worst = 0.0
    for player, u in enumerate(arrays):
        for other in reversed(range(len(profile))):
            if other != player:
                u = numpy.moveaxis(u, other, -1) @ profile[other]
        scale = numpy.ptp(arrays[player])
        worst = max(worst, float(u.max() - u @ profile[player]) / scale)
    return worst



def gambit_profile(equilibrium, shape):
    numbers = [float(x) for x in flatten(equilibrium)]
    out, at = [], 0
    for count in shape:
        out.append(numpy.array(numbers[at:at + count]))
        at += count
    return out


def flatten(value):
    """The probabilities of a profile in order, whatever this version's containers are."""
    if isinstance(value, (int, float)) or hasattr(value, "numerator"):
        return [value]
    if hasattr(value, "mixed_strategies"):
        return [x for _, mix in value.mixed_strategies() for x in flatten(mix)]
    items = list(value)
    out = []
    for item in items:
        if isinstance(item, tuple) and len(item) == 2:
            item = item[1]
        out += flatten(item)
    return out


def gambit_nash(path, method, options, shape):
    game = pygambit.read_nfg(str(path))
    start_of = {"hp_solve": False, "liap_solve": False, "simpdiv_solve": True}
    subject = game
    if method in start_of:
        subject = game.mixed_strategy_profile(rational=start_of[method])
    start = time.perf_counter()
    result = getattr(pygambit.nash, method)(subject, **options)
    seconds = time.perf_counter() - start
    found = result.equilibria if hasattr(result, "equilibria") else [result.equilibrium]
    profiles = [gambit_profile(e, shape) for e in found if e is not None]
    worst = max((regret(tensors(path), p) for p in profiles), default=float("inf"))
    return seconds, {"found": len(profiles), "regret": worst}


def gambit_qre(path, shape):
    game = pygambit.read_nfg(str(path))
    start = time.perf_counter()
    points = pygambit.qre.logit_solve_lambda(game, lam=LAMBDAS)
    seconds = time.perf_counter() - start
    return seconds, {"found": len(points), "off": max(abs(p.lam - l) for p, l in zip(points, LAMBDAS))}


def spiel_alpharank(path, shape):
    arrays = tensors(path)
    start = time.perf_counter()
    pi = alpharank.compute(arrays, m=50, alpha=ALPHA)[2]
    return time.perf_counter() - start, {"mass": float(pi.sum())}


def spiel_replicator(path, shape):
    arrays = tensors(path)
    start = time.perf_counter()
    flow = dynamics.MultiPopulationDynamics(numpy.array(arrays), [dynamics.replicator] * len(shape))
    x = numpy.concatenate([numpy.arange(1, n + 1) / (n * (n + 1) / 2) for n in shape])
    for _ in range(STEPS):
        x = x + STEP * flow(x)
    return time.perf_counter() - start, {"end": [round(float(p), 9) for p in x]}


# Lemke's method (lcp) follows paths and may miss equilibria, but often finds them all.
NASH_ALL = [("enummixed_solve", {"rational": False}), ("lcp_solve", {"rational": False}),
            ("lcp_solve", {"rational": True})]
NASH_ONE = [("logit_solve", {}), ("logit_solve", {"maxregret": 1e-9}), ("gnm_solve", {}), ("ipa_solve", {}),
            ("hp_solve", {}), ("simpdiv_solve", {"maxregret": pygambit.Rational(1, 10**8)}), ("liap_solve", {})]


def methods(name, path, shape):
    task = name.split("-")[0]
    if task in ("all", "one"):
        for method, options in NASH_ALL if task == "all" else NASH_ONE:
            yield f"gambit {method} {options or ''}", gambit_nash, (path, method, options, shape)
    if task == "qre":
        yield "gambit logit_solve_lambda", gambit_qre, (path, shape)
    if task == "alpharank":
        yield "openspiel alpharank", spiel_alpharank, (path, shape)
    if task == "replicator":
        yield "openspiel dynamics, 10,000 Euler steps", spiel_replicator, (path, shape)


def child(queue, work, arguments):
    try:
        times, quality = [], None
        begin = time.perf_counter()
        while len(times) < 3 and (not times or time.perf_counter() - begin < 10):
            seconds, quality = work(*arguments)
            times.append(seconds)
        queue.put((statistics.median(times), quality))
    except BaseException as error:  # an abort of theirs is a result too
        queue.put((None, f"{type(error).__name__}: {error}"[:120]))


def limited(work, arguments):
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=child, args=(queue, work, arguments))
    process.start()
    try:
        return queue.get(timeout=LIMIT)
    except Exception:
        return None, f"nothing within {LIMIT:.0f} s"
    finally:
        process.kill()
        process.join()


def good(name, quality, ours):
    if not isinstance(quality, dict):
        return False
    task = name.split("-")[0]
    if task == "all":
        return quality["found"] == int(ours.split()[0]) and quality["regret"] < 1e-8
    if task == "one":
        return quality["found"] > 0 and quality["regret"] <= 1e-8
    if task == "qre":
        return quality["found"] == len(LAMBDAS) and quality["off"] < 1e-6
    return True


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        paths = {name: make(name, shape, folder) for name, shape in GAMES.items()}
        root = pathlib.Path(__file__).resolve().parents[3]
        command = ["cargo", "bench", "-q", "-p", "marchland-equilibria", "--bench", "speed", "--", str(folder)]
        lines = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.splitlines()
        ours = {}
        for line in lines:
            _, name, seconds, quality = line.split(" ", 3)
            ours[name] = (float(seconds), quality)
        for name, shape in GAMES.items():
            seconds, quality = ours[name]
            print(f"{name}: ours {1e3 * seconds:.3f} ms ({quality})")
            best = None
            complete = None
            for label, work, arguments in methods(name, paths[name], shape):
                theirs, found = limited(work, arguments)
                as_good = theirs is not None and good(name, found, quality)
                if as_good and (best is None or theirs < best):
                    best = theirs
                if as_good and "enummixed" in label:
                    complete = theirs
                clock = "–" if theirs is None else f"{1e3 * theirs:.1f} ms"
                print(f"    {label}: {clock} {json.dumps(found)}{'' if as_good else '  (not as good)'}")
                sys.stdout.flush()
            print(f"    ratio to their fastest as good: {'none is' if best is None else f'{best / seconds:.1f}'}")
            if complete is not None:
                print(f"    ratio to their fastest method that proves completeness: {complete / seconds:.1f}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
