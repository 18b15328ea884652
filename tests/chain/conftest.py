"""A small subtensor node: real metadata, real encodings, its own few rules for nonces, signatures and blocks."""

import json
import lzma
from collections.abc import AsyncIterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
import websockets

from chain.addresses import encode_address
from chain.keys import verify

METADATA = Path(__file__).parent / "subtensor_metadata" / "testnet_spec_224.scale.xz"
SPEC_VERSION, TRANSACTION_VERSION = 224, 1
NO_METADATA_V15 = "Client error: Execution failed: Other: Exported method Metadata_metadata_at_version is not found"


@cache
def runtime() -> tuple[bytes, Any, Any]:
    """(raw metadata, its types, decoded metadata); half a second, so once per process."""
    from scalecodec import ScaleBytes  # type: ignore[attr-defined]
    from scalecodec.base import RuntimeConfigurationObject
    from scalecodec.type_registry import load_type_registry_preset

    raw = lzma.decompress(METADATA.read_bytes())
    config = RuntimeConfigurationObject(ss58_format=42)
    config.clear_type_registry()
    config.update_type_registry(load_type_registry_preset(name="core") or {})
    metadata = config.create_scale_object("MetadataVersioned", data=ScaleBytes(raw))
    metadata.decode()
    config.add_portable_registry(metadata)
    return raw, config, metadata


class RpcError(Exception):
    pass


