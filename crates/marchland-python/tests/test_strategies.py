"""Strategies written in Python, and games step by step."""

from __future__ import annotations

import copy
import gc
import threading
import weakref

import pytest

import marchland

pandas = pytest.importorskip("pandas")


class Answer:
    """What the scenario's own strategy `answer` of the defender does."""

    def decide(self, observation, memory):
        asked = memory or {"last": None}
        return (["resist"] if ("resist", "do") in observation.legal else []), {"last": observation.turn, **asked}


class Probe:
    """Orders what is legal in odd turns, and counts in its memory."""

    def decide(self, observation, memory):
        count = 0 if memory is None else memory["count"]
        orders = [("challenge_order", "do")] if observation.turn % 2 == 1 else []
        return orders, {"count": count + 1}


class Failing:
    def decide(self, observation, memory):
        if observation.turn == 3:
            raise ValueError("no idea what to do")
        return [], memory


def test_a_python_strategy_plays_as_the_rules_do(deterrence: marchland.Scenario) -> None:
    strategy = Answer()
    ours = deterrence.run(seed=3, strategies={"defender": strategy})
    theirs = deterrence.run(seed=3, strategies={"defender": "always-resist"})
    pandas.testing.assert_frame_equal(ours.orders, theirs.orders)
    pandas.testing.assert_frame_equal(ours.turns, theirs.turns, check_exact=True)
    assert ours.lineup["defender"] == marchland._strategy.text_of(strategy)


def test_python_strategies_play_batches_versus_and_levers(deterrence: marchland.Scenario) -> None:
    probe = Probe()
    alone = deterrence.batch(games=16, strategies={"challenger": probe}).to_pandas()
    both = deterrence.batch(games=16, levers={"own": {}, "probe": {"challenger": probe}}, threads=2).to_pandas()
    of_lever = both[both["lever"] == "probe"].reset_index(drop=True)
    assert list(alone["payoff.challenger"]) == list(of_lever["payoff.challenger"])
    found = deterrence.versus("challenger", probe, "wait", max_games=256)
    assert found["first"] == marchland._strategy.text_of(probe)


def test_a_strategys_exception_is_raised_and_finished_games_kept(deterrence: marchland.Scenario, tmp_path) -> None:
    for play in (
        lambda: deterrence.run(strategies={"defender": Failing()}),
        lambda: deterrence.batch(games=8, strategies={"defender": Failing()}),
        lambda: deterrence.versus("defender", Failing(), "yield", max_games=256),
        lambda: deterrence.batch(games=8, strategies={"defender": Failing()}, out=tmp_path / "results"),
    ):
        with pytest.raises(marchland.StrategyError, match="of defender failed in turn 3, deciding: no idea") as raised:
            play()
        assert isinstance(raised.value.__cause__, ValueError)
    # The engine is as good as new afterwards, and the folder holds no game that was spoilt.
    resumed = deterrence.batch(games=8, out=tmp_path / "other")
    assert resumed.missing == 0
    assert not list((tmp_path / "results").rglob("*.parquet"))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda o: ["rezist"], r"returns \(orders, memory\)"),
        (lambda o: (["rezist"], None), "there is no action `rezist`; did you mean `resist`"),
        (lambda o: ([3], None), "an order is written"),
        (lambda o: ([], {"long": "x" * 70_000}), "bytes of JSON"),
        (lambda o: ([], object()), "not JSON serializable"),
    ],
)
def test_unreadable_answers_are_said(deterrence: marchland.Scenario, answer, message: str) -> None:
    class Odd:
        def decide(self, observation, memory):
            return answer(observation)

    with pytest.raises(marchland.StrategyError, match=message):
        deterrence.run(strategies={"defender": Odd()})


def test_an_object_without_decide_is_refused(deterrence: marchland.Scenario) -> None:
    with pytest.raises(marchland.MarchlandError, match="an object with a method"):
        deterrence.run(strategies={"defender": object()})


def test_a_strategy_sees_its_observation_and_nothing_else(quiet: marchland.Scenario) -> None:
    """No attribute of an observation leads back to the game, and what is hidden is belief."""
    seen: list[object] = []

    class Curious:
        def decide(self, observation, memory):
            seen.append(observation)
            return [], None

    quiet.run(seed=2, turns=2, strategies={"opposition": Curious()}, trace=False)
    observation = seen[0]
    allowed = (str, int, float, list, dict, tuple, type(None), "ndarray")
    for name in dir(observation):
        if name.startswith("_") or callable(getattr(observation, name)):
            continue
        value = getattr(observation, name)
        assert isinstance(value, allowed[:-1]) or type(value).__name__ == "ndarray", name
    with pytest.raises((AttributeError, TypeError)):
        observation.values_of_the_world
    with pytest.raises(TypeError):
        copy.copy(observation)


