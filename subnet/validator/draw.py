"""The secret draw: which steps are audited.

A keyed hash of the step decides, so a validator that was killed decides the same again, and nobody without the secret
can tell an audited step from another before its miner has committed to everything that will be checked.
"""

import secrets
from pathlib import Path

from blake3 import blake3

from protocol.errors import SettingsError, StorageError
from protocol.keys import NodeId
from protocol.receipts import StepId
from subnet.validator.files import write_atomically

SECRET_BYTES = 32
_SECRET_FILE = "draw.secret"
_DRAW_BYTES = 8


class AuditDraw:
    """Says of each step whether it is audited; `share` of all steps are. The secret never shows in repr."""

    def __init__(self, secret: bytes, share: float) -> None:
        """Raises SettingsError for a share outside [0, 1]."""
        if not 0.0 <= share <= 1.0:
            raise SettingsError(f"The audit share is {share}.", "Give a number from 0 to 1.")
        if len(secret) != SECRET_BYTES:
            raise StorageError("The draw's secret is damaged.", f"Delete {_SECRET_FILE} in the validator's folder.")
        self._secret = secret
        self._threshold = int(share * 2 ** (8 * _DRAW_BYTES))
        self.share = share

    def audits(self, node: NodeId, step: StepId) -> bool:
        digest = blake3(f"{node}|{step.life}|{step.step}".encode(), key=self._secret).digest(_DRAW_BYTES)
        return int.from_bytes(digest, "big") < self._threshold

    def __repr__(self) -> str:
        return f"AuditDraw(share={self.share})"


def load_secret(folder: Path) -> bytes:
    """The folder's secret, made on first use and readable by its owner only; raises StorageError."""
    path = folder / _SECRET_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            return path.read_bytes()
        write_atomically(path, secrets.token_bytes(SECRET_BYTES))
        return path.read_bytes()
    except OSError as error:
        raise StorageError(
            f"{path} can't be used: {error.strerror}.", "Check the folder's owner and free space."
        ) from error
