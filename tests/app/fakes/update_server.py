"""A real update repository for tests: real keys, real archives of tiny apps, a web server that can misbehave."""

import http.server
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from app.core.settings.settings import UpdateChannel
from app.platforms.hardware import Hardware
from app.update.fetching import Fetcher
from app.update.programs import ENGINE_PROGRAM, Programs
from app.update.releases import EngineRelease, Release, UpdateSource
from app.update.versions import Version, parse_version
from devtools.release import repository
from devtools.release.archives import pack

HERE = Hardware("Linux", "x86_64")
WINDOW = "train-at-home-window"
PROTOCOL = 3


class Publisher:
    """Who makes the app: holds the keys, builds tiny versions of it, publishes them."""

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self.folder = folder
        self.repository = folder / "repository"
        self.keys = repository.make_keys(folder / "keys")
        self.root = repository.found(self.repository, self.keys, now)

    def publish_app(
        self,
        version: str,
        *,
        system: str = "linux-x86_64",
        holds: str = WINDOW,
        channel: UpdateChannel = UpdateChannel.STABLE,
    ) -> Path:
        archive, unpacked = self.archive(f"app-{version}", holds)
        release = Release(
            path=f"app/app-{version}.tar.xz",
            system=system,
            version=version,
            protocol_version=PROTOCOL,
            unpacked_bytes=unpacked,
        )
        repository.publish(self.repository, self.keys, [repository.Addition(archive, release)], channel=channel)
        return archive

    def publish_engine(
        self,
        variant: str,
        version: str = "1.0.0",
        protocol: int = PROTOCOL,
        channel: UpdateChannel = UpdateChannel.STABLE,
    ) -> Path:
        archive, unpacked = self.archive(f"engine-{variant}-{version}-{protocol}", ENGINE_PROGRAM)
        release = EngineRelease(
            path=f"engine/{archive.name}",
            system="linux-x86_64",
            version=version,
            protocol_version=protocol,
            unpacked_bytes=unpacked,
            variant=variant,
        )
        repository.publish(self.repository, self.keys, [repository.Addition(archive, release)], channel=channel)
        return archive

    def archive(self, name: str, program: str) -> tuple[Path, int]:
        source = self.folder / name
        source.mkdir()
        (source / program).write_text(f"#!/bin/sh\necho {name}\n")
        (source / program).chmod(0o755)
        (source / "weight").write_bytes(os.urandom(200_000))
        return self.folder / f"{name}.tar.xz", pack(source, self.folder / f"{name}.tar.xz", name, preset=0)

    def served_file(self, part_of_name: str) -> Path:
        """The file that the server hands out, the newest of that name; tests tamper with it."""
        found = (path for path in self.repository.rglob("*") if part_of_name in path.name and path.is_file())
        return max(found, key=lambda path: path.stat().st_mtime_ns)


class Web:
    """Serves a folder. What it is told to do wrong it does until told otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cut_after_bytes: int | None = None
        """Of large files: break the connection there, every time."""
        self.knows_ranges = True
        self.asked_ranges: list[str] = []
        self.down = False
        self.url = ""

    def handler(web) -> type[http.server.BaseHTTPRequestHandler]:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = web.folder / self.path.lstrip("/")
                if web.down or not path.is_file():
                    self.send_error(503 if web.down else 404)
                    return
                self._send(path.read_bytes())

            def _send(self, content: bytes) -> None:
                found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
                begin = int(found.group(1)) if found and web.knows_ranges else 0
                if found:
                    web.asked_ranges.append(self.headers["Range"])
                self.send_response(206 if begin else 200)
                if begin:
                    self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
                self.send_header("Content-Length", str(len(content) - begin))
                self.end_headers()
                body = content[begin:]
                if web.cut_after_bytes is not None and len(content) > 100_000:
                    body = body[: web.cut_after_bytes]
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@contextmanager
def served(folder: Path) -> Iterator[Web]:
    web = Web(folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), web.handler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    web.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetcher(
    web: Web,
    root: bytes,
    programs: Programs,
    *,
    running: str = "1.0.0",
    hardware: Hardware = HERE,
    protocol: int = PROTOCOL,
    channel: UpdateChannel = UpdateChannel.STABLE,
    cancelled: Callable[[], bool] = lambda: False,
) -> Fetcher:
    return Fetcher(
        source=UpdateSource(url=web.url, trusted_root=root),
        programs=programs,
        find_hardware=lambda: hardware,
        running=parse_version(running),
        protocol_version=protocol,
        window_program=WINDOW,
        channel=channel,
        cancelled=cancelled,
        sleep=lambda _seconds: None,
    )


__all__ = ["HERE", "PROTOCOL", "WINDOW", "Publisher", "Version", "Web", "fetcher", "served"]
