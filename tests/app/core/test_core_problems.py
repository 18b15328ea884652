"""Each trouble has one code for ever, a whole page in plain words, and is found by what a person types."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.computer.devices import Shortcoming
from app.core.engine.outcomes import Crashed, Exited, GaveUp, NotStarted, Outcome, Refused
from app.core.engine.phase import Ended, EngineStatus, Failure, Phase, failure_of
from app.core.gates.gate import GateName, Switch, at_least, at_most, plain
from app.core.money.side import MoneySide
from app.core.payout.address import HotkeyOfThisDevice, OtherNetwork, SeedPhrase, Valid, read_pasted
from app.core.payout.words import problem_of_address
from app.core.problems.codes import (
    BY_GATE,
    BY_SHORTCOMING,
    BY_TROUBLE,
    Problem,
    problem_of,
    problem_of_update,
    problem_typed,
    with_code,
)
from app.core.problems.page import Page
from app.core.problems.pages import PAGES, found_pages, page_of
from app.core.problems.present import present_problems
from app.core.report.contents import ReportFile
from app.core.report.digest import digest
from app.core.snapshot import Account, NetworkKind, NetworkView, Trouble, TroubleSeen, apply
from protocol.errors import DiskFull, StorageError, from_body, storage_error, to_body
from tests.app.conftest import MakeSnapshot

ROOT = Path(__file__).resolve().parents[3]
GIVEN = {
    10: "ENGINE_NOT_STARTED",
    11: "ENGINE_ENDED_BY_SYSTEM",
    12: "ENGINE_CRASHED",
    13: "ENGINE_LEFT",
    14: "ENGINE_SILENT",
    15: "ENGINE_FAULT",
    16: "ENGINE_OF_ANOTHER_VERSION",
    17: "OUT_OF_MEMORY",
    18: "DEVICE_UNUSABLE",
    19: "COMPILER_FAILED",
    20: "DRIVER_TOO_OLD",
    21: "CHIP_UNKNOWN",
    22: "DEVICE_NOT_ON_THIS_SYSTEM",
    23: "MEMORY_TOO_SMALL",
    24: "DISK_FULL",
    25: "DISK_NEARLY_FULL",
    26: "MEMORY_SHORT",
    27: "TOO_HOT",
    28: "CLOCK_WRONG",
    29: "CAN_NOT_STAY_AWAKE",
    30: "FILE_TROUBLE",
    31: "SETTING_UNUSABLE",
    32: "EARNINGS_NOT_WRITTEN",
    33: "ACTIVITY_NOT_WRITTEN",
    34: "KEYCHAIN_LOCKED",
    35: "KEY_NOT_OPEN",
    36: "AUTOSTART_REFUSED",
    37: "NO_TRAY",
    38: "DEVICE_STANDS_STILL",
    39: "WORK_DISK_AWAY",
    40: "OFFLINE",
    41: "NETWORK_UNREACHABLE",
    42: "NETWORK_REFUSED",
    43: "SIGNATURE_REFUSED",
    44: "NETWORK_FAULT",
    45: "ANSWER_NOT_UNDERSTOOD",
    46: "DAMAGED_ON_THE_WAY",
    47: "CONNECTION_LOST",
    48: "PEER_UNREACHABLE",
    49: "NETWORK_HERE_ENDED",
    50: "APP_TOO_OLD",
    51: "DATA_USED_UP",
    52: "WORK_TOO_LATE",
    53: "LEDGER_UNREACHABLE",
    54: "PAYOUT_HELD",
    55: "PROXY_FAILED",
    56: "DISK_LIMIT_LOW",
    60: "ADDRESS_INVALID",
    61: "ADDRESS_OF_ANOTHER_NETWORK",
    62: "SECRET_PASTED",
    63: "HOTKEY_PASTED",
    70: "UPDATE_REFUSED",
    71: "UPDATE_UNREACHABLE",
    72: "UPDATE_UNUSABLE",
    99: "OTHER",
}
"""As people have written them down. A row may be added, never changed and never taken away."""
NEVER_TOLD_TO_A_PERSON = {"missing_object", "no_question", "silenced"}
"""Codes that validators, logs and the engine's own parts use among themselves."""


def test_no_code_ever_changes_its_meaning() -> None:
    names = {int(problem.value.removeprefix("TAH-")): problem.name for problem in Problem}
    assert {number: names.get(number) for number in GIVEN} == GIVEN
    assert set(names) == set(GIVEN), "a new code needs its row in GIVEN"


