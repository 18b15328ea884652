"""What the rest of the house may ask of a chain.

A payout survives a crash like this: `sign_transfer`, write the SignedTransfer down, `submit_transfer`. After a restart
`find_transfer` says what became of it, and submitting the same one again is harmless: it can enter the chain once at
most. Only a transfer that is Expired or Failed may be replaced by a new one.

Every method raises Unavailable when the chain can't be reached now (asking again is safe) and Refused for a
definite no.
"""

from typing import Final, Protocol, TypeAlias

import msgspec

from chain.keys import Keypair
from protocol.errors import Refused

RAO: Final = 1_000_000_000
"""Rao per TAO, and per alpha."""


class Forgotten(Refused):
    """What is asked of lies too far back for this node: it will never tell it, another one may."""


class Block(msgspec.Struct, frozen=True):
    number: int
    unix_seconds: float


class Tempo(msgspec.Struct, frozen=True):
    """The rhythm in which a subnet shares out its emission. A tempo ends with its last block."""

    blocks: int
    block_seconds: float
    previous_end_block: int
    """The last block at which a tempo ended; 0 before the first."""
    next_end_block: int
    block: int
    """The newest block when this was read."""

    @property
    def seconds_left(self) -> float:
        """Until its end, as far as blocks come in time."""
        return max(0, self.next_end_block - self.block) * self.block_seconds


class Neuron(msgspec.Struct, frozen=True):
    """A registered hotkey. `weights` are what it last set, by hotkey, in u16 (largest is 65535); empty for a miner."""

    uid: int
    hotkey: str
    stake_rao: int
    weights: dict[str, int]
    weights_block: int
    """Block of its last weights; 0 if it never set any."""


class Metagraph(msgspec.Struct, frozen=True):
    netuid: int
    block: int
    neurons: tuple[Neuron, ...]

    def uid(self, hotkey: str) -> int | None:
        return next((neuron.uid for neuron in self.neurons if neuron.hotkey == hotkey), None)


class ExtrinsicResult(msgspec.Struct, frozen=True):
    """Where something stands on chain: 0x and 64 hex digits, and the block that holds it."""

    hash: str
    block: int
    index: int | None = None
    """Its place in that block, from 0; None on a chain whose blocks have no order inside."""


class SignedTransfer(msgspec.Struct, frozen=True):
    """A transfer ready to be sent, and sent again. Holds no secret; keep it until its fate is known."""

    source: str
    destination: str
    amount_rao: int
    memo: str
    """The sender's own name for this payout, unique among its payouts."""
    extrinsic: bytes
    hash: str
    signed_at_block: int
    valid_until_block: int
    """The chain never takes it in after this block."""


class Included(msgspec.Struct, frozen=True, tag=True):
    result: ExtrinsicResult


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It stands on chain but moved nothing."""

    result: ExtrinsicResult
    reason: str


class Pending(msgspec.Struct, frozen=True, tag=True):
    """Not on chain yet; submit it again."""


class Expired(msgspec.Struct, frozen=True, tag=True):
    """Not on chain and can't get there any more."""


TransferFate: TypeAlias = Included | Failed | Pending | Expired


class Transfer(msgspec.Struct, frozen=True):
    """A transfer that happened. `memo` is empty on a chain that keeps none."""

    source: str
    destination: str
    amount_rao: int
    result: ExtrinsicResult
    memo: str = ""


class Emission(msgspec.Struct, frozen=True):
    """What a hotkey received at tempo ends up to and including `block`, after the one before it in the list."""

    hotkey: str
    block: int
    amount_rao: int


class EmissionsRead(msgspec.Struct, frozen=True):
    """A stretch of a hotkey's emissions, oldest first. What came after `through_block` was not read: go on from
    there."""

    emissions: tuple[Emission, ...]
    through_block: int


LONGEST_EMISSIONS_READ_TEMPOS: Final = 64
"""A chain reads no more tempos at a time than this, so that one reading ends within a turn."""


class Chain(Protocol):
    """One subnet of one chain."""

    @property
    def netuid(self) -> int: ...

    async def block(self) -> Block: ...

    async def tempo(self) -> Tempo: ...

    async def metagraph(self) -> Metagraph: ...

    async def balance(self, address: str) -> int:
        """Free rao that `address` can spend; 0 for one never seen. Raises SettingsError for a text that is none."""
        ...

    async def set_weights(self, validator: Keypair, shares: dict[str, float]) -> ExtrinsicResult:
        """Replaces the validator's weights by `shares` (by hotkey, any scale). Unregistered hotkeys are Refused."""
        ...

    async def sign_transfer(self, source: Keypair, destination: str, amount_rao: int, memo: str) -> SignedTransfer:
        """Of the coin in which emissions come. Nothing is sent. On chains with account nonces, settle one transfer of a
        source before signing its next."""
        ...

    async def submit_transfer(self, transfer: SignedTransfer) -> ExtrinsicResult:
        """Waits for inclusion. A second time it returns the first result."""
        ...

    async def find_transfer(self, transfer: SignedTransfer) -> TransferFate:
        """Raises Forgotten if it stands on chain or can't get there any more, and this node can't tell which: then its
        source may sign the next."""
        ...

    async def emissions(self, hotkey: str, since_block: int) -> EmissionsRead:
        """What `hotkey` received in blocks after `since_block`: the next 64 tempos at most. Asked again from where it
        ended it leaves nothing out and tells nothing twice. Raises Forgotten for a stretch that begins too far back."""
        ...

    async def close(self) -> None: ...


async def pay(chain: Chain, source: Keypair, destination: str, amount_rao: int, memo: str) -> ExtrinsicResult:
    """Sign and submit in one go, for a person at a prompt. A ledger keeps the SignedTransfer between the two."""
    return await chain.submit_transfer(await chain.sign_transfer(source, destination, amount_rao, memo))
