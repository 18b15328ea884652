"""logind: keeps the computer from falling asleep by itself, and makes it wait for us before it sleeps."""

import threading
from collections.abc import Callable
from typing import Final

import structlog
from jeepney import DBusAddress, HeaderFields, MatchRule

from app.core.language.speech import _
from app.platforms.linux.bus import Bus, NoAnswer, close_descriptor

_log = structlog.get_logger(__name__)

_NAME: Final = "org.freedesktop.login1"
_MANAGER: Final = DBusAddress("/org/freedesktop/login1", bus_name=_NAME, interface=f"{_NAME}.Manager")
_WHO: Final = "Train at Home"
_LOOK_SECONDS: Final = 0.5
_AGAIN_SECONDS: Final = 30.0


class LogindKeepAwake:
    """app.core.ports.KeepAwake. Blocks what the system does when idle, never the person who presses "sleep"."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._held: int | None = None

    def hold(self) -> bool:
        if self._held is None:
            try:
                self._held = self._bus.hold(_MANAGER, "Inhibit", "ssss", "idle", _WHO, _("Training"), "block")
            except NoAnswer as error:
                _log.info("logind_does_not_keep_awake", reason=str(error))
            finally:
                self._bus.close()  # what is held does not hang on the connection
        return self._held is not None

    def release(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            close_descriptor(held)


class LogindSuspendWatch:
    """app.core.ports.SuspendWatch: holds a delay until `may_sleep`, which logind grants for about five seconds."""

    def __init__(self, make_bus: Callable[[], Bus]) -> None:
        self._make_bus = make_bus
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._delay: int | None = None
        self._thread: threading.Thread | None = None

    def begin(self, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        self._thread = threading.Thread(
            target=self._watch, args=(about_to_sleep, woke), name="suspend watch", daemon=True
        )
        self._thread.start()

    def may_sleep(self) -> None:
        with self._lock:
            if self._delay is not None:
                close_descriptor(self._delay)
                self._delay = None

    def end(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join(2 * _LOOK_SECONDS)
        self.may_sleep()

    def _watch(self, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        while not self._ended.is_set():
            bus = self._make_bus()
            try:
                self._listen(bus, about_to_sleep, woke)
            except NoAnswer as error:
                _log.info("logind_tells_nothing_of_sleep", reason=str(error))
            finally:
                bus.close()
            self.may_sleep()
            self._ended.wait(_AGAIN_SECONDS)

    def _listen(self, bus: Bus, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        bus.subscribe(MatchRule(type="signal", sender=_NAME, interface=f"{_NAME}.Manager", member="PrepareForSleep"))
        self._take_delay(bus)
        while not self._ended.is_set():
            message = bus.wait(_LOOK_SECONDS)
            if message is None or message.header.fields.get(HeaderFields.member) != "PrepareForSleep":
                continue
            if message.body[:1] == (True,):
                about_to_sleep()
            elif message.body[:1] == (False,):
                self._take_delay(bus)
                woke()

    def _take_delay(self, bus: Bus) -> None:
        """One at a time. Asked again after each sleep, as the last one was given back for it."""
        with self._lock:
            if self._delay is None and not self._ended.is_set():
                self._delay = bus.hold(_MANAGER, "Inhibit", "ssss", "sleep", _WHO, _("Saving its work"), "delay")
