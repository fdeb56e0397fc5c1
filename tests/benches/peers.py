"""Marchland beside its peers, on one machine in one run: how many times theirs each task is done in a second.

    python -m venv peers && peers/bin/pip install ./crates/marchland-python mesa axelrod nashpy SALib ema_workbench pygambit open_spiel
    peers/bin/python tests/benches/peers.py

Every task is the same in both: the same game, the same table, the same question, one thread, and an answer that is as
good. A peer that is not installed is named and left out. Ours and theirs are timed by turns, five times, and the median of
the ratios is printed: absolute times belong to the machine. krABMaga is a crate: with a Rust toolchain it is built in a
folder of its own, else left out.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("RAYON_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy

import marchland
from marchland.equilibria import Game

TURNS, DARE = 24, 0.1
rows: list[tuple[str, str, str]] = []


def rate(work, amount: int) -> float:
    begin = time.perf_counter()
    work(amount)
    return amount / (time.perf_counter() - begin)


def beside(task: str, peer: str, ours, theirs, own: int, other: int) -> None:
    """One row: ``ours(n)`` and ``theirs(n)`` do the task n times."""
    try:
        theirs(max(1, other // 10))
    except ImportError as missing:
        print(f"left out: {peer} ({missing})", file=sys.stderr)
        return
    ours(max(1, own // 10))
    ratios = [rate(ours, own) / rate(theirs, other) for _ in range(5)]
    text = f"{statistics.median(ratios):,.1f}"
    rows.append((task, peer, f"{text} ({min(ratios):,.1f} to {max(ratios):,.1f})"))
    print(f"| {task} | {peer} | {rows[-1][2]} |", flush=True)


# Chicken, 24 months, both dare one time in ten: two players, a draw each, payoffs kept.
chicken = marchland.load("chicken")


def games(count: int) -> None:
    chicken.batch(games=count, turns=TURNS, threads=1)


PAYOFF = {(0, 0): (0, 0), (0, 1): (-1, 1), (1, 0): (1, -1), (1, 1): (-10, -10)}


def mesa(count: int) -> None:
    from mesa import Agent, Model

    class Driver(Agent):
        def __init__(self, model):
            super().__init__(model)
            self.dares, self.payoff = 0, 0.0

        def choose(self):
            self.dares = int(self.random.random() < DARE)

    class Road(Model):
        def __init__(self, seed):
            super().__init__(seed=seed)
            self.drivers = [Driver(self), Driver(self)]

        def step(self):
            self.agents.do("choose")
            for driver, gain in zip(self.drivers, PAYOFF[self.drivers[0].dares, self.drivers[1].dares]):
                driver.payoff += gain

    for seed in range(count):
        road = Road(seed)
        for _ in range(TURNS):
            road.step()


def axelrod(count: int) -> None:
    import axelrod as axl

    # Swerving is cooperating.
    game = axl.Game(r=0, s=-1, t=1, p=-10)
    for seed in range(count):
        match = axl.Match([axl.Random(1 - DARE), axl.Random(1 - DARE)], turns=TURNS, game=game, seed=seed)
        match.play()
        match.scores()


def workbench(count: int) -> None:
    from ema_workbench import Model, RealParameter, ScalarOutcome, ema_logging, perform_experiments

    ema_logging.log_to_stderr(50)

    def play(dare=DARE, seed=0.0):
        draw = random.Random(int(seed * 2**31))
        paid = 0.0
        for _ in range(TURNS):
            paid += PAYOFF[int(draw.random() < dare), int(draw.random() < dare)][0]
        return {"payoff": paid / TURNS}

    model = Model("chicken", function=play)
    model.uncertainties = [RealParameter("dare", 0.05, 0.15), RealParameter("seed", 0, 1)]
    model.outcomes = [ScalarOutcome("payoff")]
    perform_experiments(model, scenarios=count)


# One table of results, asked by both.
quiet = marchland.load("quiet-autocracy")
problem = quiet.problem()
names = problem["names"][:20]
bounds = numpy.array(problem["bounds"])[:20]
points = bounds[:, 0] + (bounds[:, 1] - bounds[:, 0]) * numpy.random.default_rng(1).random((4096, 20))
table = quiet.batch(games=1, design=points, factors=names, turns=12)
frame = table.to_pandas()
measure = "mean_legitimacy"
results = frame[f"measure.{measure}"].to_numpy(dtype=float)


def drivers(count: int) -> None:
    for _ in range(count):
        table.sensitivity(measure=measure)


def pawn(count: int) -> None:
    from SALib.analyze import pawn as analysis

    asked = {"num_vars": 20, "names": names, "bounds": bounds.tolist()}
    for _ in range(count):
        analysis.analyze(asked, points, results, S=10, seed=1)


def boxes(count: int) -> None:
    for _ in range(count):
        table.discover(wanted=f"{measure} > {numpy.quantile(results, 0.8)}")


def prim(count: int) -> None:
    import pandas
    from ema_workbench.analysis import prim as analysis

    x = pandas.DataFrame(points, columns=names)
    for _ in range(count):
        analysis.Prim(x, results > numpy.quantile(results, 0.8), threshold=0.3).find_box()


# Random games of 5 × 5, all equilibria.
draws = numpy.random.default_rng(2)
small = [(draws.integers(-99, 100, (5, 5)).astype(float), draws.integers(-99, 100, (5, 5)).astype(float)) for _ in range(10)]


def solved(count: int) -> None:
    for at in range(count):
        Game(list(small[at % 10])).nash(all=True)


def nashpy(count: int) -> None:
    import nashpy as nash

    for at in range(count):
        list(nash.Game(*small[at % 10]).support_enumeration())


def gambit(count: int) -> None:
    import io

    import pygambit

    for at in range(count):
        game = pygambit.read_nfg(io.BytesIO(Game(list(small[at % 10])).to_nfg().encode()))
        pygambit.nash.enummixed_solve(game, rational=False)


def gentle(at: int) -> list[numpy.ndarray]:
    """The same games with payoffs from −1 to 1: OpenSpiel finds two stationary distributions of steeper ones."""
    return [payoff / 99 for payoff in small[at % 10]]


def ranked(count: int) -> None:
    for at in range(count):
        Game(gentle(at)).alpharank(alpha=0.1)


def openspiel(count: int) -> None:
    from open_spiel.python.egt import alpharank

    for at in range(count):
        alpharank.compute(gentle(at), alpha=0.1)


CRATE = """
use krabmaga::engine::{agent::Agent, schedule::Schedule, state::State};
use krabmaga::rand::{rngs::StdRng, Rng, SeedableRng};

