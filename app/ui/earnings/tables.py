"""The tables of the Earnings window: what all have in common, and that of the sessions."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableWidget, QTableWidgetItem

from app.core.language.speech import figure, large_count
from app.core.money.lines import EnergySource
from app.core.money.prices import HIDDEN, MoneyView, amount, amount_text, number_text
from app.core.money.settings import ShownUnit
from app.core.money.sums import SessionRow
from app.ui.look.translation import _

ROWS_LIMIT = 200
"""More are in the table that can be saved."""
_SHOWN_ROWS = 8
_LEAST_KWH = 0.1
"""Less is told in watt hours."""
_LEAST_WATT_HOURS = 0.1


class PlainTable(QTableWidget):
    """Read by rows; Ctrl+C copies the chosen cell whole, even where it is shown shortened."""

    def __init__(self, name: str, columns: Sequence[tuple[str, str]], numbers_from: int) -> None:
        """`columns`: title, and what it means for a tool tip; from `numbers_from` on they are numbers."""
        super().__init__(0, len(columns))
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels([title for title, _meaning in columns])
        for place, (title, meaning) in enumerate(columns):
            item = self.horizontalHeaderItem(place)
            if item is not None:
                item.setToolTip(meaning or title)
                item.setTextAlignment(_alignment(place >= numbers_from))
        self._numbers_from = numbers_from
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)  # Tab leaves the table; arrows move inside
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self._shown: tuple[object, ...] = ([], (), ())
        copy = QShortcut(QKeySequence.StandardKey.Copy, self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)

    def show_rows(self, rows: list[tuple[str, ...]], whole: Sequence[str] = (), meanings: Sequence[str] = ()) -> None:
        """`whole` are the last column's full texts, where they are shown shortened; `meanings` their tool tips."""
        if (rows, tuple(whole), tuple(meanings)) == self._shown:
            return
        self._shown = (rows, tuple(whole), tuple(meanings))
        self.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_alignment(column >= self._numbers_from))
                if whole and column == len(row) - 1:
                    item.setToolTip(meanings[place])
                    item.setData(Qt.ItemDataRole.UserRole, whole[place])
                self.setItem(place, column, item)
        self._fit()

    def _fit(self) -> None:
        rows = min(max(self.rowCount(), 1), _SHOWN_ROWS)
        row_height = self.rowHeight(0) if self.rowCount() else self.verticalHeader().defaultSectionSize()
        extra = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * row_height + extra)

    def _copy(self) -> None:
        item = self.currentItem()
        if item is not None:
            QApplication.clipboard().setText(str(item.data(Qt.ItemDataRole.UserRole) or item.text()))


class SessionsTable(PlainTable):
    def __init__(self) -> None:
        super().__init__(
            _("Sessions"),
            [
                (_("Began"), ""),
                (_("Ended"), ""),
                (_("Trained"), _("Time in which this computer really trained")),
                (_("Tokens"), _("Pieces of text worked through")),
                (_("Credit"), _("Work that others confirmed")),
                (_("Energy"), _("Measured where this computer can, else estimated (≈)")),
                (_("Electricity"), _("What that energy cost at your price")),
                (_("Earned"), _("Credited between its beginning and the next one's")),
                (_("Net"), _("Earned less electricity; only where both are known in money")),
            ],
            2,
        )

    def show_sessions(self, sessions: Sequence[SessionRow], view: MoneyView, zone: tzinfo | None) -> None:
        self.show_rows([_session(row, view, zone) for row in sessions[:ROWS_LIMIT]])


def cost_text(cost: float | None, view: MoneyView) -> str:
    """Electricity in the person's currency."""
    if view.hidden:
        return HIDDEN
    return _("unknown") if cost is None else number_text(cost, view.currency)


def energy_text(kwh: float, source: EnergySource) -> str:
    """In the unit that a person would say it in: a night in kilowatt hours, a minute in watt hours."""
    about = "≈ " if source is EnergySource.ESTIMATED and kwh else ""
    if kwh == 0 or kwh >= _LEAST_KWH:
        return about + _("{kwh} kWh").format(kwh=figure(kwh, ".2f"))
    watt_hours = kwh * 1000
    if watt_hours < _LEAST_WATT_HOURS:
        about, watt_hours = "<", _LEAST_WATT_HOURS
    return about + _("{wh} Wh").format(wh=figure(watt_hours, ".1f"))


def span_text(seconds: float) -> str:
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    return (
        _("{hours} h {minutes:02} min").format(hours=hours, minutes=minutes)
        if hours
        else _("{minutes} min").format(minutes=minutes)
    )


def net_of(rao: int, cost: float | None, view: MoneyView) -> float | None:
    """Earned less electricity in the person's currency; None where either is unknown there."""
    earned = amount(rao, msgspec.structs.replace(view, unit=ShownUnit.MONEY))
    return None if earned is None or cost is None else earned - cost


def net_text(rao: int, cost: float | None, view: MoneyView) -> str:
    if view.hidden:
        return HIDDEN
    net = net_of(rao, cost, view)
    return _("unknown") if net is None else number_text(net, view.currency)


def _session(row: SessionRow, view: MoneyView, zone: tzinfo | None) -> tuple[str, ...]:
    session, work = row.session, row.work
    return (
        moment_text(session.began_unix, zone),
        _end(session.began_unix, session.ended_unix, zone),
        span_text(work.trained_seconds),
        figure(work.tokens, ","),
        large_count(work.flops),
        energy_text(work.kwh, work.source),
        cost_text(work.cost, view),
        amount_text(row.rao, view),
        net_text(row.rao, work.cost, view),
    )


def moment_text(unix_seconds: float, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(unix_seconds, zone):%Y-%m-%d %H:%M}"


def _end(began: float, ended: float, zone: tzinfo | None) -> str:
    """The clock alone where it can't be mistaken for another day's."""
    return moment_text(ended, zone) if ended - began >= 86_400 else f"{datetime.fromtimestamp(ended, zone):%H:%M}"


def _alignment(is_number: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignTrailing if is_number else Qt.AlignmentFlag.AlignLeading
    return side | Qt.AlignmentFlag.AlignVCenter
