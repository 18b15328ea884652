"""How servers on the internet are reached: as the system says, without a proxy, or through one by its address."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QWidget

from app.core.commands import SetProxy
from app.core.network.proxy import EXAMPLE, checked_proxy
from app.ui.look.card import label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import TextRole, set_role
from app.ui.look.translation import _
from protocol.errors import SettingsError
from protocol.proxies import NONE, SYSTEM


class ProxyDialog(FormDialog):
    """`saved` carries a SetProxy. An address that can't be used is told while it is typed, and can't be saved."""

    saved = Signal(object)

    def __init__(self, setting: str, parent: QWidget | None = None) -> None:
        super().__init__(_("Proxy"), _("Does your internet go through a proxy?"), parent)
        self._group = QButtonGroup(self)
        self.system = self._choice(_("Do what the system says"))
        self.none = self._choice(_("No, go directly"))
        self.own = self._choice(_("Yes, through this one:"))
        self.address = QLineEdit()
        self.address.setPlaceholderText(EXAMPLE)
        self.address.setAccessibleName(_("Address of the proxy"))
        self.hint = label(role=TextRole.CAPTION)
        self.body.addWidget(label(_explanation(), TextRole.MUTED))
        for widget in (self.system, self.none, self.own, self.address, self.hint):
            self.body.addWidget(widget)
        self.body.addWidget(label(_directly(), TextRole.MUTED))
        self.body.addStretch(1)
        own = setting not in (SYSTEM, NONE)
        self.address.setText(setting if own else "")
        (self.own if own else self.none if setting == NONE else self.system).setChecked(True)
        self._group.buttonToggled.connect(self._on_changed)
        self.own.toggled.connect(self._on_own)
        self.address.textChanged.connect(self._on_changed)
        self._on_changed()
        self.fit()

    def _choice(self, text: str) -> QRadioButton:
        made = QRadioButton(text)
        self._group.addButton(made)
        return made

    @property
    def typed(self) -> str:
        """What the form says, checked or not."""
        if self.own.isChecked():
            return self.address.text().strip()
        return NONE if self.none.isChecked() else SYSTEM

    def on_save(self) -> None:
        if self._problem():
            return
        self.saved.emit(SetProxy(self.typed))
        self.accept()

    def _problem(self) -> str:
        """In words for the person; empty where the form can be saved."""
        if self.own.isChecked() and self.typed.casefold() in (SYSTEM, NONE):
            return _address_hint()  # these are the other choices
        try:
            checked_proxy(self.typed)
        except SettingsError as error:
            return f"{error.title} {error.advice}"
        return ""

    def _on_own(self, on: bool) -> None:
        if on:
            self.address.setFocus()

    def _on_changed(self) -> None:
        self.address.setEnabled(self.own.isChecked())
        problem = self._problem()
        wrong = problem if self.typed else ""  # nobody is scolded for what is not typed yet
        self.hint.setText(wrong or _address_hint())
        set_role(self.hint, "role", (TextRole.ERROR if wrong else TextRole.CAPTION).value)
        self.address.setAccessibleDescription(self.hint.text())
        self.save.setEnabled(not problem)


def _explanation() -> str:
    return _(
        "Companies, universities and some homes let computers reach the internet through a proxy only. What the app "
        "asks of servers, such as the network's own computers and updates, takes the way that you choose here."
    )


def _address_hint() -> str:
    return _("Like {example}, without a name or password.").format(example=EXAMPLE)


def _directly() -> str:
    return _(
        "Computers that train together talk to each other without the proxy; where it does not let them, what they "
        "send goes through the network's store, which is slower and earns less."
    )
