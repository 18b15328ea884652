"""Colours can be read, shapes can be told apart, and the palette follows the system unless the person chose."""

import pytest

pytest.importorskip("PySide6")

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.core.settings.settings import Theme
from app.ui.choices import State
from app.ui.look.icons import Tone, tray_icon
from app.ui.look.theme import DARK, LEAST_TEXT_CONTRAST, LIGHT, Appearance, Colours, contrast


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["background", "card", "sunken", "accent_soft", "warning_soft", "danger_soft"])
def test_every_text_can_be_read_on_every_ground_it_stands_on(colours: Colours, ground: str) -> None:
    texts = {"text", "muted"} | ({"accent", "warning", "danger"} if ground in ("background", "card") else set())
    for text in texts:
        assert contrast(getattr(colours, text), getattr(colours, ground)) >= LEAST_TEXT_CONTRAST, (text, ground)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_buttons_and_focus_rings_stand_out(colours: Colours) -> None:
    assert contrast(colours.on_accent, colours.accent) >= LEAST_TEXT_CONTRAST
    assert contrast(colours.on_accent, colours.accent_hover) >= LEAST_TEXT_CONTRAST
    for ground in (colours.background, colours.card):
        assert contrast(colours.accent, ground) >= 3
        assert contrast(colours.control_border, ground) >= 3
    for line in (colours.series_loss, colours.series_speed):
        assert contrast(line, colours.card) >= 3


def test_black_on_white_has_the_largest_contrast() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)


@pytest.mark.parametrize("tone", Tone)
def test_tray_colours_show_on_black_and_on_white_panels(tone: Tone) -> None:
    assert contrast(tone.value, "#FFFFFF") >= 3
    assert contrast(tone.value, "#000000") >= 3


def test_tray_states_differ_in_shape_at_sixteen_pixels(qapp: QApplication) -> None:
    shapes = {state: _alpha(tray_icon(state.value, True).pixmap(16, 16).toImage()) for state in State}
    for state, shape in shapes.items():
        for other, other_shape in shapes.items():
            different = sum(abs(a - b) > 80 for a, b in zip(shape, other_shape, strict=True))
            assert state is other or different >= 10, (state, other, different)


def test_a_template_icon_is_left_to_the_system_to_colour(qapp: QApplication) -> None:
    assert tray_icon("training", True).isMask()
    assert not tray_icon("training", False).isMask()


def test_a_chosen_palette_wins_over_the_systems(qapp: QApplication) -> None:
    appearance = Appearance(qapp, Theme.DARK)
    told: list[Colours] = []
    appearance.changed.connect(told.append)
    assert appearance.colours is DARK
    appearance.choose(Theme.LIGHT)
    assert appearance.colours is LIGHT
    assert told == [LIGHT]
    appearance.deleteLater()


def test_a_larger_system_font_enlarges_every_size(qapp: QApplication) -> None:
    from app.ui.look.style_sheet import style_sheet

    assert "font-size: 17.50pt" in style_sheet(LIGHT, 10.0)
    assert "font-size: 35.00pt" in style_sheet(LIGHT, 20.0)


def _alpha(image: QImage) -> list[int]:
    return [image.pixelColor(x, y).alpha() for y in range(image.height()) for x in range(image.width())]


def test_forgetting_the_windows_leaves_every_colour_as_it_is(qapp: QApplication) -> None:
    before = qapp.styleSheet()
    appearance = Appearance(qapp, Theme.DARK)
    try:
        sheet, colours = qapp.styleSheet(), appearance.colours
        appearance.forget_windows()
        assert (qapp.styleSheet(), appearance.colours) == (sheet, colours)
    finally:
        qapp.setStyleSheet(before)
