"""The list of payouts in the Earnings window, and what can be done with the transaction of the chosen one."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.core.language.speech import figure
from app.core.money.explorer import site_of, transaction_page
from app.core.money.lines import Paid, Waiting
from app.core.money.prices import MoneyView, amount_text
from app.ui.earnings.tables import ROWS_LIMIT, PlainTable, moment_text
from app.ui.look.card import FlowRow, button, plain_text
from app.ui.look.theme import Space
from app.ui.look.translation import _


class PayoutsTable(PlainTable):
    """The newest first. What is chosen stays chosen when another payout arrives."""

    def __init__(self) -> None:
        columns = [(_("When"), ""), (_("Amount"), ""), (_("State"), ""), (_("Transaction"), "")]
        super().__init__(_("Payouts"), columns, len(columns))
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # a transaction is told by its ends
        self.entries: list[Paid | Waiting] = []

    @property
    def chosen(self) -> Paid | None:
        """The paid one that is chosen; None for one on its way, and where none is chosen."""
        entry = self._current()
        return entry if isinstance(entry, Paid) else None

    def _current(self) -> Paid | Waiting | None:
        row = self.currentRow()
        return self.entries[row] if 0 <= row < len(self.entries) else None

    def show_payouts(
        self, paid: Sequence[Paid], waiting: Sequence[Waiting], view: MoneyView, zone: tzinfo | None
    ) -> None:
        before = self._current()
        entries: list[Paid | Waiting] = [*paid, *waiting]
        self.entries = sorted(entries, key=lambda each: -each.unix_ms)[:ROWS_LIMIT]
        self.show_rows(
            [_row(entry, view, zone) for entry in self.entries],
            [_transaction(entry) for entry in self.entries],
            [_meaning(entry) for entry in self.entries],
        )
        self._choose("" if before is None else _key(before))

    def _choose(self, key: str) -> None:
        """That payout, or else the newest that is paid: the only one need not be picked first."""
        keys = [_key(entry) for entry in self.entries]
        paid = [row for row, entry in enumerate(self.entries) if isinstance(entry, Paid)]
        rows = [keys.index(key)] if key in keys else paid
        if rows and rows[0] != self.currentRow():
            self.setCurrentCell(rows[0], max(self.currentColumn(), 0))


class PayoutsList(QWidget):
    """The table with its buttons: the chosen payout's transaction is copied whole, or looked up where that is possible.

    On a network without an explorer nothing is offered that would lead nowhere.
    """

    copied = Signal()
    page_requested = Signal(str)
    export_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.table = PayoutsTable()
        self.copy = button(_("Copy transaction"), look="quiet", description=_("The chosen transaction's full number"))
        self.copy.clicked.connect(self._on_copy_clicked)
        self.look_up = button("", look="quiet")
        self.look_up.clicked.connect(self._on_look_up_clicked)
        self.export = button(_("Save the payouts (CSV)…"), look="quiet")
        self.export.clicked.connect(self.export_requested)
        self._explorer: str | None = None
        self._page: str | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addWidget(self.table)
        column.addWidget(FlowRow([self.copy, self.look_up, self.export]))
        self.table.itemSelectionChanged.connect(self._show_actions)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            opens = QShortcut(QKeySequence(key), self.table)
            opens.setContext(Qt.ShortcutContext.WidgetShortcut)
            opens.activated.connect(self._on_look_up_clicked)

    def show_payouts(
        self,
        paid: Sequence[Paid],
        waiting: Sequence[Waiting],
        view: MoneyView,
        zone: tzinfo | None,
        explorer_url: str | None,
    ) -> None:
        self._explorer = explorer_url
        self.table.show_payouts(paid, waiting, view, zone)
        self._show_actions()

    def _show_actions(self) -> None:
        chosen = self.table.chosen
        self._page = None if chosen is None else transaction_page(self._explorer, chosen)
        paid = [entry for entry in self.table.entries if isinstance(entry, Paid)]
        self.copy.setVisible(any(entry.hash for entry in paid))
        self.export.setEnabled(bool(paid))
        self.copy.setEnabled(chosen is not None and chosen.hash is not None)
        self.look_up.setVisible(self._explorer is not None and bool(paid))
        self.look_up.setEnabled(self._page is not None)
        site = site_of(self._explorer or "")
        self.look_up.setText(plain_text(_("Look up on {site}").format(site=site)))
        told = self._page or _("The network told too little of the chosen payout to find it there")
        self.look_up.setToolTip(told)
        self.look_up.setAccessibleDescription(told)

    def _on_copy_clicked(self) -> None:
        chosen = self.table.chosen
        if chosen is not None and chosen.hash is not None:
            QApplication.clipboard().setText(chosen.hash)
            self.copied.emit()

    def _on_look_up_clicked(self) -> None:
        if self._page is not None:
            self.page_requested.emit(self._page)


def _row(entry: Paid | Waiting, view: MoneyView, zone: tzinfo | None) -> tuple[str, ...]:
    when, money = moment_text(entry.unix_ms / 1000, zone), amount_text(entry.rao, view)
    if isinstance(entry, Paid):
        return (when, money, _("paid"), _short(_transaction(entry)))
    return (when, money, _("held: {reason}").format(reason=entry.reason) if entry.reason else _("on its way"), "")


def _key(entry: Paid | Waiting) -> str:
    """What it is told from others by."""
    return entry.transaction if isinstance(entry, Paid) else f"{entry.unix_ms} {entry.rao}"


def _transaction(entry: Paid | Waiting) -> str:
    """Its hash: whatever else a network may have told in its place is none, and is not shown as one."""
    return (entry.hash or "") if isinstance(entry, Paid) else ""


def _meaning(entry: Paid | Waiting) -> str:
    transaction = _transaction(entry)
    if not transaction or not isinstance(entry, Paid) or entry.block is None:
        return transaction
    return _("{transaction} in block {block}").format(transaction=transaction, block=figure(entry.block, ","))


def _short(transaction: str) -> str:
    return transaction if len(transaction) <= 20 else f"{transaction[:10]}…{transaction[-8:]}"
