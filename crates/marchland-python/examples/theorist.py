"""A game theorist's first ten minutes: from a scenario to a payoff table, its equilibria, and back to play."""

from __future__ import annotations

import sys
from typing import Any

import numpy

import marchland
from marchland.equilibria import Game


def payoff_table(scenario: marchland.Scenario, sets: dict[str, list[str]], games: int, **how: Any) -> Game:
    """The empirical game of some strategy sets: mean payoffs of every profile under equal shocks."""
    players = list(sets)
    shape = tuple(len(own) for own in sets.values())
    profiles = list(numpy.ndindex(shape))
    levers = {str(at): {p: sets[p][a] for p, a in zip(players, profile)} for at, profile in enumerate(profiles)}
    data = scenario.batch(games=games, levers=levers, **how).to_pandas()
    means = data.groupby("lever")[[f"payoff.{player}" for player in players]].mean()
    arrays = [numpy.zeros(shape) for _ in players]
    for at, profile in enumerate(profiles):
        for array, player in zip(arrays, players):
            array[profile] = means.loc[str(at), f"payoff.{player}"]
    return Game(arrays, title=scenario.title, players=players, strategies=[sets[player] for player in players])


def main(games: int = 50) -> None:
    scenario = marchland.load("deterrence")
    sets = {
        "challenger": ["wait", "always-challenge", "mixed-challenger"],
        "defender": ["yield", "always-resist", "mixed-defender"],
    }
    game = payoff_table(scenario, sets, games)
    print(game)
    for player, array in zip(game.players, game.payoffs):
        print(player, numpy.round(array, 3), sep="\n")
    found = game.nash(all=True)
    print(found.status)
    for one in found:
        support = [
            {name: round(float(p), 3) for name, p in zip(names, mix) if p > 0}
            for names, mix in zip(game.strategies, one.profile)
        ]
        print(support, "payoffs", numpy.round(one.payoffs, 3), "regret", one.regret)
    print("players who err:", [numpy.round(mix, 3).tolist() for mix in game.qre(2.0)[0].profile])
    print("what evolution spends its time at:", numpy.round(game.alpharank()["ranking"], 3).tolist())
    print(game.to_nfg().splitlines()[0])

    # Does a strategy of one's own beat what is stable?
    class TitForTat:
        """Resists in a month after a challenge."""

        def decide(self, observation: marchland.Observation, memory: Any) -> tuple[list[str], Any]:
            return (["resist"] if observation["challenge"] > 0.5 else []), memory

    scenario.check_strategy("defender", TitForTat())
    print(scenario.versus("defender", TitForTat(), "mixed-defender", max_games=512))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
