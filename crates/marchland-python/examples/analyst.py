"""An analyst's first ten minutes: one game told, many games compared, and what drives the difference."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import marchland


def main(games: int = 200, turns: int | None = None) -> None:
    scenario = marchland.load("tajikistan-2010")
    print(scenario)
    print(scenario.parameters[["id", "value", "unit", "source"]].head())

    game = scenario.run(seed=7, turns=turns)
    print(game.story()[:1_000])
    print(game.why("tajikistan.legitimacy", turn=2))
    print(game.orders.groupby(["player", "action"]).size().sort_values(ascending=False).head())

    results = scenario.batch(
        games=games,
        turns=turns,
        levers={"memo": {"russia": "r1-memo-portfolio"}, "withdrawal": {"russia": "r9-withdrawal"}},
        indicators=["tajikistan.legitimacy"],
    )
    print(results.summarise())
    print(results.difference("memo", "withdrawal", trace=4))

    data = results.to_pandas()
    print(data.groupby("lever")["payoff.russia"].describe())
    with tempfile.TemporaryDirectory() as below:
        folder = results.save(Path(below) / "memo")
        print(len(marchland.Results.read(folder)), "games read back from", folder.name)

    # From here on: a thousand futures of the very month that the game above stood in.
    live = scenario.game(seed=7, seats=["russia"], turns=turns)
    live.play(turn=2)
    print(live.futures(games)["payoff.russia"].describe())


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
