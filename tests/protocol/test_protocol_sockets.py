"""Addresses of both families as text: what is written can be read, and only what can be dialled is passed on."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import MalformedMessage
from protocol.sockets import Socket, dialable, host_in_url, read_socket, sockets_to_bind


@given(st.ip_addresses(), st.integers(0, 65535))
def test_what_is_written_is_read_again(host: IPv4Address | IPv6Address, port: int) -> None:
    socket = Socket(host, port)
    assert read_socket(str(socket)) == socket
    assert dialable([str(socket)]) == ((str(socket),) if socket.is_dialable else ())


@given(st.text(max_size=50))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_socket(text)
    except MalformedMessage:
        assert dialable([text]) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("", "memory", "host:1", "1.2.3.4", "1.2.3.4:x", "1.2.3.4:99999", "1.2.3.4:-1", "1.2.3.4:٣", "1.2.3.4:000080"),
        *("::1:5", "[::1]", "[::1:5", "[1.2.3.4]:5", "[fe80::1%3]:5", "[fe80::1%eth0]:5", "[[::1]]:5"),
    ],
)
def test_what_iroh_would_refuse_is_refused(text: str) -> None:
    with pytest.raises(MalformedMessage):
        read_socket(text)


def test_a_list_keeps_what_leads_to_one_computer_each_once() -> None:
    told = ["[2001:DB8:0::7]:1", "junk", "[2001:db8::7]:1", "192.0.2.7:1", "192.0.2.7:0", "0.0.0.0:1", "[::]:1"]
    nobody = ["[ff02::1]:1", "224.0.0.1:1", "[fe80::1]:1", "169.254.1.1:1"]
    assert dialable(told + nobody) == ("[2001:db8::7]:1", "192.0.2.7:1")


@pytest.mark.parametrize(
    ("asked", "bound"),
    [
        ("0.0.0.0:4433", ("0.0.0.0:4433", "[::]:4433")),
        ("[::]:0", ("[::]:0", "0.0.0.0:0")),
        ("127.0.0.1:4433", ("127.0.0.1:4433", "[::1]:0")),
        ("[::1]:4433", ("[::1]:4433", "127.0.0.1:0")),
        ("[2001:db8::7]:4433", ("[2001:db8::7]:4433", "127.0.0.1:0")),
    ],
)
def test_only_a_wildcard_opens_both_families_to_the_world(asked: str, bound: tuple[str, ...]) -> None:
    assert sockets_to_bind(asked) == bound


def test_an_ipv6_host_stands_in_brackets() -> None:
    assert [host_in_url(host) for host in ("::1", "127.0.0.1", "example.org")] == ["[::1]", "127.0.0.1", "example.org"]
