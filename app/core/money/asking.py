"""Asks a network's ledger for one hotkey's money, and turns its answer into a line for the books."""

from collections import Counter
from typing import Final

from app.core.language.speech import _
from app.core.money.lines import LATEST_UNIX_MS, Credit, LedgerHeard, Paid, Standing, Waiting
from app.core.network.unreached import reason_of, unreached
from protocol.errors import ErrorBody, MalformedMessage, Unavailable, from_body
from protocol.proxies import SYSTEM
from protocol.public_api import MINERS_PATH, MinerEarnings, Payment
from protocol.wire import from_json

ANSWER_LIMIT_BYTES: Final = 1024 * 1024
ASK_SECONDS: Final = 10.0
_MOST_RAO: Final = 2**63
_MOST_BLOCKS: Final = 2**32
"""Bittensor counts its blocks, and what is in one, in 32 bits."""


async def ask_ledger(url: str, hotkey: str, proxy: str = SYSTEM) -> MinerEarnings:
    """What the orchestrator at `url` tells of `hotkey`. Raises Unavailable, Refused or MalformedMessage."""
    import httpx  # costs 12 MB; an app that only waits for its hours does without

    from edge.ways import async_client

    try:
        async with (
            async_client(proxy, timeout=ASK_SECONDS) as client,
            client.stream("GET", f"{url}{MINERS_PATH}/{hotkey}") as response,
        ):
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > ANSWER_LIMIT_BYTES:
                    raise MalformedMessage(_("The network's ledger answered with far too much."))
            status = response.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        title = _("The network's ledger can't be reached: {why}.").format(why=reason_of(error))
        raise unreached(error, title, _("It is asked again by itself.")) from error
    return _read(status, body)


def _read(status: int, body: bytes) -> MinerEarnings:
    if status == 200:
        told: MinerEarnings = from_json(body, MinerEarnings, ANSWER_LIMIT_BYTES)
        return told
    try:
        refusal: ErrorBody = from_json(body, ErrorBody, ANSWER_LIMIT_BYTES)
    except MalformedMessage:
        raise Unavailable(_("The network's ledger answers with an error ({status}).").format(status=status)) from None
    raise from_body(refusal)


def line_of(network: str, told: MinerEarnings, asked_unix: float, *, put_back: int = 0) -> LedgerHeard:
    """The answer as a line. Raises MalformedMessage for sums and times that can't be."""
    sums = (told.credited_rao, told.pending_rao, told.held_rao, told.paid_rao)
    if any(not 0 <= rao < _MOST_RAO for rao in (*sums, *(payment.rao for payment in told.payments))):
        raise MalformedMessage(_("The network's ledger told sums that can't be."))
    if any(payment.unix_ms >= LATEST_UNIX_MS for payment in told.payments):
        raise MalformedMessage(_("The network's ledger told times that can't be."))
    credits = Counter((each.epoch, each.unix_ms, each.rao) for each in told.payments if each.state == "credited")
    waiting = [each for each in told.payments if each.state in ("pending", "held")]
    standing = Standing(
        at_unix=asked_unix,
        credited_rao=told.credited_rao,
        pending_rao=told.pending_rao,
        held_rao=told.held_rao,
        paid_rao=told.paid_rao,
        payout_address=told.payout_coldkey,
        waiting=tuple(Waiting(unix_ms=each.unix_ms, rao=each.rao, reason=each.reason) for each in waiting),
        put_back=put_back,
    )
    return LedgerHeard(
        network=network,
        hotkey=told.hotkey,
        standing=standing,
        credits=tuple(
            Credit(epoch=epoch, unix_ms=unix_ms, rao=rao, times=times)
            for (epoch, unix_ms, rao), times in credits.items()
        ),
        paid=tuple(_paid(each) for each in told.payments if each.state == "paid"),
    )


def _paid(payment: Payment) -> Paid:
    """A place that can't be counts as unknown: money is not passed over for it."""
    block = payment.block if payment.block is not None and 0 <= payment.block < _MOST_BLOCKS else None
    index = payment.index if payment.index is not None and 0 <= payment.index < _MOST_BLOCKS else None
    return Paid(
        # One without a transaction can only be told from another by its time.
        transaction=payment.transaction or f"at {payment.unix_ms}",
        unix_ms=payment.unix_ms,
        rao=payment.rao,
        block=block,
        index=None if block is None else index,
    )
