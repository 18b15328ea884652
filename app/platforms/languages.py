"""Which languages this computer's person reads, in their order, as the system tells."""

import os
import re
import sys
from collections.abc import Mapping

from app.platforms.tools import run_tool


def system_languages(system: str = sys.platform, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Tags such as de_DE.UTF-8 or zh-Hans-CN; empty where nothing tells. LC_ALL goes before all, on every system."""
    if environment.get("LC_ALL"):
        return languages_in(environment)
    if system == "darwin":
        return _of_macos() or languages_in(environment)
    if system == "win32":
        return _of_windows()
    return languages_in(environment)


def languages_in(environment: Mapping[str, str]) -> tuple[str, ...]:
    """As gettext reads the environment: LANGUAGE counts where a locale is set at all, and that isn't C."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    if not locale or locale.split(".")[0] in ("C", "POSIX"):
        return ()
    return (*(each for each in environment.get("LANGUAGE", "").split(":") if each), locale)


def apple_languages(printed: str) -> tuple[str, ...]:
    """What `defaults read -g AppleLanguages` prints: a list in parentheses."""
    return tuple(re.findall(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*", printed))


def _of_macos() -> tuple[str, ...]:
    printed = run_tool(["defaults", "read", "-g", "AppleLanguages"])
    return () if printed is None else apple_languages(printed)


def _of_windows() -> tuple[str, ...]:
    import ctypes
    import locale

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - typed on Windows only
    tag = locale.windows_locale.get(kernel.GetUserDefaultUILanguage())
    return () if tag is None else (tag,)
