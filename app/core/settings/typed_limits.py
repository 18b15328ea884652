"""Limits and caps as a person types them, by their names in the settings file: 30%, 5min, 90C, 20GB, 2.5MB/s, none."""

import re
from typing import Any, Final, TypeAlias, assert_never

import msgspec

from app.core.gates.gate import Switch
from app.core.language.speech import _
from app.core.network.proxy import EXAMPLE, checked_proxy
from app.core.settings.limit_fields import LIMIT_GROUPS, Number, Unit, program_names
from app.core.settings.settings import LEAST_WORK_SHARE, MOST_CARDS, Settings
from app.core.settings.work_folder import checked_work_folder
from protocol.errors import SettingsError

DEVICES: Final = ("auto", "cpu", "cuda", "mps", "xpu")
NOTHING: Final = "none"
_GATES: Final = "gates."


class SwitchForm(msgspec.Struct, frozen=True):
    """How much a gate counts."""


class NumberForm(msgspec.Struct, frozen=True):
    """A number in its range; `may_be_none`: there need not be a limit."""

    number: Number
    may_be_none: bool = False


class YesNoForm(msgspec.Struct, frozen=True):
    pass


class DeviceForm(msgspec.Struct, frozen=True):
    pass


class ProgramsForm(msgspec.Struct, frozen=True):
    pass


class ProxyForm(msgspec.Struct, frozen=True):
    pass


class FolderForm(msgspec.Struct, frozen=True):
    pass


Form: TypeAlias = SwitchForm | NumberForm | YesNoForm | DeviceForm | ProgramsForm | ProxyForm | FolderForm

_CAPS: Final = (
    NumberForm(Number("threads", Unit.COUNT, 1, 256)),
    NumberForm(Number("graphics_cards", Unit.COUNT, 1, MOST_CARDS)),
    NumberForm(Number("work_share", Unit.PERCENT, LEAST_WORK_SHARE * 100, 100)),
    NumberForm(Number("memory_limit_bytes", Unit.GIGABYTES, 0.1, 4096), may_be_none=True),
    NumberForm(Number("graphics_memory_share", Unit.PERCENT, 5, 100)),
    NumberForm(Number("disk_limit_bytes", Unit.GIGABYTES, 0.1, 100_000)),
    NumberForm(Number("upload_bytes_per_second", Unit.MEGABITS, 0.1, 100_000), may_be_none=True),
    NumberForm(Number("download_bytes_per_second", Unit.MEGABITS, 0.1, 100_000), may_be_none=True),
)


def _forms() -> dict[str, Form]:
    found: dict[str, Form] = {}
    for group in LIMIT_GROUPS:
        for field in group.fields:
            found[_GATES + field.gate.value] = SwitchForm()
            if field.number is not None:
                found[_GATES + field.number.field] = NumberForm(field.number)
    found[_GATES + "busy_programs"] = ProgramsForm()
    found[_GATES + "data_quota"] = SwitchForm()
    found[_GATES + "data_quota_bytes"] = NumberForm(Number("data_quota_bytes", Unit.GIGABYTES, 0.1, 100_000))
    found |= {form.number.field: form for form in _CAPS}
    own: dict[str, Form] = {"proxy": ProxyForm(), "work_folder": FolderForm(), "device": DeviceForm()}
    return found | {"hide_address": YesNoForm()} | own


FORMS: Final = _forms()
"""Everything that can be set this way. Where money goes, keys and the network are not among it."""

_SWITCHES: Final = {
    _GATES + field.number.field: _GATES + field.gate.value
    for group in LIMIT_GROUPS
    for field in group.fields
    if field.number is not None
} | {f"{_GATES}busy_programs": f"{_GATES}busy_program", f"{_GATES}data_quota_bytes": f"{_GATES}data_quota"}

_SIZES: Final = {"": 1.0, "b": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12} | {
    f"{letter}ib": 1024.0**power for power, letter in enumerate("kmgt", start=1)
}
_ENDINGS: Final[dict[Unit, dict[str, float]]] = {
    Unit.COUNT: {"": 1.0},
    Unit.PERCENT: {"": 1.0, "%": 0.01},
    Unit.MINUTES: {"": 1.0, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0},
    Unit.CELSIUS: {"": 1.0, "c": 1.0, "°c": 1.0},
    Unit.GIGABYTES: _SIZES,
    Unit.MEGABITS: {
        "": 1.0,
        **{f"{size}/s": count for size, count in _SIZES.items() if size},
        **{f"{letter}bit/s": count / 8 for letter, count in (("", 1.0), ("k", 1e3), ("m", 1e6), ("g", 1e9))},
    },
    Unit.TURNS: {"": 1.0, "rpm": 1.0},
    Unit.PRICE: {"": 1.0},
}
"""What may stand behind a number, in small letters, and how much of the setting's own unit it makes of it. A bare
number is what stands in the settings file."""
_EXAMPLES: Final = {
    Unit.PERCENT: "30%",
    Unit.MINUTES: "5min",
    Unit.CELSIUS: "90C",
    Unit.GIGABYTES: "20GB",
    Unit.MEGABITS: "2.5MB/s",
    Unit.TURNS: "2500rpm",
}
_YES, _NO = ("on", "yes", "true"), ("off", "no", "false")


