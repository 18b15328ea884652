"""The Earnings window: what was earned in a span of time, where the money is, and why it may be none."""

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from app.core.commands import AskLedger, LookAtAddress, SetMoney
from app.core.money.csv_export import payouts_csv, sessions_csv
from app.core.money.facts import sums_of
from app.core.money.prices import MoneyView
from app.core.money.settings import MoneySettings, ShownUnit
from app.core.money.sums import Span, Sums
from app.core.settings.settings import Settings
from app.core.settings.stored_file import write_atomically
from app.core.snapshot import Snapshot
from app.ui.earnings.cards import ComparisonCard, StatesCard, SumCard, TablesCard
from app.ui.earnings.prices import PricesDialog
from app.ui.look.card import Columns, FlowRow, ScrolledPage, ScrollPage, Segment, label, plain_text
from app.ui.look.fields import LoneDropDown
from app.ui.look.screen import open_at
from app.ui.look.theme import Colours, Space, TextRole
from app.ui.look.translation import _
from app.ui.look.web import open_page
from protocol.errors import StorageError

_WIDEST = 1080


class EarningsWindow(QMainWindow):
    """`show_snapshot` shows one; what the person wants leaves as signals."""

    command_requested = Signal(object)
    payout_requested = Signal()
    closed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle(_("Earnings — Train at Home"))
        self._money: MoneySettings = settings.money
        self._snapshot: Snapshot | None = None
        self._sums: Sums | None = None
        self._shown: tuple[object, ...] = ()
        self._days: int | None = Span.TODAY
        self.sum, self.states, self.comparison, self.tables = SumCard(), StatesCard(), ComparisonCard(), TablesCard()
        self.message = label(role=TextRole.MUTED)
        self.message.hide()
        self._lay_out()
        self._connect()
        close = QAction(self)
        close.setShortcuts(QKeySequence.StandardKey.Close)
        close.triggered.connect(self.close)
        self.addAction(close)
        self.show_settings(settings)
        open_at(self, 920, 980)

    def _lay_out(self) -> None:
        page = ScrolledPage()
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.HUGE)
        column.setSpacing(Space.LARGE)
        column.addWidget(self._spans())
        column.addWidget(self.sum)
        column.addWidget(Columns(self.states, self.comparison))
        column.addWidget(self.tables)
        column.addWidget(self.message)
        column.addStretch(1)
        page.setMaximumWidth(_WIDEST)
        scroll = ScrollPage(page)
        self.setCentralWidget(scroll)
        scroll.setFocus()  # so that no button looks chosen before Tab was pressed

    def _spans(self) -> QWidget:
        self._group = QButtonGroup(self)
        self.spans: dict[int | None, Segment] = {}
        for days, text in (
            (Span.TODAY, _("Today")),
            (Span.WEEK, _("7 days")),
            (Span.MONTH, _("30 days")),
            (Span.TOTAL, _("Total")),
        ):
            made = Segment(text)
            made.setChecked(days == self._days)
            self._group.addButton(made)
            made.clicked.connect(lambda _checked, chosen=days: self.choose_span(chosen))
            self.spans[days] = made
        self.unit = LoneDropDown(_("Show amounts in"))
        self.hide_money = QCheckBox(plain_text(_("Hide money")))
        self.hide_money.setAccessibleDescription(_("Amounts are shown nowhere: not here, not in the tray"))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.MEDIUM)
        line.addWidget(FlowRow(list(self.spans.values())), 1)
        line.addWidget(self.hide_money)
        line.addWidget(self.unit)
        return row

    def _connect(self) -> None:
        self.unit.activated.connect(self._on_unit_activated)
        self.hide_money.clicked.connect(self._on_hide_money_clicked)
        self.sum.prices_requested.connect(self.edit_prices)
        self.states.address_requested.connect(self.payout_requested)
        self.comparison.look_requested.connect(self._on_look_requested)
        self.tables.export_requested.connect(self._on_export_requested)
        self.tables.payouts_export_requested.connect(self._on_payouts_export_requested)
        self.tables.page_requested.connect(self._on_page_requested)
        self.tables.copied.connect(lambda: self._say(_("The transaction is copied.")))

    def show_settings(self, settings: Settings) -> None:
        self._money = settings.money
        self.hide_money.setChecked(settings.money.hidden)
        self.unit.clear()
        for unit, text in (
            (ShownUnit.ALPHA, "α"),
            (ShownUnit.TAO, "TAO (τ)"),
            (ShownUnit.MONEY, settings.money.currency),
        ):
            self.unit.addItem(text, unit)
        self.unit.setCurrentIndex(self.unit.findData(settings.money.unit))
        self.unit.setEnabled(not settings.money.hidden)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        # Sums over thousands of quarter hours are made again only where they can have changed.
        now = (snapshot.money, self._days, snapshot.at.date(), snapshot.network.name)
        if self._sums is None or now != self._shown:
            self._shown = now
            self._sums = sums_of(snapshot, self._days)
            self._total = self._sums if self._days is Span.TOTAL else sums_of(snapshot, Span.TOTAL)
            self.tables.show_sums(snapshot, self._sums)
        self._show_unit(snapshot.money.view)
        self.sum.show_sums(snapshot, self._sums)
        self.states.show_sums(snapshot, self._sums)
        self.comparison.show_total(snapshot, self._total)

    def _show_unit(self, view: MoneyView) -> None:
        """What amounts are really told in: a network without α has none to show."""
        place = self.unit.findData(view.unit)
        if place != self.unit.currentIndex() and not self.unit.view().isVisible():
            self.unit.setCurrentIndex(place)

    def choose_span(self, days: int | None) -> None:
        self._days = days
        self.spans[days].setChecked(True)
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    def dress(self, colours: Colours) -> None:
        self.sum.dress(colours)
        self.states.dress(colours)

    def edit_prices(self) -> PricesDialog | None:
        """Open the dialog on prices; returns at once."""
        if self._snapshot is None:
            return None
        dialog = PricesDialog(self._money, self._snapshot.at, self)
        dialog.saved.connect(self.command_requested)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def export(self, path: Path) -> None:
        """Save the sessions of the chosen span as a table at `path`; says how that went."""
        if self._sums is None or self._snapshot is None:
            return
        zone = self._snapshot.at.tzinfo
        assert zone is not None
        self._save(path, sessions_csv(self._sums.sessions, self._snapshot.money.view, zone))

    def export_payouts(self, path: Path) -> None:
        """Save all payouts, of every network, as a table at `path`; says how that went."""
        if self._snapshot is None:
            return
        zone, money = self._snapshot.at.tzinfo, self._snapshot.money
        assert zone is not None
        self._save(path, payouts_csv(money.books.paid, money.view, zone))

    def _save(self, path: Path, table: str) -> None:
        try:
            write_atomically(path, table.encode("utf-8-sig"))  # spreadsheets know UTF-8 by this mark only
        except StorageError as error:
            self._say(str(error))
        else:
            self._say(_("Saved as {path}.").format(path=path))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _on_export_requested(self) -> None:
        name = _("train-at-home-sessions") + ".csv"
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Save the sessions"), str(Path.home() / name), "CSV (*.csv)"
        )
        if chosen:
            self.export(Path(chosen))

    def _on_payouts_export_requested(self) -> None:
        name = _("train-at-home-payouts") + ".csv"
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save the payouts"), str(Path.home() / name), "CSV (*.csv)")
        if chosen:
            self.export_payouts(Path(chosen))

    def _on_page_requested(self, page: str) -> None:
        opened = open_page(page)
        self._say("" if opened else _("Your browser could not be opened. The page is {address}").format(address=page))

    def _on_look_requested(self, address: str) -> None:
        self.command_requested.emit(AskLedger())
        if address:
            self.command_requested.emit(LookAtAddress(address))

    def _on_unit_activated(self, _index: int) -> None:
        unit = ShownUnit(self.unit.currentData())
        self.command_requested.emit(SetMoney(msgspec.structs.replace(self._money, unit=unit)))

    def _on_hide_money_clicked(self, hidden: bool) -> None:
        self.command_requested.emit(SetMoney(msgspec.structs.replace(self._money, hidden=hidden)))

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
