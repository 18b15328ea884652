"""A report of what was done, on a terminal."""

from datetime import date
from itertools import groupby

from rich.console import Console
from rich.table import Table

from app.control.reports.activity import ActivityReport, DayDone
from app.core.activity.lines import Ahead
from app.core.activity.words import days_name


def print_activity(report: ActivityReport, console: Console) -> None:
    """The answer about last night, then each day with what was done in it."""
    console.print(report.last_night, markup=False)
    for name, day in _folded(report):
        console.print(f"\n{name}: {day.sentence}", markup=False)
        if day.empty:
            continue
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for span in day.spans:
            if not isinstance(span.did, Ahead):
                table.add_row(f"  {span.times}", span.text)
        console.print(table)


def _folded(report: ActivityReport) -> list[tuple[str, DayDone]]:
    """Each day under its name; empty ones that follow each other are told once."""
    told = []
    for empty, group in groupby(report.days, key=lambda day: day.empty):
        days = list(group)
        if empty and len(days) > 1:
            first, last = (date.fromisoformat(day.day) for day in (days[-1], days[0]))
            told.append((days_name(first, last, report.at), days[0]))
        else:
            told += [(day.name, day) for day in days]
    return told
