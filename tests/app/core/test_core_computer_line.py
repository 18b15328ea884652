"""The internet line is measured only where training would use it too, and its speed is told with what it means."""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.computer import speed
from app.core.computer.line import (
    COUNT_FOLDER,
    LineTo,
    MeasuredLine,
    NoLine,
    WhyNoLine,
    line_goal,
    line_plan,
    no_line,
    order_text,
    until_told,
)
from app.core.computer.line_words import is_thin, line_meaning, line_promise, line_text
from app.core.computer.speed import Measuring
from app.core.gates.gate import GateSettings, Switch
from app.core.network.known import KnownNetwork
from app.core.settings.settings import NamedNetwork, NetworkChoice, OwnAddress, Settings, TryHere
from protocol.speed_check import LINE_MOST_BYTES, LineBound, LineEnough, LineOrder, LineSpeed, LineTrouble
from protocol.wire import from_json

KNOWN = (
    KnownNetwork(name="tales", title="Tales", orchestrator_url="https://tales.example.org"),
    KnownNetwork(name="local", title="Here", starts_here=True),
)
GOAL = LineTo("https://tales.example.org")


def with_gates(**gates: object) -> Settings:
    return Settings(gates=GateSettings(**gates))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choice", "goal"),
    [
        (None, NoLine(WhyNoLine.NO_NETWORK)),
        (TryHere(), NoLine(WhyNoLine.THIS_COMPUTER)),
        (OwnAddress("http://127.0.0.1:8000"), NoLine(WhyNoLine.THIS_COMPUTER)),
        (OwnAddress("http://[::1]:8000"), NoLine(WhyNoLine.THIS_COMPUTER)),
        (OwnAddress("https://own.example.org"), LineTo("https://own.example.org")),
        (NamedNetwork("tales"), GOAL),
        (NamedNetwork("gone"), NoLine(WhyNoLine.NO_NETWORK)),
    ],
)
def test_the_line_leads_to_the_network_that_was_chosen(choice: NetworkChoice | None, goal: object) -> None:
    assert line_goal(choice, KNOWN) == goal


@pytest.mark.parametrize(
    ("switch", "metered", "measured"),
    [
        (Switch.AUTOMATIC, False, True),
        (Switch.AUTOMATIC, None, True),
        (Switch.AUTOMATIC, True, False),
        (Switch.ON, True, False),
        (Switch.ON, None, False),
        (Switch.ON, False, True),
        (Switch.OFF, True, True),
    ],
)
def test_a_line_that_is_paid_by_volume_is_measured_where_training_may_use_it(
    switch: Switch, metered: bool | None, measured: bool
) -> None:
    plan = line_plan(GOAL, with_gates(metered=switch), metered, 0)
    assert plan == (GOAL if measured else NoLine(WhyNoLine.METERED))


@pytest.mark.parametrize(
    ("quota", "used", "plan"),
    [
        (10**9, 0, GOAL),
        (10**9, 10**9 - LINE_MOST_BYTES, GOAL),
        (10**9, 10**9 - LINE_MOST_BYTES + 1, NoLine(WhyNoLine.DATA_SHORT)),
        (10**9, 2 * 10**9, NoLine(WhyNoLine.DATA_SHORT)),
        (10**9, None, NoLine(WhyNoLine.DATA_UNKNOWN)),
    ],
)
def test_what_is_left_of_the_months_data_must_be_enough_for_it(quota: int, used: int | None, plan: object) -> None:
    settings = with_gates(data_quota=Switch.ON, data_quota_bytes=quota)
    assert line_plan(GOAL, settings, False, used) == plan


def test_without_an_allowance_nothing_is_counted_against_one() -> None:
    assert line_plan(GOAL, Settings(), False, None) == GOAL


def test_the_child_is_told_where_to_and_how_fast_at_most(tmp_path: Path) -> None:
    settings = Settings(upload_bytes_per_second=5e5, download_bytes_per_second=1e6)
    order: LineOrder = from_json(order_text(GOAL, settings, tmp_path).encode(), LineOrder)
    assert (order.url, order.up_bytes_per_second, order.down_bytes_per_second) == (GOAL.url, 5e5, 1e6)
    assert Path(order.folder) == tmp_path / COUNT_FOLDER
    assert order_text(NoLine(WhyNoLine.METERED), settings, tmp_path) == ""


def test_what_the_child_never_told_is_put_down_to_its_age_or_to_why_it_was_not_asked() -> None:
    assert until_told(GOAL) == NoLine(WhyNoLine.OLD_ENGINE)
    assert until_told(NoLine(WhyNoLine.METERED)) == NoLine(WhyNoLine.METERED)


