"""The log grows before one's eyes, and a report is read before it is saved."""

import json
import threading
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.gates.gate import GateName, Switch, at_least
from app.core.problems.codes import Problem
from app.core.report.contents import ReportFile
from app.core.report.log_lines import Grade, is_asked_for, log_entry
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot, Trouble
from app.platforms.log_reading import LogFollower
from app.ui.home.window import HomeWindow
from app.ui.logs.problems_view import ProblemsView
from app.ui.logs.view import LINES_LIMIT
from app.ui.logs.window import LogsWindow

FILES = (ReportFile("about.txt", "what this is"), ReportFile("logs/app.log", "line one\nline two"))


def written(folder: Path, *lines: Mapping[str, object]) -> None:
    with (folder / "app.log").open("a", encoding="utf-8") as file:
        file.writelines(
            json.dumps({"timestamp": "2026-11-21T02:00:00Z", "level": "info", **line}) + "\n" for line in lines
        )


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> LogsWindow:
    written(tmp_path, {"event": "engine_ended"}, {"event": "disk_is_full", "level": "error", "free": 12})
    made = LogsWindow(tmp_path, lambda: FILES)
    qtbot.addWidget(made, before_close_func=lambda closing: closing.view.end())
    made.show()
    qtbot.waitUntil(lambda: "disk is full  free=12" in made.view.lines.toPlainText())
    return made


def test_what_is_written_while_one_looks_appears(window: LogsWindow, qtbot: QtBot, tmp_path: Path) -> None:
    written(tmp_path, {"event": "child_stderr", "child": "engine", "line": "02:00 [warning ] slow"})
    window.view.look()
    qtbot.waitUntil(lambda: "engine: 02:00 [warning ] slow" in window.view.lines.toPlainText())
    assert window.view.count.text() == "3 of the last 3 lines"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "2026-11-21 02:00:00 [info     ] way_to_peer                    before=None way=iroh",
            "way to peer  before=None way=iroh",
        ),
        ("2026-11-21 02:00:00 [warning  ] merge_late", "merge late"),
        ("2026-11-21 02:00:00 [info     ] Compiled in 3 s", "[info     ] Compiled in 3 s"),
        ("Illegal instruction", "Illegal instruction"),
    ],
)
def test_an_event_of_the_engine_reads_like_one_of_the_app(line: str, shown: str) -> None:
    fields = {"timestamp": "2026-11-21T02:00:00Z", "event": "child_stderr", "child": "engine", "line": line}
    entry = log_entry(json.dumps(fields), UTC)
    assert entry.text.endswith(f" engine: {shown}")
    assert entry.grade is (Grade.WARNING if "warning" in line else Grade.NOTE)


def test_lines_are_filtered_by_gravity_and_words(window: LogsWindow) -> None:
    window.view.grade.setCurrentIndex(window.view.grade.findData(Grade.ERROR))
    assert "engine ended" not in window.view.lines.toPlainText()
    assert window.view.count.text() == "1 of the last 2 lines"
    window.view.grade.setCurrentIndex(0)
    window.view.words.setText("ENDED engine")
    assert window.view.lines.toPlainText().endswith("engine ended")


def test_the_view_stays_at_the_end_until_asked_not_to(window: LogsWindow, qtbot: QtBot, tmp_path: Path) -> None:
    bar = window.view.lines.verticalScrollBar()
    written(tmp_path, *({"event": f"step_{number}"} for number in range(200)))
    window.view.look()
    qtbot.waitUntil(lambda: "step 199" in window.view.lines.toPlainText())
    assert bar.value() == bar.maximum() > 0
    window.view.follow.setChecked(False)
    bar.setValue(3)
    written(tmp_path, {"event": "one_more"})
    window.view.look()
    qtbot.waitUntil(lambda: "one more" in window.view.lines.toPlainText())
    assert bar.value() == 3


def test_no_more_lines_are_kept_than_the_limit(window: LogsWindow, qtbot: QtBot, tmp_path: Path) -> None:
    written(tmp_path, *({"event": f"s{number}"} for number in range(LINES_LIMIT + 50)))

    def at_the_limit() -> bool:
        window.view.look()
        return window.view.count.text() == "5,000 of the last 5,000 lines"

    qtbot.waitUntil(at_the_limit)
    assert window.view.lines.blockCount() <= LINES_LIMIT


