"""Every window and dialog of the app as a person finds it, for tests that look at all of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QTableWidget,
    QWidget,
)

from app.core.computer.devices import FoundComputer, FoundDevice, Hindrance, Way
from app.core.gates.gate import GateName, Switch, at_least, at_most, plain
from app.core.hours.schedule import parse_hours
from app.core.identity.choice import MadeHere
from app.core.money.earnings import Earnings
from app.core.money.ledger import Books
from app.core.money.lines import Credit, Paid, PayoutAddressChanged, Session, Slice, Standing, TariffSet, Waiting
from app.core.money.next_payout import NextPayout
from app.core.money.prices import Coin, MoneyView
from app.core.money.settings import MoneySettings, ShownUnit
from app.core.money.side import MoneySide
from app.core.money.tariff import FlatTariff
from app.core.network.known import KnownNetwork
from app.core.ports import AutostartState
from app.core.problems.codes import Problem
from app.core.removal_plan import Found, Place, Removal, RemovalPlan, What
from app.core.report.contents import ReportFile
from app.core.settings.settings import NamedNetwork, Settings, TryHere
from app.core.snapshot import Account, AutostartView, Snapshot, Trouble
from app.ui.activity.window import ActivityWindow
from app.ui.background import Background
from app.ui.computer.window import ComputerWindow
from app.ui.computer.work import ComputerWork
from app.ui.earnings.prices import PricesDialog
from app.ui.earnings.window import EarningsWindow
from app.ui.example.tour import ExampleTour
from app.ui.failed_start import FailedStart
from app.ui.first_visit.dialog import FirstVisit
from app.ui.home.window import HomeWindow
from app.ui.hours.window import ScheduleDialog
from app.ui.limits.connection_form import ConnectionDialog, connection_of
from app.ui.limits.dialog import LimitsDialog
from app.ui.limits.programs_picker import ProgramsPicker
from app.ui.limits.proxy_form import ProxyDialog
from app.ui.limits.work_folder_form import WorkFolderDialog
from app.ui.logs.report_dialog import ReportDialog
from app.ui.logs.window import LogsWindow
from app.ui.look.theme import DARK
from app.ui.settings.licences_dialog import LicencesDialog
from app.ui.settings.privacy_dialog import PrivacyDialog
from app.ui.settings.removal_end import RemovalEnd
from app.ui.settings.remove_dialog import RemoveDialog
from app.ui.settings.window import SettingsWindow
from app.ui.wallet.identity_dialog import IdentityDialog
from app.ui.wallet.password_dialog import PasswordDialog, Task
from app.ui.wallet.payout_dialog import PayoutDialog
from app.ui.wallet.payout_guide import PayoutGuide
from app.update.states import Offered, Ready, State
from protocol.errors import StorageError
from protocol.proxies import SYSTEM
from tests.app.core.test_core_activity import NIGHTS, at, night
from tests.app.ui.test_ui_computer import FakeServices

ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
NETWORKS = (KnownNetwork(name="local", title="1", starts_here=True), KnownNetwork(name="first", title="2"))
NAMED = Settings(network=NamedNetwork("mainnet"), payout_address=ADDRESS)
SETTINGS = Settings(
    network=TryHere(), schedule=parse_hours("22:00-07:00"), money=MoneySettings(), payout_address=ADDRESS
)
FILES = (ReportFile("1", "1"),)
DEVICES = FoundComputer(
    devices=(
        FoundDevice(name="4070", way=Way.CUDA, memory_bytes=12 * 10**9, driver="570.86"),
        FoundDevice(name="6600", way=Way.ROCM, hindrance=Hindrance.UNKNOWN_CHIP),
        FoundDevice(name="5800", way=Way.PROCESSOR, memory_bytes=32 * 10**9, cores=8),
    ),
    disk_free_bytes=120 * 10**9,
)
OFFER = Offered(version="0.1.0", variant="cu126", bytes=2_500_000_000, unpacked_bytes=5_000_000_000, seconds=480.0)
KEPT_HERE = (
    Found(Place.PROGRAMS, Path("/1"), 10**9),
    Found(Place.STATE, Path("/2/engine"), 10**8),
    Found(Place.STATE, Path("/2/keys"), 200),
    Found(Place.STATE, Path("/3"), 1),  # not the app's
)

QTS_OWN_PARTS = ("qt_calendar", "qt_spinbox", "qt_scrollarea_hcontainer", "qt_scrollarea_vcontainer")
"""Qt says what is in these, in the language that it was taught."""

Make = Callable[[Snapshot, Path], QWidget]


def of_numbers(snapshot: Snapshot) -> Snapshot:
    """Names that come from elsewhere are figures here, so that all letters that show are the app's own."""
    now = snapshot.at
    gates = (
        *snapshot.gates,
        plain(GateName.BUSY_PROGRAM, Switch.ON, False, detail="7"),
        at_most(GateName.TEMPERATURE, Switch.ON, 91.0, 85.0, source="7"),
    )
    return msgspec.structs.replace(
        snapshot,
        gates=gates,
        engine=msgspec.structs.replace(snapshot.engine, run_title="1"),
        network=msgspec.structs.replace(snapshot.network, title="1", name="1"),
        account=Account(payout_address=ADDRESS, hotkey=ADDRESS),
        troubles=(Trouble(at=now, code="1", title="1", advice="2"),),
    )


