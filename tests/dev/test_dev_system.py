"""What dev.py asks of the system, and the words it has for a person when that is missing."""

import builtins
import platform
import shutil
import sys
from collections.abc import Callable

import pytest

import dev
from devtools import system
from devtools.downloads import Downloads


class AptGet:
    """Remembers what it was asked to install, and says whether that worked."""

    def __init__(self, works: bool = True) -> None:
        self.works = works
        self.installed: list[str] = []

    def install(self, packages: list[str], downloads: Downloads) -> bool:
        self.installed += packages
        return self.works


@pytest.fixture
def bare_linux(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None, AptGet], None]:
    """A Linux desktop without Qt's libraries whose package tool is the one named; `apt_get` may be used as root."""

    def prepare(tool: str | None, apt: AptGet) -> None:
        monkeypatch.setattr(platform, "system", lambda: "Linux")
        monkeypatch.setattr(platform, "machine", lambda: "x86_64")
        monkeypatch.setattr(system, "can_load", lambda library: library == "libEGL.so.1")
        monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == tool else None)
        monkeypatch.setattr(system, "apt_install", apt.install)

    return prepare


def test_root_on_debian_gets_only_the_libraries_that_are_missing(
    bare_linux: Callable[[str | None, AptGet], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    apt = AptGet()
    bare_linux("apt-get", apt)
    monkeypatch.setattr(system, "is_root", lambda: True)
    system.provide_qt_libraries(Downloads())
    assert "libgl1" in apt.installed
    assert "libegl1" not in apt.installed


@pytest.mark.parametrize(
    ("tool", "command"),
    [("apt-get", "sudo apt-get install libgl1 "), ("dnf", "sudo dnf install "), ("pacman", "sudo pacman -S ")],
)
def test_anyone_else_is_shown_the_command(
    tool: str,
    command: str,
    bare_linux: Callable[[str | None, AptGet], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    apt = AptGet()
    bare_linux(tool, apt)
    monkeypatch.setattr(system, "is_root", lambda: False)
    system.provide_qt_libraries(Downloads())
    assert command in capsys.readouterr().out
    assert not apt.installed


def test_a_debian_without_network_is_shown_the_command_too(
    bare_linux: Callable[[str | None, AptGet], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bare_linux("apt-get", AptGet(works=False))
    monkeypatch.setattr(system, "is_root", lambda: True)
    system.provide_qt_libraries(Downloads())
    assert "sudo apt-get install libgl1 " in capsys.readouterr().out


def test_a_python_that_is_too_old_names_the_versions_that_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(system.SetupFailed, match=r"Python 3\.11 to 3\.14"):
        system.use_supported_python()


def test_a_python_built_without_sqlite_is_named_before_anything_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def without_sqlite(name: str, *rest: object) -> object:
        if name == "sqlite3":
            raise ImportError(name)
        return real_import(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_sqlite)
    with pytest.raises(system.SetupFailed, match=r"without sqlite3.*\n.*libsqlite3-dev"):
        system.check_python_is_whole()


def test_only_the_programs_among_the_benchmarks_are_offered() -> None:
    offered = dev.benchmark_names()
    assert {"shakespeare", "home_links", "compression"} <= set(offered)
    assert not {"tables", "border_arms", "__init__"} & set(offered)
