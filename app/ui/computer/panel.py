"""All about this computer, one card below the other; the first visit's page and the window both show it."""

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.computer.device_words import computer_sentence, disk_text
from app.core.computer.devices import FoundComputer, disk_room, judged
from app.ui.computer.device_card import DeviceCard
from app.ui.computer.work import ComputerWork
from app.ui.computer.work_cards import EngineCard, SpeedCard
from app.ui.look.card import label
from app.ui.look.theme import LIGHT, Colours, Space, TextRole, set_role
from app.ui.look.translation import _
from app.update.states import Ready


class ComputerPanel(QWidget):
    """Looks when it is shown. A measurement ends when nobody looks any more; the engine's download goes on."""

    def __init__(self, work: ComputerWork) -> None:
        super().__init__()
        self._work = work
        self._colours = LIGHT
        self._shown: FoundComputer | None = None
        self.cards: list[DeviceCard] = []
        self.sentence = label(_("Looking…"))
        self.disk = label(role=TextRole.MUTED)
        self.engine, self.speed = EngineCard(), SpeedCard()
        self._devices = QVBoxLayout()
        self._devices.setSpacing(Space.MEDIUM)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.MEDIUM)
        column.addWidget(self.sentence)
        column.addWidget(self.engine)
        column.addLayout(self._devices)
        column.addWidget(self.disk)
        column.addWidget(self.speed)
        self.engine.fetch.clicked.connect(work.fetch_engine)
        self.engine.cancel.clicked.connect(work.cancel_fetch)
        self.engine.again.clicked.connect(work.look)
        self.speed.measure.clicked.connect(work.measure)
        self.speed.cancel.clicked.connect(work.cancel_measuring)
        work.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        work = self._work
        if work.found is not None and work.found != self._shown:
            self._show_devices(work.found)
        self.sentence.setText(self._sentence())
        set_role(self.sentence, "tone", "warning" if work.trouble else "")
        self.engine.show_state(work.engine)
        may_measure = isinstance(work.engine, Ready)
        self.speed.show_state(work.speed, work.celsius, work.line_goal, may_measure=may_measure)

    def _sentence(self) -> str:
        if self._work.trouble:
            return self._work.trouble
        if self._work.found is None:
            return _("Looking…")
        return computer_sentence(judged(self._work.found.devices))

    def _show_devices(self, found: FoundComputer) -> None:
        self._shown = found
        for card in self.cards:
            self._devices.removeWidget(card)
            card.deleteLater()
        self.cards = [DeviceCard(each) for each in judged(found.devices)]
        for card in self.cards:
            card.dress(self._colours)
            self._devices.addWidget(card)
        room = disk_room(found.disk_free_bytes, self._work.settings)
        self.disk.setText(disk_text(room))
        set_role(self.disk, "tone", "warning" if room.is_short else "")

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        for card in self.cards:
            card.dress(colours)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._work.look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._work.cancel_measuring()
