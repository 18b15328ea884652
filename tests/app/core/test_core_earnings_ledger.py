"""No credit is lost and none is doubled, whatever is repeated, reordered, cut off or killed."""

import itertools
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.money.ledger import Ledger, merged, quarter_of
from app.core.money.lines import (
    Credit,
    CreditMark,
    EnergySource,
    LedgerHeard,
    Line,
    Paid,
    PayoutAddressChanged,
    SessionKept,
    SliceKept,
    Standing,
    TariffSet,
    Waiting,
)
from app.core.money.store import EarningsStore, Unsaved
from app.core.money.tally import Seen, Tally, observed
from app.core.money.tariff import FlatTariff
from protocol.errors import StorageError
from protocol.wire import to_json

EVENING = 1_795_000_000.0


def seen(at: float = 0.0, **changes: object) -> Seen:
    one = Seen(at_unix=EVENING + at, alive=True, training=True, network="home", hotkey="5a", process=1, watts=100.0)
    return msgspec.structs.replace(one, **changes)


def mark(total: int, at: float, run: str = "r") -> CreditMark:
    return CreditMark(network="home", hotkey="5a", run_id=run, at_unix=at, megaflops=total)


def look(ledger: Ledger, tally: Tally, *looks: Seen) -> Tally:
    for each in looks:
        tally, lines = observed(ledger, tally, each)
        ledger.take_all(lines)
    return tally


def credit_of(ledger: Ledger) -> int:
    return sum(kept.megaflops for kept in ledger.slices.values())


def test_a_night_becomes_one_session_of_quarter_hours() -> None:
    ledger = Ledger()
    looks = [seen(10.0 * n, tokens=100 * n, marks=(mark(5 * n, n),)) for n in range(1, 271)]
    tally = look(ledger, Tally(), *looks)
    look(ledger, tally, seen(2710.0, alive=False, training=False, tokens=27_050))
    (session,) = ledger.sessions.values()
    assert (session.began_unix, session.ended_unix) == (EVENING + 10, EVENING + 2700)
    assert len(ledger.slices) == len({quarter_of(each.at_unix) for each in looks})
    assert sum(kept.tokens for kept in ledger.slices.values()) == 27_050
    assert sum(kept.joules for kept in ledger.slices.values()) == pytest.approx(269 * 10 * 100)
    assert credit_of(ledger) == 5 * 270


def test_a_restart_within_ten_minutes_goes_on_and_a_later_one_begins_anew() -> None:
    ledger = Ledger()
    look(ledger, Tally(), seen(0, tokens=50), seen(10, tokens=80))
    look(ledger, Tally(), seen(300, process=2, tokens=5))
    assert len(ledger.sessions) == 1
    assert sum(kept.tokens for kept in ledger.slices.values()) == 85
    look(ledger, Tally(), seen(2000, process=3, tokens=1))
    look(ledger, Tally(), seen(2010, process=4, network="elsewhere"))
    assert len(ledger.sessions) == 3


def test_a_computer_that_slept_did_not_work_meanwhile() -> None:
    ledger = Ledger()
    look(ledger, Tally(), seen(0), seen(10), seen(30_000))
    assert sum(kept.trained_seconds for kept in ledger.slices.values()) == 40
    assert sum(kept.joules for kept in ledger.slices.values()) == 4000


def test_a_clock_put_back_makes_no_second_session_and_no_negative_time() -> None:
    ledger = Ledger()
    look(ledger, Tally(), seen(3600, tokens=10), seen(0, tokens=20), seen(10, tokens=30))
    assert sum(kept.trained_seconds for kept in ledger.slices.values()) == 10
    assert sum(kept.tokens for kept in ledger.slices.values()) == 30
    assert len(ledger.sessions) == 1


@pytest.mark.parametrize("restarted", [False, True])
def test_after_a_clock_that_was_days_ahead_work_belongs_to_today_again(restarted: bool) -> None:
    ledger, year = Ledger(), 365 * 24 * 3600.0
    tally = look(ledger, Tally(), seen(year, tokens=10), seen(year + 10, tokens=20))
    look(ledger, Tally() if restarted else tally, seen(0, tokens=30), seen(10, tokens=40), seen(20, tokens=50))
    ahead, today = sorted(ledger.sessions.values(), key=lambda session: -session.key)
    assert (today.began_unix, today.ended_unix) == (EVENING, EVENING + 20)
    assert ahead.began_unix == EVENING + year
    work = {kept.session: kept.tokens for kept in ledger.slices.values()}
    assert work == {ahead.key: 20, today.key: 50 if restarted else 30}
    look(ledger, Tally(), seen(300, process=2, tokens=1))
    assert len(ledger.sessions) == 2, "a restart within ten minutes goes on with the session of today"


