import itertools
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from swarm.leases import (
    LeaseBook,
    close,
    closed_below,
    coverage,
    expire,
    finish,
    grant,
    new_book,
    next_expiry,
    remaining,
    renew,
    restored_book,
    vanish,
)
from swarm.ranges import count, difference, lowest, normalised, union

_ranges = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def _indices(ranges: object) -> set[int]:
    return {index for start, end in ranges for index in range(start, end)}  # type: ignore[attr-defined]


@settings(max_examples=50, deadline=None)
@given(_ranges, _ranges, st.integers(0, 70))
def test_ranges_are_sets(left: list[tuple[int, int]], right: list[tuple[int, int]], wanted: int) -> None:
    one, other = normalised(left), normalised(right)
    assert _indices(union(one, other)) == _indices(left) | _indices(right)
    assert _indices(difference(one, other)) == _indices(left) - _indices(right)
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
                ended, book = expire(book, now)
                assert next_expiry(book) is None or (next_expiry(book) or 0) > now
                assert not set(ended) & set(book.open)
            case "renew":
                known, book = renew(book, first, f"miner {second}", now, 10.0)
                assert not known or book.open[first].expires_at >= now + 10.0
            case "kill":
                _, book = vanish(book, f"miner {first}")
            case "return":
                book = close(book, [first])
            case _:
                book = restored_book(total, book.finished, book.open.values())
        assert _whole(book)
        assert closed_below(book, next_id) <= next_id
    _, book = expire(book, now + 1000)
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
    ended, book = vanish(book, "a")
    assert ended == (1,)
    third, book = grant(book, 3, "c", 4, 0.0, 60.0)
    assert third is not None
    assert third.remaining == ((0, 1), (2, 4), (8, 9))


def test_a_microbatch_trained_after_its_lease_ran_out_is_not_leased_again() -> None:
    _, book = grant(new_book(3), 1, "a", 3, 0.0, 1.0)
    _, book = expire(book, 1.0)
    new, book = finish(book, 1)
    assert new
    assert book.pool == ((0, 1), (2, 3))
    assert renew(book, 1, "a", 2.0, 5.0) == (False, book)


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
