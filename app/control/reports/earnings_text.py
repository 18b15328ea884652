"""A report of earnings on a terminal."""

from rich.console import Console
from rich.table import Table

from app.control.reports.earnings import EarningsReport, SpanReport
from app.core.money.earnings import RAO_PER_COIN, credit_text
from app.core.money.prices import HIDDEN, number_text


def print_earnings(report: EarningsReport, console: Console) -> None:
    """The sentence, the four states of the money, the span that was asked for, and what explains a zero."""
    console.print(report.sentence, markup=False)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, rao in (
        ("credited", report.credited_rao),
        ("pending", report.pending_rao),
        ("held", report.held_rao),
        ("paid", report.paid_rao),
    ):
        table.add_row(name, _coins(rao, report))
    for name, value in _span_rows(report.span, report):
        table.add_row(name, value)
    if report.price:
        table.add_row("prices", report.price)
    console.print(table, markup=False)
    for sentence in report.why:
        console.print(f"· {sentence}", markup=False)


def _span_rows(span: SpanReport, report: EarningsReport) -> list[tuple[str, str]]:
    when = {None: "ever", 1: "today"}.get(span.days, f"in {span.days} days")
    cost = span.electricity_cost
    energy = f"{span.energy_kwh:.3f} kWh ({span.energy_source.value})"
    if not report.money_hidden:
        energy += ", " + ("price unknown" if cost is None else number_text(cost, report.currency))
    return [
        (when, f"{_coins(span.credited_rao, report)} for {credit_text(span.credit_flops)} of checked work"),
        ("", f"{span.sessions} sessions, {span.trained_seconds / 3600:.1f} h of training, {span.tokens:,} tokens"),
        ("energy", energy),
    ]


def _coins(rao: int | None, report: EarningsReport) -> str:
    return HIDDEN if rao is None else number_text(rao / RAO_PER_COIN, report.coin.symbol)
