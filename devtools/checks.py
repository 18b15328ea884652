"""The one check: ruff, import contracts, types, and every test with the walls between the rooms up."""

from __future__ import annotations  # so that an old Python gets as far as the sentence that names what it lacks

import os
import re
import subprocess
import sys
import threading
import time

from devtools.downloads import Downloads
from devtools.environment import VENV_PYTHON, child_environment
from devtools.system import ROOT, provide_test_services, say


def static_checks() -> list[str]:
    """ruff, import contracts and types, side by side. Prints what they complain of; returns the names that fail."""
    checks = {
        "ruff": ["-m", "ruff", "check", "."],
        "import contracts": ["-c", "from importlinter.cli import lint_imports_command as main; main()"],
        "types": ["-m", "mypy"],
    }
    results: dict[str, subprocess.CompletedProcess[bytes]] = {}

    def check(name: str, arguments: list[str]) -> None:
        results[name] = subprocess.run(
            [str(VENV_PYTHON), *arguments],
            cwd=ROOT,
            env=child_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    threads = [threading.Thread(target=check, args=item, name=item[0]) for item in checks.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = [name for name in checks if results[name].returncode]
    for name in checks:
        output = results[name].stdout.decode("utf-8", "replace").strip()
        say(f"{name}: {'FAILED' if name in failed else 'ok'}")
        if name in failed:
            say(output)
    return failed


def split_tests(arguments: list[str]) -> tuple[list[str], list[str], list[str]]:
    """(paths in tests/app, other paths, options) of a pytest command line; no path at all means every test."""
    of_app: list[str] = []
    others: list[str] = []
    options: list[str] = []
    for argument in arguments:
        path = argument.partition("::")[0]
        if not path.startswith("tests") or not (ROOT / path).exists():
            options.append(argument)
        elif (ROOT / path).resolve().is_relative_to(ROOT / "tests" / "app"):
            of_app.append(argument)
        else:
            others.append(argument)
    if not of_app and not others:
        of_app = ["tests/app"]
        others = sorted(
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / "tests").iterdir()
            if path.name not in ("app", "conftest.py", "__pycache__") and (path.is_dir() or path.suffix == ".py")
        )
    return of_app, others, options


def run_pytest(paths: list[str], options: list[str], forbidden: str) -> tuple[int, dict[str, int]]:
    """One pytest run in which `forbidden` can't be imported. Returns (exit status, counts by word)."""
    say(f"\npytest without {forbidden}: {' '.join(paths)}")
    environment = child_environment()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environment[name] = "1"
    environment.update(QT_QPA_PLATFORM="offscreen", TRAIN_AT_HOME_FORBID=forbidden)
    workers = min(4, os.cpu_count() or 1)  # more would starve the networks that tests start
    command = [str(VENV_PYTHON), "-m", "pytest", "-q", f"-n{workers}", "--dist=worksteal"]
    command.append("--durations=10")  # where a slow machine's minutes go is in its log
    command.append("--color=yes" if sys.stdout.isatty() else "--color=no")
    process = subprocess.Popen(
        [*command, *options, *paths],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    counts: dict[str, int] = {}
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        counts = closing_counts(line) or counts
    return process.wait(), counts


def closing_counts(line: str) -> dict[str, int]:
    """{'passed': 12, 'failed': 1, ...} of pytest's closing line, empty for any other line."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", line)
    if not re.match(r"(=+ )?\d+ \w+(, \d+ \w+)* in [\d.]+s", plain):
        return {}
    return {word.removesuffix("s"): int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", plain)}


def run_tests(arguments: list[str]) -> int:
    """Static checks and all tests; with arguments, pytest alone. tests/app run without torch, the rest without Qt."""
    started = time.monotonic()
    provide_test_services(Downloads())
    failed_checks = [] if arguments else static_checks()
    of_app, others, options = split_tests(arguments)
    passed = failed = 0
    statuses: list[int] = []
    for paths, forbidden in ((others, "PySide6"), (of_app, "torch")):
        if not paths:
            continue
        status, counts = run_pytest(paths, options, forbidden)
        statuses.append(status)
        passed += counts.get("passed", 0)
        failed += counts.get("failed", 0) + counts.get("error", 0)
    nothing_found = 5  # pytest's own status; right only when the other half of a narrowed run found something
    broken = [s for s in statuses if s and not (s == nothing_found and options and statuses != [nothing_found] * 2)]
    failed += len(failed_checks) + (1 if broken and not failed else 0)
    for name in failed_checks:
        say(f"FAILED: {name}")
    say(f"\nAll of it took {time.monotonic() - started:.0f} s.")
    say(f"{passed} passed, {failed} failed")
    return 1 if failed or broken or not passed else 0
