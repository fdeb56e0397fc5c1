"""Games: played to the end, and step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from . import _marchland
from ._frames import frame


class PlayedGame:
    """A game that was played: its tables, its outcome, its story.

    Tables are pandas data frames where pandas is installed, and else :class:`Table`, which Arrow reads.
    """

    def __init__(self, inner: _marchland.PlayedGame) -> None:
        self._inner = inner

    @property
    def seed(self) -> int:
        """The game's seed."""
        return self._inner.seed

    @property
    def lineup(self) -> dict[str, str]:
        """Player or population, and the strategy it played."""
        return dict(self._inner.lineup)

    @property
    def turns(self) -> Any:
        """One row per turn: ``turn``, ``date``, and every indicator at its end, in its own unit."""
        return frame(self._inner.turns)

    @property
    def orders(self) -> Any:
        """One row per order: ``turn, round, player, action, option, legal, reason``."""
        return frame(self._inner.orders)

    @property
    def rulings(self) -> Any:
        """One row per legal order: ``turn, round, player, action, option, probability, draw, success, leaked``."""
        return frame(self._inner.rulings)

    @property
    def votes(self) -> Any:
        """One row per ballot: ``turn, round, motion, by, member, vote, passed``."""
        return frame(self._inner.votes)

    @property
    def events(self) -> Any:
        """One row per event: ``turn, round, event, title``."""
        return frame(self._inner.events)

    @property
    def causes(self) -> Any:
        """One row per step of an indicator: ``turn, round, stage, indicator, cause, before, after, inputs``.

        Raises:
            MarchlandError: the game was played with ``trace=False``.
        """
        return frame(self._inner.causes)

    @property
    def outcome(self) -> dict[str, Any]:
        """How it ended: ``status``, ``exit`` and its ``turn``, ``measures``, ``payoffs``, ``events``,
        ``turning_point``.

        >>> import marchland
        >>> marchland.load("deterrence").run(seed=1).outcome["status"]
        'ended'
        """
        return self._inner.outcome

    def story(self, format: str = "text") -> str:
        """The game told, as ``"text"``, ``"markdown"`` or ``"html"``: what ``marchland run`` prints.

        Raises:
            MarchlandError: the game was played with ``trace=False``, or there is no such format.
        """
        return self._inner.story(format)

    def why(self, indicator: str, turn: int | None = None) -> str:
        """Why an indicator stands where it does at the end of a turn: its causes, followed to their beginning.

        ``indicator`` is a path, or a field that one entity alone bears, or that the scenario's main indicator bears.

        Raises:
            MarchlandError: there is no such indicator or turn, or the game was played with ``trace=False``.
        """
        return self._inner.why(indicator, turn)

    def to_json(self) -> str:
        """The game as the object that ``marchland run --json`` prints."""
        return self._inner.to_json()

    def _repr_markdown_(self) -> str | None:
        return self._inner._repr_markdown_()

    def __repr__(self) -> str:
        return repr(self._inner)


