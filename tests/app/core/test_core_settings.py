"""Settings survive torn files, files from the future, older schemas, and writes that fail."""

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app import VERSION
from app.core import commands
from app.core.engine.orders import order_for
from app.core.gates.gate import GateSettings, Switch
from app.core.hours.schedule import Schedule, parse_hours
from app.core.settings.app_state import AppState, state_file
from app.core.settings.change import changed
from app.core.settings.settings import (
    NamedNetwork,
    OwnAddress,
    Settings,
    Theme,
    TryHere,
    careful_settings,
    settings_file,
)
from app.core.settings.stored_file import FileFromTheFuture, StoredFile, write_atomically
from app.core.settings.typed_limits import FORMS, with_typed_limits
from app.core.settings.words import fields_of
from app.core.wish import Auto, OffUntil
from protocol.errors import SettingsError, StorageError

ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"


def test_a_first_start_has_defaults_and_writes_nothing(tmp_path: Path) -> None:
    loaded = settings_file(tmp_path).load()
    assert (loaded.value, loaded.trouble) == (Settings(), None)
    assert not list(tmp_path.iterdir())


def test_everything_that_can_be_set_comes_back(tmp_path: Path) -> None:
    settings = Settings(
        network=TryHere(miners_per_stage=2),
        wish=OffUntil(),
        schedule=parse_hours("22:00-07:00"),
        gates=GateSettings(mains=Switch.ON, busy_programs=("Blender",)),
        payout_address=ADDRESS,
        threads=4,
        theme=Theme.DARK,
    )
    settings_file(tmp_path).save(settings)
    assert settings_file(tmp_path).load().value == settings


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"schema_version": 1, "wri',
        b"\0" * 4096,
        b"\xff\xfe",
        b"[]",
        b'{"schema_version": "one"}',
        b'{"schema_version": 0}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_kept_aside_and_the_app_starts_with_defaults(tmp_path: Path, content: bytes) -> None:
    file = settings_file(tmp_path)
    file.path.write_bytes(content)
    loaded = file.load()
    assert loaded.value == Settings()
    assert isinstance(loaded.trouble, SettingsError)
    (backup,) = tmp_path.iterdir()
    assert backup.name.startswith("settings.json.torn-")
    assert str(backup) in loaded.trouble.advice
    assert backup.read_bytes() == content


KEPT = Settings(network=NamedNetwork("x"), wish=Auto(), gates=GateSettings(mains=Switch.OFF))


def load_with(folder: Path, name: str, value: object) -> tuple[Settings, str]:
    """Settings of which the one with that dotted name is `value` in the file, and what the person is told."""
    document = json.loads(msgspec.json.encode(KEPT))
    place = document
    *path, last = name.split(".")
    for part in path:
        place = place[part]
    place[last] = value
    (folder / "settings.json").write_text(json.dumps(document))
    loaded = settings_file(folder).load()
    return loaded.value, "" if loaded.trouble is None else loaded.trouble.title


@pytest.mark.parametrize("name", sorted(fields_of(Settings()).keys() - {"schema_version"}))
def test_whatever_can_not_be_read_falls_to_the_careful_side_alone_and_is_told(tmp_path: Path, name: str) -> None:
    settings, told = load_with(tmp_path, name, {"un": "readable"})
    assert name.replace(".", ", ") in told
    assert fields_of(settings) == fields_of(KEPT) | {name: fields_of(careful_settings())[name]}


@pytest.mark.parametrize(
    ("name", "value", "careful"),
    [
        ("wish", {"wish": "off_until", "until": "tomorrow"}, {"wish": "off"}),
        ("wish", {"wish": "off_until_dawn"}, {"wish": "off"}),
        ("hide_address", "yes", True),
        ("money.hidden", "yes", True),
        ("updates_by_themselves", "no", False),
        ("gates.mains", "always", "on"),
        ("gates.metered", "never", "on"),
        ("gates.idle", True, "on"),
        ("gates.battery_least_share", "80 %", 1.0),
        ("gates.data_quota_bytes", "20GB", 10**8),
        ("upload_bytes_per_second", "1MB", 12_500.0),
        ("disk_limit_bytes", "5GB", 10**8),
        ("work_share", 50, 0.1),
        ("device", 0, "cpu"),
    ],
)
def test_what_a_person_may_have_switched_off_never_comes_on_by_itself(
    tmp_path: Path, name: str, value: object, careful: object
) -> None:
    settings, told = load_with(tmp_path, name, value)
    assert fields_of(settings)[name] == careful and told


