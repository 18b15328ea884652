"""Linux: recorded answers of UPower, NetworkManager, logind and the kernel's files, odd ones included."""

import struct
import sys
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("D-Bus and /sys are Linux's", allow_module_level=True)

from jeepney import MatchRule

from app.core.gates.computer_reading import FansReading, FullScreenReading, HeatReading, LinkReading, PowerReading
from app.platforms.linux import idle, network_manager, notifications, seats, sysfs, upower, x_server
from app.platforms.linux.bus import Bus, NoAnswer

LAPTOP = {"Type": 2, "State": 2, "Percentage": 43.0, "IsPresent": True, "WarningLevel": 1}


@pytest.mark.parametrize(
    ("on_battery", "device", "expected"),
    [
        (True, LAPTOP, (False, 0.43, False)),
        (False, LAPTOP | {"State": 1}, (True, 0.43, True)),
        (False, LAPTOP | {"State": 4, "Percentage": 100.0}, (True, 1.0, True)),
        (False, LAPTOP | {"State": 5}, (True, 0.43, True)),  # plugged in, held at its charge limit
        (False, {"Type": 0, "IsPresent": False, "Percentage": 0.0, "State": 0}, (True, None, None)),  # a desktop
        (True, {"Type": 3, "IsPresent": True, "Percentage": 88.0, "State": 2}, (False, 0.88, False)),  # on its UPS
        (False, {}, (True, None, None)),
        (False, LAPTOP | {"Percentage": 250.0}, (True, None, False)),
        (False, LAPTOP | {"Percentage": "43,0", "State": None}, (True, None, None)),
        ("yes", LAPTOP, (None, None, None)),
    ],
)
def test_upower(on_battery: object, device: dict[str, Any], expected: tuple[object, ...]) -> None:
    power = upower.power_of(on_battery, device)
    assert (power.on_mains, power.battery_share, power.charging) == expected


@pytest.mark.parametrize(
    ("value", "metered"), [(0, None), (1, True), (2, False), (3, True), (4, False), (77, None), ("1", None)]
)
def test_network_managers_guesses_count(value: object, metered: bool | None) -> None:
    assert network_manager.metered_of(value) is metered


@pytest.mark.parametrize(
    ("state", "connected"),
    [(0, None), (10, False), (20, False), (30, False), (40, False), (50, True), (60, True), (70, True), (None, None)],
)
def test_network_managers_states(state: object, connected: bool | None) -> None:
    assert network_manager.connected_of(state) is connected


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [((1500,), 1.5), ((0,), 0.0), ((2**63,), None), ((-1,), None), ((), None), (("5",), None), ((1, 2), None)],
)
def test_idle_milliseconds(answer: tuple[object, ...], seconds: float | None) -> None:
    assert idle.seconds_of_milliseconds(answer) == seconds


@pytest.mark.parametrize(
    ("hint", "since", "seconds"),
    [
        (True, 990_000_000, 10.0),
        (True, 2_000_000_000, 0.0),  # the clock was put back meanwhile
        (True, 0, None),
        (False, 990_000_000, 0.0),
        (None, 1, None),
        (True, "soon", None),
    ],
)
def test_logind_knows_since_when_nobody_is_there(hint: object, since: object, seconds: float | None) -> None:
    assert idle.idle_by_hint(hint, since, 1000.0) == seconds


def folder_of(root: Path, **files: str) -> Path:
    root.mkdir(parents=True)
    for name, text in files.items():
        (root / name).write_text(text + "\n")
    return root


def test_power_supplies_without_upower(tmp_path: Path) -> None:
    assert sysfs.SysfsPower(tmp_path).read() == PowerReading()
    supplies = tmp_path / "class" / "power_supply"
    folder_of(supplies / "hidpp_battery_0", type="Battery", scope="Device", status="Discharging", capacity="20")
    assert sysfs.SysfsPower(tmp_path).read().on_mains is True, "a mouse's battery does not feed the computer"
    folder_of(supplies / "BAT0", type="Battery", status="Discharging", capacity="40")
    folder_of(supplies / "BAT1", type="Battery", status="Not charging", capacity="80")
    adapter = folder_of(supplies / "AC", type="Mains", online="0")
    power = sysfs.SysfsPower(tmp_path).read()
    assert (power.on_mains, power.charging) == (False, False)
    assert power.battery_share == pytest.approx(0.6)
    (adapter / "online").write_text("1\n")
    assert sysfs.SysfsPower(tmp_path).read().on_mains is True