def test_each_code_has_one_page_with_nothing_left_out() -> None:
    assert set(PAGES) == set(Problem)
    for page in PAGES.values():
        texts = msgspec.structs.astuple(page)
        assert all(texts)
        assert not page.title.endswith(".") and "\n" not in "".join(texts)
        assert all(text.endswith(".") for text in texts[1:])
    assert len({page.title for page in PAGES.values()}) == len(PAGES)


def test_each_word_that_the_parts_use_for_a_trouble_has_a_code() -> None:
    """New kinds of errors need their row in BY_TROUBLE."""
    said = set[str]()
    for room in ("app", "engine", "protocol", "chain"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text("utf-8")
            said |= set(re.findall(r'^    code(?:: str)? = "(\w+)"$', text, re.MULTILINE))
            said |= set(re.findall(r'\b(?:Failure|TroubleSeen|Failed)\(\s*(?:code=)?"(\w+)"', text))
    assert {"killed", "silent", "out_of_memory", "storage", "keychain", "clock", "key"} <= said
    assert said - NEVER_TOLD_TO_A_PERSON - set(BY_TROUBLE) == set()
    assert set(BY_TROUBLE) - said <= {"earnings_record", "activity_record"}


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (NotStarted("x"), "TAH-10"),
        (Exited(137), "TAH-11"),
        (Crashed(9), "TAH-11"),
        (Crashed(11), "TAH-12"),
        (Exited(1), "TAH-13"),
        (GaveUp("silent", "x"), "TAH-14"),
        (GaveUp("bug", "x"), "TAH-15"),
        (Refused(7, 1), "TAH-16"),
        (GaveUp("out_of_memory", "x"), "TAH-17"),
        (GaveUp("clock", "x"), "TAH-28"),
        (GaveUp("of a later version", "x"), "TAH-99"),
    ],
)
def test_each_end_of_an_engine_has_its_code(outcome: Outcome, code: str, make_snapshot: MakeSnapshot) -> None:
    failure = failure_of(outcome)
    assert failure is not None and failure.problem == code
    after = apply(make_snapshot(phase=Phase.STARTING), Ended(outcome), make_snapshot().at)
    assert after.troubles[-1].problem == code


def test_all_gates_and_shortcomings_that_are_no_rule_of_the_persons_have_codes() -> None:
    own_rules = {"setup", "awake", "hours", "mains", "battery", "saver", "electricity", "metered", "busy_program"}
    own_rules |= {"full_screen", "others", "idle", "payout"}
    assert {gate.value for gate in GateName} == {gate.value for gate in BY_GATE} | own_rules
    trains_all_the_same = {Shortcoming.LITTLE_MEMORY, Shortcoming.SLOW, Shortcoming.BESIDE_A_CARD}
    assert set(Shortcoming) == set(BY_SHORTCOMING) | trains_all_the_same


def test_a_full_disk_is_told_from_a_file_that_can_not_be_written() -> None:
    full = storage_error(OSError(28, "No space left on device"), "x")
    assert problem_of(full.code) is Problem.DISK_FULL and isinstance(full, StorageError)
    assert problem_of(storage_error(PermissionError(13, "no"), "x").code) is Problem.FILE_TROUBLE
    assert isinstance(from_body(to_body(full)), DiskFull)


def test_a_refused_address_or_update_has_a_code() -> None:
    assert problem_of_address(read_pasted("5Grw")) is Problem.ADDRESS_INVALID
    assert problem_of_address(SeedPhrase()) is Problem.SECRET_PASTED
    assert problem_of_address(OtherNetwork("Polkadot")) is Problem.ADDRESS_OF_ANOTHER_NETWORK
    assert problem_of_address(HotkeyOfThisDevice()) is Problem.HOTKEY_PASTED
    assert problem_of_address(Valid("5x")) is None and problem_of_address(read_pasted("")) is None
    assert problem_of_update("authentication") is Problem.UPDATE_REFUSED
    assert problem_of_update("unavailable") is Problem.UPDATE_UNREACHABLE
    assert problem_of_update("never heard of") is Problem.UPDATE_UNUSABLE


