"""The log as it grows: bounded, filtered, at its end unless the person scrolled up."""

from collections import deque
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontDatabase, QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.core.language.speech import figure
from app.core.report.log_lines import Grade, LogEntry, is_asked_for, log_entry
from app.platforms.log_reading import LogFollower
from app.ui.background import Background
from app.ui.look.card import label
from app.ui.look.fields import LoneDropDown
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _

LINES_LIMIT: Final = 5_000
_FIRST_BYTES: Final = 1024 * 1024
_LOOK_MS: Final = 1_000


class LogView(QWidget):
    """Reads only while it is shown, and never in Qt's thread."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._follower = LogFollower(folder, _FIRST_BYTES)
        self._entries: deque[LogEntry] = deque(maxlen=LINES_LIMIT)
        self.grade = LoneDropDown(_("Show which lines"))
        for least, text in (
            (Grade.NOTE, _("Everything")),
            (Grade.WARNING, _("Warnings and errors")),
            (Grade.ERROR, _("Errors")),
        ):
            self.grade.addItem(text, least)
        self.words = QLineEdit()
        self.words.setAccessibleName(_("Only lines with these words"))
        self.words.setPlaceholderText(_("Only lines with these words"))
        self.words.setClearButtonEnabled(True)
        self.follow = QCheckBox(_("Follow the end"))
        self.follow.setChecked(True)
        self.lines = plain_page(_("Log"))
        self.lines.setMaximumBlockCount(LINES_LIMIT)
        self.count = label(role=TextRole.CAPTION)
        self._lay_out()
        self._background = Background(self)
        self._background.done.connect(self._on_read)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self.grade.currentIndexChanged.connect(self._show_all)
        self.words.textChanged.connect(self._show_all)
        self.follow.toggled.connect(self._keep_to_the_end)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self.grade)
        row.addWidget(self.words, 1)
        row.addWidget(self.follow)
        column.addLayout(row)
        column.addWidget(self.lines, 1)
        column.addWidget(self.count)

    def look(self) -> None:
        """Read on, in a thread; nothing where that is under way already."""
        self._background.begin(self._follower.read_on)

    def end(self) -> None:
        self._timer.stop()
        self._background.end()

    def _on_read(self, lines: tuple[str, ...]) -> None:
        new = [log_entry(line) for line in lines]
        self._entries.extend(new)
        asked = [entry.text for entry in new if self._is_asked_for(entry)]
        if asked:
            place = self.lines.verticalScrollBar().value()
            self.lines.appendPlainText("\n".join(asked))
            self.lines.verticalScrollBar().setValue(place)
        self._tell()

    def _show_all(self) -> None:
        self.lines.setPlainText("\n".join(entry.text for entry in self._entries if self._is_asked_for(entry)))
        self._tell()

    def _is_asked_for(self, entry: LogEntry) -> bool:
        return is_asked_for(entry, Grade(self.grade.currentData()), self.words.text())

    def _tell(self) -> None:
        shown = sum(map(self._is_asked_for, self._entries))
        text = _("{shown} of the last {all} lines").format(
            shown=figure(shown, ","), all=figure(len(self._entries), ",")
        )
        self.count.setText(text if self._entries else _("Nothing was logged yet."))
        self._keep_to_the_end()

    def _keep_to_the_end(self) -> None:
        if self.follow.isChecked():
            bar = self.lines.verticalScrollBar()
            bar.setValue(bar.maximum())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.end()


def plain_page(name: str) -> QPlainTextEdit:
    """Text to be read and copied, in letters of one width; Tab leaves it."""
    page = QPlainTextEdit()
    page.setReadOnly(True)
    page.setTabChangesFocus(True)
    page.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    page.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    page.setAccessibleName(name)
    return page
