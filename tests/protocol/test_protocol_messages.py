"""Every message of every union has an example that survives the wire; nothing else is let in."""

import types
import typing

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import engine_control as ec
from protocol import merges, miner_events, public_api, receipts
from protocol.errors import (
    ErrorBody,
    MalformedMessage,
    ServiceError,
    StorageError,
    Unavailable,
    from_body,
    to_body,
)
from protocol.packets import Accepted, Busy, Declined, PacketReply, Standing
from protocol.receipts import StepId
from protocol.wire import from_json, to_json

NODE = "ab" * 32
REF = merges.ObjectRef("merges/1/x", "00" * 32, 12)
HEAD = merges.StateHead(stage=1, fragment=0, version=2, keys=("k",), hashes=("00" * 32,), deltas=(REF,))
JOB = merges.PartitionJob(partition=0, uploads=(merges.UploadRef(node=NODE, codes=REF, scales=REF),))
POINT = public_api.LossPoint(10, 2.5, 1)
MINER = public_api.MinerStatus(
    hotkey="5x", node=NODE, stage=0, online=True, phase="training", device="cpu", rate=1.0, steps=1, receipts=1,
    matched_passes=1, credit=1.0, credited_rao=1, paid_rao=0, audits=0, marked_down=0,
)  # fmt: skip
MERGE = public_api.MergeStatus(
    merge_id=1, stage=0, fragment=0, version=1, phase="collecting", uploads=1, miners=2, opened_unix_ms=1,
    finished_unix_ms=None,
)  # fmt: skip
VERDICT = public_api.VerdictStatus(
    audit_id=1, validator="5v", hotkey="5x", stage=0, step=1, finding="honest", measured=None, allowed=None,
    explanation="", unix_ms=1,
)  # fmt: skip
RECEIPT = receipts.Receipt(
    run_id="r", stage=0, microbatch=1, lease_id=1, direction=receipts.Direction.FORWARD, step=StepId(0, 1),
    input_hash="", output_hash="", upstream=None, downstream=NODE, tokens=64, duration_ms=1.5, finished_at_unix_ms=1,
)  # fmt: skip
COMMITMENT = receipts.StepCommitment(
    run_id="r", stage=0, step=StepId(0, 1), weights_hash="", microbatches=(1,), learning_rate=0.1, clip_scale=1.0
)

EXAMPLES: dict[str, list[object]] = {
    "AppCommand": [
        ec.HelloEngine(),
        ec.StartTraining(orchestrator_url="http://127.0.0.1:1", state_folder="/s", hotkey="5x"),
        ec.Pause(),
        ec.Resume(),
        ec.SetPace(threads=2, duty_cycle=0.5),
        ec.StopTraining(),
        ec.Signature(request=1, signature=b"\0" * 64),
    ],
    "EngineEvent": [
        ec.HelloApp(pid=1, device="cpu"),
        ec.SignatureRequested(request=1, payload=b"x"),
        ec.PhaseChanged(phase=ec.EnginePhase.TRAINING),
        ec.RunJoined(run_id="r", run_title="R", stage=0, stages=2, parameters=5),
        ec.StepFinished(step=1, tokens=10, tokens_per_second=1.0, loss=None),
        ec.DownloadProgressed(done_bytes=1, total_bytes=2),
        ec.WorkMoving(done_bytes=1, total_bytes=2),
        ec.HeartbeatAccepted(at_unix_seconds=1.0),
        ec.ResourcesMeasured(
            computing_seconds=1.0, idle_seconds=0.5, loop_cpu_seconds=0.1, process_cpu_seconds=2.0, memory_shortages=1
        ),
        ec.Troubled(code="x", title="t"),
        ec.Failed(code="x", title="t"),
        ec.RunEnded(run_id="r"),
        ec.Stopped(saved=True),
    ],
    "MergeTask": [
        merges.CommitWanted(merge_id=1, base=HEAD, deadline_unix_ms=5),
        merges.SoloWanted(merge_id=1, base=HEAD, deadline_unix_ms=5),
        merges.ReportWanted(merge_id=1, fragment=0, jobs=(JOB,)),
        merges.SumWanted(merge_id=1, base=HEAD, jobs=(JOB,)),
        merges.ApplyWanted(merge_id=1, head=HEAD),
    ],
    "MergeAnswer": [
        merges.UploadCommitted(merge_id=1, partitions=(), upload_bytes_per_second=1.0),
        merges.SoloPublished(merge_id=1, states=(REF,)),
        merges.PartitionReported(merge_id=1, partition=0, gram=b"\0" * 8),
        merges.PartitionSummed(merge_id=1, partition=0, result=REF),
        merges.FragmentApplied(merge_id=1, hash="00"),
        merges.MergeTrouble(merge_id=1, partition=None, code="x", title="t"),
    ],
    "MinerEvent": [
        miner_events.RoutingTable(
            version=1, stages=((miner_events.PeerEntry(node=NODE, addresses=("a:1",), rate=1.0),),)
        ),
        miner_events.MergeTasks(tasks=(merges.ApplyWanted(merge_id=1, head=HEAD),)),
        miner_events.AuditTasks(decided_through=StepId(0, 3), wanted=()),
        miner_events.LeasesClosed(below_lease_id=4),
        miner_events.PacketParked(key="k", hash="h", size_bytes=3, sender=NODE),
        miner_events.PeersToDial(peers=(), asked=1),
        miner_events.Reassigned(reason="more needed elsewhere"),
        miner_events.RunFinished(run_id="r"),
    ],
    "Line": [RECEIPT, COMMITMENT],
    "PacketReply": [Accepted(), Busy(), Declined("x", "t"), Standing(2, 1, True, True)],
    "FeedEvent": [
        public_api.LossMeasured(run_id="r", point=POINT),
        public_api.MinerChanged(run_id="r", miner=MINER),
        public_api.MergeChanged(run_id="r", merge=MERGE),
        public_api.VerdictGiven(run_id="r", verdict=VERDICT),
        public_api.RunChanged(run_id="r", phase="training", tokens_done=1, tokens_per_second=1.0),
    ],
}
UNIONS = {
    "AppCommand": ec.AppCommand,
    "EngineEvent": ec.EngineEvent,
    "MergeTask": merges.MergeTask,
    "MergeAnswer": merges.MergeAnswer,
    "MinerEvent": miner_events.MinerEvent,
    "Line": receipts.Line,
    "PacketReply": PacketReply,
    "FeedEvent": public_api.FeedEvent,
}


