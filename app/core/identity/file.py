"""The device's key in a file that a password opens: scrypt, then ChaCha20-Poly1305 over the seed and the header.

Whoever has file and password can sign work as this device and nothing else: no money moves with a hotkey.
`cryptography` is imported where it is used, since few ever open such a file and it takes 7 MB.
"""

import secrets
from typing import Annotated, Final, Literal

import msgspec

from app.core.identity.choice import Password
from app.core.language.speech import _
from chain.keys import Keypair
from protocol.errors import MalformedMessage, SettingsError
from protocol.wire import from_json, to_json

SIZE_LIMIT_BYTES: Final = 4096
_SCRYPT_N: Final = 2**17
"""128 MiB and about half a second for each guess."""

_Salt = Annotated[bytes, msgspec.Meta(min_length=16, max_length=64)]
_Nonce = Annotated[bytes, msgspec.Meta(min_length=12, max_length=12)]


class _Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bound to the sealed seed: nothing of it can be changed. The costs are bounded before memory is taken."""

    format: Literal["train-at-home identity"] = "train-at-home identity"
    version: Literal[1] = 1
    address: Annotated[str, msgspec.Meta(max_length=64)]
    kdf: Literal["scrypt"] = "scrypt"
    n: Annotated[int, msgspec.Meta(ge=2**14, le=2**18)] = _SCRYPT_N
    r: Literal[8] = 8
    p: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1
    salt: _Salt
    cipher: Literal["chacha20-poly1305"] = "chacha20-poly1305"
    nonce: _Nonce


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    header: _Header
    sealed: Annotated[bytes, msgspec.Meta(min_length=48, max_length=48)]


class _AnyVersion(msgspec.Struct, frozen=True):
    class Header(msgspec.Struct, frozen=True):
        format: str
        version: int

    header: Header


def sealed(key: Keypair, password: Password, n: int = _SCRYPT_N) -> bytes:
    """`key` as a file. Raises SettingsError for a password that is too short or a key without a seed."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    password.checked()
    header = _Header(address=key.address, n=n, salt=secrets.token_bytes(16), nonce=secrets.token_bytes(12))
    box = ChaCha20Poly1305(_derived(header, password))
    content = _File(header, box.encrypt(header.nonce, key.reveal_seed(), to_json(header)))
    return msgspec.json.format(to_json(content), indent=2) + b"\n"


def opened(content: bytes, password: Password) -> Keypair:
    """The key in the file. Raises SettingsError with advice; no error holds any part of file or password."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    file = _read(content)
    try:
        seed = ChaCha20Poly1305(_derived(file.header, password)).decrypt(
            file.header.nonce, file.sealed, to_json(file.header)
        )
    except InvalidTag:
        raise SettingsError(
            _("The password doesn't open this file, or the file was changed."), _("Try the password again.")
        ) from None
    key = Keypair.from_seed(seed)
    if key.address != file.header.address:
        raise SettingsError(_("This file names another key than it holds."), _("Use another copy of it."))
    return key


def address_in(content: bytes) -> str:
    """Whose key the file says that it holds, without its password. Raises SettingsError."""
    return _read(content).header.address


def _derived(header: _Header, password: Password) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=header.salt, length=32, n=header.n, r=header.r, p=header.p).derive(password.reveal())


def _read(content: bytes) -> _File:
    try:
        file: _File = from_json(content, _File, SIZE_LIMIT_BYTES)
    except MalformedMessage:
        raise _unreadable(content) from None
    if file.header.n & (file.header.n - 1):
        raise _unreadable(content)
    return file


def _unreadable(content: bytes) -> SettingsError:
    try:
        found: _AnyVersion = from_json(content, _AnyVersion, SIZE_LIMIT_BYTES)
        if found.header.format == "train-at-home identity" and found.header.version > 1:
            return SettingsError(
                _("This file was written by a later version of this app."), _("Update this app first.")
            )
    except MalformedMessage:
        pass
    return SettingsError(_("This is no file with a device's key."), _("Choose the one that “Save a copy” has written."))
