"""The Settings window shows what is set, leads to every editor, and removes nothing before two questions."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QFileDialog, QLabel, QTimeEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.commands import (
    FreeDisk,
    SetAppearance,
    SetAutostart,
    SetConnection,
    SetProxy,
    SetUpdateChannel,
    SetUpdates,
    SetWorkFolder,
)
from app.core.engine.phase import Phase
from app.core.gates.gate import GateName, GateSettings, Switch, at_most
from app.core.ports import AutostartState
from app.core.removal_plan import Found, Place, RemovalChoice, RemovalPlan, What
from app.core.settings.settings import NamedNetwork, Settings, Theme, TryHere, UpdateChannel
from app.core.snapshot import AutostartView, Snapshot
from app.platforms.licences import licences_text
from app.ui.application import Desktop
from app.ui.limits.connection_form import connection_of
from app.ui.limits.proxy_form import ProxyDialog
from app.ui.limits.work_folder_form import WorkFolderDialog
from app.ui.settings.removal_end import RemovalEnd
from app.ui.settings.remove_dialog import RemoveDialog
from app.ui.settings.window import SettingsWindow
from protocol.errors import StorageError
from tests.app.conftest import MakeSnapshot

PROXY = "http://proxy.example.org:3128"


@pytest.fixture(autouse=True)
def _threads_told_all() -> Iterator[None]:
    """A thread whose last word was just heard may need a moment to be gone."""
    yield
    for thread in threading.enumerate():
        if thread.name == "window":
            thread.join(10)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> SettingsWindow:
    made = SettingsWindow(Settings(network=TryHere()), tmp_path)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_start_with_the_session_is_a_switch_that_shows_what_the_system_says(
    window: SettingsWindow, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    switch = window.autostart
    window.show_snapshot(make_snapshot())
    assert not switch.isVisibleTo(window), "where the system has no way there is nothing to switch"
    off = AutostartView(state=AutostartState.OFF, way="systemd", brings_back=True)
    window.show_snapshot(make_snapshot(autostart=off))
    assert switch.isVisibleTo(window) and not switch.isChecked()
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        switch.click()
    assert caught.args == [SetAutostart(True)]
    window.show_snapshot(make_snapshot(autostart=off))
    assert not switch.isChecked(), "refused by the system"
    window.show_snapshot(make_snapshot(autostart=msgspec.structs.replace(off, state=AutostartState.ON)))
    assert switch.isChecked()
    assert "brings it back" in switch.accessibleDescription()


def test_limits_of_the_connection_are_changed_in_a_dialog(
    window: SettingsWindow, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    used = at_most(GateName.DATA_QUOTA, Switch.OFF, 3_200_000_000, 0)
    window.show_snapshot(make_snapshot(gates=(used,)))
    window.show_settings(Settings())
    assert window.connection.text() == "No limits"
    dialog = window.dialogs.edit_connection()
    assert any("This month so far: 3.2 GB." in each.text() for each in dialog.findChildren(QLabel))
    assert not dialog.up.number.isEnabled()
    dialog.up.box.click()
    dialog.up.number.setValue(20.0)
    dialog.monthly.box.click()
    dialog.monthly.number.setValue(50.0)
    dialog.hide_address.click()
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert caught.args == [
        SetConnection(
            upload_bytes_per_second=2.5e6,
            download_bytes_per_second=None,
            monthly_bytes=50_000_000_000,
            hide_address=True,
        )
    ]


def test_the_connections_limits_are_told_in_one_line(window: SettingsWindow) -> None:
    gates = GateSettings(data_quota=Switch.ON, data_quota_bytes=50_000_000_000)
    settings = Settings(gates=gates, upload_bytes_per_second=2.5e6, hide_address=True)
    window.show_settings(settings)
    assert window.connection.text() == "50 GB a month, 20 Mbit/s up, address not shown"
    assert window.dialogs.edit_connection().connection == connection_of(settings)


def test_the_appearance_is_a_setting(window: SettingsWindow, qtbot: QtBot) -> None:
    window.theme.setCurrentIndex(2)
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        window.theme.activated.emit(2)
    assert caught.args == [SetAppearance("system", Theme.DARK)]


def test_high_contrast_can_be_chosen(window: SettingsWindow, qtbot: QtBot) -> None:
    place = window.theme.findText("High contrast")
    window.theme.setCurrentIndex(place)
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        window.theme.activated.emit(place)
    assert caught.args == [SetAppearance("system", Theme.CONTRAST)]


def test_the_language_is_a_setting_that_counts_from_the_next_start(window: SettingsWindow, qtbot: QtBot) -> None:
    assert [window.language.itemData(place) for place in range(2)] == ["system", "en"]
    assert window.language.itemText(1).endswith("English")
    assert not window.language_note.isVisible()
    window.language.setCurrentIndex(1)
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        window.language.activated.emit(1)
    assert caught.args == [SetAppearance("en", Theme.SYSTEM)]
    window.show_settings(Settings(language="en"))
    assert window.language_note.isVisible()
    window.show_settings(Settings(language="tlh"))  # one that this version has no catalogue for
    assert window.language.currentData() == "tlh"


def test_updates_by_themselves_can_be_switched_off(window: SettingsWindow, qtbot: QtBot) -> None:
    assert window.updates.isChecked()
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        window.updates.click()
    assert caught.args == [SetUpdates(False)]


def test_early_versions_are_asked_for_and_explained(window: SettingsWindow, qtbot: QtBot) -> None:
    assert window.channel.currentData() == UpdateChannel.STABLE
    assert "others have tried" in window.channel_note.text()
    window.channel.setCurrentIndex(window.channel.findData(UpdateChannel.EARLY))
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        window.channel.activated.emit(1)
    assert caught.args == [SetUpdateChannel(UpdateChannel.EARLY)]
    window.show_settings(Settings(update_channel=UpdateChannel.EARLY))
    assert "new versions first" in window.channel_note.text()
    assert window.channel.accessibleDescription() == window.channel_note.text()


def test_every_line_leads_somewhere(window: SettingsWindow, make_snapshot: Callable[..., object], qtbot: QtBot) -> None:
    window.show_snapshot(make_snapshot())  # type: ignore[arg-type]
    for opens, signal in (
        (window.edit_network, window.network_requested),
        (window.show_computer, window.computer_requested),
        (window.logs, window.logs_requested),
        (window.remove, window.removal_requested),
    ):
        with qtbot.waitSignal(signal, timeout=1000):
            opens.click()
    for opens in (window.edit_hours, window.edit_limits, window.edit_connection, window.edit_payout):
        opens.click()
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        dialog.close()


def test_tab_goes_from_top_to_bottom_and_everything_has_a_name(
    window: SettingsWindow, make_snapshot: Callable[..., object]
) -> None:
    on = AutostartView(state=AutostartState.ON, way="systemd", brings_back=True)
    window.show_snapshot(make_snapshot(autostart=on))  # type: ignore[arg-type]
    stops = window.keyboard_widgets()
    for widget in stops:
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget
    kinds = (QAbstractButton, QComboBox, QTimeEdit)
    controls = [each for kind in kinds for each in window.findChildren(kind)]
    assert set(stops) == {each for each in controls if _is_stop(each)}
    middles = [each.mapTo(window, each.rect().center()).y() for each in stops]
    assert all(before <= after + 1 for before, after in pairwise(middles))  # half a pixel either way is one line


def _is_stop(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible()


@pytest.fixture
def large_text(qapp: QApplication) -> Iterator[None]:
    font = qapp.font()
    twice = qapp.font()
    twice.setPointSizeF(2 * font.pointSizeF())
    qapp.setFont(twice)
    yield
    qapp.setFont(font)


def test_twice_the_text_size_cuts_no_control_off(
    large_text: None, window: SettingsWindow, make_snapshot: Callable[..., object], qtbot: QtBot
) -> None:
    on = AutostartView(state=AutostartState.ON, way="systemd", brings_back=True)
    window.show_snapshot(make_snapshot(autostart=on))  # type: ignore[arg-type]
    window.resize(640, 900)
    controls = [each for each in window.keyboard_widgets() if each.isVisible()]
    qtbot.waitUntil(lambda: all(each.width() >= each.minimumSizeHint().width() for each in controls))
    for each in controls:
        assert each.mapTo(window, each.rect().topRight()).x() <= window.width(), each


def test_licences_are_read_in_the_app(window: SettingsWindow, qtbot: QtBot) -> None:
    text = licences_text()
    assert "Apache License" in text
    assert "msgspec" in text
    dialog = window.read_licences()
    qtbot.waitUntil(lambda: "Apache License" in dialog.page.toPlainText())
    dialog.close()


def test_who_learns_what_is_read_in_the_app_and_follows_the_settings(window: SettingsWindow) -> None:
    alone = window.dialogs.read_privacy()
    assert "You train on this computer alone. Nothing of that leaves it." in texts_in(alone)
    alone.close()
    window.show_settings(Settings(network=NamedNetwork("mainnet"), hide_address=True))
    hidden = window.dialogs.read_privacy()
    assert "Other computers that train along" in texts_in(hidden)
    assert any(text.startswith("Not your internet address") for text in texts_in(hidden))
    hidden.close()


def test_the_row_of_the_proxy_tells_what_is_set_and_opens_its_choices(window: SettingsWindow, qtbot: QtBot) -> None:
    assert window.proxy.text() == "What the system says"
    window.show_settings(Settings(proxy=PROXY))
    assert window.proxy.text().replace("\u200b", "") == PROXY
    dialog = window.dialogs.edit_proxy()
    assert dialog.own.isChecked() and dialog.address.text() == PROXY and dialog.address.isEnabled()
    dialog.none.click()
    assert not dialog.address.isEnabled()
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        dialog.save.click()
    assert caught.args == [SetProxy("none")]


def test_a_proxy_that_can_not_be_used_is_told_while_it_is_typed_and_not_saved(qtbot: QtBot) -> None:
    dialog = ProxyDialog("system")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.system.isChecked() and dialog.save.isEnabled()
    dialog.own.click()
    assert not dialog.save.isEnabled() and "Like http://" in dialog.hint.text(), "nobody is scolded for nothing yet"
    for typed, words in (("proxy", "begins with http"), ("http://a:sesame@p:1", "before @"), ("none", "Like http://")):
        dialog.address.setText(typed)
        assert words in dialog.hint.text() == dialog.address.accessibleDescription()
        assert not dialog.save.isEnabled() and "sesame" not in dialog.hint.text()
    dialog.address.setText(PROXY)
    with qtbot.waitSignal(dialog.saved, timeout=1000) as caught:
        dialog.save.click()
    assert caught.args == [SetProxy(PROXY)]


def test_the_row_of_the_work_folder_tells_what_is_set_and_opens_its_choices(
    window: SettingsWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    assert window.work_folder.text() == "With the app's other data"
    window.show_settings(Settings(work_folder=str(tmp_path)))
    assert window.work_folder.text().replace("\u200b", "") == str(tmp_path)
    dialog = window.dialogs.edit_work_folder()
    assert dialog.own.isChecked() and dialog.folder.text() == str(tmp_path) and dialog.choose.isEnabled()
    dialog.beside.click()
    assert not dialog.folder.isEnabled() and not dialog.choose.isEnabled()
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        dialog.save.click()
    assert caught.args == [SetWorkFolder("none")]


def test_a_work_folder_is_chosen_from_the_disks_and_one_that_can_not_be_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = WorkFolderDialog(None)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.own.click()
    assert not dialog.save.isEnabled() and dialog.hint.isHidden(), "nobody is scolded for nothing yet"
    dialog.folder.setText("large/disk")
    assert "whole way" in dialog.hint.text() and not dialog.save.isEnabled()
    dialog.choose.click()
    chooser = next(each for each in dialog.findChildren(QFileDialog) if each.isVisible())
    assert chooser.fileMode() is QFileDialog.FileMode.Directory
    chooser.fileSelected.emit(str(tmp_path))
    chooser.reject()
    assert dialog.folder.text() == str(tmp_path) and dialog.hint.isHidden()
    with qtbot.waitSignal(dialog.saved, timeout=1000) as caught:
        dialog.save.click()
    assert caught.args == [SetWorkFolder(str(tmp_path))]


def test_what_engines_keep_is_told_and_freed_where_no_engine_needs_it(
    make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    def with_engine(phase: Phase) -> Snapshot:
        made = make_snapshot()
        return msgspec.structs.replace(made, engine=msgspec.structs.replace(made.engine, phase=phase))

    dialog = WorkFolderDialog(None, lambda: 3_200_000_000)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(dialog.free.isEnabled, timeout=5000)
    assert dialog.amount.text() == "3.2 GB on the disk"
    dialog.show_snapshot(with_engine(Phase.TRAINING))
    assert not dialog.free.isEnabled() and "needs it now" in dialog.why_not.text()
    dialog.show_snapshot(with_engine(Phase.STOPPED))
    assert "fetched again" in dialog.why_not.text()
    with qtbot.waitSignal(dialog.saved, timeout=1000) as caught:
        dialog.free.click()
    assert caught.args == [FreeDisk()]
    assert dialog.amount.text() == "Nothing" and not dialog.free.isEnabled()


def test_who_sets_a_proxy_reads_what_does_not_go_through_it(qtbot: QtBot) -> None:
    dialog = ProxyDialog("system")
    qtbot.addWidget(dialog)
    assert any("talk to each other without the proxy" in text and "store" in text for text in texts_in(dialog))


def texts_in(dialog: QDialog) -> list[str]:
    return [each.text() for each in dialog.findChildren(QLabel)]


FOUND = (
    Found(Place.CONFIG, Path("/p/settings.json"), 2_000),
    Found(Place.STATE, Path("/p/state/engine"), 3_000_000_000),
    Found(Place.STATE, Path("/p/state/keys"), 100),
    Found(Place.STATE, Path("/p/state/state.json"), 500),
    Found(Place.LOGS, Path("/p/logs/app.log"), 9_000),
    Found(Place.STATE, Path("/p/state/holiday.jpg"), 7),
    Found(Place.PROGRAMS, Path("/p/programs/engine"), 700_000_000),
)


def shown(widget: QWidget) -> str:
    """All it says; paths as every system but one writes them."""
    texts = "\n".join(each.text().replace("\u200b", "") for each in widget.findChildren(QLabel) if each.isVisible())
    return texts.replace("\\", "/")


@pytest.fixture
def removal(qtbot: QtBot) -> RemoveDialog:
    made = RemoveDialog(lambda: FOUND, starts=True)
    qtbot.addWidget(made)
    made.show()
    wait_for_its_lists(made, qtbot)
    return made


def wait_for_its_lists(dialog: RemoveDialog, qtbot: QtBot) -> None:
    """Lines put into a window that is open show a turn of Qt's loop later than its button."""
    qtbot.waitUntil(lambda: dialog.save.isEnabled() and "\n" in shown(dialog.goes))


