"""The dialogs that change settings, for whichever window opens them: each is told what is news while it is open."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.core.commands import Command, ListWallets, LookAtAddress, SetPayoutAddress, SetSchedule
from app.core.gates.gate import GateName
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot
from app.ui.hours.window import ScheduleDialog
from app.ui.limits.connection_form import ConnectionDialog, connection_of
from app.ui.limits.dialog import LimitsDialog
from app.ui.limits.proxy_form import ProxyDialog
from app.ui.limits.work_folder_form import WorkFolderDialog
from app.ui.look.theme import LIGHT, Colours
from app.ui.settings.privacy_dialog import PrivacyDialog
from app.ui.wallet.identity_dialog import IdentityDialog
from app.ui.wallet.payout_dialog import PayoutDialog

_Dialog = TypeVar("_Dialog", bound=QDialog)


class SettingDialogs:
    """`ask` takes the commands that they lead to. Every `edit_` opens a dialog over `parent` and returns at once."""

    def __init__(
        self,
        parent: QWidget,
        ask: Callable[[Command], None],
        settings: Settings,
        kept_bytes: Callable[[], int] = lambda: 0,
    ) -> None:
        """`kept_bytes`: what engines keep on the disk; may block."""
        self._parent, self._ask, self._kept_bytes = parent, ask, kept_bytes
        self._settings = settings
        self._snapshot: Snapshot | None = None
        self._colours: Colours = LIGHT
        self._payout: PayoutDialog | None = None
        self._identity: IdentityDialog | None = None
        self._limits: LimitsDialog | None = None
        self._work_folder: WorkFolderDialog | None = None

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        if self._payout is not None:
            self._payout.show_snapshot(snapshot)
        if self._identity is not None:
            self._identity.show_snapshot(snapshot, self._settings.hotkey)
        if self._limits is not None:
            self._limits.show_snapshot(snapshot)
        if self._work_folder is not None:
            self._work_folder.show_snapshot(snapshot)

    def show_settings(self, settings: Settings) -> None:
        self._settings = settings
        if self._identity is not None:
            self._identity.show_obeyed()

    def show_refusal(self, title: str, advice: str) -> None:
        if self._identity is not None and title:
            self._identity.show_refusal(title, advice)

    def dress(self, colours: Colours) -> None:
        self._colours = colours

    def edit_hours(self) -> ScheduleDialog:
        wish = self._settings.wish
        dialog = ScheduleDialog(self._settings.schedule, self._now(), wish, self._colours, self._parent)
        dialog.saved.connect(lambda schedule: self._ask(SetSchedule(schedule)))
        return _open(dialog)

    def read_privacy(self) -> PrivacyDialog:
        return _open(PrivacyDialog(self._settings, self._parent))

    def edit_payout(self) -> PayoutDialog:
        dialog = PayoutDialog(self._settings.payout_address, self._parent)
        dialog.saved.connect(lambda address: self._ask(SetPayoutAddress(address)))
        dialog.address_seen.connect(lambda address: self._ask(LookAtAddress(address)))
        self._ask(ListWallets())
        if self._snapshot is not None:
            dialog.show_snapshot(self._snapshot)
        self._payout = dialog
        dialog.finished.connect(self._on_payout_finished)
        return _open(dialog)

    def edit_identity(self) -> IdentityDialog:
        dialog = IdentityDialog(self._settings.hotkey, self._parent)
        dialog.command_requested.connect(self._ask)
        self._ask(ListWallets())
        if self._snapshot is not None:
            dialog.show_snapshot(self._snapshot, self._settings.hotkey)
        self._identity = dialog
        dialog.finished.connect(self._on_identity_finished)
        return _open(dialog)

    def edit_connection(self) -> ConnectionDialog:
        dialog = ConnectionDialog(connection_of(self._settings), self._month_bytes(), self._parent)
        dialog.saved.connect(self._ask)
        return _open(dialog)

    def edit_proxy(self) -> ProxyDialog:
        dialog = ProxyDialog(self._settings.proxy, self._parent)
        dialog.saved.connect(self._ask)
        return _open(dialog)

    def edit_work_folder(self) -> WorkFolderDialog:
        dialog = WorkFolderDialog(self._settings.work_folder, self._kept_bytes, self._parent)
        dialog.saved.connect(self._ask)
        if self._snapshot is not None:
            dialog.show_snapshot(self._snapshot)
        self._work_folder = dialog
        dialog.finished.connect(self._on_work_folder_finished)
        return _open(dialog)

    def edit_limits(self) -> LimitsDialog:
        dialog = LimitsDialog(self._settings, self._parent)
        dialog.saved.connect(self._ask)
        if self._snapshot is not None:
            dialog.show_snapshot(self._snapshot)
        self._limits = dialog
        dialog.finished.connect(self._on_limits_finished)
        return _open(dialog)

    def _on_payout_finished(self) -> None:
        self._payout = None

    def _on_identity_finished(self) -> None:
        self._identity = None

    def _on_limits_finished(self) -> None:
        self._limits = None

    def _on_work_folder_finished(self) -> None:
        self._work_folder = None

    def _month_bytes(self) -> int | None:
        readings = self._snapshot.gates if self._snapshot else ()
        measured = next((reading.measured for reading in readings if reading.gate is GateName.DATA_QUOTA), None)
        return None if measured is None else int(measured)

    def _now(self) -> datetime:
        return self._snapshot.at if self._snapshot else datetime.now().astimezone()


def _open(dialog: _Dialog) -> _Dialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