class SubtensorNode:
    """Answers JSON-RPC. `seal` makes a block of what was submitted; `finalised_lag` blocks are not final yet, and of
    those before `state_from` and `bodies_from` it has neither state nor extrinsics any more."""

    def __init__(self) -> None:
        self.raw_metadata, self.config, self.metadata = runtime()
        self.storage: dict[str, str] = {}
        self.blocks: list[tuple[list[str], dict[str, str]]] = []
        self.pool: list[str] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.nonces: dict[str, int] = {}
        self.alpha: dict[tuple[str, str], int] = {}
        """Stake on its one subnet, by hotkey and the coldkey that owns it."""
        self.finalised_lag = 0
        self.state_from = self.bodies_from = 0
        self.answers_submissions = True
        self.is_busy = False
        """Answers a question about storage with an error."""
        self.url = ""
        self.seal()

    def put(self, pallet: str, item: str, params: list[Any], value: Any) -> None:
        kind = self.metadata.get_metadata_pallet(pallet).get_storage_function(item).get_value_type_string()
        encoded = self.config.create_scale_object(kind).encode(value)
        self.storage[self._key(pallet, item, params)] = "0x" + bytes(encoded.data).hex()

    def put_balance(self, address: str, rao: int) -> None:
        data = {"free": rao, "reserved": 0, "frozen": 0, "flags": 0}
        nonce = self.nonces.get(address, 0)
        account = {"nonce": nonce, "consumers": 0, "providers": 1, "sufficients": 0, "data": data}
        self.put("System", "Account", [address], account)

    def _key(self, pallet: str, item: str, params: list[Any]) -> str:
        from async_substrate_interface.utils.storage import StorageKey

        key = StorageKey.create_from_storage_function(pallet, item, params, self.config, self.metadata)
        return str(key.to_hex())

    def seal(self, blocks: int = 1) -> None:
        for _ in range(blocks):
            extrinsics, self.pool = self.pool, []
            events = [event for index, each in enumerate(extrinsics) for event in self._apply(index, each)]
            self.put("Timestamp", "Now", [], 1_700_000_000_000 + 12_000 * len(self.blocks))
            self.put("System", "Events", [], events)
            self.blocks.append((extrinsics, dict(self.storage)))

    def _apply(self, index: int, extrinsic: str) -> list[dict[str, Any]]:
        call, signer = self._decode(extrinsic)
        function, arguments = call["call_function"], {each["name"]: each["value"] for each in call["call_args"]}
        self.calls.append((f"{call['call_module']}.{function}", arguments))
        self.nonces[signer] = self.nonces.get(signer, 0) + 1
        event: dict[str, Any] = {"System": {"ExtrinsicSuccess": {"dispatch_info": DISPATCH_INFO}}}
        if function == "transfer_stake":
            amount, hotkey, coldkey = (arguments[each] for each in ("alpha_amount", "hotkey", "destination_coldkey"))
            if self.alpha.get((hotkey, signer), 0) < amount:
                error = {"Module": {"index": 7, "error": "0x0a000000"}}
                event = {"System": {"ExtrinsicFailed": {"dispatch_error": error, "dispatch_info": DISPATCH_INFO}}}
            else:
                self.alpha[hotkey, signer] -= amount
                self.alpha[hotkey, coldkey] = self.alpha.get((hotkey, coldkey), 0) + amount
        return [{"phase": {"ApplyExtrinsic": index}, "event": event, "topics": []}]

    def _decode(self, extrinsic: str) -> tuple[dict[str, Any], str]:
        from scalecodec import ScaleBytes  # type: ignore[attr-defined]

        decoder = self.config.create_scale_object("Extrinsic", data=ScaleBytes(extrinsic), metadata=self.metadata)
        value = decoder.decode()
        return value["call"], str(value["address"])

    def check(self, extrinsic: str) -> None:
        """The transaction pool's rules. The signed payload is put together by hand, not by the client's library."""
        raw = bytes.fromhex(extrinsic[2:])
        raw = raw[{0: 1, 1: 2, 2: 4}[raw[0] & 3] :]
        if raw[:2] != b"\x84\x00" or raw[34] != 1:
            raise RpcError("Invalid Transaction: not an sr25519 extrinsic of version 4")
        signer, signature, rest = encode_address(raw[2:34]), raw[35:99], raw[99:]
        era, nonce, tip_and_mode, call = int.from_bytes(rest[:2], "little"), rest[2] >> 2, rest[3:5], rest[5:]
        period, phase = 2 << (era % 16), era >> 4
        head = len(self.blocks) - 1
        birth = (max(head, phase) - phase) // period * period + phase
        versions = SPEC_VERSION.to_bytes(4, "little") + TRANSACTION_VERSION.to_bytes(4, "little")
        hashes = bytes.fromhex(self.hash(0)[2:]) + bytes.fromhex(self.hash(birth)[2:])
        payload = call + rest[:5] + versions + hashes + b"\0"
        if len(payload) > 256:
            payload = blake2b(payload, digest_size=32).digest()
        if tip_and_mode != b"\0\0" or not verify(signer, payload, signature):
            raise RpcError("Invalid Transaction: Transaction has a bad signature")
        if nonce < self.nonces.get(signer, 0):
            raise RpcError("Invalid Transaction: Transaction is outdated")

    def hash(self, number: int) -> str:
        return "0x" + blake2b(b"block %d" % number, digest_size=32).hexdigest()

    def _number(self, block_hash: str | None) -> int:
        if block_hash is None:
            return len(self.blocks) - 1
        return next(number for number in range(len(self.blocks)) if self.hash(number) == block_hash)

    def _storage(self, block_hash: str | None) -> dict[str, str]:
        number = self._number(block_hash)
        if number < self.state_from:
            raise RpcError(f"Client error: UnknownBlock: State already discarded for {block_hash}")
        return self.blocks[number][1]

    def answer(self, method: str, params: list[Any]) -> Any:
        match method, params:
            case "system_chain", _:
                return "Bittensor"
            case "rpc_methods", _:
                return {"methods": ["account_nextIndex", "state_getStorageAt"]}
            case "chain_getHead", _:
                return self.hash(len(self.blocks) - 1)
            case "chain_getFinalizedHead", _:
                return self.hash(max(len(self.blocks) - 1 - self.finalised_lag, 0))
            case "chain_getBlockHash", [int(number)]:
                return self.hash(number) if number < len(self.blocks) else None
            case "chain_getHeader", [block_hash]:
                return self._header(self._number(block_hash))
            case "chain_getBlock", [block_hash]:
                number = self._number(block_hash)
                if number < self.bodies_from:
                    return None
                return {"block": {"header": self._header(number), "extrinsics": self.blocks[number][0]}}
            case "state_getRuntimeVersion", _:
                return {"specVersion": SPEC_VERSION, "transactionVersion": TRANSACTION_VERSION}
            case "state_getMetadata", _:
                return "0x" + self.raw_metadata.hex()
            case "state_getStorageAt", [key, block_hash]:
                if self.is_busy:
                    raise RpcError("Rate limit exceeded")
                return self._storage(block_hash).get(key)
            case "state_getKeysPaged", [prefix, count, start, block_hash]:
                keys = sorted(key for key in self._storage(block_hash) if key.startswith(prefix))
                return [key for key in keys if start == prefix or key > start][:count]
            case "state_queryStorageAt", [keys, block_hash]:
                storage = self._storage(block_hash)
                return [{"block": block_hash, "changes": [[key, storage.get(key)] for key in keys]}]
            case "account_nextIndex", [address]:
                return self.nonces.get(address, 0) + sum(self._decode(each)[1] == address for each in self.pool)
            case "author_submitExtrinsic", [extrinsic]:
                return self._submit(extrinsic)
        raise RpcError(NO_METADATA_V15 if method == "state_call" else f"no method {method}")

    def _submit(self, extrinsic: str) -> str:
        if extrinsic in self.pool:
            raise RpcError("Transaction is temporarily banned or already imported: Already Imported")
        self.check(extrinsic)
        self.pool.append(extrinsic)
        if not self.answers_submissions:
            raise ConnectionResetError
        return "0x" + blake2b(bytes.fromhex(extrinsic[2:]), digest_size=32).hexdigest()

    def _header(self, number: int) -> dict[str, Any]:
        parent = self.hash(number - 1) if number else "0x" + "00" * 32
        return {"number": hex(number), "parentHash": parent, "digest": {"logs": []}}

    async def serve(self, connection: websockets.ServerConnection) -> None:
        async for message in connection:
            request = json.loads(message)
            reply = {"jsonrpc": "2.0", "id": request["id"]}
            try:
                reply["result"] = self.answer(request["method"], request["params"])
            except RpcError as error:
                reply["error"] = {"code": 1010, "message": str(error)}
            except ConnectionResetError:
                connection.transport.abort()
                return
            await connection.send(json.dumps(reply))


DISPATCH_INFO = {"weight": {"ref_time": 1, "proof_size": 1}, "class": "Normal", "pays_fee": "Yes"}


@pytest.fixture
async def node() -> AsyncIterator[SubtensorNode]:
    node = SubtensorNode()
    async with websockets.serve(node.serve, "127.0.0.1", 0, max_size=2**24) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        node.url = f"ws://127.0.0.1:{port}"
        yield node
