"""The core: scenarios, games and results, against the command line."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy
import pytest

import marchland

pandas = pytest.importorskip("pandas")
parquet = pytest.importorskip("pyarrow.parquet")


def command(*words: str, code: int = 0) -> str:
    done = subprocess.run([sys.executable, "-m", "marchland", *words], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def folder_table(folder: Path, table: str = "games"):
    parts = sorted((folder / table).glob("part-*.parquet"))
    return pandas.concat([parquet.read_table(part).to_pandas() for part in parts], ignore_index=True)


def test_a_run_is_the_command_lines(deterrence: marchland.Scenario) -> None:
    ours = deterrence.run(seed=9, set={"noise": 0.1}).to_json()
    theirs = command("run", str(deterrence.path), "--seed", "9", "--set", "noise=0.1", "--json")
    assert ours == theirs.rstrip("\n")


def test_tables_of_a_run_are_its_json(quiet: marchland.Scenario) -> None:
    game = quiet.run(seed=4, turns=6)
    told = json.loads(game.to_json())
    assert game.outcome == told["outcome"]
    turns = game.turns
    assert list(turns["turn"]) == [1, 2, 3, 4, 5, 6]
    for row, turn in zip(turns.to_dict("records"), told["turns"]):
        assert {key: row[key] for key in turn["indicators"]} == turn["indicators"]
    rounds = [round for turn in told["turns"] for round in turn.get("rounds", [turn])]
    for table, key in [(game.orders, "orders"), (game.rulings, "rulings"), (game.causes, "causes")]:
        assert len(table) == sum(len(round[key]) for round in rounds)
    assert sum(len(round["causes"]) for round in rounds) > 100
    causes = [cause for round in rounds for cause in round["causes"]]
    assert list(game.causes["cause"]) == [cause["cause"] for cause in causes]
    assert list(game.causes["after"]) == [cause["after"] for cause in causes]


def test_story_and_why(quiet: marchland.Scenario) -> None:
    game = quiet.run(seed=4, turns=6)
    assert game.story() == command("run", str(quiet.path), "--seed", "4", "--turns", "6")
    assert "<html" in game.story("html")
    assert game.why("country.legitimacy", turn=3) != game.why("country.legitimacy")
    with pytest.raises(marchland.MarchlandError, match="turns 1 to 6"):
        game.why("country.legitimacy", turn=7)
    with pytest.raises(marchland.MarchlandError, match="trace=True"):
        quiet.run(seed=4, turns=1, trace=False).story()


def test_a_batch_is_the_command_lines_parquet(quiet: marchland.Scenario, tmp_path: Path) -> None:
    command(
        "batch", str(quiet.path), "--games", "24", "--seed", "5", "--turns", "4", "--quiet", "--turns-table",
        "country.legitimacy,capital.unrest", "--games-per-part", "10", "--out", str(tmp_path / "theirs"),
    )  # fmt: skip
    asked = {"games": 24, "seed": 5, "turns": 4, "indicators": ["country.legitimacy", "capital.unrest"]}
    memory = quiet.batch(**asked, games_per_part=10)
    theirs = folder_table(tmp_path / "theirs").sort_values(["row", "replication"], ignore_index=True)
    pandas.testing.assert_frame_equal(memory.to_pandas(), theirs, check_dtype=False, check_exact=True)
    ours = memory.turns
    turns = folder_table(tmp_path / "theirs", "turns").sort_values(["row", "replication", "turn"], ignore_index=True)
    assert ours is not None
    ours = pandas.DataFrame({name: ours[name] for name in ours.column_names})
    pandas.testing.assert_frame_equal(ours, turns, check_dtype=False, check_exact=True)
    quiet.batch(**asked, games_per_part=10, out=tmp_path / "ours")
    memory.save(tmp_path / "saved")
    for part in sorted((tmp_path / "theirs").rglob("*.parquet")):
        for other in ("ours", "saved"):
            assert (tmp_path / other / part.relative_to(tmp_path / "theirs")).read_bytes() == part.read_bytes()


def test_threads_do_not_matter(quiet: marchland.Scenario) -> None:
    one, two = (quiet.batch(games=12, turns=3, threads=threads).to_pandas() for threads in (1, 2))
    pandas.testing.assert_frame_equal(one, two, check_exact=True)


def test_a_row_is_replayed_by_its_seed(quiet: marchland.Scenario) -> None:
    rows = quiet.batch(games=3, design={"force": [0.3, 0.9]}, turns=4, shocks="Fresh").to_pandas()
    assert rows["seed"].is_unique
    row = rows.iloc[4]
    game = quiet.run(seed=int(row["seed"]), set={"force": row["set.force"]}, turns=4, trace=False)
    for name, value in game.outcome["measures"].items():
        assert row[f"measure.{name}"] == value


def test_arrow_is_read_by_others(deterrence: marchland.Scenario) -> None:
    import pyarrow

    results = deterrence.batch(games=30)
    arrow = pyarrow.table(results)
    assert arrow.num_rows == 30
    assert arrow.schema.field("payoff.defender").metadata[b"unit"] == b"payoff"
    assert arrow["exit"].null_count == 30
    assert arrow["payoff.defender"].to_numpy().tolist() == results.games["payoff.defender"].tolist()
    polars = pytest.importorskip("polars")
    assert polars.DataFrame(results.games).height == 30


def test_levers_beliefs_and_analyses(quiet: marchland.Scenario) -> None:
    results = quiet.batch(
        games=8,
        turns=6,
        design={"force": [0.1, 0.5, 0.9, 0.3], "opp": [0.2, 0.9, 0.4, 0.6]},
        levers={"own": {}, "nobody": {"opposition": "Idle()"}},
    )
    assert len(results) == 4 * 2 * 8
    measure = f"measure.{quiet.measures[0]}"
    summary = results.summarise(level=0.9)
    assert summary.text.strip() and "notice" in summary
    assert results.robustness({measure: "low"})["futures"] == 4
    found = results.difference("own", "nobody", trace=4)
    ours = results.to_pandas().pivot_table(index=["point", "replication"], columns="lever", values=measure)
    theirs = next(one["difference"]["mean"] for one in found["measures"] if one["column"] == measure)
    assert theirs == pytest.approx((ours["own"] - ours["nobody"]).mean(), abs=1e-12)
    assert results.sensitivity(measure=measure)["slices"]
    with pytest.raises(marchland.MarchlandError, match="there is no column"):
        results.sensitivity(measure="nonsense")
    assert "Seed" in results.explain(3, 1)


def test_versus_and_tournament(deterrence: marchland.Scenario, tmp_path: Path) -> None:
    found = deterrence.versus("challenger", "always-challenge", "wait", max_games=512)
    assert found["player"] == "challenger"
    assert found["games"] <= 512
    sets = """(
        title: "Small", question: "Who yields?", mode: All, replications: 4, most_replications: 8,
        players: {"challenger": ["wait", "always-challenge"], "defender": ["yield", "always-resist"]},
    )"""
    report = deterrence.tournament(sets, tmp_path / "small", max_games=2_000)
    assert report.text == (tmp_path / "small" / "report.txt").read_text()


def test_errors_are_the_command_lines(deterrence: marchland.Scenario) -> None:
    with pytest.raises(marchland.MarchlandError) as raised:
        deterrence.run(set={"noize": 1})
    theirs = command("run", str(deterrence.path), "--set", "noize=1.0", code=1)
    assert str(raised.value) == theirs.rstrip()
    assert raised.value.exit_code == 1
    assert "did you mean" in theirs or "noise" in theirs
    with pytest.raises(marchland.MarchlandError, match="no scenario `nowhere`"):
        marchland.load("nowhere")
    with pytest.raises(marchland.MarchlandError, match="a seed is a whole number"):
        deterrence.run(seed=2**53)


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ({"noize": [1.0]}, "the column `noize` names no parameter"),
        ({"noise": [0.1, float("nan")]}, "row 1|row 2|missing|absent"),
        ({"noise": [0.1, 1e9]}, "outside the range"),
        ({"noise": [object()]}, "neither numbers nor names"),
    ],
)
def test_wrong_designs_are_refused(deterrence: marchland.Scenario, design: dict, message: str) -> None:
    with pytest.raises(marchland.MarchlandError, match=message):
        deterrence.batch(games=1, design=design)


def test_a_wrong_scenario_is_refused_with_its_place(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.ron"
    wrong.write_text('(title: "Wrong", calendar: (start: "2010-04", horizont: 3))')
    with pytest.raises(marchland.MarchlandError, match=r"wrong\.ron:1:\d+"):
        marchland.load(wrong)


def test_describe_and_check(quiet: marchland.Scenario) -> None:
    assert set(quiet.parameters["id"]) >= {"force", "opp"}
    assert (quiet.indicators["id"] == "country.legitimacy").any()
    assert quiet.check()["errors"] == 0
    assert set(marchland.scenarios()) >= {"chicken", "deterrence", "quiet-autocracy", "tajikistan-2010"}
    assert "base" not in marchland.scenarios()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_keeps_finished_games(quiet: marchland.Scenario) -> None:
    done: list[int] = []

    def interrupt() -> None:
        while not done or done[-1] < 5:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    waiting = threading.Thread(target=interrupt)
    # What a shell starts in the background begins with the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        waiting.start()
        with pytest.raises(KeyboardInterrupt) as raised:
            quiet.batch(games=20_000, progress=done.append)
        waiting.join()
    finally:
        signal.signal(signal.SIGINT, before)
    kept = raised.value.results
    assert 5 <= len(kept) < 20_000
    assert kept.missing == 20_000 - len(kept)
    again = quiet.batch(games=5).to_pandas()
    first = kept.to_pandas().head(1)
    pandas.testing.assert_frame_equal(first, again.head(1), check_exact=True)


def test_import_is_quick_and_needs_little() -> None:
    heavy = ("numpy", "pandas", "gymnasium", "matplotlib")
    code = (
        "import time; before = time.process_time(); import marchland; took = time.process_time() - before\n"
        f"import json, sys; print(json.dumps([took, [name for name in {heavy} if name in sys.modules]]))"
    )
    # Processor time, so that other work on the machine does not count.
    took = []
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        seconds, loaded = json.loads(done.stdout)
        assert loaded == []
        took.append(seconds)
    assert min(took) <= 0.2, took


def test_a_report_outlives_the_results_it_is_of(deterrence: marchland.Scenario) -> None:
    report = deterrence.batch(games=20).summarise()
    gc.collect()
    assert "20" in str(report)


def test_what_was_loaded_with_is_asked_for_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "more.ron").write_text(
        '(strategies: [(name: "mine", intent: "Challenges", players: ["challenger"], play: '
        'Rules(blocks: [(name: "go", orders: ["challenge_order"])]))])'
    )
    # A folder of a scenario's name that holds none.
    (tmp_path / "deterrence").mkdir()
    monkeypatch.chdir(tmp_path)
    scenario = marchland.load("deterrence", strategies="more.ron")
    monkeypatch.chdir("/")
    assert "mine" in set(scenario.strategies["id"])
    assert scenario.versus("challenger", "mine", "wait", max_games=256)["first"] == "mine"
    sets = """(
        title: "Small", question: "Who yields?", mode: All, replications: 4, most_replications: 8,
        players: {"challenger": ["wait", "mine"], "defender": ["yield", "always-resist"]},
    )"""
    assert scenario.tournament(sets, tmp_path / "small", max_games=2_000).text


def test_every_error_bears_an_exit_code(deterrence: marchland.Scenario) -> None:
    assert marchland.MarchlandError("x").exit_code == 1
    with pytest.raises(marchland.MarchlandError) as raised:
        marchland.load("nowhere")
    assert raised.value.exit_code == 1


def test_what_has_no_folder_is_not_resumed(deterrence: marchland.Scenario) -> None:
    for asked in ({"resume": True}, {"shard": "1/2"}):
        with pytest.raises(marchland.MarchlandError, match="name one with `out`"):
            deterrence.batch(games=4, **asked)


def test_what_evaluate_cannot_read_is_refused_with_its_place(tajikistan: marchland.Scenario) -> None:
    problem = tajikistan.problem()
    choices = [
        name for name, (low, high) in zip(problem["names"], problem["bounds"]) if isinstance(high, float) and low == 0.0
        and name in {one[0] for one in tajikistan._inner.varying() if one[3]}
    ]  # fmt: skip
    measure = "measure." + tajikistan.measures[0]
    number = next(name for name in problem["names"] if name not in choices)
    with pytest.raises(marchland.MarchlandError, match=f"row 1 of X: `{number}` is NaN"):
        tajikistan.evaluate([[problem["bounds"][problem["names"].index(number)][0]], [float("nan")]], measure, [number])
    assert choices, "a scenario with a choice"
    for name in choices[:1]:
        for wrong in (float("nan"), -3.0, 99.0):
            with pytest.raises(marchland.MarchlandError, match=f"row 0 of X: `{name}` is .*position of a choice"):
                tajikistan.evaluate([[wrong]], measure, [name])


def test_evaluate_is_the_batchs_mean(quiet: marchland.Scenario) -> None:
    problem = quiet.problem(["force", "opp"])
    assert problem["num_vars"] == 2
    x = numpy.array([[0.2, 0.5], [0.8, 0.1], [0.5, 0.5]])
    measure = f"measure.{quiet.measures[0]}"
    seat = f"payoff.{quiet.players[0]}"
    found = quiet.evaluate(x, [measure, seat], problem["names"], games=3, turns=4)
    rows = quiet.batch(games=3, design=x, factors=problem["names"], turns=4).to_pandas()
    means = rows.groupby("point")[[measure, seat]].mean().to_numpy()
    assert found == pytest.approx(means, rel=1e-12)
    assert quiet.evaluate(x, measure, problem["names"], turns=1).shape == (3,)
