"""Results of many games."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from . import _marchland
from ._frames import frame, to_pandas


class Results:
    """Results of many games, in memory or in a folder.

    ``results.games`` is a :class:`Table` that Arrow reads without a copy: ``polars.DataFrame(results.games)``,
    ``pyarrow.table(results.games)``; ``results.to_pandas()`` needs pandas alone. Columns are those of the command
    line's Parquet, value for value: ``seed``, ``set.PARAMETER``, ``outcome``, ``event.NAME`` (months), ``measure.NAME``,
    ``payoff.PLAYER``, and so on; ``results.games.describe(name)`` gives a column's unit and meaning.
    """

    def __init__(self, inner: _marchland.Results) -> None:
        self._inner = inner
        self._folder: Path | None = None
        #: Strategies in Python that the games were played with, for whoever plays them again.
        self._strategies: Any = None

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> Results:
        """Read a results folder.

        Raises:
            MarchlandError: it holds none, a part is damaged or foreign, or no game is finished.
        """
        return cls(_marchland.Results.read(os.fspath(folder)))

    @property
    def games(self) -> _marchland.Table:
        """One row per game, by row and then replication.

        Raises:
            MarchlandError: they were played into a folder, and it is not there or not whole when first asked for.
        """
        return self._inner.games

    @property
    def turns(self) -> _marchland.Table | None:
        """One row per game and turn, where ``indicators`` were kept."""
        return self._inner.turns

    @property
    def missing(self) -> int:
        """Games asked for that were not played."""
        return self._inner.missing

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.games.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self.games)

    def to_pandas(self) -> Any:
        """The table of games as a pandas data frame."""
        return to_pandas(self.games)

    @property
    def folder(self) -> Path:
        """The folder that holds the results: their own, or a temporary one that is written when first asked for."""
        own = self._inner.folder
        if own is not None:
            return Path(own)
        if self._folder is None:
            below = tempfile.mkdtemp(prefix="marchland-")
            weakref.finalize(self, shutil.rmtree, below, ignore_errors=True)
            self._inner.write(os.path.join(below, "results"))
            self._folder = Path(below, "results")
        return self._folder

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write results that are in memory into a new folder: the bytes that the command line would have written.

        Raises:
            MarchlandError: they lie in a folder already, games are missing, or the folder cannot be written.
        """
        self._inner.write(os.fspath(folder))
        return Path(folder)

    def _ask(self, command: str, *words: str) -> Report:
        options = [word for word in words if word]
        name, rest = [str(self.folder)], options
        text = _marchland.answer([command, *name, "--json", *rest])
        # The report holds these results: their temporary folder goes with them.
        return Report(json.loads(text), lambda owner=self: _marchland.answer([command, *name, *rest]))

    def summarise(self, level: float = 0.95, event: str | None = None) -> Report:
        """What came out: odds, what moves them, how much is chance, every measure by lever.

        ``level`` is the confidence of the intervals; ``event`` the name of the event that odds are of.
        """
        return self._ask("summarise", f"--level={level}", *_option("event", event))

    def sensitivity(
        self, measure: str | None = None, lever: str | None = None, belief: str | None = None, rank: bool = False
    ) -> Report:
        """Which parameters drive a measure: Sobol' indices, elementary effects, or PAWN and ranks, by the design."""
        return self._ask(
            "sensitivity",
            *_option("measure", measure),
            *_option("lever", lever),
            *_option("belief", belief),
            "--rank" if rank else "",
        )

    def discover(
        self, wanted: str = "exit", method: str = "prim", boxes: int = 1, peel: float = 0.05, least_mass: float = 0.05
    ) -> Report:
        """The conditions under which games come out in a way of interest: ``"exit"``, ``"deaths > 100"``."""
        return self._ask(
            "discover",
            f"--wanted={wanted}",
            f"--method={method}",
            f"--boxes={boxes}",
            f"--peel={peel}",
            f"--least-mass={least_mass}",
        )

    def difference(
        self,
        first: str,
        second: str,
        level: float = 0.95,
        margin: float | None = None,
        trace: int = 32,
        indicator: str | None = None,
        belief: str | None = None,
    ) -> Report:
        """Two levers compared under equal shocks, with the causes that carry the difference.

        Belief sets are never pooled: each has rows of its own in ``measures``, under its name in ``belief``; ``belief``
        asks for one alone. ``margin`` is what counts as no difference, in the measure's unit; ``trace`` pairs are played again with causes.
        """
        return self._ask(
            "difference",
            first,
            second,
            f"--level={level}",
            f"--trace={trace}",
            *_option("margin", margin),
            *_option("indicator", indicator),
            *_option("belief", belief),
        )

    def robustness(self, measures: Mapping[str, str] | Iterable[str]) -> Report:
        """Which lever survives the unknowns. ``measures`` are ``{"deaths": "low", "payoff.russia": "high 0.4"}``."""
        texts = [f"{name}={way}" for name, way in measures.items()] if isinstance(measures, Mapping) else list(measures)
        return self._ask("robustness", *[f"--measure={text}" for text in texts])

    def explain(self, row: int, replication: int = 0) -> str:
        """One row of results played again, bit for bit, and told."""
        words = ["explain", str(self.folder), f"--row={row}", f"--replication={replication}"]
        return _marchland.answer(words)

    def plot(self, column: str | None = None, by: str = "lever", ax: Any = None) -> Any:
        """Draw the distribution of a column by lever (or another column) with Matplotlib, and return the axes."""
        import matplotlib.pyplot as pyplot

        data = self.to_pandas()
        if column is None:
            column = next(name for name in data.columns if name.startswith(("measure.", "payoff.")))
        if ax is None:
            _, ax = pyplot.subplots()
        for name, rows in data.groupby(by):
            values = rows[column].dropna().sort_values()
            ax.step(values, [(at + 1) / len(values) for at in range(len(values))], where="post", label=str(name))
        unit, meaning = self.games.describe(column)
        ax.set_xlabel(f"{column} ({unit})" if unit else column)
        ax.set_ylabel("share of games at or below")
        ax.set_title(meaning)
        ax.legend(title=by)
        return ax

    def _repr_html_(self) -> str | None:
        table = frame(self.games)
        return table._repr_html_() if hasattr(table, "_repr_html_") else None

    def __repr__(self) -> str:
        missing = f", {self.missing} missing" if self.missing else ""
        return f"<Results: {len(self)} games{missing}>"


class Report(dict[str, Any]):
    """What an analysis found, as the object that the command prints with ``--json``; printed, its text."""

    def __init__(self, found: dict[str, Any], text: Any) -> None:
        super().__init__(found)
        self._text = text

    @property
    def text(self) -> str:
        """The report as the command prints it."""
        if callable(self._text):
            self._text = self._text()
        return str(self._text)

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return f"```\n{self.text}\n```"


def _option(name: str, value: Any) -> list[str]:
    return [] if value is None else [f"--{name}={value}"]
