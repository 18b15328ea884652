"""Caps and allowances, with clocks and calendars of our own."""

from hypothesis import given
from hypothesis import strategies as st

from swarm.allowances import BURST_SECONDS, Bucket, MonthlyUse

SENDS = st.lists(st.tuples(st.floats(0, 5), st.integers(0, 10**6)), min_size=1, max_size=60)


@given(SENDS, st.floats(1e3, 1e7))
def test_no_more_leaves_than_the_rate_allows(sends: list[tuple[float, int]], rate: float) -> None:
    bucket, now, before_last = Bucket(rate), 0.0, 0
    for pause, size in sends:
        wait, bucket = bucket.spent(size, now := now + pause)
        leaves = now + wait
        assert before_last <= rate * (leaves + BURST_SECONDS) * 1.000001 + 1e-6
        before_last += size


@given(SENDS, st.floats(1e3, 1e7))
def test_nothing_waits_longer_than_what_went_before_it_takes(sends: list[tuple[float, int]], rate: float) -> None:
    bucket, now, total = Bucket(rate), 0.0, 0
    for pause, size in sends:
        wait, bucket = bucket.spent(size, now := now + pause)
        assert wait <= total / rate * 1.000001
        total += size


def test_a_large_packet_passes_whole_and_the_next_one_pays() -> None:
    wait, bucket = Bucket(1000.0).spent(5000, 0.0)
    assert wait == 0.0
    wait, bucket = bucket.spent(100, 1.0)
    assert wait == 4.0
    assert bucket.spent(1, 1.0)[0] == 4.1
    assert bucket.spent(1, 100.0)[0] == 0.0


def test_a_clock_put_back_lends_nothing() -> None:
    _, bucket = Bucket(1000.0).spent(5000, 100.0)
    wait, bucket = bucket.spent(1, 50.0)
    assert wait == 5.0 - BURST_SECONDS
    assert bucket.spent(1, 101.0)[0] > 3.7, "the half minute that came twice paid once"


def test_a_month_begins_at_nothing_and_does_not_come_again() -> None:
    use = MonthlyUse().after("2026-11", 10).after("2026-11", 5)
    assert use == MonthlyUse("2026-11", 15)
    assert use.after("2026-12", 1) == MonthlyUse("2026-12", 1)
    assert use.after("2026-10", 1) == MonthlyUse("2026-11", 16, behind="2026-10")
    assert use.after("2027-01", 0).used_bytes == 0


def test_a_clock_that_was_once_ahead_freezes_no_month() -> None:
    use = MonthlyUse().after("2026-11", 10).after("2062-01", 10)
    use = use.after("2026-11", 100).after("2026-11", 100)
    assert use.used_bytes == 210, "nothing is given twice for a clock put right"
    assert use.after("2026-12", 5) == MonthlyUse("2026-12", 5)
    assert use.after("2026-12", 5).after("2027-01", 7) == MonthlyUse("2027-01", 7)


def test_a_clock_that_begins_anew_at_every_start_gives_no_second_allowance() -> None:
    """Of a flat battery, until the network tells the time."""
    use = MonthlyUse()
    for _ in range(5):
        use = use.after("2000-01", 1).after("2026-11", 10)
    assert (use.month, use.used_bytes) == ("2026-11", 54)


MONTHS = st.sampled_from(["2000-01", "2026-10", "2026-11", "2026-12", "2062-01"])


@given(st.lists(st.tuples(MONTHS, st.integers(0, 10**6)), max_size=30))
def test_within_a_month_of_the_clock_no_use_is_forgotten(uses: list[tuple[str, int]]) -> None:
    use, before = MonthlyUse(), ""
    for month, size in uses:
        after = use.after(month, size)
        if month <= before:
            assert after.used_bytes == use.used_bytes + size
        use, before = after, month
