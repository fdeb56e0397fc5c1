"""What the scripts of this folder share: reading sources, the columns of the economy, and the command line."""

import csv
import sys
from pathlib import Path
from typing import Callable, Optional

HERE = Path(__file__).resolve().parent
Row = dict[str, str]


def read(name: str) -> list[Row]:
    """The rows of a file in sources/."""
    with open(HERE / "sources" / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cell(value: Optional[float], digits: int) -> str:
    """A number as it stands in a table; a hole is empty."""
    return "" if value is None else f"{value:.{digits}f}"


def mean(values: list[Optional[float]]) -> Optional[float]:
    """The mean, or a hole if any value is one."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


class Economy:
    """Output and people of each country and year, and prices where a file of them is given."""

    def __init__(self, output: list[str], prices: Optional[str] = None) -> None:
        self.tables = {(row["country"], int(row["year"])): row for name in output for row in read(name)}
        self.prices = {
            (row["country"], int(row["year"])): float(row["inflation"]) for row in (read(prices) if prices else [])
        }

    def growth(self, country: str, year: int) -> Optional[float]:
        """Growth of output at constant national prices, in per cent."""
        now, before = self.tables.get((country, year)), self.tables.get((country, year - 1))
        if now is None or before is None:
            return None
        return 100 * (float(now["rgdpna"]) / float(before["rgdpna"]) - 1)

    def columns(self, country: str, year: int) -> Row:
        """The economy's columns, of this year; none where the year has no output."""
        table = self.tables.get((country, year))
        if table is None:
            return {}
        growth = [self.growth(country, year - lag) for lag in range(4)]
        usual = mean(growth[1:4])
        shock = None if growth[0] is None or usual is None else growth[0] - usual
        return {
            "growth": cell(growth[0], 2),
            "growth_3y_mean": cell(mean(growth[0:3]), 2),
            "growth_shock": cell(shock, 2),
            "gdp_pc": cell(float(table["rgdpe"]) / float(table["pop"]), 0),
            "population": cell(float(table["pop"]), 3),
            "inflation": cell(self.prices.get((country, year)), 2),
        }


def lines(columns: list[str], rows: list[Row]) -> str:
    """A table as it stands in its file."""
    return "".join(",".join(cells) + "\n" for cells in [columns, *([row.get(c, "") for c in columns] for row in rows)])


def run(arguments: list[str], name: str, table: Callable[[], str], usage: Optional[str]) -> int:
    """Writes, prints or checks the table of this name."""
    if len(arguments) > 1 or arguments and arguments[0] not in ("--print", "--check"):
        print(usage, file=sys.stderr)
        return 2
    path, text = HERE / name, table()
    if "--print" in arguments:
        sys.stdout.write(text)
    elif "--check" in arguments:
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path.name} differs from what its sources say", file=sys.stderr)
            return 1
    else:
        path.write_text(text, encoding="utf-8")
    return 0
