"""The Linux services against real D-Bus services: mocks of UPower, logind, NetworkManager and the desktop's own."""

import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("D-Bus is Linux's", allow_module_level=True)

from app.core.gates.computer_reading import IdleReading, OthersReading
from app.core.gates.gate import GateName, GateReading, GateSettings, GateState
from app.core.gates.keeping import Reach, read_gates
from app.core.gates.steadiness import SETTLE, LastNo, steadied
from app.core.hours.schedule import Schedule
from app.platforms.here import this_computer
from app.platforms.linux import idle, logind, network_manager, notifications, seats, upower
from app.platforms.linux.bus import Bus
from app.platforms.sensor_poll import PolledSensors
from tests.app.fakes.real_services import LOGIN, NETWORK, UPOWER, RealBus, real_bus, wait_until

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
UPOWER_PATH = "/org/freedesktop/UPower"
NETWORK_PATH = "/org/freedesktop/NetworkManager"


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealBus]:
    with real_bus(tmp_path) as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        monkeypatch.delenv("DISPLAY", raising=False)
        yield bus


def laptop(bus: RealBus, *, percent: float, on_battery: bool) -> None:
    """UPower with one battery in its display device."""
    bus.serve("upower", UPOWER, {"OnBattery": on_battery})
    bus.gdbus(
        UPOWER, UPOWER_PATH, "org.freedesktop.DBus.Mock.SetupDisplayDevice",
        *("2", "2" if on_battery else "1", str(percent), "40.0", "50.0", "10.0", "3600", "0"),
        *("true", "battery", "1"),
    )  # fmt: skip


def unplug(bus: RealBus, unplugged: bool) -> None:
    bus.set(UPOWER, UPOWER_PATH, UPOWER, "OnBattery", f"boolean:{str(unplugged).lower()}")


def test_unplugged_is_seen_within_a_poll_and_plugged_in_is_believed_after_a_while(bus: RealBus, tmp_path: Path) -> None:
    laptop(bus, percent=43.0, on_battery=False)
    sensors = PolledSensors(this_computer(), poll_seconds=0.05)
    noes: tuple[LastNo, ...] = ()

    def mains(now: datetime) -> GateReading:
        nonlocal noes
        gates = read_gates(sensors, GateSettings(), Schedule(), True, Reach(), tmp_path, now)
        steady, noes = steadied(gates, noes, now)
        return next(gate for gate in steady if gate.gate is GateName.MAINS)

    first = mains(NOON)
    assert (first.state, first.measured, first.source) == (GateState.YES, 0.43, "UPower")
    unplug(bus, True)
    wait_until(lambda: mains(NOON).state is GateState.NO, "the gate's no")
    unplug(bus, False)
    wait_until(lambda: mains(NOON).next_change == NOON + SETTLE, "the charger, not believed yet")
    assert mains(NOON + SETTLE / 2).state is GateState.NO
    assert mains(NOON + SETTLE + timedelta(seconds=1)).state is GateState.YES
    sensors.close()


def test_a_ups_and_a_desktop_and_a_service_that_ends_are_told_apart(bus: RealBus) -> None:
    system = Bus("SYSTEM")
    assert upower.UPowerPower(system).read().on_mains is None
    bus.serve("upower", UPOWER, {"OnBattery": False})
    power = upower.UPowerPower(system).read()
    assert (power.on_mains, power.battery_share, power.source) == (True, None, "UPower")
    bus.close()
    wait_until(lambda: upower.UPowerPower(system).read().on_mains is None, "the end of the service")
    system.close()


def test_saving_energy_is_the_chosen_profile(bus: RealBus) -> None:
    name = "net.hadess.PowerProfiles"
    bus.serve("power_profiles_daemon", name)
    system = Bus("SYSTEM")
    assert upower.ProfileSaver(system).read().saver_on is False
    bus.set(name, "/net/hadess/PowerProfiles", name, "ActiveProfile", "string:power-saver")
    assert upower.ProfileSaver(system).read().saver_on is True
    system.close()


def test_a_phones_hotspot_counts_as_paid_by_volume(bus: RealBus) -> None:
    bus.serve("networkmanager", NETWORK)
    system = Bus("SYSTEM")
    assert network_manager.NetworkManagerMetered(system).read().metered is None, "an old one that doesn't know"
    bus.gdbus(NETWORK, NETWORK_PATH, "org.freedesktop.DBus.Mock.AddProperty", NETWORK, "Metered", "<uint32 3>")
    assert network_manager.NetworkManagerMetered(system).read().metered is True
    assert network_manager.NetworkManagerLink(system).read().connected is True
    bus.gdbus(NETWORK, NETWORK_PATH, "org.freedesktop.DBus.Mock.SetGlobalConnectionState", "20")
    assert network_manager.NetworkManagerLink(system).read().connected is False
    system.close()


