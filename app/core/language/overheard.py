"""Sentences that the engine, the chain's client and the network say in English and that reach a person often.

They run in processes and rooms of their own that know no languages. What is not in this list is shown as it was said.
"""

from typing import Final

from app.core.language.speech import later, spoken

OVERHEARD: Final = (
    later("Waiting for other computers"),
    later("The network closed the event stream."),
    later("The connection to the network was lost."),
    later("Check the address and the internet connection."),
    later("What answers at this address is not a Train at Home network."),
    later("Check the address."),
    later("Check the address for a typing mistake."),
    later("Update this program."),
    later("It is tried again."),
    later("Try again."),
    later("Set the clock to automatic time and try again."),
    later("Check which hotkey is in use."),
    later("The record of work can't be written."),
    later("This computer's node key is damaged."),
    later("What this month's data allowance has been used for can't be read."),
    later("The settings allow too little of the disk to save this part of the model."),
    later("Let this computer hold a smaller shard, or allow more memory in the settings."),
    later("The device that computes did not answer any more."),
    later("If this comes back, start the computer anew and update the driver of its graphics card."),
    later("A gradient came out as not a number."),
    later("The step is left out and training goes on."),
    later("It was damaged or forged and has been dropped."),
    later("The chain's answer was lost."),
    later("See whether you are online; it is tried again."),
    later("The chain speaks a version that this program does not know."),
    later("This computer has no keychain."),
    later("The keychain is locked."),
    later("Unlock it, or sign in at the screen, and try again."),
    later("The keychain was never set up."),
    later("Open it once at the screen, or use a key file."),
    later("The keychain refused."),
    later("The keychain did not keep the new key."),
    later("no address"),
    later("the address can't be used"),
    later("the chain did not take it"),
    later("Install and unlock a keychain (GNOME Keyring or KWallet), or keep the key in a file."),
)


def heard(text: str) -> str:
    """What another process said, in the person's language where that is known."""
    return spoken().translate(text) if text in OVERHEARD else text