def test_what_goes_and_what_stays_is_listed_with_sizes(removal: RemoveDialog, qtbot: QtBot) -> None:
    goes, stays = shown(removal.goes), shown(removal.stays)
    for text in ("3 GB", "/p/state/engine", "/p/settings.json", "its start with your session", "700 MB"):
        assert text in goes
    assert "/p/state/keys" in stays
    assert "/p/state/holiday.jpg" in stays
    removal.keep[What.WORK].click()
    removal.with_key.click()
    qtbot.waitUntil(lambda: "/p/state/engine" in shown(removal.stays))
    assert "/p/state/engine" not in shown(removal.goes)
    assert "/p/state/keys" in shown(removal.goes)


def test_what_lies_in_several_places_is_listed_once_with_all_of_it(qtbot: QtBot) -> None:
    further = Found(Place.STATE, Path("/p/state/local-network"), 500_000_000)
    dialog = RemoveDialog(lambda: (*FOUND, further), starts=False)
    qtbot.addWidget(dialog)
    dialog.show()
    wait_for_its_lists(dialog, qtbot)
    goes = shown(dialog.goes).splitlines()
    at = goes.index("unfinished work and checkpoints")
    assert goes.count("unfinished work and checkpoints") == 1
    assert goes[at + 1 : at + 3] == ["/p/state/engine", "/p/state/local-network"]
    assert "3.5 GB" in goes


