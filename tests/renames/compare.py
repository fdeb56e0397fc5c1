#!/usr/bin/env python3
"""Shows that two builds play the same games to the last bit, whatever names have changed between them.

    tests/renames/compare.py BEFORE AFTER [--before-scenarios DIR] [--after-scenarios DIR]
                             [--seeds 20] [--games 50] [--only SCENARIO]

BEFORE and AFTER are `marchland` binaries; each plays its own folder of scenarios (default: ./scenarios).
For every scenario of AFTER's folder that BEFORE's has too:

  * `run --json --no-trace` for the seeds 1 to SEEDS: every number, name and order is equal once the old
    names of `names.json` are read as the new ones, and the `cause` objects that newer builds add and the
    hash of the files are left out;
  * `batch --csv` of GAMES games with the indicators of `shown` kept: the tables that the Parquet parts
    hold, cell for cell. CSV prints the shortest text that reads back to the same bits.

Exits 1 at any difference, and says where it is.
"""

import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
MAP = json.loads((HERE / "names.json").read_text())
WORDS = {old.split(".")[1]: new for old, new in MAP["fields"].items()} | MAP["parameters"]
PATH = re.compile(r"^(.*\.)?(" + "|".join(map(re.escape, WORDS)) + r")$")
# What differs between builds by its nature, and objects that newer builds add beside strings.
LEFT_OUT = {"scenario_hash", "version", "causes", "added_causes"}


def renamed(name):
    """A path, parameter or column under its new name."""
    found = PATH.match(name)
    return (found.group(1) or "") + WORDS[found.group(2)] if found else name


def plain(value):
    """JSON with new names, without what is left out. Floats keep their text, so that bits are compared."""
    if isinstance(value, dict):
        return {renamed(key): plain(inner) for key, inner in value.items() if key not in LEFT_OUT}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return renamed(value) if isinstance(value, str) else value


def differences(a, b, at=""):
    """Where two plain values differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            if key not in a or key not in b:
                yield f"{at}.{key} is in one alone"
            else:
                yield from differences(a[key], b[key], f"{at}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for place, (left, right) in enumerate(zip(a, b)):
            yield from differences(left, right, f"{at}[{place}]")
    elif a != b or type(a) is not type(b):
        yield f"{at}: {a!r} became {b!r}"


def output(command):
    done = subprocess.run(command, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} exits {done.returncode}:\n{done.stderr.decode()}")
    return done.stdout


def game(binary, scenario, seed):
    text = output([binary, "run", scenario, "--seed", str(seed), "--json", "--no-trace"])
    return plain(json.loads(text, parse_float=str))


def tables(binary, scenario, games, folder):
    output([binary, "batch", scenario, "--games", str(games), "--out", folder, "--csv", "--quiet", "--turns-table"])
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*.csv")):
        with path.open(newline="") as file:
            rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
        head, rows = [renamed(name) for name in rows[0]], rows[1:]
        found[str(path.relative_to(folder))] = {
            name: [row[at] for row in rows] for at, name in enumerate(head) if name not in LEFT_OUT
        }
    if not found:
        sys.exit(f"{binary} wrote no table to {folder}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--before-scenarios", type=pathlib.Path, default=pathlib.Path("scenarios"))
    parser.add_argument("--after-scenarios", type=pathlib.Path, default=pathlib.Path("scenarios"))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--games", type=int, default=50)
    parser.add_argument("--only")
    options = parser.parse_args()
    wrong = 0
    for after in sorted(options.after_scenarios.iterdir()):
        before = options.before_scenarios / after.name
        if after.name == "base" or after.suffix == ".md" or not before.exists():
            continue
        if options.only and options.only != after.name:
            continue
        found = []
        for seed in range(1, options.seeds + 1):
            games = game(options.before, before, seed), game(options.after, after, seed)
            found += [f"seed {seed}{line}" for line in differences(*games)]
        with tempfile.TemporaryDirectory() as folder:
            left = tables(options.before, before, options.games, f"{folder}/before")
            right = tables(options.after, after, options.games, f"{folder}/after")
        cells = sum(len(column) for table in left.values() for column in table.values())
        found += [f"batch{line}" for line in differences(left, right)]
        wrong += len(found)
        print(f"{after.name}: {options.seeds} games and {cells} cells of {options.games} games, {len(found)} differences")
        for line in found[:20]:
            print("   ", line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
