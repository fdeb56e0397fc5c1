#!/usr/bin/env python3
"""Builds world.csv, a table of the world's autocracy-years of 1975 to 2010, from the files in sources/.

    python3 world.py            writes world.csv beside this script
    python3 world.py --print    prints it
    python3 world.py --check    exits 1 if the file beside this script differs
    python3 world.py --folds    prints the train rows alone, with five columns fold0 to fold4 that each leave a fifth of countries out

Years to 1990 are marked as train rows. What each source is, its licence, and what was seen and what recalled stands in
sources/README.md.
"""

import random
import sys
from typing import Iterator, Optional

import post_soviet
from tables import Economy, Row, cell, lines, read, run

FIRST, LAST, LAST_TRAIN = 1975, 2010, 1990
COLUMNS = [
    "country", "year", "train", "growth", "growth_3y_mean", "growth_shock", "gdp_pc", "population",
    "regime_type", "regime_age", "leader_tenure", "leader_age", "leader_entry_irregular", "polyarchy",
    "coup_attempts_10y", "years_since_coup", "past_regime_failures_10y", "past_uprising",
    "conflict_ongoing", "war_ongoing", "conflict_years_10y", "neighbour_failures_2y", "neighbour_conflict_share",
    "patron_russia", "patron_us", "election_due", "failure", "irregular_exit", "mode",
]


def years(text: str) -> list[int]:
    """Years and spans of years, such as "1975 1979-1981"."""
    spans = [span.split("-") for span in text.split()]
    return [year for span in spans for year in range(int(span[0]), int(span[-1]) + 1)]


class World:
    """Regimes, leaders, votes, conflicts and what befell regimes."""

    def __init__(self) -> None:
        self.near = post_soviet.Politics()
        self.spells = read("world/spells.csv") + [cut(spell) for spell in self.near.spells]
        self.leaders = read("world/leaders.csv")
        self.votes = read("world/votes.csv")
        self.democracy = read("world/polyarchy.csv")
        self.exits = {(row["country"], int(row["year"])): row["irregular_exit"] for row in read("world/exits.csv")}
        self.coups = {row["country"]: years(row["years"]) for row in read("world/coups.csv")}
        for country, year in self.near.coups:
            self.coups.setdefault(country, []).append(year)
        conflicts = read("world/conflicts.csv")
        self.conflicts = {row["country"]: set(years(row["conflict"]) + years(row["war"])) for row in conflicts}
        self.wars = {row["country"]: set(years(row["war"])) for row in conflicts}
        self.neighbours = {
            row["country"]: [name.replace("_", " ") for name in row["neighbours"].split()]
            for row in read("world/neighbours.csv") + read("neighbours.csv")
        }
        self.pacts = read("world/pacts.csv") + [row | {"patron": "russia"} for row in self.near.pacts]
        falls = {(row["country"], int(row["year"])): row["mode"] for row in read("world/failures.csv")}
        falls |= {(row["country"], int(row["end"])): row["failure_mode"] for row in self.spells if row["end"]}
        self.falls = falls | {(where, when): mode for where, when, mode in self.near.failures if (where, when) not in falls}

    def cases(self) -> Iterator[tuple[Row, int]]:
        """Each regime and year in which it stood on 1 January, by country and year."""
        for spell in sorted(self.spells, key=lambda row: (row["country"], int(row["start"]))):
            start, end = int(spell["start"]), int(spell["end"] or LAST)
            for year in range(max(start + 1, FIRST), min(end, LAST) + 1):
                yield spell, year

    def leader(self, country: str, year: int) -> Row:
        """Columns of whoever led at the end of the year; holes where no source names one."""
        for row in reversed(self.leaders):
            if row["country"] == country and int(row["from"]) <= year < int(row["until"] or 9999):
                return {
                    "leader_tenure": str(year - int(row["from"])),
                    "leader_age": str(year - int(row["born"])),
                    "leader_entry_irregular": row["entry_irregular"],
                }
        return self.near.leader(country, year)

    def election_due(self, spell: Row, year: int) -> str:
        """1 if a vote on the head of state fell due, 0 if the law had none; empty if that is not known."""
        if spell["regime_type"] == "monarchy":
            return "0"
        country = spell["country"]
        for row in self.votes:
            if row["country"] == country and int(row["first"]) <= year <= int(row["last"]):
                return str(int(str(year) in row["due"].split()))
        return self.near.election_due(country, year)

    def polyarchy(self, country: str, year: int) -> str:
        """Electoral democracy in the year, as of the index's last move; empty where it was not read."""
        moves = [row["polyarchy"] for row in self.democracy if row["country"] == country and int(row["from"]) <= year]
        return moves[-1] if moves else ""

    def past(self, country: str, year: int) -> Row:
        """What had come about by the end of this year."""
        coups = [when for when in self.coups.get(country, []) if when <= year]
        own = {when: mode for (where, when), mode in self.falls.items() if where == country and when <= year}
        around = self.neighbours[country]
        near = [when for where, when in self.falls if where in around and year - 1 <= when <= year]
        conflict = self.conflicts.get(country, set())
        pacts = {
            row["patron"] for row in self.pacts
            if row["country"] == country and int(row["first"]) <= year <= int(row["last"] or year)
        }
        share: Optional[float] = None
        if around:
            share = sum(year in self.conflicts.get(name, set()) for name in around) / len(around)
        return {
            "coup_attempts_10y": str(sum(when > year - 10 for when in coups)),
            "years_since_coup": str(year - max(coups)) if coups else "",
            "past_regime_failures_10y": str(sum(when > year - 10 for when in own)),
            "past_uprising": str(int("uprising" in own.values())),
            "conflict_ongoing": str(int(year in conflict)),
            "war_ongoing": str(int(year in self.wars.get(country, set()))),
            "conflict_years_10y": str(sum(year - 10 < when <= year for when in conflict)),
            "neighbour_failures_2y": str(len(near)),
            "neighbour_conflict_share": cell(share, 3),
            "patron_russia": str(int("russia" in pacts)),
            "patron_us": str(int("us" in pacts)),
        }

    def outcome(self, spell: Row, year: int) -> Row:
        """Whether and how the regime failed in the year, and whether its head was driven out."""
        if spell["end"] != str(year):
            return {"failure": "0", "irregular_exit": self.exits.get((spell["country"], year), "0"), "mode": ""}
        return {"failure": "1", "irregular_exit": spell["irregular_exit"], "mode": spell["failure_mode"]}


