"""Every sentence that a view shows about the decision, once. All text passes `_`, the one seam for translations."""

from datetime import datetime
from typing import Final, assert_never

from app.core.decision import Action, Decision, Reason
from app.core.engine.phase import ACTIVE, ALIVE, Failure, Phase
from app.core.gates.gate import GateName, GateReading, GateState, Switch
from app.core.hours.schedule import Closed
from app.core.hours.windows import Level
from app.core.language.dates import day_text, short_weekday
from app.core.language.speech import WHOLE_FROM, figure, full_stop, percent, three_figures
from app.core.language.speech import _ as _
from app.core.language.speech import use_translation as use_translation
from app.core.network.run_titles import run_title
from app.core.snapshot import NetworkKind, NetworkPhase, Snapshot


def headline(snapshot: Snapshot) -> str:
    """Two or three words: the tray's tooltip and the window's largest text."""
    if snapshot.ending:
        return _("Closing")
    if snapshot.decision.action is Action.RUN:
        return _running_headline(snapshot)
    if snapshot.engine.phase in ALIVE and snapshot.engine.phase is not Phase.PAUSED:
        return _("Finishing")
    match snapshot.decision.reason:
        case Reason.SETUP:
            return _("Choose a network")
        case Reason.TURNED_OFF:
            return _("Off")
        case Reason.PAUSED:
            return _("Paused")
        case Reason.FINISHED:
            return _("Finished")
        case _:
            return _("Waiting")


def sentence(snapshot: Snapshot) -> str:
    """One full sentence: what this computer is doing, why, and until when."""
    now = snapshot.at
    if snapshot.ending:
        return closing_sentence() if snapshot.engine.phase in ALIVE else _("Closed.")
    engine = snapshot.engine
    if snapshot.decision.hand_over_until is not None and engine.phase in ALIVE:
        return _("Your hours are over. Handing over what is under way, until {time} at the latest.").format(
            time=time_text(snapshot.decision.hand_over_until, now)
        )
    if snapshot.decision.action is not Action.RUN:
        return why(snapshot.decision, now)
    if _run_is_done(snapshot):
        return _done(snapshot)
    if engine.phase is Phase.TRAINING:
        return full_stop(_training(snapshot) + _until(snapshot.decision.until, now)) + _eased(snapshot.decision)
    if engine.phase is Phase.FAILED and engine.failure is not None:
        return _failed(engine.failure, engine.retry_at, now)
    return _on_the_way(snapshot)


def memory_text(snapshot: Snapshot) -> str:
    """That the engine does less at once than it meant to, and why; empty where it does not."""
    if snapshot.engine.phase not in ACTIVE or not snapshot.engine.memory_shortages:
        return ""
    return _("with less at once, because memory ran short")


def why(decision: Decision, now: datetime) -> str:
    """The decision alone in one sentence; `now` carries the zone in which times are told."""
    until = _until(decision.until, now)
    match decision.reason:
        case Reason.GATES_OPEN:
            return _("This computer may train{until}.").format(until=until)
        case Reason.ASKED_TO_TRAIN:
            return _("Training, as you asked{until}.").format(until=until)
        case Reason.PAUSED:
            return _("Paused by you{until}.").format(until=until or _(" until you resume"))
        case Reason.FINISHING:
            return _("Finishing what is under way, then off.")
        case Reason.TURNED_OFF:
            return _("Off until you turn it on.")
        case Reason.FINISHED:
            return _("Finished, as you asked; off{until}.").format(until=until or _(" until you turn it on"))
        case Reason.HOURS:
            return _outside(decision, now)
        case _:
            return _held(decision, now)


def gate_label(gate: GateName) -> str:
    """The name of a gate in a list."""
    return _(_LABELS[gate])


def gate_line(reading: GateReading, now: datetime) -> str:
    """One gate's answer in a few words, for a list of all of them."""
    if reading.switch is Switch.OFF:
        return _("not asked for")
    change = _until(reading.next_change, now)
    match reading.state:
        case GateState.YES:
            return _("yes{until}").format(until=change)
        case GateState.NO:
            return _("no{until}").format(until=change)
        case GateState.UNKNOWN:
            return _("can't tell")
        case _:
            assert_never(reading.state)


