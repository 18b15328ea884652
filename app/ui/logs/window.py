"""The window "Logs and report": what the app and its engine wrote, and the way to a report for whoever helps."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QCloseEvent,
    QDesktopServices,
    QKeySequence,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from app.core.report.contents import ReportFile
from app.core.report.digest import digest
from app.ui.background import Background
from app.ui.logs.report_dialog import Compose, ReportDialog
from app.ui.logs.view import LogView
from app.ui.look.card import FlowRow, button, label
from app.ui.look.screen import room_on_screen
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _


class LogsWindow(QMainWindow):
    closed = Signal()

    def __init__(self, log_folder: Path, compose: Compose) -> None:
        super().__init__()
        self.setWindowTitle(_("Logs and report — Train at Home"))
        self._log_folder, self._compose = log_folder, compose
        self.view = LogView(log_folder)
        self.save_report = button(
            _("Save a report…"), look="primary", description=_("Shows everything that goes in before it is saved")
        )
        self.save_report.clicked.connect(self.preview_report)
        self.copy = button(
            _("Copy for a helper"),
            description=_("Version, system, settings and last readings, with names and addresses taken out"),
        )
        self.copy.clicked.connect(self._on_copy_clicked)
        self.copied = label(role=TextRole.CAPTION)
        self._background = Background(self)
        self._background.done.connect(self._on_composed)
        self._background.failed.connect(self._tell)
        self.open_folder = button(_("Open the folder"), look="quiet", description=_("Show the log files themselves"))
        self.open_folder.clicked.connect(self._on_open_folder)
        page = QWidget()
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.LARGE)
        column.setSpacing(Space.MEDIUM)
        column.addWidget(label(_("Logs and report"), TextRole.DISPLAY))
        column.addWidget(label(_("What the app and its engine wrote, the newest last."), TextRole.MUTED))
        column.addWidget(self.view, 1)
        column.addWidget(FlowRow([self.save_report, self.copy, self.open_folder]))
        column.addWidget(self.copied)
        self.copied.hide()
        self.setCentralWidget(page)
        self.view.lines.setFocus()
        close = QAction(self)
        close.setShortcuts(QKeySequence.StandardKey.Close)
        close.triggered.connect(self.close)
        find = QAction(self)
        find.setShortcuts(QKeySequence.StandardKey.Find)
        find.triggered.connect(self.view.words.setFocus)
        self.addActions([close, find])
        self.resize(980, min(720, room_on_screen().height() - 60))

    def preview_report(self) -> ReportDialog:
        """Open the report with its preview; returns at once."""
        name = f"train-at-home-report-{datetime.now():%Y%m%d-%H%M}.zip"
        dialog = ReportDialog(self._compose, Path.home() / name, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _on_copy_clicked(self) -> None:
        self.copy.setEnabled(False)
        self._say(_("Gathering it…"))
        self._background.begin(self._compose)

    def _on_composed(self, files: tuple[ReportFile, ...]) -> None:
        QApplication.clipboard().setText(digest(files))
        self._tell(_("Copied. Paste it wherever you ask for help; nothing was sent."))

    def _tell(self, text: str) -> None:
        """How the copying went; it may be asked for again."""
        self.copy.setEnabled(True)
        self._say(text)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.copy, text))

    def _say(self, text: str) -> None:
        self.copied.setText(text)
        self.copied.show()

    def _on_open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_folder)))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.view.end()
        self._background.leave()
        super().closeEvent(event)
        self.closed.emit()
