"""The HTTP side: one Litestar app, errors as ErrorBody with the promised statuses, OpenAPI at /schema.

Handlers get `context: Context`, and `miner: Session` where only a miner may ask, by naming them. Who may ask as a
validator is looked up where the validators' handlers are.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import structlog
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler, ExceptionHandlersMap

from protocol.errors import ErrorBody, MalformedMessage, UserFacingError, to_body
from protocol.version import PROTOCOL_VERSION
from protocol.wire import MESSAGE_LIMIT_BYTES
from subnet.orchestrator.context import Context
from subnet.orchestrator.web.refusals import TooLarge, Unknown, status_of
from subnet.orchestrator.web.sessions import Session, SessionKind, SignedHeaders

AnyRequest = Request[Any, Any, State]
_log = structlog.get_logger()
_CODES: Final = {404: "refused", 405: "refused", 415: "malformed"}


def require_miner(request: AnyRequest, context: Context) -> Session:
    """The miner's session; raises AuthenticationError (401) without a living one."""
    return context.sessions.find(request.headers.get("authorization", ""), SessionKind.MINER, context.clock())


async def signed_parts(request: AnyRequest) -> SignedHeaders:
    """What the signature of a registration covers, byte for byte as it arrived."""
    scope = request.scope
    return SignedHeaders(
        headers={name.lower(): value for name, value in request.headers.items()},
        method=str(scope["method"]),
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        body=await request.body(),
    )


def build_app(context: Context, routers: Sequence[ControllerRouterHandler]) -> Litestar:
    """The app that serves `routers`; who starts and stops the parts behind them is `assembly`'s."""
    return Litestar(
        route_handlers=list(routers),
        dependencies={
            "context": Provide(lambda: context, sync_to_thread=False),
            "miner": Provide(require_miner, sync_to_thread=False),
        },
        signature_types=[Context, Session],
        exception_handlers=_HANDLERS,
        request_max_body_size=MESSAGE_LIMIT_BYTES,
        openapi_config=OpenAPIConfig(title="Train at Home orchestrator", version=str(PROTOCOL_VERSION), path="/schema"),
        logging_config=None,
        debug=False,
    )


def answer(body: ErrorBody, status: int) -> Response[bytes]:
    headers = {}
    if body.retry_after_seconds is not None:
        headers["Retry-After"] = str(max(1, round(body.retry_after_seconds)))
    return Response(msgspec.json.encode(body), status_code=status, headers=headers, media_type="application/json")


def _user_facing(_request: AnyRequest, error: UserFacingError) -> Response[bytes]:
    return answer(to_body(error), status_of(error))


def _malformed(_request: AnyRequest, error: Exception) -> Response[bytes]:
    return answer(to_body(MalformedMessage(f"{_what_is_wrong(error)[:500]}.", "Update this program.")), 400)


def _what_is_wrong(error: Exception) -> str:
    extra = getattr(error, "extra", None)
    first = extra[0] if isinstance(extra, list) and extra else None
    if isinstance(first, dict) and "message" in first:
        where = f" in {first['key']}" if first.get("key") else ""
        return f"The message could not be read: {first['message']}{where}"
    return f"The message could not be read: {getattr(error, 'detail', '') or error}"


def _of_the_framework(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    if error.status_code == 404:
        return answer(to_body(Unknown(f"There is nothing at {request.scope['path'][:200]}.")), 404)
    if error.status_code == 413:
        return answer(to_body(TooLarge("The message is larger than is taken here.", "Send less at once.")), 413)
    code = _CODES.get(error.status_code, "malformed" if error.status_code < 500 else "service")
    return answer(ErrorBody(code, error.detail[:500]), error.status_code)


def _unforeseen(request: AnyRequest, error: Exception) -> Response[bytes]:
    _log.error("request_failed", path=request.scope["path"], exc_info=error)
    return answer(ErrorBody("service", "The orchestrator made a mistake.", "It stands in its log."), 500)


_HANDLERS: Final[ExceptionHandlersMap] = {
    UserFacingError: _user_facing,
    ValidationException: _malformed,
    SerializationException: _malformed,
    HTTPException: _of_the_framework,
    Exception: _unforeseen,
}