def phase_label(phase: Phase) -> str:
    return _(_PHASES[phase])


def earnings_sentence(
    *, heard: bool, tonight: str, pending: str, paid: str, address_set: bool, is_play: bool = False
) -> str:
    """What this computer earned, and what an empty figure means."""
    if not heard:
        return _("The network has not told about this computer's work yet.")
    text = _("Tonight {tonight} of accepted work; {pending} to be paid, {paid} paid.").format(
        tonight=tonight, pending=pending, paid=paid
    )
    if is_play:
        return text + " " + play_money_sentence()
    return text if address_set else text + " " + _("Add a payout address to receive it; nothing is lost meanwhile.")


def play_money_sentence() -> str:
    """On this computer the whole way of the money is shown, with money that is worth nothing."""
    return _("This is play money: a network on this computer pays nothing real.")


def closing_sentence() -> str:
    return _("Handing over, then closing.")


def key_file_sentence(folder: str) -> str:
    """Where the key lies when it is not in the system's keychain."""
    return _("This device's key lies in a file that only you can read, in {folder}.").format(folder=folder)


def play_key_sentence() -> str:
    return _("A key for trying out, in a file. Joining a network asks for a keychain or a password first.")


def encrypted_key_file_sentence() -> str:
    return _("This device's key lies in a file that your password opens.")


def wallet_key_sentence(wallet: str, hotkey: str) -> str:
    return _("This device signs with the hotkey “{hotkey}” of your wallet “{wallet}”.").format(
        hotkey=hotkey, wallet=wallet
    )


def time_text(moment: datetime, now: datetime) -> str:
    """`07:00`, or `Mon 07:00` on a day of the coming week, `Fri 20 Nov 22:48` on any other, in the zone of `now`."""
    local = moment.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    clock = f"{local:%H:%M}"
    if days == 0 or (days == 1 and local.hour < 12 <= now.hour):
        return clock
    if 0 < days < 7:
        return f"{short_weekday(local.weekday())} {clock}"
    return f"{day_text(local.date(), now.date())} {clock}"


def bytes_text(count: float) -> str:
    """Bytes in the unit a person reads: 1.5 GB."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < WHOLE_FROM:
            return f"{three_figures(count)} {unit}"
        count /= 1000
    return f"{three_figures(count)} TB"


def price(amount: float) -> str:
    """A price of electricity as it was typed: two decimals, or as many as it has, up to four."""
    text = f"{amount:.4f}".rstrip("0")
    decimals = max(2, len(text.partition(".")[2]))
    return figure(amount, f".{decimals}f")


def _running_headline(snapshot: Snapshot) -> str:
    if _run_is_done(snapshot):
        return _("Finished")
    if snapshot.account.key_failure is not None:
        return _("Waiting for its key")
    if snapshot.network.phase is NetworkPhase.FAILED and snapshot.engine.phase is not Phase.TRAINING:
        return _("Stopped by an error")
    match snapshot.engine.phase:
        case Phase.TRAINING:
            return _("Training")
        case Phase.FAILED:
            return _("Stopped by an error")
        case Phase.WAITING_FOR_PEERS:
            return _("Waiting for peers")
        case Phase.DOWNLOADING:
            return _("Downloading")
        case Phase.SAVING:
            return _("Saving")
        case Phase.STOPPING | Phase.STOPPED | Phase.STARTING | Phase.PAUSED:
            return _("Starting")
        case _:
            assert_never(snapshot.engine.phase)


def _training(snapshot: Snapshot) -> str:
    engine = snapshot.engine
    gently = snapshot.decision.level is Level.GENTLE
    if engine.stage is None or engine.stages is None:
        return _("Training gently") if gently else _("Training")
    if gently:
        return _("Training gently, part {part} of {parts} of “{title}”").format(
            part=engine.stage + 1, parts=engine.stages, title=run_title(engine.run_title)
        )
    return _("Training part {part} of {parts} of “{title}”").format(
        part=engine.stage + 1, parts=engine.stages, title=run_title(engine.run_title)
    )


def _eased(decision: Decision) -> str:
    """Why it goes gently in hours that would let it go in full; empty where they don't."""
    match decision.eased_by:
        case GateName.TEMPERATURE:
            return " " + _("The processor is warm, so it goes gently until that has cooled.")
        case GateName.GRAPHICS_TEMPERATURE:
            return " " + _("The graphics card is warm, so it goes gently until that has cooled.")
        case GateName.FANS:
            return " " + _("The fans are getting loud, so it goes gently until they are quieter.")
        case _:
            return ""


