"""One device: its name, what is known of it, and whether it suits, said by a sign, a word and a reason."""

from typing import assert_never

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel

from app.core.computer.device_words import facts_text, fitness_problem, fitness_reason, fitness_title
from app.core.computer.devices import Fitness, JudgedDevice, Limited, NotSuitable, Suitable
from app.core.problems.codes import with_code
from app.ui.look.card import Card, label
from app.ui.look.icons import glyph
from app.ui.look.theme import Colours, Space, TextRole, set_role


class DeviceCard(Card):
    def __init__(self, judged: JudgedDevice) -> None:
        super().__init__()
        self._fitness = judged.fitness
        self.name = label(judged.device.name, TextRole.HEADING)
        self.sign = QLabel()
        self.verdict = label(fitness_title(judged.fitness), wraps=False)
        set_role(self.verdict, "tone", _tone(judged.fitness))
        self.facts = label(facts_text(judged.device), TextRole.MUTED)
        self.reason = label(with_code(fitness_reason(judged.fitness), fitness_problem(judged.fitness)))
        first = QHBoxLayout()
        first.setSpacing(Space.SMALL)
        first.addWidget(self.name, 1)
        first.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.verdict, 0, Qt.AlignmentFlag.AlignTop)
        self.body.setSpacing(Space.TIGHT)
        self.body.addLayout(first)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.reason)
        self.setAccessibleName(judged.device.name)
        self.setAccessibleDescription(f"{self.verdict.text()}. {self.reason.text()} {self.facts.text()}")

    def dress(self, colours: Colours) -> None:
        name, colour = _sign(self._fitness, colours)
        self.sign.setPixmap(glyph(name, colour, self.fontMetrics().height()))
        self.sign.setAccessibleName(self.verdict.text())


def _tone(fitness: Fitness) -> str:
    match fitness:
        case Suitable():
            return "good"
        case Limited():
            return "warning"
        case NotSuitable():
            return "danger"
        case _:
            assert_never(fitness)


def _sign(fitness: Fitness, colours: Colours) -> tuple[str, str]:
    match fitness:
        case Suitable():
            return "check", colours.accent
        case Limited():
            return "trouble", colours.warning
        case NotSuitable():
            return "cross", colours.danger
        case _:
            assert_never(fitness)