def with_typed_limits(settings: Settings, changes: tuple[tuple[str, str], ...]) -> Settings:
    """`settings` with all of `changes`, names and texts, or none of them. Raises SettingsError with what may be."""
    wanted: dict[str, Any] = {}
    for typed, text in changes:
        name = known_name(typed)
        if name in wanted:
            raise SettingsError(_("“{name}” was given twice.").format(name=name), _("Give each limit once."))
        wanted[name] = _value(name, text)
    of_gates = {name.removeprefix(_GATES): value for name, value in wanted.items() if name.startswith(_GATES)}
    others = {name: value for name, value in wanted.items() if not name.startswith(_GATES)}
    gates = msgspec.structs.replace(settings.gates, **of_gates)
    if gates.data_quota is not Switch.OFF and gates.data_quota_bytes <= 0:
        raise SettingsError(
            _("With a limit of nothing this computer could never train."),
            _("Say how much as well: gates.data_quota_bytes 100GB"),
        )
    return msgspec.structs.replace(settings, gates=gates, **others)


def known_name(typed: str) -> str:
    """The limit that is meant, with or without “gates.” before it. Raises SettingsError where there is none."""
    name = typed.strip().casefold().replace("-", "_")
    for candidate in (name, _GATES + name):
        if candidate in FORMS:
            return candidate
    raise SettingsError(
        _("“{name}” is no limit that can be set here.").format(name=typed), _("All of them: train-at-home limits set")
    )


def permitted(name: str) -> str:
    """What a limit may be, in words for the person."""
    match FORMS[name]:
        case SwitchForm():
            return _("off, automatic or on")
        case YesNoForm():
            return _("on or off")
        case DeviceForm():
            return ", ".join(DEVICES)
        case ProxyForm():
            return _("system, none, or an address like {example}").format(example=EXAMPLE)
        case FolderForm():
            return _("a folder on any disk, or none")
        case ProgramsForm():
            return _("names with commas between them, or none")
        case NumberForm(number=number, may_be_none=may_be_none):
            text = (
                _("{least} to {most} {unit}")
                .format(least=_plain(number.least), most=_plain(number.most), unit=_(number.unit.value))
                .strip()
            )
            if (example := _EXAMPLES.get(number.unit)) is not None:
                text = _("{range}, like {example}").format(range=text, example=example)
            return _("{range}; or none").format(range=text) if may_be_none else text
        case form:
            assert_never(form)


def _value(name: str, text: str) -> Any:
    form, typed = FORMS[name], text.strip()
    said = typed.casefold()
    match form:
        case SwitchForm():
            found: Any = next((switch for switch in Switch if switch.value == said), None)
        case YesNoForm():
            found = True if said in _YES else False if said in _NO else None
        case DeviceForm():
            found = said if said in DEVICES else None
        case ProxyForm():
            return checked_proxy(text)
        case FolderForm():
            return checked_work_folder(text)
        case ProgramsForm():
            return () if said == NOTHING else program_names(typed)
        case NumberForm(number=number, may_be_none=may_be_none):
            if may_be_none and said == NOTHING:
                return None
            found = _number(number, said)
        case _:
            assert_never(form)
    if found is None:
        raise SettingsError(
            _("“{name}” can't be “{value}”.").format(name=name, value=text),
            _("It may be: {permitted}.").format(permitted=permitted(name)),
        )
    return found


def _number(number: Number, said: str) -> float | int | None:
    """None where it is no number, has a unit of another kind, or lies outside the range."""
    parts = re.fullmatch(r"(\d{1,18}(?:\.\d{1,9})?)\s*(\D*)", said)
    ending = None if parts is None else _ENDINGS[number.unit].get(parts[2])
    if parts is None or ending is None:
        return None
    value = float(parts[1]) * ending
    amount = value / number.unit.of_setting
    slack = 1e-9 * number.most  # 0.1 of a share is a little more or less than 10 %
    if not number.least - slack <= amount <= number.most + slack:
        return None
    if number.unit is Unit.COUNT:
        return round(value) if value == round(value) else None
    return round(value) if number.unit is Unit.GIGABYTES else value


def _plain(value: float) -> str:
    """As it is typed, so with a point whatever the language."""
    return f"{value:g}" if value < 1e6 else f"{value:.0f}"


def switch_of(name: str) -> str | None:
    """The limit that says whether `name` counts; None for what counts by itself."""
    return _SWITCHES.get(name)
