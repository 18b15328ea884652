"""Links that invite to a network: `train-at-home:join?network=NAME` or `train-at-home:join?address=https://...`.

A link only fills in the page on which a person chooses a network; whoever wrote it is a stranger. Pure.
"""

import re
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from app import LINK_SCHEME
from app.core.network.known import KnownNetwork, check_address
from app.core.settings.settings import NetworkChoice, OwnAddress
from app.core.words import _
from protocol.errors import SettingsError

LINK_LIMIT: Final = 500
"""Letters. An address is far shorter."""
_JOIN: Final = re.compile(re.escape(LINK_SCHEME) + r"(?://)?join/?\?([!-~]+)", re.IGNORECASE)
"""Browsers and systems may add the slashes."""

COMPUTER_LINK: Final = f"{LINK_SCHEME}:computer"
"""Opens the window on this computer, and changes nothing."""


class Invitation(msgspec.Struct, frozen=True):
    """What a link proposes. `network` is the name or address as requests carry it, `title` what a person reads."""

    choice: NetworkChoice
    network: str
    title: str


def parse_link(link: str, networks: tuple[KnownNetwork, ...]) -> Invitation:
    """What `link` invites to. Raises SettingsError with words for the person."""
    name, value = _asked_for(link)
    if name == "network":
        return _named(value, networks)
    # Letters that look like others would make a stranger's address look like a known one.
    if not (value.isascii() and value.isprintable()):
        raise SettingsError(_("The address in this link has letters that addresses don't have."), _advice())
    address = check_address(value)
    return Invitation(OwnAddress(address), address, address)


def _asked_for(link: str) -> tuple[str, str]:
    if len(link) > LINK_LIMIT:
        raise SettingsError(_("This link is too long to be an invitation."), _advice())
    found = _JOIN.fullmatch(link.strip())
    if found is None:
        raise SettingsError(_("This is no link that Train at Home understands."), _advice())
    try:
        asked = parse_qsl(found[1], keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=8)
    except ValueError:
        raise SettingsError(_("This link is damaged."), _advice()) from None
    if len(asked) != 1 or asked[0][0] not in ("network", "address"):
        raise SettingsError(_("This link asks for something that this version doesn't know."), _advice())
    return asked[0]


def _named(name: str, networks: tuple[KnownNetwork, ...]) -> Invitation:
    for network in networks:
        if network.name == name:
            return Invitation(network.choice, name, network.title)
    raise SettingsError(
        _("The network in this link is not among those that this app knows."),
        _("Update the app, or ask for the network's address."),
    )


def _advice() -> str:
    return _("Ask whoever gave it to you for a new one.")
