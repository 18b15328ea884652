"""The sentence for each meaning of what was pasted as a payout address, and for what the chain shows of it."""

from datetime import datetime
from typing import assert_never

import msgspec

from app.core.language.speech import _, figure
from app.core.money.lines import PayoutAddressChanged
from app.core.money.prices import Coin, number_text
from app.core.money.prices_words import age_text
from app.core.payout import address as pasted
from app.core.payout.address import Pasted
from app.core.payout.chain_sight import Looking, NotSighted, Sight, Sighted
from app.core.payout.slips import Slip
from app.core.problems.codes import Problem
from chain.addresses import NotAnAddress
from protocol.errors import SettingsError


class Told(msgspec.Struct, frozen=True):
    """What a person reads: what it is, and what to do."""

    title: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.title} {self.advice}".strip()


def told(meaning: Pasted) -> Told:
    """What to say about `meaning`."""
    match meaning:
        case pasted.Empty():
            return Told(_("No address yet."), _("Paste the public address of your coldkey; it begins with 5."))
        case pasted.Valid():
            return Told(_("This is a valid address."))
        case pasted.WrongChecksum(slip, place):
            return Told(_("This address has a typing error in it."), _slip(slip, place))
        case pasted.OtherNetwork(name, prefix):
            return Told(_other_network(name, prefix), _("Paste the Bittensor address, which begins with 5."))
        case pasted.SeedPhrase():
            return Told(_("These look like the secret words of a wallet. They were wiped."), _never_paste())
        case pasted.PrivateKey():
            return Told(_("This looks like a private key. It was wiped."), _never_paste())
        case pasted.KeyFile():
            return Told(_("This looks like a wallet's key file. It was wiped."), _never_paste())
        case pasted.HotkeyOfThisDevice() | pasted.HotkeyInLocalWallet() | pasted.HotkeyInMetagraph():
            return _hotkey(meaning)
        case pasted.Nonsense(reason, length):
            return _nonsense(reason, length)
        case _:
            assert_never(meaning)


def problem_of_address(meaning: Pasted) -> Problem | None:
    """Its code among the known problems; None where nothing is wrong with it."""
    match meaning:
        case pasted.Empty() | pasted.Valid():
            return None
        case pasted.WrongChecksum() | pasted.Nonsense():
            return Problem.ADDRESS_INVALID
        case pasted.OtherNetwork():
            return Problem.ADDRESS_OF_ANOTHER_NETWORK
        case pasted.SeedPhrase() | pasted.PrivateKey() | pasted.KeyFile():
            return Problem.SECRET_PASTED
        case pasted.HotkeyOfThisDevice() | pasted.HotkeyInLocalWallet() | pasted.HotkeyInMetagraph():
            return Problem.HOTKEY_PASTED
        case _:
            assert_never(meaning)


def accepted(text: str | None, known: pasted.KnownHotkeys = pasted.NOTHING_KNOWN) -> str | None:
    """The address to pay to, None for none. Raises SettingsError, whose words never repeat the text."""
    meaning = pasted.read_pasted(text or "", known)
    if isinstance(meaning, pasted.Valid):
        return meaning.address
    if isinstance(meaning, pasted.Empty):
        return None
    said = told(meaning)
    raise SettingsError(said.title, said.advice)


def sight_sentence(sight: Sight | None, address: str, now: datetime) -> str:
    """What is known on chain of `address`; a failure is one quiet sentence."""
    if sight is None or sight.address != address:
        return ""
    match sight:
        case Looking():
            return _("Looking it up on the chain…")
        case NotSighted(reason=reason):
            return _("Its balance could not be looked up; the address is fine all the same. {reason}").format(
                reason=reason
            )
        case Sighted(answer=answer, at_unix=at_unix):
            held = number_text((answer.balance_rao or 0) / 1e9, Coin.TAO.symbol)
            text = _("On the chain it holds {balance} (block {block}, {age}).").format(
                balance=held, block=figure(answer.block, ","), age=age_text(at_unix, now)
            )
            if not answer.balance_rao:
                text += " " + _("A new wallet holds nothing; if yours should hold something, compare the address.")
            return text
        case _:
            assert_never(sight)


def payout_change_sentence(change: PayoutAddressChanged) -> str:
    """What happened, in one line for a notification or a list of events."""
    if change.new is None:
        return _("This app no longer knows a payout address. If that was not you, open Train at Home and look.")
    return _("Earnings now go to {first}…{last}. If that was not you, open Train at Home and change it back.").format(
        first=change.new[:8], last=change.new[-8:]
    )


def _never_paste() -> str:
    return _(
        "Never paste them, not here and not anywhere else: whoever has them has your money. If anybody may have seen "
        "them, move your money to a new wallet. Here only the public address is wanted; it begins with 5."
    )


def _hotkey(meaning: pasted.HotkeyOfThisDevice | pasted.HotkeyInLocalWallet | pasted.HotkeyInMetagraph) -> Told:
    match meaning:
        case pasted.HotkeyOfThisDevice():
            title = _("This is the key of this computer, which signs its work. It is no place for money.")
        case pasted.HotkeyInLocalWallet(wallet, hotkey):
            title = _("This is the hotkey “{hotkey}” of the wallet “{wallet}” on this computer, not its coldkey.")
            title = title.format(hotkey=hotkey, wallet=wallet)
        case pasted.HotkeyInMetagraph(uid):
            title = _("This address is registered on the network as a hotkey (number {uid}).").format(uid=uid)
        case _:
            assert_never(meaning)
    return Told(title, _("Money belongs to a coldkey, whose secret never lies on a computer that works. Paste that."))


def _slip(slip: Slip, place: int | None) -> str:
    match slip:
        case Slip.LOOK_ALIKE:
            hint = _("Addresses have no 0, O, I or l: look at character {place}.")
        case Slip.LETTER_CASE:
            hint = _("Perhaps character {place} should be a small or a capital letter.")
        case Slip.SWAPPED:
            hint = _("Perhaps character {place} and the next one are swapped.")
        case Slip.ONE_CHARACTER:
            hint = _("Perhaps character {place} is wrong.")
        case Slip.MISSING:
            hint = _("One character is missing: there should be 48.")
        case Slip.ADDITIONAL:
            hint = _("There is one character too many: there should be 48.")
        case Slip.UNKNOWN:
            hint = _("More than one character is wrong.")
        case _:
            assert_never(slip)
    return hint.format(place=place) + " " + _("Copy the whole address again instead of mending it by hand.")


def _other_network(name: str, prefix: int | None) -> str:
    if name:
        return _("This is an address of {network}, where Bittensor can't pay to.").format(network=name)
    return _("This is an address of another network (number {prefix}).").format(prefix=prefix)


def _nonsense(reason: NotAnAddress, length: int) -> Told:
    if reason is NotAnAddress.NOT_BASE58:
        return Told(
            _("This holds characters that no address has."),
            _("Copy the address, which begins with 5, and nothing else."),
        )
    return Told(
        _("This has {length} characters and is no address.").format(length=length),
        _("Copy all of its 48 characters; the first is a 5."),
    )