def _home(snapshot: Snapshot, _folder: Path) -> QWidget:
    window = HomeWindow(SETTINGS)
    window.dress(DARK)
    window.show_snapshot(snapshot)
    return window


def _home_that_waits(snapshot: Snapshot, folder: Path) -> QWidget:
    return _home(msgspec.structs.replace(snapshot, earnings=Earnings(), account=Account()), folder)


def _page(pages: int) -> Make:
    def make(snapshot: Snapshot, _folder: Path) -> QWidget:
        visit = FirstVisit(Settings(), NETWORKS, lambda: snapshot.at)
        for _each in range(pages):
            visit.next.click()
        return visit

    return make


def _joining(snapshot: Snapshot, _folder: Path) -> QWidget:
    """By somebody whose address is set, on a laptop with a tray; at the last page."""
    laptop = at_least(GateName.MAINS, Switch.AUTOMATIC, 0.8, 0.0)
    visit = FirstVisit(SETTINGS, NETWORKS, lambda: snapshot.at)
    off = AutostartView(state=AutostartState.OFF)
    visit.show_snapshot(msgspec.structs.replace(snapshot, gates=(laptop,), autostart=off))
    visit.show_tray(True)
    visit.network.named[0].click()
    for _each in range(3):
        visit.next.click()
    return visit


def _earnings(snapshot: Snapshot, _folder: Path) -> QWidget:
    window = EarningsWindow(SETTINGS)
    window.dress(DARK)
    view = MoneyView(coin=Coin.ALPHA, unit=ShownUnit.ALPHA)
    at, network = snapshot.at.timestamp(), snapshot.network.name
    money = MoneySide(
        books=_books(snapshot),
        view=view,
        payout_least_rao=4 * 10**9,
        explorer_url="https://127.0.0.1/{hash}",
        next_payout=NextPayout(network=network, heard_unix=at, at_unix=at + 30 * 3600),
    )
    window.show_snapshot(msgspec.structs.replace(snapshot, money=money))
    return window


