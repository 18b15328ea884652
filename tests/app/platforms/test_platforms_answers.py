"""Every service's recorded answers, odd ones included, and what we read from them. No service is asked here."""

import ctypes
import os
import struct
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import pytest

from app.core.gates.computer_reading import HeatReading, IdleReading, OthersReading, PowerReading
from app.core.ports import Asked, AutostartState
from app.platforms.asleep import asleep_seconds
from app.platforms.here import idle_ladder, power_ladder, this_computer
from app.platforms.keep_awake import EveryKeepAwake
from app.platforms.ladders import TRY_AGAIN_SECONDS, JoinedPower, Ladder
from app.platforms.macos import heat
from app.platforms.macos import tools_of_macos as mac
from app.platforms.nvidia import NvidiaToolThermals, NvmlThermals, hottest_card
from app.platforms.portable import RecentPrograms
from app.platforms.pretend import PretendKeepAwake
from app.platforms.sensor_poll import STALE_SECONDS, PolledSensors, read_computer
from app.platforms.services import Computer, NoAutostart
from app.platforms.tools import run_tool
from app.platforms.windows import network_cost, seats, system_calls
from app.platforms.windows.suspend import WindowsSuspendWatch

Read = TypeVar("Read")
ROOT = Path("/")
ASKED = Asked(folder=ROOT, idle=True, full_screen=True)


def power_status(*fields: int) -> bytes:
    return struct.pack("<BBBBII", *fields)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((1, 8, 80, 0, 0xFFFFFFFF, 0xFFFFFFFF), (True, 0.8, True, False)),
        ((0, 1, 66, 0, 9000, 0xFFFFFFFF), (False, 0.66, False, False)),
        ((0, 4, 5, 1, 300, 0xFFFFFFFF), (False, 0.05, False, True)),
        ((1, 128, 255, 0, 0xFFFFFFFF, 0xFFFFFFFF), (True, None, None, False)),  # a desktop
        ((255, 128, 255, 0, 0xFFFFFFFF, 0xFFFFFFFF), (True, None, None, False)),  # a desktop that can't tell its line
        ((255, 255, 255, 0, 0xFFFFFFFF, 0xFFFFFFFF), (None, None, None, False)),
    ],
)
def test_windows_power_status(answer: tuple[int, ...], expected: tuple[object, ...]) -> None:
    power = system_calls.power_of_status(power_status(*answer))
    assert (power.on_mains, power.battery_share, power.charging, power.saver_on) == expected


def test_windows_idle_time_goes_on_where_its_counter_begins_again() -> None:
    assert system_calls.idle_of_ticks(10_000, 4_000) == 6.0
    assert system_calls.idle_of_ticks(1_000, 0xFFFFFFFF - 999) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("state", "active"),
    [(0, None), (1, False), (2, True), (3, True), (4, True), (5, False), (6, False), (7, False), (99, None)],
)
def test_windows_full_screen_states(state: int, active: bool | None) -> None:
    assert system_calls.full_screen_of_state(state).active is active


@pytest.mark.parametrize(
    ("cost", "metered"),
    [(0, None), (1, False), (2, True), (4, True), (1 | 0x20000, False), (2 | 0x10000, True), (1 | 0x40000, True)],
)
def test_windows_network_cost(cost: int, metered: bool | None) -> None:
    assert network_cost.metered_of_cost(cost) is metered


def test_windows_waits_until_all_is_saved_and_then_sleeps() -> None:
    watch, heard = WindowsSuspendWatch(), []

    def about_to_sleep() -> None:
        heard.append("sleep")
        threading.Timer(0.01, watch.may_sleep).start()

    watch.hear(0x4, about_to_sleep, lambda: heard.append("woke"))
    watch.hear(0x7, about_to_sleep, lambda: heard.append("woke"))  # resumed by the person, told beside the other
    watch.hear(0x12, about_to_sleep, lambda: heard.append("woke"))
    assert heard == ["sleep", "woke"]


def session_info(level: int, flags: int) -> bytes:
    return struct.pack("<I4xIIi", level, 2, 0, flags) + b"\0" * 200


@pytest.mark.parametrize(
    ("name", "info", "active"),
    [
        ("ada", session_info(1, 1), True),
        ("ada", session_info(1, 0), False),  # locked
        ("ada", session_info(1, -1), True),  # Windows can't tell
        ("ada", b"", True),
        ("", session_info(1, 1), False),  # the screen of the login
    ],
)
def test_windows_other_users(name: str, info: bytes, active: bool) -> None:
    told = seats.others_at_console((name + "\0").encode("utf-16-le"), info)
    assert told == OthersReading(active, name, "Windows")


