"""`train-at-home open LINK`: what a click on an invitation does, from the terminal."""

from typing import Annotated

import typer

from app.control import messages as wire
from app.control.client import ask
from app.control.commands.asking import Profile, print_done, told
from app.core.language.speech import _
from app.core.network.invitations import Invitation, parse_link
from app.core.network.known import known_networks
from app.core.settings.settings import TryHere, settings_file
from app.platforms.paths import profile_paths
from protocol.errors import Refused

Link = Annotated[str, typer.Argument(help="Like train-at-home:join?address=https://orchestrator.example.org.")]


def open_link(link: Link, profile_folder: Profile = None) -> None:
    """Open an invitation to a network. Nothing changes before you confirm it, in the window or here."""
    with told():
        invitation = parse_link(link, known_networks())
        paths = profile_paths(profile_folder)
        try:
            ask(paths, wire.Show(link=link))
        except Refused:  # it runs without a window, so the question is put here
            hidden = settings_file(paths.config_folder).look().value.hide_address
            request = _agreed(invitation, hidden=hidden)
            if request is None:
                print(_("Nothing was changed."))
            else:
                print_done(ask(paths, request), json=False)
            return
        print(
            _("The window proposes to join {title}. Nothing changes before you confirm it there.").format(
                title=invitation.title
            )
        )


def _agreed(invitation: Invitation, *, hidden: bool) -> wire.Run | None:
    """What the person says yes to. `hidden`: whether this computer's address is kept from the others already."""
    print(_("This link invites you to join {title}.").format(title=invitation.title))
    print(_("Your computer would leave its present network, and train there whenever your hours allow."))
    meets_others = not isinstance(invitation.choice, TryHere)
    if meets_others:
        print(_address_sentence(hidden=hidden))
    print(_("Only join a network that you trust."))
    if not typer.confirm(_("Join it?"), default=False):
        return None
    hide = meets_others and not hidden and typer.confirm(_hide_question(), default=False)
    return wire.Run(network=invitation.network, store_only=hide)


def _address_sentence(*, hidden: bool) -> str:
    if hidden:
        return _("The others don't see this computer's internet address: all goes through the network's store.")
    return _("Computers that train together connect directly and see each other's internet address.")


def _hide_question() -> str:
    return _("Meet others only through the network's store? That is slower, moves more data and earns less.")
