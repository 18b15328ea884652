"""The terminal speaks the person's language: no word of what it prints escapes, and the profile says which it is."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import typer.main
from rich.console import Console
from typer.testing import CliRunner

from app.control.__main__ import say_help
from app.control.command_line import application
from app.control.live_view import PlainView, panel
from app.control.speaking import profile_in, speak_as_set, speak_for
from app.core import words
from app.core.commands import SetAppearance
from app.core.hours.schedule import parse_hours
from app.core.hours.words import schedule_line
from app.core.language.dates import date_text
from app.core.language.languages import LANGUAGES, known_language, language_for
from app.core.language.speech import ENGLISH, counted, figure, full_stop, large_count, percent, speak, spoken
from app.core.money.prices import number_text
from app.core.settings.change import changed
from app.core.settings.settings import Settings, Theme, settings_file
from app.core.snapshot import Snapshot
from app.platforms.languages import apple_languages, languages_in, system_languages
from app.platforms.services import Computer
from devtools.translations import helps
from protocol.errors import SettingsError
from tests.app.fakes.made_up_language import MADE_UP, escaped
from tests.app.fakes.running_service import started_service

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    speak(ENGLISH)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A running service over the fakes, outside its hours, in this process."""
    speak(MADE_UP)
    folder = tmp_path_factory.mktemp("profile")
    opened = started_service(folder, computer=Computer)
    yield folder
    opened.close(5.0)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "status",
            "why",
            "limits",
            "earnings",
            "earnings --days 1",
            "schedule show",
            "activity",
            "activity --days 2",
            "privacy",
        ),
        *("pause --for 1h", "resume", "finish", "stop", "resume", "skip tonight", "skip tonight --undo"),
        *("schedule set", "schedule set 1-2-3", "schedule except 2026-13-45", "pause --until 99:99", "run --for 99d"),
        *("open https://1", "earnings --days 0", "activity --days 9999", "report --to /", "earnings --csv --json"),
        "earnings --csv --paid-csv",
        *("config explain 1", "remove"),
    ],
)
def test_no_word_that_the_terminal_prints_escapes(profile: Path, line: str) -> None:
    speak(MADE_UP)
    wide = {"COLUMNS": "2000", "TERMINAL_WIDTH": "2000"}
    result = CliRunner().invoke(application, [*line.split(), "--profile-folder", str(profile)], env=wide)
    text = result.stdout + result.stderr
    assert "⟦" in text
    assert escaped(re.sub(rf"{re.escape(str(profile))}\S*", "", text)) == ""


def test_a_headless_view_says_nothing_but_the_persons_language(make_snapshot: Callable[..., Snapshot]) -> None:
    speak(MADE_UP)
    snapshot = make_snapshot()
    snapshot = msgspec.structs.replace(snapshot, engine=msgspec.structs.replace(snapshot.engine, run_title="1"))
    out = io.StringIO()
    PlainView(out).show(snapshot)
    Console(file=out, width=2000).print(panel(snapshot))
    assert escaped(out.getvalue()) == ""


def test_the_help_of_every_command_is_told_in_the_persons_language() -> None:
    speak(MADE_UP)
    command = typer.main.get_command(application)
    say_help(command)
    told = [each.text for each in helps(command)]
    assert len(told) > 40 and all(text.startswith("⟦") for text in told)


def test_the_language_of_a_profile_is_spoken_by_its_command_line(tmp_path: Path) -> None:
    settings_file(tmp_path).save(Settings(language="de"))
    assert speak_as_set(tmp_path).tag == "de"
    assert words.closing_sentence() == "Übergibt und beendet sich dann."
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1"}
    for option in ([f"--profile-folder={tmp_path}"], ["--profile-folder", str(tmp_path)]):
        command = [sys.executable, "-m", "app.control", "status", *option]
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", cwd=ROOT, timeout=60)
        assert "Train at Home läuft nicht." in done.stderr


