"""The cards of the Earnings window; each renders one snapshot and its sums."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from app.core.language.speech import figure, large_count
from app.core.money.earnings import RAO_PER_COIN, credit_text
from app.core.money.facts import Sides, facts_of, sides_of, standing_of
from app.core.money.next_payout_words import least_paid_out, next_payout_sentences
from app.core.money.prices import HIDDEN, amount, amount_text, number_text
from app.core.money.prices_words import age_text, price_sentence, rate_text
from app.core.money.sums import Span, Sums
from app.core.money.why import cause_sentence, why_zero
from app.core.payout.chain_sight import Sighted
from app.core.snapshot import Snapshot
from app.ui.earnings.chart import BarChart, SharesBar, bar_of
from app.ui.earnings.payouts import PayoutsList
from app.ui.earnings.tables import SessionsTable, cost_text, energy_text, net_text, span_text
from app.ui.look.card import Card, button, label, name_label
from app.ui.look.theme import Colours, Space, TextRole
from app.ui.look.translation import _

CHANGES_SHOWN = 5


class SumCard(Card):
    """The figure of the span with its chart, what it took, and what the prices are."""

    prices_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.figure = label(role=TextRole.DISPLAY)
        self.caption = label(role=TextRole.MUTED)
        self.body.addWidget(self.figure)
        self.body.addWidget(self.caption)
        self.chart = BarChart(_("Earned over time"))
        self.body.addWidget(self.chart, 1)
        self.price = label(role=TextRole.CAPTION)
        self.prices = button(_("Prices…"), look="quiet", description=_("Electricity, the value of TAO, and power"))
        self.prices.clicked.connect(self.prices_requested)
        row = QHBoxLayout()
        row.addWidget(self.price, 1)
        row.addWidget(self.prices, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)

    def show_sums(self, snapshot: Snapshot, found: Sums) -> None:
        view, work = snapshot.money.view, found.work
        self.set_accessible(found)
        if view.hidden:
            self.figure.setText(_("{credit} of checked work").format(credit=credit_text(work.flops)))
        else:
            self.figure.setText(_("{money} earned").format(money=amount_text(found.rao, view)))
        facts = [
            _("{time} of training").format(time=span_text(work.trained_seconds)),
            energy_text(work.kwh, work.source),
        ]
        if not view.hidden:
            facts.insert(1, _("{credit} of checked work").format(credit=credit_text(work.flops)))
            if rate := rate_text(found.rao, work.trained_seconds, view):
                facts.insert(1, rate)
            facts.append(_("electricity {cost}").format(cost=cost_text(work.cost, view)))
            facts.append(_("net {net}").format(net=net_text(found.rao, work.cost, view)))
        self.caption.setText(" · ".join(facts))
        self._show_chart(snapshot, found)
        self.price.setText("" if view.hidden else price_sentence(view, snapshot.at))

    def set_accessible(self, found: Sums) -> None:
        names = {Span.TODAY: _("Today"), Span.WEEK: _("The last 7 days"), Span.MONTH: _("The last 30 days")}
        self.setAccessibleName(names.get(found.days or 0, _("In total")))

    def _show_chart(self, snapshot: Snapshot, found: Sums) -> None:
        view, days, today = snapshot.money.view, found.days, snapshot.at.date()
        if view.hidden:
            bars = [bar_of(bar.begins, bar.megaflops * 1e6, days, today) for bar in found.bars]
            self.chart.show_bars(bars, large_count, _("No checked work in this time."))
        elif not view.is_known:
            empty = _("This can't be shown in {unit}: its price is unknown.").format(unit=view.symbol)
            self.chart.show_bars([], str, empty)
        else:
            bars = [bar_of(bar.begins, amount(bar.rao, view) or 0.0, days, today) for bar in found.bars]
            symbol = view.symbol
            empty = _("Nothing was credited in this time.")
            self.chart.show_bars(bars, lambda value: number_text(round(value, 12), symbol), empty)

    def dress(self, colours: Colours) -> None:
        self.chart.dress(colours)


class StatesCard(Card):
    """Where the money is: credited, pending, held and paid; then what explains a zero."""

    address_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("Where it is"))
        self.shares = SharesBar()
        self.body.addWidget(self.shares)
        self.until_payout = label(role=TextRole.CAPTION)
        self.body.addWidget(self.until_payout)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.SMALL)
        grid.setVerticalSpacing(Space.TIGHT)
        grid.setColumnStretch(1, 1)
        self.credited = _fact(grid, 0, _("Credited"))
        self.paid = _fact(grid, 1, _("Paid"), self.shares.mark(0))
        self.pending = _fact(grid, 2, _("Pending"), self.shares.mark(1))
        self.held = _fact(grid, 3, _("Held"), self.shares.mark(2))
        self.body.addLayout(grid)
        self.why_title = label(_("Why is this zero?"), TextRole.HEADING)
        self.body.addSpacing(Space.SMALL)
        self.body.addWidget(self.why_title)
        self.why = label()
        self.body.addWidget(self.why)
        self.address = button(_("Payout address…"), look="quiet", description=_("Say where earnings go"))
        self.address.clicked.connect(self.address_requested)
        self.body.addWidget(self.address, 0, Qt.AlignmentFlag.AlignLeading)
        self.body.addStretch(1)

    def show_sums(self, snapshot: Snapshot, found: Sums) -> None:
        view, sides = snapshot.money.view, sides_of(snapshot)
        for value, rao in (
            (self.credited, sides.credited_rao),
            (self.pending, sides.pending_rao),
            (self.held, sides.held_rao),
            (self.paid, sides.paid_rao),
        ):
            value.setText(amount_text(rao, view))
        least = least_paid_out(snapshot)
        self.shares.show_shares([sides.paid_rao, sides.pending_rao, sides.held_rao], least)
        told = " ".join(next_payout_sentences(snapshot, view))
        self.until_payout.setText(told)
        self.until_payout.setVisible(bool(told))
        causes = why_zero(facts_of(snapshot, found))
        self.why_title.setText(_("Why is this zero?") if found.rao == 0 else _("Good to know"))
        self.why_title.setVisible(bool(causes))
        self.why.setText("\n".join(f"· {cause_sentence(cause, view)}" for cause in causes))
        self.why.setVisible(bool(causes))

    def dress(self, colours: Colours) -> None:
        self.shares.dress(colours)


class ComparisonCard(Card):
    """The same money from three sides, each with its age: this computer's count, the ledger, the chain."""

    look_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Three books"))
        self.own = _paragraph(self, _("This computer counted"))
        self.ledger = _paragraph(self, _("The network's ledger says"))
        self.chain = _paragraph(self, _("The chain shows"))
        self.look = button(_("Ask again"), look="quiet", description=_("Ask the ledger and the chain now"))
        self.look.clicked.connect(self._on_look_clicked)
        self.body.addWidget(self.look, 0, Qt.AlignmentFlag.AlignLeading)
        self.body.addStretch(1)
        self._address = ""

    def show_total(self, snapshot: Snapshot, total: Sums) -> None:
        """`total` are the sums of all days."""
        self._address = snapshot.account.payout_address or ""
        sides = sides_of(snapshot)
        self.own.setText(_own_text(snapshot, total, sides))
        self.ledger.setText(_ledger_text(snapshot, sides))
        self.chain.setText(_chain_text(snapshot))

    def _on_look_clicked(self) -> None:
        self.look_requested.emit(self._address)