class Game:
    """One game, step by step: made by :meth:`Scenario.game`.

    >>> import marchland
    >>> scenario = marchland.load("deterrence")
    >>> seat = scenario.players[0]
    >>> game = scenario.game(seed=1, seats={seat: None})
    >>> while not game.over:
    ...     legal = game.observe(seat).legal
    ...     game.act(seat, legal[:1])
    ...     game.step()
    >>> game.payoffs[seat] == game.played.outcome["payoffs"][seat]
    True
    """

    def __init__(self, inner: _marchland.Game) -> None:
        self._inner = inner

    @property
    def seed(self) -> int:
        """The game's seed."""
        return self._inner.seed

    @property
    def turn(self) -> int:
        """The turn to be played next, from 1; one past the last where the game is over."""
        return self._inner.turn

    @property
    def round(self) -> int:
        """The round of the month, from 0; always 0 but on the crisis clock."""
        return self._inner.round

    @property
    def stage(self) -> str:
        """The coming stage: ``"orders"``, or ``"ballots"`` where motions stand to be voted on."""
        return self._inner.stage

    @property
    def over(self) -> bool:
        """Whether no turn is left to play."""
        return self._inner.over

    @property
    def seats(self) -> list[str]:
        """Seats that are played by hand."""
        return self._inner.seats

    @property
    def deciding(self) -> list[str]:
        """Seats played by hand that have something to decide in the coming stage."""
        return self._inner.deciding

    @property
    def paths(self) -> list[str]:
        """Every indicator's path, in the order of :attr:`values`."""
        return self._inner.paths

    @property
    def values(self) -> Any:
        """The true value of every indicator, shape (indicators,): for whoever runs the game, never for a strategy."""
        return self._inner.values

    @property
    def payoffs(self) -> dict[str, float]:
        """Every player's payoff over the turns played so far, what counts at the end as of now."""
        return self._inner.payoffs

    @property
    def played(self) -> PlayedGame:
        """The turns played so far, with their tables and story."""
        return PlayedGame(self._inner.played)

    @property
    def state_hash(self) -> str:
        """SHA-256 of the whole state but memories: equal for equal games."""
        return self._inner.state_hash

    def truth(self, path: str) -> float:
        """The true value of one indicator."""
        return self._inner.truth(path)

    def memory(self, seat: str) -> Any:
        """What the Python strategy of a seat remembers."""
        return self._inner.memory(seat)

    def observe(self, seat: str) -> _marchland.Observation:
        """What a seat sees now, and nothing else.

        Raises:
            MarchlandError: there is no such player.
        """
        return self._inner.observe(seat)

    def legal(self, seat: str) -> Any:
        """A seat's own orders: ``action, option, legal, reason``, the reason reading after "because"."""
        from ._frames import of_rows

        keys = ("action", "option", "legal", "reason")
        return of_rows([dict(zip(keys, row)) for row in self._inner.legal(seat)])

    def act(self, seat: str, orders: Iterable[Any] | str | None = None, ballots: Mapping[str, str] | None = None) -> None:
        """Say what a seat does in the coming stage, whoever else would decide for it.

        ``orders`` are texts (``"security_aid high"``) or pairs; ``ballots`` are ``{"motion": "yes"}``.

        Raises:
            MarchlandError: an order is unknown, or not legal beside those before it; the message says why.
        """
        if orders is not None and not isinstance(orders, str):
            orders = list(orders)
        self._inner.act(seat, orders, ballots)

    def step(self) -> None:
        """Play the coming stage. Seats by hand that did not act give no orders, and vote by their stakes."""
        self._inner.step()

    def play(self, turn: int | None = None) -> None:
        """Play on to the end of a turn; to the end of the game unless one is given."""
        self._inner.play(turn)

    def snapshot(self) -> _marchland.Snapshot:
        """The game as it stands, to go back to."""
        return self._inner.snapshot()

    def restore(self, snapshot: _marchland.Snapshot) -> None:
        """Go back to a snapshot of this game, or of one that it was forked from.

        Raises:
            MarchlandError: the snapshot is of another scenario.
        """
        self._inner.restore(snapshot)

    def fork(self, n: int, same_chance: bool = False) -> list[Game]:
        """Copies of the game as it stands, each going on under a chance of its own, or all under this game's."""
        return [Game(inner) for inner in self._inner.fork(n, same_chance)]

    def futures(self, n: int, threads: int = 0) -> Any:
        """Play many futures from here to the end, on all cores unless fewer ``threads`` are asked for.

        Future i is :meth:`fork` i. What was said for the coming stage by :meth:`act` is done in each; afterwards every
        seat plays its strategy, those by hand too. Returns one row a future: ``outcome``, ``exit``, ``turn``,
        ``event.*``, ``measure.*``, ``payoff.*``.
        """
        return frame(self._inner.futures(n, threads))

    def __repr__(self) -> str:
        return repr(self._inner)
