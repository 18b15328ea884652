"""What everybody may read: the status, the feed, a miner's pay, verdicts, and the page that draws them."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from chain.keys import Keypair, verify
from chain.local_chain import LocalChain
from chain.local_ledger import Genesis
from protocol.public_api import (
    LossMeasured,
    LossPoint,
    MinerChanged,
    MinerEarnings,
    NetworkStatus,
    RunChanged,
    VerdictList,
)
from protocol.runs import DataSpec, ModelSpec, RunSpec, TrainingSpec, even_stages
from protocol.wire import from_json
from subnet.orchestrator.assembly import _open_context
from subnet.orchestrator.context import Context, Settings
from subnet.orchestrator.http import build_app
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.money.postings import Account, post
from subnet.orchestrator.oversight import oversee
from subnet.orchestrator.runs.runs import open_run
from subnet.orchestrator.tables.audits import validators, verdicts
from subnet.orchestrator.tables.schema import miners, work_totals
from subnet.orchestrator.web.projections import POINTS_LIMIT, announce_miner, thinned
from subnet.orchestrator.web.public_routes import CONTENT_SECURITY_POLICY, STATUS_KEPT_MS, PublicDesk, public_router
from subnet.orchestrator.web.validator_routes import NamedValidators

HOTKEY = Keypair.from_seed(b"h" * 32).address
NOW_MS = 1_700_000_000_000
COLDKEY = Keypair.from_seed(b"c" * 32).address
MODEL = ModelSpec(
    vocabulary=256, width=32, layers=2, heads=2, kv_heads=2, mlp_width=64, context=16, bottleneck_width=32
)
RUN = RunSpec(
    run_id="small",
    title="Small model",
    model=MODEL,
    stages=even_stages(2, 2),
    training=TrainingSpec(sequences=4, microbatches=1000),
    data=DataSpec(
        train_key="t", train_tokens=9999, train_hash="", held_out_key="h", held_out_tokens=999, held_out_hash=""
    ),
)


@dataclass
class Site:
    """The public rooms of an orchestrator over a database that a test fills."""

    context: Context
    desk: PublicDesk
    client: httpx.AsyncClient
    now: list[int]

    @property
    def now_ms(self) -> int:
        return self.now[0]

    async def write(self, work: Any) -> None:
        await self.context.database.write(lambda connection: work(connection) and None)

    async def log(self, event: Any) -> None:
        await self.context.database.write(lambda c: self.context.events.append(c, event, self.now_ms))

    async def get(self, path: str, kind: Any) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return from_json(answer.content, kind)

    async def add_miner(self, coldkey: str | None = None) -> None:
        row = {
            "node": "ab" * 32, "hotkey": HOTKEY, "payout_coldkey": coldkey, "run_id": "small", "stage": 1, "life": 1,
            "device": "Apple M3 Pro", "memory_bytes": 1, "flops_per_second": 1.0,
            "addresses_json": b'["10.0.0.7:4433"]',
            "online": True, "phase": "training", "last_seen_unix_ms": self.now_ms, "acknowledged_sequence": 41,
        }  # fmt: skip
        await self.write(lambda c: c.execute(sa.insert(miners).values(row)))
        total = {"run_id": "small", "node": "ab" * 32, "hotkey": HOTKEY, "credit": 5e9, "tokens": 640, "passes": 10}
        await self.write(lambda c: c.execute(sa.insert(work_totals).values(total)))


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    now = [NOW_MS]
    context = await _open_context(
        Settings(folder=tmp_path, network="test", keepalive_seconds=0.05),
        HOTKEY,
        verify,
        lambda: now[0],
        lambda: now[0],
    )
    desk = PublicDesk(context)
    transport = httpx.ASGITransport(app=build_app(context, [public_router(desk)]))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://orchestrator") as client:
        yield Site(context, desk, client, now)
    await context.database.close()


async def found(site: Site) -> None:
    await site.context.database.write(lambda c: open_run(c, site.context.events, RUN, site.now_ms))


async def test_an_orchestrator_without_runs_has_an_empty_status(site: Site) -> None:
    status: NetworkStatus = await site.get("/v1/status", NetworkStatus)
    assert (status.network, status.runs, status.validators, status.last_event) == ("test", (), (), 0)


async def test_the_status_shows_runs_miners_losses_and_verdicts_but_no_addresses(site: Site) -> None:
    await found(site)
    await site.add_miner()
    for number in range(3):
        await site.log(LossMeasured(run_id="small", point=LossPoint(64 * number, 4.0 - number, site.now_ms)))
    await site.log(LossMeasured(run_id="small", point=LossPoint(64, 3.5, site.now_ms), held_out=True))
    await site.write(lambda c: c.execute(sa.insert(validators).values(hotkey="val", last_seen_unix_ms=site.now_ms)))
    verdict = {
        "audit_id": 3, "validator": "val", "run_id": "small", "stage": 1, "node": "ab" * 32, "hotkey": HOTKEY,
        "life": 1,
        "step": 7, "finding": "forward", "marked_down": True, "measured": 0.4, "allowed": 0.01, "explanation": "Wrong.",
        "evidence": b"{}", "audit_opened_unix_ms": 0, "unix_ms": site.now_ms,
    }  # fmt: skip
    await site.write(lambda c: c.execute(sa.insert(verdicts).values(verdict)))
    answer = await site.client.get("/v1/status")
    assert b"10.0.0.7" not in answer.content
    (run,) = (await site.get("/v1/status", NetworkStatus)).runs
    assert run.parameters == 2 * 256 * 32 + 32 + 2 * (4 * 32 * 32 + 3 * 32 * 64 + 2 * 32)
    assert [point.loss for point in run.loss] == [4.0, 3.0, 2.0]
    assert [point.loss for point in run.held_out] == [3.5]
    (miner,) = run.miners
    assert (miner.matched_passes, miner.receipts, miner.audits, miner.marked_down) == (10, 42, 1, 1)
    assert [verdict.finding for verdict in run.verdicts] == ["forward"]
    listed: VerdictList = await site.get(f"/v1/verdicts?hotkey={HOTKEY}", VerdictList)
    assert [one.audit_id for one in listed.verdicts] == [3]
    assert (await site.get("/v1/verdicts?hotkey=nobody", VerdictList)).verdicts == ()


async def test_the_status_is_made_once_a_second_at_most(site: Site) -> None:
    assert (await site.get("/v1/status", NetworkStatus)).runs == ()
    await found(site)
    assert (await site.get("/v1/status", NetworkStatus)).runs == ()
    site.now[0] += STATUS_KEPT_MS
    assert len((await site.get("/v1/status", NetworkStatus)).runs) == 1


@given(st.integers(0, 3000))
def test_curves_are_thinned_and_keep_their_ends(count: int) -> None:
    points = [LossPoint(number, float(number), number) for number in range(count)]
    kept = thinned(points, POINTS_LIMIT)
    assert len(kept) == min(count, POINTS_LIMIT)
    assert list(kept[:1]) == points[:1]
    assert list(kept[-1:]) == points[-1:]
    assert [point.tokens for point in kept] == sorted({point.tokens for point in kept})


async def heard(site: Site, after: int, wanted: int) -> list[str]:
    parts: list[str] = []
    async with asyncio.timeout(10):
        async for part in site.desk.events(after):
            if part.startswith(b"id:"):
                parts.append(part.decode())
            if len(parts) >= wanted:
                break
    return parts


async def test_the_feed_goes_on_where_a_reader_left_off(site: Site) -> None:
    await found(site)
    for number in range(3):
        await site.log(RunChanged(run_id="small", phase="training", tokens_done=number, tokens_per_second=1.0))
    parts = await heard(site, 2, 2)
    assert parts[0].startswith('id: 3\nevent: run\ndata: {"type":"run","run_id":"small"')
    assert parts[1].startswith("id: 4\n")
    assert all(part.endswith("\n\n") for part in parts)


async def test_an_event_that_comes_while_somebody_listens_is_told_at_once(site: Site) -> None:
    await found(site)
    listening = asyncio.create_task(heard(site, 1, 1))
    async with asyncio.timeout(10):
        while not site.desk.listeners:
            await asyncio.sleep(0.01)
    await site.log(RunChanged(run_id="small", phase="training", tokens_done=9, tokens_per_second=1.0))
    assert '"tokens_done":9' in (await listening)[0]


async def test_a_miner_is_announced_with_its_present_state(site: Site) -> None:
    await found(site)
    await site.add_miner()
    await site.write(lambda c: announce_miner(c, site.context.events, "ab" * 32, site.now_ms))
    await site.write(lambda c: announce_miner(c, site.context.events, "cd" * 32, site.now_ms))
    told = [event.event() for event in await site.context.events.after(0)]
    assert [event.miner.matched_passes for event in told if isinstance(event, MinerChanged)] == [10]


async def test_a_miners_pay_is_explained(site: Site) -> None:
    await found(site)
    await site.add_miner()
    await site.context.database.write(
        lambda c: post(c, "share 1", [(Account.UNSHARED, "", -700), (Account.MINER, HOTKEY, 700)], 1, site.now_ms)
    )
    pay: MinerEarnings = await site.get(f"/v1/miners/{HOTKEY}", MinerEarnings)
    assert (pay.credited_rao, pay.held_rao, pay.pending_rao, pay.paid_rao) == (700, 700, 0, 0)
    assert {(payment.state, payment.reason) for payment in pay.payments} == {("credited", ""), ("held", "no address")}
    await site.write(lambda c: c.execute(sa.update(miners).values(payout_coldkey=COLDKEY)))
    pay = await site.get(f"/v1/miners/{HOTKEY}", MinerEarnings)
    assert (pay.payout_coldkey, pay.held_rao, pay.pending_rao) == (COLDKEY, 0, 700)
    assert pay.next_payout_seconds is None, "an orchestrator without a chain pays nothing out"


class NoDisputes:
    async def dispute_decided(self, dispute_id: int, right_hash: str, state_key: str | None, decided_by: str) -> None:
        raise AssertionError("nothing is disputed here")


async def test_who_pays_from_a_chain_tells_how_long_it_is_until_the_next_payout(site: Site, tmp_path: Path) -> None:
    await site.add_miner(COLDKEY)
    pool = Keypair.from_seed(b"p" * 32)
    chain = LocalChain(
        tmp_path / "chain.sqlite", lambda: site.now_ms / 1000, Genesis(tempo_blocks=300, stakes={pool.address: 0})
    )
    overseen = oversee(site.context, Bells(), NoDisputes(), NamedValidators([]), chain, pool)
    (pay,) = (task for task in overseen.tasks if task.name == "payouts")
    await pay.run()
    site.now[0] += 60_000
    transport = httpx.ASGITransport(app=build_app(site.context, list(overseen.routers)))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://orchestrator") as client:
        answer = from_json((await client.get(f"/v1/miners/{HOTKEY}")).content, MinerEarnings)
    assert answer.next_payout_seconds == 240.0
    await chain.close()


async def test_what_does_not_exist_is_said_plainly(site: Site) -> None:
    for path in ("/v1/miners/nobody", "/v1/verdicts/99", "/dashboard/secret.py", "/dashboard/..%2Fschema.py"):
        answer = await site.client.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["title"]


async def test_the_page_loads_nothing_from_elsewhere_and_runs_no_inline_script(site: Site) -> None:
    answer = await site.client.get("/")
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = answer.text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:", page)
    for link in set(re.findall(r'(?:src|href)="(/dashboard/[^"]+)"', page)):
        assert (await site.client.get(link)).status_code == 200, link


async def test_every_module_of_the_page_is_served_and_imports_only_its_neighbours(site: Site) -> None:
    scripts = [name for name in site.desk.files if name.endswith(".js")]
    assert "main.js" in scripts
    for name in scripts:
        answer = await site.client.get(f"/dashboard/{name}")
        assert answer.headers["content-type"].startswith("text/javascript")
        for imported in re.findall(r'from "([^"]+)"', answer.text):
            assert imported.startswith("./")
            assert imported[2:] in site.desk.files
        # Strangers' words (device names, keys) must never be read as markup.
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", answer.text)
