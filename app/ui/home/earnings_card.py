"""What tonight and all nights brought, and why it may still be nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel

from app.core.money.earnings import credit_text
from app.core.money.facts import Sides, sides_of
from app.core.money.prices import MoneyView, amount_text
from app.core.snapshot import NetworkKind, Snapshot
from app.core.words import play_money_sentence
from app.ui.look.card import Card, FlowRow, button, label, name_label
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _


class EarningsCard(Card):
    """Every figure as the service's ledger tells it."""

    payout_requested = Signal()
    details_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("Earnings"))
        self.tonight = label(role=TextRole.FIGURE)
        self.tonight_credit = label(role=TextRole.CAPTION)
        self.explanation = label(role=TextRole.MUTED)
        self.add_address = button(_("Add a payout address"), look="quiet", description=_("Say where earnings go"))
        self.add_address.clicked.connect(self.payout_requested)
        self.body.addWidget(self.tonight)
        self.body.addWidget(self.tonight_credit)
        rows = QGridLayout()
        rows.setHorizontalSpacing(Space.LARGE)
        rows.setVerticalSpacing(Space.TIGHT)
        rows.setColumnStretch(0, 1)
        self.credited = self._row(rows, 0, _("Credited in total"))
        self.paid = self._row(rows, 1, _("Paid out"))
        self.pending = self._row(rows, 2, _("Still to be paid"))
        self.held_name, self.held = self._named_row(rows, 3, _("Held"))
        self.body.addSpacing(Space.TIGHT)
        self.body.addLayout(rows)
        self.body.addWidget(self.explanation)
        self.details = button(_("All earnings…"), look="quiet", description=_("By day and session, with payouts"))
        self.details.setShortcut("Ctrl+E")
        self.details.clicked.connect(self.details_requested)
        self.body.addWidget(FlowRow([self.details, self.add_address]))
        self.body.addStretch(1)

    def _row(self, rows: QGridLayout, row: int, text: str) -> QLabel:
        return self._named_row(rows, row, text)[1]

    def _named_row(self, rows: QGridLayout, row: int, text: str) -> tuple[QLabel, QLabel]:
        name, value = name_label(text, wraps=True), label(wraps=False, named=text)
        rows.addWidget(name, row, 0)
        rows.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTrailing)
        return name, value

    def show_snapshot(self, snapshot: Snapshot) -> None:
        earnings = snapshot.earnings
        if snapshot.money.view.hidden:
            self.tonight.setText(_("{credit} tonight").format(credit=credit_text(earnings.tonight_credit)))
        else:
            self.tonight.setText(
                _("{money} tonight").format(money=amount_text(earnings.tonight_rao, snapshot.money.view))
            )
        credit = _("for {credit} of checked work") if earnings.tonight_rao else _("{credit} of work credited tonight")
        self.tonight_credit.setText(credit.format(credit=credit_text(earnings.tonight_credit)))
        self.tonight_credit.setVisible(earnings.tonight_credit > 0 and not snapshot.money.view.hidden)
        self._show_sides(sides_of(snapshot), snapshot.money.view)
        text = explanation(snapshot)
        self.explanation.setText(text)
        self.explanation.setVisible(bool(text))
        self.add_address.setVisible(not snapshot.address_set)

    def _show_sides(self, sides: Sides, view: MoneyView) -> None:
        self.credited.setText(amount_text(sides.credited_rao, view))
        self.paid.setText(amount_text(sides.paid_rao, view))
        self.pending.setText(amount_text(sides.pending_rao, view))
        self.held.setText(amount_text(sides.held_rao, view))
        for widget in (self.held_name, self.held):
            widget.setVisible(sides.held_rao > 0)


def explanation(snapshot: Snapshot) -> str:
    """Why there is nothing, or where it stays; empty when the figures speak for themselves."""
    earnings = snapshot.earnings
    if snapshot.network.kind is NetworkKind.THIS_COMPUTER and earnings.credited_rao:
        return play_money_sentence()
    if not snapshot.address_set:
        return _("No payout address yet. What you earn is kept for you until you add one.")
    if earnings.heard_at is None:
        return _("The network has told nothing yet. Figures appear a moment after training begins.")
    if not earnings.tonight_credit and not earnings.tonight_rao:
        return _("Nothing yet tonight. Work counts once another computer has confirmed it.")
    if not earnings.tonight_rao:
        return _("Work becomes money when the network next settles its accounts.")
    return ""
