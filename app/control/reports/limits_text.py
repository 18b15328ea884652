"""A report of limits on a terminal."""

from typing import Any, Final

import msgspec
from rich.table import Table

from app.control.reports.limits import Caps, LimitsReport
from app.core.gates.gate import GateState, Switch
from app.core.language.speech import _, percent
from app.core.settings.typed_limits import switch_of
from app.core.words import bytes_text


def changed_lines(report: LimitsReport) -> list[str]:
    """What was set, and whether it counts: a number beside a switch that is off limits nothing."""
    unasked = {f"gates.{line.gate.value}" for line in report.gates if line.switch is Switch.OFF}
    lines = []
    for each in report.changed:
        now, before = (msgspec.json.encode(value).decode() for value in (each.now, each.before))
        lines.append(_("{name} = {now}   (before: {before})").format(name=each.name, now=now, before=before))
        switch = switch_of(each.name)
        if switch in unasked and switch != each.name:
            lines.append("    " + _("It counts once {switch} is automatic or on.").format(switch=switch))
    return lines or [_("It was so already.")]


def gates_table(report: LimitsReport) -> Table:
    """What holds and what warns is marked; what nobody asked for is left pale."""
    table = Table.grid(padding=(0, 2))
    for line in report.gates:
        mark = _("holds") if line.holds else _("note") if line.warns else ""
        answer = _("not asked for") if line.switch is Switch.OFF else _(_ANSWERS[line.state])
        table.add_row(mark, line.label, answer, line.evidence, style="dim" if line.switch is Switch.OFF else "")
    return table


def caps_table(caps: Caps) -> Table:
    table = Table.grid(padding=(0, 2))
    rows: list[tuple[str, Any]] = [
        (_("threads"), caps.threads),
        (_("graphics cards"), caps.graphics_cards),
        (_("of the time"), percent(caps.work_share)),
        (_("memory"), _bytes_or_none(caps.memory_bytes)),
        (_("graphics memory"), percent(caps.graphics_memory_share)),
        (
            _("disk"),
            _("{size}, and {free} stay free").format(
                size=bytes_text(caps.disk_bytes), free=bytes_text(caps.disk_keep_free_bytes)
            ),
        ),
        (_("upload"), _speed(caps.upload_bytes_per_second)),
        (_("download"), _speed(caps.download_bytes_per_second)),
        (_("data in a month"), _bytes_or_none(caps.month_bytes)),
    ]
    for name, value in rows:
        table.add_row(_("at most"), name, str(value))
    return table


_ANSWERS: Final = {GateState.YES: "yes", GateState.NO: "no", GateState.UNKNOWN: "can't tell"}


def _bytes_or_none(count: int | None) -> str:
    return _("no limit") if count is None else bytes_text(count)


def _speed(rate: float | None) -> str:
    return _("no limit") if rate is None else _("{size} a second").format(size=bytes_text(rate))
