"""Which token windows a microbatch index holds: the same answer on every computer, in constant memory.

Training walks through the data in epochs. An epoch cuts the split into windows that share no prediction target, starts
cutting at a random phase of its own, and visits the windows in a random order of its own. Order and phase come from
BLAKE3 and integer arithmetic alone, so that a validator finds the tokens of any microbatch without walking there.
"""

from functools import lru_cache
from math import isqrt

from blake3 import blake3

from protocol.errors import SettingsError

_ROUNDS = 8
_MASK = (1 << 64) - 1


def windows(seed: int, index: int, sequences: int, context: int, train_tokens: int) -> tuple[int, ...]:
    """Start offsets of the `sequences` windows of train microbatch `index`; each window is context + 1 tokens long.

    Neighbouring windows of an epoch share one token: the last target of one is the first input of the next. Raises
    SettingsError for a split shorter than one window.
    """
    if index < 0 or sequences < 1:
        raise ValueError(f"microbatch {index} of {sequences} sequences does not exist")
    count = windows_per_epoch(context, train_tokens)
    first = index * sequences
    return tuple(_window(seed, position, count, context, train_tokens) for position in range(first, first + sequences))


def windows_per_epoch(context: int, train_tokens: int) -> int:
    """Windows in one pass over the split; the same for each epoch, one is given up so that the phase can move."""
    if context < 1 or train_tokens < context + 1:
        raise SettingsError(
            f"The text has {train_tokens} tokens, and one sequence needs {context + 1}.",
            "Give a longer text or choose a shorter context.",
        )
    return max(1, train_tokens // context - 1)


def epoch_of(index: int, sequences: int, context: int, train_tokens: int) -> int:
    """The epoch over the data in which train microbatch `index` begins."""
    return index * sequences // windows_per_epoch(context, train_tokens)


def held_out_microbatches(sequences: int, context: int, held_out_tokens: int) -> int:
    """How many microbatches cover the held-out split once; 0 if it is shorter than one window."""
    return -(-_held_out_count(context, held_out_tokens) // sequences)


def held_out_windows(index: int, sequences: int, context: int, held_out_tokens: int) -> tuple[int, ...]:
    """Start offsets of held-out microbatch `index`: the split from its start, every target once.

    The last microbatch may hold fewer windows, an index past it none. A tail shorter than `context` is left out.
    """
    first = index * sequences
    end = min(first + sequences, _held_out_count(context, held_out_tokens))
    return tuple(number * context for number in range(first, end))


def _held_out_count(context: int, held_out_tokens: int) -> int:
    return max(0, held_out_tokens - 1) // context


def _window(seed: int, position: int, count: int, context: int, train_tokens: int) -> int:
    epoch, slot = divmod(position, count)
    phase_word, *round_keys = _epoch_keys(seed, epoch)
    slack = train_tokens - 1 - count * context
    phase = phase_word % (slack + 1)
    return phase + context * _permuted(slot, count, tuple(round_keys))


@lru_cache(maxsize=64)
def _epoch_keys(seed: int, epoch: int) -> tuple[int, ...]:
    digest = blake3(f"train-at-home data order 1\n{seed}\n{epoch}".encode()).digest(length=8 * (_ROUNDS + 1))
    return tuple(int.from_bytes(digest[place : place + 8], "little") for place in range(0, len(digest), 8))


def _permuted(slot: int, count: int, round_keys: tuple[int, ...]) -> int:
    """The place of `slot` in a keyed permutation of range(count).

    A Feistel network over a rectangle of rows x columns ≥ count (Black and Rogaway, "Ciphers with arbitrary finite
    domains", 2002); what falls outside of range(count) is permuted again until it falls inside.
    """
    if count == 1:
        return 0
    rows = isqrt(count - 1) + 1
    columns = -(-count // rows)
    while True:
        row, column = divmod(slot, columns)
        for number, key in enumerate(round_keys):
            if number % 2:
                column = (column + _mixed(row ^ key)) % columns
            else:
                row = (row + _mixed(column ^ key)) % rows
        slot = row * columns + column
        if slot < count:
            return slot


def _mixed(word: int) -> int:
    """SplitMix64's finaliser: every bit of the word moves every bit of the result."""
    word = (word + 0x9E3779B97F4A7C15) & _MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
    return word ^ (word >> 31)