def _run_is_done(snapshot: Snapshot) -> bool:
    """An engine whose run is over stays, to hand in its last receipts and for what comes next."""
    return snapshot.service.run_ended and snapshot.engine.phase in ACTIVE


def _done(snapshot: Snapshot) -> str:
    text = _("The training of “{title}” is done.").format(title=run_title(snapshot.engine.run_title))
    if snapshot.network.kind is NetworkKind.THIS_COMPUTER:
        return text + " " + _("Turn training off and on again to begin another one.")
    return text + " " + _("Waiting for the next one.")


def _failed(failure: Failure, retry_at: datetime | None, now: datetime) -> str:
    if retry_at is None:
        return failure.title
    return _("{what} Trying again at {time}.").format(what=failure.title, time=time_text(retry_at, now))


def _on_the_way(snapshot: Snapshot) -> str:
    """Allowed to train and not training yet: what is being waited for."""
    engine, network = snapshot.engine, snapshot.network
    if snapshot.account.key_failure is not None:
        return _("Waiting for this computer's key. {what}").format(what=snapshot.account.key_failure.title)
    if network.phase is NetworkPhase.FAILED and network.failure is not None:
        return _failed(network.failure, network.retry_at, snapshot.at)
    if network.phase is NetworkPhase.STARTING:
        return _("Starting a network on this computer.")
    match engine.phase:
        case Phase.STARTING if engine.moving_bytes:
            return _("Moving its work to another disk: {done} of {total}.").format(
                done=bytes_text(engine.moved_bytes), total=bytes_text(engine.moving_bytes)
            )
        case Phase.DOWNLOADING if engine.download_total_bytes:
            return _("Downloading its part of the model: {done} of {total}.").format(
                done=bytes_text(engine.download_done_bytes), total=bytes_text(engine.download_total_bytes)
            )
        case Phase.DOWNLOADING:
            return _("Downloading its part of the model.")
        case Phase.WAITING_FOR_PEERS if snapshot.service.run_share_done >= 1:
            return _("All is trained; the computers put together what they learned.")
        case Phase.WAITING_FOR_PEERS:
            if not engine.reason:
                return _("Waiting until enough other computers are there.")
            return full_stop(engine.reason.rstrip("."))
        case Phase.SAVING:
            return _("Saving its work.")
        case Phase.STOPPING:
            return _("Handing over, to start anew.")
        case _:
            return _("Starting.")


def _outside(decision: Decision, now: datetime) -> str:
    hours = next((gate.hours for gate in decision.holding if gate.hours is not None), None)
    if decision.until is None:
        if hours is not None and hours.closed_by in (Closed.OUTSIDE, Closed.NO_HOURS):
            return _("Outside your hours: no hours are set.")
        return _("Outside your hours.")
    time = time_text(decision.until, now)
    match None if hours is None else hours.closed_by:
        case Closed.NOT_TONIGHT:
            return _("Not tonight, as you asked: off until {time}.").format(time=time)
        case Closed.DAY_OFF:
            return _("A day off: no training until {time}.").format(time=time)
        case Closed.TOO_LATE:
            return _("Too late to begin in these hours; the next begin at {time}.").format(time=time)
        case _:
            return _("Outside your hours until {time}.").format(time=time)


def _held(decision: Decision, now: datetime) -> str:
    first = decision.holding[0] if decision.holding else None
    if first is not None and first.state is GateState.UNKNOWN:
        return _("Waiting: can't tell about “{gate}”, which you asked to watch.").format(gate=gate_label(first.gate))
    if decision.reason is Reason.ELECTRICITY:
        text = _("Waiting for cheaper electricity{until}.").format(until=_until(decision.until, now))
    else:
        text = _(_HELD[decision.reason])
    if first is None or first.measured is None or first.limit is None:
        return text
    return text + " " + _measured(first.gate, first.measured, first.limit)


