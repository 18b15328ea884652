"""A report of earnings on a terminal."""

from typing import Final

from rich.console import Console
from rich.table import Table

from app.control.reports.earnings import EarningsReport, PayoutReport, SpanReport
from app.core.language.speech import _, counted, figure
from app.core.money.earnings import RAO_PER_COIN, credit_text
from app.core.money.lines import EnergySource
from app.core.money.prices import HIDDEN, number_text

_PAYOUTS_SHOWN: Final = 3
"""All that are known are in the JSON and in the window."""


def print_earnings(report: EarningsReport, console: Console) -> None:
    """The sentence, the four states of the money, the span that was asked for, payouts, and what explains a zero."""
    console.print(report.sentence, markup=False)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, rao in (
        (_("credited"), report.credited_rao),
        (_("pending"), report.pending_rao),
        (_("held"), report.held_rao),
        (_("paid"), report.paid_rao),
    ):
        table.add_row(name, _coins(rao, report))
    for name, value in _span_rows(report.span, report):
        table.add_row(name, value)
    if report.price:
        table.add_row(_("prices"), report.price)
    for place, payout in enumerate(report.payouts[:_PAYOUTS_SHOWN]):
        table.add_row(_("payouts") if place == 0 else "", _payout(payout, report))
    console.print(table, markup=False)
    for sentence in report.next_payout:
        console.print(sentence, markup=False)
    for sentence in report.why:
        console.print(f"· {sentence}", markup=False)


def _payout(payout: PayoutReport, report: EarningsReport) -> str:
    """When, how much and, whole, the transaction; its page where there is one."""
    shown = f"{payout.at:%Y-%m-%d %H:%M}  {_coins(payout.rao, report)}"
    further = payout.page or payout.transaction
    return f"{shown}\n{further}" if further else shown


def _span_rows(span: SpanReport, report: EarningsReport) -> list[tuple[str, str]]:
    when = {None: _("ever"), 1: _("today")}.get(
        span.days, counted("in {count} day", "in {count} days", span.days or 0).format(count=span.days)
    )
    cost = span.electricity_cost
    energy = _("{kwh} kWh ({source})").format(
        kwh=figure(span.energy_kwh, ".3f"), source=_(_SOURCES[span.energy_source])
    )
    if not report.money_hidden:
        energy += ", " + (_("price unknown") if cost is None else number_text(cost, report.currency))
    return [
        (
            when,
            _("{money} for {credit} of checked work").format(
                money=_coins(span.credited_rao, report), credit=credit_text(span.credit_flops)
            ),
        ),
        (
            "",
            counted(
                "{count} session, {hours} h of training, {tokens} tokens",
                "{count} sessions, {hours} h of training, {tokens} tokens",
                span.sessions,
            ).format(
                count=span.sessions,
                hours=figure(span.trained_seconds / 3600, ".1f"),
                tokens=figure(span.tokens, ","),
            ),
        ),
        *([("", span.rate)] if span.rate else []),
        (_("energy"), energy),
    ]


def _coins(rao: int | None, report: EarningsReport) -> str:
    return HIDDEN if rao is None else number_text(rao / RAO_PER_COIN, report.coin.symbol)


_SOURCES: Final = {
    EnergySource.MEASURED: "measured",
    EnergySource.TYPED: "by your meter",
    EnergySource.ESTIMATED: "estimated",
}
