"""A chain on this computer: one SQLite file that several processes open at once.

Blocks need nobody to make them: whoever looks adds those that the clock says are due, in the same transaction as its
own work. A process killed at any moment leaves the file at some transaction's end. Extrinsics are signed and verified
as on a real chain; only consensus is missing, since there is nobody to disagree with.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from chain.keys import Keypair, check_address, verify
from chain.local_ledger import Beat, Genesis, LocalLedger, check_genesis
from chain.network import (
    LONGEST_EMISSIONS_READ_TEMPOS,
    Block,
    EmissionsRead,
    Expired,
    ExtrinsicResult,
    Included,
    Metagraph,
    Pending,
    SignedTransfer,
    Tempo,
    Transfer,
    TransferFate,
)
from chain.shares import to_u16
from protocol.errors import Refused, SettingsError, StorageError, Unavailable
from protocol.wire import from_msgpack, to_msgpack

T = TypeVar("T")

_BUSY_SECONDS: Final = 15.0
_MEMO_LIMIT: Final = 256
_EXTRINSIC_LIMIT_BYTES: Final = 1 << 20


class _TransferCall(msgspec.Struct, frozen=True, array_like=True, tag="transfer"):
    """What the sender signs; the genesis hash keeps it from other local chains."""

    genesis_hash: str
    source: str
    destination: str
    amount_rao: int
    memo: str
    valid_until_block: int


class _WeightsCall(msgspec.Struct, frozen=True, array_like=True, tag="weights"):
    genesis_hash: str
    validator: str
    weights: dict[str, int]
    block: int


class _Extrinsic(msgspec.Struct, frozen=True, array_like=True):
    call: bytes
    signature: bytes


class LocalChain:
    """chain.network.Chain in a file. Open it anew in each process; threads may share one."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time, genesis: Genesis | None = None) -> None:
        """Opens the chain at `path`; with `genesis` it is founded if there is none yet, and left as it is if there is.

        Raises SettingsError for an impossible genesis, StorageError for a file that is missing or no chain.
        """
        self._clock = clock
        self._lock = threading.Lock()
        if genesis is not None and (problems := check_genesis(genesis)):
            raise SettingsError(f"This chain can't be: {'; '.join(problems)}.", "Change its genesis.")
        if genesis is None and not path.is_file():
            raise StorageError(f"There is no local chain at {path}.", "Start the local network first.")
        with _translated(path):
            self._connection = _connect(path)
        self._path = path
        try:
            self.genesis, self._genesis_hash = self._open(genesis)
        except BaseException:
            self._connection.close()
            raise

    def _open(self, genesis: Genesis | None) -> tuple[Genesis, str]:
        with self._transaction() as ledger:
            if genesis is not None:
                checked = msgspec.structs.replace(
                    genesis,
                    accounts={check_address(address): rao for address, rao in genesis.accounts.items()},
                    stakes={check_address(hotkey): rao for hotkey, rao in genesis.stakes.items()},
                )
                now = self._clock()
                ledger.found(checked, _hash(msgspec.json.encode([checked, now])), now)
            return ledger.genesis()

    @property
    def netuid(self) -> int:
        return self.genesis.netuid

    async def block(self) -> Block:
        return await self._do(lambda _, beat: Block(beat.block, beat.unix_seconds))

    async def tempo(self) -> Tempo:
        length = self.genesis.tempo_blocks

        def read(_: LocalLedger, beat: Beat) -> Tempo:
            ended = beat.block // length
            return Tempo(length, self.genesis.block_seconds, ended * length, (ended + 1) * length, beat.block)

        return await self._do(read)

    async def metagraph(self) -> Metagraph:
        return await self._do(lambda ledger, beat: Metagraph(self.netuid, beat.block, ledger.neurons()))

    async def balance(self, address: str) -> int:
        checked = check_address(address)
        return await self._do(lambda ledger, _: ledger.balance(checked))

    async def register(self, hotkey: Keypair) -> ExtrinsicResult:
        """Gives `hotkey` a uid, for nothing. A second time it changes nothing."""
        name = _hash(b"register" + hotkey.public_key)

        def apply(ledger: LocalLedger, beat: Beat) -> ExtrinsicResult:
            ledger.register(hotkey.address)
            return ExtrinsicResult(name, beat.block)

        return await self._do(apply)

    async def set_weights(self, validator: Keypair, shares: dict[str, float]) -> ExtrinsicResult:
        weights = to_u16({check_address(hotkey): share for hotkey, share in shares.items()})
        block = (await self.block()).number
        extrinsic = _sign(validator, _WeightsCall(self._genesis_hash, validator.address, weights, block))
        call = self._verified(to_msgpack(extrinsic), _WeightsCall)

        def apply(ledger: LocalLedger, beat: Beat) -> ExtrinsicResult:
            ledger.set_weights(call.validator, call.weights, beat.block)
            return ExtrinsicResult(_hash(extrinsic.call), beat.block)

        return await self._do(apply)

    async def sign_transfer(self, source: Keypair, destination: str, amount_rao: int, memo: str) -> SignedTransfer:
        if not 0 < amount_rao < 2**62:
            raise SettingsError("A transfer moves at least one rao.", "Choose another amount.")
        if not 0 < len(memo) <= _MEMO_LIMIT:
            raise SettingsError(f"A memo has 1 to {_MEMO_LIMIT} characters.", "Choose another memo.")
        block = (await self.block()).number
        until = block + self.genesis.transfer_lifetime_blocks
        call = _TransferCall(self._genesis_hash, source.address, check_address(destination), amount_rao, memo, until)
        extrinsic = _sign(source, call)
        return SignedTransfer(
            call.source, call.destination, amount_rao, memo, to_msgpack(extrinsic), _hash(extrinsic.call), block, until
        )

    async def submit_transfer(self, transfer: SignedTransfer) -> ExtrinsicResult:
        call = self._verified(transfer.extrinsic, _TransferCall)
        name = _hash(from_msgpack(transfer.extrinsic, _Extrinsic).call)

        def apply(ledger: LocalLedger, beat: Beat) -> ExtrinsicResult:
            if earlier := ledger.transfer_named(call.source, call.memo):
                return _same(earlier, call).result
            if beat.block > call.valid_until_block:
                raise Refused("This transfer was signed too long ago.", "Sign it again.")
            done = Transfer(
                call.source, call.destination, call.amount_rao, ExtrinsicResult(name, beat.block), call.memo
            )
            ledger.transfer(done)
            return done.result

        return await self._do(apply)

    async def find_transfer(self, transfer: SignedTransfer) -> TransferFate:
        call = self._verified(transfer.extrinsic, _TransferCall)

        def find(ledger: LocalLedger, beat: Beat) -> TransferFate:
            if earlier := ledger.transfer_named(call.source, call.memo):
                return Included(_same(earlier, call).result)
            return Pending() if beat.block <= call.valid_until_block else Expired()

        return await self._do(find)

    async def transfers(self, address: str, since_block: int) -> list[Transfer]:
        checked = check_address(address)
        return await self._do(lambda ledger, _: ledger.transfers(checked, since_block))

    async def emissions(self, hotkey: str, since_block: int) -> EmissionsRead:
        checked, limit = check_address(hotkey), LONGEST_EMISSIONS_READ_TEMPOS

        def read(ledger: LocalLedger, beat: Beat) -> EmissionsRead:
            found = ledger.emissions(checked, since_block, limit)
            return EmissionsRead(tuple(found), found[-1].block if len(found) == limit else max(since_block, beat.block))

        return await self._do(read)

    async def issuance(self) -> tuple[int, int]:
        """(sum of all balances, rao emitted since genesis), read in one transaction."""
        return await self._do(lambda ledger, _: ledger.issuance())

    async def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _verified(self, encoded: bytes, kind: type[T]) -> T:
        extrinsic = from_msgpack(encoded, _Extrinsic, _EXTRINSIC_LIMIT_BYTES)
        call = from_msgpack(extrinsic.call, _TransferCall | _WeightsCall)
        if call.genesis_hash != self._genesis_hash:
            raise Refused("This was signed for another chain.", "Sign it again.")
        signer = call.source if isinstance(call, _TransferCall) else call.validator
        if not verify(signer, extrinsic.call, extrinsic.signature):
            raise Refused("The signature is not the account's.", "Sign with the account's own key.")
        if not isinstance(call, kind):
            raise Refused("This extrinsic is of another kind.", "Send it as what it is.")
        return call

    async def _do(self, work: Callable[[LocalLedger, Beat], T]) -> T:
        """`work` in a transaction of its own, in a thread: another process may hold the file for a moment."""

        def run() -> T:
            with self._transaction() as ledger:
                # The clock is read under the lock, so that processes with one clock never see it run backwards.
                return work(ledger, ledger.catch_up(self.genesis, self._clock()))

        return await asyncio.to_thread(run)

    @contextmanager
    def _transaction(self) -> Iterator[LocalLedger]:
        with self._lock, _translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield LocalLedger(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _sign(key: Keypair, call: _TransferCall | _WeightsCall) -> _Extrinsic:
    encoded = to_msgpack(call)
    return _Extrinsic(encoded, key.sign(encoded))


def _same(earlier: Transfer, call: _TransferCall) -> Transfer:
    if (earlier.destination, earlier.amount_rao) != (call.destination, call.amount_rao):
        raise Refused("This memo already names another transfer.", "Give each payout a memo of its own.")
    return earlier


def _hash(encoded: bytes) -> str:
    return "0x" + blake2b(encoded, digest_size=32).hexdigest()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """The seam where sqlite3's errors become ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname in ("SQLITE_BUSY", "SQLITE_LOCKED"):
            raise Unavailable("The local chain is busy.", "Try again in a moment.") from error
        raise StorageError(
            f"The local chain at {path} can't be used: {error}.", "See that the disk has room and the file is yours."
        ) from error
    except sqlite3.ProgrammingError as error:
        raise Unavailable("The local chain was closed.", "Start the local network again.") from error
    except sqlite3.DatabaseError as error:
        raise StorageError(f"The file {path} is no local chain: {error}.", "Move it away and start again.") from error
