"""The local chain's file: its tables, and what each block does to them. Synchronous; callers hold a transaction.

Invariant, tested: the sum of all balances is what genesis gave plus what tempos emitted.
"""

import sqlite3
from typing import Final

import msgspec

from chain.network import Emission, ExtrinsicResult, Neuron, Transfer
from chain.shares import share_emission
from protocol.errors import Refused

_LARGEST_RAO: Final = 2**62
_SCHEMA: Final = """
CREATE TABLE chain (one INTEGER PRIMARY KEY CHECK (one = 1), genesis BLOB NOT NULL, genesis_hash TEXT NOT NULL,
    block INTEGER NOT NULL, block_unix_seconds REAL NOT NULL, settled_tempos INTEGER NOT NULL,
    emitted_rao INTEGER NOT NULL) STRICT;
CREATE TABLE accounts (address TEXT PRIMARY KEY, rao INTEGER NOT NULL CHECK (rao >= 0)) STRICT, WITHOUT ROWID;
CREATE TABLE neurons (uid INTEGER PRIMARY KEY, hotkey TEXT NOT NULL UNIQUE, stake_rao INTEGER NOT NULL) STRICT;
CREATE TABLE weights (validator TEXT PRIMARY KEY, weights BLOB NOT NULL, block INTEGER NOT NULL) STRICT;
CREATE TABLE transfers (id INTEGER PRIMARY KEY, source TEXT NOT NULL, destination TEXT NOT NULL,
    rao INTEGER NOT NULL CHECK (rao > 0), memo TEXT NOT NULL, hash TEXT NOT NULL, block INTEGER NOT NULL,
    UNIQUE (source, memo)) STRICT;
CREATE INDEX transfers_in ON transfers (destination, block);
CREATE TABLE emissions (hotkey TEXT NOT NULL, block INTEGER NOT NULL, rao INTEGER NOT NULL,
    PRIMARY KEY (hotkey, block)) STRICT, WITHOUT ROWID;
"""


class Genesis(msgspec.Struct, frozen=True, kw_only=True):
    """What a local chain begins with. With a 1 s block and 20 blocks a tempo, emission comes every 20 s."""

    netuid: int = 9
    block_seconds: float = 1.0
    tempo_blocks: int = 20
    emission_rao_per_tempo: int = 10_000_000_000
    transfer_lifetime_blocks: int = 256
    accounts: dict[str, int] = {}
    """Free rao by address."""
    stakes: dict[str, int] = {}
    """Registered hotkeys and their stake in rao, which counts for weights only and can't be spent."""


class Beat(msgspec.Struct, frozen=True):
    """The latest block and the moment it began."""

    block: int
    unix_seconds: float


def advance(beat: Beat, now: float, block_seconds: float) -> Beat:
    """The block at `now`. A clock set back neither removes blocks nor stops them: they go on from here."""
    if now < beat.unix_seconds:
        return Beat(beat.block, now)
    new_blocks = int((now - beat.unix_seconds) / block_seconds)
    return Beat(beat.block + new_blocks, beat.unix_seconds + new_blocks * block_seconds)


