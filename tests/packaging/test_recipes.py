"""The recipes of all three systems, as far as one of them can check the others'."""

import ast
import plistlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from app import APP_ID, LINK_SCHEME, VERSION
from app.platforms.launch import Launch
from app.platforms.macos.launch_agent import agent_plist
from app.platforms.windows.task_scheduler import TASK
from app.update.here import WINDOW_PROGRAM
from devtools.bundles import APP, APP_NAME, ENGINE, data_pairs, version, wanted
from devtools.bundles import WINDOW_PROGRAM as BUILT_WINDOW_PROGRAM
from devtools.release.linux_packages import METAINFO, SHARE, control
from devtools.system import ROOT

PACKAGING = ROOT / "packaging"
SCRIPTS = sorted(PACKAGING.rglob("*.sh"))


def test_the_version_stands_in_one_place() -> None:
    assert version() == VERSION
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'version = "{VERSION}"' in project


@pytest.mark.parametrize("spec", sorted(PACKAGING.rglob("*.spec")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_spec_is_python_and_takes_its_contents_from_the_one_list(spec: Path) -> None:
    tree = ast.parse(spec.read_text("utf-8"))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
    assert {"analyse", "collected", "program", "ENGINE" if spec.stem == "engine" else "APP"} <= names


def test_every_system_has_both_specs() -> None:
    for system in ("linux", "macos", "windows"):
        assert (PACKAGING / system / "app.spec").is_file()
        assert (PACKAGING / system / "engine.spec").is_file()


def test_what_the_bundles_list_exists() -> None:
    for bundle in (APP, ENGINE):
        for entry in bundle.entries:
            assert (PACKAGING / "shared" / entry).is_file()
        sources = {Path(source).as_posix() for source, _folder in bundle.data}
        made_later = {"resources/translations", "build/stamp/build.json", "build/stamp/update-root.json"}
        assert all((ROOT / source).exists() for source in sources - made_later)
        assert data_pairs(bundle)


def test_the_app_s_bundle_keeps_to_the_rooms_walls() -> None:
    assert {"torch", "engine", "subnet", "swarm"} <= set(APP.excluded_modules)
    assert {"app", "PySide6"} <= set(ENGINE.excluded_modules)


def test_unwanted_files_are_left_out_and_wanted_ones_stay() -> None:
    def names(*given: str) -> list[str]:
        return [name for name, _path, _kind in wanted(APP, [(name, "", "BINARY") for name in given])]

    kept = (
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "resources/icons/app.svg",
    )
    assert names(*kept) == list(kept)
    assert not names(
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/translations/qtbase_fr.qm",
        "PySide6/Qt/translations/qt_de.qm",
        "libgtk-3.so.0",
        "PySide6/Qt/lib/libQt6Quick.so.6",
    )


def test_the_names_of_the_programs_are_the_ones_that_the_app_looks_for() -> None:
    assert BUILT_WINDOW_PROGRAM in str(WINDOW_PROGRAM)
    desktop = (SHARE / f"{APP_NAME}.desktop").read_text("utf-8")
    assert f"\nExec={BUILT_WINDOW_PROGRAM} %u\n" in desktop
    installer = (PACKAGING / "windows" / "installer.iss").read_text("utf-8")
    assert f"{BUILT_WINDOW_PROGRAM}.exe" in installer
    assert f"{APP_NAME}.exe" in installer


def test_each_system_hands_links_of_our_scheme_to_the_window() -> None:
    scheme = LINK_SCHEME.removesuffix(":")
    desktop = (SHARE / f"{APP_NAME}.desktop").read_text("utf-8")
    assert f"\nMimeType=x-scheme-handler/{scheme};\n" in desktop
    (kind,) = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())["CFBundleURLTypes"]
    assert kind["CFBundleURLSchemes"] == [scheme]
    installer = (PACKAGING / "windows" / "installer.iss").read_text("utf-8")
    assert f'Subkey: "Software\\Classes\\{scheme}"; ValueType: string; ValueName: "URL Protocol"' in installer
    assert f'ValueData: """{{app}}\\{BUILT_WINDOW_PROGRAM}.exe"" -- ""%1"""' in installer


def test_every_system_knows_the_app_by_one_name() -> None:
    bundle = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert bundle["CFBundleIdentifier"] == APP_ID
    (kind,) = bundle["CFBundleURLTypes"]
    assert kind["CFBundleURLName"] == f"{APP_ID}.join"
    agent = plistlib.loads(agent_plist(Launch(command=("app",), folder=ROOT)))
    assert agent["AssociatedBundleIdentifiers"] == [APP_ID], "or macOS lists it under a name that nobody knows"
    assert METAINFO.removesuffix(".metainfo.xml") == APP_ID
    assert METAINFO in (PACKAGING / "linux" / "uninstall.sh").read_text("utf-8")
    assert f'AppUserModelID: "{APP_ID}"' in (PACKAGING / "windows" / "installer.iss").read_text("utf-8")


def test_no_key_of_the_menu_entry_stands_twice() -> None:
    for section in (SHARE / f"{APP_NAME}.desktop").read_text("utf-8").split("\n["):
        keys = [line.partition("=")[0] for line in section.splitlines() if "=" in line]
        assert keys == list(dict.fromkeys(keys))


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed")
def test_the_desktops_own_checker_finds_no_fault_in_the_menu_entry() -> None:
    command = ["desktop-file-validate", "--no-hints", str(SHARE / f"{APP_NAME}.desktop")]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == ""


@pytest.mark.parametrize("name", ["Info.plist", "entitlements.plist", "engine-entitlements.plist"])
def test_macos_property_lists_are_readable(name: str) -> None:
    content = plistlib.loads((PACKAGING / "macos" / name).read_bytes())
    assert content
    if name == "Info.plist":
        assert content["LSUIElement"] is True
        assert content["CFBundleExecutable"] == BUILT_WINDOW_PROGRAM
        assert content["LSMinimumSystemVersion"] == "14.0"
    else:
        assert all(value is True for value in content.values())
        assert "com.apple.security.cs.disable-library-validation" not in content


def test_windows_manifest_asks_for_no_more_than_the_person_has() -> None:
    tree = ElementTree.parse(PACKAGING / "windows" / "app.manifest")
    level = next(element for element in tree.iter() if element.tag.endswith("requestedExecutionLevel"))
    assert level.get("level") == "asInvoker"


def test_the_setup_program_needs_no_administrator_and_asks_before_it_takes_a_person_s_own_files() -> None:
    text = (PACKAGING / "windows" / "installer.iss").read_text("utf-8")
    sections = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
    assert sections == sorted(set(sections), key=sections.index)
    assert "PrivilegesRequired=lowest" in text
    assert 'Parameters: "quit --wait"' in text, "files of a program that still runs can't be taken away"
    assert "MB_DEFBUTTON2" in text
    used = set(re.findall(r"\{#(\w+)\}", text))
    assert used == {"Version", "Source", "Output"}
    assert text.count("{cm:LaunchProgram") == 1


def test_uninstalling_on_windows_takes_the_start_with_the_session_once_the_app_has_ended() -> None:
    text = (PACKAGING / "windows" / "installer.iss").read_text("utf-8")
    run = text.partition("[UninstallRun]")[2].partition("[UninstallDelete]")[0]
    quits, deletes = (line for line in run.splitlines() if line.startswith("Filename"))
    assert "quit --wait" in quits
    assert f'"{{sys}}\\schtasks.exe"; Parameters: "/Delete /F /TN ""{TASK}"""; Flags: runhidden' in deletes


def test_uninstalling_on_windows_keeps_a_key_that_lies_in_a_file_and_says_where() -> None:
    text = (PACKAGING / "windows" / "installer.iss").read_text("utf-8")
    code = text.partition("[Code]")[2]
    assert "DelTree(Own" not in code, "the key's folder would go along"
    assert "CompareText(Found.Name, Kept) <> 0" in code
    assert "Kept := 'keys';" in code and "Holds(Own, Kept, True);" in code
    questions = re.findall(r"^\w+\.RemoveOwn=(.+)$", text, re.MULTILINE)
    assert len(questions) == text.count(".Keychain=") == len(re.findall("^Name: .*MessagesFile", text, re.MULTILINE))
    assert all("%2" in question for question in questions)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no sh here")
def test_every_shell_script_parses_and_stops_at_the_first_error(script: Path) -> None:
    text = script.read_text("utf-8")
    shell = "bash" if text.startswith("#!/bin/bash") else "sh"
    if shutil.which(shell):
        subprocess.run([shell, "-n", str(script)], check=True)
    assert re.search(r"^set -eu?(o pipefail)?$", text, re.MULTILINE)


def test_the_control_file_has_what_dpkg_asks_for() -> None:
    fields = dict(line.split(": ", 1) for line in control("1.2.3", "amd64", 4).splitlines() if not line.startswith(" "))
    assert fields["Package"] == APP_NAME
    assert (fields["Version"], fields["Architecture"], fields["Installed-Size"]) == ("1.2.3", "amd64", "4")
    assert "libc6" in fields["Depends"]


def test_the_description_for_software_centres_is_xml_with_our_desktop_file_in_it() -> None:
    text = (SHARE / METAINFO).read_text("utf-8")
    text = text.replace("@VERSION@", VERSION).replace("@DATE@", f"{datetime.now(UTC).date()}")
    tree = ElementTree.fromstring(text)
    assert tree.findtext("launchable") == f"{APP_NAME}.desktop"
    assert tree.findtext("id") == METAINFO.removesuffix(".metainfo.xml")


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_pins_its_actions_bounds_its_time_and_may_write_nothing(workflow: Path) -> None:
    content = yaml.safe_load(workflow.read_text("utf-8"))
    assert content["permissions"] == {"contents": "read"}
    for name, job in content["jobs"].items():
        assert job["timeout-minutes"] <= 120, name
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step), name
            assert "uses" not in step or re.search(r"@v\d+$|@[0-9a-f]{40}$", step["uses"]), name


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_file_and_command_that_a_workflow_names_exists(workflow: Path) -> None:
    text = workflow.read_text("utf-8").replace("\\", "/")
    for path in re.findall(r"packaging/(?:macos|windows|linux)/[\w./-]+", text):
        assert (ROOT / path).is_file(), path
    main = (ROOT / "devtools" / "release" / "__main__.py").read_text("utf-8")
    for command in re.findall(r"dev\.py package (\w+)", text):
        assert f'"{command}"' in main, command


def test_the_commands_of_package_explain_themselves() -> None:
    command = [sys.executable, "-m", "devtools.release", "--help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in ("app", "engine", "deb", "tarball", "keys", "publish", "renew", "verify"):
        assert name in said
