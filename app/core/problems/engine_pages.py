"""What is known of the training engine's troubles."""

from collections.abc import Mapping
from typing import Final

from app.core.language.speech import later
from app.core.problems.codes import Problem
from app.core.problems.page import Page

ENGINE_PAGES: Final[Mapping[Problem, Page]] = {
    Problem.ENGINE_NOT_STARTED: Page(
        title=later("The training engine can't be started"),
        happened=later(
            "The program that does the training is not where the app looks for it, or the system would not run it. A "
            "virus scanner may have put it aside, or its download was never finished."
        ),
        by_itself=later(
            "It tries again by itself, at first after seconds, later after minutes. Nothing that was trained is lost."
        ),
        you_can=later(
            "Open “This computer” and fetch the training engine again. If your virus scanner has put it aside, tell "
            "the scanner that you want it."
        ),
    ),
    Problem.ENGINE_ENDED_BY_SYSTEM: Page(
        title=later("The system ended the engine"),
        happened=later(
            "Your system stopped the training program from outside. Most often memory had run out, and the system "
            "chose the largest program."
        ),
        by_itself=later("It starts again by itself and goes on from the last saved state."),
        you_can=later(
            "Close programs that need much memory. Under Limits you can give training less memory, so that it "
            "happens no more."
        ),
    ),
    Problem.ENGINE_CRASHED: Page(
        title=later("The engine crashed"),
        happened=later(
            "The training program broke off in the middle. Often a driver of the graphics card is the reason, at "
            "times a fault of ours."
        ),
        by_itself=later(
            "It starts again by itself and goes on from the last saved state. If it crashes again, it waits longer "
            "each time."
        ),
        you_can=later(
            "Install the newest driver for your graphics card and start the computer anew. If it goes on crashing, "
            "save a report and give it to whoever helps you."
        ),
    ),
    Problem.ENGINE_LEFT: Page(
        title=later("The engine ended unexpectedly"),
        happened=later("The training program ended without being asked and without saying why."),
        by_itself=later("It starts again by itself and goes on from the last saved state."),
        you_can=later(
            "Mostly nothing has to be done. If it happens again and again, save a report: the log's last lines say "
            "more."
        ),
    ),
    Problem.ENGINE_SILENT: Page(
        title=later("The engine does not answer"),
        happened=later(
            "The training program runs, but it has said nothing for a long time. It may hang, or the computer was "
            "far too busy."
        ),
        by_itself=later("It ends the program that hangs and starts a fresh one."),
        you_can=later(
            "Close programs that keep the computer very busy. If it happens each night, start the computer anew and "
            "install the newest driver for the graphics card."
        ),
    ),
    Problem.ENGINE_FAULT: Page(
        title=later("A fault inside the engine"),
        happened=later("The training program met a fault of its own. That is a mistake of ours, not yours."),
        by_itself=later("It starts again by itself and goes on from the last saved state."),
        you_can=later(
            "Look for a newer version under Settings. Please save a report and give it to us: it helps to find the "
            "mistake."
        ),
    ),
    Problem.ENGINE_OF_ANOTHER_VERSION: Page(
        title=later("The engine belongs to another version"),
        happened=later("The app and its training engine are of different versions and don't understand each other."),
        by_itself=later("It does not start that engine again, since that would not help."),
        you_can=later(
            "Open “This computer” and fetch the training engine again. If that does not help, install the app again; "
            "your settings stay."
        ),
    ),
    Problem.OUT_OF_MEMORY: Page(
        title=later("Not enough memory for training"),
        happened=later(
            "The part of the model that this computer was given does not fit into the memory that training may use."
        ),
        by_itself=later("It tries again with less at once, and where that is not enough, later."),
        you_can=later(
            "Close other programs that use the graphics card. Under Limits you can allow training more memory."
        ),
    ),
    Problem.DEVICE_UNUSABLE: Page(
        title=later("The graphics card can't be used"),
        happened=later("The device that was chosen for training is not there, is busy, or answered with an error."),
        by_itself=later("It tries again by itself."),
        you_can=later(
            "Look in “This computer” whether the device is listed. Start the computer anew; if you chose the device "
            "yourself, let the app choose again."
        ),
    ),
    Problem.DEVICE_STANDS_STILL: Page(
        title=later("The device that computes stood still"),
        happened=later(
            "For a quarter of an hour the graphics card or processor did not come back from a calculation. Drivers "
            "sometimes get stuck, above all after the computer slept."
        ),
        by_itself=later("It ends the engine and starts a fresh one. What was in its hands goes to other computers."),
        you_can=later(
            "If it comes back, start the computer anew and update the driver of its graphics card. Until then you can "
            "let the processor train instead: Limits, “Compute on”."
        ),
    ),
    Problem.COMPILER_FAILED: Page(
        title=later("Training goes on more slowly"),
        happened=later("The engine could not prepare the faster way of computing on this computer."),
        by_itself=later("It goes on in the slower, equally right way. Nothing is lost but some speed."),
        you_can=later("Nothing has to be done. A newer driver for the graphics card may bring the speed back."),
    ),
}
