"""The examples, small, and their types."""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

import marchland

EXAMPLES = Path(__file__).parent.parent / "examples"


def example(name: str):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_run() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {"analyst", "learner", "theorist"}


def test_analyst(capsys: pytest.CaptureFixture[str]) -> None:
    example("analyst").main(games=6, turns=3)
    assert "games read back" in capsys.readouterr().out


def test_theorist(capsys: pytest.CaptureFixture[str]) -> None:
    example("theorist").main(games=20)
    out = capsys.readouterr().out
    assert "complete" in out and "regret" in out


def test_learner(tmp_path: Path) -> None:
    pytest.importorskip("gymnasium")
    out = tmp_path / "trained.ron"
    words = ["--generations", "2", "--pairs", "2", "--games", "2", "--test-games", "8", "--turns", "2"]
    report = example("learner").main([*words, "--out", str(out)])
    assert report["best_rule_set"]
    assert report["untrained network"]["low"] <= report["untrained network"]["high"]
    # What was written is a strategy that the command line plays.
    path = str(marchland.load("tajikistan-2010").path)
    run = ["run", path, "--strategies", str(out), "--strategy", "russia=trained-perceptron", "--turns", "2", "--json"]
    done = subprocess.run([sys.executable, "-m", "marchland", *run], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["strategies"]["russia"] == "trained-perceptron"


def test_types() -> None:
    mypy = pytest.importorskip("mypy.api")
    package = Path(marchland.__file__).parent
    out, errors, code = mypy.run(["--strict", "--no-incremental", *map(str, sorted(EXAMPLES.glob("*.py")))])
    assert code == 0, f"{package}\n{out}{errors}"


def test_every_module_is_imported_or_says_what_it_needs() -> None:
    """A module that is broken is not one whose extra is missing."""
    folder = Path(marchland.__file__).parent
    for path in sorted(folder.glob("*.py")):
        if path.stem in ("__init__", "__main__"):
            continue
        try:
            importlib.import_module(f"marchland.{path.stem}")
        except ImportError as error:
            assert "pip install" in str(error), f"{path.name}: {error}"
