"""The proxy as a person sets it: typed, refused without repeating a password, kept, mended, and told to the engine."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.commands import SetProxy, SetTypedLimits
from app.core.computer.line import LineTo, order_text
from app.core.engine.orders import order_for
from app.core.network.proxy import checked_proxy, proxy_sentence, with_proxy
from app.core.settings.change import changed
from app.core.settings.settings import NOWHERE, OwnAddress, Settings, settings_file
from protocol.errors import SettingsError
from protocol.proxies import NONE, SYSTEM, ProxySetting, Through, way_of_setting
from protocol.speed_check import LineOrder
from protocol.wire import from_json

OURS = "http://proxy.example.org:3128"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("system", SYSTEM),
        (" None ", NONE),
        (OURS, OURS),
        ("HTTP://Proxy.Example.org:3128/", OURS),
        ("https://10.0.0.1:8443", "https://10.0.0.1:8443"),
        ("http://[2001:DB8::1]:80", "http://[2001:db8::1]:80"),
    ],
)
def test_a_proxy_is_typed_as_a_person_says_it(typed: str, kept: str) -> None:
    assert checked_proxy(typed) == kept
    assert changed(Settings(), SetProxy(typed)).proxy == kept
    assert changed(Settings(), SetTypedLimits((("proxy", typed),))).proxy == kept


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("", "begins with http"),
        ("proxy.example.org:3128", "begins with http"),
        ("ftp://proxy.example.org:21", "begins with http"),
        ("http://proxy.example.org", "port is missing"),
        ("http://proxy.example.org:0", "looks like"),
        ("http://proxy.example.org:99999", "looks like"),
        ("http://proxy.example.org:3128/wpad.dat", "ends with its port"),
        ("http://pro xy:3128", "looks like"),
        ("http://:3128", "looks like"),
        ("socks5://127.0.0.1:9050", "HTTP address"),
        ("http://anna:sesame@proxy.example.org:3128", "before @"),
    ],
)
def test_what_can_not_be_a_proxy_is_refused_with_what_to_do_and_changes_nothing(typed: str, advice: str) -> None:
    for command in (SetProxy(typed), SetTypedLimits((("proxy", typed),))):
        with pytest.raises(SettingsError) as refused:
            changed(Settings(), command)
        assert advice in refused.value.advice


@given(st.text(max_size=60) | st.text(max_size=20).map(lambda text: f"http://{text}:80"))
def test_whatever_is_typed_is_refused_or_can_be_kept_and_read(typed: str) -> None:
    try:
        kept = checked_proxy(typed)
    except SettingsError:
        return
    assert msgspec.convert(kept, ProxySetting) == kept and checked_proxy(kept) == kept


@pytest.mark.parametrize("typed", ["http://anna:sesame@proxy:3128", "anna:sesame@proxy", "socks5://anna:sesame@p:1"])
def test_a_password_that_was_typed_is_repeated_by_no_error(typed: str) -> None:
    with pytest.raises(SettingsError) as refused:
        checked_proxy(typed)
    assert "sesame" not in str(refused.value) and "anna" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("value", ['"http://anna:sesame@proxy:3128"', '"socks5://proxy:1"', "7", "null", '"no"'])
def test_past_a_proxy_in_the_file_that_can_not_be_one_nobody_is_asked(value: str, tmp_path: Path) -> None:
    file = settings_file(tmp_path)
    file.path.write_text(f'{{"schema_version": 1, "threads": 3, "proxy": {value}}}')
    loaded = file.load()
    assert (loaded.value.proxy, loaded.value.threads) == (NOWHERE, 3)
    assert way_of_setting("network.example", checked_proxy(loaded.value.proxy)) == Through(NOWHERE)
    assert loaded.trouble is not None and "proxy" in loaded.trouble.title and "sesame" not in str(loaded.trouble)
    assert "sesame" not in file.path.read_text()


def test_a_file_from_before_there_was_the_setting_does_what_the_system_says(tmp_path: Path) -> None:
    file = settings_file(tmp_path)
    file.path.write_text('{"schema_version": 1, "threads": 3}')
    loaded = file.load()
    assert loaded.trouble is None and loaded.value.proxy == SYSTEM
    file.save(changed(loaded.value, SetProxy(OURS)))
    assert file.load().value.proxy == OURS


def test_another_proxy_is_another_order_so_that_the_engine_starts_anew() -> None:
    before = Settings(network=OwnAddress("https://a.example"))
    after = changed(before, SetProxy(OURS))
    orders = [order_for(each, "https://a.example", "5x", Path("/engine")) for each in (before, after)]
    assert [order.proxy for order in orders] == [SYSTEM, OURS]
    line = order_text(LineTo("https://a.example"), after, Path("/engine"))
    assert from_json(line.encode(), LineOrder).proxy == OURS


def test_each_choice_is_told_in_words() -> None:
    assert [proxy_sentence(each) for each in (SYSTEM, NONE, OURS)] == ["What the system says", "None", OURS]


def test_a_child_that_knows_only_variables_is_given_those_of_the_setting() -> None:
    inherited = {"PATH": "/bin", "HTTPS_PROXY": "http://old:1", "all_proxy": "socks5://old:2", "NO_PROXY": "x"}
    assert with_proxy(inherited, SYSTEM) == inherited
    assert with_proxy(inherited, NONE) == {"PATH": "/bin", "no_proxy": "*", "NO_PROXY": "*"}
    told = with_proxy(inherited, OURS)
    assert told["https_proxy"] == told["HTTPS_PROXY"] == told["http_proxy"] == OURS
    assert "all_proxy" not in told and "127.0.0.1" in told["no_proxy"]