def test_what_is_about_to_be_done_is_not_seen(tajikistan: marchland.Scenario) -> None:
    """What another seat has said for the coming stage does not change what a seat sees."""
    game = tajikistan.game(seed=5, seats=tajikistan.players)
    before = game.observe("russia").values
    orders = game.observe("government").legal
    assert orders
    game.act("government", orders[:1])
    assert (game.observe("russia").values == before).all()


def test_an_observation_is_the_seats_belief_and_not_the_truth(tajikistan: marchland.Scenario) -> None:
    game = tajikistan.game(seed=5)
    game.play(turn=2)
    seen = game.observe("united_states")
    hidden = seen.age == -1
    noisy = seen.sd > 0.0
    assert hidden.any()
    assert (noisy & ~hidden).any()
    assert (seen.values[noisy & ~hidden] != game.values[noisy & ~hidden]).mean() > 0.5


def test_memory_travels_with_snapshots(deterrence: marchland.Scenario) -> None:
    game = deterrence.game(seed=1, seats={"challenger": Probe()})
    game.play(turn=3)
    before = game.snapshot()
    assert game.memory("challenger") == {"count": 3}
    game.play()
    ended = game.state_hash
    assert game.memory("challenger") == {"count": 12}
    game.restore(before)
    assert game.turn == 4 and game.memory("challenger") == {"count": 3}
    game.play()
    assert game.state_hash == ended


def test_stepping_is_running(quiet: marchland.Scenario) -> None:
    game = quiet.game(seed=8, turns=5)
    while not game.over:
        game.step()
    run = quiet.run(seed=8, turns=5, trace=False)
    assert game.played.outcome == run.outcome
    pandas.testing.assert_frame_equal(game.played.turns, run.turns, check_exact=True)


def test_forks_go_their_own_ways_and_are_the_futures(quiet: marchland.Scenario) -> None:
    game = quiet.game(seed=8, turns=8, set={"force": 0.2, "shock": 0.8})
    game.play(turn=2)
    same = game.fork(2, same_chance=True)
    other = game.fork(3)
    game.play()
    for fork in [*same, *other]:
        fork.play()
    assert {fork.state_hash for fork in same} == {game.state_hash}
    # Forks under chances of their own part; two of four may meet by chance, all of them do not.
    assert len({fork.state_hash for fork in other} | {game.state_hash}) > 1
    again = quiet.game(seed=8, turns=8, set={"force": 0.2, "shock": 0.8})
    again.play(turn=2)
    for threads in (1, 2):
        futures = again.futures(3, threads=threads)
        for at, fork in enumerate(other):
            for player, payoff in fork.payoffs.items():
                value = futures[f"payoff.{player}"][at]
                assert value == payoff or (value != value and payoff != payoff)


def test_acting_is_checked(deterrence: marchland.Scenario) -> None:
    game = deterrence.game(seats=["challenger"])
    assert game.seats == ["challenger"] and game.deciding == ["challenger"]
    with pytest.raises(marchland.MarchlandError, match="did you mean `challenge_order`"):
        game.act("challenger", ["challenge_ordr"])
    with pytest.raises(marchland.MarchlandError, match="illegal because the action belongs to other players"):
        game.act("challenger", ["resist"])
    with pytest.raises(marchland.MarchlandError, match="no player"):
        game.observe("nobody")
    game.play()
    with pytest.raises(marchland.MarchlandError, match="the game is over"):
        game.step()


def test_hidden_state_is_found(deterrence: marchland.Scenario) -> None:
    class Hiding:
        calls = 0

        def decide(self, observation, memory):
            self.calls += 1
            return (["resist"] if self.calls % 2 else []), None

    deterrence.check_strategy("challenger", Probe())
    with pytest.raises(marchland.StrategyError, match="keeps state outside its memory"):
        deterrence.check_strategy("defender", Hiding())


