import itertools
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from swarm.leases import (
    IDLE_SECONDS,
    STUCK_SECONDS,
    Claim,
    LeaseBook,
    OpenLease,
    Pace,
    allowance,
    close,
    closed_below,
    coverage,
    expired,
    finish,
    grant,
    held_by,
    keeps,
    new_book,
    next_expiry,
    remaining,
    renew,
    restored_book,
    rests_until,
)
from swarm.ranges import count, difference, intersection, lowest, normalised, union

_ranges = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def _indices(ranges: object) -> set[int]:
    return {index for start, end in ranges for index in range(start, end)}  # type: ignore[attr-defined]


@settings(max_examples=50, deadline=None)
@given(_ranges, _ranges, st.integers(0, 70))
def test_ranges_are_sets(left: list[tuple[int, int]], right: list[tuple[int, int]], wanted: int) -> None:
    one, other = normalised(left), normalised(right)
    assert _indices(union(one, other)) == _indices(left) | _indices(right)
    assert _indices(difference(one, other)) == _indices(left) - _indices(right)
    assert _indices(intersection(one, other)) == _indices(left) & _indices(right)
    assert count(one) == len(_indices(left))
    taken, rest = lowest(one, wanted)
    assert sorted(_indices(one))[:wanted] == sorted(_indices(taken))
    assert _indices(taken) | _indices(rest) == _indices(one)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(one))


def _whole(book: LeaseBook) -> bool:
    places = [_indices(book.pool), _indices(book.finished), *(_indices(one.remaining) for one in book.open.values())]
    return sum(map(len, places)) == book.total and set().union(*places) == set(range(book.total))


_moves = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), st.integers(0, 3), st.integers(1, 9)),
        st.tuples(st.just("finish"), st.integers(-1, 40), st.just(0)),
        st.tuples(st.just("expire"), st.integers(0, 20), st.just(0)),
        st.tuples(st.just("renew"), st.integers(0, 12), st.integers(0, 3)),
        st.tuples(st.just("kill"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("return"), st.integers(0, 12), st.just(0)),
        st.tuples(st.just("claim"), st.integers(0, 12), st.integers(0, 40)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
    ),
    max_size=60,
)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 40), _moves)
def test_whatever_happens_each_index_is_trained_or_can_be_leased(total: int, moves: list[tuple[str, int, int]]) -> None:
    book, now, next_id, trained = new_book(total), 0.0, 0, Counter[int]()
    for move, first, second in moves:
        match move:
            case "grant":
                lease, book = grant(book, next_id, f"miner {first}", second, now, 10.0)
                next_id += 1
                assert lease is None or 0 < count(lease.remaining) <= second
            case "finish":
                new, book = finish(book, first)
                assert new == (0 <= first < total and not trained[first])
                trained[first] += 0 <= first < total
            case "expire":
                now += first
                ended = [lease.lease_id for lease in expired(book, now)]
                book = close(book, ended)
                assert next_expiry(book) is None or (next_expiry(book) or 0) > now
                assert not set(ended) & set(book.open)
            case "renew":
                known, book = renew(book, first, f"miner {second}", now, 10.0)
                assert not known or book.open[first].expires_at >= now + 10.0
            case "kill":
                book = close(book, [lease.lease_id for lease in held_by(book, f"miner {first}")])
                assert held_by(book, f"miner {first}") == ()
            case "return":
                book = close(book, [first])
            case "claim":
                claim, before = Claim(((second, second + 5),), now + 3.0), book
                book = close(book, [first], {first: claim})
                if first in book.open:
                    assert _indices(book.open[first].remaining) <= set(range(second, second + 5))
                    assert book.open[first].expires_at == now + 3.0
                    assert book.open[first].holder == before.open[first].holder
            case _:
                book = restored_book(total, book.finished, book.open.values())
        assert _whole(book)
        assert closed_below(book, next_id) <= next_id
    book = close(book, [lease.lease_id for lease in expired(book, now + 1000)])
    done = {index for index, times in trained.items() if times}
    assert _indices(book.pool) == set(range(total)) - done
    assert remaining(book) == total - len(done)


def test_the_lowest_free_indices_are_leased_first_and_what_is_left_comes_back() -> None:
    book = new_book(10)
    first, book = grant(book, 1, "a", 4, 0.0, 60.0)
    second, book = grant(book, 2, "b", 4, 0.0, 60.0)
    assert first is not None
    assert second is not None
    assert (first.remaining, second.remaining) == (((0, 4),), ((4, 8),))
    _, book = finish(book, 1)
    assert [lease.lease_id for lease in held_by(book, "a")] == [1]
    book = close(book, [1])
    third, book = grant(book, 3, "c", 4, 0.0, 60.0)
    assert third is not None
    assert third.remaining == ((0, 1), (2, 4), (8, 9))


def test_a_microbatch_trained_after_its_lease_ran_out_is_not_leased_again() -> None:
    _, book = grant(new_book(3), 1, "a", 3, 0.0, 1.0)
    assert [lease.lease_id for lease in expired(book, 1.0)] == [1]
    book = close(book, [1])
    new, book = finish(book, 1)
    assert new
    assert book.pool == ((0, 1), (2, 3))
    assert renew(book, 1, "a", 2.0, 5.0) == (False, book)


