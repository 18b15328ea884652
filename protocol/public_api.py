"""What everybody may read: the dashboard's page, the app's charts, a researcher's script. No secrets, no addresses.

GET /v1/status is the present state; GET /v1/feed streams FeedEvent (server-sent events, `id:` is the event log's
number) from the same event log; GET /v1/miners/{hotkey} explains one miner's pay down to its receipts.

GET /v1/line?bytes=N and POST /v1/line carry bytes that mean nothing, for whoever wants to know how fast its line is.
Nothing is kept. Too much of it, of one asker or of all together, is a 429 with Retry-After.
"""

from typing import Final, TypeAlias

import msgspec

from protocol.bounds import Count, Credit, Loss, Name, ObjectKey, PassRate, Rao, Seconds, Speed, Words
from protocol.keys import NodeId
from protocol.merges import StateHead
from protocol.runs import RunSpec
from protocol.validator_api import OpenAudit

STATUS_PATH: Final = "/v1/status"
FEED_PATH: Final = "/v1/feed"
MINERS_PATH: Final = "/v1/miners"
VERDICTS_PUBLIC_PATH: Final = "/v1/verdicts"
PUBLIC_GRANTS_PATH: Final = "/v1/store/public_grants"
LINE_PATH: Final = "/v1/line"
LINE_TRANSFER_LIMIT_BYTES: Final = 8 * 10**6
"""Of one transfer, and of all that one measurement moves each way."""


def run_state_path(run_id: str) -> str:
    return f"/v1/runs/{run_id}/state"


class PublicGrantsRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/store/public_grants: keys of merged weights and token files, to read. Answered by StoreGrants."""

    keys: tuple[ObjectKey, ...]


class RunState(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/runs/{run_id}/state: by stage, then fragment, where the merged model lies in the store."""

    run: RunSpec
    phase: Name
    stages: tuple[tuple[StateHead, ...], ...]


class LossPoint(msgspec.Struct, frozen=True, array_like=True):
    """`tokens` trained when `loss` (nats per token) was measured."""

    tokens: Count
    loss: Loss
    unix_ms: Count


class MinerStatus(msgspec.Struct, frozen=True, kw_only=True):
    hotkey: Name
    node: NodeId
    stage: Count
    online: bool
    phase: Name
    device: Name
    rate: PassRate
    steps: Count
    receipts: Count
    matched_passes: Count
    credit: Credit
    credited_rao: Rao
    paid_rao: Rao
    audits: Count
    marked_down: Count
    favoured_peer: NodeId | None = None
    """The node that gets more of this miner's packets than the routing table's shares and chance allow."""


class MergeStatus(msgspec.Struct, frozen=True, kw_only=True):
    merge_id: Count
    stage: Count
    fragment: Count
    version: Count
    phase: Name
    uploads: Count
    miners: Count
    opened_unix_ms: Count
    finished_unix_ms: Count | None


class VerdictStatus(msgspec.Struct, frozen=True, kw_only=True):
    audit_id: Count
    validator: Name
    hotkey: Name
    stage: Count
    step: Count
    finding: Name
    measured: float | None
    allowed: float | None
    explanation: Words
    unix_ms: Count


class ValidatorStatus(msgspec.Struct, frozen=True, kw_only=True):
    hotkey: Name
    last_seen_unix_ms: Count
    audits: Count
    marked_down: Count


class RunStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One run as the dashboard draws it. Points are thinned to a few hundred."""

    run_id: Name
    title: Words
    phase: Name
    """waiting, training, merging or finished."""
    stages: Count
    parameters: Count
    tokens_done: Count
    tokens_total: Count
    tokens_per_second: Speed
    loss: tuple[LossPoint, ...]
    held_out: tuple[LossPoint, ...]
    miners: tuple[MinerStatus, ...]
    merges: tuple[MergeStatus, ...]
    verdicts: tuple[VerdictStatus, ...]


class NetworkStatus(msgspec.Struct, frozen=True, kw_only=True):
    network: Name
    unix_ms: Count
    last_event: Count
    runs: tuple[RunStatus, ...]
    validators: tuple[ValidatorStatus, ...]


class LossMeasured(msgspec.Struct, frozen=True, kw_only=True, tag="loss"):
    run_id: Name
    point: LossPoint
    held_out: bool = False


class MinerChanged(msgspec.Struct, frozen=True, kw_only=True, tag="miner"):
    run_id: Name
    miner: MinerStatus


class MergeChanged(msgspec.Struct, frozen=True, kw_only=True, tag="merge"):
    run_id: Name
    merge: MergeStatus


class VerdictGiven(msgspec.Struct, frozen=True, kw_only=True, tag="verdict"):
    run_id: Name
    verdict: VerdictStatus


class RunChanged(msgspec.Struct, frozen=True, kw_only=True, tag="run"):
    """Progress only; lists come with the other events."""

    run_id: Name
    phase: Name
    tokens_done: Count
    tokens_per_second: Speed


FeedEvent: TypeAlias = LossMeasured | MinerChanged | MergeChanged | VerdictGiven | RunChanged


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: credited, pending, held (with `reason`) or paid (with `transaction`)."""

    epoch: Count
    rao: Rao
    state: Name
    reason: Words = ""
    transaction: Name | None = None
    """The extrinsic's hash: 0x and 64 hex digits."""
    block: Count | None = None
    """The block that holds the transaction; None where that was not kept."""
    index: Count | None = None
    """The transaction's place in that block, from 0; None where the chain has none."""
    unix_ms: Count


class MinerEarnings(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/miners/{hotkey}."""

    hotkey: Name
    payout_coldkey: Name | None
    credit: Credit
    matched_passes: Count
    receipts: Count
    credited_rao: Rao
    pending_rao: Rao
    held_rao: Rao
    paid_rao: Rao
    payments: tuple[Payment, ...]
    next_payout_seconds: Seconds | None = None
    """About how long from now until the network next decides on payouts; None where it pays none or can't tell."""


class VerdictDetail(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/verdicts/{audit_id}: a verdict and all it was judged by, so that its miner can check it."""

    verdict: VerdictStatus
    node: NodeId
    microbatch: Count | None
    audit: OpenAudit


class VerdictList(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/verdicts?hotkey=HOTKEY: newest first."""

    verdicts: tuple[VerdictStatus, ...]
