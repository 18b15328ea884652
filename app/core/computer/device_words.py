"""What the cards of this computer's devices say."""

from typing import assert_never

from app.core.computer.devices import (
    DiskRoom,
    Fitness,
    FoundDevice,
    JudgedDevice,
    Limited,
    NotSuitable,
    Shortcoming,
    Suitable,
    Way,
)
from app.core.problems.codes import BY_SHORTCOMING, Problem
from app.core.words import _, bytes_text


def fitness_title(fitness: Fitness) -> str:
    match fitness:
        case Suitable():
            return _("Suitable")
        case Limited():
            return _("Limited")
        case NotSuitable():
            return _("Not suitable")
        case _:
            assert_never(fitness)


def fitness_reason(fitness: Fitness) -> str:
    """Why, in a sentence that says what to do where something can be done."""
    match fitness:
        case Suitable():
            return _("It can hold a part of a large model and train it well.")
        case Limited(why) | NotSuitable(why):
            return _shortcoming_text(why)
        case _:
            assert_never(fitness)


def fitness_problem(fitness: Fitness) -> Problem | None:
    """Its code among the known problems; None where the device can train."""
    return BY_SHORTCOMING.get(fitness.why) if isinstance(fitness, NotSuitable) else None


def facts_text(device: FoundDevice) -> str:
    """Memory, way and driver in one line; what nobody knows is left out."""
    facts = []
    if device.memory_bytes is not None:
        facts.append(_("{size} of memory").format(size=bytes_text(device.memory_bytes)))
    if device.cores is not None:
        facts.append(_("1 core") if device.cores == 1 else _("{count} cores").format(count=device.cores))
    facts.append(_way_text(device.way))
    if device.driver:
        facts.append(_("driver {version}").format(version=device.driver))
    return " · ".join(facts)


def disk_text(room: DiskRoom) -> str:
    left = bytes_text(room.left_bytes)
    if room.free_bytes is None:
        return _("Free disk space is not known. Training may take {size}.").format(size=left)
    free = bytes_text(room.free_bytes)
    if room.is_short:
        text = _(
            "Only {free} of the disk are free, and {kept} must stay free. Make room, or keep less free under Limits."
        )
        return text.format(free=free, kept=bytes_text(room.keep_free_bytes))
    return _("{free} of the disk are free; training may take {size} of that.").format(free=free, size=left)


def computer_sentence(devices: tuple[JudgedDevice, ...]) -> str:
    """All of it in one line."""
    best = next((each for each in devices if isinstance(each.fitness, Suitable)), None)
    if best is not None:
        return _("This computer suits: {name} can train.").format(name=best.device.name)
    usable = next((each for each in devices if isinstance(each.fitness, Limited)), None)
    if usable is not None:
        return _("This computer can train, with limits.")
    return _("Nothing in this computer can train.")


def _way_text(way: Way) -> str:
    return {
        Way.CUDA: _("Computes with CUDA"),
        Way.ROCM: _("Computes with ROCm"),
        Way.XPU: _("Computes with XPU"),
        Way.MPS: _("Computes with Metal (MPS)"),
        Way.PROCESSOR: _("Computes on the processor"),
    }[way]


def _shortcoming_text(why: Shortcoming) -> str:
    return {
        Shortcoming.OLD_DRIVER: _(
            "Its driver is too old for the training engine. Install the newest one from its maker."
        ),
        Shortcoming.UNKNOWN_CHIP: _("The training engine has no code for this chip."),
        Shortcoming.SYSTEM: _("The training engine can't use it on this operating system."),
        Shortcoming.TOO_LITTLE_MEMORY: _("It has too little memory even for a small part of a model."),
        Shortcoming.LITTLE_MEMORY: _("Its memory is enough for small parts of a model only."),
        Shortcoming.SLOW: _("It can train, but a graphics card would be many times as fast."),
        Shortcoming.BESIDE_A_CARD: _("It could train too. The graphics card is many times as fast, so that is used."),
    }[why]