@pytest.mark.parametrize("trouble", LineTrouble)
def test_every_trouble_of_the_child_has_a_sentence(trouble: LineTrouble) -> None:
    assert line_meaning(no_line(trouble)).startswith("The internet line was not measured: ")


@pytest.mark.parametrize("why", WhyNoLine)
def test_every_reason_has_a_sentence(why: WhyNoLine) -> None:
    assert line_meaning(NoLine(why)).endswith(".")
    assert not is_thin(NoLine(why))


def test_before_a_yes_it_is_said_what_goes_where_and_how_much() -> None:
    promise = line_promise(GOAL)
    assert "tales.example.org" in promise
    assert "at most 20 MB" in promise
    assert line_promise(NoLine(WhyNoLine.THIS_COMPUTER)) == "Nothing is sent."
    assert "once a network is chosen" in line_promise(NoLine(WhyNoLine.NO_NETWORK))


def measured(up: LineSpeed, down: LineSpeed | None = None, **enough: float) -> MeasuredLine:
    told = LineEnough(run_title="Tales", **enough) if enough else None
    return MeasuredLine(up=up, down=down or LineSpeed(11_875_000.0), enough=told)


def test_both_ways_are_told_in_two_figures() -> None:
    assert line_text(measured(LineSpeed(1_543_210.0))) == "12 Mbit/s up, 95 Mbit/s down"
    fast = LineSpeed(151_000_000.0, LineBound.VOLUME)
    assert line_text(measured(LineSpeed(4_321.0), fast)) == "0.035 Mbit/s up, over 1,200 Mbit/s down"


def test_a_line_that_is_enough_says_for_what_and_how_much_is_compressed() -> None:
    enough = measured(LineSpeed(1.5e6), times_smaller=31.9, share=1.0)
    assert line_meaning(enough) == (
        "Enough for “Tales”: everything this computer computes there can be sent in time, compressed 32 times."
    )
    assert not is_thin(enough)
    assert "even uncompressed" in line_meaning(measured(LineSpeed(1.5e8), times_smaller=1.0, share=1.0))


def test_a_line_that_is_too_thin_says_how_much_gets_out() -> None:
    thin = measured(LineSpeed(5e4), times_smaller=128.0, share=0.4)
    assert "compressed 128 times" in line_meaning(thin)
    assert "only about 40% of what this computer could compute" in line_meaning(thin)
    assert is_thin(thin)


def test_where_nobody_said_what_is_trained_the_speeds_stand_alone() -> None:
    assert "compressed as much as the line up asks for" in line_meaning(measured(LineSpeed(1.5e6)))


@pytest.mark.parametrize(
    ("up", "down", "words"),
    [
        (LineBound.CAP, LineBound.LINE, "Your own limit for sending allows no more."),
        (LineBound.LINE, LineBound.CAP, "Your own limit for receiving allows no more."),
        (LineBound.CAP, LineBound.CAP, "Your own limits for sending and receiving hold it there."),
    ],
)
def test_the_persons_own_limits_are_named_as_what_holds_it(up: LineBound, down: LineBound, words: str) -> None:
    assert line_meaning(measured(LineSpeed(1e5, up), LineSpeed(1e5, down))).startswith(words)


_speeds = st.builds(LineSpeed, bytes_per_second=st.floats(0.001, 1e12), bound=st.sampled_from(LineBound))
_enough = st.builds(LineEnough, run_title=st.text(max_size=20), times_smaller=st.floats(0, 1e12), share=st.floats(0, 1))


@given(_speeds, _speeds, st.none() | _enough)
def test_whatever_was_measured_has_words(up: LineSpeed, down: LineSpeed, enough: LineEnough | None) -> None:
    result = MeasuredLine(up=up, down=down, enough=enough)
    assert "e+" not in line_text(result) and "e-" not in line_text(result)
    assert line_meaning(result)
    assert msgspec.json.encode(result)


def test_a_meaning_of_a_line_that_nobody_told_of_is_let_pass() -> None:
    enough = LineEnough(run_title="x", times_smaller=1.0, share=1.0)
    for state in (Measuring(), Measuring(line=NoLine(WhyNoLine.OLD_ENGINE))):
        assert speed.heard(state, enough) == state


@given(st.text(max_size=40))
def test_any_address_has_a_host_to_name(text: str) -> None:
    try:
        urlsplit(text)
    except ValueError:
        return
    assert LineTo(text or "x").host
