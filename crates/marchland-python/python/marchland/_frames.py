"""Tables as data frames, where pandas is installed."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._marchland import Table


def has_pandas() -> bool:
    """Whether pandas can be imported."""
    return importlib.util.find_spec("pandas") is not None


def to_pandas(table: Table) -> Any:
    """A table as a pandas data frame, with nothing but pandas and NumPy."""
    import pandas

    return pandas.DataFrame({name: table[name] for name in table.column_names})


def frame(table: Table) -> Any:
    """A table as a pandas data frame where pandas is installed; else the table itself, which Arrow reads."""
    return to_pandas(table) if has_pandas() else table


def of_rows(rows: list[dict[str, Any]]) -> Any:
    """Rows of equal keys as a pandas data frame where pandas is installed; else the rows."""
    if not has_pandas():
        return rows
    import pandas

    return pandas.DataFrame(rows)