class PretendConsole:
    """Both libraries of Windows: the console shows session `console`, ours is 1."""

    def __init__(self, console: int, answers: dict[int, bytes]) -> None:
        self.console, self.answers, self.lent = console, answers, 0
        self._kept: list[Any] = []

    def WTSGetActiveConsoleSessionId(self) -> int:
        return self.console

    def ProcessIdToSessionId(self, _pid: int, session: Any) -> int:
        session._obj.value = 1
        return 1

    def WTSQuerySessionInformationW(self, _server: None, session: int, what: int, address: Any, length: Any) -> int:
        if session != self.console or what not in self.answers:
            return 0
        buffer = ctypes.create_string_buffer(self.answers[what], len(self.answers[what]))
        self._kept.append(buffer)
        self.lent += 1
        address._obj.value, length._obj.value = ctypes.addressof(buffer), len(buffer)
        return 1

    def WTSFreeMemory(self, address: Any) -> None:
        self.lent -= bool(address)


@pytest.mark.parametrize(
    ("console", "expected"),
    [
        (1, OthersReading(False, "", "Windows")),
        (0xFFFFFFFF, OthersReading(False, "", "Windows")),
        (-1, OthersReading(False, "", "Windows")),
        (2, OthersReading(True, "ada", "Windows")),
    ],
)
def test_windows_is_asked_for_the_session_at_its_console(console: int, expected: OthersReading) -> None:
    windows = PretendConsole(console, {5: "ada\0".encode("utf-16-le"), 25: session_info(1, 1)})
    assert seats.WindowsOthers(windows, windows).read() == expected
    assert windows.lent == 0, "all that Windows lent is given back"


ON_AC = "Now drawing from 'AC Power'\n"
ON_BATTERY = "Now drawing from 'Battery Power'\n"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (ON_AC, (True, None, None)),  # a Mac mini
        (ON_AC + " -InternalBattery-0 (id=4653155)\t100%; charged; 0:00 remaining present: true", (True, 1.0, True)),
        (
            ON_AC + " -InternalBattery-0 (id=4653155)\t80%; AC attached; not charging present: true",
            (True, 0.8, False),
        ),
        (
            ON_BATTERY + " -InternalBattery-0 (id=22413411)\t43%; discharging; (no estimate) present: true",
            (False, 0.43, False),
        ),
        ("Now drawing from 'UPS Power'\n -Back-UPS ES 700 (id=1)\t97%; discharging", (False, None, None)),
        ("", (None, None, None)),
        ("zsh: command not found: pmset", (None, None, None)),
    ],
)
def test_macos_power(printed: str, expected: tuple[object, ...]) -> None:
    power = mac.PmsetPower(lambda _: printed).read()
    assert (power.on_mains, power.battery_share, power.charging) == expected


def test_macos_low_power_mode() -> None:
    printed = "System-wide power settings:\nCurrently in use:\n standby              1\n lowpowermode         {}\n"
    assert mac.saver_of_pmset(printed.format(1)) is True
    assert mac.saver_of_pmset(printed.format(0)) is False
    assert mac.saver_of_pmset(" powermode            2\n") is False, "the mode for high performance"
    assert mac.saver_of_pmset(" sleep 1 (sleep prevented by powerd)") is None
    assert mac.PmsetSaver(lambda _: None).read() == PowerReading()


def test_macos_idle_time_is_that_of_the_device_touched_last() -> None:
    printed = '+-o IOHIDSystem\n    "HIDIdleTime" = 412345678901\n    "HIDIdleTime" = 1500000000\n'
    assert mac.RegistryIdle(lambda _: printed).read() == IdleReading(1.5, "IOHIDSystem")
    assert mac.idle_of_ioreg("no such class") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows users otherwise")
@pytest.mark.parametrize(
    ("owner", "idle_seconds", "active"),
    [(501, 1.0, False), (0, 1.0, False), (502, 1.0, True), (502, 301.0, False), (502, None, True)],
)
def test_macos_other_users_own_the_console_and_have_just_touched_it(
    owner: int, idle_seconds: float | None, active: bool
) -> None:
    printed = "" if idle_seconds is None else f'"HIDIdleTime" = {int(idle_seconds * 1e9)}'
    assert mac.ConsoleOthers(lambda _: printed, lambda: owner, own_uid=501).read().active is active


@pytest.mark.parametrize(
    ("state", "slowed_down"), [(0, False), (1, False), (2, True), (3, True), (4, None), (-1, None), (None, None)]
)
def test_macos_tells_heat_by_slowing_down(state: int | None, slowed_down: bool | None) -> None:
    assert heat.ProcessInfoThermals(lambda: state).read().slowed_down is slowed_down