def test_a_battery_alone_tells_by_its_status(tmp_path: Path) -> None:
    battery = folder_of(tmp_path / "class" / "power_supply" / "BAT0", type="Battery", status="Full", capacity="junk")
    for status, on_mains in (("Full", True), ("Charging", True), ("Discharging", False), ("Unknown", None)):
        (battery / "status").write_text(status)
        power = sysfs.SysfsPower(tmp_path).read()
        assert (power.on_mains, power.battery_share) == (on_mains, None)


def test_the_kernels_temperatures(tmp_path: Path) -> None:
    assert sysfs.SysfsThermals(tmp_path).read() == HeatReading()
    zone = folder_of(tmp_path / "class" / "thermal" / "thermal_zone0", type="x86_pkg_temp", temp="51000")
    folder_of(tmp_path / "class" / "thermal" / "thermal_zone1", type="iwlwifi_1", temp="66000")
    assert sysfs.SysfsThermals(tmp_path).read() == HeatReading(51.0, None, "x86_pkg_temp")
    (zone / "temp").write_text("-274000\n")
    assert sysfs.SysfsThermals(tmp_path).read() == HeatReading()
    hwmon = tmp_path / "class" / "hwmon"
    folder_of(hwmon / "hwmon0", name="nvme", temp1_input="70000")
    folder_of(hwmon / "hwmon1", name="k10temp", temp1_input="61500", temp2_input="garbage", temp3_input="63250")
    folder_of(hwmon / "hwmon2", name="amdgpu", temp1_input="72000", temp2_input="88000")
    assert sysfs.SysfsThermals(tmp_path).read() == HeatReading(63.25, None, "k10temp")
    assert sysfs.SysfsGraphicsThermals(tmp_path).read() == HeatReading(None, 88.0, "", "amdgpu")


def test_the_fastest_fan_counts_and_a_broken_one_does_not(tmp_path: Path) -> None:
    assert sysfs.SysfsFans(tmp_path).read() == FansReading(), "no tachometer is not a fan that stands still"
    hwmon = tmp_path / "class" / "hwmon"
    folder_of(hwmon / "hwmon0", name="nct6798", fan1_input="0", fan2_input="1180", fan3_input="65535", fan4_input="?")
    assert sysfs.SysfsFans(tmp_path).read() == FansReading(1180.0, "nct6798")
    folder_of(hwmon / "hwmon2", name="nzxt", fan1_input="4800", fan1_label="Pump speed")
    assert sysfs.SysfsFans(tmp_path).read().rpm == 1180.0, "a pump is not heard"
    folder_of(hwmon / "hwmon1", name="amdgpu", fan1_input="2950")
    assert sysfs.SysfsFans(tmp_path).read() == FansReading(2950.0, "amdgpu")


PLAYING = {"Class": "user", "Active": True, "Remote": False, "IdleHint": False, "LockedHint": False}


@pytest.mark.parametrize(
    ("session", "sits"),
    [
        (PLAYING, True),
        (PLAYING | {"Active": False}, False),  # switched away from
        (PLAYING | {"LockedHint": True}, False),
        (PLAYING | {"IdleHint": True}, False),
        (PLAYING | {"Remote": True}, False),
        (PLAYING | {"Class": "greeter"}, False),  # the screen of the login
        ({}, False),
    ],
)
def test_who_sits_at_the_computer(session: dict[str, Any], sits: bool) -> None:
    assert seats.sits_here(session) is sits


def test_sessions_of_ours_and_those_from_afar_are_passed_over() -> None:
    rows = [("1", 1000, "me", "seat0", "/s/1"), ("2", 1001, "ada", "seat0", "/s/2"), ("3", 1002, "ssh", "", "/s/3")]
    assert seats.others_of_list((rows,), 1000) == [("/s/2", "ada")]
    assert seats.others_of_list(("nonsense",), 1000) == []
    assert seats.others_of_list(([("2", 1001)],), 1000) == []


ROUTES = """Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
{first}wlan0	0001A8C0	00000000	0001	0	0	600	00FFFFFF	0	0	0
"""
NO_SIX = (
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 " + "0" * 32 + " ffffffff 1 0 00200200 lo"
)
DEFAULT_SIX = NO_SIX.replace(" lo", " wlan0")


