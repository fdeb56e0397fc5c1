"""Scenarios: where everything begins."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import _marchland
from ._frames import of_rows
from ._game import Game, PlayedGame
from ._marchland import MarchlandError
from ._results import Report, Results
from ._strategy import lineup, text_of

_OWN = Path(__file__).parent / "scenarios"


def scenarios() -> list[str]:
    """Names of the scenarios that are part of this package.

    >>> "deterrence" in scenarios()
    True
    """
    names = [
        path.stem
        for path in _OWN.iterdir()
        if path.name != "base" and (path.suffix == ".ron" or (path / "scenario.ron").is_file())
    ]
    return sorted(names)


def load(
    scenario: str | os.PathLike[str],
    strategies: str | os.PathLike[str] | None = None,
    allow_external: bool = False,
) -> Scenario:
    """Load a scenario by its name in this package, or by the path of its folder or file.

    ``strategies`` is a file that adds strategies to the scenario's own. ``allow_external`` lets that file name programs
    to run: only for a file that you trust.

    >>> load("chicken").players
    ['row', 'column']

    Raises:
        MarchlandError: there is no such scenario, or it is wrong: every mistake with its place and remedy.
    """
    path = os.fspath(scenario)
    # A folder that happens to bear a scenario's name is none.
    if not (os.path.isfile(path) or os.path.isfile(os.path.join(path, "scenario.ron"))):
        own = [one for one in (_OWN / path, _OWN / f"{path}.ron") if path in scenarios() and one.exists()]
        if own:
            path = str(own[0])
        elif not os.path.exists(path):
            raise MarchlandError(
                f"there is no scenario `{path}`, neither at that path nor among those of this package: "
                + ", ".join(scenarios())
            )
    # Whoever changes the folder later asks for the same files.
    more = None if strategies is None else os.path.abspath(strategies)
    return Scenario(_marchland.Scenario(os.path.abspath(path), more, allow_external), more, allow_external)


def _values(set: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    def text(value: Any) -> str:
        return value if isinstance(value, str) else repr(float(value))

    return [(name, text(value)) for name, value in (set or {}).items()]


def _columns(design: Any, names: Sequence[str] | None) -> list[tuple[str, list[Any]]]:
    """A design's columns: of a data frame, a mapping of columns, an Arrow table, or an array with ``names``."""
    if isinstance(design, Mapping):
        return [(str(name), list(column)) for name, column in design.items()]
    if hasattr(design, "column_names") and hasattr(design, "to_pydict"):
        return [(str(name), list(column)) for name, column in design.to_pydict().items()]
    if hasattr(design, "columns") and hasattr(design, "__getitem__"):
        return [(str(name), list(design[name])) for name in design.columns]
    import numpy

    array = numpy.asarray(design)
    if names is None:
        raise MarchlandError("a design without names of its columns needs `factors=`, a parameter for each")
    if array.ndim != 2 or array.shape[1] != len(names):
        raise MarchlandError(f"the design has the shape {array.shape}, and there are {len(names)} factors")
    return [(name, column.tolist()) for name, column in zip(names, array.T)]