def test_energy_is_only_as_sure_as_its_weakest_part() -> None:
    ledger = Ledger()
    look(
        ledger,
        Tally(),
        seen(0, source=EnergySource.MEASURED),
        seen(10, source=EnergySource.MEASURED),
        seen(20, source=EnergySource.ESTIMATED),
        seen(30, source=EnergySource.MEASURED),
    )
    assert {kept.source for kept in ledger.slices.values()} == {EnergySource.ESTIMATED}


answers = st.lists(
    st.tuples(
        st.sampled_from(("r", "s")),  # run
        st.integers(0, 40),  # the service's time of the answer
        st.booleans(),  # the app was killed before it
        st.booleans(),  # what is new was written down after it
    ),
    max_size=40,
)


@given(answers, st.lists(st.integers(0, 1000), min_size=41, max_size=41))
def test_credit_is_the_latest_total_of_each_run_whatever_is_killed_repeated_or_late(
    heard: list[tuple[str, int, bool, bool]], totals: list[int]
) -> None:
    """The service's total at time t is totals[t], up or down; answers arrive in any order and any number of times."""
    disk = ListStore()
    ledger, tally, unsaved = Ledger(), Tally(), Unsaved()
    latest: dict[str, int] = {}
    saved: dict[str, int] = {}
    for number, (run, at, killed, kept) in enumerate(heard):
        if killed:
            ledger, tally, unsaved, latest = Ledger().take_all(disk.lines), Tally(), Unsaved(), dict(saved)
        tally, lines = observed(ledger, tally, seen(10.0 * number, marks=(mark(totals[at], at, run),)))
        ledger.take_all(lines)
        for line in lines:
            unsaved.put(line)
        latest[run] = max(at, latest.get(run, 0))
        if kept:
            unsaved.write(disk)
            saved = dict(latest)
        assert credit_of(ledger) == sum(totals[moment] for moment in latest.values())
    unsaved.write(disk)
    assert credit_of(Ledger().take_all(disk.lines)) == credit_of(ledger)