def test_damaged_settings_and_damaged_translations_leave_english(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{", "utf-8")
    speak_as_set(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["settings.json"], "nor does it make anything"
    assert (tmp_path / "settings.json").read_text("utf-8") == "{", "looking at the language mends nothing"
    (tmp_path / "train-at-home_de.ts").write_text("<TS", "utf-8")
    assert speak_for("de", (), tmp_path).tag == "en"
    assert speak_for("zh-Hans", (), tmp_path).tag == "en", "there is no file at all"
    assert spoken() is ENGLISH


@pytest.mark.parametrize(
    ("setting", "of_the_system", "tag"),
    [
        ("system", (), "en"),
        ("system", ("fr_FR.UTF-8", "de_AT.UTF-8"), "de"),
        ("system", ("zh_TW.UTF-8", "zh_HK"), "en"),
        ("system", ("zh-Hant-TW", "zh-Hans-CN"), "zh-Hans"),
        ("system", ("zh_SG.UTF-8",), "zh-Hans"),
        ("de", ("en_GB.UTF-8",), "de"),
        ("en", ("de_DE.UTF-8",), "en"),
        ("tlh", ("de_DE@euro",), "de"),
        ("", (), "en"),
    ],
)
def test_the_setting_goes_before_the_system_and_what_nobody_speaks_is_english(
    setting: str, of_the_system: tuple[str, ...], tag: str
) -> None:
    assert language_for(setting, of_the_system).tag == tag


def test_the_system_tells_its_languages_in_its_own_way() -> None:
    assert languages_in({"LANG": "de_DE.UTF-8"}) == ("de_DE.UTF-8",)
    assert languages_in({"LANG": "de_DE.UTF-8", "LANGUAGE": "fr:en"}) == ("fr", "en", "de_DE.UTF-8")
    assert languages_in({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8", "LANGUAGE": "de"}) == ()
    assert languages_in({"LC_MESSAGES": "zh_CN", "LANG": "de_DE"}) == ("zh_CN",)
    assert languages_in({}) == ()
    assert system_languages("darwin", {"LC_ALL": "de_DE.UTF-8"}) == ("de_DE.UTF-8",), "asked for in so many words"
    assert apple_languages('(\n    "de-DE",\n    "zh-Hans-CN",\n    en\n)\n') == ("de-DE", "zh-Hans-CN", "en")
    assert system_languages("linux", {"LANG": "de_DE"}) == ("de_DE",)


def test_a_language_that_the_app_lacks_is_refused_with_those_it_has() -> None:
    before = Settings(language="de")
    with pytest.raises(SettingsError, match="doesn't speak “tlh”") as refused:
        changed(before, SetAppearance("tlh", Theme.DARK))
    assert all(language.own_name in refused.value.advice for language in LANGUAGES)
    assert changed(before, SetAppearance("zh-Hans", Theme.DARK)).language == "zh-Hans"
    assert changed(before, SetAppearance("system", Theme.DARK)).language == "system"


def test_figures_dates_and_plurals_follow_the_language() -> None:
    told = []
    for language in LANGUAGES:
        speak_for(language.tag, ())
        assert known_language(spoken().tag) is language
        day = date_text(datetime(2026, 12, 24, tzinfo=UTC).date(), None)
        money, share, work = number_text(1234.5, "EUR"), percent(0.805, ".1f"), words.bytes_text(1.5e9)
        ago = [counted("a day ago", "{count} days ago", count).format(count=count) for count in (1, 2)]
        large = [large_count(count) for count in (12_400, 1e6, 5.06e8)]
        told.append((figure(1234567.8, ",.1f"), money, share, work, day, *ago, *large))
    assert told == [
        (
            "1,234,567.8",
            "1,234.50 EUR",
            "80.5%",
            "1.5 GB",
            "24 Dec 2026",
            "a day ago",
            "2 days ago",
            "12,400",
            "1 million",
            "506 million",
        ),
        (
            "1.234.567,8",
            "1.234,50 EUR",
            "80,5\u00a0%",
            "1,5 GB",
            "24. Dez. 2026",
            "vor einem Tag",
            "vor 2 Tagen",
            "12.400",
            "1 Million",
            "506 Millionen",
        ),
        (
            "1,234,567.8",
            "1,234.50 EUR",
            "80.5%",
            "1.5 GB",
            "2026年12月24日",
            "1 天前",
            "2 天前",
            "1.24 万",
            "100 万",
            "5.06 亿",
        ),
    ]


def test_a_sentence_has_one_full_stop() -> None:
    speak_for("de", ())
    assert [full_stop("Frei am 24. Dez."), full_stop("Frei")] == ["Frei am 24. Dez.", "Frei."]
    speak_for("zh-Hans", ())
    assert full_stop("休息") == "休息。"


def test_sentences_that_are_put_together_read_well(make_snapshot: Callable[..., Snapshot]) -> None:
    told = []
    for language in LANGUAGES[1:]:
        speak_for(language.tag, ())
        snapshot = make_snapshot()
        told += [words.headline(snapshot), words.sentence(snapshot), schedule_line(parse_hours("22:00-07:00"))]
    assert told == [
        *("Training läuft", "Trainiert Teil 2 von 3 von „Shakespeare“ bis 07:00.", "Nachts 22:00 bis 07:00"),
        *("正在训练", "正在训练“Shakespeare”的第 2 部分，共 3 部分，直到 07:00。", "每晚 22:00 至 07:00"),
    ]


def test_the_profile_is_found_before_the_arguments_are_read() -> None:
    assert profile_in(["status", "--profile-folder", "a"], {}) == Path("a")
    assert profile_in(["--profile-folder=b", "status"], {"TRAIN_AT_HOME_PROFILE": "c"}) == Path("b")
    assert profile_in(["status"], {"TRAIN_AT_HOME_PROFILE": "c"}) == Path("c")
    assert profile_in(["status", "--profile-folder"], {}) is None
    assert profile_in([], {}) is None
