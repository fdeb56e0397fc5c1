"""Every query of the page on SQL runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import marchland

duckdb = pytest.importorskip("duckdb")

PAGE = (Path(__file__).parent.parent / "docs" / "queries.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def folder(quiet: marchland.Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results") / "folder"
    quiet.batch(
        games=3,
        turns=2,
        design={"force": [0.1, 0.4, 0.6, 0.9]},
        levers={"own": {}, "nobody": {"opposition": "Idle()"}},
        indicators=["country.legitimacy"],
        out=out,
    )
    return out


def test_there_are_queries() -> None:
    assert len(QUERIES) >= 6


@pytest.mark.parametrize("query", QUERIES)
def test_query(folder: Path, query: str) -> None:
    assert duckdb.sql(query.replace("RESULTS", str(folder))).fetchall()


def test_pairs_are_those_of_the_report(folder: Path) -> None:
    query = next(query for query in QUERIES if "standard_error" in query)
    ((mean, _, pairs),) = duckdb.sql(query.replace("RESULTS", str(folder))).fetchall()
    found = marchland.Results.read(folder).difference("own", "nobody", trace=0)
    theirs = next(one for one in found["measures"] if one["column"] == "payoff.government")["difference"]
    assert pairs == 12
    assert mean == pytest.approx(theirs["mean"], abs=1e-12)
