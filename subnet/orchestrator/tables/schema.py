"""Every table that runs, miners, receipts and merges are kept in. Times are unix milliseconds, hashes and nodes hex.

`schema_audits` and `schema_money` add theirs to the same `metadata`. Columns named `*_json` hold msgspec structs.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("spec_json", LargeBinary, nullable=False),
    Column("phase", String(16), nullable=False),  # runs.RunPhase
    Column("opened_unix_ms", BigInteger, nullable=False),
    Column("finished_unix_ms", BigInteger),
    Column("tokens_done", BigInteger, nullable=False, default=0),
    Column("share_done", Float, nullable=False, default=0.0),
    Column("tokens_per_second", Float, nullable=False, default=0.0),
    Column("loss", Float),
    Column("held_out_loss", Float),
    # Training losses not yet logged as a point.
    Column("window_loss_sum", Float, nullable=False, default=0.0),
    Column("window_tokens", BigInteger, nullable=False, default=0),
    Column("window_passes", Integer, nullable=False, default=0),
)

miners = Table(
    "miners",  # one row per node; what it last said of itself
    metadata,
    Column("node", String(64), primary_key=True),
    Column("hotkey", String(64), nullable=False, index=True),
    Column("payout_coldkey", String(64)),
    Column("run_id", String(64), nullable=False, index=True),
    Column("stage", Integer, nullable=False),
    Column("life", Integer, nullable=False),
    Column("device", String(128), nullable=False),
    Column("memory_bytes", BigInteger, nullable=False),
    Column("flops_per_second", Float, nullable=False),
    Column("upload_bytes_per_second", Float),
    Column("addresses_json", LargeBinary, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("phase", String(24), nullable=False),
    Column("rate", Float, nullable=False, default=0.0),
    Column("step_life", Integer, nullable=False, default=0),
    Column("step", Integer, nullable=False, default=0),
    Column("steps_total", Integer, nullable=False, default=0),  # of all lives, as committed in its journal
    Column("bytes_sent_json", LargeBinary, nullable=False, default=b"{}"),
    Column("last_seen_unix_ms", BigInteger, nullable=False),
    Column("acknowledged_sequence", BigInteger, nullable=False, default=-1),
)

stage_stays = Table(
    "stage_stays",  # which run and stage each life of a node served; receipts are checked against it
    metadata,
    Column("node", String(64), primary_key=True),
    Column("life", Integer, primary_key=True),
    Column("run_id", String(64), nullable=False),
    Column("stage", Integer, nullable=False),
    Column("hotkey", String(64), nullable=False),
    Column("since_unix_ms", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),  # sessions.SessionKind
    Column("hotkey", String(64), nullable=False),
    Column("node", String(64)),
    Column("expires_unix_ms", BigInteger, nullable=False),
    Index("sessions_by_owner", "kind", "hotkey", "node"),
)

nonces = Table(
    "nonces",  # so that a restart does not let a request be replayed
    metadata,
    Column("nonce", String(512), primary_key=True),
    Column("unix_ms", BigInteger, nullable=False, index=True),
)

leases = Table(
    "leases",
    metadata,
    Column("lease_id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(64), nullable=False),
    Column("purpose", String(16), nullable=False),  # protocol LeasePurpose
    Column("node", String(64), nullable=False),
    Column("measurement_id", Integer),
    Column("ranges_json", LargeBinary, nullable=False),  # what is left of it
    Column("granted_json", LargeBinary, nullable=False),  # all it ever had
    Column("expires_unix_ms", BigInteger, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("granted_unix_ms", BigInteger),
    Column("finished_unix_ms", BigInteger),  # when its newest microbatch was confirmed
    Column("lapsed_unix_ms", BigInteger),  # ran out at an idle holder
    Index("leases_open", "run_id", "open"),
    Index("leases_by_node", "run_id", "node"),
)

lease_books = Table(
    "lease_books",  # what of a run is free, leased, trained: leases.BookSnapshot
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("book_json", LargeBinary, nullable=False),
)

trained = Table(
    "trained",  # how often each microbatch's gradient came back to a first stage, once that is confirmed
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("microbatch", Integer, primary_key=True),
    Column("times", Integer, nullable=False),
)

measurements = Table(
    "measurements",  # held-out loss before, during and after training
    metadata,
    Column("measurement_id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(64), nullable=False, index=True),
    Column("at_microbatches", Integer, nullable=False),
    Column("moment", String(16), nullable=False),  # measurements.Moment
    Column("microbatches", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # measurements.MeasurementState
    Column("loss_sum", Float, nullable=False, default=0.0),
    Column("tokens", BigInteger, nullable=False, default=0),
    Column("opened_unix_ms", BigInteger, nullable=False),
    Column("closed_unix_ms", BigInteger),
)

measured = Table(
    "measured",  # held-out microbatches that came out at the last stage, each counted once per measurement
    metadata,
    Column("measurement_id", Integer, primary_key=True),
    Column("microbatch", Integer, primary_key=True),
    Column("loss_sum", Float, nullable=False),
    Column("tokens", Integer, nullable=False),
)

receipts = Table(
    "receipts",  # every acknowledged line of every journal, once; `kind` receipt or step
    metadata,
    Column("node", String(64), primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("received_unix_ms", BigInteger, nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("stage", Integer, nullable=False),
    Column("step_life", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("microbatch", Integer),
    Column("lease_id", Integer),
    Column("direction", String(8)),
    Column("input_hash", String(64)),
    Column("output_hash", String(64)),
    Column("upstream", String(64)),
    Column("downstream", String(64)),
    Column("tokens", Integer),
    Column("duration_ms", Float),
    Column("finished_at_unix_ms", BigInteger),
    Column("loss_sum", Float),
    Index("receipts_by_microbatch", "run_id", "microbatch", "direction", "node", "step_life", "step"),
    Index("receipts_by_step", "node", "step_life", "step", "direction"),
    sqlite_with_rowid=False,
)

claims = Table(
    "claims",  # backward receipts that may earn; matching reads these, however often a pass is signed
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("microbatch", Integer, primary_key=True),
    Column("node", String(64), primary_key=True),
    Column("step_life", Integer, primary_key=True),
    Column("lease_id", Integer, primary_key=True),
    Column("stage", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("sent_hash", String(64), nullable=False),
    Column("received_hash", String(64), nullable=False),
    Column("downstream", String(64)),
    Index("claims_by_step", "node", "step_life", "step"),
    sqlite_with_rowid=False,
)

step_commitments = Table(
    "step_commitments",
    metadata,
    Column("node", String(64), primary_key=True),
    Column("step_life", Integer, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("stage", Integer, nullable=False),
    Column("weights_hash", String(64), nullable=False),
    Column("microbatches_json", LargeBinary, nullable=False),
    Column("learning_rate", Float, nullable=False),
    Column("clip_scale", Float, nullable=False),
    Column("merge_id", Integer),
    Column("received_unix_ms", BigInteger, nullable=False),
    Index("step_commitments_by_arrival", "received_unix_ms"),
)

work = Table(
    "work",  # the ledger of work: one entry per matched backward pass, never changed
    metadata,
    Column("work_id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(64), nullable=False),
    Column("microbatch", Integer, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("node", String(64), nullable=False),
    Column("hotkey", String(64), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("step_life", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("credit", Float, nullable=False),  # FLOPs
    Column("within_owner", Boolean, nullable=False, default=False),  # nobody but its owner's miners confirmed it
    Column("unix_ms", BigInteger, nullable=False),
    UniqueConstraint("run_id", "microbatch", "stage", "node"),
    Index("work_by_hotkey", "run_id", "hotkey"),
    Index("work_by_time", "run_id", "unix_ms"),
    Index("work_by_run", "run_id"),  # the newest of a run is its last
)

work_totals = Table(
    "work_totals",  # sums of `work`, kept in the same transaction
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("node", String(64), primary_key=True),
    Column("hotkey", String(64), nullable=False, index=True),
    Column("credit", Float, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("passes", Integer, nullable=False),
)

merges = Table(
    "merges",
    metadata,
    Column("merge_id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(64), nullable=False),
    Column("stage", Integer, nullable=False),
    Column("fragment", Integer, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("solo", Boolean, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("state_json", LargeBinary, nullable=False),  # the whole state of swarm's merge machine
    Column("head_version", Integer),  # of the state it made, once that is in the store
    Column("grams_json", LargeBinary),  # hashes of the settled reports, by partition
    Column("median_norm", Float),  # of its uploads; tells the next merge what is usual
    Column("opened_unix_ms", BigInteger, nullable=False),
    Column("finished_unix_ms", BigInteger),
    Column("collected", Boolean, nullable=False, default=False),
    Index("merges_by_fragment", "run_id", "stage", "fragment"),
    Index("merges_by_phase", "run_id", "phase"),
    Index("merges_open", "run_id", sqlite_where=text("finished_unix_ms IS NULL")),
)

early_merges = Table(
    "early_merges",  # for whom a merge was opened before its turn, and in which life
    metadata,
    Column("merge_id", Integer, primary_key=True),
    Column("node", String(64), primary_key=True),
    Column("life", Integer, nullable=False),
    Column("occasion", String(16), nullable=False),  # schedule.Occasion
)

merge_uploads = Table(
    "merge_uploads",  # what each miner committed, as it lies in the store
    metadata,
    Column("merge_id", Integer, primary_key=True),
    Column("node", String(64), primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("upload_json", LargeBinary, nullable=False),  # protocol UploadRef
)

merge_coefficients = Table(
    "merge_coefficients",
    metadata,
    Column("merge_id", Integer, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("object_json", LargeBinary, nullable=False),  # protocol ObjectRef
    Column("trimmed", Boolean, nullable=False),
)

merge_blames = Table(
    "merge_blames",  # mergers whose answer was not what a recomputation gave
    metadata,
    Column("merge_id", Integer, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("node", String(64), primary_key=True),
    Column("phase", String(16), primary_key=True),
    Column("unix_ms", BigInteger, nullable=False),
)

fragment_states = Table(
    "fragment_states",  # merged states; version 0 is the seeded initialisation and has no row
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("stage", Integer, primary_key=True),
    Column("fragment", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("merge_id", Integer, nullable=False, index=True),
    Column("head_json", LargeBinary, nullable=False),  # protocol StateHead
    Column("anchor_hash", String(64), nullable=False),  # what FragmentApplied.hash should be
    Column("made_unix_ms", BigInteger, nullable=False),
    Column("collected", Boolean, nullable=False, default=False),
    Index("fragment_states_by_time", "run_id", "made_unix_ms", "stage", "fragment"),
)

held_fragments = Table(
    "held_fragments",  # the newest merged state that each miner has of each fragment of its stage
    metadata,
    Column("node", String(64), primary_key=True),
    Column("fragment", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("steps_total", Integer, nullable=False),  # miners.steps_total when it took it
)

applied = Table(
    "applied",  # the hash that each miner found of each merged fragment
    metadata,
    Column("merge_id", Integer, primary_key=True),
    Column("node", String(64), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("matches", Boolean, nullable=False),
    Column("unix_ms", BigInteger, nullable=False),
)

disputes = Table(
    "disputes",  # partitions whose mergers disagree, or agree and were sampled
    metadata,
    Column("dispute_id", Integer, primary_key=True, autoincrement=True),
    Column("merge_id", Integer, nullable=False, index=True),
    Column("partition", Integer, nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("base_json", LargeBinary, nullable=False),  # protocol StateHead
    Column("job_json", LargeBinary, nullable=False),  # protocol PartitionJob
    Column("claims_json", LargeBinary, nullable=False),  # {node: hash}
    Column("sampled", Boolean, nullable=False),  # mergers agreed; nothing waits for this one
    Column("reason", String(16), nullable=False),  # swarm DisputeReason
    Column("opened_unix_ms", BigInteger, nullable=False),
    Column("decided_unix_ms", BigInteger),
    Column("right_hash", String(64)),
    Column("state_key", Text),
    Column("decided_by", String(64)),  # validator's hotkey; empty for a majority
    Column("provisional", Boolean, nullable=False, default=False),
    Column("settled", Boolean, nullable=False, default=False),  # the decision has reached the merge
    UniqueConstraint("merge_id", "partition"),
    Index("disputes_open", "decided_unix_ms"),
)

parked = Table(
    "parked",  # packets left in the store for a peer that can't be reached
    metadata,
    Column("key", String(512), primary_key=True),
    Column("receiver", String(64), nullable=False, index=True),
    Column("sender", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_unix_ms", BigInteger, nullable=False),
    Column("fetched", Boolean, nullable=False, default=False),
    Column("announced", Boolean, nullable=False, default=True),  # before, its room is only promised
)

event_log = Table(
    "event_log",  # append-only; what the dashboard and every client draw from: protocol public_api.FeedEvent
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(64), nullable=False),
    Column("tag", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("unix_ms", BigInteger, nullable=False),
    Index("event_log_by_tag", "run_id", "tag", "event_id"),
    sqlite_autoincrement=True,
)
