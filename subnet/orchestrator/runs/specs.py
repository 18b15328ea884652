"""Runs' specs as the tables keep them: the same bytes for a run's whole life, which nearly every request needs."""

from functools import lru_cache
from typing import Final

from protocol.runs import RunSpec
from protocol.wire import from_json

KEPT: Final = 64
"""More runs than train at once."""


@lru_cache(maxsize=KEPT)
def read_spec(spec_json: bytes) -> RunSpec:
    """The spec in a `runs.spec_json`; the same object for the same bytes."""
    spec: RunSpec = from_json(spec_json, RunSpec)
    return spec