def _measured(gate: GateName, measured: float, limit: float) -> str:
    match gate:
        case GateName.BATTERY:
            return _("({now} now, {limit} wanted)").format(now=percent(measured), limit=percent(limit))
        case GateName.TEMPERATURE | GateName.GRAPHICS_TEMPERATURE:
            return _("({now} °C now, {limit} °C at most)").format(
                now=figure(measured, ".0f"), limit=figure(limit, ".0f")
            )
        case GateName.ELECTRICITY:
            return _("({now} for a kWh now, {limit} at most)").format(now=price(measured), limit=price(limit))
        case GateName.FANS:
            return _("({now} rpm now, {limit} rpm at most)").format(
                now=figure(measured, ".0f"), limit=figure(limit, ".0f")
            )
        case GateName.MEMORY | GateName.DISK:
            return _("({now} free, {limit} wanted)").format(now=bytes_text(measured), limit=bytes_text(limit))
        case _:
            return ""


def _until(moment: datetime | None, now: datetime) -> str:
    return "" if moment is None else _(" until {time}").format(time=time_text(moment, now))


_HELD: Final = {
    Reason.SETUP: "Choose a network to train with first.",
    Reason.AWAKE: "Waiting: this computer is going to sleep.",
    Reason.UPDATE: "Waiting: this version is too old, please update.",
    Reason.MAINS: "Waiting until this computer is plugged in.",
    Reason.BATTERY: "Waiting until the battery is charged.",
    Reason.SAVER: "Waiting: this computer is saving energy.",
    Reason.METERED: "Waiting: this network is paid by volume.",
    Reason.DATA_QUOTA: "Waiting: this month's data allowance is used up.",
    Reason.BUSY_PROGRAM: "Waiting while a program of yours needs the computer.",
    Reason.FULL_SCREEN: "Waiting while something fills the screen.",
    Reason.OTHERS: "Waiting while somebody else uses this computer.",
    Reason.IDLE: "Waiting until you have stopped using the computer.",
    Reason.TEMPERATURE: "Waiting until the computer has cooled down.",
    Reason.GRAPHICS_TEMPERATURE: "Waiting until the graphics card has cooled down.",
    Reason.FANS: "Waiting until the fans are quieter.",
    Reason.MEMORY: "Waiting until enough memory is free.",
    Reason.DISK: "Waiting until enough disk space is free.",
    Reason.NETWORK: "Waiting until the network can be reached.",
}

_LABELS: Final = {
    GateName.SETUP: "Network chosen",
    GateName.AWAKE: "Computer awake",
    GateName.UPDATE: "Up to date",
    GateName.HOURS: "Within your hours",
    GateName.MAINS: "Plugged in",
    GateName.BATTERY: "Battery charged",
    GateName.SAVER: "Not saving energy",
    GateName.ELECTRICITY: "Electricity cheap enough",
    GateName.METERED: "Network not metered",
    GateName.DATA_QUOTA: "Data allowance left",
    GateName.BUSY_PROGRAM: "No busy program",
    GateName.FULL_SCREEN: "Nothing fills the screen",
    GateName.OTHERS: "Nobody else at this computer",
    GateName.IDLE: "Computer not in use",
    GateName.TEMPERATURE: "Cool enough",
    GateName.GRAPHICS_TEMPERATURE: "Graphics card cool enough",
    GateName.FANS: "Fans quiet enough",
    GateName.MEMORY: "Enough memory",
    GateName.DISK: "Enough disk space",
    GateName.NETWORK: "Network reachable",
    GateName.PAYOUT: "Payout address given",
}

_PHASES: Final = {
    Phase.STOPPED: "stopped",
    Phase.STARTING: "starting",
    Phase.DOWNLOADING: "downloading",
    Phase.WAITING_FOR_PEERS: "waiting for peers",
    Phase.TRAINING: "training",
    Phase.PAUSED: "paused",
    Phase.SAVING: "saving",
    Phase.STOPPING: "stopping",
    Phase.FAILED: "failed",
}