def test_a_network_with_linear_scores_plays_as_the_linear_policy(deterrence: marchland.Scenario) -> None:
    """At a flag's two values tanh(a x) is c x with c = tanh(a): the same scores, the same draws, the same orders."""
    import math

    linear = f'Linear(indicators: ["challenge"], weights: [("resist", "do", [{math.tanh(1.5)!r}, -0.3])])'
    network = (
        'Perceptron(indicators: ["challenge"], hidden: [1.5, 0], weights: [("resist", "do", [1, -0.3])], rationality: 1)'
    )
    hidden = network.replace("hidden: [1.5, 0]", "hidden: [1.5]")
    for seed in range(8):
        played = [
            deterrence.run(seed=seed, strategies={"challenger": "mixed-challenger", "defender": text}).orders
            for text in (linear, network)
        ]
        pandas.testing.assert_frame_equal(*played)
    with pytest.raises(marchland.MarchlandError, match="each unit needs 2, one for each of 1 indicators and a constant"):
        deterrence.run(strategies={"defender": hidden})


def test_objects_are_let_go_and_their_names_with_them(deterrence: marchland.Scenario) -> None:
    class Fleeting:
        def decide(self, observation, memory):
            return [], memory

    first = Fleeting()
    name = marchland._strategy.text_of(first)
    assert name == marchland._strategy.text_of(first) == 'Python(object: "Fleeting")'
    second = Fleeting()
    assert marchland._strategy.text_of(second) == 'Python(object: "Fleeting 2")'
    deterrence.run(turns=1, strategies={"defender": first})
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None
    assert marchland._strategy.text_of(Fleeting()) == 'Python(object: "Fleeting")'
    # A game holds what plays it.
    game = deterrence.game(seats={"defender": Fleeting()})
    gc.collect()
    game.play()


def test_a_strategy_may_name_itself(deterrence: marchland.Scenario) -> None:
    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

        def decide(self, observation, memory):
            return [], memory

    calm, other = Named("calm"), Named("calm")
    assert deterrence.run(turns=1, strategies={"defender": calm}).lineup["defender"] == 'Python(object: "calm")'
    with pytest.raises(marchland.MarchlandError, match="another strategy is named `calm`"):
        deterrence.run(turns=1, strategies={"defender": other})
    with pytest.raises(marchland.MarchlandError, match="no quotes"):
        deterrence.run(turns=1, strategies={"defender": Named('a"b')})


def test_results_hold_the_strategies_that_an_analysis_plays_again(quiet: marchland.Scenario) -> None:
    class Still:
        def decide(self, observation, memory):
            return [], memory

    results = quiet.batch(games=4, turns=2, levers={"own": {}, "still": {"opposition": Still()}})
    gc.collect()
    assert results.difference("own", "still", trace=2)["measures"]


def test_a_failed_step_leaves_the_game_as_it_was(deterrence: marchland.Scenario) -> None:
    class Once:
        fails = True

        def decide(self, observation, memory):
            if observation.turn == 2 and Once.fails:
                raise ValueError("not yet")
            return [], (memory or 0) + 1

    game = deterrence.game(seed=4, seats={"defender": Once()})
    game.step()
    before = game.state_hash
    with pytest.raises(marchland.StrategyError, match="not yet"):
        game.step()
    assert game.state_hash == before and game.turn == 2
    Once.fails = False
    game.step()
    assert game.turn == 3 and game.memory("defender") == 2


def test_an_interrupt_within_a_strategy_is_an_interrupt(deterrence: marchland.Scenario) -> None:
    class Interrupted:
        def decide(self, observation, memory):
            raise KeyboardInterrupt

    for play in (
        lambda: deterrence.run(strategies={"defender": Interrupted()}),
        lambda: deterrence.batch(games=4, strategies={"defender": Interrupted()}),
        lambda: deterrence.game(seats={"defender": Interrupted()}).play(),
    ):
        with pytest.raises(KeyboardInterrupt):
            play()


def test_runs_side_by_side_do_not_share_their_failures(deterrence: marchland.Scenario) -> None:
    """One thread's strategy fails again and again, another's never does: neither hears of the other."""

    class Sound:
        def decide(self, observation, memory):
            return [], memory

    heard: list[BaseException] = []
    stop = threading.Event()

    def fail() -> None:
        while not stop.is_set():
            try:
                deterrence.run(strategies={"defender": Failing()})
            except marchland.StrategyError:
                continue
            heard.append(AssertionError("a failure was lost"))

    failing = threading.Thread(target=fail)
    failing.start()
    try:
        for _ in range(20):
            deterrence.run(strategies={"defender": Sound()})
            deterrence.batch(games=4, strategies={"defender": Sound()}, threads=2)
    finally:
        stop.set()
        failing.join(60)
    assert not failing.is_alive() and not heard
