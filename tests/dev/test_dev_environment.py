"""dev.py's own decisions: which torch, which tests, when the environment counts as whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import environment
from devtools.checks import closing_counts, split_tests
from devtools.downloads import Downloads
from devtools.hardware import Hardware, torch_builds
from devtools.system import ROOT

LINUX = Hardware(system="Linux", machine="x86_64")


def names(hardware: Hardware, wanted: str = "") -> list[str]:
    return [build.name for build in torch_builds(hardware, wanted)]


def test_a_plain_linux_machine_gets_the_cpu_build_and_first_asks_the_index_pip_is_set_up_with() -> None:
    first, second, third = torch_builds(LINUX)
    assert (first.requirement, first.index_url) == ("torch==2.13.0+cpu", None)
    assert second.index_url == "https://download.pytorch.org/whl/cpu"
    assert (third.requirement, third.index_url, third.with_dependencies) == ("torch==2.13.0", None, True)


@pytest.mark.parametrize(
    ("driver", "capability", "expected"),
    [
        ((13, 0), (12, 0), "cu130"),
        ((13, 1), (7, 5), "cu130"),
        ((13, 0), (6, 1), "cu126"),
        ((12, 8), (12, 0), "cu129"),
        ((12, 4), (8, 9), "cu126"),
        ((11, 8), (8, 0), "cpu"),
    ],
)
def test_the_cuda_build_follows_the_driver_and_the_weakest_card(
    driver: tuple[int, int], capability: tuple[int, int], expected: str
) -> None:
    found = names(LINUX._replace(cuda_driver=driver, cuda_capability=capability))
    assert found[0] == expected
    assert found[-1] == "cpu"


def test_an_amd_card_that_rocm_knows_gets_rocm_and_a_small_graphics_core_does_not() -> None:
    assert names(LINUX._replace(rocm_chips=(110000,)))[0] == "rocm7.2"
    assert names(LINUX._replace(rocm_chips=(90012,)))[0] == "cpu"


def test_a_discrete_intel_card_gets_xpu() -> None:
    assert names(LINUX._replace(intel_gpu=True))[0] == "xpu"


def test_a_mac_gets_the_one_build_there_is_and_an_intel_mac_none() -> None:
    assert names(Hardware(system="Darwin", machine="arm64")) == ["mps"]
    assert names(Hardware(system="Darwin", machine="x86_64")) == []


def test_a_build_named_by_hand_is_the_only_one_tried() -> None:
    assert names(LINUX._replace(intel_gpu=True), wanted="cu126") == ["cu126"]
    assert set(names(LINUX._replace(intel_gpu=True), wanted="cpu")) == {"cpu"}


def test_what_pip_downloads_is_added_up_and_large_files_are_named() -> None:
    downloads = Downloads()
    assert downloads.read("  Downloading rich-15.0.0-py3-none-any.whl (310 kB)") is None
    assert downloads.read("Downloading pyside6_essentials-6.11.3-cp310-abi3-win_amd64.whl (74.6 MB)") == (
        "    pyside6-essentials (75 MB)"
    )
    assert downloads.read("Using cached numpy-2.4.6.whl (16.0 MB)") is None
    assert downloads.read("Need to get 2,910 kB of archives.") is None
    assert downloads.summary() == "78 MB downloaded"


def test_pytest_s_closing_line_is_read_with_and_without_colours() -> None:
    assert closing_counts("3 failed, 12 passed, 1 skipped in 4.20s\n") == {"failed": 3, "passed": 12, "skipped": 1}
    assert closing_counts("\x1b[32m\x1b[1m7 passed\x1b[0m\x1b[32m, 2 errors in 61.00s (0:01:01)\x1b[0m\n") == {
        "passed": 7,
        "error": 2,
    }
    assert closing_counts("tests/x.py 12 passed the door") == {}


def test_tests_of_the_app_and_of_other_rooms_go_to_runs_of_their_own() -> None:
    of_app, others, options = split_tests(["-k", "chain", "tests/app", "tests/test_house.py::test_x", "-x"])
    assert (of_app, others, options) == (["tests/app"], ["tests/test_house.py::test_x"], ["-k", "chain", "-x"])
    of_app, others, _ = split_tests(["-x"])
    assert of_app == ["tests/app"]
    assert "tests/dev" in others
    assert "tests/app" not in others


@pytest.fixture
def made_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a whole environment to `is_ready`."""
    python = tmp_path / "python"
    if os.name == "nt":  # where links need a privilege
        python.touch()
    else:
        python.symlink_to(sys.executable)
    monkeypatch.setattr(environment, "VENV_PYTHON", python)
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(environment, "LOCK_FILE", tmp_path / "requirements.lock")
    (tmp_path / "requirements.lock").write_text("a==1\n")
    (tmp_path / "stamp.json").write_text(json.dumps(environment.expected_stamp()))
    return tmp_path


def test_an_environment_with_todays_stamp_is_ready(made_environment: Path) -> None:
    assert environment.is_ready()


def test_a_changed_lock_makes_the_environment_stale(made_environment: Path) -> None:
    (made_environment / "requirements.lock").write_text("a==2\n")
    assert not environment.is_ready()


def test_a_torn_stamp_is_no_stamp(made_environment: Path) -> None:
    (made_environment / "stamp.json").write_text('{"format": 1, "lock_')
    assert not environment.is_ready()


def test_another_torch_asked_for_makes_the_environment_stale(
    made_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAIN_AT_HOME_TORCH", "cu130")
    assert not environment.is_ready()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_an_upgraded_python_makes_the_environment_stale(made_environment: Path) -> None:
    (made_environment / "python").unlink()
    (made_environment / "python3.99").touch()
    (made_environment / "python").symlink_to(made_environment / "python3.99")
    assert not environment.is_ready()


def test_what_every_start_imports_is_compiled_once_even_where_python_is_told_to_keep_no_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_library.py").write_text("import json\n")
    monkeypatch.chdir(tmp_path)  # where `python -c` looks first
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(environment, "VENV_PYTHON", Path(sys.executable))
    monkeypatch.setattr(environment, "IMPORTED", "a_library")
    monkeypatch.setattr(environment, "WORK", tmp_path / "work")
    monkeypatch.setattr(environment, "LOG", tmp_path / "work" / "setup.log")
    environment.check_imports()
    assert len(list((tmp_path / "__pycache__").glob("a_library.*.pyc"))) == 1


def test_a_second_start_waits_while_the_first_one_builds(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("a+b") as first, (tmp_path / "lock").open("a+b") as second:
        assert environment.try_lock(first)
        assert not environment.try_lock(second)
        first.close()
        assert environment.try_lock(second)


def test_dev_py_without_a_command_prints_what_it_can_do() -> None:
    result = subprocess.run([sys.executable, str(ROOT / "dev.py")], capture_output=True, text=True, timeout=30)
    assert result.returncode == 2
    assert "python3 dev.py run" in result.stdout
