"""The first visit's pages. Every word must make sense to somebody who never heard of machine learning."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.core.hours.schedule import Schedule
from app.core.hours.words import schedule_line
from app.core.network.invitations import Invitation
from app.core.network.known import KnownNetwork, check_address
from app.core.settings.settings import NamedNetwork, NetworkChoice, OwnAddress, TryHere
from app.ui.home.settings_card import address_text
from app.ui.hours.editor import HoursEditor
from app.ui.hours.form import preview_text
from app.ui.look.card import Card, ChoiceButton, ScrolledPage, button, label, plain_text, set_glyph
from app.ui.look.icons import app_icon
from app.ui.look.theme import Colours, Space, TextRole, set_role
from app.ui.look.translation import _
from app.ui.wallet.payout_field import PayoutField, explanation_text
from app.ui.wallet.payout_guide import PayoutGuide
from protocol.errors import SettingsError

_LOGO_SIZE = 56


class Page(ScrolledPage):
    """One question. `changed` fires when `is_complete` may have changed."""

    changed = Signal()

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.LARGE)
        self.body.setSpacing(Space.MEDIUM)
        self.body.addWidget(label(title, TextRole.DISPLAY))
        if text:
            self.body.addWidget(label(text, TextRole.MUTED))
        self.setAccessibleName(title)

    @property
    def is_complete(self) -> bool:
        """Whether one may go on."""
        return True

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self


class NetworkPage(Page):
    """Try here, or join: a known network, or an address under Advanced."""

    def __init__(self, networks: Sequence[KnownNetwork], chosen: NetworkChoice | None) -> None:
        text = _(
            "Your computer helps to teach a language model, a program that learns to write by reading a great deal of "
            "text. It works only when you allow it, and you can stop it at any time."
        )
        super().__init__(_("Lend this computer's idle hours"), text)
        logo = QLabel()
        logo.setPixmap(app_icon().pixmap(_LOGO_SIZE, _LOGO_SIZE))
        self.body.insertWidget(0, logo)
        self.invited = label()
        self.invited.hide()
        self.body.addWidget(self.invited)
        self._group = QButtonGroup(self)
        self._choices: dict[ChoiceButton, NetworkChoice] = {}
        self.try_here = self._add_choice(
            _("Try on this computer"),
            _("A small model learns here, and nothing leaves your computer. You see everything work, without pay."),
            TryHere(),
            "computer",
        )
        self.named = [
            self._add_choice(
                _("Join {title}").format(title=network.title),
                _("Teach a large model together with others, and be paid for checked work."),
                NamedNetwork(network.name),
                "network",
            )
            for network in networks
            if not network.starts_here
        ]
        self._none_open = ChoiceButton(
            _("Join a network"),
            _("None is open to everybody yet. If you were given the address of one, enter it under Advanced."),
            "network",
        )
        self._none_open.setEnabled(False)
        self._none_open.setVisible(not self.named)
        self.body.addWidget(self._none_open)
        self._add_advanced()
        self.body.addStretch(1)
        self._show_chosen(chosen)

    def _add_choice(self, title: str, text: str, choice: NetworkChoice, glyph_name: str) -> ChoiceButton:
        made = ChoiceButton(title, text, glyph_name)
        self._group.addButton(made)
        self._choices[made] = choice
        made.toggled.connect(self._on_choice_toggled)
        self.body.addWidget(made)
        return made

    def _add_advanced(self) -> None:
        self.advanced = button(_("Advanced"), look="quiet", description=_("Join a network by its address"))
        self.advanced.setCheckable(True)
        self.address = QLineEdit()
        self.address.setPlaceholderText("https://")
        self.address.setAccessibleName(_("Address of a network"))
        self.address.textChanged.connect(self._on_address_changed)
        self.address_hint = label(_address_hint(), TextRole.CAPTION)
        for hidden in (self.address, self.address_hint):
            hidden.hide()
            self.advanced.toggled.connect(hidden.setVisible)
        self.advanced.toggled.connect(self._on_changed)
        self.body.addWidget(self.advanced, 0, Qt.AlignmentFlag.AlignLeading)
        self.body.addWidget(self.address)
        self.body.addWidget(self.address_hint)

    def _show_chosen(self, chosen: NetworkChoice | None) -> None:
        if isinstance(chosen, OwnAddress):
            self.advanced.setChecked(True)
            self.address.setText(chosen.url)
        for made, choice in self._choices.items():
            if choice == chosen or (isinstance(choice, TryHere) and isinstance(chosen, TryHere | None)):
                made.setChecked(True)

    def propose(self, invitation: Invitation) -> None:
        """Pick what a link invites to, and say that it was the link."""
        self.advanced.setChecked(isinstance(invitation.choice, OwnAddress))
        self.address.setText(invitation.network if isinstance(invitation.choice, OwnAddress) else "")
        for made, choice in self._choices.items():
            if choice == invitation.choice:
                made.setChecked(True)
        told = _("A link invited you to {network}. Nothing changes before you have seen all steps and pressed Begin.")
        self.invited.setText(told.format(network=invitation.title))
        self.invited.show()

    @property
    def choice(self) -> NetworkChoice | None:
        """What was picked; an address counts before the buttons. None while there is nothing usable."""
        if self.advanced.isChecked() and self.address.text().strip():
            try:
                return OwnAddress(check_address(self.address.text()))
            except SettingsError:
                return None
        checked = self._group.checkedButton()
        return self._choices[checked] if isinstance(checked, ChoiceButton) else None

    def choice_text(self) -> str:
        """The pick in words, for the summary."""
        choice = self.choice
        if isinstance(choice, OwnAddress):
            return choice.url
        return next((made.accessibleName() for made, each in self._choices.items() if each == choice), "")

    @property
    def is_complete(self) -> bool:
        return self.choice is not None

    def first_field(self) -> QWidget:
        return self._group.checkedButton() or self.try_here

    def dress(self, colours: Colours) -> None:
        for made in self._choices:
            made.show_glyph(colours.accent)
        self._none_open.show_glyph(colours.muted)
        set_glyph(self.advanced, "chevron-down", colours.accent)

    def _on_choice_toggled(self, on: bool) -> None:
        if on:
            self.advanced.setChecked(False)  # what one sees chosen is what counts
        self._on_changed()

    def _on_address_changed(self) -> None:
        if isinstance(self.choice, OwnAddress):
            self._group.setExclusive(False)
            for made in self._choices:
                made.setChecked(False)
            self._group.setExclusive(True)
        self._on_changed()

    def _on_changed(self) -> None:
        hint, role = _address_hint(), TextRole.CAPTION
        if self.advanced.isChecked() and self.address.text().strip():
            try:
                check_address(self.address.text())
            except SettingsError as error:
                hint, role = f"{error.title} {error.advice}", TextRole.ERROR
        self.address_hint.setText(hint)
        set_role(self.address_hint, "role", role.value)
        self.changed.emit()


class HoursPage(Page):
    def __init__(self, now: datetime) -> None:
        super().__init__(_("When may it work?"), _("Outside these hours your computer is yours alone."))
        self.editor = HoursEditor(now)
        self.editor.changed.connect(self.changed)
        self.body.addWidget(self.editor, 1)

    @property
    def is_complete(self) -> bool:
        schedule = self.editor.schedule()
        return not schedule.enabled or bool(schedule.windows)

    def first_field(self) -> QWidget:
        return next(made for made in self.editor.kinds.values() if made.isChecked())


class PayoutPage(Page):
    def __init__(self, address: str | None) -> None:
        super().__init__(_("Where should earnings go?"), explanation_text())
        self.payout = PayoutField()
        self.payout.set_address(address)
        self.payout.changed.connect(self.changed)
        self.body.addWidget(self.payout)
        self.body.addWidget(label(_("You can leave this empty."), TextRole.CAPTION))
        self.guide = button(_("How do I get one?"), look="quiet", description=_("Make a wallet outside this app"))
        self.guide.clicked.connect(self._on_guide_clicked)
        self.body.addWidget(self.guide, 0, Qt.AlignmentFlag.AlignLeading)
        self.body.addStretch(1)

    @property
    def is_complete(self) -> bool:
        return self.payout.is_acceptable

    def first_field(self) -> QWidget:
        return self.payout.field

    def _on_guide_clicked(self) -> None:
        guide = PayoutGuide(self)
        guide.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        guide.open()


class SummaryPage(Page):
    """Everything in words before anything starts."""

    def __init__(self) -> None:
        super().__init__(_("Ready"), _("You can change all of this at any time."))
        card = Card()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.HUGE)
        self._grid.setVerticalSpacing(Space.MEDIUM)
        self._grid.setColumnStretch(1, 1)
        card.body.addLayout(self._grid)
        self.lines: list[QLabel] = []
        self.body.addWidget(card)
        self.start_now = QCheckBox(plain_text(_("Start right away, for one hour, to see it work")))
        self.start_now.setChecked(True)
        self.body.addWidget(self.start_now, 0, Qt.AlignmentFlag.AlignLeading)
        self.promise = label(
            _("It pauses by itself on battery, when memory or disk run low, and when the computer gets too hot."),
            TextRole.MUTED,
        )
        self.body.addWidget(self.promise)
        self.body.addStretch(1)

    def tell(self, network: str, schedule: Schedule, now: datetime, payout: str | None, asks_payout: bool) -> None:
        """Fill in the answers."""
        for line in self.lines:
            line.deleteLater()
        facts = [(_("Where"), network), (_("When"), f"{schedule_line(schedule)}. {preview_text(schedule, now)}")]
        if asks_payout:
            facts.append((_("Earnings go to"), address_text(payout) if payout else _("kept until you add an address")))
        self.lines = []
        for row, (name, value) in enumerate(facts):
            pair = label(name, TextRole.MUTED, wraps=False), label(value)
            self._grid.addWidget(pair[0], row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(pair[1], row, 1)
            self.lines += pair

    def first_field(self) -> QWidget:
        return self.start_now


def _address_hint() -> str:
    return _("The address of a network's orchestrator. Only use one that you trust.")
