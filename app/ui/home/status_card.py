"""The first thing one sees: what this computer does, until when, and what one can ask of it."""

from datetime import timedelta
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QPushButton, QWidget

from app.core import words
from app.core.commands import SetWish
from app.core.decision import Action
from app.core.engine.phase import ACTIVE, ALIVE
from app.core.gates.gate import GateName
from app.core.gates.words import health
from app.core.language.speech import counted, figure, large_count, percent
from app.core.snapshot import NetworkKind, Snapshot
from app.core.wish import Auto, FinishThenOff
from app.ui.choices import Choice, State, offer_of, state_of
from app.ui.look.card import Card, FlowRow, button, label, plain_text, set_glyph
from app.ui.look.glyph_label import GlyphLabel
from app.ui.look.theme import LIGHT, Colours, Space, TextRole, set_role
from app.ui.look.translation import _

_TONES = {
    State.TRAINING: "good",
    State.WAITING: "quiet",
    State.SCHEDULED: "quiet",
    State.PAUSED: "warning",
    State.HELD: "quiet",
    State.TROUBLE: "danger",
}
_ICON_EMS = 1.5
_HEALTH = (
    GateName.TEMPERATURE,
    GateName.GRAPHICS_TEMPERATURE,
    GateName.MEMORY,
    GateName.DISK,
    GateName.DATA_QUOTA,
)


class StatusCard(Card):
    """Renders the decision; asks by `command_requested` with a core Command."""

    command_requested = Signal(object)
    set_up_requested = Signal()
    dashboard_requested = Signal()
    activity_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._colours = LIGHT
        self._state = State.WAITING
        self._choices: tuple[tuple[Choice, ...], tuple[Choice, ...]] = ((), ())
        self._resume: Choice | None = None
        self.setAccessibleName(_("State"))  # whoever comes to its buttons with the keyboard hears the whole card first
        self._icon = GlyphLabel()
        self._icon.setAccessibleName(_("State"))
        self.headline = label(role=TextRole.HEADING)
        self.sentence = label(role=TextRole.DISPLAY)
        self.detail = label(role=TextRole.MUTED)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(_("Progress of the whole training"))
        self.progress_text = label(role=TextRole.CAPTION)
        self.health = label(role=TextRole.CAPTION, named=_("How this computer is doing"))
        self._make_buttons()
        self._lay_out()

    def _make_buttons(self) -> None:
        self.set_up = button(_("Set up"), look="primary", description=_("Choose where this computer trains"))
        self.set_up.clicked.connect(self.set_up_requested)
        self.resume = button("", look="primary")
        self.resume.clicked.connect(self._on_resume_clicked)
        self.hours = button(_("Back to my hours"), description=_("Train by your hours and conditions again"))
        self.hours.clicked.connect(lambda: self.command_requested.emit(SetWish(Auto())))
        self.start = self._menu_button(_("Start now"), _("Train although it is outside your hours"))
        self.pause = self._menu_button(_("Pause"), _("Stop for a while; the work done so far is kept"))
        self.pause.setShortcut("Ctrl+P")
        self.finish = button(_("Finish, then off"), description=_("Hand over what is under way, then stop"))
        self.finish.clicked.connect(self._on_finish_clicked)
        self.dashboard = button(
            _("Dashboard"), look="quiet", description=_("Open the network's own page in the browser")
        )
        self.dashboard.setShortcut("Ctrl+D")
        self.dashboard.clicked.connect(self.dashboard_requested)
        self.activity = button(
            _("What it did"), look="quiet", description=_("Hour by hour, and whether it ran last night")
        )
        self.activity.setShortcut("Ctrl+T")
        self.activity.clicked.connect(self.activity_requested)

    def _menu_button(self, text: str, description: str) -> QPushButton:
        made = button(text, description=description)
        made.setProperty("opens", "menu")
        made.setMenu(QMenu(made))
        return made

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(Space.SMALL)
        top.addWidget(self._icon)
        top.addWidget(self.headline, 1)
        top.addWidget(self.activity)
        top.addWidget(self.dashboard)
        buttons = FlowRow([self.set_up, self.resume, self.hours, self.start, self.pause, self.finish])
        self.body.setContentsMargins(Space.HUGE, Space.LARGE, Space.HUGE, Space.LARGE)
        self.body.addLayout(top)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.detail)
        self.body.addSpacing(Space.SMALL)
        self.body.addWidget(buttons)
        self.body.addSpacing(Space.SMALL)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.progress_text)
        self.body.addWidget(self.health)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._state = state_of(snapshot)
        headline = words.headline(snapshot)
        if headline != self.headline.text():
            self._announce(words.sentence(snapshot))
        self.headline.setText(headline)
        set_role(self.headline, "tone", _TONES[self._state])
        self.sentence.setText(words.sentence(snapshot))
        detail = detail_text(snapshot)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self._show_icon()
        self._render_progress(snapshot)
        told = health_text(snapshot)
        self.health.setText(told)
        self.health.setVisible(bool(told))
        self._render_buttons(snapshot)

    def _announce(self, sentence: str) -> None:
        """Screen readers hear of a new state without having to look for it."""
        if self.headline.text() and self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        self._show_icon()
        set_glyph(self.resume, "play", colours.on_accent)
        set_glyph(self.dashboard, "external", colours.accent)
        for with_menu, name in ((self.start, "play"), (self.pause, "pause"), (self.finish, "moon")):
            set_glyph(with_menu, name, colours.text)

    def _show_icon(self) -> None:
        colours = self._colours
        colour = {
            State.TRAINING: colours.accent,
            State.WAITING: colours.muted,
            State.SCHEDULED: colours.muted,
            State.PAUSED: colours.warning,
            State.HELD: colours.muted,
            State.TROUBLE: colours.danger,
        }[self._state]
        self._icon.show_glyph(f"tray-{self._state.value}", colour, round(_ICON_EMS * self.fontMetrics().height()))
        self._icon.setAccessibleDescription(self.headline.text())

    def _render_progress(self, snapshot: Snapshot) -> None:
        service = snapshot.service
        heard = service.heartbeat_at is not None
        self.progress.setVisible(heard)
        self.progress_text.setVisible(heard)
        if heard:
            self.progress.setValue(round(service.run_share_done * 1000))
            self.progress_text.setText(progress_text(snapshot))
            self.progress.setAccessibleDescription(self.progress_text.text())

    def _render_buttons(self, snapshot: Snapshot) -> None:
        offer = offer_of(snapshot)
        self.set_up.setVisible(snapshot.network.kind is NetworkKind.NONE)
        self.dashboard.setVisible(bool(snapshot.dashboard_url))
        self._resume = offer.resume
        self.resume.setVisible(offer.resume is not None)
        if offer.resume:
            self.resume.setText(plain_text(offer.resume.text))
            self.resume.setAccessibleName(offer.resume.text)
        self.hours.setVisible(offer.hours is not None)
        self.finish.setVisible(offer.finish is not None)
        self.start.setVisible(bool(offer.start))
        self.pause.setVisible(bool(offer.pause))
        if (offer.start, offer.pause) != self._choices:
            self._choices = (offer.start, offer.pause)
            self._fill(self.start.menu(), offer.start)
            self._fill(self.pause.menu(), offer.pause)

    def _fill(self, menu: QMenu, choices: tuple[Choice, ...]) -> None:
        # An open menu keeps what it offered; clearing it would take the item from under the pointer.
        if menu.isVisible():
            self._choices = ((), ())
            return
        menu.clear()
        for choice in choices:
            action = menu.addAction(plain_text(choice.text))
            action.triggered.connect(partial(self.command_requested.emit, SetWish(choice.wish)))

    def _on_resume_clicked(self) -> None:
        if self._resume is not None:
            self.command_requested.emit(SetWish(self._resume.wish))

    def _on_finish_clicked(self) -> None:
        self.command_requested.emit(SetWish(FinishThenOff()))

    def keyboard_widgets(self) -> list[QWidget]:
        """In the order in which Tab visits them."""
        return [
            self.set_up,
            self.resume,
            self.hours,
            self.start,
            self.pause,
            self.finish,
            self.activity,
            self.dashboard,
        ]


