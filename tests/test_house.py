"""The house rules that no linter knows: sizes, words in every package, and nothing that executes what it reads."""

import ast
import re
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("protocol", "edge", "swarm", "engine", "subnet", "chain", "app", "benchmarks", "devtools")
FILE_LINES, FUNCTION_LINES = 600, 80
PROTOCOL_MAY_IMPORT = sys.stdlib_module_names | {"protocol", "msgspec", "blake3", "cryptography"}

PRODUCT_FILES = [*(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))), ROOT / "dev.py"]
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))


def trees() -> list[tuple[str, ast.Module]]:
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))) for path in PRODUCT_FILES]


def test_no_file_is_longer_than_600_lines() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in PRODUCT_FILES}
    assert not {name: count for name, count in lines.items() if count > FILE_LINES}


def test_no_function_is_longer_than_80_lines() -> None:
    long = {}
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{name}:{node.name}"] = lines
    assert not long


def test_every_package_says_its_job() -> None:
    silent = []
    for room in ROOMS:
        for folder in sorted({path.parent for path in (ROOT / room).rglob("*.py")}):
            if folder.parts[-2:] == ("migrations", "versions"):
                continue  # Alembic reads these by their path; they are no package
            package = folder / "__init__.py"
            if not package.exists() or not ast.get_docstring(ast.parse(package.read_text(encoding="utf-8"))):
                silent.append(str(folder.relative_to(ROOT)))
    assert not silent


def test_every_module_says_its_job() -> None:
    silent = [name for name, tree in trees() if not ast.get_docstring(tree)]
    assert not silent


def executes_what_it_reads(node: ast.AST) -> str | None:
    """The name of a call or import that would run or unpickle its input, or None."""
    match node:
        case ast.Import(names=names):
            bad = {alias.name.partition(".")[0] for alias in names} & {"pickle", "marshal", "shelve", "dill"}
            return ", ".join(sorted(bad)) or None
        case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in {"pickle", "marshal", "shelve", "dill"}:
            return module
        case ast.Call(func=ast.Name(id="eval" | "exec" as name)):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id="torch"), attr="load")):
            return "torch.load"
        case _:
            return None


def test_nothing_received_is_executed_or_unpickled() -> None:
    found = [
        f"{name}:{getattr(node, 'lineno', 0)} {word}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if (word := executes_what_it_reads(node))
    ]
    assert not found


@pytest.mark.parametrize("text", ["import pickle", "from marshal import loads", "eval('1')", "torch.load('x')"])
def test_the_check_for_execution_can_fail(text: str) -> None:
    assert any(executes_what_it_reads(node) for node in ast.walk(ast.parse(text)))


def imported_packages(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def test_protocol_needs_three_libraries_and_no_more() -> None:
    strangers = {
        f"{name}: {package}"
        for name, tree in trees()
        if name.startswith("protocol/")
        for package in imported_packages(tree)
        if package.partition(".")[0] not in PROTOCOL_MAY_IMPORT
    }
    assert not strangers


def test_a_shard_imports_only_itself_swarm_and_protocol_of_this_house() -> None:
    strangers = {
        f"{name}: {module}"
        for name, tree in trees()
        if name.startswith("engine/shard/")
        for module in imported_packages(tree)
        if module.partition(".")[0] in ROOMS
        and module.partition(".")[0] not in ("swarm", "protocol")
        and not (module == "engine.shard" or module.startswith("engine.shard."))
    }
    assert not strangers


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in TEST_FILES if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_tests_wait_for_conditions_and_never_just_sleep() -> None:
    """A bare `time.sleep(2)` is a guess; a short pause inside a `while` loop with a deadline is a wait."""
    guesses = []
    for path in TEST_FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        waits = {
            id(call)
            for loop in ast.walk(tree)
            if isinstance(loop, ast.While | ast.For | ast.AsyncFor)
            for call in ast.walk(loop)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and id(node) not in waits and ast.unparse(node.func) == "time.sleep":
                guesses.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not guesses


def lock_entries() -> list[str]:
    """One piece of text per locked package: its pin, its marker, its hashes."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return [entry for entry in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE) if entry.strip()]


def test_the_lock_names_every_file_by_hash_and_no_registry() -> None:
    entries = lock_entries()
    assert len(entries) > 50
    for entry in entries:
        assert re.match(r"[\w.-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}$", entry.strip()), entry
        assert not re.search(r"https?:|file:|find-links|index-url|^torch==", entry), entry


def test_the_tests_run_on_the_locked_versions() -> None:
    """Otherwise they prove something about other versions than a person gets."""
    installed = {re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(): found.version for found in distributions()}
    pins = [re.match(r"([\w.-]+)==(\S+) \\\n", entry) for entry in lock_entries()]  # those with a marker don't match
    locked = {pin[1]: pin[2] for pin in pins if pin}
    assert len(locked) > 50
    assert {name: installed.get(name) for name in locked} == locked