def test_what_macos_alone_has_is_unknown_elsewhere() -> None:
    assert heat.thermal_state() is None or sys.platform == "darwin"


def test_macos_without_a_console_knows_nothing_of_others() -> None:
    def gone() -> int:
        raise FileNotFoundError

    assert mac.ConsoleOthers(lambda _: "", gone, own_uid=501).read() == OthersReading()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows users otherwise")
def test_users_are_named_where_the_system_knows_them() -> None:
    assert mac.user_name(os.getuid()) and mac.user_name(2**30) == ""


def test_a_notice_on_macos_travels_beside_the_script_and_not_in_it() -> None:
    commands: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> str:
        commands.append(command)
        return ""

    assert mac.ScriptNotifications(run).show("Title", '"; do shell script "rm"')
    assert commands[0][-2:] == ("Title", '"; do shell script "rm"')
    assert not mac.ScriptNotifications(lambda _: None).show("Title", "text")


@pytest.mark.parametrize(
    ("printed", "celsius"),
    [
        ("47\n", 47.0),
        ("47\n81\n", 81.0),
        ("[N/A]\n52\n", 52.0),
        ("61,5\n", 61.5),  # a driver that follows the locale
        ("[Unknown Error]\n", None),
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", None),
        ("-3\n9999\n", None),
        (None, None),
    ],
)
def test_the_heat_of_nvidias_cards(printed: str | None, celsius: float | None) -> None:
    assert hottest_card(printed) == celsius
    assert NvidiaToolThermals(lambda _: printed).read().graphics_celsius == celsius


class PretendNvml:
    """NVML's calls that answer by writing into what they are pointed to. A heat of None is a card that fails."""

    def __init__(self, *celsius: int | None, starts: bool = True) -> None:
        self.celsius, self.starts, self.open = celsius, starts, 0

    def nvmlInit_v2(self) -> int:
        self.open += self.starts
        return 0 if self.starts else 9

    def nvmlShutdown(self) -> int:
        self.open -= 1
        return 0

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = len(self.celsius)
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, place: Any, device: Any) -> int:
        device._obj.value = place.value + 1
        return 0

    def nvmlDeviceGetTemperature(self, device: Any, _sensor: Any, celsius: Any) -> int:
        found = self.celsius[device.value - 1]
        celsius._obj.value = found or 0
        return 3 if found is None else 0


@pytest.mark.parametrize(
    ("library", "celsius"),
    [
        (PretendNvml(47), 47.0),
        (PretendNvml(47, 81), 81.0),
        (PretendNvml(None, 52), 52.0),
        (PretendNvml(None), None),
        (PretendNvml(), None),
        (PretendNvml(60, starts=False), None),  # the driver was updated and the computer not restarted
    ],
)
def test_the_heat_of_nvidias_cards_by_their_drivers_library(library: PretendNvml, celsius: float | None) -> None:
    reading = NvmlThermals(library).read()
    assert reading == HeatReading(graphics_celsius=celsius, graphics_source="" if celsius is None else "NVML")
    assert library.open == 0, "held open it would keep the card awake"


def test_a_tool_that_is_missing_fails_or_hangs_is_none() -> None:
    assert run_tool(["/no/such/tool"]) is None
    assert run_tool([sys.executable, "-c", "raise SystemExit(3)"]) is None
    assert run_tool([sys.executable, "-c", "import time; time.sleep(60)"], seconds=0.2) is None
    assert run_tool([sys.executable, "-c", r"import sys; sys.stdout.buffer.write(b'\xff 1\n')"]) == "\ufffd 1\n"


class Rung(Generic[Read]):
    def __init__(self, reading: Read) -> None:
        self.reading = reading
        self.asked = 0

    def read(self) -> Read:
        self.asked += 1
        return self.reading


def test_the_first_rung_that_answers_is_used_and_a_silent_one_is_left_out_for_a_while() -> None:
    silent, good, unasked = Rung(IdleReading()), Rung(IdleReading(5.0, "second")), Rung(IdleReading(9.0, "third"))
    ladder = idle_ladder(silent, good, unasked)
    clock = [0.0]
    ladder._monotonic = lambda: clock[0]
    for _ in range(3):
        assert ladder.read() == IdleReading(5.0, "second")
    assert (silent.asked, good.asked, unasked.asked) == (1, 3, 0)
    silent.reading = IdleReading(7.0, "first")
    clock[0] += TRY_AGAIN_SECONDS
    assert ladder.read().source == "first"


