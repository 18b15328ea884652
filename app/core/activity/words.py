"""What this computer did, in sentences: of a span, of a day, and whether it ran last night."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, assert_never

from app.core.activity.diary import Day, Night, Span, trained_of
from app.core.activity.lines import (
    Ahead,
    Broken,
    Did,
    Held,
    NotRecorded,
    Off,
    Slept,
    Trained,
    Waited,
    WaitingFor,
)
from app.core.decision import Reason
from app.core.hours.schedule import Closed
from app.core.hours.windows import Level
from app.core.language.dates import day_text
from app.core.language.speech import _, counted, figure, full_stop
from app.core.money.ledger import Books
from app.core.money.prices import MoneyView, amount_text

_TOLD_AT_MOST: Final = 3
_NIGHT_FROM_HOUR, _NIGHT_BEFORE_HOUR, _LONGEST_NIGHT = 17, 6, timedelta(hours=16)


def did_text(did: Did) -> str:
    """What was done, as the second half of a sentence: “paused, because the computer was on battery”."""
    match did:
        case Trained(level, less_at_once):
            text = _("trained gently") if level is Level.GENTLE else _("trained")
            return text + _(", with less at once because memory ran short") if less_at_once else text
        case Waited(waiting_for):
            return _waited(waiting_for)
        case Held():
            return _held(did)
        case Broken(title):
            return (
                _("stopped by an error: {title}").format(title=title.rstrip(".")) if title else _("stopped by an error")
            )
        case Slept():
            return _("the computer slept")
        case Off():
            return _("the app did not run")
        case NotRecorded():
            return _("nothing was recorded")
        case Ahead():
            return _("still to come")
        case _:
            assert_never(did)


def span_sentence(span: Span, zone: tzinfo) -> str:
    """“02:10 to 03:30: paused, because the computer was on battery.”"""
    return _("{times}: {what}.").format(times=times_text(span, zone), what=did_text(span.did))


def times_text(span: Span, zone: tzinfo) -> str:
    """“02:10 to 03:30”; the end of a day is 24:00."""
    begins, ends = clock_text(span.begins, zone), _end_text(span.begins, span.ends, zone)
    return _("{begins} to {ends}").format(begins=begins, ends=ends)


def clock_text(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def length_text(length: timedelta) -> str:
    """“7 h 40 min”, “12 min”; to the minute."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    if not hours:
        return _("{minutes} min").format(minutes=minutes)
    if not minutes:
        return _("{hours} h").format(hours=hours)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)


def day_name(day: Day, today: datetime) -> str:
    """“Today”, “Yesterday”, “Thu 19 Nov”, or for several “Sun 15 Nov to Thu 19 Nov”."""
    if day.first != day.day:
        return days_name(day.first, day.day, today)
    back = (today.date() - day.day).days
    if back in (0, 1):
        return _("Today") if back == 0 else _("Yesterday")
    return date_name(day.day, today)


def days_name(first: date, last: date, today: datetime) -> str:
    """“Sun 15 Nov to Thu 19 Nov”."""
    return _("{first} to {last}").format(first=date_name(first, today), last=date_name(last, today))


def date_name(day: date, today: datetime) -> str:
    """“Thu 19 Nov”."""
    return day_text(day, today.date())


def day_sentence(day: Day, rao: int, view: MoneyView) -> str:
    """“Trained 7 h 40 min, earned 1.2 τ”; where it did not train, what it did most of all."""
    earned = "" if not rao or view.hidden else amount_text(rao, view)
    if day.trained >= timedelta(minutes=1):
        length = length_text(day.trained)
        if earned:
            return _("Trained {length}, earned {money}").format(length=length, money=earned)
        return _("Trained {length}").format(length=length)
    past = [span for span in day.spans if not isinstance(span.did, Ahead)]
    if not past or all(isinstance(span.did, NotRecorded) for span in past):
        text = _("Nothing was recorded")
    else:
        told = [span for span in past if not isinstance(span.did, NotRecorded | Trained)]
        most = max(told, key=lambda span: span.length, default=None)
        text = _("Did not train") if most is None else _("Did not train: {what}").format(what=did_text(most.did))
    return _("{text}; earned {money}").format(text=text, money=earned) if earned else text


def clock_change_text(day: Day) -> str:
    """A remark on a day in which clocks change; empty for all others."""
    if day.first != day.day:
        return ""
    hours = round((day.ends - day.begins) / timedelta(hours=1), 1)
    if hours == 24:
        return ""
    return _("; a day of {hours} h, since clocks changed").format(hours=figure(hours, "g"))


def day_rao(books: Books, network: str, day: Day) -> int:
    """What the network's ledger dates on that day."""
    first, last = day.begins.timestamp() * 1000, day.ends.timestamp() * 1000
    return sum(
        credit.rao * credit.times
        for whose, credit in books.credits
        if whose == network and first <= credit.unix_ms < last
    )


def last_night_sentence(night: Night | None, spans: Sequence[Span], now: datetime) -> str:
    """Did it run last night? `spans` are those of the night; `now` carries the zone in which times are told."""
    zone = now.tzinfo
    assert zone is not None
    if night is None:
        return _("Your hours have not come yet in the last seven days.")
    if night.left_out:
        return _("Last night was left out, as you asked.")
    when = _when(night, now)
    past = [span for span in spans if not isinstance(span.did, Ahead)]
    if all(isinstance(span.did, NotRecorded) for span in past):
        if night.going_on:
            return _("{when}: nothing is recorded yet. What is done appears here after a minute.").format(when=when)
        return _("{when}: nothing was recorded.").format(when=when)
    whole = sum((ends - begins for begins, ends in night.ranges), timedelta())
    trained, others = trained_of(past), [span for span in past if not isinstance(span.did, Trained)]
    short = _shortage(past, zone)
    if not others and not short and trained >= whole - timedelta(minutes=1):
        return _("{when}: trained all of {whole}.").format(when=when, whole=length_text(whole))
    if trained < timedelta(minutes=1):
        text = _("{when}: did not train in {whole}").format(when=when, whole=length_text(whole))
    else:
        lengths = {"trained": length_text(trained), "whole": length_text(whole)}
        text = _("{when}: trained {trained} of {whole}").format(when=when, **lengths)
    return full_stop(_("; ").join((text, *_interruptions(others, zone), *short)))