class TablesCard(Card):
    """Sessions of the span, all payouts with their transactions, and the way of both to a spreadsheet."""

    export_requested = Signal()
    payouts_export_requested = Signal()
    page_requested = Signal(str)
    copied = Signal()

    def __init__(self) -> None:
        super().__init__(_("Sessions"))
        self.sessions, self.payouts_list = SessionsTable(), PayoutsList()
        self.payouts = self.payouts_list.table
        self.payouts_list.page_requested.connect(self.page_requested)
        self.payouts_list.copied.connect(self.copied)
        self.payouts_list.export_requested.connect(self.payouts_export_requested)
        self.no_sessions = label(_("This computer did not train in this time."), TextRole.MUTED)
        self.export = button(_("Save as a table (CSV)…"), look="quiet")
        self.export.clicked.connect(self.export_requested)
        self.body.addWidget(self.sessions)
        self.body.addWidget(self.no_sessions)
        self.body.addWidget(self.export, 0, Qt.AlignmentFlag.AlignLeading)
        self.body.addSpacing(Space.MEDIUM)
        self.body.addWidget(label(_("Payouts"), TextRole.HEADING))
        self.body.addWidget(self.payouts_list)
        self.no_payouts = label(_("Nothing was paid out yet."), TextRole.MUTED)
        self.body.addWidget(self.no_payouts)
        self.changes = label(role=TextRole.CAPTION)
        self.changes.setAccessibleName(_("Changes of the payout address"))
        self.body.addWidget(self.changes)

    def show_sums(self, snapshot: Snapshot, found: Sums) -> None:
        money, zone, network = snapshot.money, snapshot.at.tzinfo, snapshot.network.name
        self.sessions.show_sessions(found.sessions, money.view, zone)
        self.sessions.setVisible(bool(found.sessions))
        self.no_sessions.setVisible(not found.sessions)
        self.export.setEnabled(bool(found.sessions))
        standing = standing_of(snapshot)
        paid = [each for whose, each in money.books.paid if whose == network]
        waiting = () if standing is None else standing.waiting
        self.payouts_list.show_payouts(paid, waiting, money.view, zone, money.explorer_url)
        self.payouts_list.setVisible(bool(paid or waiting))
        self.no_payouts.setVisible(not (paid or waiting))
        self.changes.setText("\n".join(changes_lines(snapshot)))
        self.changes.setVisible(bool(self.changes.text()))


