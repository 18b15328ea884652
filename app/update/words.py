"""What a fetch says of itself, the same in the terminal and in the window."""

from typing import assert_never

from app.core.problems.codes import with_code
from app.core.settings.settings import UpdateChannel
from app.core.words import _, bytes_text
from app.update.releases import variant_title
from app.update.states import Fetching, Offered, Ready, Refused, State, Unpacking, UpToDate, Verifying


def offer_sentence(offer: Offered) -> str:
    """What is going to happen, how large it is and how long it may take: all that a person needs to agree."""
    minutes = max(1, round(offer.seconds / 60))
    values = {"size": bytes_text(offer.bytes), "disk": bytes_text(offer.unpacked_bytes), "minutes": minutes}
    if offer.variant:
        text = _("The training engine for {hardware}: {size} to download, {disk} on the disk")
        sentence = text.format(hardware=variant_title(offer.variant), **values)
    else:
        sentence = _("Version {version}: {size} to download, {disk} on the disk").format(
            version=offer.version, **values
        )
    return sentence + _(", about {minutes} min on a line of 50 Mbit/s.").format(**values)


def channel_title(channel: UpdateChannel) -> str:
    match channel:
        case UpdateChannel.STABLE:
            return _("Stable")
        case UpdateChannel.EARLY:
            return _("Early")
        case _:
            assert_never(channel)


def channel_sentence(channel: UpdateChannel) -> str:
    """What it means for the person, going back included."""
    match channel:
        case UpdateChannel.STABLE:
            return _("You get versions that others have tried before. An early one stays until a stable one is newer.")
        case UpdateChannel.EARLY:
            return _("You get new versions first, while more in them may still go wrong. You can go back at any time.")
        case _:
            assert_never(channel)


def ended_sentence(state: State, done: str) -> str:
    match state:
        case Ready():
            return done
        case UpToDate(version, ahead=True):
            text = _("Version {version} is an early one. It stays until a stable version is newer.")
            return text.format(version=version)
        case UpToDate(version):
            return _("Version {version} is the newest.").format(version=version)
        case Refused(title, advice):
            return with_code(f"{title} {advice}".strip(), state.problem)
        case Offered():
            return _("Nothing was fetched. Add --yes to fetch it.")
        case Fetching() | Verifying() | Unpacking():
            return ""
        case _:
            assert_never(state)


def progress_sentence(state: Fetching | Verifying | Unpacking) -> str:
    """The line under a bar."""
    match state:
        case Fetching(done, total):
            return _("Downloading: {done} of {total}").format(done=bytes_text(done), total=bytes_text(total))
        case Verifying():
            return _("Checking what came…")
        case Unpacking(done, total):
            return _("Unpacking: {done} of {total}").format(done=bytes_text(done), total=bytes_text(total))
        case _:
            assert_never(state)
