"""The window "This computer"."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QVBoxLayout

from app.ui.computer.panel import ComputerPanel
from app.ui.computer.work import ComputerWork
from app.ui.look.card import ScrolledPage, ScrollPage, label
from app.ui.look.screen import open_at
from app.ui.look.theme import Colours, Space, TextRole
from app.ui.look.translation import _

_WIDEST = 820


class ComputerWindow(QMainWindow):
    closed = Signal()

    def __init__(self, work: ComputerWork) -> None:
        super().__init__()
        self.setWindowTitle(_("This computer — Train at Home"))
        self.panel = ComputerPanel(work)
        page = ScrolledPage()
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.HUGE)
        column.setSpacing(Space.MEDIUM)
        column.addWidget(label(_("This computer"), TextRole.DISPLAY))
        column.addWidget(self.panel)
        column.addStretch(1)
        page.setMaximumWidth(_WIDEST)
        scroll = ScrollPage(page)
        self.setCentralWidget(scroll)
        scroll.setFocus()  # so that no button looks chosen before Tab was pressed
        close = QAction(self)
        close.setShortcuts(QKeySequence.StandardKey.Close)
        close.triggered.connect(self.close)
        self.addAction(close)
        open_at(self, 720, 760)

    def dress(self, colours: Colours) -> None:
        self.panel.dress(colours)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
