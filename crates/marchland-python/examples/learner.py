"""A learner's first ten minutes: train a small network for one seat, and hold it against the best rule set.

Evolution strategies with antithetic draws and ranks (Salimans et al. 2017), in NumPy alone: no gradient of the game is
needed, and every candidate is played as the very strategy that is written at the end, a `Perceptron` that plain
`marchland run` and `marchland tournament` play. What is reported is the difference of payoff on seeds held back from
training, with a 95 % interval over pairs of games; an interval that holds 0 is a null result, and is said to be one.

    python learner.py --minutes 10 --out trained.ron
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy

import marchland
from marchland import env

#: Seeds of training and of the test: no game of one is a game of the other.
TRAIN, TEST = 1_000, 2_000


class Network:
    """One hidden layer over a few indicators: its numbers as one vector, and as a strategy's text."""

    def __init__(self, indicators: list[str], orders: list[tuple[str, str]], units: int) -> None:
        self.indicators, self.orders, self.units = indicators, orders, units
        self.first = units * (len(indicators) + 1)
        self.size = self.first + len(orders) * (units + 1)

    def start(self, random: numpy.random.Generator) -> Any:
        """Weights of an untrained network."""
        weights = random.normal(0.0, 0.5, self.size)
        weights[self.first :] *= 0.2
        return weights

    def text(self, weights: Any, name: str | None = None) -> str:
        """The network as a strategy, written in place or as an entry of a file."""
        numbers = [round(float(weight), 6) for weight in weights]
        rows, width = numbers[self.first :], self.units + 1
        own = [
            f'("{action}", "{option}", {json.dumps(rows[at * width : (at + 1) * width])})'
            for at, (action, option) in enumerate(self.orders)
        ]
        return (
            f"Perceptron(indicators: {json.dumps(self.indicators)}, hidden: {json.dumps(numbers[: self.first])}, "
            f"weights: [{', '.join(own)}], rationality: 3)"
        )


def payoffs(scenario: marchland.Scenario, seat: str, texts: list[str], games: int, seed: int, how: Any) -> Any:
    """Payoffs of strategies under equal shocks, shape (strategies, games)."""
    levers = {str(at): {seat: text} for at, text in enumerate(texts)}
    results = scenario.batch(games=games, seed=seed, levers=levers, **how)
    # Rows stand by lever, then replication.
    return results.games[f"payoff.{seat}"].reshape(len(texts), games)


def train(scenario: marchland.Scenario, seat: str, network: Network, arguments: argparse.Namespace, how: Any) -> Any:
    """Weights after as many generations as fit the time, and those that they began from."""
    random = numpy.random.default_rng(arguments.seed)
    weights = network.start(random)
    untrained = weights.copy()
    momentum = numpy.zeros_like(weights)
    until = time.monotonic() + 60 * arguments.minutes
    generation = 0
    while time.monotonic() < until and generation < arguments.generations:
        draws = random.normal(size=(arguments.pairs, network.size))
        steps = numpy.concatenate([draws, -draws])
        texts = [network.text(weights + arguments.spread * step) for step in steps]
        scores = payoffs(scenario, seat, texts, arguments.games, TRAIN + generation, how).mean(axis=1)
        ranks = scores.argsort().argsort() / (len(scores) - 1) - 0.5
        gradient = ranks @ steps / (len(steps) * arguments.spread)
        momentum = 0.8 * momentum + gradient
        weights = weights + arguments.rate * momentum
        if generation % 5 == 0:
            print(f"generation {generation}: payoff {scores.mean():.4f}, best {scores.max():.4f}", flush=True)
        generation += 1
    print(f"{generation} generations of {2 * arguments.pairs} networks, {arguments.games} games each")
    return weights, untrained


def interval(differences: Any) -> tuple[float, float, float]:
    """Mean and 95 % interval over pairs of games, each pair under one seed."""
    mean = float(differences.mean())
    reach = 1.96 * float(differences.std(ddof=1)) / len(differences) ** 0.5
    return mean, mean - reach, mean + reach


def main(words: list[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--scenario", default="tajikistan-2010")
    parser.add_argument("--seat", default="russia")
    parser.add_argument("--inputs", type=int, default=24, help="indicators that the network reads, at most")
    parser.add_argument("--units", type=int, default=8)
    parser.add_argument("--pairs", type=int, default=12, help="antithetic pairs of a generation")
    parser.add_argument("--games", type=int, default=16, help="games of each network in a generation")
    parser.add_argument("--test-games", type=int, default=400)
    parser.add_argument("--generations", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--spread", type=float, default=0.3)
    parser.add_argument("--rate", type=float, default=0.15)
    parser.add_argument("--turns", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=None, help="a file of strategies to write")
    arguments = parser.parse_args(words)

    scenario = marchland.load(arguments.scenario)
    seat, how = arguments.seat, {"turns": arguments.turns}
    known = scenario.game(seats=[seat]).legal(seat)
    orders = list(zip(known["action"], known["option"]))
    indicators = list(dict.fromkeys(_read(scenario, seat)))[: arguments.inputs]
    network = Network(indicators, orders, arguments.units)
    print(f"{len(indicators)} indicators, {arguments.units} units, {len(orders)} orders, {network.size} numbers")
    weights, untrained = train(scenario, seat, network, arguments, how)

    rules = _rules(scenario, seat)
    texts = [network.text(weights), network.text(untrained), *rules]
    # The best rule set is chosen on training seeds, so that choosing it biases nothing.
    chosen = payoffs(scenario, seat, rules, arguments.games, TRAIN - 1, how).mean(axis=1)
    best = rules[int(chosen.argmax())]
    found = payoffs(scenario, seat, texts, arguments.test_games, TEST, how)
    report: dict[str, Any] = {"seat": seat, "best_rule_set": best, "test_games": arguments.test_games}
    for name, other in (("best rule set", 2 + rules.index(best)), ("untrained network", 1)):
        mean, low, high = interval(found[0] - found[other])
        verdict = "better" if low > 0 else "worse" if high < 0 else "no difference shown (a null result)"
        report[name] = {"mean": mean, "low": low, "high": high, "verdict": verdict}
        print(f"against the {name}: {mean:+.4f} ({low:+.4f} to {high:+.4f}): {verdict}")
    if arguments.out:
        about = f'name: "trained-perceptron", intent: "What training has found to pay", players: ["{seat}"]'
        entry = f"(strategies: [({about}, play: {texts[0]})])"
        arguments.out.write_text(entry + "\n", encoding="utf-8")
        print("written to", arguments.out)
    return report


def _read(scenario: marchland.Scenario, seat: str) -> list[str]:
    """What the network reads: indicators of the seat's payoff and those that a story shows of others."""
    payoffs = {row["id"]: row["terms"] for row in scenario.describe("payoffs").to_dict("records")}
    own = [term["indicator"] for term in payoffs[seat]]
    shown = [name for name in env.gym_env(scenario, seat).names if not name.endswith((".sd", ".age")) and "." in name]
    return [*own, *shown]


def _rules(scenario: marchland.Scenario, seat: str) -> list[str]:
    rows = scenario.describe("strategies")
    return [row["id"] for row in rows.to_dict("records") if row["family"] == "Rules" and seat in row["players"]]


if __name__ == "__main__":
    main()
