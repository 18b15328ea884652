"""No planted secret is in any file of a problem report, whatever stands around it."""

import io
import json
import random
import re
import string
import unicodedata
import urllib.parse
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.gates.gate import GateSettings, Switch
from app.core.report.contents import LOG_LIMIT_BYTES, ReportFacts, ReportFile, report_files, zipped
from app.core.report.digest import digest
from app.core.report.redaction import Known, Redactor
from app.core.settings.settings import Settings
from app.platforms.log_reading import ending_of, log_ending
from chain.keys import Keypair

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
HOMES = ("/home/ann-marie", "C:\\Users\\Ann Marie")
KNOWN = Known(homes=HOMES, users=("ann-marie", "Ann Marie"), hosts=("quillfeather.lan",))
LETTERS = string.ascii_lowercase


def drawn(alphabet: str, least: int, most: int) -> st.SearchStrategy[str]:
    """Text that dice chose, as keys and tokens are."""

    def make(seed: int, length: int) -> str:
        return "".join(random.Random(seed).choices(alphabet, k=length))

    return st.builds(make, st.integers(0, 2**64), st.integers(least, most))


words = st.lists(drawn(LETTERS, 3, 8), min_size=12, max_size=24)
SIGNS = [
    "_", "/", " | ", " • ", "-", "\u200b ", "+", "\u3000", ": ", "=", " # ", "%20", "%2C%20", "&", " > ", " → ", "~",
    "`", "<br>", "</li>\n<li>", "</td></tr>\n<tr><td>", "&nbsp;", "', u'", '", "', "> <", "::", "…", "$", "、", '": "',
    "=\n",
]  # fmt: skip
NUMBERED = [
    "{}. {}\n", "{}: {}\n", "{}:{} ", "#{} {}\n", "#{}: {}, ", "{}={} ", "{} = {}\n", "word{}={}&", '"{}": "{}", ',
    "({}): {}\n", "[{}] {} ", "{} -> {}\n", "{} => {}\n", "{}→{} ", "{:02d} : {}   ", "<{}> {} ", "{}.%20{}%0A",
    "{}: '{}', ", "Word {}: {}\n", "{}：{}\n", "<tr><td>{}</td><td>{}</td></tr>\n",
]  # fmt: skip
"""Of a place and a word."""
ipv4 = st.ip_addresses(v=4).filter(lambda address: not address.is_loopback and not address.is_unspecified).map(str)
ipv6 = st.ip_addresses(v=6).filter(lambda address: not address.is_loopback and int(address) > 2**32)
ss58 = st.integers(0, 10_000).map(lambda seed: Keypair.from_seed(random.Random(seed).randbytes(32)).address)
token = drawn(string.ascii_letters + string.digits, 24, 80).filter(
    lambda text: all(any(test(c) for c in text) for test in (str.isupper, str.islower, str.isdigit))
)
SECRETS = st.one_of(
    ipv4,
    ipv6.map(str),
    ipv6.map(lambda address: address.exploded),
    ss58,
    drawn(string.hexdigits.lower(), 64, 200),
    drawn(string.hexdigits.lower(), 64, 64).map(lambda text: "0x" + text),
    token,
    st.builds("{}@{}.example".format, drawn(LETTERS, 4, 10), drawn(LETTERS, 6, 10)),
    words.map(" ".join),
    words.map("\n".join),
    words.map(", ".join),
    st.builds(str.join, st.sampled_from(SIGNS), words),
    st.builds(
        lambda form, chosen: "".join(form.format(*place_and_word) for place_and_word in enumerate(chosen, 1)),
        st.sampled_from(NUMBERED),
        words,
    ),
    st.sampled_from([*HOMES, HOMES[1].replace("\\", "/"), HOMES[0].upper(), "ann-marie", "Ann Marie"]),
    st.sampled_from(["quillfeather.lan", "quillfeather", "QUILLFEATHER"]),
)
BEFORE = st.sampled_from(["", " ", "\n", "\t", "peer ", "(", "“", "'", '"', "=", "path: ", "of\r\n", "[", "<", "é "])
AFTER = st.sampled_from(["", " ", "\n", ".", ", then", ")", "”", "'", '"', ":", ": timed out", "]", ">", " é"])


