"""`python -m subnet.validator`: one validator as a process. The one place that wires it."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch

from chain.key_store import FileKeyStore
from chain.keys import KeySigner
from edge.process_log import log_to_stderr
from protocol.errors import UserFacingError
from subnet.chain_address import open_chain
from subnet.validator.client import ValidatorClient
from subnet.validator.draw import AuditDraw, load_secret
from subnet.validator.validator import Validator

KEY_NAME: Final = "validator"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after an orderly stop (SIGTERM or SIGINT), 1 if nothing but a person can help."""
    given = _parser().parse_args(arguments)
    log_to_stderr()
    # Honest miners compute with one thread; the same number of threads rounds the same.
    torch.set_num_threads(1)
    failed = False
    try:
        asyncio.run(_run(given))
    except* UserFacingError as errors:
        failed = True
        for error in errors.exceptions:
            print(error, file=sys.stderr)
    return 1 if failed else 0


async def _run(given: argparse.Namespace) -> None:
    folder: Path = given.folder
    store = FileKeyStore(folder / "keys")
    key = store.load(KEY_NAME) or store.create(KEY_NAME)
    draw = AuditDraw(load_secret(folder), given.audit_share)
    chain = None if given.chain is None else open_chain(given.chain)
    client = ValidatorClient(given.orchestrator, KeySigner(key))
    validator = Validator(client, draw, folder, key, chain)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, validator.closing.set)
        except NotImplementedError:  # Windows: Ctrl+C raises KeyboardInterrupt instead
            break
    try:
        await validator.run()
    finally:
        await client.close()
        if chain is not None:
            await chain.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m subnet.validator", description=__doc__)
    parser.add_argument("--orchestrator", required=True, metavar="URL", help="where the network's orchestrator listens")
    parser.add_argument("--folder", required=True, type=Path, help="keeps the hotkey, the draw's secret and its place")
    parser.add_argument(
        "--chain", metavar="ADDRESS", help="local:PATH or bittensor:NETUID; without one no weights are set"
    )
    parser.add_argument("--audit-share", type=float, default=0.1, metavar="SHARE", help="of all steps (default 0.1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
