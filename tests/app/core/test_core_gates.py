"""Gates: what each is read from, how a no ends, what is told of it, and what binds the engine."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.decision import Reason, decide
from app.core.gates import words as gate_words
from app.core.gates.easing import eased
from app.core.gates.gate import GateName, GateReading, GateSettings, GateState, Switch, at_least, at_most, plain
from app.core.gates.keeping import Reach, Surroundings, asked_of, has_way_out, next_month, read_gates
from app.core.gates.steadiness import RULES, LastNo, steadied
from app.core.hours.schedule import Schedule
from app.core.settings.limit_fields import LIMIT_GROUPS, Number
from app.core.wish import Auto
from app.platforms.pretend import PretendSensors

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
ROOT = Path("/")


def gate_of(
    name: GateName,
    sensors: PretendSensors,
    settings: GateSettings = GateSettings(),  # noqa: B008  frozen
    around: Surroundings = Surroundings(),  # noqa: B008
    reach: Reach = Reach(),  # noqa: B008
) -> GateReading:
    gates = read_gates(sensors, settings, Schedule(), True, reach, ROOT, NOW, around)
    return next(gate for gate in gates if gate.gate is name)


def over_time(readings: list[GateReading], step_seconds: float = 1.0) -> list[GateReading]:
    """Each reading after the hysteresis, one every `step_seconds`."""
    noes: tuple[LastNo, ...] = ()
    answers = []
    for place, reading in enumerate(readings):
        steady, noes = steadied([reading], noes, NOW + place * timedelta(seconds=step_seconds))
        answers.append(steady[0])
    return answers


def heat(celsius: float) -> GateReading:
    return at_most(GateName.TEMPERATURE, Switch.AUTOMATIC, celsius, 90.0, "coretemp")


def test_every_gate_is_read_and_each_only_once() -> None:
    gates = read_gates(PretendSensors(), GateSettings(), Schedule(), True, Reach(), ROOT, NOW)
    assert [gate.gate for gate in gates] == list(GateName)


def test_heat_holds_at_once_and_lets_go_seven_degrees_lower_and_a_minute_later() -> None:
    course = [89.0, 91.0] + [84.0] * 100 + [83.0] * 100
    answers = [answer.state for answer in over_time([heat(celsius) for celsius in course])]
    assert answers[0] is GateState.YES
    assert answers[1:102] == [GateState.NO] * 101, "84 is less than 7 under the limit"
    lets_go = answers.index(GateState.YES, 1)
    assert lets_go == 101 + 60, "a minute after it was last too hot to let go"
    assert set(answers[lets_go:]) == {GateState.YES}


def test_an_end_is_told_only_once_it_is_known() -> None:
    answers = over_time([heat(91.0), heat(84.0), heat(82.0)], 10.0)
    assert [answer.next_change for answer in answers[:2]] == [None, None], "nobody knows when it will have cooled"
    assert answers[2].next_change == NOW + timedelta(seconds=10 + 60)


def test_idle_ends_with_a_touch_and_begins_again_after_its_seconds() -> None:
    course = [299.0, 300.0, 301.0, 0.0, 1.0, 300.0]
    idle = [at_least(GateName.IDLE, Switch.ON, seconds, 300.0) for seconds in course]
    assert [answer.state is GateState.YES for answer in over_time(idle)] == [False, True, True, False, False, True]


def test_a_battery_must_gain_a_few_points_before_it_counts_again() -> None:
    course = [0.31, 0.29, 0.31, 0.34, 0.35, 0.36]
    shares = [at_least(GateName.BATTERY, Switch.AUTOMATIC, share, 0.3) for share in course]
    states = [answer.state is GateState.YES for answer in over_time(shares, 20.0)]
    assert states == [True, False, False, False, True, True]


def test_a_sensor_that_falls_silent_is_not_held_to_its_last_word_for_ever() -> None:
    silent = at_most(GateName.TEMPERATURE, Switch.AUTOMATIC, None, 90.0)
    answers = over_time([heat(95.0)] + [silent] * 70)
    assert answers[30].state is GateState.NO
    assert answers[-1].state is GateState.UNKNOWN


@given(st.lists(st.sampled_from([60.0, 84.0, 91.0]), min_size=2, max_size=120))
def test_whatever_the_heat_does_it_changes_at_most_twice_a_minute(course: list[float]) -> None:
    answers = over_time([heat(celsius) for celsius in course])
    for celsius, answer in zip(course, answers, strict=True):
        assert celsius <= 90.0 or answer.state is GateState.NO, "too hot holds at once"
    starts = [place for place, (one, other) in enumerate(itertools.pairwise(answers)) if one.holds and not other.holds]
    assert all(later - earlier >= 60 for earlier, later in itertools.pairwise(starts))


@given(st.lists(st.booleans(), min_size=2, max_size=120), st.sampled_from(sorted(RULES)))
def test_no_gate_flaps_faster_than_its_rule(answers: list[bool], gate: GateName) -> None:
    steady = over_time([plain(gate, Switch.ON, answer) for answer in answers])
    resumed = [place for place, (one, other) in enumerate(itertools.pairwise(steady)) if one.holds and not other.holds]
    least = max(1.0, RULES[gate].settle.total_seconds())
    assert all(later - earlier >= least for earlier, later in itertools.pairwise(resumed))


def test_saving_energy_a_full_screen_and_a_hot_card_hold_and_unknown_ones_do_not() -> None:
    sensors = PretendSensors()
    names = [GateName.SAVER, GateName.FULL_SCREEN, GateName.GRAPHICS_TEMPERATURE, GateName.METERED]
    sensors.saver_on = sensors.full_screen = sensors.graphics_celsius = sensors.metered = None
    assert [gate_of(name, sensors).holds for name in names] == [False] * 4
    sensors.saver_on = sensors.full_screen = sensors.metered = True
    sensors.graphics_celsius = 88.0
    working = Surroundings(engine_alive=True)
    assert [gate_of(name, sensors, around=working).holds for name in names] == [True] * 4
    assert not gate_of(GateName.GRAPHICS_TEMPERATURE, sensors).holds, "a card at rest is not woken to be asked"


def test_what_costs_or_pries_is_read_only_when_it_is_watched() -> None:
    asked = asked_of(GateSettings(full_screen=Switch.OFF, others=Switch.OFF), ROOT, engine_alive=False)
    assert not (asked.idle or asked.full_screen or asked.others or asked.programs or asked.graphics_heat or asked.fans)
    strict = GateSettings(graphics_temperature=Switch.ON)
    assert asked_of(strict, ROOT, engine_alive=False).graphics_heat, "else it would never be known and always hold"
    asked = asked_of(GateSettings(idle=Switch.ON, busy_program=Switch.ON), ROOT, engine_alive=True)
    assert asked.graphics_heat and asked.idle and asked.full_screen and asked.programs


@pytest.mark.parametrize(("running", "holds"), [("blender", True), ("blender.exe", True), ("blender2", False)])
def test_a_watched_program_is_named(running: str, holds: bool) -> None:
    sensors = PretendSensors()
    sensors.programs = frozenset({running})
    gate = gate_of(
        GateName.BUSY_PROGRAM, sensors, GateSettings(busy_program=Switch.ON, busy_programs=(" Blender ", "gimp"))
    )
    assert gate.holds is holds
    assert not holds or gate.detail.strip() == "Blender"


def test_without_a_connection_the_network_gate_says_so_and_nobody_is_asked() -> None:
    sensors = PretendSensors()
    sensors.connected = False
    gate = gate_of(GateName.NETWORK, sensors, reach=Reach(reachable=True, same_version=True))
    assert gate.holds
    assert not has_way_out([gate])
    here = gate_of(GateName.NETWORK, sensors, around=Surroundings(network_is_here=True), reach=Reach(reachable=True))
    assert not here.holds, "a network on this computer needs no way out"
    sensors.connected = True
    unreachable = gate_of(GateName.NETWORK, sensors, reach=Reach(reachable=False, next_try=NOW))
    assert unreachable.holds
    assert has_way_out([unreachable]), "with a connection it is worth asking again"


def test_a_missing_payout_address_warns_and_never_stops() -> None:
    gate = gate_of(GateName.PAYOUT, PretendSensors(), around=Surroundings(payout_given=False))
    assert gate.warns and not gate.holds
    assert not gate_of(GateName.PAYOUT, PretendSensors()).warns
    here = Surroundings(payout_given=False, network_is_here=True)
    assert not gate_of(GateName.PAYOUT, PretendSensors(), around=here).warns, "play money needs no address"


def test_a_used_up_allowance_says_that_it_ends_with_the_month() -> None:
    settings = GateSettings(data_quota=Switch.ON, data_quota_bytes=1000)
    gate = gate_of(GateName.DATA_QUOTA, PretendSensors(), settings, Surroundings(month_bytes=1001))
    assert gate.next_change == datetime(2026, 12, 1, tzinfo=UTC)
    assert next_month(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (
            GateReading(gate=GateName.MAINS, state=GateState.NO, measured=0.43, source="UPower"),
            "On battery, 43% left, says UPower.",
        ),
        (plain(GateName.MAINS, Switch.AUTOMATIC, True, "psutil"), "On mains, says psutil."),
        (plain(GateName.MAINS, Switch.AUTOMATIC, None), "Nothing on this computer tells."),
        (heat(91.4), "91 °C, 90 °C at most, says coretemp."),
        (at_least(GateName.IDLE, Switch.ON, 12.3, 300, "GNOME"), "Last touched 12 s ago, 300 s wanted, says GNOME."),
        (
            plain(GateName.FULL_SCREEN, Switch.ON, False, "the X server", "mpv"),
            "mpv fills the screen, says the X server.",
        ),
        (
            plain(GateName.NETWORK, Switch.ON, False, "NetworkManager"),
            "There is no way out to the internet, says NetworkManager.",
        ),
        (plain(GateName.PAYOUT, Switch.AUTOMATIC, False), "No address is given; credit is kept until one is."),
        (
            GateReading(gate=GateName.HOURS, state=GateState.NO, next_change=NOW + timedelta(hours=2)),
            "The clock is outside your hours; looked at again at 22:00.",
        ),
    ],
)
def test_the_evidence_of_a_gate_in_words(reading: GateReading, words: str) -> None:
    assert gate_words.evidence(reading, NOW) == words


@pytest.mark.parametrize("state", list(GateState))
@pytest.mark.parametrize("gate", list(GateName))
def test_every_gate_has_evidence_in_every_state_measured_or_not(gate: GateName, state: GateState) -> None:
    for measured, limit in ((None, None), (0.5, 0.6)):
        reading = GateReading(gate=gate, state=state, measured=measured, limit=limit)
        sentence = gate_words.evidence(reading, NOW)
        assert sentence.endswith(".") and sentence[0] == sentence[0].upper() and "None" not in sentence


def test_another_person_at_this_computer_holds_it_and_is_named() -> None:
    sensors = PretendSensors()
    sensors.others = None
    assert not gate_of(GateName.OTHERS, sensors).holds, "where nobody tells, nobody is in the way"
    sensors.others, sensors.others_name = True, "ada"
    gate = gate_of(GateName.OTHERS, sensors)
    assert gate.holds
    assert gate_words.evidence(gate, NOW) == "ada is at this computer, says Pretend."
    assert not gate_of(GateName.OTHERS, sensors, GateSettings(others=Switch.OFF)).holds
    sensors.others = False
    assert (
        gate_words.evidence(gate_of(GateName.OTHERS, sensors), NOW) == "Nobody else is at this computer, says Pretend."
    )


def test_fans_are_read_only_where_a_limit_for_them_is_wanted() -> None:
    assert not asked_of(GateSettings(), ROOT, engine_alive=True).fans
    sensors = PretendSensors()
    sensors.rpm = 2600.0
    assert not gate_of(GateName.FANS, sensors).holds
    loud = gate_of(GateName.FANS, sensors, GateSettings(fans=Switch.ON))
    assert loud.holds and gate_words.evidence(loud, NOW) == "2600 rpm, 2500 rpm at most, says Pretend."


def test_a_new_month_does_not_bring_all_computers_back_at_the_same_second() -> None:
    def quota(used: int) -> GateReading:
        return at_most(GateName.DATA_QUOTA, Switch.ON, used, 1000)

    midnight = datetime(2026, 12, 1, tzinfo=UTC)
    _, noes = steadied([quota(1001)], (), midnight - timedelta(seconds=2), 0.5)
    (held,), _ = steadied([quota(0)], noes, midnight, 0.5)
    assert held.holds and held.next_change is not None
    assert held.next_change == midnight - timedelta(seconds=2) + timedelta(minutes=10, seconds=15)
    (early,), _ = steadied([quota(0)], noes, midnight + timedelta(seconds=15), 0.0)
    assert not early.holds, "by another computer's lot"
    (raised,), _ = steadied(
        [at_most(GateName.DATA_QUOTA, Switch.ON, 1001, 5000)], noes, midnight - timedelta(0, 2), 0.5
    )
    assert raised.next_change == midnight - timedelta(seconds=2) + timedelta(seconds=15), "no new month: no lot"


@pytest.mark.parametrize(("slowed_down", "holds"), [(True, True), (False, False), (None, False)])
def test_a_system_that_tells_no_degrees_holds_while_it_slows_itself_down(slowed_down: bool | None, holds: bool) -> None:
    sensors = PretendSensors()
    sensors.celsius, sensors.slowed_down = None, slowed_down
    gate = gate_of(GateName.TEMPERATURE, sensors)
    assert gate.holds is holds
    if holds:
        assert gate_words.evidence(gate, NOW) == "The system slows itself down for heat, says Pretend."
        assert decide(Auto(), [gate], NOW).reason is Reason.TEMPERATURE


def far_from_the_limit(gate: GateName, *, beyond: bool) -> GateReading:
    """Well on one side of a limit of 1e12 in the gate's own direction."""
    if gate in (GateName.TEMPERATURE, GateName.GRAPHICS_TEMPERATURE, GateName.FANS, GateName.DATA_QUOTA):
        return at_most(gate, Switch.ON, 2e12 if beyond else 1.0, 1e12)
    if gate in (GateName.BATTERY, GateName.IDLE, GateName.MEMORY, GateName.DISK):
        return at_least(gate, Switch.ON, 1.0 if beyond else 2e12, 1e12)
    return plain(gate, Switch.ON, not beyond)


