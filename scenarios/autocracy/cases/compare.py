#!/usr/bin/env python3
"""Holds one rule's odds against another's, on the rows that both folders of a hindcast did not train on.

    python3 compare.py CASES.csv EVENT=COLUMN FOLDER[,FOLDER...] FOLDER[,FOLDER...]

Folders that are joined by commas are one rule's: other seeds, whose games are added, or folds, of which each scores its own
rows. Prints the log score (half a game more on either side), the area under the curve, and the differences, above 0 where the
second is better, with intervals of 95 % by 1,000 resamples of groups.
"""

import csv
import math
import random
import sys
from pathlib import Path

Odds = dict[str, tuple[int, int]]


def odds(folders: str, event: str) -> Odds:
    """Games with the event, and games, of each case that was not a train row."""
    found: Odds = {}
    for folder in folders.split(","):
        with open(Path(folder) / "odds.csv", newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["train"] != "1":
                    events, games = found.get(row["case"], (0, 0))
                    found[row["case"]] = (events + int(row[f"{event}.events"]), games + int(row[f"{event}.games"]))
    return found


def score(cases: list[tuple[float, int]]) -> tuple[float, float]:
    """Log score and area under the curve of probabilities and what happened."""
    loss = -sum(math.log(p if happened else 1 - p) for p, happened in cases) / len(cases)
    ordered, rank, at = sorted(cases), 0.0, 0
    while at < len(ordered):
        same: list[int] = []
        while at + len(same) < len(ordered) and ordered[at + len(same)][0] == ordered[at][0]:
            same.append(ordered[at + len(same)][1])
        rank += sum(same) * (at + (len(same) + 1) / 2)
        at += len(same)
    ones = sum(happened for _, happened in cases)
    area = (rank - ones * (ones + 1) / 2) / (ones * (len(cases) - ones)) if 0 < ones < len(cases) else math.nan
    return loss, area


def main(arguments: list[str]) -> int:
    """Compares two rules."""
    if len(arguments) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    path, outcome, *rules = arguments
    event, column = outcome.split("=")
    with open(path, newline="", encoding="utf-8") as file:
        rows = {f"{row['country']} {row['year']}": row for row in csv.DictReader(file) if row[column] != ""}
    both = [odds(folders, event) for folders in rules]
    groups: dict[str, list[tuple[tuple[float, int], tuple[float, int]]]] = {}
    for case, row in rows.items():
        if all(case in own for own in both):
            first, second = (((own[case][0] + 0.5) / (own[case][1] + 1), int(row[column])) for own in both)
            groups.setdefault(row["country"], []).append((first, second))

    def differences(names: list[str]) -> list[float]:
        pairs = [pair for name in names for pair in groups[name]]
        (loss, area), (other, wider) = (score([pair[at] for pair in pairs]) for at in (0, 1))
        return [loss, other, area, wider, loss - other, wider - area]

    names, draw = sorted(groups), random.Random(1)
    here = differences(names)
    resampled = [differences(draw.choices(names, k=len(names))) for _ in range(1000)]
    cases = sum(map(len, groups.values()))
    happened = sum(pair[0][1] for own in groups.values() for pair in own)
    played = [[own[case] for case in rows if case in own] for own in both]
    shares = ", ".join(f"{sum(events for events, _ in own) / sum(games for _, games in own):.4f}" for own in played)
    print(f"{event}: {cases} cases in {len(groups)} groups, {happened} with it; share of games {shares}")
    for name, at, way in (("log score", 0, 4), ("AUC", 2, 5)):
        known = sorted(values[way] for values in resampled if not math.isnan(values[way]))
        low, high = known[int(0.025 * len(known))], known[int(0.975 * len(known))]
        print(f"{name}: {here[at]:.4f}, {here[at + 1]:.4f}; second against first {here[way]:+.4f} [{low:+.4f}, {high:+.4f}]")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
