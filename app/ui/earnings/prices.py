"""The dialog on prices: electricity, flat or by the hour, the value of TAO, and what the computer draws."""

from datetime import datetime

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QWidget,
)

from app.core.commands import SetMoney
from app.core.money.settings import MoneySettings, TypedPrice
from app.core.money.tariff import HOURS, FlatTariff, HourlyTariff, Tariff
from app.ui.limits.connection_form import Cap
from app.ui.look.card import label, plain_text
from app.ui.look.fields import AmountField, DropDown
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _

_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "PLN", "SEK", "NOK", "DKK", "CZK", "JPY", "CNY", "INR", "AUD", "CAD", "BRL")
_SUGGESTED_PER_KWH = 0.30
_COLUMNS = 4


class PricesDialog(FormDialog):
    """`saved` carries a SetMoney."""

    saved = Signal(object)

    def __init__(self, money: MoneySettings, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(_("Prices"), _("What things cost"), parent)
        self._money, self._now = money, now
        self.currency = DropDown()
        self.currency.setEditable(True)
        self.currency.addItems(_CURRENCIES)
        self.currency.setCurrentText(money.currency)
        self.currency.setAccessibleName(_("Currency"))
        self.body.addLayout(_row(_("Currency"), self.currency))
        self._add_electricity(money.tariff)
        typed = money.typed_price
        self.tao = Cap(
            _("One TAO is worth"), money.currency, None if typed is None else typed.money_per_tao, 300.0, 1e8
        )
        self.tao.number.setDecimals(2)
        self.body.addWidget(label(_("Value of TAO"), TextRole.HEADING))
        self.body.addWidget(self.tao)
        self.body.addWidget(label(_value_text(), TextRole.MUTED))
        self.watts = Cap(_("While training this computer draws"), _("W"), money.watts_while_training, 150.0, 20_000.0)
        self.body.addWidget(label(_("Power draw"), TextRole.HEADING))
        self.body.addWidget(self.watts)
        self.body.addWidget(label(_watts_text(), TextRole.MUTED))
        self.body.addStretch(1)
        self.currency.currentTextChanged.connect(self._on_currency_changed)
        self._on_currency_changed(money.currency)
        self._on_kind_toggled()

    def _add_electricity(self, tariff: Tariff | None) -> None:
        self.body.addWidget(label(_("Electricity"), TextRole.HEADING))
        self._kinds = QButtonGroup(self)
        self.unknown = QRadioButton(plain_text(_("I don't know")))
        self.flat = QRadioButton(plain_text(_("One price at all hours")))
        self.hourly = QRadioButton(plain_text(_("A price for each hour")))
        chosen = {type(None): self.unknown, FlatTariff: self.flat, HourlyTariff: self.hourly}[type(tariff)]
        for kind in (self.unknown, self.flat, self.hourly):
            self._kinds.addButton(kind)
            self.body.addWidget(kind, 0, Qt.AlignmentFlag.AlignLeading)
            kind.setChecked(kind is chosen)
            kind.toggled.connect(self._on_kind_toggled)
        first = tariff.per_kwh if isinstance(tariff, FlatTariff) else _SUGGESTED_PER_KWH
        by_hour = tariff.per_kwh if isinstance(tariff, HourlyTariff) else (first,) * HOURS
        self.flat_price = _price_box(_("Price of a kilowatt hour"), first)
        self.hour_prices = [_price_box(_hour_name(hour), price) for hour, price in enumerate(by_hour)]
        self._flat_row = QWidget()
        self._flat_row.setLayout(_row(_("A kilowatt hour costs"), self.flat_price))
        self._hours = QWidget()
        grid = QGridLayout(self._hours)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.MEDIUM)
        grid.setVerticalSpacing(Space.TIGHT)
        rows = HOURS // _COLUMNS
        for hour, box in enumerate(self.hour_prices):
            column = 2 * (hour // rows)
            grid.addWidget(label(f"{hour:02}:00", TextRole.MUTED, wraps=False), hour % rows, column)
            grid.addWidget(box, hour % rows, column + 1)
        self.body.addWidget(self._flat_row)
        self.body.addWidget(self._hours)

    @property
    def money(self) -> MoneySettings:
        """What the form says."""
        return msgspec.structs.replace(
            self._money,
            currency=self.currency.currentText().strip().upper(),
            tariff=self._tariff(),
            typed_price=self._typed(),
            watts_while_training=self.watts.value,
        )

    def _tariff(self) -> Tariff | None:
        if self.flat.isChecked():
            return FlatTariff(round(self.flat_price.value(), 6))
        if self.hourly.isChecked():
            return HourlyTariff(tuple(round(box.value(), 6) for box in self.hour_prices))
        return None

    def _typed(self) -> TypedPrice | None:
        value, before = self.tao.value, self._money.typed_price
        if value is None:
            return None
        # A price that was only looked at keeps its age.
        same = before is not None and round(before.money_per_tao, 2) == round(value, 2)
        return before if same else TypedPrice(value, self._now.timestamp())

    def on_save(self) -> None:
        self.saved.emit(SetMoney(self.money))
        self.accept()

    def _on_kind_toggled(self) -> None:
        self._flat_row.setVisible(self.flat.isChecked())
        self._hours.setVisible(self.hourly.isChecked())
        self.fit()

    def _on_currency_changed(self, text: str) -> None:
        currency = text.strip().upper()
        self.tao.number.setSuffix(f" {currency}")
        self.flat_price.setSuffix(f" {currency}")
        self.save.setEnabled(len(currency) == 3 and currency.isalpha() and currency.isascii())


def _price_box(name: str, value: float) -> QDoubleSpinBox:
    box = AmountField()
    box.setDecimals(4)
    box.setRange(0.0, 1_000_000.0)
    box.setSingleStep(0.01)
    box.setValue(value)
    box.setAccessibleName(name)
    box.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return box


def _row(text: str, field: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.MEDIUM)
    name = label(text)
    name.setBuddy(field)
    row.addWidget(name, 1)
    row.addWidget(field)
    return row


def _hour_name(hour: int) -> str:
    return _("Price of a kilowatt hour from {hour:02}:00").format(hour=hour)


def _value_text() -> str:
    return _(
        "This app asks no web service for prices. What α costs in TAO it reads from the network's own pool on the "
        "chain; what TAO is worth in money you can type in. Without it amounts stay in α and TAO."
    )


def _watts_text() -> str:
    return _(
        "Best read off a meter at the socket: the difference between training and resting. Without it the app measures "
        "where it can, and estimates where it can't."
    )