def _when(night: Night, now: datetime) -> str:
    if night.any_hour:
        return _("In the last 24 hours")
    zone = now.tzinfo
    begins, ends = night.ranges[0][0].astimezone(zone), night.ranges[-1][1].astimezone(zone)
    is_night = begins.hour >= _NIGHT_FROM_HOUR or begins.hour < _NIGHT_BEFORE_HOUR
    if is_night and ends - begins <= _LONGEST_NIGHT:
        if night.going_on:
            return _("Tonight so far")
        if now - ends < timedelta(hours=24):
            return _("Last night")
    day = day_text(begins.date(), now.date())
    if night.going_on:
        return _("In your hours since {day}, {time}").format(day=day, time=f"{begins:%H:%M}")
    return _("In your last hours, from {day}, {time}").format(day=day, time=f"{begins:%H:%M}")


def _interruptions(spans: Sequence[Span], zone: tzinfo) -> list[str]:
    """The longest ones, in the order in which they came, and how many are left."""
    longest = sorted(spans, key=lambda span: span.length, reverse=True)[:_TOLD_AT_MOST]
    told = [_interruption(span, zone) for span in spans if span in longest]
    left = len(spans) - len(told)
    if left:
        told.append(counted("one shorter interruption", "{count} shorter interruptions", left).format(count=left))
    return told


def _shortage(spans: Sequence[Span], zone: tzinfo) -> tuple[str, ...]:
    """From when on it went on with less at once, if it did."""
    first = next((span for span in spans if isinstance(span.did, Trained) and span.did.less_at_once), None)
    if first is None:
        return ()
    text = _("from {time} with less at once, because memory ran short")
    return (text.format(time=clock_text(first.begins, zone)),)


def _interruption(span: Span, zone: tzinfo) -> str:
    """“paused from 02:10 to 03:30, because the computer was on battery”."""
    times = {"begins": clock_text(span.begins, zone), "ends": _end_text(span.begins, span.ends, zone)}
    if isinstance(span.did, Held) and span.did.reason in _BECAUSE and not span.did.unknown:
        return _("paused from {begins} to {ends}, {why}").format(why=_(_BECAUSE[span.did.reason]), **times)
    return _("from {begins} to {ends} {what}").format(what=did_text(span.did), **times)


def _end_text(begins: datetime, ends: datetime, zone: tzinfo) -> str:
    local = ends.astimezone(zone)
    next_midnight = (local.hour, local.minute) == (0, 0) and local.date() > begins.astimezone(zone).date()
    return "24:00" if next_midnight else f"{local:%H:%M}"


def _waited(waiting_for: WaitingFor) -> str:
    match waiting_for:
        case WaitingFor.BEGINNING:
            return _("was starting")
        case WaitingFor.DOWNLOAD:
            return _("downloaded its part of the model")
        case WaitingFor.PEERS:
            return _("waited for other computers")
        case WaitingFor.NEXT_RUN:
            return _("waited for the next training, since one was done")
        case _:
            assert_never(waiting_for)


def _held(held: Held) -> str:
    if held.unknown:
        return _("paused, because the app could not tell about a condition that you asked to watch")
    match held.reason, held.closed_by:
        case Reason.HOURS, Closed.NOT_TONIGHT:
            return _("left out, as you asked")
        case Reason.HOURS, Closed.DAY_OFF:
            return _("a day off")
        case Reason.HOURS, Closed.TOO_LATE:
            return _("too late to begin in these hours")
        case Reason.HOURS, _closed:
            return _("outside your hours")
        case Reason.PAUSED, _closed:
            return _("paused by you")
        case Reason.TURNED_OFF, _closed:
            return _("turned off by you")
        case Reason.FINISHING | Reason.FINISHED, _closed:
            return _("finished, as you asked")
        case Reason.SETUP, _closed:
            return _("no network was chosen")
        case reason, _closed:
            return _("paused, {why}").format(why=_(_BECAUSE[reason])) if reason in _BECAUSE else _("paused")


_BECAUSE: Final = {
    Reason.AWAKE: "because the computer was going to sleep",
    Reason.UPDATE: "because this version was too old",
    Reason.MAINS: "because the computer was on battery",
    Reason.BATTERY: "because the battery was not charged enough",
    Reason.SAVER: "because the computer was saving energy",
    Reason.ELECTRICITY: "because electricity cost too much",
    Reason.METERED: "because the connection was paid by volume",
    Reason.DATA_QUOTA: "because the month's data allowance was used up",
    Reason.BUSY_PROGRAM: "because a program of yours needed the computer",
    Reason.FULL_SCREEN: "because something filled the screen",
    Reason.OTHERS: "because somebody else used the computer",
    Reason.IDLE: "because you were using the computer",
    Reason.TEMPERATURE: "because the computer was too hot",
    Reason.GRAPHICS_TEMPERATURE: "because the graphics card was too hot",
    Reason.FANS: "because the fans were too loud",
    Reason.MEMORY: "because too little memory was free",
    Reason.DISK: "because too little disk space was free",
    Reason.NETWORK: "because the network could not be reached",
}
