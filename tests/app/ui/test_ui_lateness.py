"""How late a timer came follows from when it fired; and a blocked window thread shows in it."""

import sys
import threading
import time

import pytest

pytest.importorskip("PySide6")

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from benchmarks.footprint.lateness import INTERVAL_MS, TimerRecord, TurnRecord, lateness_of, spread_of


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=200))
def test_the_longest_gap_beyond_ten_milliseconds_is_the_longest_lag(late_ms: list[float]) -> None:
    moments = [0.0]
    for each in late_ms:
        moments.append(moments[-1] + (INTERVAL_MS + each) / 1000)
    found = lateness_of(moments)
    assert found.count == len(late_ms)
    assert found.most == pytest.approx(max(late_ms), abs=1e-6)
    assert found.p50 <= found.p99 <= found.most


def test_a_timer_that_comes_early_is_not_late_and_one_firing_says_nothing() -> None:
    assert lateness_of([0.0, 0.009, 0.019]).most == pytest.approx(0.0, abs=1e-6)
    with pytest.raises(ValueError, match="never fired twice"):
        lateness_of([1.0])


def test_a_thread_that_was_blocked_for_a_fifth_of_a_second_was_late_by_that(qtbot: QtBot) -> None:
    parent = QObject()
    record = TimerRecord(parent)
    qtbot.waitUntil(lambda: len(record.moments) > 3, timeout=5000)
    until = time.perf_counter() + 0.2
    while time.perf_counter() < until:
        pass  # the blocking itself is what is measured
    seen = len(record.moments)
    qtbot.waitUntil(lambda: len(record.moments) > seen + 1, timeout=5000)
    assert lateness_of(record.moments).most >= 180
    record.close()


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=200))
def test_a_spread_lies_between_the_least_and_the_most(milliseconds: list[float]) -> None:
    found = spread_of(milliseconds)
    assert min(milliseconds) <= found.p50 <= found.p99 <= found.most == max(milliseconds)


@pytest.mark.skipif(sys.platform == "win32", reason="the program that counts turns runs on Linux")
def test_a_turn_costs_what_the_thread_computes_and_not_what_it_waits(qtbot: QtBot) -> None:
    parent = QObject()
    turns = TurnRecord(parent)
    done = []

    def compute() -> None:
        until = time.thread_time() + 0.1
        while time.thread_time() < until:
            pass
        done.append("computed")

    def wait() -> None:
        threading.Event().wait(1.0)  # the waiting itself is what is measured
        done.append("waited")

    for turn in (wait, compute):
        QTimer.singleShot(0, parent, turn)
    qtbot.waitUntil(lambda: len(done) == 2 and any(each >= 100 for each in turns.milliseconds), timeout=10_000)
    assert max(turns.milliseconds) < 1000