def test_what_a_holder_says_to_have_trained_waits_for_the_confirmation_and_then_comes_back() -> None:
    _, book = grant(new_book(6), 1, "a", 4, 0.0, 10.0)
    book = close(book, [1], {1: Claim(((1, 3), (5, 6)), 40.0)})
    assert book.pool == ((0, 1), (3, 6))
    assert (book.open[1].remaining, book.open[1].expires_at) == (((1, 3),), 40.0)
    assert finish(book, 1)[1].open[1].remaining == ((2, 3),)
    assert close(book, [1]).pool == ((0, 6),)


def lease_of(book: LeaseBook, lease_id: int) -> OpenLease:
    return book.open[lease_id]


def test_a_holder_may_have_open_what_it_does_in_some_minutes_and_never_less_than_it_needs() -> None:
    book = new_book(10_000)
    assert allowance(book, "a", 32, 2, finished_lately=0) == 68
    assert allowance(book, "a", 32, 2, finished_lately=900) == 900
    _, book = grant(book, 1, "a", 68, 0.0, 60.0)
    assert allowance(book, "a", 32, 2, finished_lately=0) == 0
    assert allowance(book, "b", 32, 2, finished_lately=0) == 68
    _, book = finish(book, 3)
    assert allowance(book, "a", 32, 2, finished_lately=1) == 1
    many = new_book(10_000)
    for number in range(6):
        _, many = grant(many, number, "a", 1, 0.0, 60.0)
    assert allowance(many, "a", 32, 2, finished_lately=0) == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 64), st.integers(1, 64), st.integers(0, 300))
def test_a_miner_that_asks_in_time_is_never_turned_away(lease: int, in_flight: int, lately: int) -> None:
    """As the engine does: when no more than in_flight are left to feed, beside in_flight on their way."""
    _, book = grant(new_book(10_000), 1, "a", 2 * in_flight, 0.0, 60.0)
    assert allowance(book, "a", lease, in_flight, lately) >= lease


def test_heartbeats_alone_hold_no_lease() -> None:
    _, book = grant(new_book(100), 1, "idle", 10, 0.0, 60.0)
    idle, busy_mates = lease_of(book, 1), Pace(None, has_mates=True, mates_finished_at=500.0)
    assert keeps(book, idle, busy_mates, IDLE_SECONDS, 60.0)
    assert not keeps(book, idle, busy_mates, IDLE_SECONDS + 1, 60.0)
    hungry_mates = Pace(None, has_mates=True, mates_finished_at=None)
    assert not keeps(book, idle, hungry_mates, IDLE_SECONDS + 1, 60.0), "they have nothing to feed"


def test_a_slow_miner_that_gets_on_keeps_what_it_has() -> None:
    _, book = grant(new_book(100), 1, "gentle", 10, 0.0, 60.0)
    now = 0.0
    for _ in range(10):
        now += 500.0
        pace = Pace(now - 500.0 or None, has_mates=True, mates_finished_at=now)
        assert keeps(book, lease_of(book, 1), pace, now, 60.0)


def test_while_the_whole_pipeline_stands_still_leases_stay_where_they_are() -> None:
    _, book = grant(new_book(100), 1, "a", 10, 0.0, 60.0)
    _, book = grant(book, 2, "b", 10, 0.0, 60.0)
    stuck = Pace(10.0, has_mates=True, mates_finished_at=9.0)
    assert keeps(book, lease_of(book, 1), stuck, STUCK_SECONDS, 60.0)
    assert not keeps(book, lease_of(book, 1), stuck, STUCK_SECONDS + 11.0, 60.0)
    alone = Pace(10.0, has_mates=False, mates_finished_at=None)
    assert keeps(book, lease_of(book, 1), alone, 100 * STUCK_SECONDS, 60.0), "there is nobody to give it to"


def test_who_lets_leases_lapse_is_passed_over_for_twice_as_long_each_time() -> None:
    assert rests_until([], 60.0) == 0.0
    assert rests_until([100.0], 60.0) == 160.0
    assert rests_until([100.0, 900.0, 1900.0], 60.0) == 1900.0 + 240.0
    assert rests_until([float(n) for n in range(2000)], 60.0) == 1999.0 + 60.0 * 1024


def test_overlapping_leases_in_a_damaged_table_are_pulled_apart() -> None:
    one, _ = grant(new_book(5), 1, "a", 3, 0.0, 1.0)
    other, _ = grant(new_book(5), 2, "b", 4, 0.0, 1.0)
    assert one is not None
    assert other is not None
    book = restored_book(5, [(0, 1)], [other, one])
    assert _whole(book)
    assert book.open[1].remaining == ((1, 3),)
    assert book.open[2].remaining == ((3, 4),)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 20), st.data())
def test_coverage_names_what_was_trained_twice_or_not_at_all(total: int, data: st.DataObject) -> None:
    trained = data.draw(st.lists(st.integers(0, total - 1), max_size=40))
    found = coverage(trained, total)
    times = Counter(trained)
    assert _indices(found.untrained) == set(range(total)) - set(trained)
    assert _indices(found.repeated) == {index for index in times if times[index] > 1}
    assert found.repeated_share == (len(trained) - len(times)) / total
