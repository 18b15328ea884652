"""Colours can be read, shapes can be told apart, and the palette follows the system unless the person chose."""

from itertools import combinations

import pytest

pytest.importorskip("PySide6")

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.core.settings.settings import Theme
from app.ui.choices import State
from app.ui.look.icons import Tone, tray_icon
from app.ui.look.palettes import (
    CONTRAST_DARK,
    CONTRAST_LIGHT,
    DARK,
    HIGH_TEXT_CONTRAST,
    LEAST_EDGE_CONTRAST,
    LEAST_TEXT_CONTRAST,
    LIGHT,
    LOOKS,
    Colours,
    contrast,
    palette_for,
)
from app.ui.look.theme import Appearance

LEAST_SHARE_THAT_DIFFERS = 0.07
"""Of an icon's pixels: eighteen of the smallest."""
CLEARLY = 96
"""Of 255, by how much a pixel's ink must differ to be seen."""

every_look = pytest.mark.parametrize("colours", LOOKS.values(), ids=LOOKS)
GROUNDS = ("background", "card", "sunken", "groove", "accent_soft", "warning_soft", "danger_soft")


@every_look
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_can_be_read_on_every_ground_it_stands_on(colours: Colours, ground: str) -> None:
    tones = {"accent", "warning", "danger"} if ground in ("background", "card") else set()
    for text in {"text", "muted"} | tones:
        assert contrast(getattr(colours, text), getattr(colours, ground)) >= colours.least_text_contrast, (text, ground)


@every_look
@pytest.mark.parametrize("ground", GROUNDS)
def test_what_one_reads_most_has_a_contrast_of_seven_in_every_look(colours: Colours, ground: str) -> None:
    assert contrast(colours.text, getattr(colours, ground)) >= HIGH_TEXT_CONTRAST


@every_look
def test_text_on_a_colour_can_be_read(colours: Colours) -> None:
    for ground in (colours.accent, colours.accent_hover):
        assert contrast(colours.on_accent, ground) >= colours.least_text_contrast
    for ground in (colours.danger, colours.text):  # the button that removes, and the pointer over it
        assert contrast(colours.card, ground) >= colours.least_text_contrast
    assert contrast(colours.accent, colours.accent_soft) >= LEAST_TEXT_CONTRAST  # the chosen segment


@every_look
def test_edges_focus_rings_and_curves_stand_out(colours: Colours) -> None:
    for ground in (colours.background, colours.card, colours.sunken):
        assert contrast(colours.accent, ground) >= LEAST_EDGE_CONTRAST
        assert contrast(colours.control_border, ground) >= LEAST_EDGE_CONTRAST
    for line in (colours.series_loss, colours.series_speed, colours.warning, colours.danger):
        assert contrast(line, colours.card) >= LEAST_EDGE_CONTRAST
    assert contrast(colours.accent, colours.groove) >= LEAST_EDGE_CONTRAST  # how far a bar is


@pytest.mark.parametrize("colours", [CONTRAST_LIGHT, CONTRAST_DARK], ids=["light", "dark"])
def test_in_high_contrast_cards_have_edges_too_and_every_mark_reaches_that_of_text(colours: Colours) -> None:
    assert colours.least_text_contrast == HIGH_TEXT_CONTRAST
    assert contrast(colours.border, colours.background) >= LEAST_EDGE_CONTRAST
    for mark in (colours.accent, colours.warning, colours.danger, colours.control_border, colours.series_speed):
        assert contrast(mark, colours.card) >= HIGH_TEXT_CONTRAST


@pytest.mark.parametrize(
    ("choice", "dark", "more", "expected"),
    [
        (Theme.SYSTEM, False, False, LIGHT),
        (Theme.SYSTEM, True, False, DARK),
        (Theme.SYSTEM, False, True, CONTRAST_LIGHT),
        (Theme.SYSTEM, True, True, CONTRAST_DARK),
        (Theme.CONTRAST, False, False, CONTRAST_LIGHT),
        (Theme.CONTRAST, True, False, CONTRAST_DARK),
        (Theme.LIGHT, True, True, LIGHT),
        (Theme.DARK, False, True, DARK),
    ],
)
def test_the_person_chooses_before_the_system(choice: Theme, dark: bool, more: bool, expected: Colours) -> None:
    assert palette_for(choice, system_is_dark=dark, more_contrast=more) is expected


def test_black_on_white_has_the_largest_contrast() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)


@pytest.mark.parametrize("tone", Tone)
def test_tray_colours_show_on_black_and_on_white_panels(tone: Tone) -> None:
    assert contrast(tone.value, "#FFFFFF") >= 3
    assert contrast(tone.value, "#000000") >= 3


@pytest.mark.parametrize("size", [16, 22, 32])
def test_tray_states_differ_in_shape_without_colour(qapp: QApplication, size: int) -> None:
    shapes = {state: _alpha(tray_icon(state.value, True).pixmap(size, size).toImage()) for state in State}
    least = LEAST_SHARE_THAT_DIFFERS * size * size
    for one, other in combinations(State, 2):
        different = sum(abs(a - b) > CLEARLY for a, b in zip(shapes[one], shapes[other], strict=True))
        assert different >= least, (one, other, different, least)


@pytest.mark.parametrize("state", State)
def test_every_tray_icon_fills_its_place(qapp: QApplication, state: State) -> None:
    alpha = _alpha(tray_icon(state.value, True).pixmap(16, 16).toImage())
    inked = [place for place, each in enumerate(alpha) if each > CLEARLY]
    columns, rows = [place % 16 for place in inked], [place // 16 for place in inked]
    assert max(columns) - min(columns) >= 12
    assert max(rows) - min(rows) >= 12


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


def test_the_windows_follow_what_the_systems_service_says_of_contrast(qapp: QApplication) -> None:
    appearance = Appearance(qapp, Theme.SYSTEM)
    told: list[Colours] = []
    appearance.changed.connect(told.append)
    plain = appearance.colours
    for answer in (None, False, True, True, False):
        appearance.heed_contrast(answer)
    high = CONTRAST_DARK if plain.dark else CONTRAST_LIGHT
    assert told == [high, plain]
    appearance.choose(Theme.LIGHT)
    appearance.heed_contrast(True)
    assert appearance.colours is LIGHT
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


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_dressed_the_application_in_is_not_worn_by_the_next(qapp: QApplication, turn: str) -> None:
    assert not qapp.styleSheet(), turn
    appearance = Appearance(qapp, Theme.DARK)
    assert qapp.styleSheet()
    appearance.deleteLater()
