"""Books of an earlier version are carried on."""

import json
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

LIBRARY = Path(__file__).parents[2] / "subnet/orchestrator/migrations"


def upgrade(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(LIBRARY))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def insert(connection: sa.Connection, table: str, **values: object) -> None:
    columns = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), values)


def test_what_was_half_received_before_an_update_is_claimed_after_it() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection, "0003")
        common = {"run_id": "small", "expires_unix_ms": 1, "open": True}
        insert(connection, "leases", lease_id=1, purpose="train", node="a", ranges_json=b"[[2,4]]", **common)
        insert(connection, "leases", lease_id=2, purpose="evaluate", node="a", ranges_json=b"[[0,9]]", **common)
        told = {
            "kind": "receipt", "body": b"", "signature": b"", "received_unix_ms": 1, "run_id": "small",
            "step_life": 1, "step": 0, "direction": "backward", "tokens": 8, "input_hash": "in", "output_hash": "out",
            "downstream": "b",
        }  # fmt: skip
        insert(connection, "receipts", node="a", sequence=0, stage=0, microbatch=1, lease_id=1, **told)
        insert(connection, "receipts", node="a", sequence=1, stage=0, microbatch=1, lease_id=1, **told)
        insert(connection, "receipts", node="b", sequence=0, stage=1, microbatch=1, lease_id=1, upstream="a", **told)
        insert(connection, "receipts", node="b", sequence=1, stage=0, microbatch=5, lease_id=1, **told)
        insert(connection, "receipts", node="b", sequence=2, stage=1, microbatch=6, lease_id=2, **told)
        upgrade(connection, "head")
        granted = connection.execute(sa.text("SELECT lease_id, granted_json FROM leases")).all()
        assert {lease: json.loads(body) for lease, body in granted} == {1: [[1, 4]], 2: [[0, 9]]}
        claims = sa.text("SELECT node, sequence, microbatch, sent_hash, received_hash FROM claims ORDER BY node")
        assert connection.execute(claims).all() == [("a", 0, 1, "", "in"), ("b", 0, 1, "out", "in")]


def test_an_update_adds_up_the_money_of_before_and_knows_which_payouts_are_under_way() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection, "0007")
        for posting, moved in {
            "share 1": [("unshared", "", -70), ("miner", "a", 40), ("miner", "b", 30)],
            "share 2": [("unshared", "", -5), ("miner", "a", 5)],
            "intent 1": [("miner", "a", -40), ("pending", "a", 40)],
            "paid 1": [("pending", "a", -40), ("paid", "a", 40)],
            "intent 2": [("miner", "b", -30), ("pending", "b", 30)],
        }.items():
            for account, hotkey, rao in moved:
                values = {"account": account, "hotkey": hotkey, "rao": rao, "epoch": 1, "unix_ms": 1}
                insert(connection, "money_entries", posting=posting, **values)
        sent = {"coldkey": "", "tempo": 1, "unix_ms": 1, "transfer": b""}
        insert(connection, "payouts", payout_id=1, memo="1", hotkey="a", rao=40, **sent)
        insert(connection, "payouts", payout_id=2, memo="2", hotkey="b", rao=30, **sent)
        insert(connection, "payout_results", payout_id=1, paid=True, reason="", unix_ms=9)
        upgrade(connection, "head")
        totals = connection.execute(sa.text("SELECT account, hotkey, rao FROM money_totals")).all()
        assert {(account, hotkey): rao for account, hotkey, rao in totals} == {
            ("unshared", ""): -75, ("miner", "a"): 5, ("pending", "a"): 0, ("paid", "a"): 40,
            ("miner", "b"): 0, ("pending", "b"): 30,
        }  # fmt: skip
        settled = connection.execute(sa.text("SELECT payout_id, settled_unix_ms FROM payouts ORDER BY payout_id")).all()
        assert settled == [(1, 9), (2, None)]
