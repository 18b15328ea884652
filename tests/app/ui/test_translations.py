"""Every text that a person reads is in the files of translations, whole, and none goes around the one seam."""

import ast
import functools
import re
import string
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.control.speaking import speak_for
from app.core.language.catalogue import UnreadableCatalogue, parse_catalogue, speech_of
from app.core.language.languages import ENGLISH_LANGUAGE, LANGUAGES, Language
from app.core.language.overheard import OVERHEARD, heard
from app.core.language.speech import ENGLISH, speak
from devtools.bundles import APP
from devtools.spoken_texts import Found, NotATextToTranslate, found_in, key_of
from devtools.translations import FOLDER, texts_of_the_app, updated

ROOT = Path(__file__).resolve().parents[3]
TRANSLATED = [language for language in LANGUAGES if language is not ENGLISH_LANGUAGE]
ENDS = " \n"
PUNCTUATION = ",;，；、（）。"
"""What may stand where English has a blank: “until seven” is “, bis sieben” or “，直到七点” after a sentence."""

every_language = pytest.mark.parametrize("language", TRANSLATED, ids=lambda language: language.code)


@functools.cache
def texts() -> dict[str, Found]:
    return texts_of_the_app()


def messages(language: Language) -> Iterator[tuple[str, bool, list[str]]]:
    """Each entry's English, whether it counts, and its forms."""
    for message in ElementTree.parse(FOLDER / language.catalogue_name).getroot().iter("message"):
        translation = message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, f"not translated yet: {message.findtext('source')}"
        counts = message.get("numerus") == "yes"
        forms = [form.text or "" for form in translation.findall("numerusform")] if counts else [translation.text or ""]
        yield message.findtext("source", ""), counts, forms


def places(text: str) -> set[tuple[str, str | None]]:
    """The placeholders of a text, with how they are formatted."""
    return {(name, pattern) for _text, name, pattern, _how in string.Formatter().parse(text) if name is not None}


@every_language
def test_the_files_are_in_step_with_the_code(language: Language) -> None:
    text = (FOLDER / language.catalogue_name).read_text("utf-8")
    assert updated(text, texts(), language) == text, "run: python3 dev.py translate"


@every_language
def test_every_text_is_translated_and_none_is_left_over(language: Language) -> None:
    told = {("n:" if counts else "t:") + source for source, counts, _forms in messages(language)}
    assert told == set(texts())


@every_language
def test_each_translation_has_the_placeholders_of_its_source(language: Language) -> None:
    for source, counts, forms in messages(language):
        for place, form in enumerate(forms):
            may_lack = {("count", "")} if counts and place == 0 and language.plural_forms > 1 else set()
            assert places(form) | may_lack == places(source) | may_lack, source


@every_language
def test_blanks_at_the_ends_are_kept(language: Language) -> None:
    for source, _counts, forms in messages(language):
        for form in forms:
            assert form.strip(ENDS), source
            for end in (0, -1):
                blank, kept = source[end] in ENDS, form[end] in ENDS
                assert kept == blank or (blank and form[end] in PUNCTUATION), source


@every_language
def test_each_count_has_as_many_forms_as_the_language(language: Language) -> None:
    speech = speech_of(language, FOLDER)
    one, many = "{count} session, {hours} h of training, {tokens} tokens", "{count} sessions, {hours} h of training, "
    many += "{tokens} tokens"
    assert (speech.number(one, many, 1) == speech.number(one, many, 2)) == (language.plural_forms == 1)
    assert all(len(forms) == (language.plural_forms if counts else 1) for _source, counts, forms in messages(language))


@every_language
def test_what_a_sentence_quotes_is_what_stands_on_the_screen(language: Language) -> None:
    """“Prices” in a sentence names a button; its translation must quote that button's translation."""
    speech = speech_of(language, FOLDER)
    for source, counts, forms in messages(language):
        for quoted in re.findall(r"“([^”{]+)”", source):
            shown = speech.translate(quoted)
            named = {shown, speech.translate(f"{quoted}…").rstrip("…")}
            assert counts or any(each in forms[0] for each in named), source


