"""Signed requests: Epistula's headers with its gaps closed.

Signed are method, path, query, the raw body's hash, time, a nonce and the receiver, so that nothing of a request can
be changed, repeated or sent elsewhere. The text, lines joined by a newline:

    train-at-home request 1 · method · path · query · BLAKE3 of the raw body · unix milliseconds · nonce · receiver
"""

import secrets
from collections.abc import Mapping
from typing import Final

import msgspec

from protocol.errors import AuthenticationError, ClockWrong, MalformedMessage
from protocol.hashes import hash_bytes
from protocol.keys import HotkeySigner, HotkeyVerifier

VERSION_HEADER: Final = "Epistula-Version"
TIMESTAMP_HEADER: Final = "Epistula-Timestamp"
NONCE_HEADER: Final = "Epistula-Uuid"
SIGNED_BY_HEADER: Final = "Epistula-Signed-By"
SIGNED_FOR_HEADER: Final = "Epistula-Signed-For"
SIGNATURE_HEADER: Final = "Epistula-Request-Signature"
EPISTULA_VERSION: Final = "3"
FRESHNESS_MS: Final = 60_000
"""How far the sender's clock may be from the receiver's, either way; nonces are remembered for twice as long."""


class SignedRequest(msgspec.Struct, frozen=True):
    """What a signature covers."""

    method: str
    path: str
    query: str
    body: bytes
    timestamp_ms: int
    nonce: str
    receiver: str

    def text(self) -> bytes:
        parts = (
            "train-at-home request 1",
            self.method.upper(),
            self.path,
            self.query,
            hash_bytes(self.body),
            str(self.timestamp_ms),
            self.nonce,
            self.receiver,
        )
        if any("\n" in part for part in parts):
            raise MalformedMessage("A request part holds a line break.")
        return "\n".join(parts).encode()


async def sign_request(
    signer: HotkeySigner, method: str, path: str, query: str, body: bytes, now_ms: int, receiver: str
) -> dict[str, str]:
    """The headers that prove the request is the hotkey's, for `receiver` (the orchestrator's ss58 address), now."""
    nonce = secrets.token_hex(16)
    signature = await signer.sign(SignedRequest(method, path, query, body, now_ms, nonce, receiver).text())
    return {
        VERSION_HEADER: EPISTULA_VERSION,
        TIMESTAMP_HEADER: str(now_ms),
        NONCE_HEADER: nonce,
        SIGNED_BY_HEADER: signer.address,
        SIGNED_FOR_HEADER: receiver,
        SIGNATURE_HEADER: "0x" + signature.hex(),
    }


class NonceMemory:
    """Nonces seen lately. Bounded by time: a request older than the freshness is refused before it is looked up."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def remember(self, nonce: str, now_ms: int) -> bool:
        """False if `nonce` was seen within twice the freshness."""
        horizon = now_ms - 2 * FRESHNESS_MS
        while self._seen and next(iter(self._seen.values())) < horizon:
            del self._seen[next(iter(self._seen))]
        if nonce in self._seen:
            return False
        self._seen[nonce] = now_ms
        return True


def check_request(
    headers: Mapping[str, str],
    method: str,
    path: str,
    query: str,
    body: bytes,
    now_ms: int,
    receiver: str,
    verify: HotkeyVerifier,
    nonces: NonceMemory,
) -> str:
    """The ss58 address that signed; raises AuthenticationError with what is wrong. `headers` in lower case."""
    lowered = {name.lower(): value for name, value in headers.items()}

    def header(name: str) -> str:
        value = lowered.get(name.lower(), "")
        if not value or len(value) > 256:
            raise AuthenticationError(f"The request lacks a usable {name} header.", "Sign the request.")
        return value

    if header(VERSION_HEADER) != EPISTULA_VERSION:
        raise AuthenticationError("The request is signed in another version.", "Update this program.")
    if header(SIGNED_FOR_HEADER) != receiver:
        raise AuthenticationError("The request was signed for another receiver.", "Ask this one for its address.")
    address, nonce = header(SIGNED_BY_HEADER), header(NONCE_HEADER)
    timestamp_ms = _number(header(TIMESTAMP_HEADER))
    if abs(timestamp_ms - now_ms) > FRESHNESS_MS:
        minutes = abs(timestamp_ms - now_ms) / 60_000
        raise ClockWrong(
            f"This computer's clock is off by {minutes:.0f} minutes.", "Set the clock to automatic time and try again."
        )
    signed = SignedRequest(method, path, query, body, timestamp_ms, nonce, receiver)
    if not verify(address, signed.text(), _signature(header(SIGNATURE_HEADER))):
        raise AuthenticationError("The request's signature is not the hotkey's.", "Check which hotkey is in use.")
    if not nonces.remember(f"{address} {nonce}", now_ms):
        raise AuthenticationError("The request was sent before.", "Sign a new one.")
    return address


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 16:
        raise AuthenticationError("The request's time is not a number.", "Update this program.")
    return int(text)


def _signature(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        raise AuthenticationError("The request's signature is not hex.", "Update this program.") from error
