"""Mock services of a real D-Bus: a private bus with python-dbusmock's templates, run by the system's own Python; and an
X server of a test's own.

The package of PyPI is compiled against libdbus and GLib when it is installed, which a newcomer's computer can't; the
distribution's (python3-dbusmock) comes compiled. Where it is missing these tests say so and are skipped.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"
UPOWER = "org.freedesktop.UPower"
DISPLAY_DEVICE = "/org/freedesktop/UPower/devices/DisplayDevice"
LOGIN = "org.freedesktop.login1"
NETWORK = "org.freedesktop.NetworkManager"


def why_not() -> str:
    """Empty where all is there."""
    if sys.platform != "linux":
        return "D-Bus is Linux's"
    if shutil.which("dbus-daemon") is None:
        return "dbus-daemon is not installed"
    try:
        found = subprocess.run([SYSTEM_PYTHON, "-c", "import dbusmock"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return f"{SYSTEM_PYTHON} does not run"
    return "" if found.returncode == 0 else "python3-dbusmock is not installed"


class RealBus:
    """One private bus that serves as session and system bus, and the services on it."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self._folder = folder
        self._services: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "DBUS_SYSTEM_BUS_ADDRESS": self.address,
            "LC_ALL": "C.UTF-8",
        }

    def serve(self, template: str, name: str, parameters: dict[str, Any] | None = None) -> None:
        """Start one of dbusmock's templates, or a file that is one, and wait until its name is owned."""
        command = [SYSTEM_PYTHON, "-m", "dbusmock", "--template", template]
        command += ["--parameters", json.dumps(parameters or {})]
        log = (self._folder / f"{Path(template).stem}.log").open("wb")
        service = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        log.close()
        self._services.append(service)
        wait_until(lambda: self._owned(name), f"{name} on the bus")

    def serve_own(self, name: str, path: str, interface: str, methods: list[tuple[str, str, str, str]]) -> None:
        """A service without a template, of methods given as (name, in, out, code)."""
        command = [SYSTEM_PYTHON, "-m", "dbusmock", name, path, interface]
        log = (self._folder / f"{name}.log").open("wb")
        self._services.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log))
        log.close()
        wait_until(lambda: self._owned(name), f"{name} on the bus")
        for method in methods:
            texts = [f"string:{part}" for part in (interface, *method)]
            self.send(name, path, "org.freedesktop.DBus.Mock.AddMethod", *texts)

    def run(self, command: list[str], name: str, environment: dict[str, str], told: bytes = b"") -> None:
        """Start a service that is no mock, tell it `told` and wait until its name is owned."""
        with (self._folder / f"{name}.log").open("ab") as log:
            service = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log)
        self._services.append(service)
        assert service.stdin is not None
        service.stdin.write(told)
        service.stdin.close()
        wait_until(lambda: self._owned(name), f"{name} on the bus")

    def set(self, name: str, path: str, interface: str, prop: str, variant: str) -> None:
        """Set a property, `variant` as dbus-send writes it, and say that it changed."""
        self.send(
            name, path, "org.freedesktop.DBus.Properties.Set",
            f"string:{interface}", f"string:{prop}", f"variant:{variant}",
        )  # fmt: skip

    def send(self, name: str, path: str, method: str, *arguments: str) -> str:
        command = ["dbus-send", f"--bus={self.address}", "--print-reply", f"--dest={name}", path, method, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, timeout=20, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def gdbus(self, name: str, path: str, method: str, *arguments: str) -> str:
        """Like `send`, for values that dbus-send has no words for."""
        command = ["gdbus", "call", "--address", self.address, "--dest", name, "--object-path", path]
        command += ["--method", method, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, timeout=20, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def prepare_for_sleep(self, sleeping: bool) -> None:
        answer = "true" if sleeping else "false"
        self.gdbus(
            LOGIN, "/org/freedesktop/login1", "org.freedesktop.DBus.Mock.EmitSignal",
            f"{LOGIN}.Manager", "PrepareForSleep", "b", f"[<{answer}>]",
        )  # fmt: skip

    def inhibitors(self) -> str:
        """As logind lists them: what, who, why, mode."""
        return self.gdbus(LOGIN, "/org/freedesktop/login1", f"{LOGIN}.Manager.ListInhibitors")

    def close(self) -> None:
        for service in self._services:
            service.kill()
            service.wait()
        self._services.clear()

    def _owned(self, name: str) -> bool:
        answer = self.send("org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", f"string:{name}")
        return "true" in answer


@contextmanager
def real_bus(folder: Path) -> Iterator[RealBus]:
    """A private bus in `folder`; skips the test where it can't be had."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    config = folder / "bus.conf"
    config.write_text(_CONFIG.format(folder=folder))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--print-address=1", "--nofork", "--nopidfile"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert daemon.stdout is not None
    address = daemon.stdout.readline().decode().strip()
    bus = RealBus(address, folder)
    try:
        yield bus
    finally:
        bus.close()
        daemon.kill()
        daemon.communicate()


@contextmanager
def real_display() -> Iterator[str]:
    """An X server of its own, that nobody else draws on; skips the test where it can't be had."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as said:
        number = said.readline().strip()
    try:
        if not number:
            pytest.skip("Xvfb does not start here")
        yield f":{number}"
    finally:
        server.kill()
        server.wait()


def wait_until(is_it: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Look again and again, a hundred times a second at most."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if is_it():
            return
        pause.wait(0.01)
    raise AssertionError(f"never came: {what}")


_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
