"""Bittensor's wallet folder, read only: which hotkeys lie there, and one of them when the person chose it.

Only files in a wallet's `hotkeys` folder are ever opened. Coldkeys lie one folder further up and are left alone.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import msgspec

from app.core.language.speech import _
from app.core.payout.address import WalletHotkey
from chain.addresses import NotAnAddress, decode_address
from chain.keys import Keypair
from protocol.errors import MalformedMessage, SettingsError, StorageError
from protocol.wire import from_json

FOLDER: Final = Path("~/.bittensor/wallets")
FILE_LIMIT_BYTES: Final = 8192
ENTRIES_LIMIT: Final = 200
_PUBLIC_ENDING: Final = "pub.txt"
_ENCRYPTED: Final = (b"$NACL", b"$ANSIBLE_VAULT", b"gAAAAA")


class _Public(msgspec.Struct, frozen=True):
    ss58Address: Annotated[str, msgspec.Meta(max_length=64)]


class _Secret(msgspec.Struct, frozen=True):
    ss58Address: Annotated[str, msgspec.Meta(max_length=64)]
    secretSeed: Annotated[str, msgspec.Meta(pattern=r"^(0x)?[0-9a-fA-F]{64}$")]


def list_hotkeys(folder: Path = FOLDER) -> tuple[WalletHotkey, ...]:
    """Every hotkey whose address can be told. Raises StorageError where the folder can't be read."""
    found = []
    for wallet, path in _hotkey_files(folder.expanduser()):
        address = _address_of(path)
        if address is not None:
            found.append(WalletHotkey(wallet, path.name, address))
    return tuple(found)


def read_hotkey(wallet: str, hotkey: str, folder: Path = FOLDER) -> Keypair:
    """The key itself. Raises SettingsError or StorageError, whose words hold no part of it."""
    for found_wallet, path in _hotkey_files(folder.expanduser()):
        if (found_wallet, path.name) == (wallet, hotkey):
            return _key_in(path, wallet)
    raise StorageError(
        _("The hotkey “{hotkey}” of the wallet “{wallet}” is not there any more.").format(hotkey=hotkey, wallet=wallet),
        _("Choose another key for this computer."),
    )


def _hotkey_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Plain files only: a link might lead to a coldkey."""
    for wallet in _entries(folder):
        if wallet.is_symlink() or not wallet.is_dir():
            continue
        hotkeys = wallet / "hotkeys"
        if hotkeys.is_symlink():
            continue
        for path in _entries(hotkeys):
            if path.is_file() and not path.is_symlink() and not path.name.endswith(_PUBLIC_ENDING):
                yield wallet.name, path


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())[:ENTRIES_LIMIT]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StorageError(
            _("The wallet folder {folder} can't be read: {problem}.").format(folder=folder, problem=error.strerror),
            _("Check who may read it."),
        ) from error


def _address_of(path: Path) -> str | None:
    """From the public file beside it where there is one, so that the secret is not read without need."""
    for file in (path.with_name(path.name + _PUBLIC_ENDING), path):
        try:
            content = _bounded(file)
            told: _Public = from_json(content, _Public, FILE_LIMIT_BYTES)
        except (OSError, MalformedMessage):
            continue
        if not isinstance(decode_address(told.ss58Address), NotAnAddress):
            return told.ss58Address
    return None


def _key_in(path: Path, wallet: str) -> Keypair:
    try:
        content = _bounded(path)
    except OSError as error:
        raise StorageError(
            _("The hotkey “{name}” can't be read: {problem}.").format(name=path.name, problem=error.strerror)
        ) from error
    if content.startswith(_ENCRYPTED):
        raise SettingsError(
            _("The hotkey “{name}” of the wallet “{wallet}” needs a password, which this app doesn't ask for.").format(
                name=path.name, wallet=wallet
            ),
            _("Choose one without a password, or let the app make a key of its own."),
        )
    damaged = SettingsError(
        _("The hotkey “{name}” of the wallet “{wallet}” is damaged.").format(name=path.name, wallet=wallet),
        _("Choose another one."),
    )
    try:
        secret: _Secret = from_json(content, _Secret, FILE_LIMIT_BYTES)
        key = Keypair.from_seed(bytes.fromhex(secret.secretSeed.removeprefix("0x")))
    except (MalformedMessage, SettingsError, ValueError):
        raise damaged from None  # the cause may repeat the secret
    if key.address != secret.ss58Address:
        raise damaged
    return key


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(FILE_LIMIT_BYTES + 1)
