"""What one miner or anybody sends, however absurd: it is refused in words, and costs nobody else anything."""

import asyncio
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol import orchestrator_api as api
from protocol import public_api, validator_api
from protocol.bounds import LOSS_LIMIT, NUMBER_LIMIT
from protocol.engine_control import EnginePhase
from protocol.public_api import NetworkStatus
from protocol.receipts import Direction, JournalEntry, StepId, _signed_bytes
from protocol.wire import from_json, to_json
from subnet.orchestrator.miners import attendance
from subnet.orchestrator.miners.miners import note_heartbeat
from subnet.orchestrator.web.public_routes import FEEDS_LIMIT, FEEDS_OF_ONE, PublicDesk
from subnet.orchestrator.web.sessions import SESSION_SECONDS, SessionKind
from tests.subnet.conftest import FakeMiner, Net


def heartbeat(**changes: Any) -> dict[str, Any]:
    message = api.HeartbeatRequest(
        phase=EnginePhase.TRAINING, step=StepId(1, 0), queue=0, rate=1.0, addresses=("127.0.0.1:4433",)
    )
    fields: dict[str, Any] = msgspec.to_builtins(message)
    return fields | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"step": [1, 2**63]},
        {"step": [2**63, 0]},
        {"active_leases": [2**63]},
        {"active_leases": [1] * 257},
        {"rate": 1e308},
        {"rate": -1.0},
        {"upload_bytes_per_second": 1e300},
        {"unreachable": ["x" * 65]},
        {"addresses": ["1" * 300]},
        {"bytes_sent": {"forward": -1}},
        {"bytes_sent": {f"kind {number}": 1 for number in range(65)}},
    ],
)
async def test_a_heartbeat_beyond_all_measure_is_refused_in_words(
    net: Net, small_run: Any, error_of: Any, changes: dict[str, Any]
) -> None:
    await net.found(small_run())
    miner = await net.miner("Alice").register()
    answer = await miner.post(api.HEARTBEAT_PATH, heartbeat(**changes))
    assert error_of(answer) == (400, "malformed")
    assert answer.json()["title"].startswith("The message could not be read: Expected ")
    assert answer.json()["title"].endswith(".")