def report(text: str) -> dict[str, str]:
    """A report with `text` in every place where text can come from, read back from its zip."""
    facts = ReportFacts(
        at=NOW,
        versions={"a": text},
        computer={"desktop": text, "list": [text, {text: text}]},
        settings=json.dumps({"network": {"url": text}}),
        status={"engine": {"outcome": {"last_words": text}}, "troubles": [{"title": text}]},
        limits=[{"evidence": text}],
        log_lines=(
            json.dumps({"event": text, "exception": f"Traceback\n{text}\nend"}),
            json.dumps({"event": "child_stderr", "child": "engine", "line": json.dumps({"said": text})}),
            text.replace("\n", " "),
        ),
        network_logs={"miner-0.log": (text.replace("\n", " "),)},
        notes=(text,),
    )
    with zipfile.ZipFile(io.BytesIO(zipped(report_files(facts, Redactor(KNOWN))))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def survives(secret: str, text: str) -> bool:
    found = secret.lower()
    return any(form in text.lower() for form in (found, json.dumps(found)[1:-1], json.dumps(json.dumps(found))[2:-2]))


@example(secret="ann-marie", before="“", after="")
@example(secret=" • ".join(["vtk"] * 12), before="", after="")
@example(secret="élève " * 11 + "élève", before="", after="")
@given(secret=SECRETS, before=BEFORE, after=AFTER)
def test_no_planted_secret_survives_in_any_file(secret: str, before: str, after: str) -> None:
    files = report(f"{before}{secret}{after}")
    assert len(files) == 9
    assert [name for name, text in files.items() if survives(secret, text)] == []


ACCENTED = Known(homes=("/home/zoë m", "C:\\Users\\Zoë M"), users=("zoë m", "Zoë M"), hosts=("zoës-laptop.local",))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("name", ["/home/zoë m", "C:\\Users\\Zoë M", "zoë m", "ZOË M", "zoës-laptop"])
@pytest.mark.parametrize(
    "written",
    [
        str,
        urllib.parse.quote,
        lambda name: urllib.parse.quote(name, safe=""),
        lambda name: urllib.parse.quote(name, safe="").lower(),
        lambda name: urllib.parse.quote(urllib.parse.quote(name, safe="")),
        lambda name: json.dumps(name)[1:-1],
        lambda name: json.dumps(json.dumps(name))[3:-3],
        lambda name: json.dumps(name).upper().replace("\\U", "\\u")[1:-1],
        lambda name: str(name.encode())[2:-1],
    ],
)
def test_a_name_with_accents_survives_in_no_spelling(
    name: str, form: Literal["NFC", "NFD"], written: Callable[[str], str]
) -> None:
    redactor, spelled = Redactor(ACCENTED), written(unicodedata.normalize(form, name))
    shown = "[computer]" if "laptop" in name else "~" if "e/" in name or ":" in name else "[person]"
    for before, after in (("", ""), ("file: ", "/Models"), ("“", "”")):
        assert redactor.text(f"{before}{spelled}{after}") == f"{before}{shown}{after}"
    inner = json.dumps({"path": f"{spelled}/x"})
    for line in (inner, json.dumps({"event": "child_stderr", "line": inner})):
        shown_line = redactor.lines([line])
        assert (
            shown in shown_line
            and "laptop" not in shown_line
            and not re.search("(?i)zo(e|ë|%|.?.?u0|.?.?xc)", shown_line)
        )


@pytest.mark.parametrize(
    "phrase",
    [
        "abaisser élève dégager fidèle génial hélium numéro opérer pénurie répéter séquence théorie",
        unicodedata.normalize("NFD", "élève dégager fidèle génial hélium numéro opérer pénurie été bébé félin léger"),
        "的 一 是 在 不 了 有 和 人 这 中 大",
        "あいこくしん　あいさつ　あいだ　あおぞら　あかちゃん　あきる　あけがた　あける　"
        "あこがれる　あさい　あさひ　あしあと",
        "가격 가끔 가난 가능 가득 가르침 가뭄 가방 가상 가슴 가운데 가을",
    ],
)  # fmt: skip
def test_a_phrase_in_any_language_of_wallets_is_taken_out(phrase: str) -> None:
    shown = Redactor(Known()).text(f"the phrase is {phrase}")
    assert "[words]" in shown
    assert not any(word in shown for word in phrase.split() if len(word) > 2)


PHRASE = ["bottom", "drive", "obey", "lake", "curtain", "smoke", "basket", "hold", "ribbon", "lonely", "clever", "walk"]


@pytest.mark.parametrize("form", [*(f"{{1}}{sign}" for sign in SIGNS), *NUMBERED])
def test_a_phrase_is_taken_out_however_it_was_written_down(form: str) -> None:
    written = "".join(form.format(*place_and_word) for place_and_word in enumerate(PHRASE, 1))
    for name, text in report(f"the phrase\n{written}").items():
        assert not any(survives(word, text) for word in PHRASE), name


def test_a_phrase_deep_in_a_document_is_taken_out_too() -> None:
    document: object = {str(place): word for place, word in enumerate(PHRASE, 1)}
    for _depth in range(6):
        document = [document, PHRASE]
    shown = Redactor(KNOWN).document(json.dumps(document))
    assert not any(survives(word, shown) for word in PHRASE)


@given(chosen=words)
def test_a_list_of_single_words_is_taken_for_what_it_may_be(chosen: list[str]) -> None:
    redactor = Redactor(KNOWN)
    shown = redactor.document(json.dumps({"list": chosen})) + redactor.lines([json.dumps({"list": chosen})])
    assert not any(" ".join(pair) in shown or '", "'.join(pair) in shown for pair in pairwise(chosen))
    assert shown.count("[words]") == 2


@given(
    user=drawn(LETTERS, 5, 8),
    password=st.one_of(drawn(LETTERS, 6, 12), drawn(string.digits, 8, 12)),
    query=drawn(LETTERS, 6, 12),
    label=st.sampled_from(["password", "token", "api_key", "API-KEY", "Authorization", "secret", "session_token"]),
)
def test_urls_lose_credentials_and_questions_and_labelled_secrets_go(
    user: str, password: str, query: str, label: str
) -> None:
    url = f"https://{user}:{password}@host.example:8443/path?key={query}#{query}"
    for shown in report(f"asked {url} and {label}={password}, {label}: '{password}'").values():
        assert not any(survives(secret, shown) for secret in (f"{user}:", password, query))
    shown = Redactor(KNOWN).document(json.dumps({label: f"{password} {password}"}))
    assert not survives(password, shown)
    assert "https://host.example:8443/path?…" in Redactor(KNOWN).text(url)


def test_one_address_has_one_number_whole_or_shortened() -> None:
    redactor = Redactor(KNOWN)
    first, second = (Keypair.from_seed(bytes([number]) * 32).address for number in (1, 2))
    shown = redactor.text(f"{first} pays {second}, {first} again, {second[:8]}…{second[-8:]}")
    assert shown == "address-1 pays address-2, address-1 again, address-2"
    assert redactor.text("10.0.0.7:80 after 10.0.0.8:80, 10.0.0.7") == "ip-1:80 after ip-2:80, ip-1"
    assert redactor.text("[fe80::1%eth0]:80 and fe80::1") == "[ip-3]:80 and ip-3"


@pytest.mark.parametrize(
    "text",
    [
        "engine_ended outcome=Stopped ran_seconds=12.5 tokens_per_second=1234.0",
        "127.0.0.1:8000 answered at 02:15:09, version 1.2.3",
        "/usr/lib/python3.11/site-packages/torch/nn/modules/linear.py:125",
        "checkpoints/stage-0003/step-00120/weights.safetensors",
        "550e8400-e29b-41d4-a716-446655440000",
        "event=told phase=training stage=first speed=slow peers=seven loss=falling heat=fine fans=quiet disk=free",
        "told: phase=training, stage=first; peers: seven (loss=3: falling) 02:15:09 > heat: fine, disk: ok",
        "steps=12 tokens=34 miners=5 peers=6 waits=7 loss=3 held=2 stage=0 speed=9 heat=61 fans=90 disk=7 rest=1",
        "imported <module 'torch' from '/usr/lib/python3/dist-packages/torch/cuda/streams.py'> and <class 'Engine'>",
        '{"event":"engine told","level":"info","logger":"keeper","phase":"training","stage":"first","peers":"none"}',
        json.dumps(
            {"mains": "automatic", "saver": "automatic", "idle": "never", "metered": "automatic", "fans": "quiet"}
        ),
        "GET /stages/first/peers?phase:training&speed:slow HTTP/1.1",
    ],
)
def test_what_helps_and_tells_nothing_of_anybody_stays(text: str) -> None:
    assert Redactor(KNOWN).text(text) == text


def test_settings_and_readings_as_they_are_hold_no_phrase() -> None:
    for document in (Settings(), {"gates": [facts_of_tonight().limits]}, {"a": {"b": facts_of_tonight().status}}):
        assert "[words]" not in Redactor(KNOWN).document(msgspec.json.encode(document).decode())


def test_of_many_users_the_longest_name_is_looked_for_first() -> None:
    redactor = Redactor(Known(users=("ann", "ann-marie", "bob.mueller", "bob")))
    told = redactor.text("ann-marie and bob.mueller met ann, bob and annette in /home/bob.mueller")
    assert told == "[person] and [person] met [person], [person] and annette in /home/[person]"


def test_the_engines_lines_have_a_file_of_their_own_and_each_is_bounded() -> None:
    line = json.dumps({"event": "child_stderr", "child": "engine", "line": "step 7 is done: " * 16})
    facts = ReportFacts(
        at=NOW,
        versions={},
        computer={},
        settings=None,
        log_lines=tuple([json.dumps({"event": "begun"})] + [line] * (2 * LOG_LIMIT_BYTES // len(line))),
    )
    files = {file.name: file for file in report_files(facts, Redactor(KNOWN))}
    assert files["logs/app.log"].text == '{"event":"begun"}\n'
    assert 0.9 * LOG_LIMIT_BYTES < files["logs/engine.log"].size_bytes <= LOG_LIMIT_BYTES


def facts_of_tonight(**changes: object) -> ReportFacts:
    settings = Settings(threads=4, gates=GateSettings(idle=Switch.ON, busy_programs=("ann-marie's game",)))
    gate = {"gate": "idle", "state": "no", "switch": "on", "holds": True, "evidence": "Last touched 5 s ago."}
    unasked = {"gate": "fans", "state": "unknown", "switch": "off", "holds": False, "evidence": "Not looked at."}
    fields: dict[str, object] = {
        "at": NOW,
        "versions": {"train-at-home": "0.1.0", "installed": "as a package", "python": "3.12.1"},
        "computer": {"system": "Linux", "release": "6.8", "machine": "x86_64", "memory_bytes": 16_000_000_000},
        "settings": msgspec.json.encode(settings).decode(),
        "status": {
            "sentence": "Waiting.",
            "troubles": [{"at": "02:00", "title": "No keychain.", "advice": "Install."}],
        },
        "limits": {"gates": [gate, unasked]},
        "log_lines": ("ann-marie was here",),
    }
    return ReportFacts(**(fields | changes))  # type: ignore[arg-type]


def test_the_digest_tells_version_system_settings_and_readings_without_names() -> None:
    told = digest(report_files(facts_of_tonight(), Redactor(KNOWN)))
    assert told == (
        "Train at Home 0.1.0 · as a package · Python 3.12.1\n"
        "Linux 6.8 x86_64 · 16 GB memory\n"
        "Waiting.\n"
        "Troubles:\n"
        "  02:00 No keychain. Install.\n"
        "Set differently than at first:\n"
        '  gates.idle = "on"\n'
        """  gates.busy_programs = ["[person]'s game"]\n"""
        "  threads = 4\n"
        "Read last:\n"
        "  idle: no, on, holds — Last touched 5 s ago.\n"
    )


def test_a_digest_says_which_of_its_parts_are_missing() -> None:
    files = report_files(facts_of_tonight(settings="{ damaged", status=None, limits=None), Redactor(KNOWN))
    told = digest(files)
    for missing in ("Its state can't be told.", "Its settings can't be told.", "Its readings can't be told."):
        assert missing in told
    assert digest(()).startswith("Train at Home")


@given(secret=SECRETS, before=BEFORE, after=AFTER)
def test_no_planted_secret_survives_in_a_digest(secret: str, before: str, after: str) -> None:
    planted = f"{before}{secret}{after}"
    facts = facts_of_tonight(
        computer={"system": planted},
        status={"sentence": planted, "troubles": [{"title": planted}]},
        limits={"gates": [{"gate": "idle", "switch": "on", "evidence": planted}]},
        settings=json.dumps({"device": planted, "gates": {"busy_programs": [planted]}}),
    )
    assert not survives(secret, digest(report_files(facts, Redactor(KNOWN))))


def test_the_same_files_give_the_same_zip() -> None:
    files = [ReportFile("a.txt", "a"), ReportFile("logs/b.log", "b")]
    assert zipped(files) == zipped(files)


@given(lines=st.lists(st.text(alphabet="ab", max_size=9), max_size=20), limit=st.integers(1, 60))
def test_the_end_of_a_log_is_whole_lines_within_its_limit(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], limit: int
) -> None:
    path: Path = tmp_path_factory.mktemp("log") / "app.log"
    path.write_text("".join(f"{line}\n" for line in lines))
    found = list(ending_of(path, limit))
    assert found == lines[len(lines) - len(found) :]
    assert sum(len(line) + 1 for line in found) <= limit
    assert log_ending(path.parent, limit)[-len(found) :] == tuple(found)


def test_where_no_log_is_there_is_none_to_read(tmp_path: Path) -> None:
    assert log_ending(tmp_path / "nowhere", 1000) == ()
