"""What is known of troubles with files, settings, keys and the desktop."""

from collections.abc import Mapping
from typing import Final

from app.core.language.speech import later
from app.core.problems.codes import Problem
from app.core.problems.page import Page

KEEPING_PAGES: Final[Mapping[Problem, Page]] = {
    Problem.FILE_TROUBLE: Page(
        title=later("A file can't be read or written"),
        happened=later("Your system would not let the app read or write one of its own files."),
        by_itself=later("It goes on with what it has and tries again."),
        you_can=later(
            "Check that the disk works and that the app's folder belongs to you. “Open its folder” in Settings shows "
            "where it lies."
        ),
    ),
    Problem.WORK_DISK_AWAY: Page(
        title=later("The disk with its work is not connected"),
        happened=later("You chose a folder on another disk for parts of models and unfinished work. It is not there."),
        by_itself=later(
            "It tries again by itself and goes on with its work once the folder is there. What was credited to you "
            "lies elsewhere and is safe."
        ),
        you_can=later("Connect the disk, or choose another folder under “Folder for its work” in Settings."),
    ),
    Problem.SETTING_UNUSABLE: Page(
        title=later("A setting can't be used"),
        happened=later("Something that is set can't be used, or the file of settings was damaged."),
        by_itself=later(
            "It keeps the damaged file beside the new one and uses safe values in its place. Where the hours can't "
            "be read, it waits and trains at no hour."
        ),
        you_can=later("Look through Settings and set again what is not as you want it."),
    ),
    Problem.EARNINGS_NOT_WRITTEN: Page(
        title=later("The history of earnings can't be kept"),
        happened=later("The app could not read or write its own record of what was earned."),
        by_itself=later(
            "It goes on training and tries to write again. What the network owes you stands in the network's ledger "
            "and is not touched."
        ),
        you_can=later("Check that the disk works and has room, and that the app's folder belongs to you."),
    ),
    Problem.ACTIVITY_NOT_WRITTEN: Page(
        title=later("The history of activity can't be kept"),
        happened=later("The app could not read or write its record of when this computer trained."),
        by_itself=later("It goes on training and tries to write again."),
        you_can=later("Check that the disk works and has room, and that the app's folder belongs to you."),
    ),
    Problem.KEYCHAIN_LOCKED: Page(
        title=later("The keychain is locked"),
        happened=later(
            "The key that signs this computer's work lies in your system's keychain, and that is locked. Without the "
            "key nothing can train."
        ),
        by_itself=later(
            "It asks again every half minute and goes on once the keychain is open. It never makes a second key "
            "meanwhile."
        ),
        you_can=later(
            "Sign in at the screen, or open the keychain with its password. For a computer that starts without "
            "anybody there, keep the key in a file, under “This computer's key”."
        ),
    ),
    Problem.KEY_NOT_OPEN: Page(
        title=later("This computer's key can't be opened"),
        happened=later(
            "The key that signs this computer's work is missing, locked in its file, or damaged. Without it nothing "
            "can train."
        ),
        by_itself=later(
            "It tries again every half minute. It never makes a second key: its earnings would not go to the first."
        ),
        you_can=later(
            "Open “This computer's key”: enter the password, or restore the key from the copy that you saved."
        ),
    ),
    Problem.AUTOSTART_REFUSED: Page(
        title=later("The start with your session could not be changed"),
        happened=later("Your system did not take, or did not remove, the app's start with your session."),
        by_itself=later("It leaves everything as it was. Training is not touched."),
        you_can=later("Try again, or change it in the system's own list of programs that start with the session."),
    ),
    Problem.NO_TRAY: Page(
        title=later("The app's icon can't be shown"),
        happened=later(
            "Your desktop shows no icons of programs that run in the background, or has no room left for this one."
        ),
        by_itself=later(
            "It opens its window, so that everything can be reached. The icon comes back once there is a place for it."
        ),
        you_can=later(
            "On GNOME install the extension AppIndicator. On a Mac with many icons in the bar, remove some. The "
            "command train-at-home works without any window."
        ),
    ),
}
