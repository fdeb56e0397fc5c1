"""Experiments on a Dask cluster: Dask schedules shards, this package plays them."""

from __future__ import annotations

import os
from typing import Any

from . import shards as _shards
from .ray import _bar

__all__ = ["sweep"]


def sweep(
    scenario: Any,
    out: str | os.PathLike[str],
    shards: int,
    client: Any = None,
    retries: int = 3,
    progress: bool = True,
    **asked: Any,
) -> Any:
    """As :func:`marchland.ray.sweep`, by a ``dask.distributed.Client`` (the default one unless given)."""
    from distributed import as_completed, default_client

    text, hash_ = _shards.plan(scenario, asked)
    client = client or default_client()
    how = {"threads": 1, **asked}
    futures = [
        client.submit(_shards.play_shard, text, how, at, shards, hash_, retries=retries, pure=False)
        for at in range(shards)
    ]
    with _bar(shards, progress) as bar:
        for _ in as_completed(futures):
            bar()
    return _shards.gather(client.gather(futures), out)
