"""What each gate goes by, in words: what was read, who says so, and where the limit is."""

from datetime import datetime
from typing import Final, assert_never

from app.core.gates.easing import BEGINS
from app.core.gates.gate import GateName, GateReading, GateState, Switch
from app.core.language.speech import _, figure, full_stop, percent
from app.core.words import bytes_text, price, time_text

_NEAR: Final = 1.5
"""Free room is near its limit below so many times of it."""


def health(reading: GateReading) -> str:
    """What of this computer's health a gate has measured, as short as can be, with its limit where that is near or is
    an allowance. Empty for gates that measure something else, or nothing now."""
    if reading.measured is None:
        return ""
    counts = reading.switch is not Switch.OFF and reading.limit is not None
    match reading.gate:
        case GateName.TEMPERATURE:
            return _heat(_("processor {now} °C"), _("processor {now} of {most} °C"), reading, counts)
        case GateName.GRAPHICS_TEMPERATURE:
            return _heat(_("graphics card {now} °C"), _("graphics card {now} of {most} °C"), reading, counts)
        case GateName.MEMORY:
            return _free(_("{now} memory free"), _("{now} memory free, {least} wanted"), reading, counts)
        case GateName.DISK:
            return _free(_("{now} disk free"), _("{now} disk free, {least} wanted"), reading, counts)
        case GateName.DATA_QUOTA:
            used, most = bytes_text(reading.measured), bytes_text(reading.limit or 0)
            if counts:
                return _("{used} of {most} this month").format(used=used, most=most)
            return _("{used} this month").format(used=used) if reading.measured > 0 else ""
        case _:
            return ""


def _heat(plain: str, near: str, reading: GateReading, counts: bool) -> str:
    measured, limit = reading.measured or 0.0, reading.limit or 0.0
    text = near if counts and (reading.gently or measured >= limit - BEGINS[reading.gate]) else plain
    return text.format(now=figure(measured, ".0f"), most=figure(limit, ".0f"))


def _free(plain: str, near: str, reading: GateReading, counts: bool) -> str:
    measured, limit = reading.measured or 0.0, reading.limit or 0.0
    text = near if counts and measured < _NEAR * limit else plain
    return text.format(now=bytes_text(measured), least=bytes_text(limit))


def evidence(reading: GateReading, now: datetime) -> str:
    """One sentence on what this gate was read from; `now` carries the zone in which times are told."""
    fact = _unknown(reading) if reading.state is GateState.UNKNOWN else _fact(reading)
    if reading.source:
        fact = _("{fact}, says {source}").format(fact=fact, source=_(reading.source))
    if reading.next_change is not None:
        time = time_text(reading.next_change, now)
        fact = _("{fact}; looked at again at {time}").format(fact=fact, time=time)
    return full_stop(fact)


def autostart_sentence(state: str, way: str, *, brings_back: bool) -> str:
    """Whether the app starts with the session, how, and whether it comes back when it died."""
    if state == "unavailable":
        return _("This system has no way that we know of to start the app with your session.")
    if state == "off":
        return _("The app does not start with your session.")
    text = _("The app starts with your session, from the next one on ({way}).").format(way=way)
    if brings_back:
        return text + " " + _("If it should die, the system brings it back.")
    return text + " " + _("If it should die, it comes back with the next session.")


def _unknown(reading: GateReading) -> str:
    match reading.gate:
        case GateName.NETWORK | GateName.UPDATE:
            return _("The network was not asked yet")
        case GateName.BUSY_PROGRAM:
            return _("No programs are watched for, or none could be listed")
        case GateName.DATA_QUOTA:
            return _("What was sent and received this month can't be read")
        case GateName.ELECTRICITY:
            return _("No price of electricity is given: it is set in Earnings, under Prices")
        case _:
            return _("Nothing on this computer tells")


