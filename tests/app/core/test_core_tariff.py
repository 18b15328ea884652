"""What electricity costs now, when that next passes a limit, and what the gate makes of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import words
from app.core.decision import Action, Reason, decide
from app.core.gates import words as gate_words
from app.core.gates.gate import GateName, GateReading, GateSettings, GateState, Switch
from app.core.gates.keeping import Reach, Surroundings, read_gates
from app.core.hours.schedule import Schedule
from app.core.money.tariff import HOURS, FlatTariff, HourlyTariff, Tariff, crosses_at, price_at
from app.core.settings.settings import SCHEMA_VERSION, settings_file
from app.core.wish import Auto, OnUntil
from app.platforms.pretend import PretendSensors

BERLIN = ZoneInfo("Europe/Berlin")
EVENING_IS_DEAR = HourlyTariff((0.2,) * 15 + (0.8,) * 4 + (0.2,) * 5)
"""Four times the price from 15:00 to 19:00."""
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu"]
CHEAP = GateSettings(electricity=Switch.ON, electricity_most_per_kwh=0.3)


def gate(tariff: Tariff | None, now: datetime, settings: GateSettings = CHEAP) -> GateReading:
    around = Surroundings(tariff=tariff)
    gates = read_gates(PretendSensors(), settings, Schedule(), True, Reach(), Path("/"), now, around)
    return next(each for each in gates if each.gate is GateName.ELECTRICITY)


def test_it_waits_out_the_dear_hours_and_says_until_when() -> None:
    now = datetime(2026, 11, 20, 16, 20, tzinfo=BERLIN)
    held = gate(EVENING_IS_DEAR, now)
    assert held.holds and held.next_change == datetime(2026, 11, 20, 19, tzinfo=BERLIN)
    decision = decide(Auto(), [held], now)
    assert (decision.action, decision.reason) == (Action.HOLD, Reason.ELECTRICITY)
    assert words.why(decision, now) == (
        "Waiting for cheaper electricity until 19:00. (0.80 for a kWh now, 0.30 at most)"
    )
    assert gate_words.evidence(held, now) == ("A kilowatt hour costs 0.80, 0.30 at most; looked at again at 19:00.")


def test_while_it_is_cheap_the_end_of_that_is_known() -> None:
    now = datetime(2026, 11, 20, 13, 1, tzinfo=BERLIN)
    open_ = gate(EVENING_IS_DEAR, now)
    assert not open_.holds
    assert decide(Auto(), [open_], now).until == datetime(2026, 11, 20, 15, tzinfo=BERLIN)


def test_train_now_trains_at_any_price() -> None:
    now = datetime(2026, 11, 20, 16, 20, tzinfo=BERLIN)
    assert decide(OnUntil(None), [gate(EVENING_IS_DEAR, now)], now).action is Action.RUN


def test_without_a_price_it_can_t_tell_and_says_where_to_set_one() -> None:
    now = datetime(2026, 11, 20, 16, 20, tzinfo=BERLIN)
    unknown = gate(None, now)
    assert unknown.state is GateState.UNKNOWN and unknown.holds
    assert "Prices" in gate_words.evidence(unknown, now)
    assert not gate(None, now, GateSettings(electricity=Switch.AUTOMATIC)).holds
    assert not gate(EVENING_IS_DEAR, now, GateSettings()).holds, "off at first"


def test_one_price_at_all_hours_never_changes() -> None:
    now = datetime(2026, 11, 20, 16, 20, tzinfo=BERLIN)
    assert gate(FlatTariff(0.4), now).holds
    assert gate(FlatTariff(0.4), now).next_change is None
    assert not gate(FlatTariff(0.3), now).holds


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN), datetime(2026, 3, 29, 3, tzinfo=BERLIN)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=BERLIN), datetime(2026, 10, 25, 2, tzinfo=BERLIN)),
    ],
)
def test_in_the_nights_of_the_clock_changes_the_wall_clock_counts(now: datetime, until: datetime) -> None:
    from_two = HourlyTariff((0.1, 0.1, 0.9) + (0.9,) * 21)
    assert crosses_at(from_two, now, 0.3) == until


@given(
    st.lists(st.sampled_from([0.1, 0.5]), min_size=HOURS, max_size=HOURS),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.sampled_from(ZONES),
)
def test_the_change_is_the_first_minute_at_which_the_answer_differs(
    prices: list[float], moment: datetime, zone: str
) -> None:
    tariff, now = HourlyTariff(tuple(prices)), moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    found = crosses_at(tariff, now, 0.3)
    dear = price_at(tariff, now) > 0.3
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    for step in range(1, 26 * 60):
        later = (minute + timedelta(minutes=step)).astimezone(now.tzinfo)
        if (price_at(tariff, later) > 0.3) is not dear:
            assert found == later
            return
    assert found is None


@pytest.mark.parametrize("count", [0, 2, 23, 25])
def test_prices_for_half_a_day_are_no_prices_and_stop_nothing(count: int, tmp_path: Path) -> None:
    prices = ",".join(["0.3"] * count)
    (tmp_path / "settings.json").write_text(
        f'{{"schema_version": {SCHEMA_VERSION}, "money": {{"tariff": {{"tariff": "hourly", "per_kwh": [{prices}]}}}}}}'
    )
    loaded = settings_file(tmp_path).load()
    assert loaded.value.money.tariff is None
    with pytest.raises(ValueError, match="24 prices"):
        HourlyTariff((0.3,) * count)
