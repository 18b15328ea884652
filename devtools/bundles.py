"""What goes into the two bundles that people get: the app without torch, and the engine with it.

The spec folders of `packaging/`, one per operating system, read this; PyInstaller itself is asked for only there.
"""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path
from typing import NamedTuple

from devtools.system import ROOT

APP_NAME = "train-at-home"
WINDOW_PROGRAM = "train-at-home-window"
ENGINE_PROGRAM = "train-at-home-engine"
STAMP = Path("build/stamp")
"""Below the root: build.json and, where somebody publishes updates, their public keys. Written by each build."""
VERSION_FILE = ROOT / "app" / "__init__.py"

TocEntry = tuple[str, str, str]
"""PyInstaller's (name in the bundle, file it comes from, kind)."""


class Bundle(NamedTuple):
    """One bundle's ingredients, in PyInstaller's terms."""

    entries: tuple[str, ...]
    """Scripts in packaging/shared/; each becomes one program."""
    data: tuple[tuple[str, str], ...]
    """(path in the repository, folder in the bundle)."""
    hidden_imports: tuple[str, ...]
    """What no import statement names."""
    whole_packages: tuple[str, ...]
    """All of whose modules go in, since they are found by name at run time."""
    library_packages: tuple[str, ...]
    """Whose shared library is opened by its path, which no import shows either."""
    excluded_modules: tuple[str, ...]
    unwanted_files: tuple[str, ...]
    """Patterns of names in the bundle."""


_DEVELOPERS_MODULES = (
    "IPython",
    "PyInstaller",
    "_pytest",
    "ast_serialize",
    "faker",
    "hypothesis",
    "importlinter",
    "matplotlib",
    "mypy",
    "mypyc",
    "pytest",
    "tensorboard",
    "tkinter",
    "torch.utils.tensorboard",
)
_GTK_AND_ITS_LIBRARIES = tuple(
    f"lib{name}.so*"
    for name in (
        "gtk-3",
        "gdk-3",
        "gdk_pixbuf-2.0",
        "atk-1.0",
        "atk-bridge-2.0",
        "atspi",
        "cairo",
        "cairo-gobject",
        "pango-1.0",
        "pangocairo-1.0",
        "pangoft2-1.0",
        "epoxy",
        "thai",
        "datrie",
        "fribidi",
        "pixman-1",
        "Xcomposite",
        "Xcursor",
        "Xdamage",
        "Xinerama",
        "wayland-egl",
    )
)
"""Collected for Qt's GTK theme before that is left out; nothing else asks for them."""

APP = Bundle(
    entries=("enter_window.py", "enter_command_line.py"),
    data=(
        ("resources/icons", "resources/icons"),
        ("resources/networks.toml", "resources"),
        ("resources/translations", "resources/translations"),
        ("LICENSE", "."),
        (str(STAMP / "build.json"), "."),
        (str(STAMP / "update-root.json"), "."),
    ),
    hidden_imports=("keyring.backends", "wakepy"),
    library_packages=(),
    whole_packages=("app", "edge", "protocol", "keyring.backends", "rich._unicode_data"),
    excluded_modules=(
        "torch",
        "engine",
        "subnet",
        "swarm",
        *_DEVELOPERS_MODULES,
        "PySide6.QtQml",
        "PySide6.QtQuick",
        "PySide6.QtOpenGL",
        "PySide6.QtOpenGLWidgets",
        "PySide6.QtSql",
        "PySide6.QtTest",
        "PySide6.QtDesigner",
        "PySide6.QtPrintSupport",
    ),
    unwanted_files=(
        *_GTK_AND_ITS_LIBRARIES,
        "*/plugins/platformthemes/libqgtk3*",  # loads all of GTK, 65 MB of memory, for colours the portal tells too
        "*/plugins/egldeviceintegrations/*",
        "*/plugins/platforms/libqeglfs*",
        "*/plugins/platforms/libqlinuxfb*",
        "*/plugins/platforms/libqminimal*",
        "*/plugins/platforms/libqvkkhrdisplay*",
        "*/plugins/platforms/libqvnc*",
        "*/plugins/platforms/*qdirect2d*",
        "*/plugins/imageformats/*q[!sj]*",  # only SVG; JPEG is what the desktop portal may hand over
        "*/plugins/generic/*",
        "*/plugins/qmltooling/*",
        "*/plugins/sqldrivers/*",
        "*/plugins/printsupport/*",
        "*/plugins/platforminputcontexts/*virtualkeyboard*",
        "*Qt6Qml*",
        "*Qt6Quick*",
        "*Qt6Pdf*",
        "*Qt6VirtualKeyboard*",
        "*Qt6OpenGLWidgets*",
        "*Qt6EglFS*",
        "*Qt6EglFsKms*",
        "*opengl32sw*",
        "*/translations/qt_*",
        "*/translations/qtdeclarative*",
        "*/translations/assistant*",
        "*/translations/designer*",
        "*/translations/linguist*",
        "*/translations/qtbase_[!dz]*",  # German and Chinese; English needs none
        "*/translations/qtbase_da*",
    ),
)

ENGINE = Bundle(
    entries=("enter_engine.py",),
    data=(
        ("resources/presets", "resources/presets"),
        ("resources/data", "resources/data"),
        ("resources/networks.toml", "resources"),
        ("subnet/orchestrator/dashboard", "subnet/orchestrator/dashboard"),
        ("subnet/orchestrator/migrations", "subnet/orchestrator/migrations"),
        ("LICENSE", "."),
    ),
    hidden_imports=("sqlalchemy.dialects.sqlite", "aiosqlite", "logging.config"),
    library_packages=("iroh",),
    whole_packages=("engine", "subnet", "swarm", "chain", "edge", "protocol", "uvicorn", "alembic"),
    excluded_modules=(
        "app",
        "PySide6",
        "shiboken6",
        *_DEVELOPERS_MODULES,
    ),
    unwanted_files=(
        "torch/include/*",
        "torch/share/*",
        "torch/lib/*.a",
        "torch/lib/*.lib",
        "torch/bin/protoc*",
        "torch/bin/test_*",
        "torch/test/*",
        "torch/testing/_internal/generated/*",
        "*/tests/*",
    ),
)


def version() -> str:
    """The one place where the version stands, app.VERSION, read as text."""
    found = re.search(r'^VERSION = "([0-9]+\.[0-9]+\.[0-9]+)"$', VERSION_FILE.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f'{VERSION_FILE} has no line VERSION = "1.2.3"')
    return found.group(1)


def entry_paths(bundle: Bundle) -> list[str]:
    return [str(ROOT / "packaging" / "shared" / entry) for entry in bundle.entries]


def data_pairs(bundle: Bundle) -> list[tuple[str, str]]:
    """PyInstaller's `datas`; what a checkout does not have yet, such as translations, is left out."""
    return [(str(ROOT / source), folder) for source, folder in bundle.data if (ROOT / source).exists()]


def wanted(bundle: Bundle, entries: list[TocEntry]) -> list[TocEntry]:
    """Without what PyInstaller's hooks collect and this bundle never opens."""
    return [entry for entry in entries if not _is_unwanted(bundle, entry[0])]


def _is_unwanted(bundle: Bundle, name: str) -> bool:
    path = Path(name).as_posix()
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in bundle.unwanted_files)
