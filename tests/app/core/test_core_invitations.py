"""Links that invite to a network: what they may say, and that whatever a stranger writes ends in words."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.network.invitations import LINK_LIMIT, Invitation, parse_link
from app.core.network.known import KnownNetwork, parse_choice
from app.core.settings.settings import NamedNetwork, OwnAddress, TryHere
from protocol.errors import SettingsError

NETWORKS = (
    KnownNetwork(name="local", title="Try on this computer", starts_here=True),
    KnownNetwork(name="open", title="The open network", orchestrator_url="https://open.example"),
)
ADDRESS = "https://orchestrator.example.org:8443/run"


@pytest.mark.parametrize(
    "begin", ["train-at-home:join?", "train-at-home://join?", "train-at-home://join/?", "TRAIN-AT-HOME:join?"]
)
def test_a_link_names_a_known_network_or_an_address(begin: str) -> None:
    assert parse_link(f"{begin}network=open", NETWORKS) == Invitation(NamedNetwork("open"), "open", "The open network")
    assert parse_link(f"{begin}network=local", NETWORKS).choice == TryHere()
    for written in (ADDRESS, quote(ADDRESS, safe=""), ADDRESS + "/"):
        assert parse_link(f"{begin}address={written}", NETWORKS) == Invitation(OwnAddress(ADDRESS), ADDRESS, ADDRESS)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("", "no link"),
        ("https://example.org", "no link"),
        ("train-at-home:", "no link"),
        ("train-at-home:join", "no link"),
        ("train-at-home:leave?network=open", "no link"),
        ("train-at-home:join?network=open\n--profile-folder", "no link"),
        ("train-at-home:join?network=mars", "not among those"),
        ("train-at-home:join?network=https://evil.example", "not among those"),
        ("train-at-home:join?network=open&address=" + ADDRESS, "doesn't know"),
        ("train-at-home:join?network=open&payout=5Grw", "doesn't know"),
        ("train-at-home:join?payout=5Grw", "doesn't know"),
        ("train-at-home:join?" + "&".join(["network=open"] * 9), "damaged"),
        ("train-at-home:join?network", "damaged"),
        ("train-at-home:join?network=%ff", "damaged"),
        ("train-at-home:join?address=", "not a web address"),
        ("train-at-home:join?address=http://elsewhere.example", "unencrypted"),
        ("train-at-home:join?address=https://a:b@c.example", "name or password"),
        ("train-at-home:join?address=file:///etc/passwd", "not a web address"),
        ("train-at-home:join?address=" + quote("https://exаmple.org"), "letters"),
        ("train-at-home:join?address=" + quote("https://a.example\u202egro"), "letters"),
        ("train-at-home:join?address=https://a.example%0a", "letters"),
        ("train-at-home:join?address=https://" + "a" * LINK_LIMIT, "too long"),
    ],
)
def test_any_other_link_is_refused_with_words(link: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as refused:
        parse_link(link, NETWORKS)
    assert refused.value.advice


queries = st.text(max_size=30) | st.sampled_from(["network=open", "address=https://a.example", "address=%", "&", "=="])


@given(st.text(max_size=40) | st.builds("train-at-home:join?{}{}".format, queries, queries))
def test_whatever_a_stranger_writes_is_an_invitation_or_a_sentence(link: str) -> None:
    try:
        invitation = parse_link(link, NETWORKS)
    except SettingsError:
        return  # a sentence
    # What is sent for it later means the same as what the person was shown.
    assert parse_choice(invitation.network, NETWORKS) == invitation.choice
    assert invitation.title.isprintable()


@given(st.from_regex(r"[a-z]{1,20}(\.[a-z]{1,10}){1,3}(:[1-9][0-9]{1,3})?(/[A-Za-z0-9_~-]{1,10}){0,3}", fullmatch=True))
def test_every_address_survives_the_way_through_a_link(rest: str) -> None:
    address = f"https://{rest}"
    assert parse_link("train-at-home:join?address=" + quote(address, safe=""), NETWORKS).choice == OwnAddress(address)
