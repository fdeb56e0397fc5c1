"""Environments of learners, by the tests of their own libraries."""

from __future__ import annotations

import numpy
import pytest

gymnasium = pytest.importorskip("gymnasium")
pytest.importorskip("pettingzoo")

from gymnasium.utils.env_checker import check_env  # noqa: E402
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test  # noqa: E402

import marchland  # noqa: E402
from marchland import env as environments  # noqa: E402


@pytest.mark.parametrize("scenario", ["deterrence", "quiet-autocracy"])
def test_parallel_api(scenario: str) -> None:
    parallel_api_test(environments.parallel_env(scenario), num_cycles=60)


def test_parallel_seed() -> None:
    parallel_seed_test(lambda: environments.parallel_env("deterrence"), num_cycles=60)


def test_aec_api() -> None:
    api_test(environments.aec_env("deterrence"), num_cycles=60)


@pytest.mark.parametrize("packages", [256, 0])
def test_gymnasium(packages: int) -> None:
    env = environments.gym_env("tajikistan-2010", "russia", packages=packages, turns=3)
    check_env(env, skip_render_check=True)


def test_rewards_sum_to_the_payoff_of_the_same_game(tajikistan: marchland.Scenario) -> None:
    """A step-by-step game with the same orders and seed pays what the rewards sum to."""
    seat = "russia"
    env = environments.gym_env(tajikistan, seat, turns=6)
    game = tajikistan.game(seed=11, seats=[seat], turns=6)
    seen, _ = env.reset(seed=11)
    total, over, draws = 0.0, False, numpy.random.default_rng(5)
    while not over:
        action = int(draws.choice(numpy.flatnonzero(seen["action_mask"])))
        orders = env.action_names[action]
        seen, reward, over, _, info = env.step(action)
        assert info["refused"] == 0
        total += reward
        game.act(seat, orders)
        game.step()
        while not game.over and game.stage == "ballots":
            game.step()
    assert game.over
    assert total == pytest.approx(game.payoffs[seat], abs=1e-12)


def test_masks_are_what_may_be_ordered(tajikistan: marchland.Scenario) -> None:
    seat = "government"
    env = environments.gym_env(tajikistan, seat)
    game = tajikistan.game(seed=3, seats=[seat])
    seen, _ = env.reset(seed=3)
    assert 1 < len(env.action_names) <= 256
    assert 1 < seen["action_mask"].sum() <= len(env.action_names)
    for number, orders in enumerate(env.action_names):
        before = game.snapshot()
        try:
            game.act(seat, orders)
            legal = True
        except marchland.MarchlandError:
            legal = False
        game.restore(before)
        assert bool(seen["action_mask"][number]) == legal, orders


def test_vector_steps_are_those_of_single_games() -> None:
    many = environments.vector_env("deterrence", "challenger", num_envs=5)
    seen, _ = many.reset(seed=40)
    singles = [environments.gym_env("deterrence", "challenger") for _ in range(5)]
    firsts = [single.reset(seed=40 + at)[0] for at, single in enumerate(singles)]
    for at, first in enumerate(firsts):
        assert numpy.array_equal(seen["observation"][at], first["observation"])
    draws = numpy.random.default_rng(1)
    for _ in range(12):
        actions = draws.integers(0, many.single_action_space.n, 5)
        seen, rewards, over, _, _ = many.step(actions)
        for at, single in enumerate(singles):
            one, reward, ended, _, _ = single.step(int(actions[at]))
            assert numpy.array_equal(seen["observation"][at], one["observation"])
            assert reward == rewards[at]
            assert ended == over[at]
    assert over.all()
    _, rewards, over, _, _ = many.step(numpy.zeros(5, dtype=int))
    assert not over.any()
    assert not rewards.any()


def test_actions_out_of_bounds_are_refused() -> None:
    env = environments.gym_env("deterrence", "challenger")
    env.reset(seed=1)
    with pytest.raises(marchland.MarchlandError, match="challenger has no such action"):
        env.step(99)


def test_an_opponent_in_python_is_asked(deterrence: marchland.Scenario) -> None:
    class Counting:
        asked = 0

        def decide(self, observation, memory):
            type(self).asked += 1
            assert observation.seat == "defender"
            return [], None

    env = environments.vector_env(deterrence, "challenger", 3, strategies={"defender": Counting()})
    env.reset(seed=1)
    env.step(numpy.zeros(3, dtype=int))
    assert Counting.asked == 3


def test_a_seat_without_actions_has_no_instruments() -> None:
    with pytest.raises(marchland.MarchlandError, match="nothing to order"):
        environments.gym_env("quiet-autocracy", "government", packages=0)


def test_wrong_steps_are_said() -> None:
    env = environments.gym_env("deterrence", "challenger", turns=1)
    with pytest.raises(marchland.MarchlandError, match="`reset` begins"):
        env.step(0)
    env.reset(seed=1)
    assert env.step(0)[2]
    with pytest.raises(marchland.MarchlandError, match="`reset` begins"):
        env.step(0)
    both = environments.parallel_env("deterrence")
    both.reset(seed=1)
    with pytest.raises(marchland.MarchlandError, match="no action for defender"):
        both.step({"challenger": 0})


def test_seeds_of_numpy_are_seeds() -> None:
    many = environments.vector_env("deterrence", "challenger", num_envs=2)
    first, _ = many.reset(seed=3)
    again, _ = many.reset(seed=numpy.int64(3))
    own, _ = many.reset(seed=numpy.array([3, 4]))
    for other in (again, own):
        assert numpy.array_equal(first["observation"], other["observation"])
