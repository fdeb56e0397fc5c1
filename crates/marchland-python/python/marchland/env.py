"""Games as environments of learners: PettingZoo, Gymnasium, and many at once.

An environment leaves some seats of a scenario to the caller; the scenario's strategies, or others, play the rest. One
step is one round of orders: a month, or a week on the crisis clock. Ballots of the caller's seats are cast by their
stakes.

**Observations** are ``{"observation": float32 (numbers,), "action_mask": int8 (actions,)}``. The numbers are, for each
indicator of ``names``, its value as the seat believes it, then the standard deviation of each value's error, then the
age of each in years (−1 where it was never seen); then the share of turns played and of rounds of the month. Values and
deviations are shares of the indicator's range where it has a finite one, unless ``scaled=False``.

**Actions** are packages of orders, one number (``packages`` of them at most, the empty one first; the mask says which are
legal now), or with ``packages=0`` one number an instrument: 0 for nothing, k for the action's option k − 1. Orders that
are not legal, alone or beside the others, are dropped and counted in ``info["refused"]``.

**Rewards** sum over a game to the seat's own payoff.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from . import _marchland
from ._marchland import MarchlandError
from ._scenario import Scenario, load

try:
    import gymnasium
    from gymnasium import spaces
except ImportError as error:  # pragma: no cover
    raise ImportError("marchland.env needs Gymnasium: pip install 'marchland[env]'") from error

__all__ = ["aec_env", "gym_env", "parallel_env", "vector_env"]

_SEEDS = 2**53


def _core(
    scenario: Scenario | str,
    seats: Sequence[str],
    num_envs: int,
    strategies: Mapping[str, Any] | None,
    indicators: Sequence[str] | None,
    packages: int,
    scaled: bool,
    **with_: Any,
) -> tuple[Scenario, _marchland.Environments]:
    if not isinstance(scenario, Scenario):
        scenario = load(scenario)
    composition = scenario._composition(
        strategies, with_.pop("set", None), with_.pop("belief", None), with_.pop("turns", None)
    )
    if with_:
        raise TypeError(f"unknown arguments: {', '.join(with_)}")
    paths = None if indicators is None else list(indicators)
    core = _marchland.Environments(scenario._inner, composition, list(seats), num_envs, paths, packages, scaled)
    return scenario, core


def _spaces(core: _marchland.Environments, seat: int) -> tuple[Any, Any]:
    low, high = core.bounds(seat)
    counts = core.actions(seat)
    observation = spaces.Dict(
        {
            "observation": spaces.Box(low, high, dtype=numpy.float32),
            "action_mask": spaces.Box(0, 1, (core.mask_width(seat),), dtype=numpy.int8),
        }
    )
    action = spaces.Discrete(counts[0]) if len(counts) == 1 else spaces.MultiDiscrete(counts)
    return observation, action


class _Seats:
    """What one environment with one or several seats has in common, whatever its API."""

    def __init__(self, scenario: Scenario | str, seats: Sequence[str] | None, **how: Any) -> None:
        if seats is None:
            scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
            seats = scenario.players
        self.scenario, self.core = _core(scenario, seats, 1, **how)
        self.seats = list(seats)
        found = [_spaces(self.core, at) for at in range(len(self.seats))]
        self.observation_spaces = {seat: pair[0] for seat, pair in zip(self.seats, found)}
        self.action_spaces = {seat: pair[1] for seat, pair in zip(self.seats, found)}
        self.names = {seat: self.core.names(at) for at, seat in enumerate(self.seats)}
        self.action_names = {seat: self.core.action_names(at) for at, seat in enumerate(self.seats)}
        self._widths = [len(self.names[seat]) for seat in self.seats]
        self._masks = [self.core.mask_width(at) for at in range(len(self.seats))]
        self._entries = max(len(self.core.actions(at)) for at in range(len(self.seats)))
        self._own = [len(self.core.actions(at)) for at in range(len(self.seats))]

    def observations(self, seen: Any, may: Any) -> dict[str, Any]:
        return {
            seat: {"observation": seen[0, at, : self._widths[at]], "action_mask": may[0, at, : self._masks[at]]}
            for at, seat in enumerate(self.seats)
        }

    def numbers(self, actions: Mapping[str, Any]) -> Any:
        numbers = numpy.zeros((1, len(self.seats), self._entries), dtype=numpy.int64)
        missing = [seat for seat in self.seats if seat not in actions]
        if missing:
            raise MarchlandError(f"no action for {', '.join(missing)}: every seat gives one, 0 for nothing")
        for at, seat in enumerate(self.seats):
            numbers[0, at, : self._own[at]] = actions[seat]
        return numbers


def _going(goes: bool) -> None:
    if not goes:
        raise MarchlandError("no game is going on: `reset` begins the next one")


def _seed(generator: numpy.random.Generator) -> int:
    return int(generator.integers(_SEEDS))


_HOW: dict[str, Any] = {"strategies": None, "indicators": None, "packages": 256, "scaled": True}


class gym_env(gymnasium.Env[Any, Any]):
    """One seat as a Gymnasium environment.

    >>> env = gym_env("deterrence", "challenger")
    >>> observation, info = env.reset(seed=1)
    >>> env.action_names
    [[], ['challenge_order']]
    >>> observation, reward, terminated, truncated, info = env.step(0)
    """

    metadata = {"render_modes": ["ansi"], "render_fps": 1}

    def __init__(self, scenario: Scenario | str, seat: str, render_mode: str | None = None, **how: Any) -> None:
        self._seats = _Seats(scenario, [seat], **{**_HOW, **how})
        self.seat = seat
        self.render_mode = render_mode
        self.observation_space = self._seats.observation_spaces[seat]
        self.action_space = self._seats.action_spaces[seat]
        self.names = self._seats.names[seat]
        self.action_names = self._seats.action_names[seat]
        self._over = True

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Start a game. A ``seed`` is the game's own, as of ``marchland run --seed``; later games draw theirs from it."""
        super().reset(seed=seed)
        game = seed if seed is not None else _seed(self.np_random)
        seen, may = self._seats.core.reset([game])
        self._over = False
        return self._seats.observations(seen, may)[self.seat], {"seed": game}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Give orders, and play one round."""
        _going(not self._over)
        seen, may, rewards, over, refused = self._seats.core.step(self._seats.numbers({self.seat: action}))
        observation = self._seats.observations(seen, may)[self.seat]
        self._over = bool(over[0])
        return observation, float(rewards[0, 0]), bool(over[0]), False, {"refused": int(refused[0, 0])}

    def render(self) -> Any:
        """The seat's payoff so far, as text."""
        return f"{self.seat}: {self._seats.core.payoffs()[0, 0]:.4f}"