async def test_a_heartbeat_that_cannot_be_written_costs_nobody_else_his_lease(
    net: Net, small_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob, evil = await net.staffed(small_run(), "Alice", "Bob", "Evil")
    leases = tuple(lease.lease_id for lease in (await alice.lease()).leases)
    written = note_heartbeat

    def note(connection: Any, node: str, told: api.HeartbeatRequest, now_ms: int) -> None:
        written(connection, node, told, now_ms)
        if node == evil.node:
            connection.exec_driver_sql("update miners set step = ?", (2**63,))

    monkeypatch.setattr(attendance, "note_heartbeat", note)
    for _ in range(40):
        await asyncio.gather(evil.beat(), alice.beat(leases=leases), bob.beat())
        await net.tick(2.0)
    assert await net.rows(f"select open from leases where lease_id = {leases[0]}") == [(1,)]
    seen = dict(await net.rows("select node, last_seen_unix_ms from miners"))
    assert net.now_ms - seen[alice.node] <= 2000 and net.now_ms - seen[bob.node] <= 2000
    assert net.now_ms - seen[evil.node] > 60_000


async def test_large_messages_are_refused_before_they_are_read(net: Net, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    miner = await net.miner("Alice").register()
    for path in (api.LEASES_PATH, api.RETURN_LEASES_PATH, api.PARKED_PATH, api.DIAL_PATH, api.LEAVE_PATH):
        assert error_of(await miner.post(path, {"none": "x" * 33_000})) == (413, "malformed"), path
    assert error_of(await miner.post(api.HEARTBEAT_PATH, {"none": "x" * 600_000})) == (413, "malformed")
    parked = {"receiver": miner.node, "key": "parked/x", "hash": "h" * 65, "size_bytes": 1}
    assert error_of(await miner.post(api.PARKED_PATH, parked)) == (400, "malformed")


async def test_a_loss_that_no_model_has_is_refused(net: Net, small_run: Any, error_of: Any) -> None:
    _, last = await net.staffed(small_run(), "Alice", "Bob")
    for loss_sum in (1.7e308, 8 * LOSS_LIMIT + 1, -1.0):
        last.journal.clear()
        sequence = await net.rows(f"select acknowledged_sequence from miners where node = '{last.node}'")
        filler = range(sequence[0][0] + 1)
        for _ in filler:
            last.journal.append(None)  # type: ignore[arg-type]
        assert len(filler) == len(last.journal)
        answer = await last.send(*last.note(last.receipt(loss_sum=loss_sum)))
        assert error_of(answer) == (400, "malformed")
    status = await net.client.get(public_api.STATUS_PATH)
    assert status.status_code == 200


async def test_a_database_that_took_impossible_losses_can_be_read_again(net: Net, small_run: Any) -> None:
    """As an earlier version left it: the sum of two such losses is no number, and stood in the log as null."""
    _, last = await net.staffed(small_run(microbatches=800), "Alice", "Bob")
    await last.deliver(last.receipt(loss_sum=16.0), last.receipt(microbatch=1, loss_sum=16.0))
    for loss in ("null", "8.5e307", "-3.0"):
        body = f'{{"type":"loss","run_id":"small","point":[8,{loss},1],"held_out":false}}'
        await net.run_sql(
            f"insert into event_log (run_id, tag, body, unix_ms) values ('small', 'loss', x'{body.encode().hex()}', 1)"
        )
    await net.run_sql("update runs set loss = 9e999, held_out_loss = 1e308, window_loss_sum = 9e999, window_passes = 1")
    await net.restart()
    net.now_ms += 2000
    answer = await net.client.get(public_api.STATUS_PATH)
    assert answer.status_code == 200
    run = from_json(answer.content, NetworkStatus).runs[0]
    assert [point.loss for point in run.loss] == [2.0]
    assert [point.loss for point in run.held_out] == [2.0]
    assert (await last.beat()).run_loss is None
    await last.deliver(*(last.receipt(microbatch=number, loss_sum=8.0) for number in (2, 3)))
    net.now_ms += 2000
    run = from_json((await net.client.get(public_api.STATUS_PATH)).content, NetworkStatus).runs[0]
    assert [point.loss for point in run.loss] == [2.0, 1.0]


async def test_a_miner_has_one_event_stream_and_its_newest(net: Net, small_run: Any) -> None:
    await net.found(small_run())
    miner = await net.miner("Alice").register()
    attending = net.orchestrator.attendance

    async def listen() -> int:
        async with net.client.stream("GET", api.EVENTS_PATH, headers=miner.headers) as answer:
            return answer.status_code

    streams = []
    async with asyncio.timeout(20):
        for number in range(8):
            streams.append(asyncio.create_task(listen()))
            while attending._streams[miner.node] == 0 or (number and not streams[number - 1].done()):
                await asyncio.sleep(0.01)
        assert attending._streams[miner.node] == 1
        assert not streams[-1].done()
        net.orchestrator.end_streams()
        assert await asyncio.gather(*streams) == [200] * 8


async def test_feeds_are_shared_out_by_line(net: Net) -> None:
    desk = PublicDesk(net.orchestrator.context)
    open_feeds: list[Any] = []

    async def listen(address: str) -> Any:
        feed = desk.events(0, address)
        assert await anext(feed) == b"retry: 2000\n\n"
        open_feeds.append(feed)
        return feed

    guest = await listen("198.51.100.7")
    for number in range(3 * FEEDS_OF_ONE):
        await listen("192.0.2.1")
        assert desk.listeners == 1 + min(number + 1, FEEDS_OF_ONE)
    for number in range(2 * FEEDS_LIMIT):
        await listen(f"203.0.113.{number % 200}")
    assert desk.listeners == FEEDS_LIMIT
    with pytest.raises(StopAsyncIteration):
        await anext(open_feeds[1])  # the oldest of a line that has too many was ended
    latecomer = await listen("198.51.100.8")
    waiting = asyncio.create_task(anext(latecomer))
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    for feed in open_feeds:
        if feed is not latecomer:
            await feed.aclose()
    assert guest is open_feeds[0]


async def test_sessions_that_ran_out_leave_the_memory(net: Net, small_run: Any) -> None:
    await net.found(small_run())
    for number in range(5):
        await net.miner(f"Guest{number}").register()
    sessions = net.orchestrator.context.sessions
    assert len(sessions._by_hash) == 5
    net.now_ms += round(SESSION_SECONDS * 1000) + 60_000
    await net.miner("Late").register()
    assert len(sessions._by_hash) == 1


async def test_a_speed_that_is_none_is_refused_and_one_that_is_kept_fills_no_stage(
    net: Net, small_run: Any, error_of: Any
) -> None:
    await net.staffed(small_run(), "Alice", "Bob")
    for flops in (-1e300, 0.0, 1e300):
        told = {"device": "x", "memory_bytes": 2**40, "flops_per_second": flops}
        body = to_json(msgspec.to_builtins(net.miner("Evil").request()) | {"capabilities": told})
        answer = await net.client.post(api.REGISTER_PATH, content=body, headers=await net.miner("Evil").signed(body))
        assert error_of(answer) == (400, "malformed")
    await net.miner("Evil").register(holding=api.Holding(run_id="small", stage=1))
    await net.run_sql("update miners set flops_per_second = -1e300 where node = (select max(node) from miners)")
    stages = [(await net.miner(f"New{number}").register(ready=False)).registered.stage for number in range(20)]
    assert 5 < sum(stages) < 15


# ── anything, to every address ───────────────────────────────────────────────────────────────────────────────────────

ABSURD_INTEGERS = [-1, 0, 1, NUMBER_LIMIT, NUMBER_LIMIT + 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**400]
ABSURD_NUMBERS = [1e308, -1e308, 5e-324, math.nan, math.inf, -math.inf, 0.5]
ABSURD_TEXTS = ["", "\0", "\ud800", "x" * 70, "x" * 5000, "🦙" * 200, "../../etc", "ab" * 32, "%s'\"--"]


def nested(depth: int) -> Any:
    return [] if depth == 0 else [nested(depth - 1)]


absurd = st.one_of(
    st.sampled_from([*ABSURD_INTEGERS, *ABSURD_NUMBERS, *ABSURD_TEXTS, None, True, {}, [], nested(400)]),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.lists(st.sampled_from(ABSURD_INTEGERS), max_size=4),
    st.sampled_from([[1] * 5000, {f"key {number}": number for number in range(3000)}, ["ab" * 32] * 5000]),
)


def places(message: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a message: the single values first, since what holds them is soon refused whole."""
    inside = message.items() if isinstance(message, dict) else enumerate(message) if isinstance(message, list) else ()
    found = [place for key, value in inside for place in places(value, (*path, key))]
    return [*found, path]


def replaced(message: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(message) if isinstance(message, dict) else list(message)
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy


def twisted(data: st.DataObject, message: Any) -> Any:
    for _ in range(data.draw(st.integers(1, 2))):
        message = replaced(message, data.draw(st.sampled_from(places(message))), data.draw(absurd))
    return message


def honest_messages(evil: FakeMiner, other: FakeMiner) -> dict[str, Any]:
    """One honest message for each address that takes one."""
    node, digest = evil.node, "ab" * 32
    ref = [f"merges/1/uploads/{node}/0.codes", digest, 8]
    answers: list[dict[str, Any]] = [
        {"type": "committed", "merge_id": 1, "upload_bytes_per_second": 1e6,
         "partitions": [{"partition": 0, "codes": ref, "scales": ref}]},
        {"type": "solo_published", "merge_id": 1, "states": [ref]},
        {"type": "reported", "merge_id": 1, "partition": 0, "gram": "AAAA"},
        {"type": "summed", "merge_id": 1, "partition": 0, "result": ref},
        {"type": "applied", "merge_id": 1, "hash": digest},
        {"type": "trouble", "merge_id": 1, "partition": None, "code": "x", "title": "y"},
    ]  # fmt: skip
    packet = {"microbatch": 0, "direction": "forward", "received_key": None, "sent_key": None}
    return {
        api.HEARTBEAT_PATH: heartbeat(active_leases=[1, 2], unreachable=[other.node], bytes_sent={"merge": 1}),
        api.REGISTER_PATH: msgspec.to_builtins(evil.request(holding=api.Holding(run_id="small", stage=0))),
        api.LEASES_PATH: {"microbatches": 4},
        api.RETURN_LEASES_PATH: {"lease_ids": [1, 2]},
        api.RECEIPTS_PATH: {"node": node, "entries": [[0, "AAAA", "AAAA"]]},
        api.MERGE_ANSWERS_PATH: {"answers": answers},
        api.STORE_GRANTS_PATH: {"wishes": [{"method": "PUT", "key": ref[0], "size_bytes": 8}]},
        api.PARKED_PATH: {"receiver": other.node, "key": f"parked/{other.node}/{node}/a", "hash": digest,
                          "size_bytes": 1},
        api.EVIDENCE_PATH: {"audit_id": 1, "weights_key": "", "next_weights_key": None, "packets": [packet]},
        api.DIAL_PATH: {"peer": other.node},
        api.LEAVE_PATH: {"reason": ""},
        public_api.PUBLIC_GRANTS_PATH: {"keys": ["data/train"]},
        validator_api.DECISIONS_PATH: {"decisions": [[node, [1, 0], True]]},
        validator_api.VERDICTS_PATH: {"verdicts": [{"audit_id": 1, "finding": "loss", "measured": 1.0}]},
        validator_api.DISPUTE_VERDICTS_PATH: {"verdicts": [{"dispute_id": 1, "right_hash": digest}]},
        validator_api.SCORES_PATH: {"run_id": "small", "epoch": 0, "shares": {"x": 1.0}},
        validator_api.VALIDATOR_GRANTS_PATH: {"wishes": [{"method": "GET", "key": "data/train"}]},
    }  # fmt: skip


QUESTIONS = (
    f"{validator_api.STEPS_PATH}?after={{}}&limit=1",
    f"{validator_api.STEPS_PATH}?after=0&limit={{}}",
    f"{public_api.MINERS_PATH}/{{}}",
    f"{public_api.VERDICTS_PUBLIC_PATH}/{{}}",
    f"{public_api.VERDICTS_PUBLIC_PATH}?hotkey={{}}",
    f"{public_api.LINE_PATH}?bytes={{}}",
    "/v1/runs/{}/state",
    "/store/data/train?expires={}&size=0&signature=x",
    "/store/data/train?expires=0&size={}&signature=x",
    "/dashboard/{}",
)


VALIDATOR = "a validator"


class Crowd:
    """An honest miner with a lease, and one that sends anything as a miner and as a validator."""

    def __init__(self, net: Net) -> None:
        self.net, self.sent = net, 0

    async def gather(self, run: Any) -> None:
        self.alice, self.bob = await self.net.staffed(run, "Alice", "Bob")
        await self.alice.lease()
        await self.bob.deliver(self.bob.receipt(loss_sum=16.0))
        self.evil = await self.net.miner("Evil").register()
        sessions = self.net.orchestrator.context.sessions
        token = await self.net.database.write(
            lambda c: sessions.open(c, SessionKind.VALIDATOR, VALIDATOR, "", self.net.now_ms)
        )
        self.validator = {"Authorization": f"Bearer {token}"}

    async def of_others(self) -> list[Any]:
        """All that is kept of the honest miners."""
        nodes = f"('{self.alice.node}', '{self.bob.node}')"
        tables = ("miners", "leases", "receipts", "stage_stays", "held_fragments", "work", "sessions")

        def read(connection: Any) -> list[Any]:
            queries = (f"select * from {table} where node in {nodes}" for table in tables)
            return [[tuple(row) for row in connection.exec_driver_sql(query)] for query in queries]

        return await self.net.database.read(read)

    async def send(self, path: str, body: bytes) -> int:
        headers = self.validator if path.startswith("/v1/validator") else self.evil.headers
        if path == api.REGISTER_PATH:
            headers = await self.evil.signed(body)
        answer = await self.net.client.post(path, content=body, headers=headers)
        if path == api.REGISTER_PATH and answer.status_code == 200:
            self.evil.reply = from_json(answer.content, api.RegisterReply)
        if path == api.LEAVE_PATH and answer.status_code == 204:
            await self.evil.register()
        await self.turn()
        return answer.status_code

    async def turn(self) -> None:
        """What was sent is written now; the periodic tasks look at it now and then."""
        await self.net.orchestrator.attendance.flush()
        self.sent += 1
        if self.sent % 16:
            return
        for task in self.net.orchestrator.tasks:
            await task.run()

    async def deliver(self, line: Any) -> int:
        """One journal line, signed as if it were one."""
        node, sequence = self.evil.node, await self._next_sequence()
        body = msgspec.msgpack.encode(line)
        entry = JournalEntry(sequence, body, self.evil.key.sign(_signed_bytes(node, sequence, body)))
        answer = await self.evil.send(entry)
        await self.turn()
        return answer.status_code

    async def _next_sequence(self) -> int:
        rows = await self.net.rows(f"select acknowledged_sequence from miners where node = '{self.evil.node}'")
        return int(rows[0][0]) + 1

    def line(self, kind: str) -> Any:
        line = self.evil.receipt(direction=Direction.FORWARD) if kind == "receipt" else self.evil.commitment(0, (1,))
        return msgspec.to_builtins(line)


def with_crowd(folder: Path, run: Any, work: Callable[[asyncio.Runner, Crowd], None]) -> None:
    with asyncio.Runner() as runner:
        net = Net(folder / "orchestrator")
        net.validators = (VALIDATOR,)
        runner.run(net.open())
        try:
            crowd = Crowd(net)
            runner.run(crowd.gather(run))
            before = runner.run(crowd.of_others())
            work(runner, crowd)
            assert runner.run(crowd.of_others()) == before
            assert runner.run(net.client.get(public_api.STATUS_PATH)).status_code == 200
        finally:
            runner.run(net.close())


PATIENT = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
def test_no_message_to_any_address_is_a_mistake_or_changes_anything_of_others(tmp_path: Path, small_run: Any) -> None:
    def work(runner: asyncio.Runner, crowd: Crowd) -> None:
        before = runner.run(crowd.of_others())
        addresses = sorted(honest_messages(crowd.evil, crowd.alice))

        @PATIENT
        @given(st.data(), st.sampled_from(addresses))
        def check(data: st.DataObject, path: str) -> None:
            message = twisted(data, honest_messages(crowd.evil, crowd.alice)[path])
            body = json.dumps(message).encode()
            assert runner.run(crowd.send(path, body)) < 500
            assert runner.run(crowd.of_others()) == before

        check()

    with_crowd(tmp_path, small_run(), work)


@pytest.mark.slow
def test_no_question_and_no_journal_line_is_a_mistake_or_changes_anything_of_others(
    tmp_path: Path, small_run: Any
) -> None:
    def work(runner: asyncio.Runner, crowd: Crowd) -> None:
        before = runner.run(crowd.of_others())

        @PATIENT
        @given(st.sampled_from(QUESTIONS), st.sampled_from([*ABSURD_INTEGERS, *ABSURD_NUMBERS, "x" * 300, "%00", "é"]))
        def ask(question: str, value: Any) -> None:
            answer = runner.run(crowd.net.client.get(question.format(value), headers=crowd.validator))
            assert answer.status_code < 500

        @PATIENT
        @given(st.data(), st.sampled_from(["receipt", "step"]))
        def deliver(data: st.DataObject, kind: str) -> None:
            line = twisted(data, crowd.line(kind))
            try:
                msgspec.msgpack.encode(line)
            except (OverflowError, UnicodeEncodeError):
                return  # MessagePack can't even say it
            assert runner.run(crowd.deliver(line)) < 500
            assert runner.run(crowd.of_others()) == before

        ask()
        deliver()

    with_crowd(tmp_path, small_run(), work)
