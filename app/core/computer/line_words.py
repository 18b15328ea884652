"""The internet line in words: what it moves before it is measured, how fast it is, and what that is enough for."""

from typing import Final

from app.core.computer.line import LinePlan, LineResult, LineTo, MeasuredLine, NoLine, WhyNoLine
from app.core.language.speech import figure, later, percent
from app.core.network.run_titles import run_title
from app.core.words import _, bytes_text
from protocol.speed_check import LINE_MOST_BYTES, LineBound, LineEnough, LineSpeed

BYTES_PER_MEGABIT: Final = 125_000
LEAST_MEGABITS: Final = 0.01
_UNCOMPRESSED: Final = 1.05
_WHY: Final = {
    WhyNoLine.NO_NETWORK: later("The internet line was not measured: no network is chosen yet."),
    WhyNoLine.THIS_COMPUTER: later("The internet line was not measured: a network on this computer needs none."),
    WhyNoLine.METERED: later("The internet line was not measured: it is, or may be, paid by volume."),
    WhyNoLine.DATA_SHORT: later("The internet line was not measured: too little is left of this month's data for it."),
    WhyNoLine.DATA_UNKNOWN: later(
        "The internet line was not measured: how much of this month's data is used up can't be read."
    ),
    WhyNoLine.OLD_ENGINE: later(
        "The internet line was not measured: the training engine on this computer is older and can't do that yet."
    ),
    WhyNoLine.UNREACHABLE: later(
        "The internet line was not measured: the network does not answer. Check the internet connection."
    ),
    WhyNoLine.INTERRUPTED: later(
        "The internet line was not measured: the network has too much to do, or the connection broke off. "
        "Measure again in some minutes."
    ),
    WhyNoLine.NOT_OFFERED: later("The internet line was not measured: this network does not offer that."),
    WhyNoLine.TOO_SLOW: later(
        "The internet line was not measured: in some seconds hardly anything came through, too little for training."
    ),
    WhyNoLine.NOT_COUNTED: later(
        "The internet line was not measured: how much of this month's data is used up can't be read."
    ),
}


def line_promise(goal: LinePlan) -> str:
    """What is sent if the person says yes; read before."""
    if isinstance(goal, LineTo):
        return _(
            "Before that, it measures your internet line for some seconds, with bytes that mean nothing, to {host} and "
            "back: at most {amount}, which count towards this month's data."
        ).format(host=goal.host, amount=bytes_text(LINE_MOST_BYTES))
    if goal.why is WhyNoLine.NO_NETWORK:
        return _("Nothing is sent: your internet line is measured too once a network is chosen.")
    return _("Nothing is sent.")


def line_text(result: MeasuredLine) -> str:
    """Both ways in one line."""
    return _("{up} up, {down} down").format(up=_speed_text(result.up), down=_speed_text(result.down))


def line_meaning(result: LineResult) -> str:
    """What it is worth, or why it is not known."""
    if isinstance(result, NoLine):
        return _(_WHY[result.why])
    words = [_cap_text(result)] if _cap_text(result) else []
    words.append(_enough_text(result.enough))
    return " ".join(words)


def is_thin(result: LineResult | None) -> bool:
    """Whether the person should know that the line holds the training back."""
    return isinstance(result, MeasuredLine) and result.enough is not None and result.enough.share < 1.0


def _speed_text(speed: LineSpeed) -> str:
    """Two figures are all that some seconds are good for."""
    megabits = max(LEAST_MEGABITS, speed.bytes_per_second / BYTES_PER_MEGABIT)
    rate = figure(float(f"{megabits:.2g}"), ",.10g")
    if speed.bound is LineBound.VOLUME:
        return _("over {rate} Mbit/s").format(rate=rate)
    return _("{rate} Mbit/s").format(rate=rate)


def _cap_text(result: MeasuredLine) -> str:
    up, down = result.up.bound is LineBound.CAP, result.down.bound is LineBound.CAP
    if up and down:
        return _("Your own limits for sending and receiving hold it there.")
    if up:
        return _("Your own limit for sending allows no more.")
    return _("Your own limit for receiving allows no more.") if down else ""


def _enough_text(enough: LineEnough | None) -> str:
    if enough is None:
        return _("While it trains, what this computer sends is compressed as much as the line up asks for.")
    title, times = run_title(enough.run_title), figure(enough.times_smaller, ",.0f")
    if enough.times_smaller < 10:
        times = figure(enough.times_smaller, ".2g")
    if enough.share < 1.0:
        return _(
            "Thin for “{title}”: even compressed {times} times, only about {share} of what this computer could compute "
            "there can be sent in time. The rest of its time it waits."
        ).format(title=title, times=times, share=percent(enough.share))
    if enough.times_smaller < _UNCOMPRESSED:
        return _(
            "Enough for “{title}”: everything this computer computes there can be sent in time, even uncompressed."
        ).format(title=title)
    return _(
        "Enough for “{title}”: everything this computer computes there can be sent in time, compressed {times} times."
    ).format(title=title, times=times)
