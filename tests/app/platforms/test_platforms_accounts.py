"""Who has an account on this computer: named by any source that tells, never by one that breaks."""

from collections.abc import Iterable
from pathlib import Path

from app.platforms.accounts import people_here


def nobody() -> Iterable[str]:
    return []


def test_names_come_from_every_source_that_tells(tmp_path: Path) -> None:
    for name in ("ann", "Bob Mueller", "Public", "Default", ".snapshots"):
        (tmp_path / "Users" / name).mkdir(parents=True)
    (tmp_path / "Users" / "desktop.ini").touch()
    found = people_here(tmp_path / "Users" / "ann", logged_in=lambda: ["eve "], listed=lambda: ["carl", "x", ""])
    assert found == {"ann", "Bob Mueller", "eve", "carl"}


def test_what_lies_beside_a_home_elsewhere_is_no_name(tmp_path: Path) -> None:
    for name in ("root", "etc", "usr"):
        (tmp_path / name).mkdir()
    assert people_here(tmp_path / "root", logged_in=nobody, listed=nobody) == frozenset()


def test_a_source_that_breaks_hides_no_other(tmp_path: Path) -> None:
    def broken() -> Iterable[str]:
        raise OSError("no such list")

    gone = tmp_path / "home" / "ann"
    assert people_here(gone, logged_in=broken, listed=lambda: ["carl"]) == {"carl"}


def test_a_school_with_thousands_of_accounts_makes_no_endless_list(tmp_path: Path) -> None:
    found = people_here(tmp_path, logged_in=lambda: ["bob"], listed=lambda: (f"pupil{place}" for place in range(9000)))
    assert "bob" in found and len(found) < 1000


def test_this_computer_can_be_asked() -> None:
    assert all(len(name) > 1 for name in people_here(Path.home()))