@pytest.mark.parametrize("typed", ["TAH-12", "tah-12", " Tah 12 ", "12", "tah12", "TAH–12", "012"])
def test_a_code_is_found_however_it_is_typed(typed: str) -> None:
    assert problem_typed(typed) is Problem.ENGINE_CRASHED
    assert found_pages(typed) == (Problem.ENGINE_CRASHED,)


@pytest.mark.parametrize("typed", ["", "TAH", "TAH-", "TAH-1", "TAH-120", "12.5", "TAH-١٢٣٤٥", "\0", "TAH-12 x"])
def test_what_is_no_code_finds_none(typed: str) -> None:
    assert problem_typed(typed) is None


@given(st.text(max_size=40))
def test_any_text_may_be_searched_for(text: str) -> None:
    assert set(found_pages(text)) <= set(Problem)


def test_words_are_searched_for_in_all_of_a_page() -> None:
    assert Problem.KEYCHAIN_LOCKED in found_pages("KEYCHAIN locked")
    assert Problem.NO_TRAY in found_pages("gnome")
    assert found_pages("") == tuple(Problem)
    assert found_pages("no page has these words") == ()


def test_what_is_there_now_stands_before_what_was_and_each_once(make_snapshot: MakeSnapshot) -> None:
    now = make_snapshot().at
    gates = (
        at_least(GateName.DISK, Switch.AUTOMATIC, 1e9, 2e9),
        at_most(GateName.TEMPERATURE, Switch.AUTOMATIC, 99.0, 95.0),
        at_most(GateName.GRAPHICS_TEMPERATURE, Switch.AUTOMATIC, 99.0, 95.0),
        plain(GateName.MAINS, Switch.ON, False),
    )
    troubles = (
        Trouble(at=now, code="crashed", title="It crashed.", problem=Problem.ENGINE_CRASHED),
        Trouble(at=now, code="unavailable", title="No answer.", problem=Problem.NETWORK_UNREACHABLE),
    )
    failure = Failure("crashed", "The engine crashed (signal 11).")
    snapshot = make_snapshot(
        gates=gates, troubles=troubles, engine=EngineStatus(phase=Phase.FAILED, failure=failure), money=MoneySide()
    )
    found = present_problems(snapshot, (Problem.NO_TRAY,))
    assert [(each.code, each.now) for each in found] == [
        (Problem.ENGINE_CRASHED, True),
        (Problem.DISK_NEARLY_FULL, True),
        (Problem.TOO_HOT, True),
        (Problem.NO_TRAY, True),
        (Problem.NETWORK_UNREACHABLE, False),
    ]
    assert found[0].sentence == "The engine crashed (signal 11)."


def test_a_gate_that_is_met_or_switched_off_is_no_problem(make_snapshot: MakeSnapshot) -> None:
    gates = (
        at_least(GateName.DISK, Switch.OFF, 1e9, 2e9),
        plain(GateName.NETWORK, Switch.AUTOMATIC, None),
        plain(GateName.UPDATE, Switch.AUTOMATIC, True),
    )
    assert present_problems(make_snapshot(gates=gates)) == ()


def test_a_missing_key_a_silent_network_and_its_ledger_are_there_now(make_snapshot: MakeSnapshot) -> None:
    network = NetworkView(kind=NetworkKind.NAMED, name="n", failure=Failure("unavailable", "No answer."))
    account = Account(key_failure=Failure("keychain", "The keychain is locked."))
    snapshot = make_snapshot(network=network, account=account, money=MoneySide(unreachable="No ledger."))
    codes = [each.code for each in present_problems(snapshot)]
    assert codes == [Problem.KEYCHAIN_LOCKED, Problem.NETWORK_UNREACHABLE, Problem.LEDGER_UNREACHABLE]


def test_a_trouble_carries_its_code_into_a_report_for_helpers(make_snapshot: MakeSnapshot) -> None:
    after = apply(make_snapshot(), TroubleSeen("disk_full", "The disk is full.", "Free some."), make_snapshot().at)
    status = msgspec.json.encode({"sentence": "s", "troubles": msgspec.to_builtins(after.troubles)}).decode()
    assert "TAH-24 The disk is full. Free some." in digest([ReportFile("status.json", status)])


def test_a_code_stands_quietly_behind_its_sentence() -> None:
    assert with_code("The disk is full.", Problem.DISK_FULL) == "The disk is full. (TAH-24)"
    assert with_code("All is well.", None) == "All is well."
    assert isinstance(page_of(Problem.DISK_FULL), Page)
