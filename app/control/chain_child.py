"""One question to the chain in a process of its own: `python -m app.control.chain_child`, JSON in, JSON out.

The chain's client takes 55 MB and half a second to load, and its socket may hang; none of that may be the app's.
"""

import asyncio
import sys
from pathlib import Path
from typing import Protocol, TextIO

from app.core.language.speech import _
from app.core.payout.chain_sight import ChainAnswer, ChainQuestion
from chain.network import Block
from protocol.errors import SettingsError, UserFacingError, to_body
from protocol.wire import from_json, to_json

TIMEOUT_SECONDS = 25.0
QUESTION_LIMIT_BYTES = 4096


class _Readable(Protocol):
    @property
    def netuid(self) -> int: ...

    async def block(self) -> Block: ...

    async def balance(self, address: str) -> int: ...

    async def close(self) -> None: ...


def main(source: TextIO = sys.stdin, target: TextIO = sys.stdout) -> int:
    """Read one ChainQuestion, write one ChainAnswer or ErrorBody. The exit code says which."""
    try:
        question = from_json(source.read(QUESTION_LIMIT_BYTES).encode(), ChainQuestion)
        target.write(to_json(asyncio.run(answer(question))).decode() + "\n")
    except UserFacingError as error:
        target.write(to_json(to_body(error)).decode() + "\n")
        return 1
    return 0


async def answer(question: ChainQuestion) -> ChainAnswer:
    """Ask the chain. Raises UserFacingErrors."""
    kind, _colon, rest = question.chain.partition(":")
    if kind == "local" and rest:
        return await _from_local(Path(rest), question.address)
    netuid, _at, url = rest.partition("@")
    if kind == "bittensor" and netuid.isascii() and netuid.isdigit():
        return await _from_bittensor(int(netuid), url, question.address)
    raise SettingsError(_("This network names no chain that can be asked."))


async def _from_local(path: Path, address: str | None) -> ChainAnswer:
    from chain.local_chain import LocalChain

    chain = LocalChain(path)
    try:
        block, balance = await _block_and_balance(chain, address)
        uid = None if address is None else (await chain.metagraph()).uid(address)
        return ChainAnswer(block=block, netuid=chain.netuid, balance_rao=balance, uid=uid)
    finally:
        await chain.close()


async def _from_bittensor(netuid: int, url: str, address: str | None) -> ChainAnswer:
    from chain.bittensor_client import FINNEY_URL, BittensorChain

    chain = BittensorChain(netuid, url or FINNEY_URL, timeout_seconds=TIMEOUT_SECONDS)
    try:
        block, balance = await _block_and_balance(chain, address)
        uid = None if address is None else await chain.uid(address)
        price = await chain.alpha_price()
        return ChainAnswer(block=block, netuid=netuid, balance_rao=balance, uid=uid, tao_per_alpha=price)
    finally:
        await chain.close()


async def _block_and_balance(chain: _Readable, address: str | None) -> tuple[int, int | None]:
    block = await chain.block()
    return block.number, None if address is None else await chain.balance(address)


if __name__ == "__main__":
    sys.exit(main())
