"""Which way a request takes: by the setting, by what the system says, and never through a proxy to this computer."""

import re

import msgspec
import pytest

from protocol.proxies import (
    NONE,
    PROXY_PATTERN,
    SYSTEM,
    Direct,
    NoWay,
    ProxySetting,
    Through,
    Way,
    way_of_setting,
    way_of_system,
)

OURS = "http://proxy.example.org:3128"


class Says:
    """A system with these proxies, which spares one host."""

    def __init__(self, spared: str = "", **found: str) -> None:
        self._spared, self._found = spared, found

    def found(self) -> dict[str, str]:
        return self._found

    def spares(self, host: str) -> bool:
        return host == self._spared


def system_way(system: Says, scheme: str = "https", host: str = "network.example") -> Way:
    return way_of_system(scheme, host, 443, system)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
@pytest.mark.parametrize("setting", [SYSTEM, NONE, OURS])
def test_this_computer_is_never_reached_through_a_proxy(host: str, setting: str) -> None:
    assert way_of_setting(host, setting) == Direct()


def test_the_setting_says_the_way_and_only_system_leaves_it_open() -> None:
    assert way_of_setting("network.example", NONE) == Direct()
    assert way_of_setting("network.example", OURS) == Through(OURS)
    assert way_of_setting("network.example", SYSTEM) is None


def test_the_system_says_the_way_by_scheme_then_for_all_and_may_spare_a_host() -> None:
    assert system_way(Says()) == Direct()
    assert system_way(Says(http=OURS)) == Direct(), "that one is for another scheme"
    assert system_way(Says(https=OURS, all="socks5://127.0.0.1:9050")) == Through(OURS)
    assert system_way(Says(all="proxy.example.org:3128")) == Through(OURS), "Windows leaves out what is usual"
    assert system_way(Says(https=OURS, spared="network.example:443")) == Direct()
    assert system_way(Says(https=OURS, spared="[2001:db8::1]:443"), host="2001:db8::1") == Direct()


@pytest.mark.parametrize(
    "found",
    [
        {"all": "socks5://127.0.0.1:9050"},
        {"https": "socks4://a:1"},
        {"socks": "http://127.0.0.1:9050"},
        {"https": "http://"},
        {"https": "http://a:port"},
    ],
)
def test_a_proxy_of_the_system_that_is_not_spoken_here_is_never_gone_past(found: dict[str, str]) -> None:
    assert system_way(Says(**found)) == NoWay()


def test_a_way_shows_no_password() -> None:
    way = system_way(Says(https="http://anna:sesame@proxy.example.org:3128"))
    assert isinstance(way, Through) and "sesame" in way.address
    assert "sesame" not in f"{way} {way!r}" and "anna" not in repr(way)


@pytest.mark.parametrize("text", ["http://a:b@c:1", "http://c", "socks5://c:1", "http://c:1/x", "", "System", "c:1"])
def test_what_is_no_setting_can_not_be_read_as_one(text: str) -> None:
    assert re.search(PROXY_PATTERN, text) is None
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, ProxySetting)


@pytest.mark.parametrize("text", [SYSTEM, NONE, OURS, "https://10.0.0.1:8443", "http://[2001:db8::1]:3128"])
def test_a_setting_is_read_as_it_was_kept(text: str) -> None:
    assert msgspec.convert(text, ProxySetting) == text
