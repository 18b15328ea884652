"""The orchestrator as a process: it says where it is, ends in order, and a kill loses nothing it acknowledged."""

import asyncio
import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from chain.keys import Keypair, KeySigner
from protocol import orchestrator_api as api
from protocol.hashes import hash_bytes
from protocol.keys import NodeKey
from protocol.receipts import JournalEntry, StepCommitment, StepId, sign_line
from protocol.requests import sign_request
from protocol.wire import from_json, to_json

START_SECONDS = 30.0


class Process:
    """One real orchestrator on a folder."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "subnet.orchestrator", "--folder", str(folder / "orchestrator"), *arguments]
        self.log = (folder / "log.txt").open("ab")
        self.child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, env=os.environ | {"PYTHONPATH": "."}
        )
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        self.said: dict[str, str] = json.loads(line) if line else {}

    def end(self, with_signal: int) -> int:
        self.child.send_signal(with_signal)
        code = self.child.wait(20)
        self._close()
        return code

    def kill(self) -> None:
        self.child.kill()
        self.ended()

    def _close(self) -> None:
        assert self.child.stdout is not None
        self.child.stdout.close()
        self.log.close()

    def ended(self) -> int:
        code = self.child.wait(20)
        self._close()
        return code


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Process]:
    process = Process(folder, *arguments)
    try:
        yield process
    finally:
        if process.child.poll() is None:
            process.kill()


@pytest.fixture
def run_file(tmp_path: Path, small_run: Any) -> Path:
    (tmp_path / "train").write_bytes(b"to be or not to be " * 12)
    (tmp_path / "held_out").write_bytes(b"that is the question")
    file = tmp_path / "run.json"
    file.write_bytes(to_json(small_run()))
    return file


class Signer:
    """A miner over real HTTP."""

    def __init__(self, said: dict[str, str]) -> None:
        self.said, self.key = said, NodeKey(secrets.token_bytes(32))
        self.hotkey = Keypair.generate()
        self.reply: api.RegisterReply | None = None

    async def register(self, client: httpx.AsyncClient) -> None:
        proof = self.key.sign(api.binding_text(self.hotkey.address, self.said["address"]))
        request = api.RegisterRequest(
            binding=api.NodeBinding(node=self.key.node_id, signature=proof),
            addresses=(),
            capabilities=api.Capabilities(device="cpu", memory_bytes=2**30, flops_per_second=1e9),
        )
        body, now_ms = to_json(request), time.time_ns() // 1_000_000
        headers = await sign_request(
            KeySigner(self.hotkey), "POST", api.REGISTER_PATH, "", body, now_ms, self.said["address"]
        )
        answer = await client.post(api.REGISTER_PATH, content=body, headers=headers | JSON)
        assert answer.status_code == 200, answer.text
        self.reply = from_json(answer.content, api.RegisterReply)

    @property
    def headers(self) -> dict[str, str]:
        assert self.reply is not None
        return {"Authorization": f"Bearer {self.reply.session_token}"} | JSON

    def entry(self, sequence: int) -> JournalEntry:
        assert self.reply is not None
        step = StepId(1, sequence)
        line = StepCommitment(
            run_id=self.reply.run.run_id, stage=self.reply.stage, step=step, microbatches=(),
            weights_hash=hash_bytes(str(sequence).encode()), learning_rate=0.0, clip_scale=1.0,
        )  # fmt: skip
        return sign_line(self.key, sequence, line)

    async def send(self, client: httpx.AsyncClient, first: int, count: int) -> int:
        entries = tuple(self.entry(sequence) for sequence in range(first, first + count))
        batch = to_json(api.ReceiptBatch(node=self.key.node_id, entries=entries))
        answer = await client.post(api.RECEIPTS_PATH, content=batch, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return int(from_json(answer.content, api.ReceiptsAcknowledged).through_sequence)


JSON = {"Content-Type": "application/json"}


async def lines(response: httpx.Response) -> AsyncIterator[str]:
    async for line in response.aiter_lines():
        yield line


async def test_a_kill_while_receipts_come_in_loses_none_and_doubles_none(tmp_path: Path, run_file: Path) -> None:
    acknowledged, process = -1, Process(tmp_path, "--run", str(run_file))
    port = process.said["url"].rsplit(":", 1)[1]
    try:
        async with httpx.AsyncClient(base_url=process.said["url"], timeout=10.0) as client:
            miner = Signer(process.said)
            await miner.register(client)
            killer = asyncio.get_running_loop().call_later(0.3, process.child.kill)
            with suppress(httpx.HTTPError):
                while True:
                    acknowledged = await miner.send(client, acknowledged + 1, 20)
            assert acknowledged > 0
            killer.cancel()
            process.ended()
            process = Process(tmp_path, "--run", str(run_file), "--port", port)
            stored = _sequences(tmp_path)
            assert stored[: acknowledged + 1] == list(range(acknowledged + 1))
            # What was under way when it died is sent again, and more after it; the old session still holds.
            acknowledged = await miner.send(client, acknowledged + 1, 40)
        assert _sequences(tmp_path) == list(range(acknowledged + 1))
    finally:
        if process.child.poll() is None:
            process.kill()


def _sequences(folder: Path) -> list[int]:
    connection = sqlite3.connect(folder / "orchestrator" / "orchestrator.sqlite")
    try:
        return [row[0] for row in connection.execute("select sequence from receipts order by sequence")]
    finally:
        connection.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
async def test_it_streams_events_and_ends_in_order_while_somebody_listens(tmp_path: Path, run_file: Path) -> None:
    with running(tmp_path, "--run", str(run_file), "--network", "home") as process:
        async with httpx.AsyncClient(base_url=process.said["url"], timeout=10.0) as client:
            hello = from_json((await client.get(api.HELLO_PATH)).content, api.OrchestratorHello)
            assert (hello.network, hello.address) == ("home", process.said["address"])
            miner = Signer(process.said)
            await miner.register(client)
            tags: list[str] = []
            async with client.stream("GET", api.EVENTS_PATH, headers=miner.headers) as response:
                async for line in lines(response):
                    if line.startswith("event: "):
                        tags.append(line.removeprefix("event: "))
                    if len(tags) == 4:
                        break
                began = time.monotonic()
                code = await asyncio.to_thread(process.end, signal.SIGTERM)
            assert sorted(tags) == ["audit_tasks", "leases_closed", "merge_tasks", "routing_table"]
            assert (code, time.monotonic() - began < 10.0) == (0, True)
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def test_a_port_in_use_is_said_in_words_and_touches_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = Process(tmp_path, "--port", str(port))
        assert (process.said, process.ended()) == ({}, 1)
    said = (tmp_path / "log.txt").read_text()
    assert str(port) in said and "Traceback" not in said
    assert not (tmp_path / "orchestrator").exists()


def test_a_missing_data_file_is_said_in_words(tmp_path: Path, run_file: Path) -> None:
    (tmp_path / "train").unlink()
    process = Process(tmp_path, "--run", str(run_file))
    assert (process.said, process.ended()) == ({}, 1)
    said = (tmp_path / "log.txt").read_text()
    assert "data/train is missing" in said and "Traceback" not in said
