"""The folder for what is large of the engine's work: typed, refused, kept, and told to the engine."""

from pathlib import Path

import msgspec
import pytest

from app.core.commands import SetTypedLimits, SetWorkFolder
from app.core.engine.orders import order_for
from app.core.settings.change import changed
from app.core.settings.settings import OwnAddress, Settings, settings_file
from app.core.settings.work_folder import disk_for_work, work_folder_sentence
from protocol.errors import SettingsError


def test_a_folder_is_kept_as_it_is_typed_and_none_is_beside_the_other_data(tmp_path: Path) -> None:
    for typed, kept in ((f" {tmp_path}/ ", str(tmp_path)), ("None", None), ("", None)):
        assert changed(Settings(), SetWorkFolder(typed)).work_folder == kept
        assert changed(Settings(), SetTypedLimits((("work_folder", typed),))).work_folder == kept


@pytest.mark.parametrize("typed", ["large/disk", "~/work", "x" * 2000, "/mnt/a\nb", "/mnt/\0"])
def test_what_can_not_be_a_folder_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(SettingsError) as refused:
        changed(Settings(), SetWorkFolder(typed))
    assert refused.value.advice


def test_the_folder_outlives_a_restart_and_reaches_the_engine(tmp_path: Path) -> None:
    file = settings_file(tmp_path)
    file.save(changed(file.load().value, SetWorkFolder(str(tmp_path))))
    settings = msgspec.structs.replace(file.load().value, network=OwnAddress("https://example.org"))
    order = order_for(settings, "https://example.org", "hotkey", tmp_path / "engine")
    assert order.work_folder == str(tmp_path)
    assert order != order_for(
        Settings(network=settings.network), "https://example.org", "hotkey", tmp_path / "engine"
    ), "an engine that runs is started anew"


def test_room_is_looked_for_where_the_work_lies(tmp_path: Path) -> None:
    assert disk_for_work(None, tmp_path) == tmp_path
    assert disk_for_work(str(tmp_path / "disk"), tmp_path) == tmp_path / "disk"


def test_the_settings_say_where_it_lies() -> None:
    assert work_folder_sentence(None) == "With the app's other data"
    assert work_folder_sentence("/mnt/large") == "/mnt/large"
