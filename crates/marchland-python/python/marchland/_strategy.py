"""Strategies, as a caller writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from . import _marchland

if TYPE_CHECKING:
    from ._marchland import Observation


@runtime_checkable
class Strategy(Protocol):
    """Decides for one player.

    ``decide`` is called at every decision on orders with what the player sees and what the strategy remembered the
    last time (``None`` at first), and returns the orders and what to remember. Orders are texts (``"security_aid
    high"``) or pairs (``("security_aid", "high")``), in the order in which they should resolve; what is not legal
    beside those before it is left out, as it is of the scenario's own strategies. Memory is anything that ``json``
    writes, at most 64 KiB; it is part of snapshots, so that games can be forked and replayed: **keep nothing
    elsewhere**, and take draws from ``observation.seed``. :meth:`Scenario.check_strategy` finds what does not.

    A class may have a method ``vote(observation, memory) -> (ballots, memory)`` too, with ballots ``{"motion":
    "yes"}``; without it, and on motions left out, the player votes by its stakes.

    >>> import marchland
    >>> class Calm:
    ...     def decide(self, observation, memory):
    ...         return [], memory
    >>> isinstance(Calm(), marchland.Strategy)
    True
    """

    def decide(self, observation: Observation, memory: Any) -> tuple[Iterable[Any], Any]:
        """Orders, and what to remember."""
        ...


def text_of(strategy: Any) -> str:
    """The text by which the engine knows a strategy: a name, one written in place, or a Python object."""
    return strategy if isinstance(strategy, str) else _marchland.strategy_text(strategy)


def lineup(strategies: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Players with the texts of their strategies."""
    return [(player, text_of(strategy)) for player, strategy in (strategies or {}).items()]
