"""An experiment in shards, for whatever schedules work: Ray, Dask, a Slurm array.

A shard is a share of the parts of a results folder; whoever plays it writes the bytes that one machine would have
written, and :func:`merge` gathers them. Existing engines schedule; nothing here does.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import _marchland
from ._results import Results
from ._scenario import load

__all__ = ["gather", "merge", "play_shard", "slurm"]


def play_shard(scenario: str, asked: Mapping[str, Any], shard: int, shards: int, hash: str | None = None) -> bytes:
    """Play one shard of ``load(scenario).batch(**asked)``, or of the experiment ``asked["experiment"]``, and return its
    folder as a tar archive.

    ``hash`` is the scenario's where the shards were planned.

    Raises:
        MarchlandError: the scenario here is another one.
    """
    here = load(scenario)
    if hash is not None and here.hash != hash:
        raise _marchland.MarchlandError(
            f"the scenario `{scenario}` is another one here (its hash is {here.hash}) than where the shards were planned "
            f"({hash}); bring the same files to every machine"
        )
    with tempfile.TemporaryDirectory(prefix="marchland-") as below:
        folder = os.path.join(below, "shard")
        how = dict(asked)
        name = how.pop("experiment", None)
        if name is None:
            here.batch(**how, out=folder, shard=f"{shard}/{shards}")
        else:
            _sweep(here, name, folder, how, f"{shard}/{shards}")
        bytes_ = io.BytesIO()
        with tarfile.open(fileobj=bytes_, mode="w") as archive:
            archive.add(folder, arcname="shard")
        return bytes_.getvalue()


def _sweep(scenario: Any, name: str, folder: str, how: Mapping[str, Any], shard: str) -> None:
    words = ["sweep", str(scenario.path), name, f"--out={folder}", f"--shard={shard}", "--quiet"]
    words += [f"--{key.replace('_', '-')}={value}" for key, value in how.items()]
    _marchland.answer(words)


def merge(folders: list[str | os.PathLike[str]], out: str | os.PathLike[str]) -> Results:
    """Gather the parts of shards in one results folder, as ``marchland merge`` does."""
    _marchland.answer(["merge", *(os.fspath(folder) for folder in folders), "--out", os.fspath(out)])
    return Results.read(out)


def gather(archives: list[bytes], out: str | os.PathLike[str]) -> Results | None:
    """Unpack what :func:`play_shard` returned, merge it, and put it at ``out``: a folder, or a URL of ``fsspec``.

    Returns the results, or None where they lie at a URL.
    """
    target = os.fspath(out)
    remote = "://" in target
    with tempfile.TemporaryDirectory(prefix="marchland-") as below:
        folders: list[str | os.PathLike[str]] = []
        for at, archive in enumerate(archives):
            folder = Path(below, str(at))
            with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
                if hasattr(tarfile, "data_filter"):
                    packed.extractall(folder, filter="data")
                else:
                    packed.extractall(folder)
            folders.append(folder / "shard")
        if not remote:
            return merge(folders, target)
        import fsspec

        merged = Path(below, "merged")
        merge(folders, merged)
        system, path = fsspec.core.url_to_fs(target)
        system.put(f"{merged}/", path, recursive=True)
        shutil.rmtree(merged)
        return None


def plan(scenario: Any, asked: Mapping[str, Any]) -> tuple[str, str]:
    """The scenario as workers load it, and its hash."""
    text = os.fspath(scenario.path) if hasattr(scenario, "path") else os.fspath(scenario)
    known = load(text)
    own = Path(__file__).parent / "scenarios"
    # One of this package's own is known by its name on every machine.
    if known.path.parent == own:
        text = known.name
    if "out" in asked or "shard" in asked:
        raise _marchland.MarchlandError("`out` and `shard` are the scheduler's to give")
    return text, known.hash


def slurm(
    scenario: str | os.PathLike[str],
    words: list[str],
    out: str | os.PathLike[str],
    shards: int,
    cores: int = 16,
    hours: int = 4,
    retries: int = 2,
) -> str:
    """A job script for ``sbatch``: an array of shards, then a job that merges them.

    ``words`` are those of ``marchland batch`` or ``sweep`` after the scenario. A shard that fails is played again, up to
    ``retries`` times, and takes up what it had finished.

    >>> print(slurm("scenarios/deterrence.ron", ["--games", "1000000"], "results/big", shards=2))  # doctest: +ELLIPSIS
    #!/bin/bash
    #SBATCH --job-name=marchland
    #SBATCH --array=0-1
    ...
    """
    command = "batch" if any(word.split("=")[0] == "--games" for word in words) else "sweep"
    own = shlex.join(["marchland", command, os.fspath(scenario), *words])
    folder = shlex.quote(os.fspath(out))
    return f"""#!/bin/bash
#SBATCH --job-name=marchland
#SBATCH --array=0-{shards - 1}
#SBATCH --cpus-per-task={cores}
#SBATCH --time={hours}:00:00
# Each shard plays its share of the parts; the last to finish merges them all.
set -u
shard={folder}/shards/$SLURM_ARRAY_TASK_ID
mkdir -p {folder}/shards {folder}/done
for attempt in $(seq 0 {retries}); do
  resume=$([ -e "$shard/manifest.json" ] && echo --resume)
  {own} --threads {cores} --quiet --shard "$SLURM_ARRAY_TASK_ID/{shards}" --out "$shard" $resume && break
  [ "$attempt" = {retries} ] && exit 1
done
touch {folder}/done/"$SLURM_ARRAY_TASK_ID"
if [ "$(ls {folder}/done | wc -l)" = {shards} ] && mkdir {folder}/merging 2>/dev/null; then
  # Whoever tries again finds the way free.
  marchland merge {folder}/shards/* --out {folder}/merged || {{ rmdir {folder}/merging; exit 1; }}
fi
"""