def _books(snapshot: Snapshot) -> Books:
    """A session with work in it, a payment under way with its reason, one that arrived, and a change of address."""
    now, network = snapshot.at.timestamp(), snapshot.network.name
    session = Session(key=round((now - 3000) * 1000), ended_unix=now, network=network, run_title="1", device="cpu")
    work = Slice(
        session=session.key, quarter_unix=int(now // 900) * 900, trained_seconds=2400, tokens=9000, megaflops=10**9
    )
    standing = Standing(
        at_unix=now - 60,
        credited_rao=3 * 10**9,
        pending_rao=10**9,
        held_rao=10**9,
        paid_rao=10**9,
        payout_address=ADDRESS,
        waiting=(Waiting(unix_ms=1, rao=10**9, reason="1"), Waiting(unix_ms=2, rao=10**9, reason="")),
    )
    return Books(
        sessions=(session,),
        slices=(work,),
        credits=((network, Credit(epoch=1, unix_ms=session.key + 9, rao=10**9)),),
        paid=((network, Paid(transaction="0x" + "ab" * 32, unix_ms=5, rao=10**9)),),
        standings=((network, standing),),
        tariffs=(TariffSet(from_unix=0, currency="EUR", tariff=FlatTariff(0.25)),),
        payout_changes=(PayoutAddressChanged(at_unix=now - 99, old=None, new=ADDRESS),),
    )


def _activity(snapshot: Snapshot, _folder: Path) -> QWidget:
    window = ActivityWindow(Settings(schedule=NIGHTS))
    window.dress(DARK)
    window.show_snapshot(msgspec.structs.replace(snapshot, at=at(8), activity=tuple(night())))
    return window


def _limits(snapshot: Snapshot, _folder: Path) -> QWidget:
    dialog = LimitsDialog(SETTINGS)
    dialog.show_snapshot(snapshot)
    return dialog


def _known_problems(snapshot: Snapshot, folder: Path) -> QWidget:
    """The page of one that is there now."""
    window = LogsWindow(folder, lambda: FILES)
    window.dress(DARK)
    window.show_snapshot(snapshot, (Problem.NO_TRAY,))
    window.open_problem(Problem.NO_TRAY)
    return window


def _example(chosen: int) -> Make:
    """One of the three; the others are not looked at."""

    def make(snapshot: Snapshot, _folder: Path) -> QWidget:
        tour = ExampleTour(snapshot.at, DARK)
        for place, window in enumerate(tour.windows):
            if place != chosen:
                window.deleteLater()
        tour.deleteLater()
        return tour.windows[chosen]

    return make


def _settings(snapshot: Snapshot, folder: Path) -> QWidget:
    window = SettingsWindow(SETTINGS, folder)
    window.show_snapshot(snapshot)
    return window


def _identity(snapshot: Snapshot, _folder: Path) -> QWidget:
    dialog = IdentityDialog(MadeHere())
    dialog.show_snapshot(snapshot, MadeHere())
    return dialog


def _password(task: Task) -> Make:
    return lambda _snapshot, _folder: PasswordDialog(task)


def _computer(engine: State) -> Make:
    def make(snapshot: Snapshot, _folder: Path) -> QWidget:
        services = FakeServices()
        services.found, services.engine_state = DEVICES, engine
        work = ComputerWork(services, lambda: SETTINGS, lambda: snapshot)
        window = ComputerWindow(work)
        work.setParent(window)
        window.dress(DARK)
        return window

    return make


def _remove(*, second_question: bool) -> Make:
    def make(_snapshot: Snapshot, _folder: Path) -> QWidget:
        dialog = RemoveDialog(lambda: KEPT_HERE, starts=True)
        dialog.keep[What.WORK].setChecked(True)
        finish_work(dialog)
        if second_question:
            dialog.with_key.setChecked(True)
            dialog.save.click()
        return dialog

    return make


def _removed() -> RemovalPlan:
    return RemovalPlan((Removal(What.LOGS, Path("/1"), 10**6),))


def _not_removed() -> RemovalPlan:
    raise StorageError("1", "2")


def finish_work(window: QWidget) -> None:
    """What goes on in threads behind a window is waited for, and shown."""
    for work in window.findChildren(Background):
        work.end()


WINDOWS: dict[str, Make] = {
    "home": _home,
    "home that waits": _home_that_waits,
    **{f"first visit, page {number + 1}": _page(number) for number in range(4)},
    "first visit, joining": _joining,
    "hours": lambda snapshot, _folder: ScheduleDialog(SETTINGS.schedule, snapshot.at),
    "limits": _limits,
    "programs": lambda _snapshot, _folder: ProgramsPicker(("1",), lambda: frozenset({"1", "2", "3"})),
    "connection": lambda _snapshot, _folder: ConnectionDialog(connection_of(SETTINGS), 12_000_000),
    "connection with an allowance": lambda _snapshot, _folder: ConnectionDialog(
        msgspec.structs.replace(connection_of(SETTINGS), monthly_bytes=10**11), 12_000_000
    ),
    "proxy": lambda _snapshot, _folder: ProxyDialog(SYSTEM),
    "work folder": lambda _snapshot, _folder: WorkFolderDialog("/mnt/large disk/for its work", lambda: 3_200_000_000),
    "earnings": _earnings,
    "prices": lambda snapshot, _folder: PricesDialog(MoneySettings(), snapshot.at),
    "activity": _activity,
    "logs": lambda _snapshot, folder: LogsWindow(folder, lambda: FILES),
    "known problems": _known_problems,
    **{f"example of {name}": _example(place) for place, name in enumerate(("home", "earnings", "activity"))},
    "settings": _settings,
    "report": lambda _snapshot, folder: ReportDialog(lambda: FILES, folder / "1"),
    "this computer's key": _identity,
    **{f"password to {task.name.lower()}": _password(task) for task in Task},
    "payout address": lambda _snapshot, _folder: PayoutDialog(ADDRESS),
    "getting an address": lambda _snapshot, _folder: PayoutGuide(),
    "this computer": _computer(Ready("here")),
    "this computer without an engine": _computer(OFFER),
    "privacy": lambda _snapshot, _folder: PrivacyDialog(NAMED),
    "licences": lambda _snapshot, _folder: LicencesDialog(),
    "remove everything": _remove(second_question=False),
    "remove everything, for good": _remove(second_question=True),
    "removed": lambda _snapshot, _folder: RemovalEnd(_removed),
    "failed start": lambda _snapshot, _folder: FailedStart("1", "2"),
    "not removed": lambda _snapshot, _folder: RemovalEnd(_not_removed),
}


def texts_of(window: QWidget) -> Iterator[str]:
    """All that is shown or read aloud in a window, what hides at first included."""
    yield window.windowTitle()
    for widget in (window, *window.findChildren(QWidget)):
        if any(name.startswith(QTS_OWN_PARTS) for name in _names_up_to(widget, window)):
            continue
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.statusTip())
        yield from _own_texts(widget)


def _names_up_to(widget: QWidget, window: QWidget) -> Iterator[str]:
    while widget is not window:
        yield widget.objectName()
        above = widget.parentWidget()
        assert above is not None
        widget = above


def _own_texts(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QComboBox():
            yield from (widget.itemText(place) for place in range(widget.count()))
        case QGroupBox():
            yield widget.title()
        case QLineEdit():
            yield widget.placeholderText()
        case QListWidget():
            yield from (widget.item(row).text() for row in range(widget.count()))
        case QMenu():
            yield from menu_texts(widget)
        case QTableWidget():
            for column in range(widget.columnCount()):
                header = widget.horizontalHeaderItem(column)
                yield from () if header is None else (header.text(), header.toolTip())
                for row in range(widget.rowCount()):
                    item = widget.item(row, column)
                    yield "" if item is None else item.text()
        case QAbstractSpinBox():
            prefix, suffix = getattr(widget, "prefix", str), getattr(widget, "suffix", str)
            yield from (prefix(), suffix(), widget.specialValueText())


def menu_texts(menu: QMenu) -> Iterator[str]:
    """The lines of a menu and of the menus in it."""
    for action in menu.actions():
        yield action.text()
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from menu_texts(inner)
