"""What is known of refused addresses and updates, and of all the rest."""

from collections.abc import Mapping
from typing import Final

from app.core.language.speech import later
from app.core.problems.codes import Problem
from app.core.problems.page import Page

ASKING_PAGES: Final[Mapping[Problem, Page]] = {
    Problem.ADDRESS_INVALID: Page(
        title=later("This is no payout address"),
        happened=later("What was entered is not a whole address: a character is wrong, missing or too many."),
        by_itself=later("It keeps the address that was set before. Nothing is paid to an address that can't exist."),
        you_can=later(
            "Copy the address in your wallet with its copy button instead of typing it. It has 48 characters and "
            "begins with 5."
        ),
    ),
    Problem.ADDRESS_OF_ANOTHER_NETWORK: Page(
        title=later("The address is of another blockchain"),
        happened=later("The address is whole, but it belongs to another network than Bittensor."),
        by_itself=later("It keeps the address that was set before."),
        you_can=later("Let your wallet show its Bittensor address. The same wallet may have several."),
    ),
    Problem.SECRET_PASTED: Page(
        title=later("A secret was pasted"),
        happened=later("Secret words, a private key or a wallet's key file was put where a public address belongs."),
        by_itself=later(
            "It wipes the secret from the field and from the clipboard at once. It was neither kept nor sent."
        ),
        you_can=later(
            "Paste the public address. We never ask for secret words. If the secret was pasted anywhere else too, "
            "move your money to a new wallet."
        ),
    ),
    Problem.HOTKEY_PASTED: Page(
        title=later("The address is a hotkey"),
        happened=later("A hotkey signs work; money should go to a wallet's own address, the coldkey."),
        by_itself=later("It keeps the address that was set before."),
        you_can=later("Copy the coldkey's address in your wallet."),
    ),
    Problem.UPDATE_REFUSED: Page(
        title=later("An update was not believed"),
        happened=later(
            "What the update server sent is not signed by the makers of this app, is out of date, or was changed on "
            "the way."
        ),
        by_itself=later("It throws it away, changes nothing and goes on as it is. It looks again the next day."),
        you_can=later(
            "Check this computer's date and clock. If it stays so for days, get the app anew from its own page."
        ),
    ),
    Problem.UPDATE_UNREACHABLE: Page(
        title=later("The update server can't be reached"),
        happened=later("The server with new versions and engines did not answer."),
        by_itself=later("It tries again by itself. A download that broke off goes on from where it was."),
        you_can=later("Check the connection. The app works meanwhile as it is."),
    ),
    Problem.UPDATE_UNUSABLE: Page(
        title=later("An update or engine can't be used"),
        happened=later("There is nothing fitting for this computer, or what came can't be used here."),
        by_itself=later("It changes nothing and goes on as it is."),
        you_can=later("Look again another day. If your computer is of a rare kind, there may be no engine for it yet."),
    ),
    Problem.OTHER: Page(
        title=later("Some other trouble"),
        happened=later("This trouble has no page of its own. The sentence beside the code says what is known."),
        by_itself=later("It goes on where it can, and tries again where that can help."),
        you_can=later(
            "If it comes back, save a report: it holds what is needed to find the reason, with names and addresses "
            "taken out."
        ),
    ),
}