def test_nothing_is_removed_before_the_second_question_was_answered(removal: RemoveDialog, qtbot: QtBot) -> None:
    removal.keep[What.LOGS].click()
    with qtbot.assertNotEmitted(removal.confirmed):
        removal.save.click()
    assert "can't be taken back" in removal.text.text()
    assert removal.save.text() == "Remove and quit"
    assert removal.cancel.hasFocus() or not removal.isActiveWindow()
    removal.cancel.click()
    assert removal.isVisible()
    assert removal.save.text() == "Go on…"
    removal.save.click()
    with qtbot.waitSignal(removal.confirmed, timeout=1000) as caught:
        removal.save.click()
    assert caught.args == [RemovalChoice(keep=frozenset({What.LOGS}))]
    assert not removal.isVisible()


def test_escape_at_the_first_question_leaves_everything(removal: RemoveDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(removal.confirmed):
        QTest.keyClick(removal, Qt.Key.Key_Escape)
    assert not removal.isVisible()


def test_the_last_window_stays_until_all_is_gone_and_says_what_is_left(qtbot: QtBot) -> None:
    may_end = threading.Event()

    def carry_out() -> RemovalPlan:
        may_end.wait(10)
        return RemovalPlan(())

    end = RemovalEnd(carry_out)
    qtbot.addWidget(end)
    end.show()
    end.reject()
    assert end.isVisible()
    may_end.set()
    qtbot.waitUntil(end.cancel.isEnabled)
    assert end.went_well
    assert "The app itself stays" in end.message.text()
    end.cancel.click()
    assert not end.isVisible()


def test_what_could_not_be_removed_is_told_in_words(qtbot: QtBot) -> None:
    def carry_out() -> RemovalPlan:
        raise StorageError("/p/engine can't be removed: busy.", "Remove it by hand, or try again.")

    end = RemovalEnd(carry_out)
    qtbot.addWidget(end)
    end.show()
    qtbot.waitUntil(end.cancel.isEnabled)
    assert not end.went_well
    assert "by hand" in end.message.text()
    end.close()


class FakeRemoving:
    def look(self) -> tuple[Found, ...]:
        return FOUND


@pytest.fixture
def desktop(qapp: QApplication, fake_backend: object) -> Iterator[Desktop]:
    made = Desktop(qapp, fake_backend, with_tray=False, removing=FakeRemoving())  # type: ignore[arg-type]
    yield made
    made.close()
    qapp.setStyleSheet("")


def test_a_confirmed_removal_ends_the_app_first(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.start()
    assert desktop.home is not None
    desktop.home.settings_card.all_settings.click()
    assert desktop.side.settings.window is not None
    assert desktop.side.settings.window.remove.isVisible()
    dialog = desktop.side.offer_removal()
    assert dialog is not None
    qtbot.waitUntil(dialog.save.isEnabled)
    dialog.save.click()
    assert desktop.removal is None
    with qtbot.waitSignal(desktop.quit_requested, timeout=1000):
        dialog.save.click()
    assert desktop.removal == RemovalChoice()


def test_a_closed_settings_window_gives_its_memory_back(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.start()
    desktop.side.show_settings()
    assert desktop.side.settings.window is not None
    desktop.side.settings.window.close()
    qtbot.waitUntil(lambda: desktop.side.settings.window is None)


def test_the_running_app_is_removed_from_its_own_window_and_leaves_your_files(tmp_path: Path) -> None:
    profile, script = tmp_path / "profile", Path(__file__).resolve().parents[1] / "fakes" / "desktop_that_is_removed.py"
    profile.mkdir()
    (profile / "holiday.jpg").write_text("mine")
    done = subprocess.run(
        [sys.executable, str(script), str(profile)],
        capture_output=True,
        text=True,
        timeout=90,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(script.parents[3])},
    )
    assert done.returncode == 0, done.stderr
    assert "Removed: " in done.stdout
    left = {path.relative_to(profile).as_posix() for path in profile.rglob("*") if path.is_file()}
    assert left == {"holiday.jpg", "state/keys/device.hotkey"}
