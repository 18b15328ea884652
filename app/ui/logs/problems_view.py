"""The known problems: a list that is searched as one types, and a page for each. Nothing is asked of any server."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLineEdit, QListView, QListWidget, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from app.core.language.speech import counted, figure
from app.core.problems.codes import Problem
from app.core.problems.pages import found_pages, page_of
from app.core.problems.present import Present, present_problems
from app.core.snapshot import Snapshot
from app.ui.look.card import Card, ScrolledPage, ScrollPage, label
from app.ui.look.icons import glyph
from app.ui.look.spoken import Role
from app.ui.look.theme import LIGHT, Colours, Space, TextRole
from app.ui.look.translation import _

_CODE: Final = Qt.ItemDataRole.UserRole
_LIST_EMS, _PAGE_EMS = 22, 30


class ProblemsView(QWidget):
    """`show_snapshot` puts on top what is there now; `open_page` shows one."""

    def __init__(self) -> None:
        super().__init__()
        self._colours = LIGHT
        self._present: tuple[Present, ...] = ()
        self.words = QLineEdit()
        self.words.setAccessibleName(_("Search the known problems"))
        self.words.setPlaceholderText(_("A code such as TAH-24, or words such as “disk”"))
        self.words.setClearButtonEnabled(True)
        self.count = label(role=TextRole.CAPTION)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Known problems"))
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page = ProblemPage()
        self._lay_out()
        self.words.textChanged.connect(self._fill)
        self.list.currentRowChanged.connect(self._on_row_changed)
        self._fill()

    def _lay_out(self) -> None:
        em = self.fontMetrics().height()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(Space.MEDIUM)
        split.addWidget(self.list)
        split.addWidget(self.page)
        split.setStretchFactor(1, 1)
        split.setSizes([_LIST_EMS * em, _PAGE_EMS * em])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addWidget(self.words)
        column.addWidget(split, 1)
        column.addWidget(self.count)

    def show_snapshot(self, snapshot: Snapshot, also: Iterable[Problem] = ()) -> None:
        """`also` are problems that no snapshot knows."""
        present = present_problems(snapshot, also)
        if present != self._present:
            self._present = present
            self._fill()

    @property
    def now(self) -> int:
        """How many problems there are at this moment."""
        return sum(each.now for each in self._present)

    def open_page(self, problem: Problem) -> None:
        """Whatever was searched for before."""
        self.words.clear()
        self._choose(problem)
        self.list.setFocus()

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        self._fill()

    def _fill(self) -> None:
        """What fits the search; a problem of this moment, or of lately, stands above the others."""
        chosen, had_keyboard = self.chosen, self.list.hasFocus()
        present = {each.code: each for each in self._present}
        found = found_pages(self.words.text())
        ordered = [*(code for code in present if code in found), *(code for code in found if code not in present)]
        self.list.blockSignals(True)
        self.list.clear()
        for code in ordered:
            self.list.addItem(self._item(code, present.get(code)))
        self.list.blockSignals(False)
        # Who only looks sees what is there now; who reads a page keeps it.
        self._choose(chosen if chosen in ordered and (had_keyboard or self.words.text()) else None)
        self._tell(len(ordered))

    def _item(self, code: Problem, present: Present | None) -> QListWidgetItem:
        title = page_of(code).title
        item = QListWidgetItem(f"{code.value}  {title}")
        item.setData(_CODE, code.value)
        if present is not None:
            colour = self._colours.warning if present.now else self._colours.muted
            item.setIcon(QIcon(glyph("trouble", colour, self.fontMetrics().height())))
            pattern = _("There now: {code}, {title}") if present.now else _("There lately: {code}, {title}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, pattern.format(code=code.value, title=title))
            font = item.font()
            font.setBold(present.now)
            item.setFont(font)
        return item

    @property
    def chosen(self) -> Problem | None:
        item = self.list.currentItem()
        return None if item is None else Problem(item.data(_CODE))

    def _choose(self, problem: Problem | None) -> None:
        codes = [self.list.item(row).data(_CODE) for row in range(self.list.count())]
        row = codes.index(problem.value) if problem is not None and problem.value in codes else 0
        self.list.setCurrentRow(row if codes else -1)
        self._on_row_changed(self.list.currentRow())

    def _on_row_changed(self, _row: int) -> None:
        chosen = self.chosen
        self.page.show_problem(chosen, next((each for each in self._present if each.code == chosen), None))

    def _tell(self, shown: int) -> None:
        parts = [_("No known problem fits. Other words may find it.")] if not shown else []
        if shown:
            parts.append(counted("{count} problem", "{count} problems", shown).format(count=figure(shown, ",")))
        if self.now:
            there = counted("{count} is there now, on top", "{count} are there now, on top", self.now)
            parts.append(there.format(count=figure(self.now, ",")))
        self.count.setText(" · ".join(parts))


class ProblemPage(ScrollPage):
    """Of one problem. The keyboard comes here to scroll, and a reader then reads all of it."""

    spoken_role = Role.Grouping

    def __init__(self) -> None:
        page = ScrolledPage()
        super().__init__(page)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("reading")
        page.setObjectName("reading-page")
        self.code = label(role=TextRole.CAPTION)
        self.title = label(role=TextRole.HEADING)
        self.there = Card()
        self.there_text = label()
        self.there.body.addWidget(self.there_text)
        self.happened, self.by_itself, self.you_can = label(), label(), label()
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        column.setSpacing(Space.SMALL)
        for widget in (self.code, self.title, self.there):
            column.addWidget(widget)
        for heading, text in (
            (_("What happened"), self.happened),
            (_("What the app does by itself"), self.by_itself),
            (_("What you can do"), self.you_can),
        ):
            column.addSpacing(Space.SMALL)
            column.addWidget(label(heading, TextRole.CAPTION))
            column.addWidget(text)
        column.addStretch(1)
        self._page = page

    def show_problem(self, problem: Problem | None, present: Present | None) -> None:
        """None: nothing was found, so there is nothing to read."""
        self._page.setVisible(problem is not None)
        if problem is None:
            self.setAccessibleName(_("No page"))
            self.setAccessibleDescription("")
            return
        page = page_of(problem)
        self.code.setText(problem.value)
        self.title.setText(page.title)
        self.happened.setText(page.happened)
        self.by_itself.setText(page.by_itself)
        self.you_can.setText(page.you_can)
        self.there.setVisible(present is not None)
        if present is not None:
            when = _("There now: {sentence}") if present.now else _("There lately: {sentence}")
            self.there_text.setText(when.format(sentence=present.sentence))
            self.there.set_tone("warning" if present.now else "plain")
        self.setAccessibleName(f"{problem.value}, {page.title}")
        self.setAccessibleDescription(" ".join((page.happened, page.by_itself, page.you_can)))
        self.verticalScrollBar().setValue(0)