class Scenario:
    """A scenario that was loaded and checked: made by :func:`load`."""

    def __init__(
        self, inner: _marchland.Scenario, strategies: str | None = None, allow_external: bool = False
    ) -> None:
        self._inner = inner
        self._more = [] if strategies is None else [f"--strategies={strategies}"]
        self._allowed = ["--allow-external"] if allow_external and strategies is not None else []

    @property
    def name(self) -> str:
        """Its name: its folder's or file's."""
        return self._inner.name

    @property
    def title(self) -> str:
        """What it is called."""
        return self._inner.title

    @property
    def hash(self) -> str:
        """Its identity: equal hashes, equal games."""
        return self._inner.hash

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(self._inner.path)

    @property
    def horizon(self) -> int:
        """Turns (months) of a full game."""
        return self._inner.horizon

    @property
    def players(self) -> list[str]:
        """Names of the players, in the order in which their orders resolve."""
        return self._inner.players

    @property
    def beliefs(self) -> list[str]:
        """Names of the belief sets."""
        return self._inner.beliefs

    @property
    def measures(self) -> list[str]:
        """Names of the measures of a game."""
        return self._inner.measures

    @property
    def parameters(self) -> Any:
        """Every uncertain number with its value, range, unit and source, one row each."""
        return self.describe("parameters")

    @property
    def strategies(self) -> Any:
        """The scenario's named strategies with family, intent and who may play them, one row each."""
        return self.describe("strategies")

    @property
    def indicators(self) -> Any:
        """Every number of the world with path, unit, range and meaning, one row each."""
        return self.describe("indicators")

    def describe(self, what: str | None = None) -> Any:
        """What the scenario holds: ``players``, ``payoffs``, ``actions``, ``events``, ``indicators``, ``parameters``,
        ``strategies``, ``institutions``, ``measures`` or ``claims`` as a data frame (rows where pandas is missing);
        ``odd`` as a dictionary; an overview as a dictionary unless one is named.

        >>> load("deterrence").describe()["title"]
        'Deterrence'
        """
        words = ["describe", str(self.path), *([what] if what else []), "--json", *self._more]
        found = json.loads(_marchland.answer(words))
        return of_rows(found) if isinstance(found, list) else found

    def check(self, strict: bool = False, run: int | None = None) -> Report:
        """Everything that is wrong, idle or odd: ``errors``, ``warnings`` and ``findings`` with their places.

        ``run`` plays that many games of each variation too, and warns of what has no effect.
        """
        words = ["check", str(self.path), *(["--strict"] if strict else []), *([f"--run={run}"] if run else [])]
        found = json.loads(_marchland.answer([*words, "--json"]))
        return Report(found, lambda: _marchland.answer(words))

    def _composition(
        self,
        strategies: Mapping[str, Any] | None,
        set: Mapping[str, Any] | None,
        belief: str | None,
        turns: int | None,
    ) -> dict[str, Any]:
        return {"strategies": lineup(strategies), "set": _values(set), "belief": belief, "turns": turns}

    def run(
        self,
        seed: int = 1,
        strategies: Mapping[str, Any] | None = None,
        set: Mapping[str, Any] | None = None,
        belief: str | None = None,
        turns: int | None = None,
        trace: bool = True,
    ) -> PlayedGame:
        """Play one game to its end.

        Args:
            seed: below 2**53; the same seed gives the game that ``marchland run --seed`` plays.
            strategies: player or population, and a strategy: a name, one written in place, ``"log:GAME"``, or an object
                with ``decide`` (see :class:`Strategy`).
            set: parameters' values, or names of choices.
            belief: the belief set in force; the scenario's default unless given.
            turns: months to play; the horizon unless fewer.
            trace: whether causes are recorded.

        >>> game = load("deterrence").run(seed=7, strategies={"challenger": "always-challenge"})
        >>> len(game.turns)
        12

        Raises:
            MarchlandError: a name or value is wrong, with its place and the nearest valid one.
            StrategyError: a Python strategy raised an exception, which is the cause.
        """
        return PlayedGame(self._inner.play(seed, self._composition(strategies, set, belief, turns), trace))

    def batch(
        self,
        games: int = 100,
        seed: int = 1,
        design: Any = None,
        factors: Sequence[str] | None = None,
        strategies: Mapping[str, Any] | None = None,
        levers: Mapping[str, Mapping[str, Any]] | None = None,
        set: Mapping[str, Any] | None = None,
        beliefs: Iterable[str] | str | None = None,
        turns: int | None = None,
        indicators: Iterable[str] = (),
        shocks: str | None = None,
        threads: int = 0,
        out: str | os.PathLike[str] | None = None,
        resume: bool = False,
        shard: str | None = None,
        games_per_part: int | None = None,
        progress: bool | Callable[[int], Any] = False,
    ) -> Results:
        """Play many games: ``games`` of every row, a row being a point of the design under a lever and a belief set.

        Args:
            games: replications of every row.
            seed: the experiment's; a row's own is in its column ``seed``, and :meth:`run` plays it again.
            design: points to play: a data frame with a column for each parameter, a mapping, or an array of shape
                (points, factors) with ``factors`` naming them. One point without it.
            strategies: as in :meth:`run`, under every lever.
            levers: name, and the strategies that take the place of others; one lever ``default`` unless given.
            set: parameters held at a value.
            beliefs: belief sets; the scenario's default unless given.
            indicators: kept turn by turn, in ``results.turns``.
            shocks: ``"Fresh"`` (every point has seeds of its own) or ``"Common"`` (all points share them); common unless
                the design is one that needs fresh ones.
            threads: one per processor unless given; results do not depend on it.
            out: a folder to keep results in as Parquet, which may be resumed; in memory unless given.
            resume: continue the results in ``out``.
            shard: ``"I/N"``, a share of the parts only; needs ``out``.
            progress: True for a bar of ``tqdm`` where it is installed, or a function that is told of games done.

        >>> results = load("deterrence").batch(games=20, seed=3)
        >>> results.games["seed"].shape
        (20,)

        Raises:
            MarchlandError: a name or value is wrong, a design has an unknown column or a missing value.
            StrategyError, KeyboardInterrupt: games finished by then are in the exception's ``results``.
        """
        if isinstance(beliefs, str):
            beliefs = [beliefs]
        given = list(beliefs or [])
        if given == ["All"]:
            given = self.beliefs
        named = levers if levers is not None else {"default": {}}
        batch = {
            "games": games,
            "seed": seed,
            "levers": [(name, lineup(own)) for name, own in named.items()],
            "beliefs": given,
            "indicators": list(indicators),
            "shocks": shocks,
            "threads": threads,
            "games_per_part": games_per_part,
            "out": None if out is None else os.fspath(out),
            "resume": resume,
            "shard": shard,
        }
        columns = None if design is None else _columns(design, factors)
        points = 1 if not columns else len(columns[0][1])
        with _bar(progress, games * points * len(named) * max(1, len(given))) as tell:
            composition = self._composition(strategies, set, None, turns)
            inner, raised = self._inner.play_many(composition, batch, columns, tell)
        results = Results(inner)
        results._strategies = (strategies, levers)
        if raised is not None:
            raised.results = results
            raise raised
        return results

    def sweep(
        self,
        experiment: str | os.PathLike[str],
        out: str | os.PathLike[str],
        replications: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        resume: bool = False,
        shard: str | None = None,
    ) -> Results:
        """Play an experiment from its file, or by its name in the scenario's folder ``experiments``, into a folder."""
        words = ["sweep", str(self.path), os.fspath(experiment), f"--out={os.fspath(out)}", "--quiet"]
        for name, value in {"replications": replications, "seed": seed, "threads": threads, "shard": shard}.items():
            words += [] if value is None else [f"--{name}={value}"]
        _marchland.answer([*words, *(["--resume"] if resume else [])])
        return Results.read(out)

    def versus(
        self,
        player: str,
        first: Any,
        second: Any,
        measure: str = "payoff",
        event: str | None = None,
        strategies: Mapping[str, Any] | None = None,
        alpha: float = 0.05,
        beta: float = 0.05,
        effect: float = 0.02,
        max_games: int = 20_000,
        seed: int = 1,
        belief: str | None = None,
        turns: int | None = None,
        threads: int | None = None,
    ) -> Report:
        """Which of two strategies is better for a player, pair by pair under equal seeds until it is decided.

        ``effect`` is the smallest difference that matters: of payoffs a share of the payoff range, of a measure in its
        unit. ``alpha`` and ``beta`` bound the errors of the sequential test.
        """
        words = ["versus", str(self.path), text_of(first), text_of(second), f"--player={player}"]
        words += [f"--event={event}"] if event else [f"--measure={measure}"]
        words += [f"--alpha={alpha}", f"--beta={beta}", f"--effect={effect}", f"--max-games={max_games}", f"--seed={seed}"]
        words += [f"--strategy={seat}={text}" for seat, text in lineup(strategies)]
        words += [*self._more, *self._allowed]
        for name, value in {"belief": belief, "turns": turns, "threads": threads}.items():
            words += [] if value is None else [f"--{name}={value}"]
        found = json.loads(_marchland.answer([*words, "--json"]))
        # Strategies in Python are asked again for the text.
        return Report(found, lambda held=(first, second, strategies): _marchland.answer(words))

    def tournament(
        self,
        tournament: str | os.PathLike[str],
        out: str | os.PathLike[str],
        threads: int | None = None,
        max_games: int | None = None,
        resume: bool = False,
        shard: str | None = None,
    ) -> Report:
        """Compare strategy sets as a game: which are stable, what beats them, how sure that is.

        ``tournament`` is a file, the name of one in the scenario's folder ``tournaments``, or the text of one; in a text,
        ``strategy_text(object)`` of this package's module ``strategies`` names a Python object.
        """
        file = os.fspath(tournament)
        if "(" in file:
            written = Path(out).parent / f"{Path(out).name}.tournament.ron"
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(file, encoding="utf-8")
            file = str(written)
        words = ["tournament", str(self.path), file, f"--out={os.fspath(out)}", "--quiet"]
        words += [*self._more, *self._allowed]
        for name, value in {"threads": threads, "max-games": max_games, "shard": shard}.items():
            words += [] if value is None else [f"--{name}={value}"]
        said = _marchland.answer([*words, *(["--resume"] if resume else [])])
        report = Path(out, "report.json")
        text = Path(out, "report.txt")
        found = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
        return Report(found, text.read_text(encoding="utf-8") if text.exists() else said)

    def game(
        self,
        seed: int = 1,
        seats: Mapping[str, Any] | Iterable[str] | None = None,
        set: Mapping[str, Any] | None = None,
        belief: str | None = None,
        turns: int | None = None,
        trace: bool = False,
    ) -> Game:
        """One game, to be played step by step.

        ``seats`` maps players to strategies, or to ``None`` where they are played by hand (:meth:`Game.act`); a list
        names seats played by hand. Other players play the scenario's own strategies.
        """
        if seats is None:
            seats = {}
        elif not isinstance(seats, Mapping):
            seats = dict.fromkeys([seats] if isinstance(seats, str) else seats)
        held = [seat for seat, strategy in seats.items() if strategy is None]
        played = {seat: strategy for seat, strategy in seats.items() if strategy is not None}
        composition = self._composition(played, set, belief, turns)
        return Game(_marchland.Game(self._inner, seed, composition, held, trace))

    def check_strategy(self, player: str, strategy: Any, seed: int = 1, turns: int | None = None) -> None:
        """Find state that a Python strategy keeps outside its memory.

        Plays a game, then goes back to the start of every turn and plays that turn again, in reverse: a strategy that
        decides by its observation and memory alone gives the same orders.

        >>> class Counter:
        ...     calls = 0
        ...     def decide(self, observation, memory):
        ...         self.calls += 1
        ...         return observation.legal[self.calls % 2:][:1], None
        >>> scenario = load("deterrence")
        >>> scenario.check_strategy("challenger", Counter())  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        marchland.StrategyError: the strategy of challenger keeps state outside its memory: asked again in turn ...

        Raises:
            StrategyError: it does not.
        """
        game = self.game(seed, {player: strategy}, turns=turns)
        begun: list[tuple[int, Any, str]] = []
        while not game.over:
            turn, before = game.turn, game.snapshot()
            game.step()
            begun.append((turn, before, self._chosen(game, player)))
        for turn, before, chosen in reversed(begun):
            game.restore(before)
            game.step()
            if self._chosen(game, player) != chosen:
                raise _marchland.StrategyError(
                    f"the strategy of {player} keeps state outside its memory: asked again in turn {turn}, it chose "
                    "otherwise; return it as memory, and take draws from `observation.seed`"
                )

    def _chosen(self, game: Game, player: str) -> str:
        return f"{game.state_hash} {json.dumps(game.memory(player))}"

    def problem(self, factors: Sequence[str] | None = None) -> dict[str, Any]:
        """SALib's problem: ``num_vars``, ``names`` and ``bounds`` of the parameters that have a range to vary over.

        A choice is its position, from 0 to below the number of its options, rounded down.
        """
        known = {name: (low, high, choices) for name, low, high, choices in self._inner.varying()}
        names = list(known) if factors is None else list(factors)
        unknown = [name for name in names if name not in known]
        if unknown:
            raise MarchlandError(f"`{unknown[0]}` is no parameter with a range to vary over; there are {', '.join(known)}")
        bounds = [[0.0, float(len(known[n][2]))] if known[n][2] else [known[n][0], known[n][1]] for n in names]
        return {"num_vars": len(names), "names": names, "bounds": bounds}

    def evaluate(
        self,
        x: Any,
        outputs: str | Sequence[str],
        factors: Sequence[str] | None = None,
        games: int = 1,
        seed: int = 1,
        strategies: Mapping[str, Any] | None = None,
        set: Mapping[str, Any] | None = None,
        belief: str | None = None,
        turns: int | None = None,
        threads: int = 0,
        common: bool = False,
    ) -> Any:
        """Mean results at the rows of ``x``, shape (rows, factors): what SALib's analyses take.

        ``outputs`` names one result (the answer has the shape (rows,)) or several ((rows, outputs)):
        ``measure.NAME``, ``payoff.PLAYER``, ``event.NAME`` (a share), or their short names. ``factors`` are the columns
        of ``x``, those of :meth:`problem` unless given. Each row is the mean of ``games`` games.
        """
        import numpy

        names = self.problem()["names"] if factors is None else list(factors)
        single = isinstance(outputs, str)
        wanted = [outputs] if isinstance(outputs, str) else list(outputs)
        array = numpy.ascontiguousarray(x, dtype=numpy.float64)
        if array.ndim != 2:
            raise MarchlandError(f"X has the shape {array.shape}, and should have (rows, factors)")
        composition = self._composition(strategies, set, belief, turns)
        found = self._inner.evaluate_points(composition, names, array, wanted, games, seed, threads, common)
        return found[:, 0] if single else found

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {self.title}, {self.horizon} turns, {len(self.players)} players>"


class _bar:
    """A bar of tqdm, a caller's own function, or nothing."""

    def __init__(self, progress: bool | Callable[[int], Any], games: int) -> None:
        self._progress, self._games = progress, games
        self._bar: Any = None

    def __enter__(self) -> Callable[[int], Any] | None:
        if callable(self._progress):
            return self._progress
        if not self._progress:
            return None
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return lambda done: print(f"\r{done} of {self._games} games", end="", file=sys.stderr)
        self._bar = tqdm(total=self._games, unit="game")

        def tell(done: int) -> None:
            self._bar.update(done - self._bar.n)

        return tell

    def __exit__(self, *_: Any) -> None:
        if self._bar is not None:
            self._bar.close()
