"""When a gradient is late: whom to ask, and when to send elsewhere."""

from engine.pipeline.passage import ASKINGS, FIRST_PATIENCE_SECONDS, Passage, PassageState, Remedy, overdue
from protocol.packets import PacketKind
from swarm.patience import RoundTrips

QUICK = RoundTrips(5.0, 0.5)
HERE = frozenset({"near", "far"})


def _away(asked_at: float = 0.0, attempts: int = 0) -> Passage:
    passage = Passage(PacketKind.FORWARD, 7, 1, 0.0, None, downstream="near", asked_at=asked_at, attempts=attempts)
    passage.state = PassageState.AWAY
    return passage


def _remedies(passage: Passage, now: float, failed: frozenset[str] = frozenset()) -> list[Remedy]:
    return [late.remedy for late in overdue([passage], HERE, failed, QUICK, now)]


def test_who_is_later_than_answers_usually_are_is_asked_first_and_doubled_last() -> None:
    assert _remedies(_away(), 6.9) == []
    assert _remedies(_away(), 7.1) == [Remedy.ASK]
    assert _remedies(_away(asked_at=7.1, attempts=1), 21.0) == []
    assert _remedies(_away(asked_at=7.1, attempts=1), 21.2) == [Remedy.ASK]
    assert _remedies(_away(asked_at=21.2, attempts=ASKINGS), 49.3) == [Remedy.SEND_ELSEWHERE]


def test_a_quick_peer_is_asked_after_within_a_second_but_not_passed_over_sooner_than_a_slow_one() -> None:
    instant = RoundTrips(0.1, 0.01)

    def remedies(passage: Passage, now: float) -> list[Remedy]:
        return [late.remedy for late in overdue([passage], HERE, frozenset(), instant, now)]

    assert remedies(_away(), 0.9) == []
    assert remedies(_away(), 1.1) == [Remedy.ASK]
    assert remedies(_away(asked_at=1.1, attempts=1), 9.0) == []
    assert remedies(_away(asked_at=9.2, attempts=ASKINGS), 25.1) == []
    assert remedies(_away(asked_at=9.2, attempts=ASKINGS), 25.3) == [Remedy.SEND_ELSEWHERE]


def test_before_anything_is_measured_the_first_patience_holds() -> None:
    nothing = RoundTrips()
    assert overdue([_away()], HERE, frozenset(), nothing, FIRST_PATIENCE_SECONDS) == []
    assert len(overdue([_away()], HERE, frozenset(), nothing, FIRST_PATIENCE_SECONDS + 0.1)) == 1


def test_a_peer_that_just_failed_another_packet_is_asked_at_once_and_only_once() -> None:
    assert _remedies(_away(), 0.1, frozenset({"near"})) == [Remedy.ASK]
    assert _remedies(_away(asked_at=0.1, attempts=1), 0.2, frozenset({"near"})) == []


def test_what_is_with_a_peer_that_left_the_table_goes_elsewhere_at_once() -> None:
    passage = _away()
    passage.downstream = "gone"
    assert _remedies(passage, 0.1) == [Remedy.SEND_ELSEWHERE]


def test_what_is_not_away_is_not_overdue() -> None:
    passage = _away()
    passage.state = PassageState.RETURNING
    assert _remedies(passage, 1000.0) == []
