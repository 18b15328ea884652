"""The one picture: what events do to it, what it costs, and the words for it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.control.speaking import speak_for
from app.core import words
from app.core.decision import Action, Decision, Reason
from app.core.engine.outcomes import Crashed
from app.core.engine.phase import Ended, EngineStatus, Failure, Launched, Phase, Told
from app.core.language.speech import ENGLISH, speak
from app.core.money.earnings import Earner, Earnings, after_heartbeat, at_night, credit_text
from app.core.money.facts import sides_of
from app.core.snapshot import (
    POINTS_LIMIT,
    TROUBLES_LIMIT,
    Account,
    AccountChanged,
    NetworkChanged,
    NetworkKind,
    NetworkPhase,
    NetworkView,
    Point,
    ServiceSide,
    Snapshot,
    TroublesCleared,
    TroubleSeen,
    apply,
    first_snapshot,
    with_point,
)
from protocol import engine_control as wire

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
RUN = Decision(action=Action.RUN, reason=Reason.GATES_OPEN, until=NOW + timedelta(hours=9))


def heartbeat(**fields: float) -> wire.HeartbeatAccepted:
    return msgspec.convert({"at_unix_seconds": NOW.timestamp(), **fields}, wire.HeartbeatAccepted)


OWN = Earner("main", "5Own")


def heard(earnings: Earnings, run_id: str = "a", now: datetime = NOW, **fields: float) -> Earnings:
    return after_heartbeat(earnings, heartbeat(**fields), run_id, OWN, now)


def training() -> Snapshot:
    engine = EngineStatus(phase=Phase.TRAINING, run_id="r", run_title="Shakespeare", stage=1, stages=3)
    return msgspec.structs.replace(first_snapshot(NOW, Earnings()), decision=RUN, engine=engine)


def test_steps_and_heartbeats_make_curves_and_figures() -> None:
    snapshot = training()
    for step in range(3):
        event = wire.StepFinished(step=step, tokens=64, tokens_per_second=100.0 + step, loss=4.0 - step)
        snapshot = apply(snapshot, Told(event), NOW)
    snapshot = apply(snapshot, Told(heartbeat(run_loss=3.1, held_out_loss=3.3, miners=4, credit=1e12)), NOW)
    snapshot = apply(snapshot, Told(heartbeat(run_loss=3.0, held_out_loss=3.3, miners=4, credit=2e12)), NOW)
    assert [point.value for point in snapshot.own_loss_points] == [4.0, 3.0, 2.0]
    assert [point.value for point in snapshot.speed_points] == [100.0, 101.0, 102.0]
    assert [point.value for point in snapshot.loss_points] == [3.1, 3.0]
    assert [point.value for point in snapshot.held_out_points] == [3.3]
    assert snapshot.service.miners == 4
    assert snapshot.earnings.tonight_credit == 1e12
    assert snapshot.revision == 5


@given(st.integers(1, 5000))
@settings(max_examples=30, deadline=None)
def test_a_curve_stays_short_and_keeps_its_first_and_last_point(count: int) -> None:
    points: tuple[Point, ...] = ()
    for place in range(count):
        points = with_point(points, Point(float(place), 0.0))
    assert len(points) <= POINTS_LIMIT
    assert (points[0].at_unix_seconds, points[-1].at_unix_seconds) == (0.0, count - 1.0)
    assert list(points) == sorted(points, key=lambda point: point.at_unix_seconds)


def test_a_curve_that_goes_on_for_long_keeps_points_of_all_its_time() -> None:
    points: tuple[Point, ...] = ()
    for place in range(10 * POINTS_LIMIT):
        points = with_point(points, Point(5.0 * place, 0.0))
    moments = [point.at_unix_seconds for point in points]
    longest = max(later - sooner for sooner, later in pairwise(moments))
    assert longest <= 2 * (moments[-1] - moments[0]) / (POINTS_LIMIT // 2)


def test_a_curve_stays_short_while_the_clock_is_put_back_and_forth() -> None:
    points: tuple[Point, ...] = ()
    for place in range(5 * POINTS_LIMIT):
        points = with_point(points, Point(1e6 * (place % 2) - place, 0.0))
        assert len(points) <= POINTS_LIMIT


def test_the_same_trouble_again_is_counted_not_repeated() -> None:
    snapshot = first_snapshot(NOW, Earnings())
    for _ in range(3):
        snapshot = apply(snapshot, TroubleSeen("unavailable", "The orchestrator is away."), NOW)
    assert [trouble.times for trouble in snapshot.troubles] == [3]
    for number in range(50):
        snapshot = apply(snapshot, TroubleSeen("other", f"Trouble {number}."), NOW)
    assert len(snapshot.troubles) == TROUBLES_LIMIT
    assert apply(snapshot, TroublesCleared(), NOW).troubles == ()


def test_a_crash_becomes_a_trouble_with_its_retry_time() -> None:
    retry = NOW + timedelta(seconds=2)
    snapshot = apply(apply(training(), Launched(7), NOW), Ended(Crashed(11), retry), NOW)
    assert snapshot.engine.phase is Phase.FAILED
    assert snapshot.troubles[-1].retry_at == retry
    assert words.sentence(snapshot) == "The engine crashed (signal 11). Trying again at 22:00."


def test_another_network_starts_with_empty_curves() -> None:
    snapshot = apply(training(), Told(heartbeat(run_loss=3.1)), NOW)
    view = NetworkView(kind=NetworkKind.ADDRESS, orchestrator_url="https://a.example")
    assert apply(snapshot, NetworkChanged(view), NOW).loss_points == ()


def test_a_snapshot_survives_json() -> None:
    snapshot = apply(training(), Told(heartbeat(run_loss=3.1)), NOW)
    assert msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot) == snapshot


def test_every_phase_under_every_action_has_its_words() -> None:
    for phase in Phase:
        for action in Action:
            for ending in (False, True):
                decision = Decision(action=action, reason=Reason.GATES_OPEN)
                engine = EngineStatus(phase=phase, failure=Failure("x", "It broke.") if phase is Phase.FAILED else None)
                snapshot = msgspec.structs.replace(training(), decision=decision, engine=engine, ending=ending)
                assert words.headline(snapshot)
                assert words.sentence(snapshot).endswith(".")


def test_training_is_told_with_its_part_and_its_end() -> None:
    assert words.sentence(training()) == "Training part 2 of 3 of “Shakespeare” until 07:00."


def test_a_run_that_is_done_is_told_until_the_next_one_is_joined() -> None:
    done = apply(training(), Told(wire.RunEnded(run_id="r", held_out_loss=2.0)), NOW)
    assert words.headline(done) == "Finished"
    assert words.sentence(done) == "The training of “Shakespeare” is done. Waiting for the next one."
    here = apply(done, NetworkChanged(NetworkView(kind=NetworkKind.THIS_COMPUTER, phase=NetworkPhase.READY)), NOW)
    assert words.sentence(here).endswith("Turn training off and on again to begin another one.")
    joined = wire.RunJoined(run_id="s", run_title="Verne", stage=0, stages=3, parameters=1)
    assert words.headline(apply(done, Told(joined), NOW)) == "Training"


def test_the_last_merge_of_a_run_is_not_told_as_waiting_for_others() -> None:
    engine = EngineStatus(phase=Phase.WAITING_FOR_PEERS, reason="Waiting for other computers")
    waiting = msgspec.structs.replace(training(), engine=engine)
    assert words.sentence(waiting) == "Waiting for other computers."
    merging = msgspec.structs.replace(waiting, service=ServiceSide(run_share_done=1.0))
    assert words.sentence(merging) == "All is trained; the computers put together what they learned."


def test_work_on_its_way_to_another_disk_is_told_until_the_engine_goes_on() -> None:
    view = NetworkView(kind=NetworkKind.ADDRESS, phase=NetworkPhase.READY)
    starting = msgspec.structs.replace(training(), engine=EngineStatus(phase=Phase.STARTING), network=view)
    moving = apply(starting, Told(wire.WorkMoving(done_bytes=3_200_000_000, total_bytes=6_100_000_000)), NOW)
    assert words.sentence(moving) == "Moving its work to another disk: 3.2 GB of 6.1 GB."
    downloading = apply(moving, Told(wire.PhaseChanged(phase=wire.EnginePhase.DOWNLOADING)), NOW)
    assert words.sentence(downloading) == "Downloading its part of the model."


def test_a_network_that_starts_here_is_told() -> None:
    view = NetworkView(kind=NetworkKind.THIS_COMPUTER, phase=NetworkPhase.STARTING)
    snapshot = msgspec.structs.replace(training(), engine=EngineStatus(), network=view)
    assert words.sentence(snapshot) == "Starting a network on this computer."


def test_a_network_that_failed_here_is_told_as_an_error_with_its_retry() -> None:
    failure = Failure("local_network", "The network on this computer crashed.", "Its log says more.")
    retry_at = NOW + timedelta(minutes=2)
    view = NetworkView(kind=NetworkKind.THIS_COMPUTER, phase=NetworkPhase.FAILED, failure=failure, retry_at=retry_at)
    failed = msgspec.structs.replace(training(), engine=EngineStatus(), network=view)
    assert words.headline(failed) == "Stopped by an error"
    assert words.sentence(failed) == "The network on this computer crashed. Trying again at 22:02."
    for_good = msgspec.structs.replace(failed, network=msgspec.structs.replace(view, retry_at=None))
    assert words.sentence(for_good) == "The network on this computer crashed."
    assert words.headline(msgspec.structs.replace(training(), network=view)) == "Training", "as its sentence says"


def test_a_translation_reaches_every_view_through_one_seam() -> None:
    try:
        words.use_translation(lambda text: {"Training": "Training läuft"}.get(text, text))
        assert words.headline(training()) == "Training läuft"
    finally:
        words.use_translation(str)


def test_times_on_other_days_are_told_with_their_day() -> None:
    assert words.time_text(NOW + timedelta(hours=1), NOW) == "23:00"
    assert words.time_text(NOW + timedelta(hours=9), NOW) == "07:00"
    assert words.time_text(NOW + timedelta(hours=20), NOW) == "Sat 18:00"
    assert words.time_text(NOW + timedelta(days=30), NOW) == "Sun 20 Dec 22:00"
    assert words.time_text(NOW + timedelta(days=60), NOW) == "Tue 19 Jan 2027 22:00"
    assert words.time_text(NOW - timedelta(days=1), NOW) == "Thu 19 Nov 22:00"


def test_times_on_other_days_are_told_as_the_language_writes_days() -> None:
    yesterday, night = NOW, NOW + timedelta(hours=4)
    try:
        speak_for("de", ())
        assert words.time_text(yesterday, night) == "Fr 20. Nov. 22:00"
        speak_for("zh-Hans", ())
        assert words.time_text(yesterday, night) == "周五 11月20日 22:00"
    finally:
        speak(ENGLISH)


def test_tonights_credit_counts_from_nightfall_over_runs_and_restarts() -> None:
    earnings = at_night(Earnings(), NOW, NOW)
    earnings = heard(heard(earnings), credit=5.0, credited_rao=100)
    assert (earnings.tonight_credit, earnings.tonight_rao) == (5.0, 100)
    next_night = at_night(earnings, NOW + timedelta(days=1), NOW + timedelta(days=1))
    assert (next_night.tonight_credit, next_night.tonight_rao) == (0.0, 0)
    next_night = heard(next_night, credit=7.0, credited_rao=150, paid_rao=40)
    next_night = heard(next_night, "b", credit=1.0, credited_rao=150, paid_rao=40)
    assert next_night.tonight_credit == 3.0
    assert (next_night.tonight_rao, next_night.pending_rao) == (50, 110)
    assert at_night(next_night, NOW, NOW + timedelta(days=1)) == next_night, "earlier hours begin no night anew"


def test_a_night_that_a_clock_ahead_began_ends_when_the_clock_is_put_right() -> None:
    ahead = NOW + timedelta(days=365)
    earnings = heard(heard(at_night(Earnings(), ahead, ahead)), now=ahead, credit=5.0, credited_rao=100)
    tonight = at_night(earnings, NOW, NOW + timedelta(minutes=5))
    assert (tonight.night_began, tonight.tonight_credit, tonight.tonight_rao) == (NOW, 0.0, 0)
    assert at_night(tonight, NOW, NOW + timedelta(minutes=6)) == tonight
    assert at_night(tonight, NOW + timedelta(days=1), NOW + timedelta(days=1)).night_began == NOW + timedelta(days=1)


def test_a_heartbeat_of_a_time_that_no_calendar_shows_counts_as_of_now() -> None:
    snapshot = apply(training(), Told(heartbeat(at_unix_seconds=9e12, credit=5.0)), NOW)
    assert snapshot.service.heartbeat_at == NOW
    assert snapshot.earnings.runs[0].last == 5.0


def test_work_marked_down_never_makes_tonight_negative() -> None:
    earnings = heard(at_night(Earnings(), NOW, NOW), credit=5.0)
    earnings = at_night(earnings, NOW + timedelta(days=1), NOW + timedelta(days=1))
    assert heard(earnings, credit=2.0).tonight_credit == 0.0


def test_what_was_earned_before_the_first_word_is_not_tonights() -> None:
    restored = heard(at_night(Earnings(), NOW, NOW), credit=9e15, credited_rao=120_500, paid_rao=100_000)
    assert (restored.tonight_credit, restored.tonight_rao, restored.pending_rao) == (0.0, 0, 20_500)
    later = heard(restored, credit=9.5e15, credited_rao=121_000, paid_rao=100_000)
    assert (later.tonight_credit, later.tonight_rao) == (5e14, 500)


PLAY = NetworkView(kind=NetworkKind.THIS_COMPUTER, name="local", orchestrator_url="http://127.0.0.1:1")
MAIN = NetworkView(kind=NetworkKind.NAMED, name="main", orchestrator_url="https://main.example")


def earning(snapshot: Snapshot, *credited_rao: int) -> Snapshot:
    """An engine starts for the network chosen now, and hears these sums."""
    snapshot = apply(snapshot, Launched(1), NOW)
    for rao in credited_rao:
        snapshot = apply(snapshot, Told(heartbeat(credit=float(rao), credited_rao=rao)), NOW)
    return snapshot


def test_coins_of_play_are_not_money_of_the_network_that_is_joined_after_it() -> None:
    played = earning(apply(first_snapshot(NOW, Earnings()), NetworkChanged(PLAY), NOW), 0, 50)
    assert (sides_of(played).credited_rao, played.earnings.tonight_rao) == (50, 50)
    joined = apply(played, NetworkChanged(MAIN), NOW)
    assert (sides_of(joined).credited_rao, joined.earnings.tonight_rao, joined.earnings.heard_at) == (0, 0, None)
    last_words = apply(joined, Told(heartbeat(credit=60.0, credited_rao=60)), NOW)
    assert last_words.earnings == joined.earnings, "of the engine that still ends in the other network"
    back = earning(last_words, 120_000, 120_100)
    assert (sides_of(back).credited_rao, back.earnings.tonight_rao) == (120_100, 100)


def test_another_key_begins_with_nothing_and_one_that_is_opened_late_with_what_is_its_own() -> None:
    mine = apply(apply(first_snapshot(NOW, Earnings()), NetworkChanged(MAIN), NOW), account("5Own"), NOW)
    kept = earning(mine, 0, 70).earnings
    started_again = apply(apply(first_snapshot(NOW, kept), NetworkChanged(MAIN), NOW), account(None), NOW)
    assert apply(started_again, account("5Own"), NOW).earnings == kept
    assert apply(started_again, account("5Other"), NOW).earnings.credited_rao == 0


def account(hotkey: str | None) -> AccountChanged:
    return AccountChanged(Account(hotkey=hotkey))


def test_work_is_told_in_a_unit_of_a_handy_size() -> None:
    assert credit_text(1.25e15) == "1.25 quadrillion calculations"
    assert credit_text(3e18) == "3 quintillion calculations"
    assert credit_text(0) == "0 calculations"
    assert credit_text(-1.25e15) == "-1.25 quadrillion calculations", "work that was marked down"
    assert credit_text(999.6e6) == "1 billion calculations"
    assert credit_text(999.4e6) == "999 million calculations"
