"""`python -m subnet.orchestrator.openapi > docs/openapi.json`: the HTTP API's description, for whoever writes a client.

A running orchestrator serves the same at /schema/openapi.json.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from subnet.orchestrator.assembly import open_orchestrator
from subnet.orchestrator.context import Settings


async def describe() -> dict[str, Any]:
    """The OpenAPI document of an orchestrator as this version makes it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(folder=Path(folder))
        async with open_orchestrator(settings, "", lambda _address, _payload, _signature: False) as orchestrator:
            return dict(orchestrator.app.openapi_schema.to_schema())


def as_text(document: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_text(asyncio.run(describe())))
