"""Text to token ids, once, so that no home computer needs a tokenizer: bytes as they are, or a BPE trained on the text.

Legend: N tokens.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer

from protocol.errors import SettingsError

BYTE_VOCABULARY = 256
_LINES_AT_ONCE = 1000


@dataclass(frozen=True)
class Tokens:
    """`ids` [N] little-endian unsigned, of `token_bytes` each; `tokenizer_json` rebuilds a BPE, None for bytes."""

    ids: bytes
    count: int
    token_bytes: Literal[1, 2, 4]
    tokenizer_json: str | None


def tokenise(text: bytes, vocabulary: int, kind: Literal["bytes", "bpe"]) -> Tokens:
    """Token ids below `vocabulary`; raises SettingsError if the text or vocabulary doesn't suit the tokenizer."""
    if kind == "bytes":
        if vocabulary < BYTE_VOCABULARY:
            raise SettingsError("Bytes need a vocabulary of 256.", "Choose bpe, or a larger vocabulary.")
        return Tokens(text, len(text), 1, None)
    return _byte_pairs(text, vocabulary)


def _byte_pairs(text: bytes, vocabulary: int) -> Tokens:
    """Byte-level BPE (Sennrich et al., arXiv 1508.07909, on bytes as GPT-2 does): every text has ids."""
    if vocabulary < BYTE_VOCABULARY:
        raise SettingsError("A BPE needs a vocabulary of at least 256.", "Choose a larger vocabulary.")
    try:
        lines = text.decode().splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise SettingsError("The text is not UTF-8.", "Convert it, or train on bytes.") from error
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    trainer = BpeTrainer(
        vocab_size=vocabulary, initial_alphabet=ByteLevel.alphabet(), show_progress=False, special_tokens=[]
    )
    tokenizer.train_from_iterator(lines, trainer, length=len(lines))
    dtype, token_bytes = _smallest(vocabulary)
    chunks: list[NDArray[np.unsignedinteger]] = []
    for start in range(0, len(lines), _LINES_AT_ONCE):
        encodings = tokenizer.encode_batch(["".join(lines[start : start + _LINES_AT_ONCE])])
        chunks.extend(np.asarray(encoding.ids, dtype=dtype) for encoding in encodings)
    ids = np.concatenate(chunks) if chunks else np.empty(0, dtype=dtype)
    return Tokens(ids.tobytes(), ids.size, token_bytes, tokenizer.to_str())


def _smallest(vocabulary: int) -> tuple[str, Literal[1, 2, 4]]:
    if vocabulary <= 1 << 8:
        return "<u1", 1
    return ("<u2", 2) if vocabulary <= 1 << 16 else ("<u4", 4)
