"""A copy of the device's key opens with its password and with nothing else, and no error holds a part of either."""

import contextlib
import pickle

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.identity.choice import Password
from app.core.identity.file import SIZE_LIMIT_BYTES, address_in, opened, sealed
from chain.keys import Keypair
from protocol.errors import SettingsError

WEAK_N = 2**14
"""As cheap as the format allows: these tests guess often."""
KEY = Keypair.from_seed(bytes(range(32)))
PASSWORD = Password("correct horse battery")
FILE = sealed(KEY, PASSWORD, WEAK_N)


def test_a_copy_opens_with_its_password_to_the_same_key() -> None:
    assert opened(FILE, PASSWORD).reveal_seed() == KEY.reveal_seed()
    assert address_in(FILE) == KEY.address
    assert KEY.reveal_seed().hex() not in FILE.decode()
    assert sealed(KEY, PASSWORD, WEAK_N) != FILE


def test_a_real_copy_costs_a_guesser_128_mib() -> None:
    content = sealed(KEY, PASSWORD)
    assert msgspec.json.decode(content)["header"]["n"] == 2**17
    assert opened(content, PASSWORD).address == KEY.address


def test_another_password_opens_nothing_and_is_not_repeated() -> None:
    with pytest.raises(SettingsError, match="doesn't open") as refused:
        opened(FILE, Password("Correct horse battery"))
    assert "orrect horse" not in str(refused.value) and refused.value.__cause__ is None


def test_a_short_password_is_refused_before_anything_is_written() -> None:
    with pytest.raises(SettingsError, match="soon guessed"):
        sealed(KEY, Password("short"))


def test_a_password_shows_in_no_repr_and_no_pickle() -> None:
    assert "horse" not in repr(PASSWORD) + str(PASSWORD) + f"{[PASSWORD]}"
    with pytest.raises(TypeError):
        pickle.dumps(PASSWORD)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_file_changed_anywhere_opens_to_nothing_else(place: int, change: int) -> None:
    wrong = FILE[:place] + bytes([FILE[place] ^ change]) + FILE[place + 1 :]
    with contextlib.suppress(SettingsError):
        assert opened(wrong, PASSWORD).address == KEY.address  # only blanks between the fields may change


@given(st.binary(max_size=200))
def test_any_other_file_is_told_from_a_copy(content: bytes) -> None:
    with pytest.raises(SettingsError):
        opened(content, PASSWORD)


@pytest.mark.parametrize("change", [{"n": 2**30}, {"n": 2**14 + 1}, {"p": 99}, {"r": 1024}, {"salt": ""}, {"extra": 1}])
def test_costs_are_bounded_before_any_memory_is_taken(change: dict[str, object]) -> None:
    fields = msgspec.json.decode(FILE)
    fields["header"] |= change
    with pytest.raises(SettingsError, match="no file"):
        opened(msgspec.json.encode(fields), PASSWORD)


def test_a_file_of_a_later_version_asks_for_an_update_and_a_huge_one_is_none() -> None:
    fields = msgspec.json.decode(FILE)
    fields["header"] |= {"version": 2, "kdf": "better"}
    with pytest.raises(SettingsError, match="later version"):
        opened(msgspec.json.encode(fields), PASSWORD)
    with pytest.raises(SettingsError, match="no file"):
        opened(FILE + b" " * SIZE_LIMIT_BYTES, PASSWORD)
