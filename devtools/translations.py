"""`python3 dev.py translate`: brings the files of translations in step with the code.

It reads every text given to `_`, `counted` and `later`, and the help of every command, keeps the translations that are
there, marks what is new as unfinished and drops what is gone. The files are Qt Linguist's, so any tool for those edits
them.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree

import typer.main

from app.control.command_line import application
from app.core.language.languages import ENGLISH_LANGUAGE, LANGUAGES, Language
from devtools.spoken_texts import Found, found_in, key_of
from devtools.system import ROOT

FOLDER: Final = ROOT / "resources" / "translations"
ROOMS: Final = ("app",)
_HELP_FILE: Final = "app/control/command_line.py"
_HEADER: Final = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'


def main(arguments: list[str]) -> int:
    """With `--check` nothing is written, and the answer is 1 where a file is out of step."""
    found = texts_of_the_app()
    stale = []
    for language in LANGUAGES:
        if language is ENGLISH_LANGUAGE:
            continue
        path = FOLDER / language.catalogue_name
        before = path.read_text("utf-8") if path.exists() else ""
        after = updated(before, found, language)
        open_ones = after.count('type="unfinished"')
        print(f"{path.name}: {len(found)} texts, {open_ones} not translated yet")
        if after != before:
            stale.append(path.name)
            if "--check" not in arguments:
                path.write_text(after, "utf-8")
    if stale and "--check" in arguments:
        print(f"Out of step with the code: {', '.join(stale)}. Run: python3 dev.py translate")
        return 1
    return 0


def texts_of_the_app() -> dict[str, Found]:
    """Every text that the app can say, in the order of files and lines; one that is said twice stands once."""
    found = {key_of(each): each for each in helps(typer.main.get_command(application))}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for each in found_in(path.read_text("utf-8"), path.relative_to(ROOT).as_posix()):
                found.setdefault(key_of(each), each)
    return found


def helps(command: Any) -> Iterator[Found]:
    """What `--help` says of the command line: app.control.__main__.say_help turns the same into other languages."""
    for each in (command, *command.params):
        if getattr(each, "help", None):
            yield Found(each.help, _HELP_FILE, 0)
    for inner in getattr(command, "commands", {}).values():
        yield from helps(inner)


def updated(before: str, found: Mapping[str, Found], language: Language) -> str:
    """The file's new text: what `before` translates is kept, what `found` lacks is gone."""
    known = dict(_translated(before)) if before else {}
    root = ElementTree.Element("TS", version="2.1", language=language.code, sourcelanguage="en")
    for file in dict.fromkeys(each.file for each in found.values()):
        context = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(context, "name").text = file.removesuffix(".py").replace("/", ".")
        for key, each in found.items():
            if each.file == file:
                context.append(_message(each, known.get(key), language))
    ElementTree.indent(root, "    ")
    return _HEADER + ElementTree.tostring(root, "unicode") + "\n"


def _message(found: Found, known: ElementTree.Element | None, language: Language) -> ElementTree.Element:
    message = ElementTree.Element("message", {"numerus": "yes"} if found.one else {})
    ElementTree.SubElement(message, "source").text = found.text
    if found.one:
        ElementTree.SubElement(message, "extracomment").text = f"For one: {found.one}"
    if known is not None and len(known) == (language.plural_forms if found.one else 0):
        message.append(known)
        return message
    translation = ElementTree.SubElement(message, "translation", type="unfinished")
    for _form in range(language.plural_forms if found.one else 0):
        ElementTree.SubElement(translation, "numerusform")
    return message


def _translated(before: str) -> Iterator[tuple[str, ElementTree.Element]]:
    for message in ElementTree.fromstring(before).iter("message"):
        source, translation = message.findtext("source", ""), message.find("translation")
        if translation is not None:
            for each in translation.iter():
                each.tail = None
            if len(translation):
                translation.text = None
            yield ("n:" if message.get("numerus") == "yes" else "t:") + source, translation


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
