"""What is known of troubles with the network and with money."""

from collections.abc import Mapping
from typing import Final

from app.core.language.speech import later
from app.core.problems.codes import Problem
from app.core.problems.page import Page

NETWORK_PAGES: Final[Mapping[Problem, Page]] = {
    Problem.OFFLINE: Page(
        title=later("No connection to the network"),
        happened=later("This computer has no connection to the internet, or the training network did not answer."),
        by_itself=later(
            "It trains nothing meanwhile, looks again all the time, and goes on as soon as the connection is back."
        ),
        you_can=later("Check the cable or the wireless connection, and whether a web page opens in your browser."),
    ),
    Problem.NETWORK_UNREACHABLE: Page(
        title=later("The training network does not answer"),
        happened=later(
            "The internet may work, but the computer that leads the training did not answer, or asked to be tried "
            "later."
        ),
        by_itself=later("It tries again by itself, at first after seconds, later after minutes."),
        you_can=later(
            "Mostly it is enough to wait. If it lasts for hours, check that a firewall or a filter does not block "
            "the app."
        ),
    ),
    Problem.NETWORK_REFUSED: Page(
        title=later("The network said no"),
        happened=later("The network answered and refused what was asked. The sentence beside this code says why."),
        by_itself=later("It tries again by itself where that can help."),
        you_can=later(
            "Read the reason in the message. If it stays, save a report and ask the people who run the network."
        ),
    ),
    Problem.SIGNATURE_REFUSED: Page(
        title=later("The network did not accept the signature"),
        happened=later(
            "Each message is signed with this computer's key, and the network did not accept one of the signatures."
        ),
        by_itself=later("It signs anew and tries again."),
        you_can=later(
            "Check the computer's clock. If you moved the key here from another computer, see that it runs in one "
            "place only."
        ),
    ),
    Problem.NETWORK_FAULT: Page(
        title=later("The network has a problem of its own"),
        happened=later("The computer that leads the training answered with an error of its own."),
        by_itself=later("It tries again by itself. What was trained is kept until it can be handed over."),
        you_can=later("There is nothing you have to do."),
    ),
    Problem.ANSWER_NOT_UNDERSTOOD: Page(
        title=later("An answer was not understood"),
        happened=later(
            "Something arrived that does not follow the rules both sides agreed on. A filter in between may have "
            "changed it."
        ),
        by_itself=later("It throws such a message away and tries again."),
        you_can=later(
            "Look for a newer version. In a hotel or at work, sign in to the wireless network in your browser first."
        ),
    ),
    Problem.DAMAGED_ON_THE_WAY: Page(
        title=later("Something arrived damaged"),
        happened=later("What arrived was not what was announced, so it was not used."),
        by_itself=later("It throws it away and fetches it again."),
        you_can=later(
            "Nothing has to be done. If it happens often, check the memory, the cable or the wireless connection."
        ),
    ),
    Problem.CONNECTION_LOST: Page(
        title=later("The connection to the network was lost"),
        happened=later("The connection broke off while this computer was training."),
        by_itself=later("It connects again by itself and goes on where it was."),
        you_can=later(
            "Nothing has to be done. If it happens every few minutes, move closer to the router or use a cable."
        ),
    ),
    Problem.PEER_UNREACHABLE: Page(
        title=later("Another computer can't be reached"),
        happened=later("The parts of the model lie on different computers, and one of them did not answer."),
        by_itself=later("It takes another way, or waits until the network has put another computer in its place."),
        you_can=later("Nothing has to be done."),
    ),
    Problem.NETWORK_HERE_ENDED: Page(
        title=later("The network on this computer ended"),
        happened=later(
            "The small network for trying everything out on this computer did not start, or ended by itself."
        ),
        by_itself=later("It starts it again by itself."),
        you_can=later("Close other programs if memory is short. If it goes on, save a report."),
    ),
    Problem.APP_TOO_OLD: Page(
        title=later("The app is too old for the network"),
        happened=later("The network speaks a newer version than this app, so they can't train together."),
        by_itself=later(
            "It looks for a newer version and begins it while nobody is disturbed, unless you switched that off."
        ),
        you_can=later(
            "Quit the app and start it again if a new version is ready, or choose “Update by itself” in Settings."
        ),
    ),
    Problem.DATA_USED_UP: Page(
        title=later("This month's data are used up"),
        happened=later("You allowed training an amount of data in a month, and that has been used."),
        by_itself=later("It waits until the next month begins."),
        you_can=later("Under Connection you can allow more, or no limit."),
    ),
    Problem.WORK_TOO_LATE: Page(
        title=later("A piece of work came too late"),
        happened=later("This computer finished a step when the others had already gone on, so that step was left out."),
        by_itself=later("It takes the newest state and goes on."),
        you_can=later(
            "Nothing has to be done. If it happens often, the connection or the computer is busy with something else."
        ),
    ),
    Problem.LEDGER_UNREACHABLE: Page(
        title=later("The ledger can't be asked"),
        happened=later("The network's ledger did not answer, so the figures of your earnings may be old."),
        by_itself=later("It asks again by itself. What you have earned is not touched."),
        you_can=later("There is nothing you have to do."),
    ),
    Problem.PROXY_FAILED: Page(
        title=later("The proxy does not let it through"),
        happened=later(
            "This computer goes to the internet through a proxy, as companies and universities have one. That proxy "
            "refused, could not be reached, or is of a kind that this app does not speak, such as SOCKS."
        ),
        by_itself=later("It tries again by itself. It never goes past a proxy that is set."),
        you_can=later(
            "Look at Proxy in Settings: enter the address that whoever runs the proxy gives you, or choose None where "
            "there is no proxy any more. Where it asks for a password or is found by a script, ask for an address that "
            "works without."
        ),
    ),
    Problem.PAYOUT_HELD: Page(
        title=later("A payout is held"),
        happened=later("The network keeps a payout back for now. The reason stands beside it under Earnings."),
        by_itself=later("What is held stays yours. It is paid with a later payout, once the reason is gone."),
        you_can=later("Read the reason under Earnings, and check that your payout address is right."),
    ),
}
