"""The object store over HTTP: signed URLs in, bytes in and out, nothing torn."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

from litestar import Router, get, post, put
from litestar.response import File, Stream
from sqlalchemy import Connection

from protocol.errors import Refused
from protocol.orchestrator_api import StoreGrants
from protocol.public_api import PUBLIC_GRANTS_PATH, PublicGrantsRequest, RunState, run_state_path
from subnet.orchestrator.context import Context
from subnet.orchestrator.http import AnyRequest
from subnet.orchestrator.merging.state_heads import run_heads
from subnet.orchestrator.miners.outbox import mark_fetched
from subnet.orchestrator.runs.runs import read_run
from subnet.orchestrator.storage.policy import anybody_may
from subnet.orchestrator.storage.room import check_promise
from subnet.orchestrator.storage.store import OBJECT_LIMIT_BYTES, STORE_PATH
from subnet.orchestrator.web.refusals import TooLarge, Unknown

WRITE_BYTES = 1024 * 1024
KEYS_LIMIT = 1000
OF_ONE_MINER = ("merges/", "audits/", "parked/")
"""Keys below these have one writer, which never honestly sends an object twice at once; validators may write the same
key at the same time, and neither must end the other's."""
_FROM = re.compile(r"bytes=(\d{1,15})-")


@put(f"{STORE_PATH}/{{key:path}}", status_code=204, request_max_body_size=None)
async def put_object(request: AnyRequest, context: Context, key: str, expires: int, size: int, signature: str) -> None:
    """Store one object, whole or not at all; at most as many bytes as the URL was signed for. A miner's newer upload of
    a key ends its older one."""
    key = key.removeprefix("/")
    context.store.check_url("PUT", key, size, expires, signature, context.clock())
    if int(request.headers.get("content-length", "0")) > size or size > OBJECT_LIMIT_BYTES:
        raise TooLarge("An object is larger than was announced.", "Ask for a grant of its true size.")
    if key.startswith("parked/"):
        await context.database.read(lambda connection: check_promise(connection, key, size))
    begin = context.store.receive if key.startswith(OF_ONE_MINER) else context.store.begin
    upload = await asyncio.to_thread(begin, key, size)
    with upload:
        waiting = bytearray()
        async for chunk in request.stream():
            upload.check()  # one that was given up is not waited for until its next piece is full
            waiting += chunk
            if len(waiting) >= WRITE_BYTES:
                await asyncio.to_thread(upload.write, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(upload.write, bytes(waiting))
        await asyncio.to_thread(upload.finish)


@get(f"{STORE_PATH}/{{key:path}}")
async def get_object(
    request: AnyRequest, context: Context, key: str, expires: int, size: int, signature: str
) -> File | Stream:
    """One object, or with the header `Range: bytes=N-` the rest of it from byte N on."""
    key = key.removeprefix("/")
    context.store.check_url("GET", key, size, expires, signature, context.clock())
    path = context.store.path(key)
    if not path.is_file():
        raise Unknown("There is no such object in the store.")
    if key.startswith("parked/"):
        await context.database.write(lambda connection: mark_fetched(connection, key))
    wanted = _FROM.fullmatch(request.headers.get("range", ""))
    if wanted is not None:
        return _rest(path, int(wanted[1]), path.stat().st_size)
    return File(path=path, media_type="application/octet-stream", filename=path.name)


def _rest(path: Path, start: int, size: int) -> Stream:
    """RFC 9110, section 14: a range that begins behind the end can't be had."""
    if start >= size:
        headers = {"Content-Range": f"bytes */{size}"}
        return Stream((), status_code=416, media_type="application/octet-stream", headers=headers)
    headers = {"Content-Range": f"bytes {start}-{size - 1}/{size}", "Content-Length": str(size - start)}
    return Stream(_chunks(path, start), status_code=206, media_type="application/octet-stream", headers=headers)


def _chunks(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(WRITE_BYTES):
            yield chunk


@post(PUBLIC_GRANTS_PATH, status_code=200, request_max_body_size=1024 * 1024)
async def public_grants(data: PublicGrantsRequest, context: Context) -> StoreGrants:
    """Signed URLs to read what belongs to everybody: merged weights and token files."""
    if len(data.keys) > KEYS_LIMIT:
        raise TooLarge(f"{len(data.keys)} keys arrived; the limit is {KEYS_LIMIT}.")
    if not all(anybody_may(key) for key in data.keys):
        raise Refused("Only merged weights and token files are open to everybody.")
    expires_ms = context.clock() + round(context.settings.grant_seconds * 1000)
    urls = tuple(context.store.url("GET", key, 0, expires_ms) for key in data.keys)
    return StoreGrants(urls=urls, expires_unix_ms=expires_ms)


@get(run_state_path("{run_id:str}"))
async def run_state(context: Context, run_id: str) -> RunState:
    """Where the whole merged model of a run lies in the store."""

    def read(connection: Connection) -> RunState:
        run = read_run(connection, run_id)
        return RunState(run=run.spec, phase=run.phase.value, stages=run_heads(connection, run))

    return await context.database.read(read)


def store_router() -> Router:
    return Router(path="/", route_handlers=[put_object, get_object, public_grants, run_state], tags=["store"])