def idle_here() -> IdleReading:
    computer = this_computer()
    reading = computer.idle.read()
    computer.close()
    return reading


def test_the_ladder_of_idle_says_which_rung_answers(bus: RealBus) -> None:
    assert idle_here() == IdleReading()
    bus.serve("logind", LOGIN, {"IdleHint": False})
    assert idle_here() == IdleReading(0.0, "logind")
    saver = "org.freedesktop.ScreenSaver"
    bus.serve_own(saver, "/org/freedesktop/ScreenSaver", saver, [("GetSessionIdleTime", "", "u", "ret = 4500")])
    assert idle_here() == IdleReading(4.5, saver)
    mutter = "org.gnome.Mutter.IdleMonitor"
    path = "/org/gnome/Mutter/IdleMonitor/Core"
    bus.serve_own(mutter, path, mutter, [("GetIdletime", "", "t", "ret = 61000")])
    assert idle_here() == IdleReading(61.0, "GNOME")


def test_another_user_at_the_screen_is_seen_until_they_lock_it(bus: RealBus) -> None:
    system = Bus("SYSTEM")
    others = seats.LogindOthers(system, own_uid=4242)
    assert others.read() == OthersReading(), "no logind tells nothing"
    bus.serve("logind", LOGIN)
    assert others.read() == OthersReading(False, "", "logind")
    path, add = "/org/freedesktop/login1", "org.freedesktop.DBus.Mock.AddSession"
    bus.gdbus(LOGIN, path, add, "c1", "seat0", "4242", "me", "true")
    assert others.read().active is False, "ourselves"
    bus.gdbus(LOGIN, path, add, "c2", "seat0", "4243", "ada", "true")
    assert others.read() == OthersReading(True, "ada", "logind")
    bus.gdbus(LOGIN, f"{path}/session/c2", f"{LOGIN}.Session.SetLockedHint", "true")
    assert others.read().active is False
    system.close()


def test_a_service_that_hangs_costs_a_second_and_no_more(bus: RealBus) -> None:
    mutter, path = "org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core"
    bus.serve_own(mutter, path, mutter, [("GetIdletime", "", "t", "import time; time.sleep(20); ret = 1")])
    session = Bus("SESSION", seconds=0.2)
    assert idle.MutterIdle(session).read().seconds is None
    session.close()


def test_awake_is_held_exactly_between_hold_and_release(bus: RealBus) -> None:
    bus.serve("logind", LOGIN)
    awake = logind.LogindKeepAwake(Bus("SYSTEM"))
    assert awake.hold()
    assert awake.hold()
    wait_until(lambda: "'idle', 'Train at Home'" in bus.inhibitors(), "the inhibitor")
    assert bus.inhibitors().count("Train at Home") == 1
    awake.release()
    awake.release()
    wait_until(lambda: "Train at Home" not in bus.inhibitors(), "its end")


def test_sleep_waits_for_us_and_not_a_moment_longer(bus: RealBus) -> None:
    bus.serve("logind", LOGIN)
    asked, woken = threading.Event(), threading.Event()
    watch = logind.LogindSuspendWatch(lambda: Bus("SYSTEM"))
    watch.begin(asked.set, woken.set)
    wait_until(lambda: "'sleep', 'Train at Home'" in bus.inhibitors(), "the delay")
    bus.prepare_for_sleep(True)
    assert asked.wait(10.0)
    assert "'delay'" in bus.inhibitors(), "held until all is saved"
    watch.may_sleep()
    wait_until(lambda: "Train at Home" not in bus.inhibitors(), "the permission to sleep")
    bus.prepare_for_sleep(False)
    assert woken.wait(10.0)
    wait_until(lambda: "'delay'" in bus.inhibitors(), "a new delay for the next sleep")
    watch.end()
    wait_until(lambda: "Train at Home" not in bus.inhibitors(), "the end")


def test_a_notice_is_taken_and_the_next_one_takes_its_place(bus: RealBus) -> None:
    name = "org.freedesktop.Notifications"
    session = Bus("SESSION")
    notices = notifications.DesktopNotifications(session)
    assert not notices.show("Training", "nobody listens yet")
    bus.serve("notification_daemon", name)
    assert notices.show("Training", "until 07:00 & later")
    assert notices.show("Paused", "by you")
    calls = bus.gdbus(name, "/org/freedesktop/Notifications", "org.freedesktop.DBus.Mock.GetMethodCalls", "Notify")
    assert "until 07:00 &amp; later" in calls
    assert "uint32 1" in calls.split("Paused")[0].rpartition("Train at Home")[2]
    assert notices.show("Payout address changed", "look", "payout_address")
    calls = bus.gdbus(name, "/org/freedesktop/Notifications", "org.freedesktop.DBus.Mock.GetMethodCalls", "Notify")
    assert "uint32 0" in calls.split("Payout address")[0].rpartition("Train at Home")[2], "of another topic"
    session.close()
