"""The terminal's view of a headless app: a live panel on a terminal, plain or JSON lines anywhere else."""

from datetime import datetime, timedelta
from typing import Final, Protocol, TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from app.control.reports.reports import StatusReport, status_report
from app.core import words
from app.core.engine.phase import Phase
from app.core.language.speech import _, counted, figure, percent
from app.core.money.earnings import credit_text
from app.core.money.prices import amount_text
from app.core.problems.codes import with_code
from app.core.snapshot import Point, Snapshot
from protocol.wire import to_json

PROGRESS_EVERY: Final = timedelta(seconds=30)
_BARS: Final = "▁▂▃▄▅▆▇█"
_CURVE_WIDTH: Final = 48


class View(Protocol):
    def show(self, snapshot: Snapshot) -> None: ...

    def close(self) -> None: ...


def view_for(stream: TextIO, *, json_lines: bool) -> View:
    """The view that suits where the output goes."""
    if json_lines:
        return JsonView(stream)
    return LiveView(stream) if stream.isatty() else PlainView(stream)


class LiveView:
    """One panel that is drawn over itself."""

    def __init__(self, stream: TextIO) -> None:
        self._live = Live(console=Console(file=stream), auto_refresh=False)
        self._live.start()

    def show(self, snapshot: Snapshot) -> None:
        self._live.update(panel(snapshot), refresh=True)

    def close(self) -> None:
        self._live.stop()


class PlainView:
    """A line whenever the sentence changes or trouble comes, and one of progress now and then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._sentence = ""
        self._trouble_at: datetime | None = None
        self._progress_at: datetime | None = None

    def show(self, snapshot: Snapshot) -> None:
        sentence = words.sentence(snapshot)
        if sentence != self._sentence:
            self._sentence, self._progress_at = sentence, snapshot.at
            self._say(snapshot.at, sentence)
        trouble = snapshot.troubles[-1] if snapshot.troubles else None
        if trouble is not None and trouble.at != self._trouble_at:
            self._trouble_at = trouble.at
            self._say(snapshot.at, with_code(f"{trouble.title} {trouble.advice}".strip(), trouble.problem))
        is_training = snapshot.engine.phase is Phase.TRAINING
        if is_training and (self._progress_at is None or snapshot.at - self._progress_at >= PROGRESS_EVERY):
            self._progress_at = snapshot.at
            self._say(snapshot.at, ", ".join(f"{name} {value}" for name, value in figures(snapshot)))

    def close(self) -> None:
        self._stream.flush()

    def _say(self, at: datetime, text: str) -> None:
        print(f"{at:%Y-%m-%d %H:%M:%S} {text}", file=self._stream, flush=True)


class JsonView:
    """One status report a line, whenever it says something new."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last: tuple[object, ...] = ()

    def show(self, snapshot: Snapshot) -> None:
        report = status_report(snapshot)
        news = _news(report)
        if news != self._last:
            self._last = news
            print(to_json(report).decode(), file=self._stream, flush=True)

    def close(self) -> None:
        self._stream.flush()


def _news(report: StatusReport) -> tuple[object, ...]:
    """What makes a report worth a line: everything but the clock and the counters of steps."""
    return (report.sentence, report.engine.phase, report.network, report.account, report.service, report.troubles)


def figures(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Names and values of what is known, in the order of interest."""
    engine, service, earnings = snapshot.engine, snapshot.service, snapshot.earnings
    found = []
    if engine.phase is Phase.TRAINING:
        found.append((_("step"), figure(engine.step, ",")))
        found.append(
            (
                _("speed"),
                _("{speed} tokens/s").format(speed=figure(snapshot.tokens_per_second, ",.0f")),
            )
        )
    if service.run_loss is not None:
        found.append((_("loss"), figure(service.run_loss, ".3f")))
    if service.held_out_loss is not None:
        found.append((_("held-out loss"), figure(service.held_out_loss, ".3f")))
    if service.heartbeat_at is not None:
        found.append(
            (
                _("run"),
                counted("{share} done by {count} computer", "{share} done by {count} computers", service.miners).format(
                    share=percent(service.run_share_done, ".1f"), count=figure(service.miners, ",")
                ),
            )
        )
        found.append((_("tonight"), credit_text(earnings.tonight_credit)))
        view = snapshot.money.view
        credited, paid = amount_text(earnings.credited_rao, view), amount_text(earnings.paid_rao, view)
        found.append((_("earned"), _("{credited}, of it paid {paid}").format(credited=credited, paid=paid)))
    return found


def panel(snapshot: Snapshot) -> RenderableType:
    """Everything worth knowing at a glance."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for name, value in figures(snapshot):
        table.add_row(name, value)
    if len(snapshot.loss_points) > 1:
        table.add_row("", Text(curve(snapshot.loss_points), style="cyan"))
    if snapshot.network.dashboard_url is not None:
        table.add_row(_("dashboard"), snapshot.network.dashboard_url)
    parts: list[RenderableType] = [Text(words.sentence(snapshot)), Text(), table]
    if snapshot.service.heartbeat_at is not None:
        parts.append(ProgressBar(total=1.0, completed=snapshot.service.run_share_done))
    for trouble in snapshot.troubles[-3:]:
        said = with_code(f"{trouble.title} {trouble.advice}".strip(), trouble.problem)
        parts.append(Text(f"{trouble.at:%H:%M} {said}", style="yellow"))
    if snapshot.account.key_storage:
        parts.append(Text(snapshot.account.key_storage, style="dim"))
    footer = _("Ctrl-C hands over and ends")
    return Panel(Group(*parts), title=words.headline(snapshot), subtitle=footer, title_align="left")


def curve(points: tuple[Point, ...], width: int = _CURVE_WIDTH) -> str:
    """A curve in one line of characters, the latest value at its right end."""
    step = -(-len(points) // width)
    values = [point.value for point in points[::-1][::step][::-1]]
    low, high = min(values), max(values)
    scale = (len(_BARS) - 1) / (high - low) if high > low else 0.0
    return "".join(_BARS[round((value - low) * scale)] for value in values)