def test_gates_that_can_not_be_read_at_all_ask_for_everything_that_a_person_may_ask_for(tmp_path: Path) -> None:
    settings, _told = load_with(tmp_path, "gates", 7)
    switches = {name: value for name, value in msgspec.structs.asdict(settings.gates).items() if type(value) is Switch}
    assert {name for name, value in switches.items() if value is not Switch.ON} == {"network", "update"}


def test_the_careful_values_are_such_as_a_person_can_set() -> None:
    careful = fields_of(careful_settings())
    typed = {name: str(careful[name]) for name in FORMS if isinstance(careful[name], str | int | float)}
    typed["hide_address"] = "yes"
    found = fields_of(with_typed_limits(Settings(), tuple(typed.items())))
    assert {name: found[name] for name in typed} == {name: careful[name] for name in typed}


def test_what_is_missing_has_its_default_and_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"schema_version": 1}')
    loaded = settings_file(tmp_path).load()
    assert (loaded.value, loaded.trouble) == (Settings(), None)


def test_a_file_from_the_future_is_neither_read_nor_overwritten(tmp_path: Path) -> None:
    file = settings_file(tmp_path)
    content = b'{"schema_version": 2, "written_by": "3.1.4", "threads": "many"}'
    file.path.write_bytes(content)
    with pytest.raises(FileFromTheFuture, match=r"3\.1\.4"):
        file.load()
    with pytest.raises(FileFromTheFuture):
        file.save(Settings())
    assert file.path.read_bytes() == content


class Colours(msgspec.Struct, frozen=True):
    """A file whose third schema is today's."""

    schema_version: int = 3
    written_by: str = VERSION
    colour: str = "grey"


def test_an_old_file_climbs_through_every_migration(tmp_path: Path) -> None:
    def named(fields: dict[str, Any]) -> dict[str, Any]:
        return {"color": fields["c"]}

    def spelled(fields: dict[str, Any]) -> dict[str, Any]:
        return {"colour": fields["color"]}

    file = StoredFile(tmp_path / "colours.json", Colours, 3, {1: named, 2: spelled})
    file.path.write_text('{"c": "red"}')
    assert file.load().value == Colours(colour="red")
    file.path.write_text('{"schema_version": 2, "color": "blue"}')
    assert file.load().value == Colours(colour="blue")
    file.path.write_text('{"schema_version": 1}')
    assert file.load().trouble is not None


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    file = settings_file(folder)
    file.save(Settings(threads=2))
    file.path.unlink()
    file.path.mkdir()  # nothing can replace a folder
    with pytest.raises(StorageError):
        write_atomically(file.path, b"{}")
    assert [path.name for path in folder.iterdir()] == ["settings.json"]


def test_settings_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    file = settings_file(tmp_path)
    file.save(Settings())
    assert os.name == "nt" or file.path.stat().st_mode & 0o077 == 0


def test_memory_and_settings_are_two_files(tmp_path: Path) -> None:
    state_file(tmp_path).save(AppState(first_visit_done=True))
    assert state_file(tmp_path).load().value.first_visit_done
    assert not settings_file(tmp_path).path.exists()