def test_a_rotated_log_is_followed(tmp_path: Path) -> None:
    written(tmp_path, {"event": "before"})
    follower = LogFollower(tmp_path, 10_000)
    assert len(follower.read_on()) == 1
    (tmp_path / "app.log").rename(tmp_path / "app.log.1")
    written(tmp_path, {"event": "after"})
    assert ["after" in line for line in follower.read_on()] == [True]
    assert follower.read_on() == ()


def test_a_line_is_read_only_when_it_is_whole(tmp_path: Path) -> None:
    follower = LogFollower(tmp_path, 10_000)
    assert follower.read_on() == ()
    log = tmp_path / "app.log"
    log.write_text("")
    assert follower.read_on() == ()
    log.write_text("half")
    assert follower.read_on() == ()
    log.write_text("half and whole\n")
    assert follower.read_on() == ("half and whole",)


@pytest.mark.parametrize("line", ["", "plain text", "{", "[1]", '{"event": 1, "timestamp": "x", "level": null}'])
def test_any_line_can_be_shown(line: str) -> None:
    assert is_asked_for(log_entry(line), Grade.NOTE, "")


def test_a_report_is_shown_whole_and_saved_as_shown(window: LogsWindow, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = window.preview_report()
    qtbot.waitUntil(dialog.save.isEnabled)
    assert [dialog.names.item(row).text().split()[0] for row in range(2)] == ["about.txt", "logs/app.log"]
    dialog.names.setCurrentRow(1)
    assert dialog.page.toPlainText() == "line one\nline two"
    target = tmp_path / "report.zip"
    dialog.save_to(target)
    assert "Nothing was sent" in dialog.message.text()
    with zipfile.ZipFile(target) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {f.name: f.text for f in FILES}
    dialog.save_to(tmp_path / "report.zip" / "below-a-file.zip")
    assert "can't be written" in dialog.message.text()
    dialog.close()


def test_what_helps_is_copied_as_redacted_as_the_report(window: LogsWindow, qtbot: QtBot) -> None:
    window.copy.click()
    qtbot.waitUntil(window.copy.isEnabled)
    copied = QApplication.clipboard().text()
    assert window.copied.text() == "Copied. Paste it wherever you ask for help; nothing was sent."
    assert "Train at Home" in copied
    assert "line two" not in copied, "the logs are for the report"
    QApplication.clipboard().clear()


def test_what_can_not_be_gathered_is_not_copied(qtbot: QtBot, tmp_path: Path) -> None:
    def broken() -> tuple[ReportFile, ...]:
        raise RuntimeError("a mistake")

    window = LogsWindow(tmp_path, broken)
    qtbot.addWidget(window)
    QApplication.clipboard().clear()
    window.copy.click()
    assert not window.copy.isEnabled()
    qtbot.waitUntil(window.copy.isEnabled)
    assert "did not work" in window.copied.text()
    assert QApplication.clipboard().text() == ""


def test_a_report_that_can_not_be_made_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    def broken() -> tuple[ReportFile, ...]:
        raise RuntimeError("a mistake")

    window = LogsWindow(tmp_path, broken)
    qtbot.addWidget(window)
    dialog = window.preview_report()
    qtbot.waitUntil(lambda: "did not work" in dialog.message.text())
    assert not dialog.save.isEnabled()
    dialog.close()


def test_a_report_that_takes_long_holds_no_window_open(qtbot: QtBot, tmp_path: Path) -> None:
    may_end, ended = threading.Event(), threading.Event()

    def slow() -> tuple[ReportFile, ...]:
        may_end.wait(10)
        ended.set()
        return FILES

    window = LogsWindow(tmp_path, slow)
    qtbot.addWidget(window)
    dialog = window.preview_report()
    dialog.close()
    assert not ended.is_set()
    may_end.set()
    qtbot.waitUntil(lambda: not any(thread.name == "window" for thread in threading.enumerate()))


def test_every_control_has_a_name_and_can_be_reached(window: LogsWindow, qtbot: QtBot) -> None:
    dialog = window.preview_report()
    qtbot.waitUntil(dialog.save.isEnabled)
    for place in (window, dialog):
        found: list[QWidget] = [
            control
            for kind in (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit)
            for control in place.findChildren(kind)
        ]
        for control in (each for each in found if each.isVisible() and each.objectName() != "qt_spinbox_lineedit"):
            named = control.accessibleName() or (isinstance(control, QAbstractButton) and control.text())
            is_own = "clear" in type(control).__name__.lower() or control.parent() is window.view.words
            assert named or is_own, control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus or is_own
    dialog.close()


def test_home_leads_to_the_log_from_settings_and_from_trouble(
    qtbot: QtBot, make_snapshot: Callable[..., Snapshot]
) -> None:
    home = HomeWindow(Settings())
    qtbot.addWidget(home)
    home.show()
    snapshot = make_snapshot()
    home.show_snapshot(make_snapshot(troubles=(Trouble(at=snapshot.at, code="x", title="It broke."),)))
    for opens in (home.settings_card.logs, home.troubles.logs):
        assert opens.isVisible()
        with qtbot.waitSignal(home.logs_requested, timeout=1000):
            opens.click()


@pytest.fixture
def problems(window: LogsWindow, make_snapshot: Callable[..., Snapshot]) -> ProblemsView:
    """The page of known problems, while the disk is nearly full and the engine has crashed before."""
    disk = at_least(GateName.DISK, Switch.AUTOMATIC, 1e9, 2e9)
    snapshot = make_snapshot(gates=(disk,))
    crash = Trouble(at=snapshot.at, code="crashed", title="It crashed.", problem=Problem.ENGINE_CRASHED)
    window.show_snapshot(make_snapshot(gates=(disk,), troubles=(crash,)), (Problem.NO_TRAY,))
    window.show_problems.click()
    return window.problems


def items(problems: ProblemsView) -> list[str]:
    return [problems.list.item(row).text() for row in range(problems.list.count())]


def test_what_is_there_now_is_on_top_and_said_in_words_too(problems: ProblemsView, window: LogsWindow) -> None:
    assert [item[:6] for item in items(problems)[:4]] == ["TAH-25", "TAH-37", "TAH-12", "TAH-10"]
    assert len(items(problems)) == len(Problem)
    first = problems.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert first == "There now: TAH-25, The disk is nearly full"
    assert problems.page.code.text() == "TAH-25" and problems.page.there.isVisible()
    assert window.show_problems.text() == "Known problems (2 now)"
    assert problems.count.text().endswith("2 are there now, on top")


def test_a_problem_is_found_by_its_code_and_by_words(problems: ProblemsView) -> None:
    problems.words.setText("tah 34")
    assert items(problems) == ["TAH-34  The keychain is locked"]
    assert problems.page.title.text() == "The keychain is locked"
    assert not problems.page.there.isVisible()
    problems.words.setText("no page has these words")
    assert items(problems) == [] and problems.chosen is None
    assert "No known problem fits" in problems.count.text()
    problems.words.clear()
    assert len(items(problems)) == len(Problem)


def test_a_page_that_is_read_stays_while_the_snapshot_changes(
    problems: ProblemsView, window: LogsWindow, make_snapshot: Callable[..., Snapshot]
) -> None:
    window.open_problem(Problem.CLOCK_WRONG)
    assert problems.list.hasFocus() and problems.page.code.text() == "TAH-28"
    window.show_snapshot(make_snapshot())
    assert problems.page.code.text() == "TAH-28"
    assert window.show_problems.text() == "Known problems"


def test_a_reader_hears_the_whole_page_and_find_leads_to_the_search(problems: ProblemsView, window: LogsWindow) -> None:
    window.open_problem(Problem.DISK_FULL)
    assert problems.page.accessibleName() == "TAH-24, The disk is full"
    assert "Free some space" in problems.page.accessibleDescription()
    assert problems.page.focusPolicy() is Qt.FocusPolicy.StrongFocus
    window._on_find()
    assert problems.words.hasFocus()
    window.show_log.click()
    window._on_find()
    assert window.view.words.hasFocus()


def test_a_trouble_on_home_shows_its_code_and_leads_to_its_page(
    qtbot: QtBot, make_snapshot: Callable[..., Snapshot]
) -> None:
    home = HomeWindow(Settings())
    qtbot.addWidget(home)
    crash = Trouble(at=make_snapshot().at, code="crashed", title="It crashed.", problem=Problem.ENGINE_CRASHED)
    home.show_snapshot(make_snapshot(troubles=(crash,)))
    assert any("TAH-12" in each.text() for each in home.troubles.findChildren(QLabel))
    with qtbot.waitSignal(home.problem_requested) as caught:
        home.troubles.help.click()
    assert caught.args == [Problem.ENGINE_CRASHED]
