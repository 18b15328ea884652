"""Wish and gates become one decision, its sentence, and the engine's next step."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import words
from app.core.decision import OVERRIDDEN_BY_ON, Action, Decision, Reason, decide
from app.core.engine.orders import month_bytes, order_for
from app.core.engine.phase import ACTIVE, EngineStatus, Phase
from app.core.engine.plan import EngineStep, Standing, plan
from app.core.gates.gate import ONLY_WARN, GateName, GateReading, GateSettings, GateState, Switch, hours_gate
from app.core.gates.keeping import Reach, Surroundings, read_gates
from app.core.gates.steadiness import SETTLE, LastNo, steadied
from app.core.hours.schedule import Schedule, parse_hours
from app.core.settings.settings import OwnAddress, Settings
from app.core.wish import Auto, FinishThenOff, Off, OffUntil, OnUntil, Wish, settled
from app.platforms.pretend import PretendSensors

ROOT = Path("/")
NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


def reading(gate: GateName, state: GateState, switch: Switch = Switch.ON) -> GateReading:
    return GateReading(gate=gate, state=state, switch=switch)


def all_gates(**states: GateState) -> list[GateReading]:
    return [reading(gate, states.get(gate.value, GateState.YES)) for gate in GateName]


@pytest.mark.parametrize(
    ("switch", "state", "holds"),
    [
        (Switch.OFF, GateState.NO, False),
        (Switch.OFF, GateState.UNKNOWN, False),
        (Switch.AUTOMATIC, GateState.YES, False),
        (Switch.AUTOMATIC, GateState.NO, True),
        (Switch.AUTOMATIC, GateState.UNKNOWN, False),
        (Switch.ON, GateState.YES, False),
        (Switch.ON, GateState.NO, True),
        (Switch.ON, GateState.UNKNOWN, True),
    ],
)
def test_unknown_counts_as_yes_unless_the_person_switched_the_gate_on(
    switch: Switch, state: GateState, holds: bool
) -> None:
    assert reading(GateName.MAINS, state, switch).holds is holds


@pytest.mark.parametrize("gate", [gate for gate in GateName if gate not in ONLY_WARN])
def test_each_gate_alone_can_hold_and_is_named(gate: GateName) -> None:
    decision = decide(Auto(), all_gates(**{gate.value: GateState.NO}), NOW)
    assert (decision.action, decision.reason.value) == (Action.HOLD, gate.value)
    assert [held.gate for held in decision.holding] == [gate]


@pytest.mark.parametrize("gate", [gate for gate in GateName if gate not in ONLY_WARN])
def test_train_now_passes_the_gates_of_convenience_and_no_other(gate: GateName) -> None:
    decision = decide(OnUntil(LATER), all_gates(**{gate.value: GateState.NO}), NOW)
    assert (decision.action is Action.RUN) == (gate in OVERRIDDEN_BY_ON)
    assert decision.action is Action.HOLD or decision.until == LATER


@pytest.mark.parametrize(
    ("wish", "action", "reason"),
    [
        (Auto(), Action.RUN, Reason.GATES_OPEN),
        (OnUntil(), Action.RUN, Reason.ASKED_TO_TRAIN),
        (OnUntil(NOW), Action.RUN, Reason.GATES_OPEN),
        (OffUntil(LATER), Action.HOLD, Reason.PAUSED),
        (OffUntil(NOW), Action.RUN, Reason.GATES_OPEN),
        (FinishThenOff(), Action.FINISH, Reason.FINISHING),
        (Off(), Action.HOLD, Reason.TURNED_OFF),
    ],
)
def test_each_wish_with_every_gate_open(wish: Wish, action: Action, reason: Reason) -> None:
    decision = decide(wish, all_gates(), NOW)
    assert (decision.action, decision.reason) == (action, reason)


def test_a_wish_ends_with_its_time_and_finishing_ends_in_off() -> None:
    assert settled(OnUntil(NOW), NOW, engine_gone=False) == Auto()
    assert settled(OffUntil(LATER), NOW, engine_gone=False) == OffUntil(LATER)
    assert settled(FinishThenOff(), NOW, engine_gone=False) == FinishThenOff()
    assert settled(FinishThenOff(), NOW, engine_gone=True) == Off()


def test_training_by_hours_says_when_they_end_and_holding_when_they_begin() -> None:
    night = parse_hours("22:00-06:00")
    held = decide(Auto(), [hours_gate(night, NOW, UTC)], NOW)
    assert words.why(held, NOW) == "Outside your hours until 22:00."
    running = decide(Auto(), [hours_gate(night, LATER, UTC)], LATER)
    assert words.why(running, LATER) == "This computer may train until 06:00."
    assert running.next_change == running.until


def test_every_combination_of_gates_gives_one_sentence_that_fits() -> None:
    """2^8 truth table over the gates most people meet, and no sentence denies the hours that are set."""
    some = [GateName.HOURS, GateName.MAINS, GateName.BATTERY, GateName.IDLE, GateName.DISK, GateName.NETWORK]
    some += [GateName.SETUP, GateName.UPDATE]
    for states in itertools.product((GateState.YES, GateState.NO), repeat=len(some)):
        gates = [reading(gate, state) for gate, state in zip(some, states, strict=True)]
        gates[0] = GateReading(gate=GateName.HOURS, state=states[0], switch=Switch.ON, next_change=LATER)
        decision = decide(Auto(), gates, NOW)
        sentence = words.why(decision, NOW)
        assert sentence.endswith((".", ")"))
        assert "no hours are set" not in sentence
        assert (decision.action is Action.RUN) == (GateState.NO not in states)
        assert len(decision.holding) == states.count(GateState.NO)


@given(st.lists(st.sampled_from(list(GateState)), min_size=len(GateName), max_size=len(GateName)), st.booleans())
@settings(max_examples=50, deadline=None)
def test_more_open_gates_never_turn_running_into_holding(states: list[GateState], on: bool) -> None:
    wish: Wish = OnUntil() if on else Auto()
    gates = [reading(gate, state) for gate, state in zip(GateName, states, strict=True)]
    before = decide(wish, gates, NOW)
    for place in range(len(gates)):
        opened = [*gates[:place], reading(gates[place].gate, GateState.YES), *gates[place + 1 :]]
        assert before.action is Action.HOLD or decide(wish, opened, NOW).action is Action.RUN


def test_a_computer_without_a_battery_is_on_mains_and_no_reading_is_not_a_low_one() -> None:
    sensors = PretendSensors()
    sensors.memory_bytes = sensors.disk_bytes = None
    sensors.celsius = sensors.on_mains = sensors.metered = None
    gates = read_gates(sensors, GateSettings(), Schedule(), True, Reach(), ROOT, NOW)
    assert decide(Auto(), gates, NOW).action is Action.RUN
    switched_on = read_gates(sensors, GateSettings(mains=Switch.ON), Schedule(), True, Reach(), ROOT, NOW)
    decision = decide(Auto(), switched_on, NOW)
    assert (decision.action, decision.reason) == (Action.HOLD, Reason.MAINS)
    assert "can't tell" in words.why(decision, NOW)


def test_the_battery_counts_only_while_it_is_used() -> None:
    sensors = PretendSensors()
    sensors.battery_share = 0.1
    settings_ = GateSettings(mains=Switch.OFF)
    assert decide(Auto(), read_gates(sensors, settings_, Schedule(), True, Reach(), ROOT, NOW), NOW).action is (
        Action.RUN
    )
    sensors.on_mains = False
    held = decide(Auto(), read_gates(sensors, settings_, Schedule(), True, Reach(), ROOT, NOW), NOW)
    assert words.why(held, NOW) == "Waiting until the battery is charged. (10% now, 30% wanted)"


def test_a_data_allowance_holds_once_the_engines_have_used_it(tmp_path: Path) -> None:
    limited = GateSettings(data_quota=Switch.ON, data_quota_bytes=1000)

    def decided(used: bytes | None) -> Decision:
        if used is not None:
            (tmp_path / "network-1").mkdir(exist_ok=True)
            (tmp_path / "network-1" / "data_used.json").write_bytes(used)
        known = month_bytes(tmp_path, NOW)
        around = Surroundings(month_bytes=known)
        gates = read_gates(PretendSensors(), limited, Schedule(), True, Reach(), ROOT, NOW, around)
        return decide(Auto(), gates, NOW)

    month = NOW.strftime("%Y-%m").encode()
    assert decided(None).action is Action.RUN
    assert decided(b'{"month": "' + month + b'", "used_bytes": 1000}').action is Action.RUN
    assert decided(b'{"month": "' + month + b'", "used_bytes": 1001}').reason is Reason.DATA_QUOTA
    assert decided(b'{"month": "2020-01", "used_bytes": 1001}').action is Action.RUN
    ahead = b'{"month": "2062-01", "used_bytes": 1001, "behind": "'
    assert decided(ahead + b'"}').reason is Reason.DATA_QUOTA
    assert decided(ahead + month + b'"}').reason is Reason.DATA_QUOTA, "a clock put right gives nothing anew"
    assert decided(ahead + b'2026-10"}').action is Action.RUN, "and lasts no longer than the month itself"
    assert decided(b"torn").reason is Reason.DATA_QUOTA, "an allowance that can't be read is not taken for unused"


def test_the_engine_is_told_of_the_allowance_and_of_a_hidden_address() -> None:
    settings = Settings(network=OwnAddress("http://network:1"), gates=GateSettings(data_quota_bytes=7))
    order = order_for(settings, "http://network:1", "5x", ROOT)
    assert (order.monthly_bytes, order.carriers) == (None, ("iroh", "store"))
    shy = msgspec.structs.replace(
        settings, hide_address=True, gates=GateSettings(data_quota=Switch.ON, data_quota_bytes=7)
    )
    order = order_for(shy, "http://network:1", "5x", ROOT)
    assert (order.monthly_bytes, order.carriers) == (7, ("store",))


def test_a_watched_program_holds_by_its_name_in_any_case() -> None:
    sensors = PretendSensors()
    sensors.programs = frozenset({"blender"})
    watching = GateSettings(busy_program=Switch.ON, busy_programs=("Blender",))
    held = decide(Auto(), read_gates(sensors, watching, Schedule(), True, Reach(), ROOT, NOW), NOW)
    assert held.reason is Reason.BUSY_PROGRAM


def test_a_charger_pulled_every_few_seconds_makes_one_pause() -> None:
    noes: tuple[LastNo, ...] = ()
    answers = []
    for second in range(60):
        plugged = second >= 40 or second % 5 != 0
        state = GateState.YES if plugged else GateState.NO
        steady, noes = steadied([reading(GateName.MAINS, state)], noes, NOW + timedelta(seconds=second))
        answers.append(steady[0].state)
    changes = [one is not other for one, other in itertools.pairwise(answers)]
    assert sum(changes) == 1
    assert answers[-1] is GateState.YES


def test_a_clock_put_back_does_not_hold_a_gate_for_hours() -> None:
    noes = (LastNo(GateName.MAINS, NOW + timedelta(hours=1)),)
    steady, _ = steadied([reading(GateName.MAINS, GateState.YES)], noes, NOW)
    assert steady[0].state is GateState.YES


def test_hours_are_never_held_longer_than_they_say() -> None:
    steady, noes = steadied([reading(GateName.HOURS, GateState.NO)], (), NOW)
    assert steady[0].state is GateState.NO
    steady, _ = steadied([reading(GateName.HOURS, GateState.YES)], noes, NOW + SETTLE / 2)
    assert steady[0].state is GateState.YES


RUN = Decision(action=Action.RUN, reason=Reason.GATES_OPEN)
HOLD = Decision(action=Action.HOLD, reason=Reason.MAINS)
PAUSED = Decision(action=Action.HOLD, reason=Reason.PAUSED)
OFF = Decision(action=Action.HOLD, reason=Reason.TURNED_OFF)
NIGHT_OVER = Decision(action=Action.HOLD, reason=Reason.HOURS, until=NOW + timedelta(hours=15))
FINISH = Decision(action=Action.FINISH, reason=Reason.FINISHING)


def standing(phase: Phase, **others: object) -> Standing:
    return Standing(status=EngineStatus(phase=phase), held_since=NOW, **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("decision", "stands", "step"),
    [
        (RUN, standing(Phase.STOPPED), EngineStep.START),
        (RUN, standing(Phase.STOPPED, may_start=False), EngineStep.NONE),
        (RUN, standing(Phase.TRAINING), EngineStep.NONE),
        (RUN, standing(Phase.PAUSED, pause_asked=True), EngineStep.RESUME),
        (RUN, standing(Phase.TRAINING, order_outdated=True), EngineStep.STOP),
        (RUN, standing(Phase.STOPPING), EngineStep.NONE),
        (RUN, standing(Phase.FAILED), EngineStep.NONE),
        (HOLD, standing(Phase.TRAINING), EngineStep.PAUSE),
        (HOLD, standing(Phase.TRAINING, pause_asked=True), EngineStep.NONE),
        (HOLD, standing(Phase.TRAINING, may_pause=False), EngineStep.STOP),
        (HOLD, standing(Phase.STOPPED), EngineStep.NONE),
        (PAUSED, standing(Phase.TRAINING), EngineStep.PAUSE),
        (OFF, standing(Phase.TRAINING), EngineStep.STOP),
        (NIGHT_OVER, standing(Phase.TRAINING), EngineStep.STOP),
        (FINISH, standing(Phase.TRAINING), EngineStep.FINISH),
        (FINISH, standing(Phase.STOPPING), EngineStep.NONE),
    ],
)
def test_the_engines_next_step(decision: Decision, stands: Standing, step: EngineStep) -> None:
    assert plan(decision, stands, NOW) is step


@pytest.mark.parametrize("phase", sorted(ACTIVE))
def test_a_long_pause_gives_the_memory_back(phase: Phase) -> None:
    stands = standing(phase, pause_asked=True)
    assert plan(PAUSED, stands, NOW + timedelta(minutes=9)) is EngineStep.NONE
    assert plan(PAUSED, stands, NOW + timedelta(minutes=11)) is EngineStep.STOP


def test_a_failed_engine_is_started_at_its_retry_time_and_also_if_the_clock_was_put_back() -> None:
    def at(retry_at: datetime) -> EngineStep:
        status = EngineStatus(phase=Phase.FAILED, retry_at=retry_at)
        return plan(RUN, Standing(status=status), NOW)

    assert at(NOW + timedelta(seconds=1)) is EngineStep.NONE
    assert at(NOW) is EngineStep.START
    assert at(NOW + timedelta(hours=1)) is EngineStep.START
