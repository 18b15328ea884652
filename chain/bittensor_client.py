"""Bittensor through a subtensor node: chain.network.Chain over async-substrate-interface.

What counts is what is finalised: a transfer reported as included can't be undone by a fork.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from chain.bittensor_connection import NodeConnection
from chain.bittensor_extrinsics import DIES_AFTER_BLOCKS, ExtrinsicSearch, extrinsic_hash, sign_call, submit
from chain.keys import Keypair, check_address
from chain.network import (
    LONGEST_EMISSIONS_READ_TEMPOS,
    Block,
    Emission,
    EmissionsRead,
    Expired,
    ExtrinsicResult,
    Failed,
    Included,
    Metagraph,
    Neuron,
    Pending,
    SignedTransfer,
    Tempo,
    TransferFate,
)
from chain.shares import to_u16
from protocol.errors import Refused, SettingsError

FINNEY_URL: Final = "wss://entrypoint-finney.opentensor.ai:443"
_PALLET: Final = "SubtensorModule"
_PAGE: Final = 512


class BittensorChain:
    """One subnet of the chain behind `url`. Connects when first used and again after any failure."""

    def __init__(
        self,
        netuid: int,
        url: str = FINNEY_URL,
        version_key: int = 0,
        timeout_seconds: float = 60.0,
        poll_seconds: float = 6.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`version_key` goes with weights; the subnet's owner sets the smallest that is taken."""
        self._netuid = netuid
        self._node = NodeConnection(url, timeout_seconds)
        self._version_key = version_key
        self._poll_seconds = poll_seconds
        self._sleep = sleep

    @property
    def netuid(self) -> int:
        return self._netuid

    async def block(self) -> Block:
        async with self._node.open() as substrate:
            head = await substrate.get_chain_head()
            now = await substrate.query("Timestamp", "Now", block_hash=head)
            return Block(await substrate.get_block_number(head), now.value / 1000)

    async def tempo(self) -> Tempo:
        async with self._node.open() as substrate:
            head = await substrate.get_chain_head()
            number = await substrate.get_block_number(head)
            period = await self._tempo_period(substrate, head)
            half_block = await substrate.get_constant("Timestamp", "MinimumPeriod", block_hash=head)
            # Epochs fall on blocks where (block + netuid + 1) mod (tempo + 1) is 0; each subnet's is shifted by its id.
            previous = number - (number + self._netuid + 1) % period
            return Tempo(period, half_block.value * 2 / 1000, max(previous, 0), previous + period, number)

    async def _tempo_period(self, substrate: Any, block_hash: str) -> int:
        return int((await substrate.query(_PALLET, "Tempo", [self._netuid], block_hash=block_hash)).value) + 1

    async def metagraph(self) -> Metagraph:
        async with self._node.open() as substrate:
            head = await substrate.get_chain_head()
            number = await substrate.get_block_number(head)
            hotkeys: dict[int, str] = await self._map(substrate, "Keys", head)
            weights: dict[int, list[tuple[int, int]]] = await self._map(substrate, "Weights", head)
            updates = (await substrate.query(_PALLET, "LastUpdate", [self._netuid], block_hash=head)).value
            stakes = await self._stakes(substrate, list(hotkeys.values()), head)
            neurons = (
                Neuron(
                    uid,
                    hotkey,
                    stakes.get(hotkey, 0),
                    {hotkeys[target]: weight for target, weight in weights.get(uid, []) if target in hotkeys},
                    updates[uid] if weights.get(uid) and uid < len(updates) else 0,
                )
                for uid, hotkey in sorted(hotkeys.items())
            )
            return Metagraph(self._netuid, number, tuple(neurons))

    async def _map(self, substrate: Any, name: str, block_hash: str) -> dict[int, Any]:
        found = await substrate.query_map(_PALLET, name, [self._netuid], block_hash=block_hash, page_size=_PAGE)
        return {_plain(uid): _plain(value) async for uid, value in found}

    async def _stakes(self, substrate: Any, hotkeys: list[str], block_hash: str) -> dict[str, int]:
        """Alpha staked on this subnet, in rao, by hotkey; one request for all."""
        if not hotkeys:
            return {}
        keys = [
            await substrate.create_storage_key(_PALLET, "TotalHotkeyAlpha", [hotkey, self._netuid], block_hash)
            for hotkey in hotkeys
        ]
        amounts = await substrate.query_multi(keys, block_hash=block_hash)
        return {key.params[0]: int(_plain(amount)) for key, amount in amounts}

    async def balance(self, address: str) -> int:
        checked = check_address(address)
        async with self._node.open() as substrate:
            account = (await substrate.query("System", "Account", [checked])).value
            return max(int(account["data"]["free"]) - int(account["data"]["frozen"]), 0)

    async def uid(self, hotkey: str) -> int | None:
        """The number under which `hotkey` is registered on this subnet; one question instead of a whole metagraph."""
        checked = check_address(hotkey)
        async with self._node.open() as substrate:
            found = (await substrate.query(_PALLET, "Uids", [self._netuid, checked])).value
            return None if found is None else int(found)

    async def alpha_price(self) -> float | None:
        """TAO for one alpha by the reserves of the subnet's pool; None where it has no pool."""
        async with self._node.open() as substrate:
            head = await substrate.get_chain_head()
            tao = (await substrate.query(_PALLET, "SubnetTAO", [self._netuid], block_hash=head)).value
            alpha = (await substrate.query(_PALLET, "SubnetAlphaIn", [self._netuid], block_hash=head)).value
            return int(tao) / int(alpha) if tao and alpha else None

    async def set_weights(self, validator: Keypair, shares: dict[str, float]) -> ExtrinsicResult:
        weights = to_u16({check_address(hotkey): share for hotkey, share in shares.items()})
        async with self._node.open() as substrate:
            head = await substrate.get_chain_head()
            hidden = await substrate.query(_PALLET, "CommitRevealWeightsEnabled", [self._netuid], block_hash=head)
            if hidden.value:
                raise Refused("This subnet takes hidden weights only.", "Ask its owner to switch commit-reveal off.")
            uids = await self._uids(substrate, list(weights), head)
            if unknown := [hotkey for hotkey in weights if uids[hotkey] is None]:
                raise Refused(f"{len(unknown)} of the hotkeys are not registered.", f"Register {unknown[0]} first.")
            ordered = sorted((uids[hotkey], weight) for hotkey, weight in weights.items())
            arguments = {
                "netuid": self._netuid,
                "dests": [uid for uid, _ in ordered],
                "weights": [weight for _, weight in ordered],
                "version_key": self._version_key,
            }
            signed, at_block = await sign_call(substrate, validator, _PALLET, "set_weights", arguments)
        fate = await self._submitted(signed, at_block)
        return _result(fate)

    async def _uids(self, substrate: Any, hotkeys: list[str], block_hash: str) -> dict[str, int | None]:
        keys = [
            await substrate.create_storage_key(_PALLET, "Uids", [self._netuid, hotkey], block_hash)
            for hotkey in hotkeys
        ]
        found = await substrate.query_multi(keys, block_hash=block_hash)
        return {key.params[1]: _plain(uid) for key, uid in found}

    async def sign_transfer(self, source: Keypair, destination: str, amount_rao: int, memo: str) -> SignedTransfer:
        """Moves alpha, in which a subnet's emission comes, as stake on `source`'s own hotkey: it stays there under the
        coldkey that it was paid to. The memo stays here: the chain keeps none, and a transfer is found again by its
        hash. Refused where what the hotkey earns belongs to another coldkey, or the subnet lets no stake be moved."""
        if not 0 < amount_rao < 2**63:
            raise SettingsError("A transfer moves at least one rao.", "Choose another amount.")
        checked = check_address(destination)
        arguments = {
            "destination_coldkey": checked,
            "hotkey": source.address,
            "origin_netuid": self._netuid,
            "destination_netuid": self._netuid,
            "alpha_amount": amount_rao,
        }
        async with self._node.open() as substrate:
            await self._require_own_stake(substrate, source.address)
            signed, block = await sign_call(substrate, source, _PALLET, "transfer_stake", arguments)
        until = block + DIES_AFTER_BLOCKS - 1
        return SignedTransfer(source.address, checked, amount_rao, memo, signed, extrinsic_hash(signed), block, until)

    async def _require_own_stake(self, substrate: Any, hotkey: str) -> None:
        head = await substrate.get_chain_head()
        owner = (await substrate.query(_PALLET, "Owner", [hotkey], block_hash=head)).value
        if owner != hotkey:
            raise Refused(
                f"What the hotkey {hotkey} earns belongs to another coldkey, {owner}.",
                "Register the hotkey on the subnet with itself as its coldkey: then its own signature pays out.",
            )
        movable = await substrate.query(_PALLET, "TransferToggle", [self._netuid], block_hash=head)
        if not movable.value:
            raise Refused("This subnet lets nobody move stake.", "Ask its owner to switch the transfer of stake on.")

    async def submit_transfer(self, transfer: SignedTransfer) -> ExtrinsicResult:
        return _result(await self._submitted(transfer.extrinsic, transfer.signed_at_block))

    async def find_transfer(self, transfer: SignedTransfer) -> TransferFate:
        search = ExtrinsicSearch(transfer.extrinsic, transfer.signed_at_block)
        async with self._node.open() as substrate:
            return await search.look(substrate)

    async def _submitted(self, extrinsic: bytes, signed_at_block: int) -> TransferFate:
        """Looks first, since it may be there already; then sends and looks again at each new block."""
        search = ExtrinsicSearch(extrinsic, signed_at_block)
        async with self._node.open() as substrate:
            fate = await search.look(substrate)
            if isinstance(fate, Pending):
                await submit(substrate, extrinsic)
        while isinstance(fate, Pending):
            await self._sleep(self._poll_seconds)
            async with self._node.open() as substrate:
                fate = await search.look(substrate)
        return fate

    async def emissions(self, hotkey: str, since_block: int) -> EmissionsRead:
        """By tempo ends that are final; a node that is no archive knows about the last 256 blocks."""
        checked = check_address(hotkey)
        async with self._node.open() as substrate:
            head = await substrate.get_chain_finalised_head()
            last = await substrate.get_block_number(head)
            period = await self._tempo_period(substrate, head)
            first = max(since_block, 0) + 1
            first += -(first + self._netuid + 1) % period
            ends = range(first, last + 1, period)[:LONGEST_EMISSIONS_READ_TEMPOS]
            found = []
            for block in ends:
                at = await substrate.get_block_hash(block)
                uid = (await substrate.query(_PALLET, "Uids", [self._netuid, checked], block_hash=at)).value
                amounts = (await substrate.query(_PALLET, "Emission", [self._netuid], block_hash=at)).value
                if uid is not None and uid < len(amounts) and amounts[uid]:
                    found.append(Emission(checked, block, int(amounts[uid])))
            return EmissionsRead(tuple(found), ends[-1] if ends else since_block)

    async def close(self) -> None:
        await self._node.close()


def _result(fate: TransferFate) -> ExtrinsicResult:
    match fate:
        case Included(result):
            return result
        case Failed(_, reason):
            raise Refused(f"The chain took it in but did nothing: {reason}.", "Look at the account and try again.")
        case Expired() | Pending():
            raise Refused("The chain did not take this in while it was valid.", "Sign it again.")


def _plain(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value
