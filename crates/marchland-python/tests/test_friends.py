"""Other people's libraries, where they are installed."""

from __future__ import annotations

import numpy
import pytest

import marchland
from marchland import equilibria


def test_salib(quiet: marchland.Scenario) -> None:
    pytest.importorskip("SALib")
    from SALib.analyze import sobol
    from SALib.sample import sobol as sample

    problem = quiet.problem(["force", "opp"])
    x = sample.sample(problem, 8, calc_second_order=False)
    outputs = [f"measure.{name}" for name in quiet.measures] + [f"payoff.{name}" for name in quiet.players]
    found = quiet.evaluate(x, outputs, problem["names"], turns=3, common=True)
    assert found.shape == (len(x), len(outputs))
    # Under common shocks a parameter that matters moves some result; one that stands still has no indices.
    moved = [y for y in found.T if numpy.isfinite(y).all() and y.std() > 0]
    assert moved
    for y in moved:
        assert numpy.isfinite(sobol.analyze(problem, y, calc_second_order=False)["ST"]).all()
    assert quiet.problem()["num_vars"] > 10
    with pytest.raises(marchland.MarchlandError, match="no parameter with a range"):
        quiet.problem(["nonsense"])


def test_ema_workbench() -> None:
    pytest.importorskip("ema_workbench")
    from ema_workbench import perform_experiments
    from ema_workbench.analysis import prim

    from marchland.ema import model

    made = model(
        "quiet-autocracy",
        ["measure." + marchland.load("quiet-autocracy").measures[0], "payoff.government"],
        uncertainties=["force", "opp"],
        levers={"opposition": ["Idle()", "Random()"]},
        turns=2,
    )
    experiments, outcomes = perform_experiments(made, scenarios=12, policies=2)
    assert len(experiments) == 24
    assert all(numpy.isfinite(values).all() for values in outcomes.values())
    same = experiments[experiments["opposition"] == "Idle()"].iloc[0]
    again = marchland.load("quiet-autocracy").batch(
        games=1, turns=2, set={"force": same["force"], "opp": same["opp"]}, strategies={"opposition": "Idle()"}
    )
    assert outcomes["payoff.government"][same.name] == again.games["payoff.government"][0]
    interesting = experiments["force"] > 0.5
    assert prim.Prim(experiments[["force", "opp"]], interesting.to_numpy(), threshold=0.5).find_box() is not None


def test_openspiel() -> None:
    pyspiel = pytest.importorskip("pyspiel")
    from marchland.spiel import normal_form, scenario_game

    game = normal_form(equilibria.Game([[[4, 0], [3, 3]], [[4, 3], [0, 3]]]))
    assert game.row_utility(1, 0) == 3.0
    cube = numpy.arange(8.0).reshape(2, 2, 2)
    three = normal_form(equilibria.Game([cube, -cube, cube]))
    assert three.num_players() == 3
    ended = three.new_initial_state()
    ended.apply_actions([1, 0, 1])
    assert ended.returns() == [5.0, -5.0, 5.0]

    spiel = scenario_game("deterrence", turns=3)
    state = spiel.new_initial_state()
    copy = state.clone()
    for _ in range(3):
        state.apply_actions([1, 0])
    assert state.is_terminal() and not copy.is_terminal()
    run = marchland.load("deterrence").run(
        seed=1, turns=3, strategies={"challenger": "always-challenge", "defender": "Idle()"}
    )
    assert state.returns() == list(run.outcome["payoffs"].values())
    assert pyspiel.GameType.Dynamics.SIMULTANEOUS == spiel.get_type().dynamics
