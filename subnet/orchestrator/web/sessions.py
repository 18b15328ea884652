"""Who is asking: signed requests open a session, a bearer token carries it on.

Tokens are random, stored only as hashes, and survive a restart. A new session of the same miner or validator ends the
old one. Held in memory beside the table, since every request asks.
"""

import hmac
import secrets
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from protocol.errors import AuthenticationError, Refused
from protocol.hashes import hash_bytes
from protocol.keys import HotkeyVerifier, NodeId
from protocol.requests import FRESHNESS_MS, NonceMemory, check_request
from subnet.orchestrator.clocks import Clock
from subnet.orchestrator.tables.database import Database, after_commit
from subnet.orchestrator.tables.schema import nonces, sessions

SESSION_SECONDS: Final = 3600.0
_RENEW_SHARE: Final = 0.5
"""A session is prolonged on disk once this share of it has gone, so that most requests write nothing."""


class SessionKind(StrEnum):
    MINER = "miner"
    VALIDATOR = "validator"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One registered miner (with its node) or validator."""

    token_hash: str
    kind: SessionKind
    hotkey: str
    node: NodeId = ""
    expires_unix_ms: int


class SignedHeaders(msgspec.Struct, frozen=True):
    """The parts of a request that its Epistula signature covers."""

    headers: dict[str, str]
    method: str
    path: str
    query: str
    body: bytes


class Sessions:
    """Opens, finds and prolongs sessions."""

    def __init__(self, database: Database, receiver: str, verify: HotkeyVerifier, wall: Clock) -> None:
        self._database = database
        self._receiver = receiver
        self._verify = verify
        self._wall = wall
        self._nonces = NonceMemory()
        self._by_hash: dict[str, Session] = {}

    async def load(self, now_ms: int) -> None:
        """Take up what an earlier process left."""

        def read(connection: Connection) -> None:
            for nonce, seen_ms in connection.execute(
                select(nonces.c.nonce, nonces.c.unix_ms).order_by(nonces.c.unix_ms)
            ):
                self._nonces.remember(nonce, seen_ms)
            for row in connection.execute(select(sessions).where(sessions.c.expires_unix_ms > now_ms)):
                session = _from_row(row)
                self._by_hash[session.token_hash] = session

        await self._database.read(read)

    def check_signed(self, signed: SignedHeaders) -> str:
        """The hotkey that signed the request; raises AuthenticationError."""
        return check_request(
            signed.headers,
            signed.method,
            signed.path,
            signed.query,
            signed.body,
            self._wall(),
            self._receiver,
            self._verify,
            self._nonces,
        )

    def remember_nonce(self, connection: Connection, signed: SignedHeaders, hotkey: str) -> None:
        """Keep the nonce of a checked request on disk, so that no restart forgets it."""
        nonce, now_ms = signed.headers.get("epistula-uuid", ""), self._wall()
        connection.execute(delete(nonces).where(nonces.c.unix_ms < now_ms - 2 * FRESHNESS_MS))
        connection.execute(insert(nonces).prefix_with("OR IGNORE").values(nonce=f"{hotkey} {nonce}", unix_ms=now_ms))

    def open(self, connection: Connection, kind: SessionKind, hotkey: str, node: NodeId, now_ms: int) -> str:
        """A new session's token; older ones of the same owner end with the commit."""
        token = secrets.token_urlsafe(32)
        expires_ms = now_ms + int(SESSION_SECONDS * 1000)
        session = Session(
            token_hash=_token_hash(token), kind=kind, hotkey=hotkey, node=node, expires_unix_ms=expires_ms
        )
        owner = [sessions.c.kind == kind.value, sessions.c.node == node]
        if kind is SessionKind.VALIDATOR:
            owner.append(sessions.c.hotkey == hotkey)
        connection.execute(delete(sessions).where(*owner))
        connection.execute(delete(sessions).where(sessions.c.expires_unix_ms < now_ms))
        connection.execute(insert(sessions).values(**msgspec.structs.asdict(session) | {"kind": kind.value}))
        after_commit(connection, lambda: self._replace(session, now_ms))
        return token

    def close(self, connection: Connection, session: Session) -> None:
        """End a session with the commit."""
        connection.execute(delete(sessions).where(sessions.c.token_hash == session.token_hash))
        after_commit(connection, lambda: _drop(self._by_hash, session.token_hash))

    def find(self, authorization: str, kind: SessionKind, now_ms: int) -> Session:
        """The session of an Authorization header; raises AuthenticationError, or Refused for another kind's."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > 128:
            raise AuthenticationError("The request carries no session token.", "Register first.")
        wanted = _token_hash(token)
        session = self._by_hash.get(wanted)
        if session is None or not hmac.compare_digest(session.token_hash, wanted) or session.expires_unix_ms < now_ms:
            raise AuthenticationError("The session has ended.", "Register again.")
        if session.kind is not kind:
            raise Refused(f"Only a {kind.value} may ask this.")
        return session

    async def prolong(self, session: Session, now_ms: int) -> None:
        """Let a session that is in use go on."""
        if session.expires_unix_ms - now_ms > SESSION_SECONDS * 1000 * _RENEW_SHARE:
            return
        expires_ms = now_ms + int(SESSION_SECONDS * 1000)

        def write(connection: Connection) -> None:
            chosen = update(sessions).where(sessions.c.token_hash == session.token_hash)
            connection.execute(chosen.values(expires_unix_ms=expires_ms))

        await self._database.write(write)
        if session.token_hash in self._by_hash:
            self._by_hash[session.token_hash] = msgspec.structs.replace(session, expires_unix_ms=expires_ms)

    def _replace(self, session: Session, now_ms: int) -> None:
        """Take up a new session in place of its owner's older ones; what has run out goes, too."""
        for other in list(self._by_hash.values()):
            same = other.kind is session.kind and other.node == session.node
            replaced = same and (session.kind is SessionKind.MINER or other.hotkey == session.hotkey)
            if replaced or other.expires_unix_ms < now_ms:
                _drop(self._by_hash, other.token_hash)
        self._by_hash[session.token_hash] = session


def _drop(by_hash: dict[str, Session], token_hash: str) -> None:
    by_hash.pop(token_hash, None)


def _token_hash(token: str) -> str:
    return hash_bytes(token.encode())


def _from_row(row: object) -> Session:
    return msgspec.convert(row, Session, from_attributes=True)
