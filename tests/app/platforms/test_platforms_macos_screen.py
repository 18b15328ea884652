"""What fills a Mac's screen, and whether a phone shares its line: recorded answers, and a stand-in in C."""

import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.core.gates.computer_reading import FullScreenReading, MeteredReading
from app.platforms.here import this_computer
from app.platforms.macos.shared_line import SharedLine, device_of_routes, metered_of_lease
from app.platforms.macos.window_server import MacFullScreen, Place, ShownWindow, WindowServer, full_screen_of
from tests.app.platforms.test_platforms_macos_suspend import built

LAPTOP, BESIDE = Place(0, 0, 1512, 982), Place(1512, -98, 1920, 1080)
NO = FullScreenReading(False, "", "macOS")


def bar(display: Place) -> ShownWindow:
    return ShownWindow("Window Server", 24, Place(display.x, display.y, display.width, 33))


def window(owner: str, place: Place, layer: int = 0) -> ShownWindow:
    return ShownWindow(owner, layer, place)


@pytest.mark.parametrize(
    ("shown", "program"),
    [
        ([window("Chess", LAPTOP)], "Chess"),
        ([window("Films", Place(0, 33, 1512, 949))], "Films"),  # below the notch
        ([bar(LAPTOP), window("Letters", Place(0, 33, 1512, 949))], None),  # as large as can be, no more
        ([bar(LAPTOP), window("Chess", BESIDE)], "Chess"),  # on the other display
        ([bar(LAPTOP), bar(BESIDE), window("Letters", BESIDE)], None),
        ([window("Letters", Place(40, 60, 900, 700))], None),
        ([window("loginwindow", LAPTOP)], None),  # locked: nobody is there
        ([window("Recorder", LAPTOP, layer=25)], None),  # a sheet of glass above all
        ([window("Finder", LAPTOP, layer=-2147483603)], None),  # the desktop
        ([], None),
    ],
)
def test_a_window_fills_the_screen_where_no_menu_bar_is_shown(shown: list[ShownWindow], program: str | None) -> None:
    found = full_screen_of(shown, [LAPTOP, BESIDE], bars_are_told=True)
    assert found == (NO if program is None else FullScreenReading(True, program, "macOS"))


class Screen:
    """app.platforms.macos.window_server.Shown."""

    def __init__(self, shown: list[ShownWindow]) -> None:
        self.shown = shown

    def windows(self) -> list[ShownWindow]:
        return self.shown

    def displays(self) -> list[Place]:
        return [LAPTOP]


def test_a_window_below_the_notch_fills_the_screen_only_where_a_menu_bar_was_ever_told() -> None:
    below_notch = [window("Films", Place(0, 33, 1512, 949))]
    screen = Screen(below_notch)
    full_screen = MacFullScreen(lambda: screen)
    assert full_screen.read() == NO, "it may be as large as can be, under a bar that nobody tells of"
    screen.shown = [bar(LAPTOP), *below_notch]
    assert full_screen.read() == NO
    screen.shown = below_notch
    assert full_screen.read() == FullScreenReading(True, "Films", "macOS")


STAND_IN = r"""
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
typedef struct { double x, y, width, height; } Rect;
typedef struct { const char *owner; int32_t *layer; Rect *bounds; } Window;
static const char owner_key[] = "owner", layer_key[] = "layer", bounds_key[] = "bounds";
const void *kCGWindowOwnerName = owner_key, *kCGWindowLayer = layer_key, *kCGWindowBounds = bounds_key;
static int32_t bar_layer = 24, desktop_layer = -2147483603;
static int32_t ordinary_layer = 0;
static Rect screen = {0, 0, 1512, 982}, beside = {-1920, -98, 1920, 1080}, bar = {0, 0, 1512, 33};
static Window windows[] = {
    {"Window Server", &bar_layer, &bar}, {"Sch\xc3\xa4" "ch", &ordinary_layer, &beside},
    {"no place", &ordinary_layer, 0}, {"no layer", 0, &screen}, {0, &desktop_layer, &screen}};
int given_back = 0, list_is_there = 1;
static char list[1];
void *CGWindowListCopyWindowInfo(uint32_t option, uint32_t window) {
    return list_is_there && option == 1 && window == 0 ? list : 0;
}
int32_t CGGetActiveDisplayList(uint32_t most, uint32_t *ids, uint32_t *count) {
    if (most < 2) return 1001;
    ids[0] = 0x80000001u; ids[1] = 7; *count = 2;
    return 0;
}
Rect CGDisplayBounds(uint32_t id) { return id == 7 ? beside : screen; }
bool CGRectMakeWithDictionaryRepresentation(void *told, Rect *into) { *into = *(Rect *)told; return true; }
long CFArrayGetCount(void *array) { return array == list ? 5 : 0; }
void *CFArrayGetValueAtIndex(void *array, long at) { return &windows[at]; }
void *CFDictionaryGetValue(Window *told, const void *key) {
    if (key == owner_key) return (void *)told->owner;
    return key == layer_key ? (void *)told->layer : key == bounds_key ? (void *)told->bounds : 0;
}
unsigned char CFNumberGetValue(int32_t *told, long kind, int32_t *into) { *into = *told; return kind == 3; }
unsigned char CFStringGetCString(const char *told, char *into, long size, uint32_t encoding) {
    if (encoding != 0x08000100u || (long)strlen(told) >= size) return 0;
    strcpy(into, told);
    return 1;
}
void CFRelease(void *array) { given_back += array == list; }
"""


