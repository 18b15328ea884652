"""docs/features.md claims nothing that no test shows, and names no test that does not exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "features.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FEATURES, COMPLAINTS = 45, 77
OF_A_NETWORK = {62, 63}


def rows() -> list[list[str]]:
    """The cells of every row of both tables, without their heads."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] not in ("Feature", "No.")]


def features() -> list[list[str]]:
    return [row for row in rows() if len(row) == 4]


def complaints() -> list[list[str]]:
    return [row for row in rows() if len(row) == 5]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_the_page_names_exists() -> None:
    named = NAMED.findall(PAGE.read_text(encoding="utf-8"))
    assert named
    missing = [
        f"{file}::{name}" for file, name in named if not (ROOT / file).exists() or name not in names_in(ROOT / file)
    ]
    assert not missing


def test_every_yes_has_a_test_that_shows_it() -> None:
    bare = [row[0] for row in features() if row[1] == "Y" and not NAMED.search(row[3])]
    bare += [row[1] for row in complaints() if row[2] == "Y" and not NAMED.search(row[4])]
    assert not bare


def test_every_feature_and_every_complaint_that_an_app_can_answer_has_its_row() -> None:
    assert len({row[0] for row in features()}) == FEATURES
    numbers = [int(number) for row in complaints() for number in row[0].split(",")]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) == set(range(1, COMPLAINTS + 1)) - OF_A_NETWORK


@pytest.mark.parametrize("row", rows() if PAGE.exists() else [], ids=lambda row: str(row[0])[:30])
def test_each_row_says_yes_partly_or_no_and_how(row: list[str]) -> None:
    answer, how = row[-3], row[-2]
    assert answer in ("Y", "P", "N")
    assert how or answer == "Y"
