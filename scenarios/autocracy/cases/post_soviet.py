#!/usr/bin/env python3
"""Builds post-soviet.csv, a table of autocracy-years of post-Soviet states, from the files in sources/.

    python3 post_soviet.py            writes post-soviet.csv beside this script
    python3 post_soviet.py --print    prints it
    python3 post_soviet.py --check    exits 1 if the file beside this script differs

What each source is, its licence, and what was seen and what recalled stands in sources/README.md.
"""

import sys
from datetime import date
from typing import Iterator

from tables import Economy, Row, lines, read, run

FIRST, LAST = 1993, 2018
COLUMNS = [
    "country", "year", "growth", "growth_3y_mean", "growth_shock", "gdp_pc", "population", "inflation",
    "regime_type", "regime_age", "leader_tenure", "leader_age", "leader_entry_irregular",
    "coup_attempts_10y", "years_since_coup", "past_regime_failures_10y", "past_uprising",
    "neighbour_failures_2y", "patron_russia", "election_due", "failure", "irregular_exit", "mode",
]


def whole_years(since: str, until: date) -> int:
    """Birthdays or anniversaries from one day to another."""
    day = date.fromisoformat(since)
    return until.year - day.year - ((until.month, until.day) < (day.month, day.day))


class Politics:
    """Regimes, leaders, votes and what befell them."""

    def __init__(self) -> None:
        self.spells = read("spells.csv")
        self.leaders = read("leaders.csv")
        self.votes = read("votes.csv")
        self.pacts = read("pacts.csv")
        self.neighbours = {row["country"]: row["neighbours"].split() for row in read("neighbours.csv")}
        self.coups = [(row["country"], int(row["year"])) for row in read("coups.csv")]
        failures = [(row["country"], int(row["year"]), row["mode"]) for row in read("failures.csv")]
        self.failures = failures + [
            (row["country"], int(row["end"]), row["failure_mode"]) for row in self.spells if row["end"]
        ]

    def cases(self) -> Iterator[tuple[Row, int]]:
        """Each regime and year in which it stood on 1 January."""
        for spell in self.spells:
            start, end = int(spell["start"]), int(spell["end"] or LAST)
            for year in range(max(start + 1, FIRST), min(end, LAST) + 1):
                yield spell, year

    def leader(self, country: str, year: int) -> Row:
        """Columns of whoever led on 31 December; holes where no source names one."""
        day = date(year, 12, 31)
        for row in self.leaders:
            if row["country"] == country and row["from"] <= day.isoformat() and (row["until"] or "9999") > day.isoformat():
                return {
                    "leader_tenure": str(whole_years(row["from"], day)),
                    "leader_age": str(whole_years(row["born"], day)),
                    "leader_entry_irregular": row["entry_irregular"],
                }
        return {}

    def election_due(self, country: str, year: int) -> str:
        """1 if a vote on the head of state fell due, by the last vote or law of before the year; empty if not known."""
        known = [row["next_due"] for row in self.votes if row["country"] == country and int(row["year"]) < year]
        if not known:
            return ""
        if known[-1].endswith("?"):
            return "" if year >= int(known[-1].rstrip("?")) else "0"
        return str(int(known[-1] == str(year)))

    def past(self, country: str, year: int) -> Row:
        """What had come about by the end of this year."""
        coups = [when for where, when in self.coups if where == country and when <= year]
        own = [(when, mode) for where, when, mode in self.failures if where == country and when <= year]
        near = [
            when for where, when, _ in self.failures
            if where in self.neighbours[country] and year - 1 <= when <= year
        ]
        pact = any(
            row["country"] == country and int(row["first"]) <= year <= int(row["last"] or year) for row in self.pacts
        )
        return {
            "coup_attempts_10y": str(sum(when > year - 10 for when in coups)),
            "years_since_coup": str(year - max(coups)) if coups else "",
            "past_regime_failures_10y": str(sum(when > year - 10 for when, _ in own)),
            "past_uprising": str(int(any(mode == "uprising" for _, mode in own))),
            "neighbour_failures_2y": str(len(near)),
            "patron_russia": str(int(pact)),
        }


def outcome(spell: Row, year: int) -> Row:
    """Whether and how the regime failed in the year."""
    if spell["end"] != str(year):
        return {"failure": "0", "irregular_exit": "0", "mode": ""}
    return {"failure": "1", "irregular_exit": spell["irregular_exit"], "mode": spell["failure_mode"]}


def table() -> str:
    """The table, as it stands in post-soviet.csv."""
    economy, politics = Economy(["pwt91.csv"], "cpi.csv"), Politics()
    rows: list[Row] = []
    for spell, year in politics.cases():
        country, before = spell["country"], year - 1
        row: Row = {
            "country": country,
            "year": str(year),
            "regime_type": spell["regime_type"],
            "regime_age": str(before - int(spell["start"])),
            "election_due": politics.election_due(country, year),
        }
        row |= economy.columns(country, before) | politics.leader(country, before)
        row |= politics.past(country, before) | outcome(spell, year)
        rows.append(row)
    return lines(COLUMNS, rows)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], "post-soviet.csv", table, __doc__))
