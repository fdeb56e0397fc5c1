"""What Python costs beside the engine: games, steps, rows, the import.

    python benches/speed.py

in an environment with ``marchland[env]``, on a machine that has nothing else to do. Two things that are compared are
measured in turn, and the median of their ratios is printed. Bounds that are missed are named, and the program ends with 1.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

import marchland
from marchland import env

PAIRS = 7
COMMAND = Path(sys.executable).with_name("marchland")
missed: list[str] = []


def told(what: str, value: float, bound: float | None, at_least: bool, digits: int = 2) -> None:
    """One line of the table."""
    holds = bound is None or (value >= bound if at_least else value <= bound)
    asked = "–" if bound is None else f"{'at least' if at_least else 'at most'} {bound:,.{digits}f}"
    print(f"| {what} | {value:,.{digits}f} | {asked} | {'' if holds else 'missed'} |", flush=True)
    if not holds:
        missed.append(what)


def timed(action) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def batch(scenario: str, games: int, turns: int | None = None) -> float:
    """Games a second from Python over those of the command line, both to a folder."""
    opened = marchland.load(scenario)
    path = str(opened.path)
    more = [] if turns is None else ["--turns", str(turns)]
    ratios = []
    with tempfile.TemporaryDirectory() as room:
        for pair in range(PAIRS):
            def ours(at: int = pair) -> None:
                opened.batch(games=games, turns=turns, out=os.path.join(room, f"python-{at}"))

            def theirs(at: int = pair) -> None:
                words = [COMMAND, "batch", path, "--games", str(games), *more, "--out", os.path.join(room, f"command-{at}")]
                subprocess.run(words, check=True, capture_output=True)

            # Whoever goes first meets a colder machine: by turns.
            if pair % 2 == 0:
                own, other = timed(ours), timed(theirs)
            else:
                other, own = timed(theirs), timed(ours)
            ratios.append(other / own)
    return statistics.median(ratios)


def parallel(scenario: str, rounds: int, turns: int | None = None) -> tuple[float, int]:
    """Rounds a second of a PettingZoo environment with all seats, drawing among what is legal outside the clock."""
    games = env.parallel_env(scenario, turns=turns)
    random = numpy.random.default_rng(1)
    seen, _ = games.reset(seed=1)
    rates = []
    for _ in range(5):
        spent = 0.0
        for _ in range(rounds):
            actions = {seat: random.choice(numpy.flatnonzero(own["action_mask"])) for seat, own in seen.items()}
            begin = time.perf_counter()
            seen, *_ = games.step(actions)
            if not games.agents:
                seen, _ = games.reset()
            spent += time.perf_counter() - begin
        rates.append(rounds / spent)
    return statistics.median(rates), len(games.possible_agents)


def vectorised(scenario: str, seat: str, count: int, steps: int) -> tuple[float, float]:
    """Steps a second of Gymnasium's vector interface over those of the engine alone with the same observations: once
    with all games a step at a time, as whoever learns from them must step them, and once with each game at a stretch,
    which is easier on the processor's caches."""
    games = env.vector_env(scenario, seat, count)
    random = numpy.random.default_rng(1)
    seen, _ = games.reset(seed=1)
    in_step, at_a_stretch = [], []
    for pair in range(PAIRS):
        spent = 0.0
        for _ in range(steps):
            mask = seen["action_mask"]
            actions = (random.random(mask.shape) * mask).argmax(axis=1)
            begin = time.perf_counter()
            seen, *_ = games.step(actions)
            spent += time.perf_counter() - begin
        games.reset(seed=pair)
        begin = time.perf_counter()
        for step in range(steps):
            games.core.spin(1, step)
        in_step.append((time.perf_counter() - begin) / spent)
        games.reset(seed=pair)
        at_a_stretch.append(timed(lambda at=pair: games.core.spin(steps, at)) / spent)
        seen, _ = games.reset(seed=pair)
    return statistics.median(in_step), statistics.median(at_a_stretch)


def evaluated(scenario: str, rows: int, turns: int) -> float:
    """Microseconds a row of ``evaluate`` above the same games as a batch in memory."""
    opened = marchland.load(scenario)
    problem = opened.problem()
    low, high = numpy.array(problem["bounds"]).T
    points = low + (high - low) * numpy.random.default_rng(1).random((rows, len(low)))
    measure = opened.measures[0]
    above = []
    for _ in range(PAIRS):
        own = timed(lambda: opened.evaluate(points, f"measure.{measure}", turns=turns))
        games = timed(lambda: opened.batch(games=1, design=points, factors=problem["names"], turns=turns))
        above.append(1e6 * (own - games) / rows)
    return statistics.median(above)


def imported() -> float:
    """Seconds of ``import marchland`` beside an interpreter that imports nothing."""
    def run(text: str) -> float:
        return timed(lambda: subprocess.run([sys.executable, "-c", text], check=True))

    return statistics.median(run("import marchland") - run("pass") for _ in range(15))


if __name__ == "__main__":
    print(f"marchland {marchland.__version__}, Python {sys.version.split()[0]}, {os.cpu_count()} processors\n")
    print("| what | measured | asked | |")
    print("|---|---|---|---|")
    told("`batch`, `tajikistan-2010`, games a second over the command line's", batch("tajikistan-2010", 2000, 24), 0.97, True)
    told("`batch`, `deterrence`, games a second over the command line's", batch("deterrence", 400_000), 0.97, True)
    rounds, _ = parallel("deterrence", 20_000)
    told("`parallel_env`, `deterrence`, steps a second", rounds, 30_000, True, 0)
    rounds, seats = parallel("tajikistan-2010", 500, 24)
    told(f"`parallel_env`, `tajikistan-2010`, {seats} seats, seat-steps a second", rounds * seats, 10_000, True, 0)
    for scenario, seat, count, steps in [("deterrence", "challenger", 1024, 200), ("tajikistan-2010", "russia", 64, 48)]:
        in_step, at_a_stretch = vectorised(scenario, seat, count, steps)
        told(f"`vector_env`, `{scenario}`, {count:,} games, over the engine in step", in_step, 0.8, True)
        told(f"`vector_env`, `{scenario}`, {count:,} games, over the engine game by game", at_a_stretch, None, True)
    told("`evaluate`, `deterrence`, microseconds a row above the games", evaluated("deterrence", 50_000, 1), 2.0, False)
    told("`import marchland`, seconds", imported(), 0.2, False)
    if missed:
        print(f"\nmissed: {'; '.join(missed)}")
        sys.exit(1)
