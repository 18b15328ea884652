"""The two live curves: how well the model learns, and how fast this computer works."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout

from app.core.language.speech import figure, large_count
from app.core.snapshot import Point, Snapshot
from app.ui.home.chart import Chart
from app.ui.look.card import Card, label
from app.ui.look.theme import Colours, Space, TextRole
from app.ui.look.translation import _


class ChartCard(Card):
    """A chart with its latest value as a figure and one line that says what it means."""

    def __init__(self, title: str, meaning: str, chart: Chart) -> None:
        super().__init__(title)
        self.chart = chart
        self.figure = label(role=TextRole.FIGURE, wraps=False)
        top = QHBoxLayout()
        top.setSpacing(Space.SMALL)
        self.body.removeWidget(self.title)
        top.addWidget(self.title, 1)
        top.addWidget(self.figure)
        self.body.addLayout(top)
        self.body.addWidget(label(meaning, TextRole.CAPTION))
        self.body.addWidget(chart, 1)


class LossCard(ChartCard):
    """The whole run's loss as the service tells it; this computer's own where the service has told none yet."""

    def __init__(self) -> None:
        chart = Chart(_("Loss over time"), loss_text, _("The curve begins with the first steps."), least_step=0.01)
        meaning = _("How wrong its guesses are: lower is better. Dots: on new text.")
        super().__init__(_("Loss"), meaning, chart)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        points = snapshot.loss_points or snapshot.own_loss_points
        self.figure.setText(loss_text(points[-1].value) if points else "")
        spoken = loss_spoken(points, snapshot.service.held_out_loss)
        self.chart.show_points(points, snapshot.held_out_points if points else (), snapshot.at.tzinfo, spoken)

    def dress(self, colours: Colours) -> None:
        self.chart.dress(colours, colours.series_loss)


class SpeedCard(ChartCard):
    def __init__(self) -> None:
        nothing_yet = _("The curve begins with the first steps.")
        chart = Chart(_("Speed over time"), speed_text, nothing_yet, from_zero=True, least_step=1.0)
        meaning = _("Pieces of text (tokens) per second that this computer works through.")
        super().__init__(_("Speed"), meaning, chart)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        points = snapshot.speed_points
        latest = snapshot.tokens_per_second
        self.figure.setText(_("{speed}/s").format(speed=speed_text(latest)) if points else "")
        spoken = _("{speed} tokens per second now.").format(speed=speed_text(latest))
        self.chart.show_points(points, (), snapshot.at.tzinfo, spoken)

    def dress(self, colours: Colours) -> None:
        self.chart.dress(colours, colours.series_speed)


def loss_text(loss: float) -> str:
    return figure(loss, ".2f")


def speed_text(tokens_per_second: float) -> str:
    """`870`, `12,400`, `1.2 million`; small speeds keep one decimal."""
    if tokens_per_second >= 1e6:
        return large_count(tokens_per_second)
    if 0 < tokens_per_second < 10:
        return figure(tokens_per_second, ".1f")
    return figure(tokens_per_second, ",.0f")


def loss_spoken(points: Sequence[Point], held_out_loss: float | None) -> str:
    """The curve in words, for screen readers."""
    if not points:
        return ""
    first, last = points[0].value, points[-1].value
    text = _("Loss {last} now, {first} at the beginning of the curve.").format(
        last=loss_text(last), first=loss_text(first)
    )
    if held_out_loss is not None:
        text += " " + _("{loss} on text it never saw.").format(loss=loss_text(held_out_loss))
    return text
