"""`python -m subnet.orchestrator`: one orchestrator as a process. The one place that wires it.

Prints one JSON line, {"url", "address"}, once it listens. SIGTERM and SIGINT end it in order.
"""

import argparse
import asyncio
import json
import signal
import socket
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import uvicorn

from chain.key_store import FileKeyStore
from chain.keys import Keypair, verify
from chain.network import Chain
from edge.process_log import log_to_stderr
from protocol.errors import LocalError, SettingsError, UserFacingError
from protocol.sockets import host_in_url
from subnet.chain_address import open_chain
from subnet.orchestrator.assembly import Orchestrator, Outside, open_orchestrator
from subnet.orchestrator.context import Settings
from subnet.orchestrator.miners.rendezvous import Rendezvous
from subnet.orchestrator.money.payout_limits import LEAST_PAYOUT_RAO
from subnet.orchestrator.runs.runs import load_spec_file, open_run
from subnet.orchestrator.web.connections import CONNECTIONS_OF_ONE, serving
from subnet.orchestrator.web.staked_validators import StakedValidators
from subnet.orchestrator.web.validator_routes import NamedValidators, ValidatorGate

KEY_NAME: Final = "orchestrator"
GOODBYE_SECONDS: Final = 3
"""What open requests get to finish; event streams end at once, since their miners come back."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after an orderly stop, 1 if nothing but a person can help: the words are on stderr."""
    given = _parser().parse_args(arguments)
    log_to_stderr()
    try:
        asyncio.run(_serve(given))
    except UserFacingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _serve(given: argparse.Namespace) -> None:
    listener = _listen(given.host, given.port)
    chain = None if given.chain is None else open_chain(given.chain)
    gate = validator_gate(given.validator, given.least_stake, chain)
    store = FileKeyStore(given.folder / "keys")
    key: Keypair = store.load(KEY_NAME) or store.create(KEY_NAME)
    host, port = listener.getsockname()[:2]
    rendezvous = await Rendezvous.open(given.folder, host, port)
    outside = Outside(gate, chain, None if chain is None else key, rendezvous)
    settings = Settings(folder=given.folder, network=given.network, least_payout_rao=given.least_payout)
    try:
        async with open_orchestrator(settings, key.address, verify, outside=outside) as orchestrator:
            for path in given.run:
                await _open_run(orchestrator, path)
            print(json.dumps({"url": f"http://{host_in_url(host)}:{port}", "address": key.address}), flush=True)
            await _Server(orchestrator, given.connections_of_one).serve(sockets=[listener])
    finally:
        listener.close()
        await rendezvous.close()
        if chain is not None:
            await chain.close()


def validator_gate(named: Sequence[str], least_stake_rao: int | None, chain: Chain | None) -> ValidatorGate:
    """Those named, and with a least stake whoever has so much. Raises SettingsError without a chain to ask."""
    if least_stake_rao is None:
        return NamedValidators(named)
    if chain is None:
        raise SettingsError("Nobody's stake can be asked after without a chain.", "Give --chain beside --least-stake.")
    if least_stake_rao <= 0:
        raise SettingsError("A stake of nothing would admit everybody.", "Give --least-stake in rao, more than 0.")
    return StakedValidators(chain, least_stake_rao, named)


class _Server(uvicorn.Server):
    """Tells the streams to end before it waits for requests to end."""

    def __init__(self, orchestrator: Orchestrator, connections_of_one: int) -> None:
        super().__init__(serving(orchestrator.app, connections_of_one, timeout_graceful_shutdown=GOODBYE_SECONDS))
        self._orchestrator = orchestrator

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """uvicorn's own raises the signal again once it has served, which would keep the rest from ending in order."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._orchestrator.end_streams()
        await super().shutdown(sockets)


async def _open_run(orchestrator: Orchestrator, path: Path) -> None:
    context = orchestrator.context
    spec = await asyncio.to_thread(load_spec_file, path, context.store)
    now_ms = context.clock()
    await context.database.write(lambda connection: open_run(connection, context.events, spec, now_ms))


def _listen(host: str, port: int) -> socket.socket:
    """Raises LocalError if the port is taken, before anything else is touched."""
    try:
        if ":" not in host:
            return socket.create_server((host, port))
        both = ip_address(host).is_unspecified and socket.has_dualstack_ipv6()
        return socket.create_server((host, port), family=socket.AF_INET6, dualstack_ipv6=both)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise LocalError(
            f"The address {host_in_url(host)}:{port} can't be listened on: {reason}.",
            "Choose another --port, or end the program that has it.",
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m subnet.orchestrator", description=__doc__)
    parser.add_argument("--folder", required=True, type=Path, help="keeps database, objects and the pool's hotkey")
    parser.add_argument("--host", default="127.0.0.1", help="an address of this computer; :: is all of both families")
    parser.add_argument("--port", type=int, default=0, help="0 for a free one (default)")
    parser.add_argument("--network", default="local", help="the network's name, as miners see it")
    parser.add_argument("--chain", metavar="ADDRESS", help="local:PATH or bittensor:NETUID; without one nobody is paid")
    parser.add_argument(
        "--least-payout", type=int, default=LEAST_PAYOUT_RAO, metavar="RAO", help="less than this waits for more"
    )
    parser.add_argument(
        "--connections-of-one",
        type=int,
        default=CONNECTIONS_OF_ONE,
        metavar="N",
        help="of one line to the outside; more where a load balancer of another computer stands for all",
    )
    parser.add_argument("--run", type=Path, action="append", default=[], metavar="FILE", help="a run.json to open")
    parser.add_argument(
        "--validator", action="append", default=[], metavar="SS58", help="the hotkey of a validator that is admitted"
    )
    parser.add_argument(
        "--least-stake",
        type=int,
        metavar="RAO",
        help="who has so much staked on the subnet is a validator too",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