def changes_lines(snapshot: Snapshot) -> list[str]:
    """When the payout address changed, the latest first: whoever did it, it stands here."""
    lines = []
    for change in reversed(snapshot.money.books.payout_changes[-CHANGES_SHOWN:]):
        when = f"{datetime.fromtimestamp(change.at_unix, snapshot.at.tzinfo):%Y-%m-%d %H:%M}"
        old, new = (_("none") if address is None else _ends(address) for address in (change.old, change.new))
        lines.append(_("{when}: payout address changed from {old} to {new}").format(when=when, old=old, new=new))
    return lines


def _ends(address: str) -> str:
    return f"{address[:8]}…{address[-8:]}"


def _fact(grid: QGridLayout, row: int, text: str, mark: QWidget | None = None) -> QLabel:
    value = label(wraps=False, named=text)
    if mark is not None:
        grid.addWidget(mark, row, 0)
    grid.addWidget(name_label(text, wraps=True), row, 1)
    grid.addWidget(value, row, 2, Qt.AlignmentFlag.AlignTrailing)
    return value


def _paragraph(card: Card, title: str) -> QLabel:
    card.body.addWidget(name_label(title, TextRole.CAPTION, wraps=True))
    value = label(named=title)
    card.body.addWidget(value)
    return value


def _own_text(snapshot: Snapshot, total: Sums, sides: Sides) -> str:
    """Work, and what it should be worth at the rate at which earlier work was paid."""
    work = _("{credit} of checked work in {time}.").format(
        credit=credit_text(total.work.flops), time=span_text(total.work.trained_seconds)
    )
    night = snapshot.earnings.tonight_credit
    settled = total.work.flops - night
    if settled <= 0 or sides.credited_rao <= 0 or night <= 0:
        return work
    estimate = round(sides.credited_rao / settled * night)
    return (
        work
        + " "
        + _("Tonight's part of it should be worth about {money}, at the rate so far.").format(
            money=amount_text(estimate, snapshot.money.view)
        )
    )


def _ledger_text(snapshot: Snapshot, sides: Sides) -> str:
    if snapshot.money.unreachable and sides.at_unix is None:
        return snapshot.money.unreachable
    if sides.at_unix is None and snapshot.earnings.heard_at is None:
        return _("Nothing yet.")
    at: datetime | None = snapshot.earnings.heard_at
    newest = max([moment for moment in (sides.at_unix, at and at.timestamp()) if moment])
    text = _("{credited} credited, {paid} paid, told {age}.").format(
        credited=amount_text(sides.credited_rao, snapshot.money.view),
        paid=amount_text(sides.paid_rao, snapshot.money.view),
        age=age_text(newest, snapshot.at),
    )
    return f"{text} {snapshot.money.unreachable}".strip()


def _chain_text(snapshot: Snapshot) -> str:
    address, sight = snapshot.account.payout_address, snapshot.money.sight
    if address is None:
        return _("Nothing: there is no payout address.")
    if not isinstance(sight, Sighted) or sight.address != address:
        return _("Not asked yet.") if sight is None or sight.address != address else _("It could not be asked.")
    hidden = snapshot.money.view.hidden
    held = HIDDEN if hidden else number_text((sight.answer.balance_rao or 0) / RAO_PER_COIN, "τ")
    return _("Your address holds {balance}, whoever sent it (block {block}, {age}).").format(
        balance=held, block=figure(sight.answer.block, ","), age=age_text(sight.at_unix, snapshot.at)
    )
