"""sr25519 and SS58: two libraries, one behaviour; what a person pastes by mistake."""

import copy
import pickle
import traceback
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.addresses import BITTENSOR_PREFIX, NotAnAddress, check_address, decode_address, encode_address, looks_secret
from chain.keys import Keypair, KeySigner, default_backend, verify
from chain.sr25519_backends import BindingsBackend, Sr25519, WalletBackend, available_backends
from protocol.errors import SettingsError

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
WORDS = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
VECTORS = [
    ("//Alice", ALICE),
    ("//Bob", BOB),
    ("//Alice//stash", "5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY"),
]

needs_wallet = pytest.mark.skipif(
    not any(backend.name == WalletBackend.name for backend in available_backends()),
    reason="bittensor-wallet has no wheel for this system",
)


@pytest.fixture(params=[pytest.param(WalletBackend, marks=needs_wallet), BindingsBackend], ids=lambda kind: kind.name)
def backend(request: pytest.FixtureRequest) -> Sr25519:
    return request.param()  # type: ignore[no-any-return]


@pytest.mark.parametrize(("uri", "address"), VECTORS)
def test_well_known_keys_have_their_well_known_addresses(backend: Sr25519, uri: str, address: str) -> None:
    assert Keypair.from_uri(uri, backend).address == address


def test_a_seed_makes_the_same_key_in_every_backend(backend: Sr25519) -> None:
    development_seed = bytes.fromhex("fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e")
    assert Keypair.from_seed(development_seed, backend).address == "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV"


def test_each_backend_verifies_what_every_other_signed(backend: Sr25519) -> None:
    for other in available_backends():
        signature = Keypair.from_uri("//Alice", other).sign(b"payload")
        assert len(signature) == 64
        assert verify(ALICE, b"payload", signature, backend)
        assert not verify(ALICE, b"payloae", signature, backend)
        assert not verify(BOB, b"payload", signature, backend)


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65), b"\xff" * 64])
def test_a_broken_signature_is_false_and_no_error(backend: Sr25519, signature: bytes) -> None:
    assert verify(ALICE, b"payload", signature, backend) is False


@pytest.mark.parametrize("address", ["", "5", "not an address", ALICE[:-1], ALICE[:-1] + "Z", "0x" + "ab" * 32])
def test_a_broken_address_is_false_and_no_error(backend: Sr25519, address: str) -> None:
    assert verify(address, b"payload", Keypair.from_uri("//Alice", backend).sign(b"payload"), backend) is False


def test_a_public_key_that_is_no_point_is_false_and_no_error(backend: Sr25519) -> None:
    signature = Keypair.from_uri("//Alice", backend).sign(b"x")
    assert verify(encode_address(b"\xff" * 32), b"x", signature, backend) is False


def test_what_a_browser_extension_signed_is_not_taken_for_a_request(backend: Sr25519) -> None:
    signature = Keypair.from_uri("//Alice", backend).sign(b"<Bytes>pay</Bytes>")
    assert not verify(ALICE, b"pay", signature, backend)
    assert verify(ALICE, b"<Bytes>pay</Bytes>", signature, backend)


@pytest.mark.parametrize("uri", ["", "//", "/soft", "//1", WORDS, WORDS + "//0", "//" + "a" * 99])
def test_an_odd_development_path_is_a_settings_error(backend: Sr25519, uri: str) -> None:
    with pytest.raises(SettingsError):
        Keypair.from_uri(uri, backend)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_a_settings_error(backend: Sr25519, length: int) -> None:
    with pytest.raises(SettingsError, match="32 bytes"):
        Keypair.from_seed(bytes(length), backend)


@needs_wallet
def test_words_make_the_key_that_substrate_makes() -> None:
    expected = "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV"
    assert Keypair.from_words(f"  {WORDS}\n", WalletBackend()).address == expected


def test_wrong_words_are_refused_without_repeating_them(backend: Sr25519) -> None:
    wrong = WORDS.replace("bottom", "zebra")
    with pytest.raises(SettingsError) as caught:
        Keypair.from_words(wrong, backend)
    assert "obey" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_shows_nowhere(backend: Sr25519) -> None:
    key = Keypair.from_seed(bytes(range(32)), backend)
    shown = f"{key!r} {key} {[key]}"
    assert bytes(range(32)).hex() not in shown
    assert key.address in shown
    for copying in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            copying(key)


def test_new_keys_differ() -> None:
    assert Keypair.generate().address != Keypair.generate().address


async def test_a_key_signs_requests_as_the_protocol_wants() -> None:
    signer = KeySigner(Keypair.from_uri("//Bob"))
    assert signer.address == BOB
    assert verify(BOB, b"request", await signer.sign(b"request"))
    assert default_backend().name


@given(st.binary(min_size=32, max_size=32))
@settings(max_examples=50, deadline=None)
def test_an_address_survives_the_round_trip_and_agrees_with_another_library(public_key: bytes) -> None:
    scalecodec = pytest.importorskip("scalecodec.utils.ss58")
    text = encode_address(public_key)
    assert decode_address(text) == public_key
    assert check_address(f" {text}\n") == text
    assert scalecodec.ss58_encode(public_key, BITTENSOR_PREFIX) == text


@given(st.text(max_size=80))
@settings(max_examples=50, deadline=None)
def test_any_text_is_an_address_or_a_settings_error(text: str) -> None:
    with suppress(SettingsError):
        assert decode_address(check_address(text))


@given(st.integers(0, 47), st.sampled_from("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"))
@settings(max_examples=50, deadline=None)
def test_one_wrong_character_is_noticed(position: int, letter: str) -> None:
    changed = ALICE[:position] + letter + ALICE[position + 1 :]
    assert changed == ALICE or isinstance(decode_address(changed), NotAnAddress)


@pytest.mark.parametrize(
    "secret",
    [
        WORDS,
        WORDS.upper(),
        WORDS.replace(" ", ", "),
        WORDS.replace(" ", "\n"),
        " ".join(f"{number}. {word}" for number, word in enumerate(WORDS.split(), 1)),
        f'"{WORDS}"//hard',
        "0x" + "ab" * 32,
        "ab" * 32,
        "AB" * 64,
        '{"secretPhrase": "x", "ss58Address": "' + ALICE + '"}',
        '{"privateKey":"0x00"}',
    ],
)
def test_a_pasted_secret_is_refused_and_never_repeated(secret: str) -> None:
    assert looks_secret(secret)
    with pytest.raises(SettingsError) as caught:
        check_address(secret)
    assert "ever paste your secret words" in caught.value.advice
    said = "".join(traceback.format_exception(caught.value)).lower()
    assert "obey" not in said
    assert "abab" not in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No address"),
        ("0x" + "Ab" * 20, "Ethereum"),
        ("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", "another chain"),
        (ALICE[:20], "too short"),
        (ALICE[:-1] + "Z", "is wrong"),
        (ALICE + " " + BOB, "too long"),
        ("my address", "characters that no address"),
    ],
)
def test_what_is_wrong_with_a_pasted_address_is_said(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_address(text)
    assert words in caught.value.title
    assert not looks_secret(text)


def test_an_address_is_no_secret() -> None:
    assert not looks_secret(ALICE)
    assert check_address(f"\u200b'{ALICE}' ") == ALICE
