"""Shards, by whatever plays them: equal bytes to one machine."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import marchland
from marchland import shards

ASKED = {"games": 60, "seed": 4, "turns": 2, "games_per_part": 8}


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "games").glob("part-*.parquet"))}


@pytest.fixture
def whole(quiet: marchland.Scenario, tmp_path: Path) -> dict[str, bytes]:
    quiet.batch(**ASKED, out=tmp_path / "whole")
    return parts(tmp_path / "whole")


def test_shards_merge_to_the_bytes_of_one_machine(quiet, whole, tmp_path: Path) -> None:
    text, hash_ = shards.plan(quiet, ASKED)
    assert text == "quiet-autocracy"
    archives = [shards.play_shard(text, ASKED, at, 3, hash_) for at in range(3)]
    results = shards.gather(archives, tmp_path / "merged")
    assert parts(tmp_path / "merged") == whole
    assert results is not None
    assert len(results) == 60
    with pytest.raises(marchland.MarchlandError, match="another one here"):
        shards.play_shard(text, ASKED, 0, 3, "0" * 64)


def test_more_shards_than_parts_merge_all_the_same(quiet, whole, tmp_path: Path) -> None:
    archives = [shards.play_shard("quiet-autocracy", ASKED, at, 11) for at in range(11)]
    shards.gather(archives, tmp_path / "merged")
    assert parts(tmp_path / "merged") == whole


def test_results_may_go_to_an_object_store(quiet, whole) -> None:
    fsspec = pytest.importorskip("fsspec")
    archives = [shards.play_shard("quiet-autocracy", ASKED, 0, 1)]
    assert shards.gather(archives, "memory://bucket/results") is None
    store = fsspec.filesystem("memory")
    for name, expected in whole.items():
        assert store.cat(f"/bucket/results/games/{name}") == expected


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_slurm_script_plays_an_array_and_takes_up_what_failed(quiet, whole, tmp_path: Path) -> None:
    """Runs the job script as Slurm would, with the first attempt of one shard failing."""
    programs = tmp_path / "bin"
    programs.mkdir()
    command = programs / "marchland"
    command.write_text(
        f"""#!/bin/bash
if [[ "$*" == *1/3* ]] && [ ! -e {tmp_path}/failed ]; then touch {tmp_path}/failed; exit 1; fi
exec {sys.executable} -m marchland "$@"
"""
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    words = ["--games=60", "--seed", "4", "--turns", "2", "--games-per-part", "8"]
    out = tmp_path / "out"
    script = shards.slurm(quiet.path, words, out, shards=3, cores=1)
    assert "#SBATCH --array=0-2" in script
    for task in range(3):
        environment = {**os.environ, "SLURM_ARRAY_TASK_ID": str(task), "PATH": f"{programs}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "failed").exists()
    assert parts(out / "merged") == whole


@pytest.mark.skipif("MARCHLAND_TEST_RAY" not in os.environ, reason="by hand: MARCHLAND_TEST_RAY=1, with Ray installed")
def test_ray_survives_a_killed_worker(quiet, whole, tmp_path: Path) -> None:
    import ray

    import marchland.ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        killed: list[int] = []

        def kill() -> None:
            until = time.monotonic() + 60
            while not killed and time.monotonic() < until:
                listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
                workers = [line.split() for line in listed.splitlines() if "ray::play_shard" in line]
                if workers:
                    os.kill(int(workers[0][0]), signal.SIGKILL)
                    killed.append(int(workers[0][0]))
                time.sleep(0.02)

        killer = threading.Thread(target=kill)
        killer.start()
        marchland.ray.sweep(quiet, tmp_path / "ray", shards=4, progress=False, **ASKED)
        killer.join()
        assert killed
        assert parts(tmp_path / "ray") == whole
    finally:
        ray.shutdown()


@pytest.mark.skipif("MARCHLAND_TEST_DASK" not in os.environ, reason="by hand: MARCHLAND_TEST_DASK=1, with Dask installed")
def test_dask_survives_a_killed_worker(quiet, tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    import marchland.dask

    # Long enough that a worker dies with shards in its hands.
    asked = {"games": 400, "seed": 4, "turns": 24, "games_per_part": 8}
    quiet.batch(out=tmp_path / "one", **asked)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        first = next(iter(cluster.workers.values())).pid
        killer = threading.Timer(0.4, os.kill, [first, signal.SIGKILL])
        killer.start()
        marchland.dask.sweep(quiet, tmp_path / "dask", shards=8, client=client, progress=False, **asked)
        killer.join()
    assert parts(tmp_path / "dask") == parts(tmp_path / "one")