def _fact(reading: GateReading) -> str:
    met = reading.state is GateState.YES
    match reading.gate:
        case GateName.SETUP:
            return _("A network is chosen") if met else _("No network is chosen")
        case GateName.AWAKE:
            return _("The computer is awake") if met else _("The computer is about to sleep")
        case GateName.UPDATE:
            return _("The network speaks this version") if met else _("The network speaks another version")
        case GateName.HOURS:
            return _("The clock is within your hours") if met else _("The clock is outside your hours")
        case GateName.MAINS | GateName.BATTERY | GateName.SAVER | GateName.ELECTRICITY:
            return _of_power(reading, met)
        case GateName.METERED | GateName.DATA_QUOTA | GateName.NETWORK:
            return _of_connection(reading, met)
        case GateName.BUSY_PROGRAM | GateName.FULL_SCREEN | GateName.OTHERS | GateName.IDLE:
            return _of_person(reading, met)
        case GateName.TEMPERATURE | GateName.GRAPHICS_TEMPERATURE | GateName.FANS | GateName.MEMORY | GateName.DISK:
            return _of_room(reading)
        case GateName.PAYOUT:
            return _("An address is given") if met else _("No address is given; credit is kept until one is")
        case _:
            assert_never(reading.gate)


def _of_power(reading: GateReading, met: bool) -> str:
    match reading.gate, reading.measured:
        case GateName.SAVER, _value:
            return _("Energy is not being saved") if met else _("The computer saves energy")
        case GateName.ELECTRICITY, per_kwh:
            return _("A kilowatt hour costs {now}, {limit} at most").format(
                now=price(per_kwh or 0), limit=price(reading.limit or 0)
            )
        case GateName.BATTERY, None:
            return _("The battery is not in use")
        case GateName.BATTERY, share:
            return _("Battery at {share}, {least} wanted").format(
                share=percent(share or 0), least=percent(reading.limit or 0)
            )
        case _, None:
            return _("On mains") if met else _("On battery")
        case _, share:
            text = _("On mains, battery at {share}") if met else _("On battery, {share} left")
            return text.format(share=percent(share or 0))


def _of_connection(reading: GateReading, met: bool) -> str:
    if reading.gate is GateName.METERED:
        return _("The connection is not paid by volume") if met else _("The connection is paid by volume")
    if reading.gate is GateName.NETWORK:
        if reading.source:
            return _("There is no way out to the internet")
        return _("The network answered") if met else _("The network did not answer")
    used, most = bytes_text(reading.measured or 0), bytes_text(reading.limit or 0)
    return _("{used} of {most} used this month").format(used=used, most=most)


def _of_person(reading: GateReading, met: bool) -> str:
    if reading.gate is GateName.IDLE:
        seconds, least = reading.measured or 0.0, reading.limit or 0.0
        return _("Last touched {seconds} s ago, {least} s wanted").format(
            seconds=figure(seconds, ".0f"), least=figure(least, ".0f")
        )
    if reading.gate is GateName.BUSY_PROGRAM:
        return _("No watched program runs") if met else _("{names} runs").format(names=reading.detail)
    if reading.gate is GateName.OTHERS:
        if met:
            return _("Nobody else is at this computer")
        return _("{name} is at this computer").format(name=reading.detail or _("Somebody else"))
    if met:
        return _("Nothing fills the screen")
    return _("{name} fills the screen").format(name=reading.detail or _("Something"))


def _of_room(reading: GateReading) -> str:
    if reading.measured is None:
        cool = reading.state is GateState.YES
        return _("The system is cool enough for full speed") if cool else _("The system slows itself down for heat")
    measured, limit = reading.measured, reading.limit or 0.0
    if reading.gate in (GateName.MEMORY, GateName.DISK):
        return _("{now} free, {least} wanted").format(now=bytes_text(measured), least=bytes_text(limit))
    now, most = figure(measured, ".0f"), figure(limit, ".0f")
    eased = reading.gently and reading.state is GateState.YES
    if reading.gate is GateName.FANS:
        if eased:
            return _("{now} rpm, {most} rpm at most, so it goes gently").format(now=now, most=most)
        return _("{now} rpm, {most} rpm at most").format(now=now, most=most)
    if eased:
        return _("{now} °C, {most} °C at most, so it goes gently").format(now=now, most=most)
    return _("{now} °C, {most} °C at most").format(now=now, most=most)
