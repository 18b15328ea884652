"""The validator's end of the orchestrator's HTTP API; the one seam where httpx's errors become ours."""

import time
from collections.abc import Mapping
from typing import Any, Final

import httpx
import msgspec

from protocol import validator_api as api
from protocol.errors import (
    AuthenticationError,
    ErrorBody,
    MalformedMessage,
    Refused,
    Unavailable,
    VersionMismatch,
    from_body,
)
from protocol.keys import HotkeySigner
from protocol.orchestrator_api import HELLO_PATH, OrchestratorHello, StoreGrants, StoreGrantsRequest, StoreWish
from protocol.requests import sign_request
from protocol.version import PROTOCOL_VERSION
from protocol.wire import from_json, to_json

REQUEST_SECONDS: Final = 30.0
WISHES_AT_ONCE: Final = 500


class SessionLost(Refused):
    """The orchestrator no longer knows this session; the next call registers again."""

    code = "session_lost"


class MissingObject(Refused):
    """An object that should lie in the store is not there."""

    code = "missing_object"


class TooLarge(MalformedMessage):
    """An object has more bytes than it may have."""


class ValidatorClient:
    """One validator's connection. Methods raise Unavailable (try later), Refused, SessionLost or ProtocolErrors."""

    def __init__(self, url: str, signer: HotkeySigner, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._signer = signer
        self._http = httpx.AsyncClient(base_url=self._url, timeout=REQUEST_SECONDS, transport=transport)
        self._token = ""

    async def close(self) -> None:
        await self._http.aclose()

    async def register(self) -> tuple[OrchestratorHello, api.ValidatorSession]:
        """Greet and register, signed by the hotkey for whoever greeted; keeps the session token."""
        hello = await self._greet()
        body = to_json(api.ValidatorRegister())
        headers = await sign_request(
            self._signer, "POST", api.VALIDATOR_REGISTER_PATH, "", body, time.time_ns() // 1_000_000, hello.address
        )
        response = await self._send("POST", api.VALIDATOR_REGISTER_PATH, body, headers)
        session: api.ValidatorSession = from_json(response.content, api.ValidatorSession)
        self._token = session.session_token
        return hello, session

    async def steps(self, after: int, limit: int) -> tuple[api.AuditableStep, ...]:
        reply: api.AuditableSteps = await self._get(f"{api.STEPS_PATH}?after={after}&limit={limit}", api.AuditableSteps)
        return reply.steps

    async def decide(self, decisions: tuple[api.StepDecision, ...]) -> None:
        await self._post(api.DECISIONS_PATH, api.Decisions(decisions=decisions))

    async def audits(self) -> tuple[api.OpenAudit, ...]:
        reply: api.OpenAudits = await self._get(api.AUDITS_PATH, api.OpenAudits)
        return reply.audits

    async def give_verdict(self, verdict: api.Verdict) -> None:
        await self._post(api.VERDICTS_PATH, api.Verdicts(verdicts=(verdict,)))

    async def disputes(self) -> tuple[api.OpenDispute, ...]:
        reply: api.OpenDisputes = await self._get(api.DISPUTES_PATH, api.OpenDisputes)
        return reply.disputes

    async def settle_dispute(self, verdict: api.DisputeVerdict) -> None:
        await self._post(api.DISPUTE_VERDICTS_PATH, api.DisputeVerdicts(verdicts=(verdict,)))

    async def closed_epochs(self) -> tuple[api.EpochCredits, ...]:
        """Closed epochs that this validator has not scored yet."""
        reply: api.EpochList = await self._get(api.EPOCH_PATH, api.EpochList)
        return reply.epochs

    async def post_scores(self, scores: api.EpochScores) -> None:
        await self._post(api.SCORES_PATH, scores)

    async def get_object(self, key: str, limit_bytes: int) -> bytes:
        """Raises MissingObject, or MalformedMessage as soon as more than `limit_bytes` arrive."""
        (url,) = await self._grants((StoreWish(method="GET", key=key),))
        return await self._download(key, url, limit_bytes)

    async def get_objects(self, limits_bytes: Mapping[str, int]) -> dict[str, bytes]:
        """Objects by key, each with its own limit. One that is larger comes back empty: no honest evidence is.

        Raises MissingObject.
        """
        found: dict[str, bytes] = {}
        keys = list(limits_bytes)
        for first in range(0, len(keys), WISHES_AT_ONCE):
            some = keys[first : first + WISHES_AT_ONCE]
            urls = await self._grants(tuple(StoreWish(method="GET", key=key) for key in some))
            for key, url in zip(some, urls, strict=True):
                try:
                    found[key] = await self._download(key, url, limits_bytes[key])
                except TooLarge:
                    found[key] = b""
        return found

    async def _download(self, key: str, url: str, limit_bytes: int) -> bytes:
        received = bytearray()
        try:
            async with self._http.stream("GET", url) as response:
                if response.status_code == httpx.codes.NOT_FOUND:
                    raise MissingObject(f"The store no longer has {key}.")
                if response.status_code >= httpx.codes.BAD_REQUEST:
                    await response.aread()
                    _raise_for(response)
                async for chunk in response.aiter_bytes():
                    received += chunk
                    if len(received) > limit_bytes:
                        raise TooLarge(f"The object {key} is larger than it may be.")
        except httpx.HTTPError as error:
            raise _unavailable(self._url) from error
        return bytes(received)

    async def put_object(self, key: str, data: bytes) -> None:
        (url,) = await self._grants((StoreWish(method="PUT", key=key, size_bytes=len(data)),))
        await self._send("PUT", url, data, {})

    async def _greet(self) -> OrchestratorHello:
        response = await self._send("GET", HELLO_PATH, None, {})
        try:
            hello: OrchestratorHello = from_json(response.content, OrchestratorHello)
        except MalformedMessage as error:
            raise MalformedMessage(
                f"{self._url} is not a Train at Home network.", "Check the address for a typing mistake."
            ) from error
        if hello.protocol_version != PROTOCOL_VERSION:
            raise VersionMismatch(
                f"The network speaks version {hello.protocol_version}, this program {PROTOCOL_VERSION}.",
                "Update this program.",
            )
        return hello

    async def _grants(self, wishes: tuple[StoreWish, ...]) -> tuple[str, ...]:
        reply: StoreGrants = await self._post(api.VALIDATOR_GRANTS_PATH, StoreGrantsRequest(wishes=wishes), StoreGrants)
        return reply.urls

    async def _get(self, path: str, reply_kind: Any) -> Any:
        response = await self._send("GET", path, None, self._authorization())
        return from_json(response.content, reply_kind)

    async def _post(self, path: str, message: Any, reply_kind: Any = None) -> Any:
        headers = {**self._authorization(), "Content-Type": "application/json"}
        response = await self._send("POST", path, to_json(message), headers)
        return None if reply_kind is None else from_json(response.content, reply_kind)

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> httpx.Response:
        try:
            response = await self._http.request(method, path, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unavailable(self._url) from error
        if response.status_code >= httpx.codes.BAD_REQUEST:
            _raise_for(response)
        return response


def _unavailable(url: str) -> Unavailable:
    return Unavailable(f"The network at {url} does not answer.", "Check the address and the internet connection.")


def _raise_for(response: httpx.Response) -> None:
    """The error that an answer stands for, in its own words where it has any."""
    try:
        error = from_body(msgspec.json.decode(response.content, type=ErrorBody))
    except msgspec.DecodeError:
        error = None
    registering = response.request.url.path == api.VALIDATOR_REGISTER_PATH
    if response.status_code == httpx.codes.UNAUTHORIZED and not registering:
        raise SessionLost("The network no longer knows this session.", "It registers again.")
    if error is not None:
        raise error
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unavailable(
            f"The network has a problem of its own (status {response.status_code}).", "It is tried again."
        )
    if response.status_code == httpx.codes.UNAUTHORIZED:
        raise AuthenticationError("The network did not accept the signature.", "Check the hotkey and the clock.")
    raise Refused(f"The network refused a request (status {response.status_code}).", "Update this program.")
