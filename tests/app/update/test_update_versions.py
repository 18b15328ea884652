"""Which version runs: two tries, then back, and never below what was installed."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.update.programs import Programs
from app.update.releases import read_list
from app.update.versions import (
    TRIES,
    LaunchRecord,
    Version,
    choose,
    ended_in_order,
    healthy,
    is_given_up,
    left_behind,
    parse_version,
    with_brought,
    without,
)
from protocol.errors import MalformedMessage

BASE = Version(1, 0, 0)
NEXT = Version(1, 1, 0)
LATER = Version(1, 2, 0)
versions = st.builds(Version, *(st.integers(0, 20),) * 3)


def test_what_was_installed_runs_as_long_as_nothing_was_brought() -> None:
    assert choose(LaunchRecord(), BASE, counts=True) == (None, LaunchRecord())


def test_a_brought_version_runs_and_its_first_start_is_counted() -> None:
    chosen, record = choose(with_brought(LaunchRecord(), NEXT), BASE, counts=True)
    assert chosen == NEXT
    assert record.brought[0].tries == 1


def test_a_version_that_fails_to_start_twice_is_given_up_for_what_ran_before() -> None:
    record = healthy(with_brought(LaunchRecord(), NEXT), NEXT)
    record = with_brought(record, LATER)
    seen = []
    for _start in range(3):
        chosen, record = choose(record, BASE, counts=True)
        seen.append(chosen)
    assert seen == [LATER, LATER, NEXT]
    assert is_given_up(record, LATER)


def test_where_no_older_version_was_brought_the_installed_one_comes_back() -> None:
    record = with_brought(LaunchRecord(), NEXT)
    for _start in range(TRIES):
        record = choose(record, BASE, counts=True).record
    assert choose(record, BASE, counts=True).version is None


def test_a_version_that_worked_once_is_not_left_for_a_later_crash() -> None:
    record = healthy(choose(with_brought(LaunchRecord(), NEXT), BASE, counts=True).record, NEXT)
    for _start in range(10):
        chosen, record = choose(record, BASE, counts=True)
        assert chosen == NEXT


def test_a_question_on_the_command_line_neither_wakes_an_untried_version_nor_counts_as_its_start() -> None:
    record = with_brought(LaunchRecord(), NEXT)
    assert choose(record, BASE, counts=False) == (None, record)
    record = healthy(record, NEXT)
    assert choose(record, BASE, counts=False) == (NEXT, record)


def test_an_end_in_order_takes_its_start_back() -> None:
    record = with_brought(LaunchRecord(), NEXT)
    for _start in range(5):
        chosen, record = choose(record, BASE, counts=True)
        assert chosen == NEXT
        record = ended_in_order(record, NEXT)


def test_an_installed_version_that_caught_up_wins_over_what_was_brought() -> None:
    record = healthy(with_brought(LaunchRecord(), NEXT), NEXT)
    assert choose(record, NEXT, counts=True).version is None
    assert choose(record, LATER, counts=True).version is None


def test_once_a_version_is_healthy_older_ones_and_failed_ones_may_go_and_failed_ones_stay_known() -> None:
    record = healthy(with_brought(with_brought(LaunchRecord(), NEXT), LATER), LATER)
    assert left_behind(record, LATER) == (NEXT,)
    record = with_brought(record, Version(2, 0, 0))
    for _start in range(3):
        record = choose(record, BASE, counts=True).record
    assert Version(2, 0, 0) in left_behind(record, LATER)
    record = without(without(record, NEXT), Version(2, 0, 0))
    assert [item.version for item in record.brought] == ["1.2.0", "2.0.0"]
    assert is_given_up(record, Version(2, 0, 0))


@given(versions)
def test_a_version_reads_back_as_it_is_written(version: Version) -> None:
    assert parse_version(str(version)) == version


@pytest.mark.parametrize(
    "text", ["", "1.2", "1.2.3.4", "01.2.3", "1.2.3-rc1", "../1.2.3", "1.2.3/..", "1.2.٣", "9" * 99]
)
def test_what_is_no_version_is_refused_and_so_never_becomes_a_folder(text: str) -> None:
    with pytest.raises(MalformedMessage):
        parse_version(text)


@given(st.lists(st.tuples(versions, st.booleans()), max_size=6), versions, st.booleans())
def test_never_older_than_what_was_installed_and_never_one_that_was_given_up(
    brought: list[tuple[Version, bool]], base: Version, counts: bool
) -> None:
    record = LaunchRecord()
    for version, works in brought:
        record = with_brought(record, version)
        record = healthy(record, version) if works else record
    for _start in range(2 * len(brought) + 2):
        before = record
        chosen, record = choose(before, base, counts=counts)
        assert chosen is None or (chosen > base and not is_given_up(before, chosen))


@pytest.mark.parametrize("variant", ["cpu", "cu130", "rocm7.2", "xpu", "mps"])
def test_an_engine_of_each_known_kind_counts(tmp_path: Path, variant: str) -> None:
    programs = Programs(tmp_path)
    write_bundle(programs, {"version": "1.2.3", "variant": variant, "protocol_version": 5})
    assert [bundle.variant for bundle, _ in programs.engines()] == [variant]


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "newest"},
        {"version": "../1.2.3"},
        {"variant": "../../elsewhere"},
        {"variant": ""},
        {"variant": "CPU"},
    ],
)
def test_an_engine_folder_that_says_nonsense_does_not_count_and_hinders_no_start(
    tmp_path: Path, wrong: dict[str, str]
) -> None:
    programs = Programs(tmp_path)
    write_bundle(programs, {"version": "1.2.3", "variant": "cpu", "protocol_version": 5} | wrong)
    assert programs.engines() == []
    assert programs.engine_program(5) is None


def test_a_listed_engine_of_a_kind_that_is_no_name_is_refused() -> None:
    engine = {"path": "engine.tar", "system": "linux-x86_64", "version": "1.2.3", "protocol_version": 5,
              "unpacked_bytes": 1, "variant": "../x"}  # fmt: skip
    with pytest.raises(MalformedMessage):
        read_list(json.dumps({"format": 1, "engine": [engine]}).encode())
    assert read_list(json.dumps({"format": 1, "engine": [engine | {"variant": "cpu"}]}).encode()).engine


def write_bundle(programs: Programs, bundle: dict[str, Any]) -> None:
    folder = programs.folder / "engine" / "here"
    folder.mkdir(parents=True)
    (folder / "bundle.json").write_text(json.dumps(bundle))
