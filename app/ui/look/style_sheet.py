"""The style sheet, made of a palette and the system's font size; sizes are ratios, so a larger font enlarges all."""

from pathlib import Path
from string import Template
from typing import Protocol


class _Palette(Protocol):
    @property
    def dark(self) -> bool: ...


_ICONS = Path(__file__).resolve().parents[3] / "resources" / "icons"
SCALE = {"display": 1.75, "heading": 1.15, "figure": 1.5, "caption": 0.9}
"""Type scale: multiples of the system's own text size."""

_SHEET = Template("""
* { color: $text; }
QMainWindow, QDialog, QScrollArea, QWidget#page, QStackedWidget { background: $background; border: none; }
QFrame[card="plain"] { background: $card; border: 1px solid $border; border-radius: 12px; }
QFrame[card="warning"] { background: $warning_soft; border: 1px solid $warning; border-radius: 12px; }
QFrame[card="danger"] { background: $danger_soft; border: 1px solid $danger; border-radius: 12px; }
QFrame#example { background: $warning_soft; border: none; border-bottom: 2px solid $warning; }
QLabel { background: transparent; }
QPushButton, QToolButton, QCheckBox, QRadioButton { outline: none; }
QLabel[role="display"] { font-size: ${size_display}pt; font-weight: 600; }
QLabel[role="heading"] { font-size: ${size_heading}pt; font-weight: 600; }
QLabel[role="figure"] { font-size: ${size_figure}pt; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="caption"] { color: $muted; font-size: ${size_caption}pt; }
QLabel[role="error"] { color: $danger; }
QLabel[tone="good"] { color: $accent; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="danger"] { color: $danger; }

QPushButton, QToolButton {
    background: $card; border: 1px solid $control_border; border-radius: 8px;
    padding: 7px 14px; min-height: 1.3em;
}
QPushButton:hover, QToolButton:hover { background: $accent_soft; border-color: $accent; }
QPushButton:pressed, QToolButton:pressed { background: $groove; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 6px 13px; }
QPushButton:disabled, QToolButton:disabled { color: $muted; border-color: $border; }
QPushButton[look="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; }
QPushButton[look="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[look="primary"]:focus { border: 2px solid $text; }
QPushButton[look="primary"]:disabled { background: $groove; color: $muted; border-color: $border; }
QPushButton[look="danger"] { background: $danger; color: $card; border: 1px solid $danger; font-weight: 600; }
QPushButton[look="danger"]:hover { background: $text; border-color: $text; }
QPushButton[look="danger"]:focus { border: 2px solid $text; }
QPushButton[look="quiet"], QToolButton[look="quiet"] {
    background: transparent; border: none; border-bottom: 2px solid transparent; border-radius: 0; color: $accent;
    padding: 6px 0 4px 0;
}
QPushButton[look="quiet"]:hover, QToolButton[look="quiet"]:hover {
    background: transparent; color: $accent_hover; border-bottom-color: $border;
}
QPushButton[look="quiet"]:focus, QToolButton[look="quiet"]:focus {
    border: none; border-bottom: 2px solid $accent; padding: 6px 0 4px 0;
}
QPushButton[look="quiet"]:disabled { color: $muted; }
QPushButton[look="segment"] { background: transparent; border: 1px solid transparent; color: $muted; }
QPushButton[look="segment"]:hover { background: $accent_soft; }
QPushButton[look="segment"]:checked { background: $accent_soft; color: $accent; font-weight: 600; }
QPushButton[look="segment"]:focus { border: 2px solid $accent; padding: 6px 13px; }
QListWidget { background: $sunken; border: 1px solid $control_border; border-radius: 8px; padding: 4px; }
QListWidget:focus { border: 2px solid $accent; padding: 3px; }
QListWidget::item { padding: 5px 8px; border-radius: 5px; }
QListWidget::item:selected { background: $accent_soft; color: $text; }
QScrollArea#reading { background: $card; border: 1px solid $control_border; border-radius: 8px; padding: 1px; }
QScrollArea#reading:focus { border: 2px solid $accent; padding: 0; }
QWidget#reading-page { background: $card; }
QSplitter::handle { background: transparent; }
QTableView { background: $card; border: none; selection-background-color: $accent_soft; selection-color: $text; }
QTableView:focus { border: 1px solid $accent; }
QAbstractScrollArea::corner { background: $card; border: none; }
QTableView::item { padding: 4px 8px; border-bottom: 1px solid $border; }
QHeaderView, QHeaderView::section { background: $card; color: $muted; border: none; }
QHeaderView::section { padding: 4px 11px; border-bottom: 1px solid $control_border; }
QPushButton[opens="menu"] { padding-right: 30px; }
QPushButton[opens="menu"]:focus { padding-right: 29px; }
QPushButton::menu-indicator {
    image: url($chevron_image); width: 14px; height: 14px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 10px;
}

QPushButton[look="choice"] {
    background: $card; border: 1px solid $control_border; border-radius: 12px; padding: 14px; text-align: left;
}
QPushButton[look="choice"]:hover { background: $accent_soft; }
QPushButton[look="choice"]:checked { background: $accent_soft; border: 2px solid $accent; padding: 13px; }
QPushButton[look="choice"]:disabled { background: transparent; border-color: $border; }
QPushButton[look="choice"]:focus { border: 2px solid $accent; padding: 13px; }

QPushButton[look="chip"] { padding: 3px 4px; border-radius: 6px; min-width: 1.4em; }
QPushButton[look="chip"]:focus { border: 2px solid $text; padding: 2px 3px; }
QPushButton[look="switch"] { padding: 4px 10px; }
QPushButton[look="switch"]:focus { border: 2px solid $text; padding: 3px 9px; }
QPushButton[look="chip"]:checked, QPushButton[look="switch"]:checked {
    background: $accent; color: $on_accent; border-color: $accent;
}
QPushButton[look="chip"]:checked:focus, QPushButton[look="switch"]:checked:focus { border-color: $text; }
QPushButton[look="icon"] { background: transparent; border: 1px solid transparent; padding: 4px; min-height: 0; }
QPushButton[look="icon"]:hover { background: $accent_soft; }
QPushButton[look="icon"]:focus { border: 2px solid $accent; padding: 3px; }
QTableView, QHeaderView, QTableCornerButton::section { background: transparent; border: none; }
QCalendarWidget QWidget { background: $card; alternate-background-color: $sunken; }
QCalendarWidget QAbstractItemView { selection-background-color: $accent; selection-color: $on_accent; }
QCalendarWidget QAbstractItemView:disabled { color: $muted; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit {
    background: $sunken; border: 1px solid $control_border; border-radius: 6px; padding: 5px 8px;
    min-height: 1.3em; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QPlainTextEdit { placeholder-text-color: $muted; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {
    border: 2px solid $accent; padding: 4px 7px;
}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $muted; border-color: $border; }
QCheckBox:disabled { color: $muted; }
QDateEdit::drop-down { border: none; width: 28px; }
QDateEdit::down-arrow { image: url($chevron_image); width: 14px; height: 14px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QAbstractSpinBox QLineEdit { border: none; padding: 0; background: transparent; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url($chevron_image); width: 14px; height: 14px; }
QComboBox QAbstractItemView {
    background: $card; border: 1px solid $border; selection-background-color: $accent; selection-color: $on_accent;
}
QCheckBox, QRadioButton { spacing: 8px; padding: 3px 4px 3px 1px; border: 2px solid transparent; border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid $accent; }
QRadioButton::indicator, QCheckBox::indicator {
    width: 16px; height: 16px; border: 1px solid $control_border; background: $sunken;
}
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 5px solid $accent; background: $on_accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($check_image); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border; }

QMenu { background: $card; border: 1px solid $border; padding: 6px; }
QMenu::item { padding: 7px 28px 7px 14px; border-radius: 5px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $muted; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QToolTip { background: $card; color: $text; border: 1px solid $border; padding: 4px; }
QProgressBar { background: $groove; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar::handle:vertical { background: $control_border; border-radius: 4px; min-height: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle:horizontal { background: $control_border; border-radius: 4px; min-width: 32px; }
""")


def style_sheet(colours: _Palette, base_points: float) -> str:
    """The whole sheet for `colours`, with text sizes as multiples of `base_points`."""
    sizes = {f"size_{role}": f"{ratio * base_points:.2f}" for role, ratio in SCALE.items()}
    variant = "dark" if colours.dark else "light"
    images = {f"{name}_image": (_ICONS / f"{name}-on-{variant}.svg").as_posix() for name in ("check", "chevron")}
    return _SHEET.substitute(vars(colours), **images, **sizes)