def detail_text(snapshot: Snapshot) -> str:
    """The line under the sentence: time left, the computer's device, its share of the model."""
    parts = []
    until, trains = snapshot.decision.until, state_of(snapshot) is State.TRAINING
    # Until when it may train says nothing of how long a download or a pause after an error lasts.
    tells = trains or snapshot.decision.action is not Action.RUN
    if until is not None and until > snapshot.at and tells:
        pattern = _("{duration} left") if trains else _("{duration} to go")
        parts.append(pattern.format(duration=duration_text(until - snapshot.at)))
    engine = snapshot.engine
    if engine.phase in ACTIVE and engine.device:
        parts.append(_device_text(engine.device))
    if snapshot.crew_at_work:
        more = counted("and on 1 more card", "and on {count} more cards", snapshot.crew_at_work)
        parts.append(more.format(count=snapshot.crew_at_work))
    if engine.phase in ACTIVE and engine.parameters:
        parts.append(_("holding {count} of the model's numbers").format(count=large_count(engine.parameters)))
    if words.memory_text(snapshot):
        parts.append(words.memory_text(snapshot))
    return " · ".join(parts)


def _device_text(device: str) -> str:
    """Of a name as PyTorch has it: the processor is `cpu`, one of several cards `cuda:1`, with AMD's cards too."""
    match device.partition(":")[0]:
        case "cpu":
            return _("on the processor")
        case "cuda" | "xpu":
            return _("on the graphics card")
        case "mps":
            return _("on the graphics chip")
        case _:
            return _("on {device}").format(device=device)


def progress_text(snapshot: Snapshot) -> str:
    """How far the whole training is, and who takes part."""
    service = snapshot.service
    if service.run_ended:
        return _("The whole training is done.")
    done = _("{share} of the whole training done").format(share=percent(service.run_share_done))
    if service.miners:
        takers = counted("1 computer takes part", "{count} computers take part", service.miners)
        return done + " · " + takers.format(count=figure(service.miners, ","))
    return done


def health_text(snapshot: Snapshot) -> str:
    """Heat, room and data, as the conditions measured them; told while an engine lives, what is unknown left out."""
    if not any(phase in ALIVE for phase in (snapshot.engine.phase, *(each.status.phase for each in snapshot.crew))):
        return ""
    measured = {reading.gate: reading for reading in snapshot.gates}
    return " · ".join(filter(None, (health(measured[gate]) for gate in _HEALTH if gate in measured)))


def duration_text(duration: timedelta) -> str:
    """`5 h 12 min`, `12 min`, or `2 days 3 h`."""
    minutes = max(1, round(duration.total_seconds() / 60))
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return counted("{count} day {hours} h", "{count} days {hours} h", hours // 24).format(
            count=hours // 24, hours=hours % 24
        )
    if hours and not minutes:
        return _("{hours} h").format(hours=hours)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    return _("{minutes} min").format(minutes=minutes)
