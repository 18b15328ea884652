"""The object store: a folder behind signed URLs. Objects appear whole or not at all.

A URL is good for one method, one key, one size and some minutes; its signature is BLAKE3 keyed with a secret of this
folder. Who may get which URL is `store_policy`'s to say.
"""

import hmac
import os
import re
import secrets
import shutil
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

from blake3 import blake3

from protocol.errors import AuthenticationError, IntegrityError, MalformedMessage, StorageError
from subnet.orchestrator.storage.uploads import UnderWay, Upload, make_parents, sync_folder, translated
from subnet.orchestrator.web.refusals import TooLarge

StoreMethod = Literal["GET", "PUT"]
STORE_PATH: Final = "/store"
KEY_LIMIT: Final = 480
OBJECT_LIMIT_BYTES: Final = 16 * 1024**3
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}")
_CHUNK_BYTES: Final = 1024 * 1024


def check_key(key: str) -> str:
    """`key` itself; raises MalformedMessage unless it is a plain relative path that can't leave the store."""
    if len(key) > KEY_LIMIT or not all(_SEGMENT.fullmatch(segment) for segment in key.split("/")):
        raise MalformedMessage("This is no key of an object.", "Keys are words joined by slashes.")
    return key


class ObjectStore:
    """Objects by key under `folder`. Methods block on the disk: call them from a thread."""

    def __init__(self, folder: Path) -> None:
        self._objects = folder / "objects"
        self._incoming = folder / "incoming"
        self._under_way = UnderWay()
        with translated():
            for place in (self._objects, self._incoming):
                place.mkdir(parents=True, exist_ok=True)
            for torn in self._incoming.iterdir():
                torn.unlink()
            self._secret = load_secret(folder / "store_secret")

    def path(self, key: str) -> Path:
        return self._objects / check_key(key)

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def size(self, key: str) -> int:
        """Bytes; raises Unknown."""
        with translated():
            return self.path(key).stat().st_size

    def read(self, key: str, limit_bytes: int) -> bytes:
        """A whole object; raises Unknown, or TooLarge over `limit_bytes`."""
        if self.size(key) > limit_bytes:
            raise TooLarge("An object is larger than it may be.")
        with translated():
            return self.path(key).read_bytes()

    def hash(self, key: str) -> str:
        """BLAKE3 of an object, read in pieces; raises Unknown."""
        digest = blake3()
        with translated(), self.path(key).open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest()

    def check(self, key: str, expected_hash: str, size_bytes: int) -> None:
        """Raises Unknown or IntegrityError unless the object is there as announced."""
        if self.size(key) != size_bytes or not hmac.compare_digest(self.hash(key), expected_hash):
            raise IntegrityError(f"The object {key} is not what was announced.", "Upload it again.")

    def put(self, key: str, data: bytes) -> None:
        """Store `data` whole; raises StorageError."""
        upload = self.begin(key, len(data))
        with upload:
            upload.write(data)
            upload.finish()

    def put_file(self, key: str, source: Path) -> None:
        """Store a copy of a file; raises StorageError."""
        with translated():
            size_bytes = source.stat().st_size
        upload = self.begin(key, size_bytes)
        with upload, translated(), source.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                upload.write(chunk)
            upload.finish()

    def begin(self, key: str, limit_bytes: int) -> Upload:
        """An upload of at most `limit_bytes`; nothing shows under `key` before it is finished."""
        with translated():
            return Upload(self._incoming / secrets.token_hex(16), self.path(key), limit_bytes)

    def receive(self, key: str, limit_bytes: int) -> Upload:
        """An upload, the only one of `key`: an older one is given up, or one grant would fill the disk many times. It
        goes with the object if that is deleted meanwhile."""
        upload = self.begin(key, limit_bytes)
        self._under_way.take_over(key, upload)
        return upload

    def link(self, source: str, target: str) -> None:
        """Give the object of `source` a second key that later writes to the first don't touch. Repeats are harmless."""
        with translated():
            goal = self.path(target)
            make_parents(goal.parent)
            temporary = self._incoming / secrets.token_hex(16)
            try:
                os.link(self.path(source), temporary)
            except FileNotFoundError:
                raise
            except OSError:
                shutil.copyfile(self.path(source), temporary)
            os.replace(temporary, goal)
            sync_folder(goal.parent)

    def delete(self, key: str) -> None:
        """Remove an object, if it is there, and what of it is on its way."""
        self._under_way.give_up(lambda each: each == key)
        with translated():
            self.path(key).unlink(missing_ok=True)

    def delete_prefix(self, prefix: str) -> None:
        """Remove every object whose key begins with `prefix` and a slash, and what of them is on its way."""
        self._under_way.give_up(lambda each: each.startswith(f"{prefix}/"))
        shutil.rmtree(self.path(prefix), ignore_errors=True)

    def keys(self, prefix: str) -> list[str]:
        """Keys under a prefix, sorted."""
        root = self.path(prefix)
        return sorted(path.relative_to(self._objects).as_posix() for path in root.rglob("*") if path.is_file())

    def names(self, prefix: str, untouched_since: float | None = None) -> list[str]:
        """What lies right below a prefix, sorted: objects and longer prefixes; all, or those into which nothing was put
        directly since then (unix seconds)."""
        root = self.path(prefix)
        found = [path for path in (root.iterdir() if root.is_dir() else ()) if _SEGMENT.fullmatch(path.name)]
        if untouched_since is None:
            return sorted(path.name for path in found)
        with translated():
            return sorted(path.name for path in found if path.stat().st_mtime < untouched_since)

    def url(self, method: StoreMethod, key: str, size_bytes: int, expires_unix_ms: int) -> str:
        """A relative URL that lets its holder do just this."""
        check_key(key)
        signature = self._sign(method, key, size_bytes, expires_unix_ms)
        query = urlencode({"expires": expires_unix_ms, "size": size_bytes, "signature": signature})
        return f"{STORE_PATH}/{key}?{query}"

    def check_url(self, method: StoreMethod, key: str, size: int, expires: int, signature: str, now_ms: int) -> None:
        """Raises AuthenticationError unless `url` made this and it has not run out."""
        check_key(key)
        if not hmac.compare_digest(self._sign(method, key, size, expires).encode(), signature.encode()):
            raise AuthenticationError("This address was not signed by the store.", "Ask for a new one.")
        if now_ms > expires:
            raise AuthenticationError("This address has run out.", "Ask for a new one.")

    def _sign(self, method: str, key: str, size_bytes: int, expires_unix_ms: int) -> str:
        text = f"{method}\n{key}\n{size_bytes}\n{expires_unix_ms}".encode()
        return blake3(text, key=self._secret).hexdigest()


def load_secret(path: Path) -> bytes:
    """32 secret bytes, those that sign URLs for one: made once, readable by its owner only, never shown."""
    if not path.exists():
        temporary = path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    secret = path.read_bytes()
    if len(secret) != 32:
        raise StorageError("A secret of this orchestrator is torn.", f"Remove {path} and start again.")
    return secret
