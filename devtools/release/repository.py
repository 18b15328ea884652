"""The signed repository that apps fetch from: TUF metadata and the archives, as plain files for any web server.

Four roles, four keys. `root` and `targets` say what is ours and are kept offline; `snapshot` and `timestamp` say that
it is fresh and may lie where the repository is signed anew every week. The keys never lie in the repository.
"""

import hashlib
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives import serialization
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from app.core.settings.settings import UpdateChannel
from app.update.releases import FORMAT, LIST_NAME, EngineRelease, Release, ReleaseList, read_list
from devtools.system import ROOT, SetupFailed

ROLES: Final = ("root", "targets", "snapshot", "timestamp")
VALID_DAYS: Final = {"root": 730, "targets": 365, "snapshot": 30, "timestamp": 14}
"""The last two are signed anew every week, so that a server that stands still is noticed within two."""
_PRETTY: Final = JSONSerializer(compact=False)


class Addition(NamedTuple):
    """One archive to be published. `release.path` is the name that it gets."""

    archive: Path
    release: Release


Keys = dict[str, CryptoSigner]


def make_keys(folder: Path) -> Keys:
    """One new key a role, each in a file that only you can read. Raises SetupFailed where there are some."""
    folder = folder.resolve()
    if folder.is_relative_to(ROOT):
        raise SetupFailed(f"{folder} lies in the source. Keep the keys where nothing is committed or published.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any((folder / f"{role}.pem").exists() for role in ROLES):
        raise SetupFailed(f"There are keys in {folder} already. They are not overwritten.")
    for role in ROLES:
        pem = CryptoSigner.generate_ed25519().private_bytes
        handle = os.open(folder / f"{role}.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
    return load_keys(folder)


def load_keys(folder: Path, roles: Sequence[str] = ROLES) -> Keys:
    """Raises SetupFailed where one is missing."""
    keys = {}
    for role in roles:
        try:
            pem = (folder / f"{role}.pem").read_bytes()
            keys[role] = CryptoSigner(serialization.load_pem_private_key(pem, password=None))
        except (OSError, ValueError) as error:
            raise SetupFailed(f"{folder / role}.pem is no usable key: {type(error).__name__}.") from error
    return keys


def found(repository: Path, keys: Keys, now: datetime | None = None) -> bytes:
    """An empty repository. Returns its root metadata, which builds of the app carry."""
    now = now or datetime.now(UTC)
    if (repository / "metadata").exists():
        raise SetupFailed(f"There is a repository in {repository} already.")
    (repository / "metadata").mkdir(parents=True)
    (repository / "targets").mkdir()
    root = Root(expires=_expiry("root", now), consistent_snapshot=True)
    for role in ROLES:
        root.add_key(keys[role].public_key, role)
    signed = Metadata(root)
    signed.sign(keys["root"])
    path = repository / "metadata" / "1.root.json"
    signed.to_file(str(path), _PRETTY)
    publish(repository, keys, (), now)
    return path.read_bytes()


def publish(
    repository: Path,
    keys: Keys,
    additions: Sequence[Addition],
    now: datetime | None = None,
    channel: UpdateChannel = UpdateChannel.STABLE,
) -> None:
    """Copy the archives in and sign a new state that names them; one of the same name and system is replaced.

    What was early becomes stable by being published as stable. Raises SetupFailed for the other way round: people
    have the stable one already.
    """
    now = now or datetime.now(UTC)
    before = _latest_targets(repository)
    targets = before or Metadata(Targets())
    added = [addition.release for addition in additions]
    content = _list_after(_read_list(repository, targets.signed), added, channel)
    for addition in additions:
        targets.signed.targets[addition.release.path] = _place(repository, addition.release.path, addition.archive)
    file = repository / f".{LIST_NAME}"
    file.write_bytes(content)
    targets.signed.targets[LIST_NAME] = _place(repository, LIST_NAME, file)
    file.unlink()
    targets.signed.version += before is not None
    targets.signed.expires = _expiry("targets", now)
    _write(repository, targets, keys["targets"], f"{targets.signed.version}.targets.json")
    renew(repository, keys, now)


def renew(repository: Path, keys: Keys, now: datetime | None = None) -> None:
    """Sign that this is still the newest state: needs the keys of snapshot and timestamp only."""
    now = now or datetime.now(UTC)
    targets = _latest_targets(repository)
    if targets is None:
        raise SetupFailed(f"There is no repository in {repository}.")
    before = _latest(repository, "snapshot")
    snapshot = Metadata(Snapshot()) if before is None else Metadata[Snapshot].from_file(str(before))
    snapshot.signed.version += before is not None
    snapshot.signed.expires = _expiry("snapshot", now)
    snapshot.signed.meta["targets.json"].version = targets.signed.version
    _write(repository, snapshot, keys["snapshot"], f"{snapshot.signed.version}.snapshot.json")
    path = repository / "metadata" / "timestamp.json"
    stamped = path.exists()
    timestamp = Metadata[Timestamp].from_file(str(path)) if stamped else Metadata(Timestamp())
    timestamp.signed.version += stamped
    timestamp.signed.expires = _expiry("timestamp", now)
    timestamp.signed.snapshot_meta.version = snapshot.signed.version
    _write(repository, timestamp, keys["timestamp"], "timestamp.json")


def _list_after(before: ReleaseList, added: Sequence[Release], channel: UpdateChannel) -> bytes:
    paths = {release.path for release in added}
    stable, early = (*before.app, *before.engine), (*before.early_app, *before.early_engine)
    if channel is UpdateChannel.EARLY:
        taken = sorted(paths & {release.path for release in stable})
        if taken:
            raise SetupFailed(f"Stable already, and not to be taken back: {', '.join(taken)}.")
        early = (*(release for release in early if release.path not in paths), *added)
    else:
        stable = (*(release for release in stable if release.path not in paths), *added)
        early = tuple(release for release in early if release.path not in paths)
    after = ReleaseList(
        format=FORMAT,
        app=_apps(stable),
        engine=_engines(stable),
        early_app=_apps(early),
        early_engine=_engines(early),
    )
    return msgspec.json.format(msgspec.json.encode(after), indent=1)


def _apps(releases: Sequence[Release]) -> tuple[Release, ...]:
    return tuple(release for release in releases if not isinstance(release, EngineRelease))


def _engines(releases: Sequence[Release]) -> tuple[EngineRelease, ...]:
    return tuple(release for release in releases if isinstance(release, EngineRelease))


def _read_list(repository: Path, targets: Targets) -> ReleaseList:
    target = targets.targets.get(LIST_NAME)
    if target is None:
        return ReleaseList(format=FORMAT)
    return read_list((repository / "targets" / f"{target.hashes['sha256']}.{LIST_NAME}").read_bytes())


def _place(repository: Path, name: str, file: Path) -> TargetFile:
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    folder, _, last = name.rpartition("/")
    place = repository / "targets" / folder / f"{sha256}.{last}"
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        shutil.copyfile(file, place)
    return TargetFile(file.stat().st_size, {"sha256": sha256}, name)


def _latest(repository: Path, role: str) -> Path | None:
    """Its newest file."""
    files = (repository / "metadata").glob(f"*.{role}.json")
    return max(files, key=lambda path: int(path.name.partition(".")[0]), default=None)


def _latest_targets(repository: Path) -> Metadata[Targets] | None:
    path = _latest(repository, "targets")
    return None if path is None else Metadata[Targets].from_file(str(path))


def _write(repository: Path, metadata: Metadata[Any], signer: CryptoSigner, name: str) -> None:
    metadata.sign(signer)
    temporary = repository / "metadata" / f".{name}"
    metadata.to_file(str(temporary), _PRETTY)
    os.replace(temporary, repository / "metadata" / name)


def _expiry(role: str, now: datetime) -> datetime:
    return (now + timedelta(days=VALID_DAYS[role])).replace(microsecond=0)