def test_a_default_route_is_a_way_out(tmp_path: Path) -> None:
    default = "wlan0	00000000	0101A8C0	0003	0	0	600	00000000	0	0	0\n"
    assert sysfs.has_default_route(ROUTES.format(first=default), "")
    assert not sysfs.has_default_route(ROUTES.format(first=""), NO_SIX)
    assert sysfs.has_default_route(ROUTES.format(first=""), DEFAULT_SIX)
    assert not sysfs.has_default_route("", "")
    assert sysfs.RouteLink(tmp_path).read() == LinkReading()
    folder_of(tmp_path / "net", route=ROUTES.format(first=default))
    assert sysfs.RouteLink(tmp_path).read() == LinkReading(True, "the routing table")


def test_the_x_servers_replies() -> None:
    assert x_server.idle_of_reply(struct.pack("=BBHIIII", 1, 0, 3, 0, 99, 60000, 1234)) == 1234
    header = struct.pack("=BBHIIII", 1, 32, 3, 2, 4, 0, 2) + bytes(12)
    assert x_server.numbers_of_reply(header + struct.pack("=II", 7, 9)) == (7, 9)
    assert x_server.numbers_of_reply(header + struct.pack("=I", 7)) == (7,), "a torn one gives what is there"
    assert x_server.numbers_of_reply(struct.pack("=BBHIIII", 1, 0, 3, 0, 0, 0, 0) + bytes(12)) is None


class PretendXServer:
    def __init__(self, window: int | None, full: bool = True, process: int | None = 5) -> None:
        self.window, self.full, self.process = window, full, process

    def active_window(self) -> int | None:
        return self.window

    def is_full_screen(self, window: int) -> bool:
        return self.full

    def process_of(self, window: int) -> int | None:
        return self.process


@pytest.mark.parametrize(
    ("server", "reading"),
    [
        (PretendXServer(None), FullScreenReading()),
        (PretendXServer(0), FullScreenReading(False, "", "the X server")),
        (PretendXServer(9, full=False), FullScreenReading(False, "", "the X server")),
        (PretendXServer(9), FullScreenReading(True, "game 5", "the X server")),
        (PretendXServer(9, process=None), FullScreenReading(True, "", "the X server")),
    ],
)
def test_full_screen_by_the_x_server(server: PretendXServer, reading: FullScreenReading) -> None:
    full_screen = x_server.XFullScreen(server, lambda pid: f"game {pid}")  # type: ignore[arg-type]
    assert full_screen.read() == reading


@pytest.mark.parametrize(
    ("server", "reading"),
    [
        (PretendXServer(None), FullScreenReading()),
        (PretendXServer(0), FullScreenReading()),  # the active window may be of Wayland's own
        (PretendXServer(9, full=False), FullScreenReading()),  # and a video beside it may fill the other screen
        (PretendXServer(9), FullScreenReading(True, "game 5", "the X server")),
    ],
)
def test_under_wayland_x_is_believed_a_yes_and_not_a_no(server: PretendXServer, reading: FullScreenReading) -> None:
    full_screen = x_server.XFullScreen(server, lambda pid: f"game {pid}", sees_all=False)  # type: ignore[arg-type]
    assert full_screen.read() == reading


def test_a_notices_text_is_never_markup() -> None:
    assert notifications.plain_markup('<b>5 < 6</b> & "more"') == '&lt;b&gt;5 &lt; 6&lt;/b&gt; &amp; "more"'


def test_without_a_bus_everything_is_unknown_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    session, system = Bus("SESSION"), Bus("SYSTEM")
    assert upower.UPowerPower(system).read() == PowerReading()
    assert upower.ProfileSaver(system).read() == PowerReading()
    assert network_manager.NetworkManagerMetered(system).read().metered is None
    assert network_manager.NetworkManagerLink(system).read().connected is None
    for rung in (idle.MutterIdle(session), idle.ScreenSaverIdle(session), idle.LogindIdle(system)):
        assert rung.read().seconds is None
    assert not notifications.DesktopNotifications(session).show("a", "b")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "nonsense")
    with pytest.raises(NoAnswer):
        Bus("SESSION").subscribe(MatchRule(type="signal"))
