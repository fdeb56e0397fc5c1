"""Marchland: a multi-agent, game-theoretic crisis wargame engine.

>>> import marchland
>>> scenario = marchland.load("deterrence")
>>> game = scenario.run(seed=1)
>>> results = scenario.batch(games=100, seed=1)
>>> len(results.games)
100

Start with :func:`load`; it returns a :class:`Scenario`, from which everything else follows. What is computed here is
hypothetical conduct of public roles (``marchland.NOTICE``), and not evidence about any person, group or future event.
"""

from ._marchland import NOTICE, MarchlandError, Observation, Snapshot, StrategyError, Table, __version__
from ._game import Game, PlayedGame
from ._results import Results
from ._scenario import Scenario, load, scenarios
from ._strategy import Strategy

__all__ = [
    "NOTICE",
    "Game",
    "MarchlandError",
    "Observation",
    "PlayedGame",
    "Results",
    "Scenario",
    "Snapshot",
    "Strategy",
    "StrategyError",
    "Table",
    "__version__",
    "load",
    "scenarios",
]