def test_pointers_numbers_and_rectangles_come_whole_from_the_window_server(tmp_path: Path) -> None:
    library = built(tmp_path, STAND_IN)
    server = WindowServer(library, library)
    assert server.displays() == [LAPTOP, Place(-1920, -98, 1920, 1080)]
    assert server.windows() == [
        bar(LAPTOP),
        window("Schäch", Place(-1920, -98, 1920, 1080)),
        window("", LAPTOP, layer=-2147483603),
    ], "whoever lacks a layer or a place is left out"
    assert MacFullScreen(lambda: server).read() == FullScreenReading(True, "Schäch", "macOS")
    assert ctypes.c_int.in_dll(ctypes.CDLL(library), "given_back").value == 2


def test_without_a_screen_or_its_functions_nothing_is_known(tmp_path: Path) -> None:
    library = built(tmp_path, STAND_IN)
    ctypes.c_int.in_dll(ctypes.CDLL(library), "list_is_there").value = 0
    assert MacFullScreen(lambda: WindowServer(library, library)).read() == FullScreenReading()
    (tmp_path / "older").mkdir()
    lacking = built(tmp_path / "older", STAND_IN.replace("CGDisplayBounds", "CGDisplayFrame"))
    assert MacFullScreen(lambda: WindowServer(lacking, lacking)).read() == FullScreenReading()
    assert MacFullScreen(lambda: WindowServer(str(tmp_path / "none"))).read() == FullScreenReading()


ROUTES = """Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            link#22            UCSg                utun4
default            172.20.10.1        UGScg                 en0
default            192.168.1.1        UGScIg                en7
127                127.0.0.1          UCS                   lo0
"""
LEASE = """op = BOOTREPLY
xid = 0x5b3a1c2d
yiaddr = 172.20.10.4
siaddr = 172.20.10.1
options:
Options count is 8
dhcp_message_type (uint8): ACK 0x5
server_identifier (ip): 172.20.10.1
subnet_mask (ip): 255.255.255.240
router (ip_mult): {172.20.10.1}
domain_name_server (ip_mult): {172.20.10.1}
end (none):
"""
HOME = LEASE.replace("172.20.10.", "192.168.1.")
ANDROID = HOME.replace(
    "end (none)",
    "vendor_specific (opaque):\n0000  41 4e 44 52 4f 49 44 5f  4d 45 54 45 52 45 44   ANDROID_METERED\nend",
)


@pytest.mark.parametrize(
    ("printed", "metered"),
    [
        (LEASE, True),
        (HOME, False),
        (ANDROID, True),
        (HOME.replace("yiaddr = 192.168.1.4", "yiaddr = 172.20.10.14"), False),  # some other network's subnet
        (HOME.replace("router (ip_mult): {192.168.1.1}", "router (ip_mult): {172.20.10.11}"), False),
        ("", None),  # an address that was set by hand
        ("no packet for en0", None),
    ],
)
def test_a_phone_gives_itself_away_in_its_lease(printed: str, metered: bool | None) -> None:
    assert metered_of_lease(printed) is metered


def test_the_lease_asked_for_is_that_of_the_device_under_a_tunnel() -> None:
    assert device_of_routes(ROUTES) == "en0"
    assert device_of_routes("Internet:\ndefault link#22 UCSg utun4\n127 127.0.0.1 UCS lo0\n") == ""
    assert device_of_routes("default\n") == ""


def test_the_line_is_asked_anew_only_after_a_while() -> None:
    commands: list[Sequence[str]] = []
    now, lease = [100.0], [LEASE]

    def run(command: Sequence[str]) -> str:
        commands.append(tuple(command))
        return ROUTES if command[0] == "netstat" else lease[0]

    line = SharedLine(run, lambda: now[0])
    assert line.read() == MeteredReading(True, "ipconfig")
    lease[0] = HOME
    now[0] += 19.0
    assert line.read() == MeteredReading(True, "ipconfig")
    now[0] += 1.0
    assert line.read() == MeteredReading(False, "ipconfig")
    assert commands == [("netstat", "-rn", "-f", "inet"), ("ipconfig", "getpacket", "en0")] * 2


def test_a_mac_without_a_way_out_asks_for_no_lease() -> None:
    assert SharedLine(lambda command: None if command[0] == "netstat" else LEASE).read() == MeteredReading()


@pytest.mark.skipif(sys.platform == "win32", reason="Python for Windows lacks what a Mac is asked with")
def test_a_mac_is_asked_for_both() -> None:
    mac = this_computer("darwin")
    assert isinstance(mac.metered, SharedLine) and isinstance(mac.full_screen, MacFullScreen)
