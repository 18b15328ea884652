"""What is known of this computer's troubles: devices, room, heat, clock, sleep."""

from collections.abc import Mapping
from typing import Final

from app.core.language.speech import later
from app.core.problems.codes import Problem
from app.core.problems.page import Page

COMPUTER_PAGES: Final[Mapping[Problem, Page]] = {
    Problem.DRIVER_TOO_OLD: Page(
        title=later("The graphics driver is too old"),
        happened=later("The driver of your graphics card is older than the training engine needs."),
        by_itself=later("It leaves this card alone. Where the processor is strong enough, that trains in its place."),
        you_can=later(
            "Install the newest driver from the card's maker, start the computer anew, and look into “This computer” "
            "again."
        ),
    ),
    Problem.CHIP_UNKNOWN: Page(
        title=later("The graphics chip is not supported"),
        happened=later("The training engine has no code for this chip, mostly because it is too old or very new."),
        by_itself=later("It leaves this chip alone. Where the processor is strong enough, that trains in its place."),
        you_can=later("There is nothing to be set. Newer versions support more chips; look again after an update."),
    ),
    Problem.DEVICE_NOT_ON_THIS_SYSTEM: Page(
        title=later("The device can't be used on this system"),
        happened=later("There is a training engine for this device, but not for your operating system."),
        by_itself=later("It leaves this device alone. Where the processor is strong enough, that trains in its place."),
        you_can=later("There is nothing to be set. On another operating system the same device may work."),
    ),
    Problem.MEMORY_TOO_SMALL: Page(
        title=later("Too little memory for any part of a model"),
        happened=later("This device has less memory than the smallest part of a model needs."),
        by_itself=later("It leaves this device alone and uses another one, if there is one that suits."),
        you_can=later(
            "There is nothing to be set. You can still try everything on this computer with the small model."
        ),
    ),
    Problem.DISK_FULL: Page(
        title=later("The disk is full"),
        happened=later("Something had to be written, and there was no room for it."),
        by_itself=later("It keeps what is there and tries again. A download goes on from where it broke off."),
        you_can=later(
            "Free some space, for instance by emptying the trash. Under Limits you can say how much room training "
            "may take."
        ),
    ),
    Problem.DISK_NEARLY_FULL: Page(
        title=later("The disk is nearly full"),
        happened=later("Less room is left on the disk than you want to keep free, so training waits."),
        by_itself=later("It looks again all the time and goes on as soon as there is room."),
        you_can=later("Free some space, or lower the room that must stay free, under Limits."),
    ),
    Problem.DISK_LIMIT_LOW: Page(
        title=later("You allow too little of the disk"),
        happened=later(
            "The part of the model that this computer was given takes more room than you allow it. The message says "
            "how much."
        ),
        by_itself=later(
            "Where only saving lacks room, it trains on, and fetches that part anew after a pause. Otherwise it waits. "
            "It never takes more than you allow."
        ),
        you_can=later("Allow more of the disk under “Disk space for its work, at most” in Limits."),
    ),
    Problem.MEMORY_SHORT: Page(
        title=later("Other programs need the memory"),
        happened=later("So little memory is free that training would slow your computer down, so it waits."),
        by_itself=later("It looks again all the time and goes on as soon as enough is free."),
        you_can=later("Close programs that you don't need. Under Limits you can change how much must stay free."),
    ),
    Problem.TOO_HOT: Page(
        title=later("The computer is too hot or too loud"),
        happened=later("A temperature or the speed of a fan is above the limit that is set, so training waits."),
        by_itself=later(
            "It trains gently when the limit comes near, stops above it, and goes on once the computer has cooled down."
        ),
        you_can=later(
            "Let air reach the openings of the computer and remove dust. The limits can be changed under Limits; the "
            "ones set at first are safe."
        ),
    ),
    Problem.CLOCK_WRONG: Page(
        title=later("The computer's clock is wrong"),
        happened=later(
            "The network refuses messages from a computer whose clock is minutes off, because anybody could send old "
            "ones again."
        ),
        by_itself=later("It tries again by itself, and goes on once the clock is right."),
        you_can=later(
            "Turn on automatic time in your system's settings. If the clock is wrong after each start, the small "
            "battery on the mainboard may be empty."
        ),
    ),
    Problem.CAN_NOT_STAY_AWAKE: Page(
        title=later("The computer may fall asleep"),
        happened=later("The app could not ask your system to stay awake while it trains."),
        by_itself=later(
            "It trains as long as the computer is awake, saves before it falls asleep and goes on afterwards."
        ),
        you_can=later(
            "Set your system not to fall asleep during your hours while it is on mains. The screen may turn off."
        ),
    ),
}