def test_a_new_text_is_marked_unfinished_a_kept_one_stays_and_a_gone_one_goes() -> None:
    first = {key_of(each): each for each in found_in('_("Kept"); _("Gone"); counted("1 x", "{n} x", n)', "app/a.py")}
    german = TRANSLATED[0]
    begun = updated("", first, german)
    assert begun.count("unfinished") == 3
    done = begun.replace(
        '<source>Kept</source>\n            <translation type="unfinished" />',
        "<source>Kept</source>\n            <translation>Behalten</translation>",
    )
    second = {key_of(each): each for each in found_in('_("New"); _("Kept")', "app/a.py")}
    after = updated(done, second, german)
    assert "Behalten" in after and "Gone" not in after and "<source>New</source>" in after
    assert parse_catalogue(after, 2).text("Kept") == "Behalten"
    assert parse_catalogue(after, 2).text("New") == "New"
    assert updated(after, second, german) == after


def test_tables_and_kept_texts_are_found_and_what_nobody_could_list_is_refused() -> None:
    source = '_TABLE = {1: "a", 2: "b"}\n_(_TABLE[x])\nLimit(later("c"))\n_(limit.text)'
    assert [each.text for each in found_in(source, "app/a.py")] == ["a", "b", "c"]
    for hidden in ('_(f"{x} hours")', "_(name)", '_("a" + x)', "counted(a, b, 1)"):
        with pytest.raises(NotATextToTranslate, match=r"app/a\.py:1"):
            list(found_in(hidden, "app/a.py"))


@given(st.dictionaries(st.text("abc <&>\"'\n{}⟦é时", min_size=1), st.text("xyz <&>\"'\n{}⟧ü间", min_size=1)))
def test_any_text_survives_the_file(drawn: dict[str, str]) -> None:
    told_of = {source: told for source, told in drawn.items() if source.strip() and told.strip()}
    found = {f"t:{source}": Found(source, "app/a.py", 1) for source in told_of}
    root = ElementTree.fromstring(updated("", found, TRANSLATED[0]))
    for message in root.iter("message"):
        translation = message.find("translation")
        assert translation is not None
        translation.attrib.clear()
        translation.text = told_of[message.findtext("source", "")]
    read = parse_catalogue(ElementTree.tostring(root, "unicode"), 2)
    assert dict(read.texts) == told_of


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<TS><context>",
        "<html/>",
        '<!DOCTYPE TS [<!ENTITY a "b">]><TS/>',
        '<TS><message numerus="yes"><source>x</source><translation><numerusform>y</numerusform></translation>'
        "</message></TS>",
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_whole(text: str) -> None:
    with pytest.raises(UnreadableCatalogue):
        parse_catalogue(text, 2)


@every_language
def test_the_bundle_brings_each_languages_files_and_qts_own(language: Language) -> None:
    assert ("resources/translations", "resources/translations") in APP.data
    qts = f"PySide6/Qt/translations/qtbase_{language.code}.qm"
    assert not any(fnmatch(qts, pattern) for pattern in APP.unwanted_files)


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "app").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def test_no_function_that_speaks_uses_the_seams_name_for_something_else() -> None:
    """`for _ in range(3)` in a function turns every `_("…")` in it into a mistake."""
    for file, tree in modules():
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == "_"]
            arguments = [node for node in ast.walk(function) if isinstance(node, ast.arg) and node.arg == "_"]
            taken = arguments or any(isinstance(name.ctx, ast.Store) for name in names)
            assert not (taken and any(isinstance(name.ctx, ast.Load) for name in names)), f"{file}:{function.lineno}"