def test_programs_are_counted_every_few_seconds_only() -> None:
    clock, looked = [0.0], []

    def look() -> frozenset[str]:
        looked.append(clock[0])
        return frozenset({"blender"})

    programs = RecentPrograms(look, lambda: clock[0])
    for second in range(13):
        clock[0] = float(second)
        assert programs.read() == frozenset({"blender"})
    assert looked == [0.0, 6.0, 12.0]


def test_a_ladder_none_of_whose_rungs_answers_knows_nothing() -> None:
    assert power_ladder(Rung(PowerReading()), Rung(PowerReading())).read() == PowerReading()
    assert power_ladder().read() == PowerReading()


def test_readings_of_two_sources_keep_both_names() -> None:
    power = JoinedPower(
        Rung(PowerReading(True, 0.5, True, None, "one")), Rung(PowerReading(saver_on=True, saver_source="two"))
    )
    assert power.read() == PowerReading(True, 0.5, True, True, "one", "two")
    hot = Computer(
        thermals=Rung(HeatReading(50.0, None, "cpu")), graphics_thermals=Rung(HeatReading(None, 70.0, "", "gpu"))
    )
    assert read_computer(hot, ASKED).heat == HeatReading(50.0, None, "cpu"), "a card at rest is not woken"
    working = msgspec.structs.replace(ASKED, graphics_heat=True)
    assert read_computer(hot, working).heat == HeatReading(50.0, 70.0, "cpu", "gpu")


NOTHING = {
    "power": "NoPower",
    "idle": "NoIdle",
    "metered": "NoMetered",
    "link": "NoLink",
    "full_screen": "NoFullScreenPrograms",
    "others": "NoOthers",
    "thermals": "NoThermals",
    "graphics_thermals": "NoThermals",
    "fans": "NoFans",
    "programs": "NoPrograms",
    "keep_awake": "NoKeepAwake",
    "suspend_watch": "NoSuspendWatch",
    "notifications": "NoNotifications",
}
ANYWHERE = NOTHING | {
    "power": "PortablePower",
    "link": "PortableLink",
    "programs": "RecentPrograms",
    "keep_awake": "WakepyKeepAwake",
}
SERVICES = {
    "linux": {
        "power": "UPowerPower SysfsPower PortablePower ProfileSaver",
        "idle": "MutterIdle ScreenSaverIdle XIdle LogindIdle",
        "metered": "NetworkManagerMetered",
        "link": "NetworkManagerLink RouteLink PortableLink",
        "full_screen": "XFullScreen",
        "others": "LogindOthers",
        "thermals": "SysfsThermals PortableThermals",
        "graphics_thermals": "NvmlThermals NvidiaToolThermals SysfsGraphicsThermals",
        "fans": "SysfsFans",
        "programs": "RecentPrograms",
        "keep_awake": "LogindKeepAwake WakepyKeepAwake",
        "suspend_watch": "LogindSuspendWatch",
        "notifications": "DesktopNotifications",
    },
    "darwin": ANYWHERE
    | {
        "power": "PmsetPower PortablePower PmsetSaver",
        "idle": "RegistryIdle",
        "metered": "SharedLine",
        "full_screen": "MacFullScreen",
        "others": "ConsoleOthers",
        "thermals": "ProcessInfoThermals",
        "suspend_watch": "MacSuspendWatch",
        "notifications": "ScriptNotifications",
    },
    "win32": ANYWHERE
    | {
        "power": "WindowsPower PortablePower",
        "idle": "WindowsIdle",
        "metered": "WindowsMetered",
        "full_screen": "WindowsFullScreen",
        "others": "WindowsOthers",
        "graphics_thermals": "NvmlThermals NvidiaToolThermals",
        "suspend_watch": "WindowsSuspendWatch",
    },
    "plan9": ANYWHERE,
}


def sources(service: Any) -> str:
    """Who answers for a service, in the order in which they are asked."""
    match service:
        case Ladder():
            return " ".join(sources(rung) for rung in service._rungs)
        case JoinedPower():
            return f"{sources(service._power)} {sources(service._saver)}"
        case EveryKeepAwake():
            return " ".join(sources(way) for way in service._ways)
        case _:
            return type(service).__name__


