"""Extrinsics of a substrate chain: signed for a limited time, sent, and found again by their hash."""

from hashlib import blake2b
from typing import Any, Final

from chain.keys import Keypair
from chain.network import Expired, ExtrinsicResult, Failed, Forgotten, Included, Pending, TransferFate

DIES_AFTER_BLOCKS: Final = 64
"""Mortality: a power of two. At 12 s a block, what is not on chain after 13 minutes never will be."""
_SR25519: Final = 1


class _Signer:
    """Our key as the library wants one."""

    crypto_type = _SR25519

    def __init__(self, key: Keypair) -> None:
        self._key = key
        self.public_key = key.public_key
        self.ss58_address = key.address

    def sign(self, payload: Any) -> bytes:
        return self._key.sign(bytes(getattr(payload, "data", payload)))


def extrinsic_hash(extrinsic: bytes) -> str:
    """As the chain names it: BLAKE2b-256 of the whole encoding."""
    return "0x" + blake2b(extrinsic, digest_size=32).hexdigest()


async def sign_call(
    substrate: Any, key: Keypair, pallet: str, function: str, arguments: dict[str, Any]
) -> tuple[bytes, int]:
    """The encoded extrinsic and the finalised block it was signed at. Sends nothing.

    The nonce is the account's next, those waiting in the node's pool counted, so the chain takes it in once at most.
    """
    block = await substrate.get_block_number(await substrate.get_chain_finalised_head())
    call = await substrate.compose_call(pallet, function, arguments)
    nonce = await substrate.get_account_next_index(key.address, use_cache=False)
    era = {"period": DIES_AFTER_BLOCKS, "current": block}
    extrinsic = await substrate.create_signed_extrinsic(call, _Signer(key), era=era, nonce=nonce)
    return bytes(extrinsic.data.data), block


async def submit(substrate: Any, extrinsic: bytes) -> None:
    """Hands it to the node; one that it already has is no error."""
    from async_substrate_interface.errors import SubstrateRequestException

    try:
        await substrate.rpc_request("author_submitExtrinsic", ["0x" + extrinsic.hex()])
    except SubstrateRequestException as error:
        if "already imported" not in str(error).lower():
            raise


class ExtrinsicSearch:
    """Looks for one extrinsic in the finalised blocks of its lifetime, each block once."""

    def __init__(self, extrinsic: bytes, signed_at_block: int) -> None:
        self._encoded = "0x" + extrinsic.hex()
        self._hash = extrinsic_hash(extrinsic)
        self._last_block = signed_at_block + DIES_AFTER_BLOCKS - 1
        self._unread = list(range(signed_at_block + 1, self._last_block + 1))

    async def look(self, substrate: Any) -> TransferFate:
        """Raises Forgotten where it stands in a final block whose events are gone, or may stand in one that is gone;
        only of one that can't enter the chain again."""
        finalised = await substrate.get_block_number(await substrate.get_chain_finalised_head())
        for number in [block for block in self._unread if block <= finalised]:
            block_hash = await substrate.get_block_hash(number)
            extrinsics = await _extrinsics(substrate, block_hash)
            if extrinsics is None:
                continue
            if self._encoded in extrinsics:
                index = extrinsics.index(self._encoded)
                result = ExtrinsicResult(self._hash, number, index)
                reason = await _failure(substrate, block_hash, index)
                return Included(result) if reason is None else Failed(result, reason)
            self._unread.remove(number)
        if finalised < self._last_block:
            return Pending()
        if self._unread:
            raise Forgotten("This node has forgotten that block.", "Use an archive node.")
        return Expired()


async def _extrinsics(substrate: Any, block_hash: str | None) -> list[str] | None:
    """Of one block; None if the node has not got it. Asked without a hash it would tell of its newest."""
    if block_hash is None:
        return None
    found = (await substrate.rpc_request("chain_getBlock", [block_hash]))["result"]
    return None if found is None else list(found["block"]["extrinsics"])


async def _failure(substrate: Any, block_hash: str, index: int) -> str | None:
    """Why the extrinsic at `index` failed, None if it did what it says."""
    told = [each["event"] for each in await substrate.get_events(block_hash) if each["extrinsic_idx"] == index]
    if not told:
        # Each extrinsic has an event at least: the library takes a node's error for a block without any.
        raise Forgotten("This node does not tell what became of it.", "Use an archive node.")
    for event in told:
        if (event["module_id"], event["event_id"]) == ("System", "ExtrinsicFailed"):
            return await _error_name(substrate, block_hash, event["attributes"]["dispatch_error"])
    return None


async def _error_name(substrate: Any, block_hash: str, dispatch_error: Any) -> str:
    if not isinstance(dispatch_error, dict) or "Module" not in dispatch_error:
        return str(dispatch_error)
    runtime = await substrate.init_runtime(block_hash=block_hash)
    module = dispatch_error["Module"]
    code = module["error"]
    number = int.from_bytes(bytes.fromhex(code[2:4])) if isinstance(code, str) else int(code)
    return str(runtime.metadata.get_module_error(module["index"], number).name)
