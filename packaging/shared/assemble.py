"""What the specs of the three systems have in common: from a devtools.bundles.Bundle to PyInstaller's parts."""

from PyInstaller.building.api import COLLECT, EXE, PYZ
from PyInstaller.building.build_main import Analysis
from PyInstaller.utils.hooks import collect_dynamic_libs, collect_submodules

from devtools.bundles import Bundle, data_pairs, entry_paths, wanted
from devtools.system import ROOT


def analyse(bundle: Bundle) -> Analysis:
    """Everything the bundle's entries import, and what PyInstaller can't see by itself, less what is unwanted."""
    hidden = [*bundle.hidden_imports]
    for package in bundle.whole_packages:
        hidden += collect_submodules(package, filter=_is_no_test)
    analysis = Analysis(
        entry_paths(bundle),
        pathex=[str(ROOT)],
        binaries=[pair for package in bundle.library_packages for pair in collect_dynamic_libs(package)],
        datas=data_pairs(bundle),
        hiddenimports=hidden,
        excludes=list(bundle.excluded_modules),
        noarchive=False,
    )
    analysis.binaries = wanted(bundle, analysis.binaries)
    analysis.datas = wanted(bundle, analysis.datas)
    return analysis


def program(analysis: Analysis, archive: PYZ, entry: str, name: str, *, console: bool, **options: object) -> EXE:
    """One program of the bundle: the script `entry`, and the run-time hooks that every script needs."""
    entries = {script.removesuffix(".py") for script in _entry_names(analysis)}
    scripts = [script for script in analysis.scripts if script[0] == entry or script[0] not in entries]
    return EXE(archive, scripts, [], exclude_binaries=True, name=name, console=console, upx=False, **options)


def collected(analysis: Analysis, programs: list[EXE], name: str, *, strip: bool) -> COLLECT:
    """The folder. Never UPX: packed programs are what virus scanners mistrust most."""
    return COLLECT(*programs, analysis.binaries, analysis.datas, strip=strip, upx=False, name=name)


def _entry_names(analysis: Analysis) -> list[str]:
    return [path.replace("\\", "/").rsplit("/", 1)[-1] for path in analysis.inputs]


def _is_no_test(module: str) -> bool:
    return ".tests" not in module and ".testing" not in module
