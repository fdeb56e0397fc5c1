"""A scenario as a model of the EMA Workbench.

>>> import pytest; _ = pytest.importorskip("ema_workbench")
>>> from ema_workbench import perform_experiments
>>> from marchland.ema import model
>>> deterrence = model("deterrence", outputs=["measure.conflicts"], levers={"defender": ["yield", "always-resist"]})
>>> experiments, outcomes = perform_experiments(deterrence, scenarios=3, policies=2)
>>> outcomes["measure.conflicts"].shape
(6,)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from ._marchland import MarchlandError
from ._scenario import Scenario, load

__all__ = ["model"]


def model(
    scenario: Scenario | str,
    outputs: Sequence[str] | Mapping[str, str],
    uncertainties: Sequence[str] | None = None,
    levers: Mapping[str, Sequence[str]] | None = None,
    games: int = 1,
    seed: int = 1,
    name: str | None = None,
    belief: str | None = None,
    turns: int | None = None,
) -> Any:
    """The scenario as ``ema_workbench.Model``.

    Args:
        outputs: results, ``measure.NAME``, ``payoff.PLAYER``, ``event.NAME``; as a mapping, each with ``"minimize"``,
            ``"maximize"`` or ``"info"`` for optimisation.
        uncertainties: parameters; all that have a range to vary over unless given.
        levers: player, and the strategies to choose from.
        games: games of each experiment, whose mean is the outcome; all experiments meet the same shocks.
        seed: of the games.

    The model's name is the scenario's with letters and digits alone, as the Workbench wants it.
    """
    from ema_workbench import CategoricalParameter, Model, RealParameter, ScalarOutcome

    if not isinstance(scenario, Scenario):
        scenario = load(scenario)
    kept = scenario
    known = {one: (low, high, choices) for one, low, high, choices in kept._inner.varying()}
    names = list(known) if uncertainties is None else list(uncertainties)
    kept.problem(names)  # refuses what is unknown
    ways = dict(outputs) if isinstance(outputs, Mapping) else dict.fromkeys(outputs, "info")
    wanted = list(ways)
    seats = {player.replace("-", "_"): player for player in (levers or {})}

    def play(**values: Any) -> dict[str, float]:
        strategies = {player: values.pop(lever) for lever, player in seats.items()}
        results = kept.batch(
            games=games, seed=seed, strategies=strategies, set=values, beliefs=belief, turns=turns, threads=1
        )
        return {one: _mean(results, one) for one in wanted}

    made = Model(name or "".join(letter for letter in kept.name if letter.isalnum()), function=play)
    made.uncertainties = [
        CategoricalParameter(one, known[one][2])
        if known[one][2]
        else RealParameter(one, known[one][0], known[one][1])
        for one in names
    ]
    made.levers = [CategoricalParameter(lever, list((levers or {})[player])) for lever, player in seats.items()]
    kinds = {"minimize": ScalarOutcome.MINIMIZE, "maximize": ScalarOutcome.MAXIMIZE, "info": ScalarOutcome.INFO}
    made.outcomes = [ScalarOutcome(one, kind=kinds[way]) for one, way in ways.items()]
    return made


def _mean(results: Any, output: str) -> float:
    column = next((full for full in _full(output) if full in results.games.column_names), None)
    if column is None:
        raise MarchlandError(f"there is no result `{output}`; there are {', '.join(results.games.column_names)}")
    values = results.games[column]
    if column.startswith("event."):
        values = numpy.isfinite(values).astype(float)
    played = numpy.array([status == "ok" for status in results.games["status"]])
    return float(values[played].mean()) if played.any() else math.nan


def _full(output: str) -> list[str]:
    return [output, *(f"{kind}.{output}" for kind in ("measure", "payoff", "event"))]
