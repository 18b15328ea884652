"""What each setting means, in a sentence for the person who reads settings.json; and all of them with their values."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from app.core.settings.settings import Settings
from app.core.words import _

MEANINGS: Final = {
    "schema_version": "The form of this file; written by the app.",
    "written_by": "The version of the app that wrote this file last.",
    "network": "Where to train: a network on this computer, a known one by name, or the address of an orchestrator.",
    "wish": "What you last asked for: automatic, on, off or paused, and until when.",
    "schedule.enabled": "Whether the hours count; if not, any hour is good.",
    "schedule.windows": "The hours of the week: weekday 0 is Monday, times are minutes since midnight. "
    "Each may have a last start and an overrun of its own.",
    "schedule.exceptions": "Days off, and nights that are skipped.",
    "schedule.last_start_minutes": "So many minutes before hours end nothing new begins.",
    "schedule.overrun_minutes": "So many minutes after hours end, what is under way may still be handed over.",
    "gates.mains": "Train only on mains: off, automatic (where that can be told) or on (wait also where it can't).",
    "gates.battery": "Train only with a battery charged to battery_least_share: off, automatic or on.",
    "gates.battery_least_share": "How full the battery must be, between 0 and 1.",
    "gates.saver": "Wait while the computer saves energy: off, automatic or on.",
    "gates.electricity": "Wait while a kilowatt hour costs more than electricity_most_per_kwh: off, automatic or on.",
    "gates.electricity_most_per_kwh": "The most a kilowatt hour may cost, in your currency, by your own prices.",
    "gates.idle": "Train only when nobody touched the computer for idle_least_seconds: off, automatic or on.",
    "gates.idle_least_seconds": "So many seconds nobody must have touched it.",
    "gates.metered": "Wait while the connection is paid by volume: off, automatic or on.",
    "gates.busy_program": "Wait while one of busy_programs runs: off, automatic or on.",
    "gates.busy_programs": "The names of those programs.",
    "gates.full_screen": "Wait while a game, a film or a presentation fills the screen: off, automatic or on.",
    "gates.others": "Wait while somebody else sits at this computer: off, automatic or on.",
    "gates.temperature": "Wait while the processor is warmer than temperature_most_celsius: off, automatic or on.",
    "gates.temperature_most_celsius": "How warm the processor may get, in degrees Celsius.",
    "gates.graphics_temperature": "The same for the graphics card: off, automatic or on.",
    "gates.graphics_temperature_most_celsius": "How warm the graphics card may get, in degrees Celsius.",
    "gates.fans": "Wait while the fastest fan turns faster than fans_most_rpm: off, automatic or on.",
    "gates.fans_most_rpm": "How fast a fan may turn, in turns a minute.",
    "gates.memory": "Wait while less memory is free than memory_least_bytes: off, automatic or on.",
    "gates.memory_least_bytes": "How many bytes of memory must be free.",
    "gates.disk": "Wait while less disk space is free than disk_least_bytes: off, automatic or on.",
    "gates.disk_least_bytes": "How many bytes must stay free on the disk that holds the app's work.",
    "gates.data_quota": "Wait for the next month once data_quota_bytes are used up: off, automatic or on.",
    "gates.data_quota_bytes": "How many bytes may be sent and received in a month, together.",
    "gates.network": "Wait until the network answers: off, automatic or on.",
    "gates.update": "Wait while the network speaks another version: off, automatic or on.",
    "payout_address": "The public address of the wallet that earnings go to. Never a key, never words.",
    "device": "What to compute on: auto, cpu, cuda, mps or xpu.",
    "graphics_cards": "How many graphics cards compute at most, each with an engine of its own.",
    "threads": "How many threads of the processor the engine computes with.",
    "work_share": "How much of the time the engine computes at most, between 0.1 and 1; it rests in between.",
    "memory_limit_bytes": "The most memory of the engine in bytes; null leaves it to the engine.",
    "graphics_memory_share": "How much of the graphics card's memory the engine may take, between 0.05 and 1.",
    "disk_limit_bytes": "The most disk space for the engine's work, in bytes.",
    "work_folder": "In which folder the engine's work lies; null for beside the app's other data.",
    "upload_bytes_per_second": "The most that is sent in a second, in bytes; null is no limit.",
    "download_bytes_per_second": "The most that is received in a second, in bytes; null is no limit.",
    "hide_address": "Meet other computers only in the network's store, so that none sees this one's internet address.",
    "proxy": "How to reach servers: system (what the system says), none, or a proxy's address without a password.",
    "hotkey": "Which key signs this computer's work, by where it lies; never the key itself.",
    "money.hidden": "Show no amounts of money anywhere.",
    "money.unit": "What amounts are shown in: alpha, tao or money.",
    "money.currency": "Your currency.",
    "money.tariff": "What electricity costs for a kilowatt hour, at all hours or by the hour.",
    "money.typed_price": "What one TAO is worth, as you typed it.",
    "money.watts_while_training": "The watts drawn while it trains, read off a meter; null lets the app find out.",
    "updates_by_themselves": "Look for a newer version daily, and begin it while nobody is disturbed.",
    "update_channel": "Which versions are taken: stable, or early for new ones first, while more may still go wrong.",
    "notices.training_began": "Tell when training begins because your hours do.",
    "notices.night_summary": "Tell what was done and earned once your hours are over.",
    "notices.attention": "Tell when it can't train and most likely needs you; at any hour.",
    "notices.update_ready": "Tell when a newer version was fetched.",
    "notices.payout_made": "Tell when the network paid you.",
    "notices.payout_address": "Tell when the address that earnings go to was changed; at any hour.",
    "notices.quiet": "Whether there are quiet hours, in which only what is urgent is told.",
    "notices.quiet_from_minute": "When the quiet hours begin, in minutes since midnight.",
    "notices.quiet_until_minute": "When they end, in minutes since midnight; it may be the next day.",
    "language": "The language of the app: system, or a tag like en.",
    "theme": "The windows' colours: system, light, dark or contrast.",
}
"""Complete by test: a new setting needs its line here."""

_OPENED: Final = ("schedule", "gates", "money", "notices")
"""What is told field by field; all else is one value."""


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """One setting. `value` and `default` as they stand in the file."""

    name: str
    value: Any
    default: Any
    meaning: str

    @property
    def is_default(self) -> bool:
        return bool(self.value == self.default)


def explained(settings: Settings) -> tuple[Explained, ...]:
    """Every setting, in the order of the file."""
    values, defaults = fields_of(settings), fields_of(Settings())
    return tuple(
        Explained(name=name, value=value, default=defaults[name], meaning=_(MEANINGS[name]))
        for name, value in values.items()
    )


def fields_of(settings: Settings) -> dict[str, Any]:
    """By dotted name."""
    return opened(msgspec.json.decode(msgspec.json.encode(settings), type=dict[str, Any]))


def opened(document: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a settings file by dotted name."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        if name in _OPENED and isinstance(value, dict):
            found |= {f"{name}.{inner}": item for inner, item in value.items()}
        else:
            found[name] = value
    return found


def chosen_of(all_of_them: tuple[Explained, ...], key: str) -> tuple[Explained, ...]:
    """Those that `key` names: one exactly, a group like `gates`, or whatever has it in its name."""
    wanted = key.strip().casefold().replace("-", "_")
    exact = [each for each in all_of_them if each.name == wanted]
    group = [each for each in all_of_them if each.name.startswith(f"{wanted}.")]
    last = [each for each in all_of_them if each.name.rpartition(".")[2] == wanted]
    inside = [each for each in all_of_them if wanted and wanted in each.name]
    return tuple(exact or group or last or inside)