@pytest.mark.parametrize("system", ["win32"] if sys.platform == "win32" else list(SERVICES))
def test_every_system_has_all_services_and_choosing_them_asks_nobody(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    computer = this_computer(system)
    names = [name for name in Computer.__struct_fields__ if name != "close"]
    assert {name: sources(getattr(computer, name)) for name in names} == SERVICES[system]
    assert {name: sources(getattr(Computer(), name)) for name in names} == NOTHING


@pytest.mark.skipif(sys.platform == "win32", reason="Python for Windows lacks what D-Bus is spoken with")
@pytest.mark.parametrize(
    ("display", "wayland", "idle", "full_screen"),
    [
        ("", "", "MutterIdle ScreenSaverIdle LogindIdle", "NoFullScreenPrograms"),
        ("", "wayland-0", "MutterIdle ScreenSaverIdle LogindIdle", "NoFullScreenPrograms"),
        (":987", "wayland-0", "MutterIdle ScreenSaverIdle LogindIdle", "XFullScreen"),
    ],
)
def test_x_is_asked_for_what_it_can_know(
    display: str, wayland: str, idle: str, full_screen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    computer = this_computer("linux")
    assert (sources(computer.idle), sources(computer.full_screen)) == (idle, full_screen)


def test_the_services_that_do_nothing_know_nothing_and_break_nothing() -> None:
    nothing = Computer()
    reading = read_computer(nothing, ASKED)
    assert reading.power == PowerReading() and reading.idle == IdleReading()
    assert not nothing.keep_awake.hold()
    nothing.keep_awake.release()
    assert not nothing.notifications.show("a", "b")
    nothing.suspend_watch.begin(lambda: None, lambda: None)
    nothing.suspend_watch.may_sleep()
    nothing.suspend_watch.end()
    NoAutostart().enable()
    NoAutostart().disable()
    assert NoAutostart().state() is AutostartState.UNAVAILABLE


class Broken:
    def read(self) -> Any:
        raise ZeroDivisionError


def test_a_source_that_breaks_does_not_blind_the_others() -> None:
    reading = read_computer(Computer(power=Broken(), idle=Rung(IdleReading(3.0, "x"))), ASKED)
    assert reading.power == PowerReading()
    assert reading.idle.seconds == 3.0


def test_the_first_reading_is_waited_for_and_later_ones_never() -> None:
    go, rung = threading.Event(), Rung(PowerReading(True))

    class Slow:
        def read(self) -> PowerReading:
            go.wait(10.0)
            return rung.read()

    sensors = PolledSensors(Computer(power=Slow()), poll_seconds=0.01)
    threading.Timer(0.05, go.set).start()
    assert sensors.read(ASKED).power.on_mains is True
    rung.reading = PowerReading(False)
    wait_until(lambda: sensors.read(ASKED).power.on_mains is False)
    sensors.close()


def test_what_was_read_before_sleep_is_read_anew_after_it() -> None:
    rung = Rung(PowerReading(True))
    sensors = PolledSensors(Computer(power=rung), poll_seconds=60.0)
    assert sensors.read(ASKED).power.on_mains is True
    rung.reading = PowerReading(False)
    assert sensors.read(ASKED).power.on_mains is True, "polled once a minute"
    sensors.refresh()
    assert sensors.read(ASKED).power.on_mains is False
    sensors.close()


def test_what_is_asked_for_newly_is_read_at_once_and_nobody_waits_for_it() -> None:
    computer = Computer(power=Rung(PowerReading(True)), idle=Rung(IdleReading(5.0, "x")))
    sensors = PolledSensors(computer, poll_seconds=60.0)
    assert sensors.read(Asked(folder=ROOT)).idle.seconds is None
    assert sensors.read(ASKED).power.on_mains is True, "what was known stays known"
    wait_until(lambda: sensors.read(ASKED).idle.seconds == 5.0)
    sensors.close()


def test_a_sensor_that_hangs_makes_its_readings_unknown_and_not_eternal() -> None:
    clock, hang = [0.0], threading.Event()

    class Hangs:
        asked = 0

        def read(self) -> PowerReading:
            self.asked += 1
            if self.asked > 1:
                hang.wait(30.0)
            return PowerReading(True)

    sensors = PolledSensors(Computer(power=Hangs()), poll_seconds=0.001, monotonic=lambda: clock[0])
    assert sensors.read(ASKED).power.on_mains is True
    clock[0] = STALE_SECONDS + 1
    assert sensors.read(ASKED).power.on_mains is None
    hang.set()
    sensors.close()


def wait_until(is_it: Any, seconds: float = 10.0) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if is_it():
            return
        pause.wait(0.01)
    raise AssertionError("never came")


def test_every_way_to_stay_awake_is_held_and_let_go() -> None:
    one, other = PretendKeepAwake(), PretendKeepAwake()
    both = EveryKeepAwake(one, other)
    assert both.hold()
    assert one.held and other.held
    both.release()
    assert not any(each.held for each in (one, other))


def test_the_time_spent_asleep_is_known_or_nothing() -> None:
    assert asleep_seconds() >= -1.0
    assert asleep_seconds("plan9") == 0.0
