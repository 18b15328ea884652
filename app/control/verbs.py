"""What each request means for the supervisor. The command line, the socket and agents all end up here."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, assert_never

from app.control import messages as wire
from app.control.reports.activity import activity_report
from app.control.reports.earnings import TablePage, earnings_report, payouts_table, sessions_table
from app.control.reports.limits import limits_report
from app.control.reports.reports import status_report, why_report
from app.control.reports.schedule import schedule_report
from app.control.schedule_verbs import changed_schedule
from app.core import commands, words
from app.core.hours.schedule import parse_hours
from app.core.language.speech import _
from app.core.network.known import known_networks, parse_choice
from app.core.settings.change import SettingsCommand
from app.core.settings.work_folder import freed_sentence
from app.core.supervisor import Supervisor
from app.core.wish import Auto, FinishThenOff, Off, OffUntil, OnUntil, resumed
from app.update.words import channel_sentence
from protocol.errors import MalformedMessage, Refused, SettingsError

ShowWindow = Callable[[str | None], None]
"""With the link that the window is to open, if any."""
DAYS_LIMIT: Final = 36_500


def answers(supervisor: Supervisor, show: ShowWindow | None) -> Callable[[wire.Request], Awaitable[wire.Reply]]:
    """The one function from request to reply; to be awaited in the supervisor's loop."""

    async def answer(request: wire.Request) -> wire.Reply:
        match request:
            case wire.Status():
                return wire.StatusReply(report=status_report(supervisor.snapshot))
            case wire.Why():
                return wire.WhyReply(report=why_report(supervisor.snapshot))
            case wire.Limits():
                return wire.LimitsReply(report=limits_report(supervisor.snapshot, supervisor.settings))
            case wire.ChangeLimits(changes=changes):
                before = supervisor.settings
                await asyncio.wrap_future(supervisor.submit(commands.SetTypedLimits(changes)))
                report = limits_report(supervisor.snapshot, supervisor.settings, before)
                return wire.LimitsReply(report=report)
            case wire.FreeDisk():
                await asyncio.wrap_future(supervisor.submit(commands.FreeDisk()))
                return wire.Done(sentence=freed_sentence())
            case wire.ChangeUpdates(channel=channel):
                await asyncio.wrap_future(supervisor.submit(commands.SetUpdateChannel(channel)))
                return wire.Done(sentence=channel_sentence(channel))
            case wire.LookAtAutostart():
                await asyncio.wrap_future(supervisor.submit(commands.LookAtAutostart()))
            case wire.Earnings():
                return _earnings(supervisor, request)
            case wire.Activity(days=days):
                schedule = supervisor.settings.schedule
                return wire.ActivityReply(report=activity_report(supervisor.snapshot, schedule, days))
            case wire.ShowSchedule() | wire.ChangeSchedule():
                if isinstance(request, wire.ChangeSchedule):
                    asked = changed_schedule(supervisor.settings.schedule, request, supervisor.snapshot.at)
                    await asyncio.wrap_future(supervisor.submit(commands.SetSchedule(asked)))
                schedule, snapshot = supervisor.settings.schedule, supervisor.snapshot
                return wire.ScheduleReply(report=schedule_report(schedule, snapshot.wish, snapshot.at))
            case wire.Skip(undo=undo):
                skip = commands.TonightAfterAll() if undo else commands.SkipTonight()
                await asyncio.wrap_future(supervisor.submit(skip))
            case wire.Show(link=link):
                if show is None:
                    raise Refused(_("This app runs without a window."), _("Its state: train-at-home status"))
                show(link)
            case wire.Quit(within_seconds=within_seconds):
                supervisor.stop(min(max(within_seconds, 0.0), 600.0))
                return wire.Done(sentence=words.closing_sentence())
            case wire.Greet():
                raise MalformedMessage(_("One greeting is enough."))
            case wire.Resume():
                goes_on = resumed(supervisor.settings.wish, supervisor.snapshot.at)
                await asyncio.wrap_future(supervisor.submit(commands.SetWish(goes_on)))
            case wire.Run() | wire.Pause() | wire.Stop():
                for command in commands_for(request):
                    await asyncio.wrap_future(supervisor.submit(command))
            case _:
                assert_never(request)
        return wire.Done(sentence=words.sentence(supervisor.snapshot))

    return answer


def _earnings(supervisor: Supervisor, request: wire.Earnings) -> wire.EarningsReply:
    if request.days is not None and not 1 <= request.days <= DAYS_LIMIT:
        raise SettingsError(
            _("So many days can't be added up."),
            _("Ask for 1 to {most}, or leave it out for all.").format(most=DAYS_LIMIT),
        )
    snapshot = supervisor.snapshot
    report = earnings_report(snapshot, request.days, show_money=request.show_money)
    table, until = TablePage(""), request.csv_until
    if request.paid_csv:
        table = payouts_table(snapshot, show_money=request.show_money, until=until)
    elif request.csv:
        table = sessions_table(snapshot, request.days, show_money=request.show_money, until=until)
    return wire.EarningsReply(report=report, csv=table.text, csv_left=table.left)


def commands_for(request: wire.Run | wire.Pause | wire.Stop) -> list[SettingsCommand]:
    """The supervisor's commands for a request, settings before the wish. Raises SettingsError for bad text."""
    match request:
        case wire.Run():
            asked: list[SettingsCommand] = []
            if request.hours is not None:
                asked.append(commands.SetSchedule(parse_hours(request.hours)))
            if request.payout is not None:
                raise Refused(
                    _("The payout address can't be changed from outside the window."),
                    _("Open Train at Home and change it there; nothing else of this request was done."),
                )
            if request.store_only:
                asked.append(commands.SetHideAddress(True))
            if request.network is not None:
                asked.append(commands.ChooseNetwork(parse_choice(request.network, known_networks())))
            now = request.now or request.until is not None
            return [*asked, commands.SetWish(OnUntil(request.until) if now else Auto())]
        case wire.Pause(until=until):
            return [commands.SetWish(OffUntil(until))]
        case wire.Stop(finish=finish):
            return [commands.SetWish(FinishThenOff() if finish else Off())]
        case _:
            assert_never(request)