def members(union: object) -> set[type]:
    assert isinstance(union, types.UnionType)
    return set(typing.get_args(union))


@pytest.mark.parametrize("name", UNIONS)
def test_every_member_of_a_union_has_an_example(name: str) -> None:
    assert {type(example) for example in EXAMPLES[name]} == members(UNIONS[name])


@pytest.mark.parametrize(
    ("union", "message"), [(UNIONS[name], message) for name, messages in EXAMPLES.items() for message in messages]
)
def test_a_message_comes_back_from_the_wire_as_it_went(union: object, message: object) -> None:
    assert from_json(to_json(message), union) == message
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(message), type=union) == message


def test_a_control_line_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(MalformedMessage):
        ec.decode_command(b'{"command": "pause", "harder": true}\n')


def test_an_unknown_command_is_refused_with_words() -> None:
    with pytest.raises(MalformedMessage, match="could not be read"):
        ec.decode_command(b'{"command": "explode"}\n')


def test_an_oversized_line_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(MalformedMessage, match="limit"):
        ec.decode_event(b'{"event": "stopped", "saved": true, "x": "' + b"a" * ec.LINE_LIMIT_BYTES + b'"}')


def test_a_loss_that_is_not_a_number_is_never_written_as_one() -> None:
    line = ec.encode_line(ec.StepFinished(step=1, tokens=1, tokens_per_second=1.0, loss=float("nan")))
    decoded = ec.decode_event(line)
    assert isinstance(decoded, ec.StepFinished) and decoded.loss is None


def test_the_orchestrators_messages_may_grow_fields() -> None:
    grown = b'{"type": "leases_closed", "below_lease_id": 3, "colour": "green"}'
    assert from_json(grown, miner_events.MinerEvent) == miner_events.LeasesClosed(below_lease_id=3)


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_no_bytes_crash_the_decoder(data: bytes) -> None:
    for union in UNIONS.values():
        with pytest.raises(MalformedMessage):
            from_json(b"\xff" + data, union)


def test_errors_keep_kind_and_words_across_the_wire() -> None:
    for error in (StorageError("Disk full.", "Make room."), Unavailable("Busy.", "", 7.0)):
        back = from_body(msgspec.json.decode(to_json(to_body(error)), type=ErrorBody))
        assert (type(back), back.title, back.advice) == (type(error), error.title, error.advice)


def test_an_error_code_from_the_future_becomes_a_plain_service_error() -> None:
    back = from_body(ErrorBody("quantum_flux", "The flux is off.", "Wait."))
    assert type(back) is ServiceError and back.title == "The flux is off."