struct Road { dares: [bool; 2], payoff: [f64; 2], draw: StdRng, step: u64 }
#[derive(Clone)]
struct Driver(usize);

impl Agent for Driver {
    fn step(&mut self, state: &mut dyn State) {
        let road = state.as_any_mut().downcast_mut::<Road>().unwrap();
        road.dares[self.0] = road.draw.gen_bool(0.1);
    }
}
impl State for Road {
    fn init(&mut self, schedule: &mut Schedule) {
        for at in 0..2 { schedule.schedule_repeating(Box::new(Driver(at)), 0.0, 0); }
    }
    fn reset(&mut self) {}
    fn update(&mut self, step: u64) { self.step = step; }
    fn as_any(&self) -> &dyn std::any::Any { self }
    fn as_any_mut(&mut self) -> &mut dyn std::any::Any { self }
    fn as_state(&self) -> &dyn State { self }
    fn as_state_mut(&mut self) -> &mut dyn State { self }
    fn after_step(&mut self, _: &mut Schedule) {
        let gain = match self.dares { [false, false] => [0.0, 0.0], [false, true] => [-1.0, 1.0], [true, false] => [1.0, -1.0], _ => [-10.0, -10.0] };
        for at in 0..2 { self.payoff[at] += gain[at]; }
    }
}
fn main() {
    let count: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut sum = 0.0;
    for seed in 0..count {
        let mut road = Road { dares: [false; 2], payoff: [0.0; 2], draw: StdRng::seed_from_u64(seed), step: 0 };
        let mut schedule = Schedule::new();
        road.init(&mut schedule);
        for _ in 0..24 { schedule.step(&mut road); }
        sum += road.payoff[0];
    }
    println!("{sum}");
}
"""


def krabmaga_program(folder: Path) -> Path | None:
    """The same game on krABMaga, built; None without a toolchain or the crate."""
    if not shutil.which("cargo"):
        return None
    (folder / "src").mkdir()
    (folder / "src" / "main.rs").write_text(CRATE)
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "chicken"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nkrabmaga = "0.6"\n[workspace]\n'
    )
    built = subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=folder, capture_output=True, text=True)
    if built.returncode:
        print(built.stderr[-600:], file=sys.stderr)
        return None
    return folder / "target" / "release" / "chicken"


if __name__ == "__main__":
    print("| task | peer | times theirs (of five: least to most) |\n|---|---|---|")
    task = "24 months of chicken, two players: games"
    beside(task, "Mesa", games, mesa, 50_000, 300)
    beside(task, "Axelrod", games, axelrod, 50_000, 2_000)
    beside(task + ", as experiments", "EMA Workbench, model in Python", games, workbench, 50_000, 500)
    with tempfile.TemporaryDirectory() as room:
        program = krabmaga_program(Path(room))
        if program is None:
            print("left out: krABMaga (no toolchain, or it does not build)", file=sys.stderr)
        else:
            beside(task, "krABMaga", games, lambda n: subprocess.run([program, str(n)], check=True, capture_output=True), 50_000, 50_000)
    beside("PAWN of 20 factors over 4,096 rows (ours with the threshold of a dummy, and ranks)", "SALib", drivers, pawn, 2, 2)
    beside("a box by PRIM, 4,096 rows, 20 factors", "EMA Workbench", boxes, prim, 2, 2)
    beside("all equilibria of 5 × 5", "nashpy, support enumeration", solved, nashpy, 200, 5)
    beside("all equilibria of 5 × 5", "pygambit, enummixed", solved, gambit, 200, 20)
    beside("α-Rank of 5 × 5", "OpenSpiel", ranked, openspiel, 200, 50)