class ListStore(EarningsStore):
    """A disk that is a list."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def add(self, lines: Sequence[Line]) -> None:
        self.lines += lines


credit_lists = st.lists(
    st.builds(Credit, epoch=st.integers(0, 2), unix_ms=st.integers(0, 3), rao=st.integers(1, 3)), max_size=8
)


@given(st.lists(credit_lists, min_size=1, max_size=5), st.randoms(use_true_random=False), st.integers(1, 8))
def test_money_that_was_told_stands_once_however_often_and_in_whatever_order_it_is_told(
    epochs: list[list[Credit]], random: object, window: int
) -> None:
    """The service lists its newest `window` entries; each answer is some moment of a growing list."""
    whole = [credit for part in epochs for credit in part]
    moments = list(range(len(whole) + 1))
    random.shuffle(moments)  # type: ignore[attr-defined]
    ledger, written = Ledger(), Ledger()
    for moment in [*moments, *moments]:
        answer = heard(whole[max(0, moment - window) : moment], moment)
        news = ledger.news(answer)
        ledger.take(answer)
        if news is not None:
            written.take(news)
    told: dict[tuple[int, int, int], int] = defaultdict(int)
    for moment in moments:
        part = whole[max(0, moment - window) : moment]
        for key in {(credit.epoch, credit.unix_ms, credit.rao) for credit in part}:
            told[key] = max(told[key], sum((c.epoch, c.unix_ms, c.rao) == key for c in part))
    kept = {(epoch, unix_ms, rao): times for (_, epoch, unix_ms, rao), times in ledger.credits.items()}
    assert kept == {key: times for key, times in told.items() if times}
    assert written.credits == ledger.credits
    assert ledger.standings[("home", "5a")].at_unix == max(moments)


def heard(credits: list[Credit], at: float, *paid: Paid) -> LedgerHeard:
    grouped = [
        Credit(epoch=key[0], unix_ms=key[1], rao=key[2], times=len(list(group)))
        for key, group in itertools.groupby(sorted((c.epoch, c.unix_ms, c.rao) for c in credits))
    ]
    total = sum(credit.rao * credit.times for credit in grouped)
    standing = Standing(at_unix=at, credited_rao=total, pending_rao=total, held_rao=0, paid_rao=0)
    return LedgerHeard(network="home", hotkey="5a", standing=standing, credits=tuple(grouped), paid=paid)


def test_the_same_answer_again_is_no_news() -> None:
    ledger = Ledger()
    first = heard([Credit(epoch=1, unix_ms=1, rao=5)], 1.0, Paid(transaction="0x1", unix_ms=2, rao=5))
    news = ledger.news(first)
    assert news == first
    ledger.take(first)
    assert (
        ledger.news(heard([Credit(epoch=1, unix_ms=1, rao=5)], 2.0, Paid(transaction="0x1", unix_ms=2, rao=5))) is None
    )


places = st.one_of(
    st.just(dict[str, int]()),
    st.fixed_dictionaries({"block": st.integers(0, 3)}),
    st.fixed_dictionaries({"block": st.integers(0, 3), "index": st.integers(0, 2)}),
)


@given(st.lists(places, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_payouts_place_is_the_same_in_whatever_order_it_is_told(told: list[dict[str, int]], random: Random) -> None:
    answers = [heard([], 1.0, Paid(transaction="0x1", unix_ms=2, rao=5, **place)) for place in told]
    first, second, written = Ledger().take_all(answers), Ledger(), Ledger()
    random.shuffle(answers)
    for answer in [*answers, *answers]:
        news = second.news(answer)
        second.take(answer)
        if news is not None:
            written.take(news)
    assert first.books().paid == second.books().paid == written.books().paid


def test_a_place_that_is_told_later_is_news_and_is_not_forgotten_again() -> None:
    bare, whole = (Paid(transaction="0x1", unix_ms=2, rao=5, **place) for place in ({}, {"block": 7, "index": 3}))
    ledger = Ledger().take_all([heard([], 1.0, bare)])
    news = ledger.news(heard([], 2.0, whole))
    assert news is not None and news.paid == (whole,)
    ledger.take(news)
    assert ledger.news(heard([], 3.0, bare)) is None
    ledger.take(heard([], 3.0, bare))
    assert [paid for _, paid in ledger.books().paid] == [whole]


def test_books_of_an_earlier_version_hold_payouts_without_a_place(tmp_path: Path) -> None:
    earlier = heard([], 1.0, Paid(transaction="0x" + "ab" * 32, unix_ms=2, rao=5))
    line = to_json([earlier]).replace(b',"block":null,"index":null', b"")
    assert b"block" not in line
    (tmp_path / "earnings.jsonl").write_bytes(line + b"\n")
    ledger = Ledger()
    assert EarningsStore(tmp_path / "earnings.jsonl").load(ledger) is None
    ((_, paid),) = ledger.books().paid
    assert (paid.hash, paid.block, paid.index) == ("0x" + "ab" * 32, None, None)


LINES: tuple[Line, ...] = (
    *observed(Ledger(), Tally(), seen(5, tokens=7, marks=(mark(3, 1), mark(4, 1, "s"))))[1],
    heard([Credit(epoch=1, unix_ms=1, rao=5)] * 2, 1.0, Paid(transaction="0x1", unix_ms=2, rao=5)),
    TariffSet(from_unix=1.0, currency="EUR", tariff=FlatTariff(0.3)),
    PayoutAddressChanged(at_unix=2.0, old=None, new="5b"),
)


@given(st.integers(0, sum(len(to_json([line])) + 1 for line in LINES)))
def test_a_file_cut_off_anywhere_holds_the_lines_before_the_cut_and_takes_new_ones(length: int) -> None:
    whole = b"".join(to_json([line]) + b"\n" for line in LINES)
    before = whole[:length].count(b"\n")
    with TemporaryFolder() as folder:
        path = folder / "earnings.jsonl"
        path.write_bytes(whole[:length])
        store, ledger = EarningsStore(path), Ledger()
        assert store.load(ledger) is None
        assert ledger.books() == Ledger().take_all(LINES[:before]).books()
        store.add(LINES[before:])
        again = Ledger()
        EarningsStore(path).load(again)
        assert again.books() == Ledger().take_all(LINES).books()


class TemporaryFolder:
    """hypothesis refuses fixtures of function scope."""

    def __enter__(self) -> Path:
        import tempfile

        self._folder = tempfile.TemporaryDirectory()
        return Path(self._folder.name)

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def test_a_line_that_can_not_be_read_is_told_and_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "earnings.jsonl"
    store = EarningsStore(path)
    store.add(LINES[:2])
    with path.open("ab") as file:
        file.write(b'{"type":"from the future"}\n\xff\xfe\n')
    store.add(LINES[2:])
    ledger = Ledger()
    trouble = EarningsStore(path).load(ledger)
    assert trouble is not None and "2 parts" in trouble.title
    assert ledger.books() == Ledger().take_all(LINES).books()
    assert len(list(tmp_path.glob("*.torn-*"))) == 1


def test_a_line_that_can_not_be_read_is_told_once_and_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "earnings.jsonl"
    EarningsStore(path).add(LINES[:2])
    with path.open("ab") as file:
        file.write(b'[{"type":"session","sess\n')
    EarningsStore(path).add(LINES[2:])
    assert EarningsStore(path).load(Ledger()) is not None
    for _start in range(3):
        ledger = Ledger()
        assert EarningsStore(path).load(ledger) is None
        assert ledger.books() == Ledger().take_all(LINES).books()
    assert len(list(tmp_path.glob("*.torn-*"))) == 1


def test_a_write_that_was_cut_off_is_told_at_no_later_start(tmp_path: Path) -> None:
    path = tmp_path / "earnings.jsonl"
    EarningsStore(path).add(LINES[:2])
    with path.open("ab") as file:
        file.write(b'[{"type":"session","sess')
    for _start in range(3):
        store = EarningsStore(path)
        assert store.load(Ledger()) is None
        store.add(LINES[2:])
    assert list(tmp_path.glob("*.torn-*")) == []


def test_what_can_not_be_read_stays_where_the_disk_takes_no_copy_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("No space left on device.")

    path = tmp_path / "earnings.jsonl"
    path.write_bytes(b"[{]\n")
    monkeypatch.setattr("app.core.money.store.write_atomically", full)
    assert EarningsStore(path).load(Ledger()) is not None
    assert path.read_bytes() == b"[{]\n"


def test_a_time_that_no_calendar_shows_is_passed_over_in_books_of_an_earlier_version(tmp_path: Path) -> None:
    path, far = tmp_path / "earnings.jsonl", 300_000_000_000_000
    line = heard([Credit(epoch=1, unix_ms=far, rao=5), Credit(epoch=1, unix_ms=7, rao=5)], 1.0)
    waiting = (Waiting(unix_ms=far, rao=5), Waiting(unix_ms=8, rao=5))
    paid = (Paid(transaction="0x1", unix_ms=far, rao=5), Paid(transaction="0x2", unix_ms=9, rao=5))
    standing = msgspec.structs.replace(line.standing, waiting=waiting)
    EarningsStore(path).add([msgspec.structs.replace(line, standing=standing, paid=paid)])
    ledger = Ledger()
    assert EarningsStore(path).load(ledger) is None
    books = ledger.books()
    assert [credit.unix_ms for _, credit in books.credits] == [7]
    assert [each.unix_ms for _, each in books.paid] == [9]
    assert [each.unix_ms for _, standing in books.standings for each in standing.waiting] == [8]
    assert books.standings[0][1].credited_rao == 10, "the network's own sum stands"


def test_the_file_is_its_owners_alone_and_is_written_anew_when_it_has_grown(tmp_path: Path) -> None:
    path = tmp_path / "earnings.jsonl"
    store, ledger = EarningsStore(path), Ledger().take_all(LINES)
    for _ in range(50):
        store.add(LINES * 100)
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
    grown = path.stat().st_size
    store.tidy(ledger, EVENING)
    assert path.stat().st_size < grown / 1000
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
    again = Ledger()
    assert EarningsStore(path).load(again) is None
    assert again.books() == ledger.books() and again.marks == ledger.marks


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 300), st.integers(-5, 50), st.integers(0, 99)), max_size=30))
def test_what_is_old_gets_coarser_and_no_sum_changes(steps: list[tuple[int, int, int]]) -> None:
    ledger, now, total = Ledger(), 0.0, 0
    for hours, gained, tokens in steps:
        now += 3600 * hours
        total += gained
        look(ledger, Tally(), seen(now, process=int(now), tokens=tokens, marks=(mark(total, now),)))
    before = (credit_of(ledger), sum(kept.tokens for kept in ledger.slices.values()))
    ledger.shorten(EVENING + now)
    assert (credit_of(ledger), sum(kept.tokens for kept in ledger.slices.values())) == before
    assert Ledger().take_all(ledger.lines()).books() == ledger.books()


def test_too_many_sessions_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.money.ledger.SESSIONS_LIMIT", 3)
    ledger = Ledger()
    for night in range(6):
        look(ledger, Tally(), seen(86_400.0 * night, tokens=10, process=night, marks=(mark(night + 1, night),)))
    ledger.shorten(EVENING)
    assert len(ledger.sessions) == 3
    assert credit_of(ledger) == 6 and sum(kept.tokens for kept in ledger.slices.values()) == 60
    assert {kept.session for kept in ledger.slices.values()} <= set(ledger.sessions)


def test_slices_add_up() -> None:
    one, two = (line.slice for line in LINES[1:2] * 2 if isinstance(line, SliceKept))
    assert merged(one, two).tokens == 14
    assert isinstance(LINES[0], SessionKept)
