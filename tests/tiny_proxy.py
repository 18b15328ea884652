"""A real HTTP proxy for tests, on this computer: it writes down what it was asked for, and says no where it is told."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LINE_END = b"\r\n"


@dataclass
class TinyProxy:
    """Every plain request is answered by itself; every tunnel leads to `tunnels_to`, whatever host was named."""

    body: bytes = b""
    refuses_with: str = ""
    """The status of its refusal, like "407 Proxy Authentication Required"; empty: it lets everything through."""
    tunnels_to: int = 0
    """A port of this computer."""
    url: str = ""
    asked: list[str] = field(default_factory=list)
    """The first lines of what it was asked."""
    headers: list[dict[str, str]] = field(default_factory=list)

    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with _closed_at_the_end(writer):
            await self._answer(reader, writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(LINE_END * 2)).decode("latin-1").split("\r\n")
            self.asked.append(head[0].rpartition(" ")[0])
            pairs = (line.partition(": ") for line in head[1:] if line)
            self.headers.append({name.lower(): value for name, _colon, value in pairs})
            if self.refuses_with:
                writer.write(f"HTTP/1.1 {self.refuses_with}\r\ncontent-length: 0\r\n\r\n".encode())
                await writer.drain()
            elif head[0].startswith("CONNECT "):
                await self._tunnel(reader, writer)
            else:
                answer = f"HTTP/1.1 200 OK\r\ncontent-length: {len(self.body)}\r\nconnection: close\r\n\r\n"
                writer.write(answer.encode() + self.body)
                await writer.drain()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.tunnels_to)
        async with _closed_at_the_end(far_writer):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


@asynccontextmanager
async def _closed_at_the_end(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _pump(source: asyncio.StreamReader, goal: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(64 * 1024):
            goal.write(data)
            await goal.drain()
    goal.close()


@asynccontextmanager
async def tiny_proxy(body: bytes = b"", *, refuses_with: str = "", tunnels_to: int = 0) -> AsyncIterator[TinyProxy]:
    proxy = TinyProxy(body, refuses_with, tunnels_to)
    listening = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    async with listening:
        proxy.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield proxy
        finally:
            await proxy.close()


@asynccontextmanager
async def nobody_listens() -> AsyncIterator[str]:
    """The address of a proxy that is switched off."""
    async with tiny_proxy() as proxy:
        url = proxy.url
    yield url


HOST = "orchestrator.example"
"""Nobody has this name: who reaches it went through a proxy."""


@asynccontextmanager
async def behind_the_proxy(folder: Path, body: bytes) -> AsyncIterator[tuple[int, Path]]:
    """A server that speaks TLS as HOST: its port, and the certificate to trust it by."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = TinyProxy(body)
    listening = await asyncio.start_server(server.take, "127.0.0.1", 0, ssl=context)
    async with listening:
        try:
            yield listening.sockets[0].getsockname()[1], certificate
        finally:
            await server.close()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return paths
