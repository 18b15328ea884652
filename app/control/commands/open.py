"""`train-at-home open LINK`: what a click on an invitation does, from the terminal."""

from typing import Annotated

import typer

from app.control import messages as wire
from app.control.client import ask
from app.control.commands.asking import Profile, print_done, told
from app.core.language.speech import _
from app.core.network.invitations import Invitation, parse_link
from app.core.network.known import known_networks
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
            if _agreed(invitation):
                print_done(ask(paths, wire.Run(network=invitation.network)), json=False)
            else:
                print(_("Nothing was changed."))
            return
        print(
            _("The window proposes to join {title}. Nothing changes before you confirm it there.").format(
                title=invitation.title
            )
        )


def _agreed(invitation: Invitation) -> bool:
    print(_("This link invites you to join {title}.").format(title=invitation.title))
    print(_("Your computer would leave its present network, and train there whenever your hours allow."))
    print(_("Only join a network that you trust."))
    return typer.confirm(_("Join it?"), default=False)
