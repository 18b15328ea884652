"""What leaves this computer, to whom, and what never does: one statement for the window and the terminal. Pure.

It follows the settings, since they change what is true. A test holds it against the messages themselves.
"""

import msgspec

from app.core.language.speech import _
from app.core.settings.settings import NamedNetwork, OwnAddress, Settings


class Disclosure(msgspec.Struct, frozen=True):
    """Somebody who learns something, or nobody; a sentence for each thing."""

    title: str
    sentences: tuple[str, ...]


def privacy_statement(settings: Settings) -> tuple[Disclosure, ...]:
    """By who learns of it; the longest-lived last."""
    outside: tuple[Disclosure, ...]
    if isinstance(settings.network, NamedNetwork | OwnAddress):
        outside = (_network(settings), _others(settings), _everybody(settings))
    else:
        outside = (
            Disclosure(_("Nobody, for now"), (_("You train on this computer alone. Nothing of that leaves it."),)),
        )
    return (*outside, _chain(settings), _publisher(settings), _never(), _kept())


def _network(settings: Settings) -> Disclosure:
    payout = settings.payout_address
    return Disclosure(
        _("The network that you train for"),
        (
            _("The public key that stands for this computer, and a signed list of the work it did, with times."),
            _("What it computes with, its memory, how fast it is, and how fast your line sends."),
            _("Your payout address: {address}.").format(address=payout)
            if payout
            else _("No payout address, since you gave none."),
            _("Your internet address, as every server that you talk to sees it."),
        ),
    )


def _others(settings: Settings) -> Disclosure:
    work = _("Pieces of the common work: numbers made of the text that is trained on, never anything of yours.")
    if settings.hide_address:
        address = _("Not your internet address: all goes through the network's store, as you chose.")
    else:
        address = _("Your internet address, since they connect directly. Settings, Connection can keep it from them.")
    return Disclosure(_("Other computers that train along"), (work, address))


def _everybody(settings: Settings) -> Disclosure:
    public = _(
        "The network's page shows this computer's public key, what it computes with, its speed and what it earned."
    )
    if not settings.payout_address:
        return Disclosure(_("Everybody"), (public,))
    chain = _("Whoever knows that key can look up your payout address, and what is paid there is public for good.")
    return Disclosure(_("Everybody"), (public, chain))


def _chain(settings: Settings) -> Disclosure:
    if not isinstance(settings.network, NamedNetwork):
        return Disclosure(_("Bittensor's servers"), (_("Nothing: they are asked nothing."),))
    worth = _("A public server of Bittensor is asked what credit is worth, so it sees your internet address.")
    balance = _("It is also asked for the balance of an address that you type here.")
    return Disclosure(_("Bittensor's servers"), (worth, balance))


def _publisher(settings: Settings) -> Disclosure:
    if settings.updates_by_themselves:
        asked = _(
            "Once a day the app asks for the list of versions. That shows your internet address and nothing else."
        )
    else:
        asked = _("Nothing by itself: it looks for updates only when you ask it to.")
    counted = _("No statistics, no crash reports. A report is made when you ask for it, and sent by you or by nobody.")
    return Disclosure(_("Us, who make this app"), (asked, counted))


def _never() -> Disclosure:
    return Disclosure(
        _("Nobody, ever"),
        (
            _("Your files, what is on your screen, what you type, and which programs run."),
            _("A wallet's secret words. The app never asks for them, and wipes what was pasted by mistake."),
        ),
    )


def _kept() -> Disclosure:
    return Disclosure(
        _("What stays on this computer"),
        (
            _("Settings, logs, a diary of what it did and earned, and unfinished work."),
            _("Settings, Remove everything takes it away."),
            _("This computer's own key lies in the system's keychain, or in a file that your password opens."),
        ),
    )
