"""The chain is asked in a process of its own; the network's ledger over HTTP. Whatever goes wrong becomes words."""

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.control import chain_child
from app.control.chain_lookup import chain_lookup, chain_of
from app.core.money.asking import ANSWER_LIMIT_BYTES, ask_ledger, line_of
from app.core.network.known import KnownNetwork
from app.core.payout.chain_sight import ChainQuestion
from app.core.snapshot import NetworkKind, NetworkView
from chain.keys import Keypair
from chain.local_chain import LocalChain
from chain.local_ledger import Genesis
from protocol.errors import MalformedMessage, ServiceError, StorageError, Unavailable
from protocol.public_api import MinerEarnings
from protocol.wire import to_json

ALICE, BOB = (Keypair.from_uri(uri).address for uri in ("//Alice", "//Bob"))
ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


@pytest.fixture
async def chain(tmp_path: Path) -> str:
    path = tmp_path / "chain.sqlite"
    made = LocalChain(path, genesis=Genesis(netuid=9, accounts={ALICE: 70}, stakes={BOB: 5}))
    await made.close()
    return f"local:{path}"


async def test_the_child_tells_balance_block_and_whether_it_is_a_hotkey(chain: str) -> None:
    look = chain_lookup([sys.executable, "-m", "app.control.chain_child"], lambda: ENVIRONMENT)
    rich, registered = [await look(ChainQuestion(chain=chain, address=address)) for address in (ALICE, BOB)]
    assert (rich.balance_rao, rich.uid, rich.netuid, rich.tao_per_alpha) == (70, None, 9, None)
    assert (registered.balance_rao, registered.uid is not None) == (0, True)


async def test_a_chain_that_is_not_there_is_told_in_its_own_words(tmp_path: Path) -> None:
    look = chain_lookup([sys.executable, "-m", "app.control.chain_child"], lambda: ENVIRONMENT)
    with pytest.raises(StorageError, match="no local chain"):
        await look(ChainQuestion(chain=f"local:{tmp_path / 'none'}"))


@pytest.mark.parametrize("question", [b"", b"{}", b'{"chain":"mars:1"}', b'{"chain":"bittensor:x"}', b"\xff"])
def test_the_child_answers_nonsense_with_an_error(question: bytes) -> None:
    out = io.StringIO()
    assert chain_child.main(io.StringIO(question.decode("latin-1")), out) == 1
    assert '"title"' in out.getvalue()


@pytest.mark.parametrize(
    ("program", "seconds"),
    [("import time; time.sleep(60)", 0.2), ("print('x' * 200_000)", 20), ("raise SystemExit(9)", 20)],
    ids=["hangs", "prints garbage", "dies"],
)
async def test_a_child_that_fails_is_an_unanswered_question_and_leaves_no_process(program: str, seconds: float) -> None:
    look = chain_lookup([sys.executable, "-c", program], lambda: ENVIRONMENT, seconds)
    with pytest.raises((Unavailable, MalformedMessage)):
        await look(ChainQuestion(chain="local:x"))


async def test_a_child_that_can_not_be_started_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await chain_lookup([str(tmp_path / "nothing")], lambda: ENVIRONMENT)(ChainQuestion(chain="local:x"))


def test_each_network_leads_to_its_chain() -> None:
    known = [KnownNetwork(name="big", title="Big", netuid=9, chain_endpoint="wss://node", orchestrator_url="https://b")]
    folder = Path("/local")
    assert chain_of(NetworkView(kind=NetworkKind.NAMED, name="big"), known, folder) == "bittensor:9@wss://node"
    assert chain_of(NetworkView(kind=NetworkKind.THIS_COMPUTER), known, folder) == f"local:{folder / 'chain.sqlite'}"
    assert chain_of(NetworkView(kind=NetworkKind.ADDRESS, name="https://x"), known, folder) is None
    assert chain_of(NetworkView(), known, folder) is None


GOOD = MinerEarnings(
    hotkey=ALICE, payout_coldkey=None, credit=1.0, matched_passes=1, receipts=1,
    credited_rao=5, pending_rao=0, held_rao=5, paid_rao=0, payments=(),
)  # fmt: skip


@asynccontextmanager
async def server(status: str, body: bytes) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body)
        try:
            await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


async def test_the_ledger_is_read_over_http() -> None:
    async with server("200 OK", to_json(GOOD)) as url:
        assert await ask_ledger(url, ALICE) == GOOD


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("404 Not Found", b'{"code":"refused","title":"Nobody worked here."}', ServiceError),
        ("500 Oops", b"<html>", Unavailable),
        ("200 OK", b"{}", MalformedMessage),
        ("200 OK", b" " * (ANSWER_LIMIT_BYTES + 1), MalformedMessage),
    ],
)
async def test_a_ledger_that_answers_otherwise_is_told(status: str, body: bytes, error: type[Exception]) -> None:
    async with server(status, body) as url:
        with pytest.raises(error):
            await ask_ledger(url, ALICE)


async def test_a_ledger_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await ask_ledger("http://127.0.0.1:1", ALICE)


def test_sums_that_can_not_be_are_refused() -> None:
    import msgspec

    for wrong in ({"credited_rao": -1}, {"paid_rao": 2**63}):
        with pytest.raises(MalformedMessage):
            line_of("big", msgspec.structs.replace(GOOD, **wrong), 1.0)
    assert line_of("big", GOOD, 1.0).standing.held_rao == 5
