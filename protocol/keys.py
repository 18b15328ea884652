"""The node key: a random ed25519 key that signs packets and receipts and is iroh's identity.

Its public half in hex is the node id. The registration binds it to a hotkey; it is never derived from one.
"""

from collections.abc import Callable
from typing import Annotated, Protocol, TypeAlias

from msgspec import Meta

from protocol.errors import AuthenticationError, MalformedMessage

SECRET_BYTES = 32
SIGNATURE_BYTES = 64
NodeId: TypeAlias = Annotated[str, Meta(max_length=2 * SECRET_BYTES)]
"""64 lower-case hex digits: an ed25519 public key."""

HotkeyVerifier: TypeAlias = Callable[[str, bytes, bytes], bool]
"""(ss58 address, payload, signature) → is it the address's signature; chain.keys.verify is one."""


class HotkeySigner(Protocol):
    """Whoever can have bytes signed by the hotkey: a key, or a pipe to the process that holds it."""

    @property
    def address(self) -> str: ...

    async def sign(self, payload: bytes) -> bytes: ...


class NodeKey:
    """An ed25519 key pair; its secret never shows in repr.

    `cryptography` is imported where it is used: it takes 7 MB, and the app, which knows this module's types only, waits
    for days without it.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise MalformedMessage(f"A node key has {SECRET_BYTES} bytes, not {len(secret)}.")
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self._secret = secret
        self.node_id: NodeId = self._private.public_key().public_bytes_raw().hex()

    @classmethod
    def generate(cls) -> "NodeKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def secret(self) -> bytes:
        """For the key file and iroh only."""
        return self._secret

    def sign(self, payload: bytes) -> bytes:
        return self._private.sign(payload)

    def __repr__(self) -> str:
        return f"NodeKey({self.node_id[:8]}…)"


def is_node_id(text: str) -> bool:
    return len(text) == 2 * SECRET_BYTES and all(digit in "0123456789abcdef" for digit in text)


def verify_node(node_id: NodeId, payload: bytes, signature: bytes) -> None:
    """Raises AuthenticationError unless `signature` over `payload` is the node's."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(node_id)).verify(signature, payload)
    except (InvalidSignature, ValueError) as error:
        raise AuthenticationError("A signature is not the sender's.", "The message has been dropped.") from error
