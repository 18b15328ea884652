"""Extrinsics of a substrate chain: signed for a limited time, sent, and found again by their hash."""

from hashlib import blake2b
from typing import Any, Final

from chain.keys import Keypair
from chain.network import Expired, ExtrinsicResult, Failed, Included, Pending, TransferFate

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
        self._next_block = signed_at_block + 1
        self._last_block = signed_at_block + DIES_AFTER_BLOCKS - 1

    async def look(self, substrate: Any) -> TransferFate:
        finalised = await substrate.get_block_number(await substrate.get_chain_finalised_head())
        while self._next_block <= min(finalised, self._last_block):
            block_hash = await substrate.get_block_hash(self._next_block)
            block = (await substrate.rpc_request("chain_getBlock", [block_hash]))["result"]["block"]
            if self._encoded in block["extrinsics"]:
                index = block["extrinsics"].index(self._encoded)
                result = ExtrinsicResult(self._hash, self._next_block, index)
                reason = await _failure(substrate, block_hash, index)
                return Included(result) if reason is None else Failed(result, reason)
            self._next_block += 1
        return Expired() if finalised >= self._last_block else Pending()


async def _failure(substrate: Any, block_hash: str, index: int) -> str | None:
    """Why the extrinsic at `index` failed, None if it did what it says."""
    for record in await substrate.get_events(block_hash):
        event = record["event"]
        is_failure = (event["module_id"], event["event_id"]) == ("System", "ExtrinsicFailed")
        if record["extrinsic_idx"] == index and is_failure:
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