class LocalLedger:
    """Reads and writes of one open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def found(self, genesis: Genesis, genesis_hash: str, now: float) -> None:
        """Makes the tables and block 0, unless they are there."""
        if self._rows("SELECT 1 FROM sqlite_master WHERE name = 'chain'"):
            return
        for statement in _SCHEMA.split(";"):
            self._connection.execute(statement)
        self._connection.execute(
            "INSERT INTO chain VALUES (1, ?, ?, 0, ?, 0, 0)", (msgspec.json.encode(genesis), genesis_hash, now)
        )
        self._connection.executemany("INSERT INTO accounts VALUES (?, ?)", genesis.accounts.items())
        self._connection.executemany(
            "INSERT INTO neurons (uid, hotkey, stake_rao) VALUES (?, ?, ?)",
            [(uid, hotkey, stake) for uid, (hotkey, stake) in enumerate(genesis.stakes.items())],
        )

    def genesis(self) -> tuple[Genesis, str]:
        [(encoded, genesis_hash)] = self._rows("SELECT genesis, genesis_hash FROM chain")
        return msgspec.json.decode(encoded, type=Genesis), genesis_hash

    def catch_up(self, genesis: Genesis, now: float) -> Beat:
        """Adds the blocks since the last look and pays for the tempos that ended in them."""
        [(block, unix_seconds, settled)] = self._rows("SELECT block, block_unix_seconds, settled_tempos FROM chain")
        before = Beat(block, unix_seconds)
        beat = advance(before, now, genesis.block_seconds)
        if beat != before:
            self._connection.execute(
                "UPDATE chain SET block = ?, block_unix_seconds = ?", (beat.block, beat.unix_seconds)
            )
        ended = beat.block // genesis.tempo_blocks
        if ended > settled:
            self._emit(genesis, ended - settled, ended * genesis.tempo_blocks)
            self._connection.execute("UPDATE chain SET settled_tempos = ?", (ended,))
        return beat

    def _emit(self, genesis: Genesis, tempos: int, block: int) -> None:
        # Every change of weights catches up first, so the weights found here were in force in all these tempos.
        stakes = dict(self._rows("SELECT hotkey, stake_rao FROM neurons"))
        per_tempo = share_emission(genesis.emission_rao_per_tempo, stakes, self._weights())
        for hotkey, rao in per_tempo.items():
            self._add(hotkey, rao * tempos)
            self._connection.execute("INSERT INTO emissions VALUES (?, ?, ?)", (hotkey, block, rao * tempos))
        self._connection.execute("UPDATE chain SET emitted_rao = emitted_rao + ?", (sum(per_tempo.values()) * tempos,))

    def _weights(self) -> dict[str, dict[str, int]]:
        rows = self._rows("SELECT validator, weights FROM weights")
        return {validator: msgspec.json.decode(encoded, type=dict[str, int]) for validator, encoded in rows}

    def issuance(self) -> tuple[int, int]:
        """(sum of all balances, rao emitted since genesis)."""
        [(balances,)] = self._rows("SELECT coalesce(sum(rao), 0) FROM accounts")
        [(emitted,)] = self._rows("SELECT emitted_rao FROM chain")
        return balances, emitted

    def balance(self, address: str) -> int:
        rows = self._rows("SELECT rao FROM accounts WHERE address = ?", address)
        return rows[0][0] if rows else 0

    def neurons(self) -> tuple[Neuron, ...]:
        weights = self._weights()
        blocks = dict(self._rows("SELECT validator, block FROM weights"))
        return tuple(
            Neuron(uid, hotkey, stake, weights.get(hotkey, {}), blocks.get(hotkey, 0))
            for uid, hotkey, stake in self._rows("SELECT uid, hotkey, stake_rao FROM neurons ORDER BY uid")
        )

    def register(self, hotkey: str) -> None:
        """Gives `hotkey` a uid if it has none."""
        self._connection.execute("INSERT OR IGNORE INTO neurons (hotkey, stake_rao) VALUES (?, 0)", (hotkey,))

    def set_weights(self, validator: str, weights: dict[str, int], block: int) -> None:
        stakes = dict(self._rows("SELECT hotkey, stake_rao FROM neurons"))
        if stakes.get(validator, 0) <= 0:
            raise Refused("This hotkey is no validator with stake.", "Set weights with the validator's hotkey.")
        if unknown := [hotkey for hotkey in weights if hotkey not in stakes]:
            raise Refused(f"{len(unknown)} of the hotkeys are not registered.", f"Register {unknown[0]} first.")
        self._connection.execute(
            "INSERT OR REPLACE INTO weights VALUES (?, ?, ?)", (validator, msgspec.json.encode(weights), block)
        )

    def transfer(self, transfer: Transfer) -> None:
        """Moves the money; raises Refused where there is too little of it."""
        if self.balance(transfer.source) < transfer.amount_rao:
            raise Refused("The account holds less than that.", "Send less, or wait for more to come in.")
        self._add(transfer.source, -transfer.amount_rao)
        self._add(transfer.destination, transfer.amount_rao)
        self._connection.execute(
            "INSERT INTO transfers (source, destination, rao, memo, hash, block) VALUES (?, ?, ?, ?, ?, ?)",
            (
                transfer.source,
                transfer.destination,
                transfer.amount_rao,
                transfer.memo,
                transfer.result.hash,
                transfer.result.block,
            ),
        )

    def transfer_named(self, source: str, memo: str) -> Transfer | None:
        found = self._transfers("source = ? AND memo = ?", source, memo)
        return found[0] if found else None

    def transfers(self, address: str, since_block: int) -> list[Transfer]:
        return self._transfers("(source = ? OR destination = ?) AND block > ?", address, address, since_block)

    def _transfers(self, condition: str, *values: str | int) -> list[Transfer]:
        rows = self._rows(
            f"SELECT source, destination, rao, hash, block, memo FROM transfers WHERE {condition} ORDER BY id", *values
        )
        return [
            Transfer(source, destination, rao, ExtrinsicResult(hash_, block), memo)
            for source, destination, rao, hash_, block, memo in rows
        ]

    def emissions(self, hotkey: str, since_block: int, limit: int) -> list[Emission]:
        """The oldest `limit` of those after `since_block`."""
        rows = self._rows(
            "SELECT hotkey, block, rao FROM emissions WHERE hotkey = ? AND block > ? ORDER BY block LIMIT ?",
            hotkey,
            since_block,
            limit,
        )
        return [Emission(*row) for row in rows]

    def _add(self, address: str, rao: int) -> None:
        self._connection.execute("INSERT OR IGNORE INTO accounts VALUES (?, 0)", (address,))
        self._connection.execute("UPDATE accounts SET rao = rao + ? WHERE address = ?", (rao, address))

    def _rows(self, query: str, *values: str | int) -> list[tuple]:  # type: ignore[type-arg]  # as sqlite3 gives them
        return self._connection.execute(query, values).fetchall()


def check_genesis(genesis: Genesis) -> list[str]:
    """What makes `genesis` impossible, in words."""
    found = []
    if not 0.01 <= genesis.block_seconds <= 3600:
        found.append("block_seconds must lie between 0.01 and 3600")
    if genesis.tempo_blocks < 1 or genesis.transfer_lifetime_blocks < 1:
        found.append("tempo_blocks and transfer_lifetime_blocks must be at least 1")
    money = [genesis.emission_rao_per_tempo, *genesis.accounts.values(), *genesis.stakes.values()]
    if min(money) < 0 or sum(money) > _LARGEST_RAO:
        found.append("amounts must be at least 0 and fit into 62 bits together")
    return found
