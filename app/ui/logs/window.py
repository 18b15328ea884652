"""The window "Logs and report": what the app and its engine wrote, and the way to a report for whoever helps."""

from collections.abc import Iterable
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
from PySide6.QtWidgets import QApplication, QButtonGroup, QMainWindow, QStackedLayout, QVBoxLayout, QWidget

from app.core.language.speech import figure
from app.core.problems.codes import Problem
from app.core.report.contents import ReportFile
from app.core.report.digest import digest
from app.core.snapshot import Snapshot
from app.ui.background import Background
from app.ui.logs.problems_view import ProblemsView
from app.ui.logs.report_dialog import Compose, ReportDialog
from app.ui.logs.view import LogView
from app.ui.look.card import FlowRow, ScrolledPage, Segment, button, label, plain_text
from app.ui.look.screen import open_at
from app.ui.look.theme import Colours, Space, TextRole
from app.ui.look.translation import _


class LogsWindow(QMainWindow):
    closed = Signal()

    def __init__(self, log_folder: Path, compose: Compose) -> None:
        """Begins with the log; `open_problem` leads to a page of the known problems."""
        super().__init__()
        self.setWindowTitle(_("Logs and report — Train at Home"))
        self._log_folder, self._compose = log_folder, compose
        self.view, self.problems = LogView(log_folder), ProblemsView()
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
        page = ScrolledPage()  # its lists scroll by themselves
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.LARGE)
        column.setSpacing(Space.MEDIUM)
        column.addWidget(label(_("Logs and report"), TextRole.DISPLAY))
        column.addWidget(self._choices())
        column.addLayout(self._pages, 1)
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
        find.triggered.connect(self._on_find)
        self.addActions([close, find])
        open_at(self, 980, 720)

    def _choices(self) -> QWidget:
        """The log, or the known problems."""
        self._pages = QStackedLayout()  # a QStackedWidget is read out as a "layered pane"
        for text, view in (
            (_("What the app and its engine wrote, the newest last."), self.view),
            (
                _("Each trouble by its code: what happened, what the app does by itself, and what you can do."),
                self.problems,
            ),
        ):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(Space.MEDIUM)
            column.addWidget(label(text, TextRole.MUTED))
            column.addWidget(view, 1)
            self._pages.addWidget(page)
        self.show_log, self.show_problems = Segment(_("Log")), Segment()
        self._group = QButtonGroup(self)
        for place, made in enumerate((self.show_log, self.show_problems)):
            self._group.addButton(made)
            made.clicked.connect(lambda _checked, chosen=place: self._pages.setCurrentIndex(chosen))
        self.show_log.setChecked(True)
        self._name_problems()
        return FlowRow([self.show_log, self.show_problems])

    def _name_problems(self) -> None:
        now = self.problems.now
        text = _("Known problems ({count} now)").format(count=figure(now, ",")) if now else _("Known problems")
        self.show_problems.setText(plain_text(text))
        self.show_problems.setAccessibleName(text)

    def show_snapshot(self, snapshot: Snapshot, also: Iterable[Problem] = ()) -> None:
        """`also` are problems that no snapshot knows."""
        self.problems.show_snapshot(snapshot, also)
        self._name_problems()

    def open_problem(self, problem: Problem) -> None:
        """Turn to its page."""
        self.show_problems.click()
        self.problems.open_page(problem)

    def dress(self, colours: Colours) -> None:
        self.problems.dress(colours)

    def _on_find(self) -> None:
        (self.problems if self.show_problems.isChecked() else self.view).words.setFocus()

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