NUMBERED = [(field.gate, field.number) for group in LIMIT_GROUPS for field in group.fields if field.number is not None]


@pytest.mark.parametrize(("gate", "number"), NUMBERED)
def test_any_limit_that_may_be_set_lets_go_again(gate: GateName, number: Number) -> None:
    """A fan that stands still, a full battery, a cold processor: what is as good as it can be must be good enough."""
    for amount in (number.least, number.most):
        limit = amount * number.unit.of_setting
        from_above = gate in (GateName.TEMPERATURE, GateName.GRAPHICS_TEMPERATURE, GateName.FANS, GateName.ELECTRICITY)
        best = 0.0 if from_above else max(limit * 2, 1e12)
        if gate is GateName.BATTERY:
            best = 1.0
        reads = at_most if from_above else at_least
        _, noes = steadied([reads(gate, Switch.ON, limit + 1 if from_above else -1.0, limit)], (), NOW)
        (free,), _ = steadied([reads(gate, Switch.ON, best, limit)], noes, NOW + timedelta(hours=1))
        assert not free.holds
        _, warm = eased([reads(gate, Switch.ON, limit, limit)], (), NOW)
        (cool,), _ = eased([reads(gate, Switch.ON, best, limit)], warm, NOW + timedelta(hours=1))
        assert not cool.gently


def test_fans_that_never_rest_below_a_limit_close_above_them_let_go() -> None:
    resting = 2150.0
    answers = over_time([at_most(GateName.FANS, Switch.ON, rpm, 2500.0) for rpm in [2600.0] + [resting] * 70])
    assert answers[1].holds and not answers[-1].holds


@pytest.mark.parametrize("gate", RULES)
def test_what_was_held_is_let_go_in_the_end(gate: GateName) -> None:
    midnight = datetime(2026, 12, 1, tzinfo=UTC)
    _, noes = steadied([far_from_the_limit(gate, beyond=True)], (), midnight - timedelta(seconds=1), 1.0)
    clear = far_from_the_limit(gate, beyond=False)
    (held,), noes = steadied([clear], noes, midnight, 1.0)
    assert held.holds or not RULES[gate].settle
    (free,), noes = steadied([clear], noes, midnight + timedelta(hours=1), 1.0)
    assert not free.holds and noes == ()