@pytest.mark.parametrize(
    "command",
    [
        commands.SetPayoutAddress("bottom drive obey lake curtain smoke basket hold race lonely fit walk"),
        commands.SetPayoutAddress("0x" + "ab" * 32),
        commands.SetPayoutAddress(ADDRESS[:-1] + "X"),
        commands.ChooseNetwork(OwnAddress("http://orchestrator.example")),
        commands.SetSchedule(Schedule(True, ())),
        commands.SetEngineLimits(device="cpu", threads=0, memory_limit_bytes=None, disk_limit_bytes=1),
        commands.SetEngineLimits(
            device="cpu", threads=1, memory_limit_bytes=None, disk_limit_bytes=1, graphics_memory_share=0.01
        ),
        commands.SetConnection(
            upload_bytes_per_second=0.0, download_bytes_per_second=None, monthly_bytes=None, hide_address=False
        ),
        commands.SetConnection(
            upload_bytes_per_second=None, download_bytes_per_second=None, monthly_bytes=0, hide_address=False
        ),
    ],
)
def test_what_can_not_be_used_is_refused_without_repeating_it(command: Any) -> None:
    with pytest.raises(SettingsError) as refused:
        changed(Settings(), command)
    assert refused.value.title
    assert "obey lake" not in str(refused.value)
    assert "abab" not in str(refused.value)


def test_limits_of_the_connection_reach_the_engine_and_the_monthly_one_is_a_gate() -> None:
    tight = commands.SetConnection(
        upload_bytes_per_second=1.25e6, download_bytes_per_second=5e6, monthly_bytes=10**11, hide_address=True
    )
    settings = changed(Settings(network=NamedNetwork("x")), tight)
    assert (settings.gates.data_quota, settings.gates.data_quota_bytes) == (Switch.ON, 10**11)
    order = order_for(settings, "https://a.example", "5x", Path("/engine"))
    assert (order.upload_bytes_per_second, order.download_bytes_per_second) == (1.25e6, 5e6)
    assert (order.monthly_bytes, order.carriers) == (10**11, ("store",))
    loose = commands.SetConnection(
        upload_bytes_per_second=None, download_bytes_per_second=None, monthly_bytes=None, hide_address=False
    )
    order = order_for(changed(settings, loose), "https://a.example", "5x", Path("/engine"))
    assert (order.upload_bytes_per_second, order.monthly_bytes) == (None, None)
    assert "iroh" in order.carriers


def test_the_address_is_hidden_without_touching_the_rest_of_the_connection() -> None:
    capped = Settings(network=NamedNetwork("x"), upload_bytes_per_second=1.25e6)
    hidden = changed(capped, commands.SetHideAddress(True))
    assert (hidden.hide_address, hidden.upload_bytes_per_second) == (True, 1.25e6)
    assert order_for(hidden, "https://a.example", "5x", Path("/engine")).carriers == ("store",)
    assert not changed(hidden, commands.SetHideAddress(False)).hide_address


def test_what_can_be_used_is_taken() -> None:
    settings = Settings(payout_address=ADDRESS)
    assert changed(settings, commands.SetPayoutAddress("  ")).payout_address is None
    assert changed(settings, commands.SetPayoutAddress(f" {ADDRESS}\n")).payout_address == ADDRESS
    assert changed(settings, commands.ChooseNetwork(OwnAddress("https://a.example/"))).network == OwnAddress(
        "https://a.example"
    )
    assert changed(settings, commands.ChooseNetwork(NamedNetwork("x"))).network == NamedNetwork("x")


def test_a_share_of_the_graphics_memory_stays_until_it_is_set_and_reaches_the_engine() -> None:
    def limited(share: float | None, before: Settings) -> Settings:
        wanted = commands.SetEngineLimits(
            device="cuda", threads=1, memory_limit_bytes=None, disk_limit_bytes=10**9, graphics_memory_share=share
        )
        return changed(before, wanted)

    settings = limited(0.5, Settings(network=OwnAddress("http://127.0.0.1:1")))
    assert limited(None, settings).graphics_memory_share == 0.5
    order = order_for(settings, "http://127.0.0.1:1", "5x", Path("/"))
    assert (order.device, order.device_memory_share, order.disk_limit_bytes) == ("cuda", 0.5, 10**9)
