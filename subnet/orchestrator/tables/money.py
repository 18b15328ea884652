"""Tables of money, in rao. Append-only double entry: the entries of one posting sum to zero, so all of them do.

emission  the chain's other side: minus everything the pool was ever given
unshared  given, but no scored work yet to share it by
miner     credited to a miner's hotkey
pending   on its way: a transfer is intended, its fate on the chain not yet read
paid      arrived at a payout address
"""

import sqlalchemy as sa

from subnet.orchestrator.tables.schema import metadata

_RISING = sa.BigInteger().with_variant(sa.Integer, "sqlite")

emissions = sa.Table(
    "emissions",
    metadata,
    sa.Column("emission_id", _RISING, primary_key=True, autoincrement=True),
    sa.Column("block", sa.BigInteger, nullable=False, unique=True),
    sa.Column("rao", sa.BigInteger, nullable=False),
    sa.Column("unix_ms", sa.BigInteger, nullable=False),
)

emission_readings = sa.Table(
    "emission_readings",
    metadata,
    sa.Column("pool", sa.Text, primary_key=True),
    sa.Column("through_block", sa.BigInteger, nullable=False, comment="up to here the pool's emissions are booked"),
)

emission_gaps = sa.Table(
    "emission_gaps",  # stretches that no node could tell of any more when they were to be read, until one can
    metadata,
    sa.Column("pool", sa.Text, primary_key=True),
    sa.Column("through_block", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("after_block", sa.BigInteger, nullable=False),
)

money_entries = sa.Table(
    "money_entries",
    metadata,
    sa.Column("entry_id", _RISING, primary_key=True, autoincrement=True),
    sa.Column("posting", sa.Text, nullable=False, comment="what caused it; the same cause can't be posted twice"),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("hotkey", sa.Text, nullable=False, default="", comment="empty for accounts that are nobody's"),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("rao", sa.BigInteger, nullable=False),
    sa.Column("unix_ms", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("posting", "account", "hotkey"),
    sa.Index("money_by_hotkey", "hotkey", "account"),
)

money_totals = sa.Table(
    "money_totals",  # sums of `money_entries`, kept in the same transaction
    metadata,
    sa.Column("hotkey", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("rao", sa.BigInteger, nullable=False),
    sa.Index("money_totals_by_account", "account", "rao"),
)

payouts = sa.Table(
    "payouts",
    metadata,
    sa.Column("payout_id", _RISING, primary_key=True, autoincrement=True),
    sa.Column("memo", sa.Text, nullable=False, unique=True, comment="goes with the transfer, so that it can be found"),
    sa.Column("hotkey", sa.Text, nullable=False),
    sa.Column("coldkey", sa.Text, nullable=False),
    sa.Column("tempo", sa.BigInteger, nullable=False),
    sa.Column("rao", sa.BigInteger, nullable=False),
    sa.Column("unix_ms", sa.BigInteger, nullable=False),
    sa.Column("transfer", sa.LargeBinary, nullable=False, comment="the chain's SignedTransfer as MessagePack"),
    sa.Column("settled_unix_ms", sa.BigInteger, comment="when its result was written; empty while it is under way"),
    sa.UniqueConstraint("hotkey", "tempo"),
    sa.Index("payouts_under_way", "hotkey", sqlite_where=sa.text("settled_unix_ms IS NULL")),
    sa.Index("payouts_by_hotkey", "hotkey"),
)

payout_results = sa.Table(
    "payout_results",
    metadata,
    sa.Column("payout_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("paid", sa.Boolean, nullable=False),
    sa.Column("transaction_id", sa.Text),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("unix_ms", sa.BigInteger, nullable=False),
    sa.Column("block", sa.BigInteger, comment="that holds the transaction; empty for those of before it was kept"),
    sa.Column("extrinsic_index", sa.Integer, comment="its place in the block; empty where the chain has none"),
)
