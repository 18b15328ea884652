"""What everybody may read: status, feed, miners' pay, verdicts, and the dashboard's page with its few files."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Final

from litestar import Response, Router, get
from litestar.di import Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream

from protocol.bounds import NUMBER_LIMIT
from protocol.public_api import (
    FEED_PATH,
    MINERS_PATH,
    STATUS_PATH,
    VERDICTS_PUBLIC_PATH,
    MinerEarnings,
    NetworkStatus,
    VerdictDetail,
    VerdictList,
)
from protocol.wire import to_json
from subnet.orchestrator.context import Context
from subnet.orchestrator.events import Listener
from subnet.orchestrator.http import AnyRequest
from subnet.orchestrator.tables.audits import verdicts
from subnet.orchestrator.web import projections
from subnet.orchestrator.web.line_routes import address_of, home_of
from subnet.orchestrator.web.refusals import Unknown

STATUS_KEPT_MS: Final = 1_000
FEEDS_LIMIT: Final = 256
FEEDS_OF_ONE: Final = 16
"""Behind one line: a home, or an office with the dashboard on its walls."""
HOTKEY_LIMIT: Final = 64
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
Number = Annotated[int, Parameter(ge=-NUMBER_LIMIT, le=NUMBER_LIMIT)]
_MEDIA_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class PublicDesk:
    """What the handlers share: the page's files, the last status, and how many listen."""

    def __init__(self, context: Context, seconds_to_payout: Callable[[], float | None] = lambda: None) -> None:
        """`seconds_to_payout` says about when the network next decides on payouts; None for nobody knows."""
        self._context = context
        self.seconds_to_payout = seconds_to_payout
        self._making = asyncio.Lock()
        self._status = b""
        self._made_ms = -STATUS_KEPT_MS
        self._feeds: dict[Listener, str] = {}
        """Who listens, oldest first, and behind which line."""
        folder = Path(__file__).parents[1] / "dashboard"
        self.files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _MEDIA_TYPES}

    async def status(self) -> bytes:
        """The status as JSON, made anew once a second at most however many ask."""
        async with self._making:
            now_ms = self._context.clock()
            if not 0 <= now_ms - self._made_ms < STATUS_KEPT_MS:
                network = self._context.settings.network
                favoured_by = self._context.steering.favoured_by
                made = await self._context.database.read(
                    lambda c: projections.network_status(c, network, now_ms, favoured_by)
                )
                self._status, self._made_ms = to_json(made), now_ms
            return self._status

    @property
    def listeners(self) -> int:
        return len(self._feeds)

    def _listen(self, home: str) -> Listener:
        """Take up a listener. Where one line has too many its oldest ends, and where all have, the oldest of the line
        that has most: whoever opens many takes them from itself."""
        kept = Counter(self._feeds.values())
        crowded = home if kept[home] >= FEEDS_OF_ONE else max(kept, key=kept.__getitem__, default=home)
        if kept[home] >= FEEDS_OF_ONE or len(self._feeds) >= FEEDS_LIMIT:
            oldest = next(listener for listener, line in self._feeds.items() if line == crowded)
            del self._feeds[oldest]
            oldest.end()
        listener = Listener()
        self._feeds[listener] = home
        return listener

    async def events(self, after: int, address: str = "") -> AsyncIterator[bytes]:
        """Server-sent events after number `after`, with a comment now and then so that nobody thinks it dead."""
        listener = self._listen(home_of(address))
        try:
            yield b"retry: 2000\n\n"
            quiet = self._context.settings.keepalive_seconds
            async for logged in self._context.events.follow(after, self._context.closing, quiet, listener):
                if logged is None:
                    yield b": still here\n\n"
                else:
                    yield b"id: %d\nevent: %s\ndata: %s\n\n" % (logged.event_id, logged.tag.encode(), logged.body)
                    # Lets the server notice within a long catch-up that the listener has gone.
                    await asyncio.sleep(0)
        finally:
            self._feeds.pop(listener, None)


@get(STATUS_PATH, responses={200: ResponseSpec(NetworkStatus, description="The present state of every run")})
async def status(public: PublicDesk) -> Response[bytes]:
    """Everything the dashboard shows, now."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
    return Response(await public.status(), media_type="application/json", headers=headers)


@get(FEED_PATH, media_type="text/event-stream")
async def feed(request: AnyRequest, context: Context, public: PublicDesk, after: Number | None = None) -> Stream:
    """Server-sent events (protocol.public_api.FeedEvent): after `Last-Event-ID`, else `after`, else from now on."""
    heard = request.headers.get("last-event-id", "")
    if heard.isascii() and heard.isdigit() and len(heard) <= 15:
        after = int(heard)
    first = await context.events.last_id() if after is None else max(0, after)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Access-Control-Allow-Origin": "*"}
    return Stream(public.events(first, address_of(request)), media_type="text/event-stream", headers=headers)


@get(MINERS_PATH + "/{hotkey:str}")
async def earnings(context: Context, public: PublicDesk, hotkey: str) -> MinerEarnings:
    """One miner's pay: credited, pending, held and why, paid and by which transaction; and when it goes on."""
    return await context.database.read(
        lambda c: projections.miner_earnings(c, hotkey[:HOTKEY_LIMIT], public.seconds_to_payout())
    )


@get(VERDICTS_PUBLIC_PATH)
async def verdict_list(context: Context, hotkey: str | None = None) -> VerdictList:
    """The newest verdicts, of one hotkey or of all."""
    conditions = () if hotkey is None else (verdicts.c.hotkey == hotkey[:HOTKEY_LIMIT],)
    found = await context.database.read(lambda c: projections.verdict_statuses(c, *conditions))
    return VerdictList(verdicts=found)


@get(VERDICTS_PUBLIC_PATH + "/{audit_id:int}")
async def verdict(context: Context, audit_id: Number) -> VerdictDetail:
    """One verdict with the evidence it was judged by."""
    return await context.database.read(lambda c: projections.verdict_detail(c, audit_id))


@get("/", include_in_schema=False)
async def page(public: PublicDesk) -> Response[bytes]:
    """The dashboard."""
    return _file(public, "index.html")


@get("/dashboard/{name:str}", include_in_schema=False)
async def page_file(public: PublicDesk, name: str) -> Response[bytes]:
    """One of the page's files."""
    return _file(public, name)


def _file(public: PublicDesk, name: str) -> Response[bytes]:
    data = public.files.get(name)
    if data is None:
        raise Unknown("There is no such page.")
    return Response(data, media_type=_MEDIA_TYPES[Path(name).suffix], headers=PAGE_HEADERS)


def public_router(desk: PublicDesk) -> Router:
    """All handlers of this room."""
    return Router(
        path="/",
        route_handlers=[status, feed, earnings, verdict_list, verdict, page, page_file],
        dependencies={"public": Provide(lambda: desk, sync_to_thread=False)},
        signature_types=[PublicDesk],
        tags=["public"],
    )