def test_nothing_is_said_while_modules_are_loaded() -> None:
    """The language is not known by then; a table keeps its English and passes `_` where it is shown."""
    for file, tree in modules():
        for statement in tree.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            inner = [node for node in ast.walk(statement) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
            later = {id(node) for function in inner for part in function.body for node in ast.walk(part)}
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and id(node) not in later:
                    assert node.func.id not in ("_", "counted", "figure", "percent"), f"{file}:{node.lineno}"


def test_each_overheard_sentence_is_still_said_by_somebody() -> None:
    said: set[object] = set()
    for room in ("engine", "chain", "protocol", "subnet"):
        for path in (ROOT / room).rglob("*.py"):
            constants = (
                node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
            )
            said |= {node.value for node in constants if isinstance(node.value, str)}
    assert set(OVERHEARD) <= said


def test_what_the_engine_says_reaches_the_person_in_their_language() -> None:
    speak_for("de", ())
    try:
        assert heard("The keychain is locked.") == "Der Schlüsselbund ist verschlossen."
        assert heard("Off") == "Off", "what is not in the list is shown as it was said"
    finally:
        speak(ENGLISH)


SHOWS_TEXT = {
    *("setText", "setTitle", "setWindowTitle", "setToolTip", "setStatusTip", "setWhatsThis", "setPlaceholderText"),
    *("setAccessibleName", "setAccessibleDescription", "setPrefix", "setSuffix", "setSpecialValueText", "addItem"),
    *("setInformativeText", "setDetailedText", "setHeaderLabels", "setHorizontalHeaderLabels", "setLabelText"),
    *("addAction", "addMenu", "addTab", "addRow", "addButton", "setPlainText", "showMessage", "QLabel", "QPushButton"),
    *("QCheckBox", "QRadioButton", "QAction", "QMenu", "QGroupBox", "QToolButton", "QMessageBox", "label", "button"),
    *("Card", "plain_text", "add_row", "confirm", "echo", "print", "drawText"),
}
RAISES_TEXT = {
    *("SettingsError", "StorageError", "Refused", "Unavailable", "ServiceError", "DeviceError", "MalformedMessage"),
    *("AuthenticationError", "VersionMismatch", "LocalError", "IntegrityError", "ProtocolError", "UserFacingError"),
    *("GaveUp", "NotStarted", "TroubleSeen", "Told"),
}
SPOKEN_TO_PROGRAMS = ("app/control/agent/",)
"""An agent is told in English what it may do, whatever the person reads."""
MAKES_TEXT = re.compile(r"(_sentence|_text|_line|_label|_title|headline|evidence)$")
CODES = re.compile(r"[a-z_]*|Train at Home|https://|[ kMGT]*B")


def literal_words(expression: ast.expr) -> Iterator[str]:
    """Letters that stand in an argument as they are, not inside another call."""
    match expression:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        case ast.BinOp(left=left, right=right):
            yield from literal_words(left)
            yield from literal_words(right)
        case ast.IfExp(body=body, orelse=other):
            yield from literal_words(body)
            yield from literal_words(other)


def test_no_literal_reaches_what_shows_text_or_raises_it() -> None:
    escaped = []
    for file, tree in modules():
        if file.startswith(SPOKEN_TO_PROGRAMS):
            continue
        for call in ast.walk(tree):
            name = getattr(call.func, "attr", getattr(call.func, "id", "")) if isinstance(call, ast.Call) else ""
            if (name in SHOWS_TEXT and file.startswith(("app/ui/", "app/control/"))) or name in RAISES_TEXT:
                assert isinstance(call, ast.Call)
                for argument in [*call.args, *(each.value for each in call.keywords if each.arg == "description")]:
                    for text in literal_words(argument):
                        if re.search(r"[A-Za-z]", text) and not CODES.fullmatch(text):
                            escaped.append(f"{file}:{call.lineno}: {text}")
    assert not escaped


def test_no_function_that_makes_a_text_returns_a_literal() -> None:
    """What the modules of sentences, and functions named after a text, return with letters in it has passed `_`."""
    escaped = []
    for file, tree in modules():
        if file.startswith(SPOKEN_TO_PROGRAMS):
            continue
        whole = file.startswith("app/core/") and "words" in file
        named = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and MAKES_TEXT.search(node.name))
        for part in [tree] if whole else named:
            for node in ast.walk(part):
                if isinstance(node, ast.Return) and node.value is not None:
                    found = [
                        text
                        for text in literal_words(node.value)
                        if re.search(r"[A-Za-z]", text) and not CODES.fullmatch(text.strip())
                    ]
                    escaped += [f"{file}:{node.lineno}: {text}" for text in found]
    assert not escaped
