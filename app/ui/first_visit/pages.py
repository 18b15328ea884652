"""The first visit's pages. Every word must make sense to somebody who never heard of machine learning."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.core.hours.schedule import Schedule
from app.core.hours.words import schedule_line
from app.core.network.invitations import Invitation
from app.core.network.known import KnownNetwork, check_address
from app.core.ports import AutostartState
from app.core.settings.settings import NamedNetwork, NetworkChoice, OwnAddress, TryHere
from app.ui.home.settings_card import address_text
from app.ui.hours.editor import HoursEditor
from app.ui.hours.form import preview_text
from app.ui.look.card import (
    Card,
    ChoiceButton,
    FlowRow,
    ScrolledPage,
    button,
    label,
    name_label,
    plain_text,
    set_glyph,
)
from app.ui.look.icons import app_icon
from app.ui.look.theme import Colours, Space, TextRole, set_role
from app.ui.look.translation import _
from protocol.errors import SettingsError

_LOGO_SIZE = 36


class Page(ScrolledPage):
    """One question. `changed` fires when `is_complete` may have changed."""

    changed = Signal()

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.LARGE)
        self.body.setSpacing(Space.MEDIUM)
        self.title = label(title, TextRole.DISPLAY)
        self.body.addWidget(self.title)
        if text:
            self.body.addWidget(label(text, TextRole.MUTED))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    @property
    def is_complete(self) -> bool:
        """Whether one may go on."""
        return True

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self


class NetworkPage(Page):
    """Try here, or join: a known network, or an address under Advanced. Who joins is told who then sees what."""

    privacy_requested = Signal()

    def __init__(self, networks: Sequence[KnownNetwork], chosen: NetworkChoice | None, *, hide_address: bool) -> None:
        text = _(
            "Your computer helps to teach a language model, a program that learns to write by reading a great deal of "
            "text. It works only when you allow it, and you can stop it at any time."
        )
        super().__init__(_("Lend this computer's idle hours"), text)
        self._add_logo()
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
        self.by_address = ChoiceButton(
            _("Join a network"),
            _("None is open to everybody yet. If you were given the address of one, choose this and enter it."),
            "network",
        )
        self._group.addButton(self.by_address)
        self.by_address.toggled.connect(self._on_by_address_toggled)
        self.body.addWidget(self.by_address)
        if self.named:
            self.by_address.hide()
        self._add_advanced()
        self.exposure = Exposure(hide_address)
        self.promises = _promises()
        self.body.addWidget(self.exposure)
        self.body.addWidget(self.promises)
        self.body.addStretch(1)
        self._show_chosen(chosen)
        self._on_changed()

    def _add_logo(self) -> None:
        logo = QLabel()
        logo.setPixmap(app_icon().pixmap(_LOGO_SIZE, _LOGO_SIZE))
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addWidget(logo)
        row.addWidget(self.title, 1)
        self.body.insertLayout(0, row)

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
        self.privacy = button(
            _("Who learns what"), look="quiet", description=_("Read what leaves this computer, and to whom")
        )
        self.privacy.clicked.connect(self.privacy_requested)
        self.address = QLineEdit()
        self.address.setPlaceholderText("https://")
        self.address.setAccessibleName(_("Address of a network"))
        self.address.textChanged.connect(self._on_address_changed)
        self.address_hint = label(_address_hint(), TextRole.CAPTION)
        for hidden in (self.address, self.address_hint):
            hidden.hide()
            self.advanced.toggled.connect(hidden.setVisible)
        self.advanced.toggled.connect(self._on_changed)
        column = QVBoxLayout()
        column.setSpacing(Space.TIGHT)
        entering = (self.address, self.address_hint)
        if not self.named:
            self.advanced.hide()  # a card of its own leads there
        quiet = FlowRow([self.advanced, self.privacy])
        for widget in (quiet, *entering) if self.named else (*entering, quiet):
            column.addWidget(widget)
        self.body.addLayout(column)

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
        return self._choices.get(checked) if isinstance(checked, ChoiceButton) else None

    @property
    def joins(self) -> bool:
        """Whether other computers are met: anything but a try on this one, a half-typed address included."""
        return not isinstance(self.choice, TryHere)

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
        for made in (*self._choices, self.by_address):
            made.show_glyph(colours.accent)
        set_glyph(self.advanced, "chevron-down", colours.accent)

    def _on_choice_toggled(self, on: bool) -> None:
        if on:
            self.advanced.setChecked(False)  # what one sees chosen is what counts
        self._on_changed()

    def _on_by_address_toggled(self, on: bool) -> None:
        self.advanced.setChecked(on)
        if on and self.by_address.underMouse():  # who comes by keyboard is not carried off
            self.address.setFocus()
        self._on_changed()

    def _on_address_changed(self) -> None:
        if isinstance(self.choice, OwnAddress) and not self.named:
            self.by_address.setChecked(True)
        elif isinstance(self.choice, OwnAddress):
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
        self.exposure.setVisible(self.joins)
        self.promises.setVisible(not self.joins)  # there is not room for both
        self.changed.emit()


class Exposure(QWidget):
    """Who sees this computer's internet address, and the way to keep it from them with what that costs."""

    def __init__(self, hide_address: bool) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TIGHT)
        sentence = _("Computers that train together talk to each other directly and see each other's internet address.")
        cost = _("Slower: everything takes the way over that store. It sends and receives more, and earns less.")
        self.box = QCheckBox(_("Meet others only through the network's store"))
        self.box.setChecked(hide_address)
        self.box.setAccessibleDescription(f"{sentence} {cost}")
        column.addWidget(label(sentence))
        column.addWidget(self.box, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(label(cost, TextRole.CAPTION))


def _promises() -> QWidget:
    """What it will not do."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.TIGHT)
    for promise in (
        _("It never asks for secret words or keys."),
        _("It never starts by itself outside your hours."),
        _("It does not work on battery, unless you allow it."),
    ):
        column.addWidget(label("· " + promise, TextRole.MUTED))
    return part


class HoursPage(Page):
    def __init__(self, now: datetime) -> None:
        super().__init__(_("When may it work?"), _("Outside these hours your computer is yours alone."))
        self.editor = HoursEditor(now)
        self.editor.changed.connect(self.changed)
        self.lid = label(_("Closing the lid lets this computer sleep all the same."), TextRole.CAPTION)
        self.lid.hide()
        self.body.addWidget(self.editor)
        self.body.addWidget(self.lid)
        self.body.addStretch(1)

    def show_battery(self, has_battery: bool) -> None:
        self.lid.setVisible(has_battery)

    @property
    def is_complete(self) -> bool:
        schedule = self.editor.schedule()
        return not schedule.enabled or bool(schedule.windows)

    def first_field(self) -> QWidget:
        return next(made for made in self.editor.kinds.values() if made.isChecked())


class Joined(msgspec.Struct, frozen=True):
    """What a network takes along that a try on this computer does not."""

    payout: str | None
    hide_address: bool


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
        self.with_session = QCheckBox(plain_text(_("Start with my session")))
        self.with_session.setAccessibleDescription(_("The app then starts by itself whenever you log in."))
        self.promise = label(
            _("It pauses by itself on battery, when memory or disk run low, and when the computer gets too hot."),
            TextRole.MUTED,
        )
        self.tray_note = label(
            _("When you close the window, the app goes on; its icon in your system's bar opens it again."),
            TextRole.MUTED,
        )
        for box in (self.start_now, self.with_session):
            self.body.addWidget(box, 0, Qt.AlignmentFlag.AlignLeading)
        for note in (self.promise, self.tray_note):
            self.body.addWidget(note)
        for hidden in (self.with_session, self.tray_note):
            hidden.hide()
        self.body.addStretch(1)

    def tell(self, network: str, schedule: Schedule, now: datetime, joined: Joined | None) -> None:
        """Fill in the answers."""
        for line in self.lines:
            line.deleteLater()
        facts = [(_("Where"), network), (_("When"), f"{schedule_line(schedule)}. {preview_text(schedule, now)}")]
        if joined is not None:
            facts += _joined_facts(joined)
        self.lines = []
        for row, (name, value) in enumerate(facts):
            pair = name_label(name), label(value, named=name)
            self._grid.addWidget(pair[0], row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(pair[1], row, 1)
            self.lines += pair

    def show_autostart(self, state: AutostartState) -> None:
        """It is offered only where the system knows a way and doesn't start the app already."""
        self.with_session.setVisible(state is AutostartState.OFF)

    def first_field(self) -> QWidget:
        return self if self.start_now.isHidden() else self.start_now


def _joined_facts(joined: Joined) -> list[tuple[str, str]]:
    payout = address_text(joined.payout) if joined.payout else _("kept until you add an address")
    if joined.hide_address:
        seen = _("not this computer's internet address: all goes through the network's store")
    else:
        seen = _("this computer's internet address")
    return [(_("Earnings go to"), payout), (_("The others see"), seen)]


def _address_hint() -> str:
    return _("The address as you were given it. Only join a network that you trust.")
