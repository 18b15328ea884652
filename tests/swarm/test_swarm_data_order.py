import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import SettingsError
from swarm.data_order import epoch_of, held_out_microbatches, held_out_windows, windows, windows_per_epoch


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**40), st.integers(1, 5), st.integers(1, 16), st.integers(0, 900), st.integers(0, 3))
def test_an_epoch_visits_each_window_once(seed: int, sequences: int, context: int, extra: int, epoch: int) -> None:
    tokens = context + 1 + extra
    count = windows_per_epoch(context, tokens)
    drawn = [windows(seed, index, 1, context, tokens)[0] for index in range(epoch * count, (epoch + 1) * count)]
    assert len(set(drawn)) == count
    assert min(drawn) >= 0
    assert max(drawn) + context + 1 <= tokens
    assert len({start % context for start in drawn}) == 1
    batch = windows(seed, epoch, sequences, context, tokens)
    singles = range(epoch * sequences, (epoch + 1) * sequences)
    assert batch == tuple(windows(seed, one, 1, context, tokens)[0] for one in singles)


def test_the_order_is_the_same_everywhere_and_for_ever() -> None:
    assert windows(1337, 0, 4, 64, 1_003_854) == (237392, 750096, 608528, 855504)
    assert windows(1337, 10**12, 2, 64, 1_003_854) == (873349, 69637)


def test_seeds_and_epochs_give_other_orders() -> None:
    count = windows_per_epoch(64, 100_000)
    first = windows(1, 0, count, 64, 100_000)
    assert first != windows(2, 0, count, 64, 100_000)
    assert first != windows(1, 1, count, 64, 100_000)
    assert epoch_of(0, count, 64, 100_000) == 0
    assert epoch_of(1, count, 64, 100_000) == 1


def test_a_text_shorter_than_a_window_is_refused_in_words() -> None:
    with pytest.raises(SettingsError, match="needs 65"):
        windows(0, 0, 1, 64, 64)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 7), st.integers(1, 16), st.integers(0, 500))
def test_held_out_windows_cover_the_split_once(sequences: int, context: int, tokens: int) -> None:
    number = held_out_microbatches(sequences, context, tokens)
    starts = [start for index in range(number) for start in held_out_windows(index, sequences, context, tokens)]
    assert starts == [place * context for place in range(len(starts))]
    covered = len(starts) * context
    assert covered + 1 <= tokens or not starts
    assert max(tokens - 1, 0) - covered < context
    assert held_out_windows(number, sequences, context, tokens) == ()
