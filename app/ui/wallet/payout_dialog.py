"""Changing where earnings go, in two steps: choose, then read old and new side by side and say yes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QVBoxLayout,
    QWidget,
)

from app.core.snapshot import Snapshot
from app.ui.look.card import button, label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _
from app.ui.wallet.address_card import AddressCard
from app.ui.wallet.payout_field import PayoutField, explanation_text
from app.ui.wallet.payout_guide import PayoutGuide


class PayoutDialog(FormDialog):
    """`saved` carries the new address, or None to forget it; it fires only after the second button."""

    saved = Signal(object)
    address_seen = Signal(str)

    def __init__(self, address: str | None, parent: QWidget | None = None) -> None:
        super().__init__(_("Payout address"), _("Where should earnings go?"), parent)
        self._old = address
        self._confirmed: str | None = None
        self.payout = PayoutField()
        self.payout.set_address(address)
        self.payout.changed.connect(self._on_payout_changed)
        self.payout.address_seen.connect(self.address_seen)
        self.guide_button = button(_("How do I get one?"), look="quiet")
        self.guide_button.clicked.connect(self.show_guide)
        # Not a QStackedWidget: that is as tall as the tallest page at its narrowest.
        self._choice = self._choice_page()
        self._confirmation = _Confirmation()
        for page in (self._choice, self._confirmation):
            self.body.addWidget(page)
        self.body.addStretch(1)
        self.back = self.buttons.addButton(_("Back"), QDialogButtonBox.ButtonRole.ResetRole)
        self.back.clicked.connect(self._show_choice)
        self.guide: PayoutGuide | None = None
        self._show_choice()
        self.fit()

    def _choice_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.MEDIUM)
        column.addWidget(label(explanation_text(), TextRole.MUTED))
        column.addWidget(self.payout)
        column.addWidget(self.guide_button, 0, Qt.AlignmentFlag.AlignLeading)
        return page

    @property
    def is_confirming(self) -> bool:
        return not self._confirmation.isHidden()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.payout.show_snapshot(snapshot)

    def show_guide(self) -> PayoutGuide:
        """The words on how to make a coldkey outside this app; returns at once."""
        self.guide = PayoutGuide(self)
        self.guide.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.guide.open()
        return self.guide

    def on_save(self) -> None:
        if self.is_confirming:
            # What was read is what is saved, whatever the field holds by now.
            self.saved.emit(self._confirmed)
            self.accept()
        elif self.payout.is_acceptable and self.payout.address != self._old:
            self._confirmed = self.payout.address
            self._confirmation.tell(self._old, self._confirmed)
            self._show_page(self._confirmation)
            self.back.show()
            self.save.setText(_("Use this address") if self._confirmed else _("Forget the address"))
            self.back.setFocus()
            self.fit()

    def _show_choice(self) -> None:
        self._show_page(self._choice)
        self.back.hide()
        self.save.setText(_("Next"))
        self._on_payout_changed()
        self.payout.field.setFocus()

    def _show_page(self, page: QWidget) -> None:
        for each in (self._choice, self._confirmation):
            each.setVisible(each is page)

    def _on_payout_changed(self) -> None:
        if self.is_confirming:
            return
        self.save.setEnabled(self.payout.is_acceptable and self.payout.address != self._old)
        self.fit()


class _Confirmation(QWidget):
    """Old and new, each with its picture."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.MEDIUM)
        self.question = label()
        column.addWidget(self.question)
        self._old, self._new = AddressCard(_("Until now")), AddressCard(_("From now on"))
        column.addWidget(self._old)
        column.addWidget(self._new)
        column.addWidget(
            label(
                _(
                    "Compare the whole new address with the one in your wallet, not just its ends. What was already "
                    "paid stays where it went; everything still owed goes to the new address."
                ),
                TextRole.MUTED,
            )
        )

    def tell(self, old: str | None, new: str | None) -> None:
        self.question.setText(
            _("Read this once more: this is where all your earnings will go.")
            if new
            else _("Without an address nothing is paid out. What you earn is kept until you add one.")
        )
        self._old.tell(old)
        self._new.tell(new)