def cut(spell: Row) -> Row:
    """A spell without an end that is later than the table's."""
    late = spell["end"] and int(spell["end"]) > LAST
    return spell | {"end": "", "failure_mode": "", "irregular_exit": ""} if late else spell


def cases() -> list[Row]:
    """The rows of the table."""
    economy, world = Economy(["world/pwt91.csv", "pwt91.csv"]), World()
    rows: list[Row] = []
    for spell, year in world.cases():
        country, before = spell["country"], year - 1
        row: Row = {
            "country": country,
            "year": str(year),
            "train": str(int(year <= LAST_TRAIN)),
            "regime_type": spell["regime_type"],
            "regime_age": str(before - int(spell["start"])),
            "polyarchy": world.polyarchy(country, before),
            "election_due": world.election_due(spell, year),
        }
        row |= economy.columns(country, before) | world.leader(country, before)
        row |= world.past(country, before) | world.outcome(spell, year)
        rows.append(row)
    return rows


def table() -> str:
    """The table, as it stands in world.csv."""
    return lines(COLUMNS, cases())


def folds() -> str:
    """Train rows, and which of them each of five folds leaves to others."""
    rows = [row for row in cases() if row["train"] == "1"]
    countries = sorted({row["country"] for row in rows})
    random.Random(5).shuffle(countries)
    for row in rows:
        row |= {f"fold{fold}": str(int(countries.index(row["country"]) % 5 != fold)) for fold in range(5)}
    return lines([column for column in COLUMNS if column != "train"] + [f"fold{fold}" for fold in range(5)], rows)


def main(arguments: list[str]) -> int:
    """Prints the folds, or does what the other tables' scripts do."""
    if arguments == ["--folds"]:
        sys.stdout.write(folds())
        return 0
    return run(arguments, "world.csv", table, __doc__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
