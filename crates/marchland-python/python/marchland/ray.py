"""Experiments on a Ray cluster: Ray schedules shards, this package plays them."""

from __future__ import annotations

import os
from typing import Any

from . import shards as _shards

__all__ = ["sweep"]


def sweep(
    scenario: Any,
    out: str | os.PathLike[str],
    shards: int,
    retries: int = 3,
    cpus: float = 1,
    progress: bool = True,
    **asked: Any,
) -> Any:
    """Play ``scenario.batch(**asked)``, or the experiment named by ``experiment=``, in shards on the cluster that
    ``ray.init`` has joined, and merge them at ``out`` (a folder, or a URL of ``fsspec``).

    A shard that fails, its machine lost or killed, is played again up to ``retries`` times. The bytes are those of one
    machine. Choose shards of at least 10⁵ games, so that starting one costs little.
    """
    import ray

    text, hash_ = _shards.plan(scenario, asked)
    how = {"threads": max(1, int(cpus)), **asked}
    play = ray.remote(num_cpus=cpus, max_retries=retries, retry_exceptions=True)(_shards.play_shard)
    waiting = {play.remote(text, how, at, shards, hash_): at for at in range(shards)}
    archives: dict[int, bytes] = {}
    with _bar(shards, progress) as bar:
        while waiting:
            done, _ = ray.wait(list(waiting), num_returns=1)
            for one in done:
                archives[waiting.pop(one)] = ray.get(one)
                bar()
    return _shards.gather([archives[at] for at in range(shards)], out)


class _bar:
    def __init__(self, total: int, shown: bool) -> None:
        self._bar: Any = None
        if shown:
            try:
                from tqdm.auto import tqdm

                self._bar = tqdm(total=total, unit="shard")
            except ImportError:
                pass

    def __enter__(self) -> Any:
        return lambda: self._bar.update(1) if self._bar is not None else None

    def __exit__(self, *_: Any) -> None:
        if self._bar is not None:
            self._bar.close()
