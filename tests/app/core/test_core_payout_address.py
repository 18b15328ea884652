"""Any text has exactly one meaning as a payout address, and a secret's never carries a part of it."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.payout import address as pasted
from app.core.payout.address import (
    KnownHotkeys,
    WalletHotkey,
    continues_secret,
    grouped,
    is_unfinished,
    read_pasted,
)
from app.core.payout.slips import Slip
from app.core.payout.words import accepted, told
from chain.addresses import NotAnAddress, encode_address
from protocol.errors import SettingsError

ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
WORDS = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
SECRETS = {
    WORDS: pasted.SeedPhrase(),
    "1. " + WORDS.replace(" ", "\n2) "): pasted.SeedPhrase(),
    " ".join(WORDS.split()[:9]): pasted.SeedPhrase(),
    "的一是在不了有和人这中大": pasted.SeedPhrase(),
    "0x" + "ab" * 32: pasted.PrivateKey(),
    "AB" * 64: pasted.PrivateKey(),
    "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ": pasted.PrivateKey(),
    "-----BEGIN PRIVATE KEY-----\nMC4CAQ": pasted.PrivateKey(),
    '{"secretPhrase": "x", "ss58Address": "5Grw"}': pasted.KeyFile(),
    '{"encoded":"hx3Z","encoding":{"content":["pkcs8","sr25519"]},"address":"5Grw"}': pasted.KeyFile(),
    "$NACL\x01\x02": pasted.KeyFile(),
}


@pytest.mark.parametrize(("text", "meaning"), SECRETS.items(), ids=lambda value: type(value).__name__)
def test_a_secret_is_recognised_and_nothing_of_it_goes_on(text: str, meaning: pasted.Pasted) -> None:
    assert read_pasted(text) == meaning
    with pytest.raises(SettingsError) as refused:
        accepted(text)
    said = f"{refused.value} {told(meaning)} {meaning!r}"
    assert "wiped" in said
    assert not any(word in said for word in text.split() if len(word) > 4)


JAPANESE = "がっこう ぎゅうにく ぐんて げんぶつ ごうい ざつがく じてん ずっしり ぜんぶ そいね だんねつ どんぶり"
SPANISH = "ábaco ácido águila álbum árbol índice ángel época éxito ópera úlcera útil"


@pytest.mark.parametrize(
    "text",
    [
        JAPANESE,
        unicodedata.normalize("NFKD", JAPANESE),
        SPANISH,
        unicodedata.normalize("NFKD", SPANISH),
        " ".join(f"{place}{word}" for place, word in enumerate(WORDS.split(), 1)),
        "".join(f"{place}{word}" for place, word in enumerate(WORDS.split(), 1)),
        " ".join(f"[{word}]" for word in WORDS.split()),
        "".join(f"<{word}>" for word in WORDS.split()),
        " ".join(f"*{word}*" for word in WORDS.split()),
        *(joint.join(WORDS.split()) for joint in "+=&•→\u200b\u200d\u2060\u2063\ufeff\u00ad\u034f\u3164"),
        "".join(word.title() for word in WORDS.split()),
        WORDS.upper().replace(" ", "*"),
        "的，一，是，在，不，了，有，和，人，这，中，大",
        " " * 9_990 + WORDS,
    ],
)
def test_a_seed_phrase_is_recognised_however_it_is_written(text: str) -> None:
    assert read_pasted(text) == pasted.SeedPhrase()


def test_an_accented_word_that_is_typed_on_behind_a_wiped_phrase_is_wiped_too() -> None:
    assert all(
        continues_secret(more) for more in (unicodedata.normalize("NFKD", "águila"), "águila ", "[lonely]", "がく")
    )


@pytest.mark.parametrize(
    "text",
    [
        grouped(ADDRESS),
        grouped(ADDRESS, 4),
        "\u200b".join(ADDRESS),
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
        "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
        "don't paste that, it's mine",
        "Bitte hier nichts einfügen",
        "https://example.com/accounts?address=" + ADDRESS,
    ],
)
def test_what_is_no_phrase_is_not_taken_for_one(text: str) -> None:
    assert not isinstance(read_pasted(text), pasted.Secret)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 63), st.sampled_from((6, 8, 48)))
def test_no_address_of_any_network_holds_as_many_words_as_a_phrase(key: bytes, prefix: int, size: int) -> None:
    address = encode_address(key, prefix)
    assert read_pasted(address) != pasted.SeedPhrase()
    assert pasted._words_however_written(grouped(address, size)) < pasted._LEAST_WORDS


def test_a_valid_address_may_have_blanks_and_invisible_characters_around_it() -> None:
    assert read_pasted(f" \u200b{ADDRESS}\n") == pasted.Valid(ADDRESS, 42)
    assert accepted(f"“{ADDRESS}”".strip("“”")) == ADDRESS
    assert accepted("  ") is None


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (ADDRESS[:10] + ADDRESS[10].swapcase() + ADDRESS[11:], pasted.WrongChecksum(Slip.LETTER_CASE, 11)),
        (ADDRESS[:20] + ADDRESS[21] + ADDRESS[20] + ADDRESS[22:], pasted.WrongChecksum(Slip.SWAPPED, 21)),
        (ADDRESS[:-1], pasted.WrongChecksum(Slip.MISSING)),
        (ADDRESS + "Y", pasted.WrongChecksum(Slip.ADDITIONAL)),
        (ADDRESS[:3] + "0" + ADDRESS[4:], pasted.WrongChecksum(Slip.LOOK_ALIKE, 4)),
        (encode_address(bytes(32), 0), pasted.OtherNetwork("Polkadot", 0)),
        (encode_address(bytes(32), 3), pasted.OtherNetwork("", 3)),
        ("0x" + "ab" * 20, pasted.OtherNetwork("Ethereum")),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", pasted.OtherNetwork("Bitcoin")),
        ("", pasted.Empty()),
        ("hello there!", pasted.Nonsense(NotAnAddress.NOT_BASE58, 12)),
        ("5Grw", pasted.Nonsense(NotAnAddress.WRONG_LENGTH, 4)),
    ],
)
def test_what_is_no_address_is_told_apart(text: str, meaning: pasted.Pasted) -> None:
    assert read_pasted(text) == meaning


def test_a_hotkey_is_refused_with_where_it_is_known_from() -> None:
    wallets = (WalletHotkey("savings", "laptop", ADDRESS),)
    by_wallet = read_pasted(ADDRESS, KnownHotkeys(wallets=wallets))
    assert read_pasted(ADDRESS, KnownHotkeys(this_device=ADDRESS)) == pasted.HotkeyOfThisDevice()
    assert by_wallet == pasted.HotkeyInLocalWallet("savings", "laptop")
    assert read_pasted(ADDRESS, KnownHotkeys(metagraph=((ADDRESS, 7),))) == pasted.HotkeyInMetagraph(7)
    assert "savings" in str(told(by_wallet)) and "laptop" in str(told(by_wallet))
    with pytest.raises(SettingsError, match="number 7"):
        accepted(ADDRESS, KnownHotkeys(metagraph=((ADDRESS, 7),)))


def test_a_hotkey_is_recognised_in_any_spelling_that_means_it() -> None:
    assert read_pasted(f"'{ADDRESS}' ", KnownHotkeys(this_device=ADDRESS)) == pasted.HotkeyOfThisDevice()


def test_typing_is_not_complained_about_before_the_end() -> None:
    assert is_unfinished(ADDRESS[:30])
    assert not is_unfinished(ADDRESS)
    assert not is_unfinished("not an address")


def test_behind_a_wiped_secret_only_an_address_is_read_again() -> None:
    assert all(continues_secret(more) for more in ("l", "lonely", " fit walk", "1f1f1f", ""))
    assert not any(continues_secret(other) for other in ("5", ADDRESS, "1Boat", "0x" + "ab" * 20))


def test_an_address_is_shown_in_groups() -> None:
    assert grouped(ADDRESS).replace(" ", "") == ADDRESS
    assert grouped(ADDRESS).startswith("5Grwva EF5zXb ")


@given(
    st.one_of(
        st.text(), st.text(alphabet="5Gabc0OIl \n\t", max_size=60), st.binary().map(lambda b: b.decode("latin-1"))
    )
)
@example("\0" * 64)
@example("z" * 20_000)
@example("5" * 48)
def test_no_text_ever_raises_and_each_meaning_has_a_sentence(text: str) -> None:
    meaning = read_pasted(text)
    assert told(meaning).title
    assert not isinstance(meaning, pasted.Valid) or len(meaning.address) == 48


@given(st.binary(min_size=32, max_size=32))
def test_every_public_key_has_an_address_that_is_accepted(public_key: bytes) -> None:
    address = encode_address(public_key)
    assert read_pasted(address) == pasted.Valid(address)


@settings(max_examples=60)
@given(st.binary(min_size=32, max_size=32), st.integers(0, 47), st.sampled_from("123ABCabcxyz"))
def test_no_single_wrong_character_passes_but_by_the_checksums_chance(key: bytes, place: int, letter: str) -> None:
    address = encode_address(key)
    wrong = address[:place] + letter + address[place + 1 :]
    meaning = read_pasted(wrong)
    if wrong == address:
        assert meaning == pasted.Valid(address)
    elif isinstance(meaning, pasted.Valid):
        assert meaning.address == wrong  # one in 65,536
    else:
        assert not isinstance(meaning, pasted.Secret)
