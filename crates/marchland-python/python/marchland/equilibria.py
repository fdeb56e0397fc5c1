"""Games in normal form and their solution concepts, over NumPy arrays, each answer with its certificate.

>>> import numpy
>>> from marchland.equilibria import Game
>>> chicken = Game([[[0, -1], [1, -10]], [[0, 1], [-1, -10]]], title="Chicken")
>>> found = chicken.nash(all=True)
>>> len(found), found.complete
(3, True)
>>> mixed = next(one for one in found if one.profile[0].min() > 0.0)
>>> numpy.round(mixed.profile[0], 6).tolist()
[0.9, 0.1]
>>> mixed.regret < 1e-12
True
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy

from . import _marchland

__all__ = ["Answer", "Game", "Solution"]


@dataclass(frozen=True)
class Solution:
    """One profile with its certificate."""

    #: One array a player, shape (strategies,): the probability of each.
    profile: tuple[Any, ...]
    #: Each player's expected payoff, shape (players,), in the game's own unit.
    payoffs: Any
    #: The largest gain that any player could make by deviating, recomputed by enumeration.
    regret: float
    #: +1 or −1 at a regular equilibrium, 0 at a singular one, None where it was not computed.
    index: int | None
    #: What else the concept says of it, such as ``lambda`` and ``residual`` of a quantal response.
    more: dict[str, Any]


class Answer(Sequence[Solution]):
    """What a solver found: a sequence of solutions, and what is proved about them.

    ``found["key"]`` reads whatever ``marchland solve --json`` prints, such as ``distribution`` or ``ranking``.
    """

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found
        known = {"profile", "payoffs", "regret", "index"}
        self._solutions = [
            Solution(
                tuple(numpy.asarray(strategy, dtype=float) for strategy in one["profile"]),
                numpy.asarray(one["payoffs"], dtype=float),
                one["regret"],
                one["index"],
                {key: value for key, value in one.items() if key not in known},
            )
            for one in found["solutions"]
        ]

    @property
    def status(self) -> str:
        """How much the list may be trusted to be all of them."""
        return str(self.found["status"])

    @property
    def complete(self) -> bool:
        """Whether it is proved that there are no others."""
        return bool(self.found["complete"])

    @property
    def regret(self) -> float | None:
        """The largest regret of any solution; for distributions, what any player gains by a deviation."""
        value = self.found.get("regret")
        return None if value is None else float(value)

    def __len__(self) -> int:
        return len(self._solutions)

    def __getitem__(self, at: Any) -> Any:
        return self.found[at] if isinstance(at, str) else self._solutions[at]

    def __iter__(self) -> Iterator[Solution]:
        return iter(self._solutions)

    def __repr__(self) -> str:
        return f"<Answer: {self.found['concept']}, {len(self)} solutions, {self.status}>"


class Game:
    """A finite game in normal form.

    ``payoffs`` holds one array a player, each of the shape (strategies of the first player, …, of the last); of two
    players with one array, the game is zero-sum.

    Raises:
        MarchlandError: shapes disagree, or a payoff is not finite.
    """

    def __init__(
        self,
        payoffs: Any,
        title: str = "",
        players: Sequence[str] | None = None,
        strategies: Sequence[Sequence[str]] | None = None,
    ) -> None:
        arrays = [numpy.ascontiguousarray(array, dtype=numpy.float64) for array in payoffs]
        if arrays and arrays[0].ndim == 1:
            arrays = [numpy.stack(arrays), -numpy.stack(arrays)]
        names = None if strategies is None else [list(own) for own in strategies]
        self._inner = _marchland.NormalForm(arrays, title, None if players is None else list(players), names)

    @classmethod
    def _of(cls, inner: _marchland.NormalForm) -> Game:
        game = cls.__new__(cls)
        game._inner = inner
        return game

    @classmethod
    def from_nfg(cls, text: str) -> Game:
        """Read a Gambit file's text, ``.nfg``."""
        return cls._of(_marchland.NormalForm.from_nfg(text))

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Game:
        """Read a Gambit file."""
        return cls.from_nfg(Path(path).read_text(encoding="utf-8"))

    def to_nfg(self) -> str:
        """The game as a Gambit file's text."""
        return self._inner.to_nfg()

    @property
    def title(self) -> str:
        """What it is called."""
        return self._inner.title

    @property
    def players(self) -> list[str]:
        """Names of the players."""
        return self._inner.players

    @property
    def strategies(self) -> list[list[str]]:
        """Names of each player's strategies."""
        return self._inner.strategies

    @property
    def payoffs(self) -> list[Any]:
        """One array a player."""
        return self._inner.payoffs

    def _solve(self, concept: str, *options: str, time_limit: float | None = None) -> Answer:
        words = ["--concept", concept, *options]
        if time_limit is not None:
            words.append(f"--time-limit={time_limit}")
        return Answer(json.loads(self._inner.solve(words)))

    def nash(self, all: bool = False, time_limit: float | None = None) -> Answer:
        """Nash equilibria: one, or all of them. ``time_limit`` in seconds; what was found by then is returned."""
        return self._solve("nash", *(["--all"] if all else []), time_limit=time_limit)

    def pure(self) -> Answer:
        """Nash equilibria in pure strategies, all of them."""
        return self._solve("pure")

    def qre(self, rationality: float | Iterable[float], time_limit: float | None = None) -> Answer:
        """Logit quantal response equilibria on the principal branch, at each λ in 1/payoff.

        >>> game = Game([[[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]]])
        >>> game.qre([0.5, 2.0])[1].more["lambda"]
        2.0
        """
        points = [rationality] if isinstance(rationality, (int, float)) else list(rationality)
        return self._solve("qre", "--lambda=" + ",".join(repr(float(x)) for x in points), time_limit=time_limit)

    def correlated(self, objective: str = "max-welfare", coarse: bool = False, time_limit: float | None = None) -> Answer:
        """A correlated (or coarse correlated) equilibrium that is best by the objective: ``max-welfare``,
        ``min-welfare``, ``max-min``, ``max-entropy`` or ``player:NAME``; its probabilities are ``["distribution"]``.
        """
        return self._solve("coarse" if coarse else "correlated", f"--objective={objective}", time_limit=time_limit)

    def alpharank(
        self, alpha: float | str = "auto", population: int | None = None, time_limit: float | None = None
    ) -> Answer:
        """α-Rank: how much time evolution spends at each pure profile, ``["ranking"]``."""
        options = [f"--alpha={alpha}", *([] if population is None else [f"--population={population}"])]
        return self._solve("alpharank", *options, time_limit=time_limit)

    def replicator(self, start: Sequence[Sequence[float]], time: float) -> Answer:
        """Where the replicator dynamic leads from a profile in a time, in units of 1/payoff."""
        text = ";".join(",".join(repr(float(x)) for x in strategy) for strategy in start)
        return self._solve("replicator", f"--from={text}", f"--time={time}")

    def dominance(self) -> Answer:
        """Dominated strategies, and what their iterated elimination leaves: ``["survivors"]``, ``["dominance"]``."""
        return self._solve("dominance")

    def security(self) -> Answer:
        """What each player can guarantee itself: ``["levels"]``, ``["maxmin"]``."""
        return self._solve("security")

    def __repr__(self) -> str:
        shape = " × ".join(str(len(own)) for own in self.strategies)
        return f"<Game {self.title or 'without a title'}: {shape}>"
