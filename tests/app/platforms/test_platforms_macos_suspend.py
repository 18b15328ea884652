"""macOS' notice before sleep, by the messages of Apple's headers, and through a stand-in for IOKit written in C."""

import ctypes
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.platforms.macos.suspend import IOKitPowerNews, MacSuspendWatch, News, news_of
from tests.app.fakes.real_services import wait_until

MAY_IT, SLEEPS, WILL_NOT, WILL_POWER_ON, POWERED_ON = 0xE0000270, 0xE0000280, 0xE0000290, 0xE0000320, 0xE0000300

# Tells of one night and then waits; an id that loses its upper half, as ctypes would let it, is not allowed.
STAND_IN = """
#include <stdint.h>
#include <stdatomic.h>
#include <unistd.h>
typedef void (*heard)(void *, uint32_t, uint32_t, void *);
static heard callback;
static atomic_int stopped;
atomic_int allowed, given_back;
const void *kCFRunLoopDefaultMode = (void *)0x7fff00000001;
uint32_t IORegisterForSystemPower(void *context, void **port, heard call, uint32_t *notifier) {
    callback = call; *port = (void *)0x7fff00000002; *notifier = 3; return 0x80000004u;
}
void *IONotificationPortGetRunLoopSource(void *port) { return (char *)port + 1; }
int IOAllowPowerChange(uint32_t root, intptr_t id) {
    if (root == 0x80000004u && id == 0x0123456789abcdef) allowed++;
    return 0;
}
int IODeregisterForSystemPower(uint32_t *notifier) { given_back += *notifier == 3; return 0; }
int IOServiceClose(uint32_t root) { given_back += root == 0x80000004u; return 0; }
void IONotificationPortDestroy(void *port) { given_back += port == (void *)0x7fff00000002; }
void *CFRunLoopGetCurrent(void) { return (void *)0x7fff00000005; }
void CFRunLoopAddSource(void *loop, void *source, void *mode) {
    given_back -= !(source == (void *)0x7fff00000003 && mode == kCFRunLoopDefaultMode);
}
void CFRunLoopRemoveSource(void *loop, void *source, void *mode) {}
void CFRunLoopStop(void *loop) { stopped = loop == (void *)0x7fff00000005; }
void CFRunLoopRun(void) {
    void *id = (void *)0x0123456789abcdef;
    callback(0, 1, 0xe0000270u, id);
    callback(0, 1, 0xe0000280u, id);
    callback(0, 1, 0xe0000320u, 0);
    callback(0, 1, 0xe0000300u, 0);
    while (!stopped) usleep(1000);
}
"""


@pytest.mark.parametrize(
    ("message", "news"),
    [
        (MAY_IT, News.MAY_IT_SLEEP),
        (SLEEPS, News.SLEEPS),
        (POWERED_ON, News.WOKE),
        (WILL_POWER_ON, News.NOTHING),  # disks and network aren't there yet
        (WILL_NOT, News.NOTHING),
        (0xE0000250, News.NOTHING),
        (SLEEPS - 2**32, News.SLEEPS),  # read as a signed number
    ],
)
def test_what_macos_says_of_sleep(message: int, news: News) -> None:
    assert news_of(message) is news


class PretendPowerNews:
    """One night, told in the listener's thread; what was allowed, and what had been heard by then."""

    def __init__(self, heard: list[str]) -> None:
        self.heard = heard
        self.allowed: list[tuple[int, list[str]]] = []
        self.stopped = threading.Event()

    def listen(self, hear: Callable[[int, int], None]) -> None:
        for message, notification in ((MAY_IT, 7), (SLEEPS, 8), (WILL_POWER_ON, 0), (POWERED_ON, 0)):
            hear(message, notification)
        self.stopped.wait(20.0)

    def allow(self, notification: int) -> None:
        self.allowed.append((notification, list(self.heard)))

    def stop(self) -> None:
        self.stopped.set()


def test_macos_sleeps_once_all_is_saved() -> None:
    heard: list[str] = []
    news = PretendPowerNews(heard)
    watch = MacSuspendWatch(lambda: news)

    def saved() -> None:
        heard.append("saved")
        watch.may_sleep()

    def about_to_sleep() -> None:
        heard.append("sleeps")
        threading.Timer(0.02, saved).start()

    watch.begin(about_to_sleep, lambda: heard.append("woke"))
    wait_until(lambda: "woke" in heard, "the morning")
    watch.end()
    assert heard == ["sleeps", "saved", "woke"]
    assert news.allowed == [(7, []), (8, ["sleeps", "saved"])]
    assert watch._thread is not None and not watch._thread.is_alive()


def test_an_engine_that_never_saves_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.platforms.macos.suspend.WAIT_SECONDS", 0.02)
    heard: list[str] = []
    news = PretendPowerNews(heard)
    watch = MacSuspendWatch(lambda: news)
    watch.begin(lambda: heard.append("sleeps"), lambda: heard.append("woke"))
    wait_until(lambda: "woke" in heard, "the morning")
    watch.end()
    assert [notification for notification, _heard in news.allowed] == [7, 8]


@pytest.mark.skipif(sys.platform == "darwin", reason="here it is no other system")
def test_elsewhere_it_tells_nothing_and_breaks_nothing() -> None:
    watch = MacSuspendWatch()
    watch.begin(lambda: None, lambda: None)
    watch.may_sleep()
    watch.end()
    assert watch._thread is None


def built(folder: Path, source: str) -> str:
    """A library of this system; skips the test where nothing compiles C."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if sys.platform == "win32" or compiler is None:
        pytest.skip("no C compiler is installed")
    (folder / "kit.c").write_text(source)
    library = folder / "kit.so"
    command = [compiler, "-shared", "-fPIC", "-o", str(library), str(folder / "kit.c")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return str(library)


def test_ids_and_pointers_reach_iokit_whole_and_everything_is_given_back(tmp_path: Path) -> None:
    library = built(tmp_path, STAND_IN)
    heard: list[str] = []
    watch = MacSuspendWatch(lambda: IOKitPowerNews(library, library))

    def about_to_sleep() -> None:
        heard.append("sleeps")
        watch.may_sleep()

    watch.begin(about_to_sleep, lambda: heard.append("woke"))
    wait_until(lambda: "woke" in heard, "the morning")
    watch.end()
    kit = ctypes.CDLL(library)
    assert heard == ["sleeps", "woke"]
    assert ctypes.c_int.in_dll(kit, "allowed").value == 2
    assert ctypes.c_int.in_dll(kit, "given_back").value == 3
    assert watch._thread is not None and not watch._thread.is_alive()


def test_a_macos_that_lacks_a_function_tells_nothing(tmp_path: Path) -> None:
    library = built(tmp_path, STAND_IN.replace("CFRunLoopStop", "CFRunLoopEnd"))
    watch = MacSuspendWatch(lambda: IOKitPowerNews(library, library))
    watch.begin(lambda: None, lambda: None)
    watch.end()
    assert watch._thread is None