try:
    import pettingzoo
except ImportError:  # pragma: no cover
    pettingzoo = None

_Parallel: Any = object if pettingzoo is None else pettingzoo.ParallelEnv


class parallel_env(_Parallel):  # type: ignore[misc]
    """Some seats, or all, as a PettingZoo parallel environment."""

    metadata = {"name": "marchland_v0", "render_modes": ["ansi"], "is_parallelizable": True}

    def __init__(
        self,
        scenario: Scenario | str,
        seats: Sequence[str] | None = None,
        render_mode: str | None = None,
        **how: Any,
    ) -> None:
        if pettingzoo is None:
            raise ImportError("parallel_env needs PettingZoo: pip install 'marchland[env]'")
        self._seats = _Seats(scenario, seats, **{**_HOW, **how})
        self.possible_agents = list(self._seats.seats)
        self.agents: list[str] = []
        self.render_mode = render_mode
        self.names = self._seats.names
        self.action_names = self._seats.action_names
        self._random = numpy.random.default_rng()

    def observation_space(self, agent: str) -> Any:
        """What a seat sees; the same object at every call."""
        return self._seats.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:
        """What a seat may do; the same object at every call."""
        return self._seats.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start a game. A ``seed`` is the game's own; later games draw theirs from it."""
        if seed is not None:
            self._random = numpy.random.default_rng(seed)
        game = seed if seed is not None else _seed(self._random)
        self.agents = list(self.possible_agents)
        seen, may = self._seats.core.reset([game])
        return self._seats.observations(seen, may), {seat: {} for seat in self.agents}

    def step(self, actions: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
        """Give every seat's orders, and play one round."""
        seats = self._seats
        _going(bool(self.agents))
        seen, may, rewards, over, refused = seats.core.step(seats.numbers(actions))
        ended = bool(over[0])
        gained, lost = rewards[0].tolist(), refused[0].tolist()
        observations = seats.observations(seen, may)
        agents = self.possible_agents
        self.agents = [] if ended else list(agents)
        return (
            observations,
            dict(zip(agents, gained)),
            dict.fromkeys(agents, ended),
            dict.fromkeys(agents, False),
            {seat: {"refused": lost[at]} for at, seat in enumerate(agents)},
        )

    def render(self) -> Any:
        """Payoffs so far, as text."""
        payoffs = self._seats.core.payoffs()[0]
        return ", ".join(f"{seat}: {payoff:.4f}" for seat, payoff in zip(self.possible_agents, payoffs))

    def close(self) -> None:
        """Nothing is held open."""


def aec_env(scenario: Scenario | str, seats: Sequence[str] | None = None, **how: Any) -> Any:
    """The same as a PettingZoo AEC environment: seats act one after another, and the round is played after the last."""
    from pettingzoo.utils import parallel_to_aec

    return parallel_to_aec(parallel_env(scenario, seats, **how))


class vector_env(gymnasium.vector.VectorEnv[Any, Any, Any]):
    """Many games of one seat side by side, stepped in Rust on all cores, with Gymnasium's vector API.

    A game that is over starts anew at the next step (``AutoresetMode.NEXT_STEP``).
    """

    metadata = {"autoreset_mode": gymnasium.vector.AutoresetMode.NEXT_STEP}

    def __init__(self, scenario: Scenario | str, seat: str, num_envs: int, **how: Any) -> None:
        self.scenario, self.core = _core(scenario, [seat], num_envs, **{**_HOW, **how})
        self.seat, self.num_envs = seat, num_envs
        self.single_observation_space, self.single_action_space = _spaces(self.core, 0)
        self.observation_space = gymnasium.vector.utils.batch_space(self.single_observation_space, num_envs)
        self.action_space = gymnasium.vector.utils.batch_space(self.single_action_space, num_envs)
        self.names = self.core.names(0)
        self.action_names = self.core.action_names(0)
        self._random = numpy.random.default_rng()

    def reset(
        self, *, seed: int | Sequence[int] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start every game: with a whole number ``seed``, game i with ``seed + i``."""
        if seed is None:
            seeds = [_seed(self._random) for _ in range(self.num_envs)]
        elif numpy.ndim(seed) == 0:
            # Whole numbers of NumPy too.
            first = operator.index(seed)  # type: ignore[arg-type]
            self._random = numpy.random.default_rng(first)
            seeds = [first + at for at in range(self.num_envs)]
        else:
            seeds = [operator.index(one) for one in seed]  # type: ignore[union-attr]
        seen, may = self.core.reset(seeds)
        return {"observation": seen[:, 0], "action_mask": may[:, 0]}, {}

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Step every game by one round."""
        numbers = numpy.ascontiguousarray(actions, dtype=numpy.int64).reshape(self.num_envs, 1, -1)
        seen, may, rewards, over, refused = self.core.step(numbers)
        truncated = numpy.zeros(self.num_envs, dtype=bool)
        observations = {"observation": seen[:, 0], "action_mask": may[:, 0]}
        return observations, rewards[:, 0], over, truncated, {"refused": refused[:, 0]}

    def close_extras(self, **kwargs: Any) -> None:
        """Nothing is held open."""
