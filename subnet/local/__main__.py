"""`python -m subnet.local`: a network on this computer, from one command. The composition root of this room."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
import time

from edge.process_log import log_to_stderr
from protocol.errors import UserFacingError
from protocol.public_api import RunStatus
from protocol.wire import to_json
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions, parse
from subnet.local.report import build_report, read_books


def main() -> int:
    """Exit code 0 at the run's end or when asked to stop, 1 with words on stderr if it can't start."""
    log_to_stderr()
    options = parse(sys.argv[1:])
    try:
        return asyncio.run(_live(options))
    except UserFacingError as error:
        print(f"{error.title} {error.advice}", file=sys.stderr)
        return 1


async def _live(options: LocalOptions) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    if options.for_app:
        _stop_when_stdin_closes(loop, stop)
    network = LocalNetwork(options)
    began = time.monotonic()
    try:
        await network.start()
        _announce(network)
        status = await _train(network, stop)
        if status is not None:
            await _finish(network, status, time.monotonic() - began)
            if options.report is None:
                await stop.wait()
    finally:
        await network.stop()
    return 0


def _announce(network: LocalNetwork) -> None:
    if network.options.for_app:
        line = {"orchestrator_url": network.url, "chain": f"local:{network.chain_path}", "dashboard_url": network.url}
        print(json.dumps(line), flush=True)
    else:
        print(f"Training. Watch it at {network.url}", flush=True)


async def _train(network: LocalNetwork, stop: asyncio.Event) -> RunStatus | None:
    """The finished run's status, or None if asked to stop before."""
    finishing = asyncio.create_task(network.until_finished())
    stopping = asyncio.create_task(stop.wait())
    telling = asyncio.create_task(_tell(network))
    try:
        await asyncio.wait({finishing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return finishing.result() if finishing.done() else None
    finally:
        for task in (finishing, stopping, telling):
            task.cancel()
        await asyncio.gather(finishing, stopping, telling, return_exceptions=True)


async def _tell(network: LocalNetwork) -> None:
    """A line of progress every few seconds."""
    while True:
        await asyncio.sleep(5.0)
        status = await network.run_status()
        if status is None or network.options.for_app:
            continue
        loss = f"{status.loss[-1].loss:.3f}" if status.loss else "–"
        held_out = f"{status.held_out[-1].loss:.3f}" if status.held_out else "–"
        print(
            f"{status.phase}: {status.tokens_done:,} of {status.tokens_total:,} tokens,"
            f" {status.tokens_per_second:,.0f} a second, loss {loss}, held-out loss {held_out}",
            flush=True,
        )


async def _finish(network: LocalNetwork, status: RunStatus, seconds: float) -> None:
    assert network.run is not None
    database = network.orchestrator_folder / "orchestrator.sqlite"
    books = await asyncio.to_thread(read_books, database, network.run.run_id)
    report = build_report(
        network.run, network.options.preset, status, books, [miner.record for miner in network.miners], seconds
    )
    after = f"{report.held_out_after:.4f}" if report.held_out_after is not None else "–"
    print(
        f"Finished: {report.tokens:,} tokens in {seconds:.0f} s, {report.tokens_per_second:,.0f} a second,"
        f" held-out loss {after}; the books {'balance' if report.books_balance else 'DO NOT BALANCE'}.",
        file=sys.stderr if network.options.for_app else sys.stdout,
        flush=True,
    )
    if network.options.report is not None:
        network.options.report.write_bytes(to_json(report))


def _stop_when_stdin_closes(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """The app's death must not leave a network running."""

    def watch() -> None:
        while os.read(0, 4096):
            continue
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch, name="stdin", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
