"""Scenarios and solved games as games of OpenSpiel.

>>> import pytest; _ = pytest.importorskip("pyspiel")
>>> from marchland.spiel import scenario_game
>>> game = scenario_game("deterrence", turns=2)
>>> state = game.new_initial_state()
>>> state.is_simultaneous_node(), state.legal_actions(0)
(True, [0, 1])
>>> state.apply_actions([1, 1])
>>> state.apply_actions([0, 1])
>>> state.is_terminal(), len(state.returns())
(True, 2)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

try:
    import pyspiel
except ImportError as error:  # pragma: no cover
    raise ImportError("marchland.spiel needs OpenSpiel: pip install 'marchland[spiel]'") from error

from . import equilibria
from ._scenario import Scenario, load

__all__ = ["normal_form", "scenario_game"]


def normal_form(game: equilibria.Game) -> Any:
    """A game in normal form, of any number of players, as OpenSpiel's: a matrix or a tensor game."""
    payoffs = [numpy.asarray(array) for array in game.payoffs]
    names = game.strategies
    if len(payoffs) == 2:
        return pyspiel.create_matrix_game(
            "marchland", game.title or "a game of Marchland", names[0], names[1], payoffs[0], payoffs[1]
        )
    return pyspiel.create_tensor_game(
        "marchland", game.title or "a game of Marchland", names, [array.ravel().tolist() for array in payoffs]
    )


class _State(pyspiel.State):  # type: ignore[misc]
    """A game of Marchland between two rounds of orders; chance is the engine's, keyed by the seed."""

    def __init__(self, game: _Game, seed: int) -> None:
        super().__init__(game)
        self._game = game
        self._seed = seed
        self._live = game.scenario.game(seed=seed, seats=game.seats, turns=game.turns)

    def current_player(self) -> Any:
        """All players act at once, until the game is over."""
        return pyspiel.PlayerId.TERMINAL if self._live.over else pyspiel.PlayerId.SIMULTANEOUS

    def _legal_actions(self, player: int) -> list[int]:
        if self._live.over:
            return []
        names = self._game.packages[player]
        legal = set(self._live.observe(self._game.seats[player]).legal)
        return [at for at, package in enumerate(names) if all(order in legal for order in package)]

    def _apply_actions(self, actions: Sequence[int]) -> None:
        for seat, packages, action in zip(self._game.seats, self._game.packages, actions):
            self._live.act(seat, packages[action])
        self._live.step()
        while not self._live.over and self._live.stage == "ballots":
            self._live.step()

    def _action_to_string(self, player: int, action: int) -> str:
        package = self._game.packages[player][action]
        return ", ".join(" ".join(order) for order in package) or "nothing"

    def is_terminal(self) -> bool:
        """Whether no turn is left to play."""
        return bool(self._live.over)

    def returns(self) -> list[float]:
        """Payoffs at the end; before it, those so far."""
        payoffs = self._live.payoffs
        return [0.0 if payoffs[seat] != payoffs[seat] else payoffs[seat] for seat in self._game.seats]

    def clone(self) -> _State:
        """A copy that goes on under the same chance."""
        copy = _State.__new__(_State)
        pyspiel.State.__init__(copy, self._game)
        copy._game, copy._seed = self._game, self._seed
        copy._live = self._live.fork(1, same_chance=True)[0]
        return copy

    def __str__(self) -> str:
        return f"turn {self._live.turn}, state {self._live.state_hash[:12]}"


class _Game(pyspiel.Game):  # type: ignore[misc]
    def __init__(self, scenario: Scenario, seats: Sequence[str], turns: int, seed: int) -> None:
        self.scenario, self.seats, self.turns, self.seed = scenario, list(seats), turns, seed
        first = scenario.game(seed=seed, seats=self.seats, turns=turns)
        self.packages = [_packages(first, seat) for seat in self.seats]
        kind = pyspiel.GameType(
            short_name=f"marchland_{scenario.name.replace('-', '_')}",
            long_name=scenario.title,
            dynamics=pyspiel.GameType.Dynamics.SIMULTANEOUS,
            chance_mode=pyspiel.GameType.ChanceMode.DETERMINISTIC,
            information=pyspiel.GameType.Information.IMPERFECT_INFORMATION,
            utility=pyspiel.GameType.Utility.GENERAL_SUM,
            reward_model=pyspiel.GameType.RewardModel.TERMINAL,
            max_num_players=len(self.seats),
            min_num_players=len(self.seats),
            provides_information_state_string=False,
            provides_information_state_tensor=False,
            provides_observation_string=False,
            provides_observation_tensor=False,
        )
        bounds = {row["player"]: row["payoff_range"] for row in _ranges(scenario)}
        info = pyspiel.GameInfo(
            num_distinct_actions=max(len(own) for own in self.packages),
            max_chance_outcomes=0,
            num_players=len(self.seats),
            min_utility=float(min(bounds[seat][0] for seat in self.seats)),
            max_utility=float(max(bounds[seat][1] for seat in self.seats)),
            # On the crisis clock a month has four rounds.
            max_game_length=4 * turns,
        )
        super().__init__(kind, info, {})

    def new_initial_state(self) -> _State:
        return _State(self, self.seed)


def _packages(game: Any, seat: str) -> list[list[tuple[str, str]]]:
    rows = game._inner.legal(seat)
    return [[], *([(action, option)] for action, option, *_ in rows)]


def _ranges(scenario: Scenario) -> list[dict[str, Any]]:
    import json

    from . import _marchland

    rows = json.loads(_marchland.answer(["describe", str(scenario.path), "players", "--json"]))
    return [{"player": row["id"], "payoff_range": row["payoff_range"]} for row in rows]


def scenario_game(
    scenario: Scenario | str, seats: Sequence[str] | None = None, turns: int | None = None, seed: int = 1
) -> Any:
    """A scenario as a simultaneous-move game: each seat gives at most one order a round, or none.

    Chance is that of one seed, so that the game is deterministic: a small scenario's strategies can be enumerated, and
    other seeds are other games.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario)
    own = scenario.players if seats is None else list(seats)
    return _Game(scenario, own, scenario.horizon if turns is None else turns, seed)
