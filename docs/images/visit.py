"""The way of the walk: what a person does in the app, in order, and what is looked for on each screen."""

import re
import time

from person import Person
from PySide6.QtWidgets import QApplication

from app.ui.look.translation import _

ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"  # a well-known test key's
WORDS = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"  # the same key's, known to everybody
FIRST_RESULT_SECONDS = 180.0
START_SECONDS = 60.0


def visit(person: Person) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while QApplication.instance() is None and time.monotonic() < give_up_at:
        time.sleep(0.05)
    began = time.monotonic()
    first_visit(person)
    person.until(lambda: curve_told(person), "the first figures of the training", FIRST_RESULT_SECONDS)
    print(f"  from the first start to the first result: {time.monotonic() - began:.0f} s", flush=True)
    person.picture("home")
    dialogs(person)
    windows(person)
    pause_and_resume(person)
    quit_from_the_tray(person)


def first_visit(person: Person) -> None:
    """With the keyboard, but for the one field that is clicked into."""
    person.find(_("Next"))
    person.picture("welcome")
    person.tab_to(_("Try on this computer"))
    person.press("Down")  # to the next of the choices, as among radio buttons
    person.waits_to_see(_("Meet others only through the network's store"))
    person.click(_("Address of a network"))
    person.type("https://example.org")
    person.picture("joining")
    who_learns_what(person)
    person.choose(_("Next"))
    person.waits_to_see(_("What this computer can do"))
    person.picture("this-computer")
    person.choose(_("Next"))
    person.waits_to_see(_("When may it work?"))
    person.picture("hours")
    person.choose(_("Next"))
    payout(person)
    person.choose(_("Next"))
    person.waits_to_see(_("The others see"))
    person.picture("ready-to-join")
    for _page in range(4):
        person.choose(_("Back"))
    person.click(_("Try on this computer"))
    for _page in range(3):
        person.choose(_("Next"))
    person.waits_to_see(_("Ready"))
    person.picture("ready")
    person.choose(_("Begin"))


def who_learns_what(person: Person) -> None:
    """With the choice as it is by then, and back."""
    person.choose(_("Who learns what"))
    person.waits_to_see(_("The network that you train for"))
    person.picture("who-learns-what")
    person.press("Escape")
    person.until(lambda: QApplication.activeModalWidget() is None, "its end")


def payout(person: Person) -> None:
    """A wallet's secret words are refused and wiped, an address is taken."""
    person.waits_to_see(_("Where should earnings go?"))
    person.picture("payout-empty")
    person.type(WORDS)
    person.until(lambda: not any(WORDS.rpartition(" ")[2] in name for name in person.names()), "the words to be wiped")
    person.picture("payout-words-refused")
    person.type(ADDRESS)
    person.picture("payout-address")


def curve_told(person: Person) -> bool:
    """Whether the loss curve speaks of two points or more."""
    curve = filled(_("Loss {last} now, {first} at the beginning of the curve."))
    return any(curve.search(name) for name in person.names())


def resume_named(person: Person) -> str | None:
    """What the button is called: outside the hours it says until when it would go on."""
    until = filled(_("Resume, until {time}"))
    return next((name for name in person.names() if name == _("Resume") or until.fullmatch(name)), None)


def filled(sentence: str) -> re.Pattern[str]:
    """What finds the sentence with anything in its gaps."""
    return re.compile(".+".join(re.escape(part) for part in re.split(r"{\w+}", sentence)))


def dialogs(person: Person) -> None:
    """Opened with the mouse, left with the keyboard."""
    for opener, seen, name in (
        (_("Change: {what}").format(what=_("Hours")), _("When may this computer work?"), "schedule"),
        (_("Change: {what}").format(what=_("Payout address")), _("Cancel"), "payout-change"),
    ):
        person.click(opener)
        person.waits_to_see(seen)
        person.picture(name)
        person.press("Escape")
        person.find(_("All settings…"))


def windows(person: Person) -> None:
    for opener, seen, name in (
        (_("All earnings…"), _("Hide money"), "earnings"),
        (_("What it did"), _("Did it run last night?"), "activity"),
        (_("This computer…"), _("Measure"), "computer"),
        (_("Logs and report"), _("Save a report…"), "logs"),
    ):
        person.click(opener)
        person.waits_to_see(seen)
        person.picture(name)
        if name == "logs":
            look_in(person, _("Save a report…"), _("Files of the report"), "report", _("Save a report…"))
        if name == "earnings":
            look_in(person, _("Prices…"), _("One price at all hours"), "prices", _("Hide money"))
        person.press("ctrl+w")
        person.find(_("All settings…"))
    settings(person)


def look_in(person: Person, opener: str, seen: str, name: str, back: str) -> None:
    """From a window into a dialog of it, and back to where `back` is."""
    person.click(opener)
    person.waits_to_see(seen)
    person.picture(name)
    person.press("Escape")
    person.find(back)


def settings(person: Person) -> None:
    person.press("ctrl+comma")
    person.waits_to_see(_("Appearance"))
    person.picture("settings")
    for what, name in ((_("Limits"), "limits"), (_("Connection"), "connection"), (_("This computer's key"), "key")):
        person.find(_("Remove everything…"))
        person.click(_("Change: {what}").format(what=what))
        person.until(lambda: QApplication.activeModalWidget() is not None, "the dialog")
        person.picture(name)
        if name == "limits":
            person.tab_to(_("Disk space for its work, at most"))
            person.picture("limits-of-the-engine")
        person.press("Escape")
        person.until(lambda: QApplication.activeModalWidget() is None, "its end")
    person.choose(_("Remove everything…"))
    person.waits_to_see(_("Keep, for another time"))
    person.picture("remove")
    person.press("Escape")
    person.until(lambda: QApplication.activeModalWidget() is None, "its end")
    person.press("ctrl+w")
    person.find(_("All settings…"))


def pause_and_resume(person: Person) -> None:
    person.click(_("Pause"))
    person.until(lambda: QApplication.activePopupWidget() is not None, "the choices")
    person.picture("pause-choices")
    person.press("Down", "Return")
    resume = person.until(lambda: resume_named(person), "the way to go on")
    person.picture("paused")
    person.click(resume)
    person.find(_("Pause"))


def quit_from_the_tray(person: Person) -> None:
    person.open_tray_menu()
    person.picture("tray")
    person.press("Up", "Return")
