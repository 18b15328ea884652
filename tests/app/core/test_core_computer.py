"""What suits training and what does not, and what a speed check comes to, however it ends."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.control.speaking import speak_for
from app.core.computer import speed
from app.core.computer.device_words import computer_sentence, disk_text, facts_text, fitness_reason, fitness_title
from app.core.computer.devices import (
    GB,
    DiskRoom,
    FoundDevice,
    Hindrance,
    JudgedDevice,
    Limited,
    NotSuitable,
    Shortcoming,
    Suitable,
    Way,
    judged,
)
from app.core.computer.line import MeasuredLine, NoLine, WhyNoLine
from app.core.computer.speed import CARD_FLOPS, Measured, Measuring, NotMeasured
from app.core.computer.speed_run import CheckTimes, SpeedCheck, check_arguments
from app.core.computer.speed_words import earning_text, meaning_text, progress_text, range_text
from app.core.engine.child_process import StopLimits
from app.core.engine.outcomes import NotStarted
from app.core.engine.phase import Phase
from app.core.language.speech import ENGLISH, speak
from app.core.wish import OffUntil
from protocol.speed_check import LINE_ORDER, Began, CheckFailed, Ended, LineSpeed, SpeedLine, Stretch

FAKE = Path(__file__).resolve().parents[1] / "fakes" / "fake_speed_check.py"
QUICK = StopLimits(asked_seconds=0.2, terminated_seconds=0.2, killed_seconds=5.0)


def card(gigabytes: float | None = 12.0, way: Way = Way.CUDA, hindrance: Hindrance | None = None) -> FoundDevice:
    memory = None if gigabytes is None else int(gigabytes * GB)
    return FoundDevice(name="A card", way=way, memory_bytes=memory, hindrance=hindrance)


def processor(gigabytes: float = 16.0) -> FoundDevice:
    return FoundDevice(name="A processor", way=Way.PROCESSOR, memory_bytes=int(gigabytes * GB), cores=8)


@pytest.mark.parametrize(
    ("device", "fitness"),
    [
        (card(12), Suitable()),
        (card(8.5, Way.ROCM), Suitable()),
        (card(None, Way.XPU), Suitable()),
        (card(4), Limited(Shortcoming.LITTLE_MEMORY)),
        (card(1), NotSuitable(Shortcoming.TOO_LITTLE_MEMORY)),
        (card(24, hindrance=Hindrance.OLD_DRIVER), NotSuitable(Shortcoming.OLD_DRIVER)),
        (card(24, Way.ROCM, Hindrance.UNKNOWN_CHIP), NotSuitable(Shortcoming.UNKNOWN_CHIP)),
        (card(24, Way.ROCM, Hindrance.SYSTEM), NotSuitable(Shortcoming.SYSTEM)),
        (card(16, Way.MPS), Suitable()),
        (card(8, Way.MPS), Limited(Shortcoming.LITTLE_MEMORY)),
        (processor(16), Limited(Shortcoming.SLOW)),
        (processor(4), Limited(Shortcoming.LITTLE_MEMORY)),
        (processor(2), NotSuitable(Shortcoming.TOO_LITTLE_MEMORY)),
    ],
)
def test_a_device_alone_is_judged_by_its_memory_and_what_hinders_it(device: FoundDevice, fitness: object) -> None:
    assert judged([device]) == (JudgedDevice(device, fitness),)  # type: ignore[arg-type]


def test_a_processor_steps_back_where_a_card_can_train_and_only_there() -> None:
    assert judged([card(), processor()])[1].fitness == Limited(Shortcoming.BESIDE_A_CARD)
    useless = card(hindrance=Hindrance.OLD_DRIVER)
    assert judged([useless, processor()])[1].fitness == Limited(Shortcoming.SLOW)


_devices = st.builds(
    FoundDevice,
    name=st.text(min_size=1, max_size=10),
    way=st.sampled_from(Way),
    memory_bytes=st.none() | st.integers(0, 10**13),
    driver=st.text(max_size=5),
    cores=st.none() | st.integers(1, 512),
    hindrance=st.none() | st.sampled_from(Hindrance),
)


@given(st.lists(_devices, max_size=5))
def test_every_computer_has_a_sentence_and_every_device_a_reason(devices: list[FoundDevice]) -> None:
    found = judged(devices)
    assert [each.device for each in found] == devices
    for each in found:
        assert fitness_title(each.fitness)
        assert fitness_reason(each.fitness).endswith(".")
        assert facts_text(each.device)
        if each.device.hindrance is not None:
            assert isinstance(each.fitness, NotSuitable)
    usable = any(not isinstance(each.fitness, NotSuitable) for each in found)
    assert (computer_sentence(found) == "Nothing in this computer can train.") is not usable


@given(_devices, st.integers(0, 10**13))
def test_more_memory_never_makes_a_device_worse(device: FoundDevice, more: int) -> None:
    def rank(memory_bytes: int) -> int:
        (found,) = judged([msgspec.structs.replace(device, memory_bytes=memory_bytes)])
        return (NotSuitable, Limited, Suitable).index(type(found.fitness))

    memory = device.memory_bytes or 0
    assert rank(memory + more) >= rank(memory)


def test_facts_say_what_is_known_and_leave_out_the_rest() -> None:
    whole = FoundDevice(name="RTX 4070", way=Way.CUDA, memory_bytes=12 * 10**9, driver="570.86")
    assert facts_text(whole) == "12 GB of memory · Computes with CUDA · driver 570.86"
    assert facts_text(FoundDevice(name="x", way=Way.PROCESSOR)) == "Computes on the processor"


def test_a_short_disk_says_what_to_do() -> None:
    short = disk_text(DiskRoom(25 * 10**8, 2 * 10**9, 30 * 10**9))
    assert short.startswith("Only 2.5 GB of the disk are free, and 2 GB must stay free. Make room")
    assert "not known" in disk_text(DiskRoom(None, 2 * 10**9, 30 * 10**9))
    assert not DiskRoom(25 * 10**8, 2 * 10**9, 4 * 10**8).is_short, "no more was allowed"


@pytest.mark.parametrize(("free", "taken"), [(100 * 10**9, "30 GB"), (25 * 10**9, "23 GB"), (4 * 10**9, "2 GB")])
def test_no_more_of_the_disk_is_spoken_of_than_training_can_take(free: int, taken: str) -> None:
    assert disk_text(DiskRoom(free, 2 * 10**9, 30 * 10**9)).endswith(f"are free; training may take {taken} of that.")


def after(*lines: SpeedLine) -> Measuring:
    state = Measuring()
    for line in lines:
        state = speed.heard(state, line)
    return state


def stretches(*speeds: float) -> list[SpeedLine]:
    return [Stretch(done_share=0.5, tokens_per_second=each) for each in speeds]


OLD = NoLine(WhyNoLine.OLD_ENGINE)
BEGAN = Began(device="cpu", parameters=1_500_000)


def test_the_range_runs_from_waiting_for_others_to_being_alone() -> None:
    state = after(BEGAN, *stretches(1000, 900, 1100, 1000, 1000), Ended(tokens=5000))
    result = speed.after_exit(state, 0)
    assert isinstance(result, Measured)
    assert result.high_tokens_per_hour == 3_600_000
    assert result.low_tokens_per_hour == 0.5 * 900 * 3600
    assert result.earns_little
    assert range_text(result) == "1.6 to 3.6 million tokens an hour"
    assert "will earn little" in earning_text(result)
    assert "1.5 million weights" in meaning_text(result)


@pytest.mark.parametrize(
    ("tag", "slow", "both", "fast", "times"),
    [
        ("en", "12,000 to 160,000", "410,000 to 1.6 million", "1.6 to 3.6 million", "30,000 times"),
        ("de", "12.000 bis 160.000", "410.000 bis 1,6 Millionen", "1,6 bis 3,6 Millionen", "30.000-mal"),
        ("zh-Hans", "1.2 至 16 万", "41 至 160 万", "160 至 360 万", "30,000 倍"),
    ],
)
def test_a_speed_is_written_as_the_language_writes_figures(
    tag: str, slow: str, both: str, fast: str, times: str
) -> None:
    def found(low: float, high: float) -> Measured:
        return Measured(
            device="cpu",
            parameters=1_234_567,
            low_tokens_per_hour=low,
            high_tokens_per_hour=high,
            flops_per_second=CARD_FLOPS / 30_000,
        )

    try:
        speak_for(tag, ())
        ranges = [range_text(found(*ends)) for ends in ((12_345, 164_000), (412_345, 1.6e6), (1.62e6, 3.6e6))]
        earning, warming = earning_text(found(1, 2)), progress_text(Measuring("cpu", 1, 0.1, (12_345.6,)), None)
    finally:
        speak(ENGLISH)
    assert [told in text for told, text in zip((slow, both, fast), ranges, strict=True)] == [True] * 3, ranges
    assert times in earning
    assert ("12.346" if tag == "de" else "12,346") in warming


@given(st.lists(st.floats(0.001, 1e12), min_size=1, max_size=60), st.integers(1, 10**12))
def test_the_lower_end_is_never_above_the_upper_one(speeds: list[float], parameters: int) -> None:
    result = speed.measured(Measuring("cpu", parameters, 1.0, tuple(speeds), True))
    assert 0 < result.low_tokens_per_hour <= result.high_tokens_per_hour
    assert range_text(result)
    assert earning_text(result)


def test_a_computer_that_was_busy_meanwhile_is_told_so() -> None:
    busy = speed.measured(Measuring("cpu", 1_500_000, 1.0, (1000.0, 400.0, 1000.0, 1000.0), True))
    calm = speed.measured(Measuring("cpu", 1_500_000, 1.0, (1000.0, 950.0, 1000.0, 1000.0), True))
    assert "Other programs were busy" in meaning_text(busy)
    assert "Other programs were busy" not in meaning_text(calm)


def test_a_fast_card_is_not_told_that_it_earns_little() -> None:
    fast = speed.measured(Measuring("cuda", 50_000_000, 1.0, (60_000.0,) * 5, True))
    assert not fast.earns_little
    assert earning_text(fast).startswith("That is about as much")


@pytest.mark.parametrize(
    ("lines", "code", "title"),
    [
        ([BEGAN, *stretches(1, 2, 3)], 137, "The system ended the measurement, most likely because memory ran out."),
        ([BEGAN], -9, "The system ended the measurement, most likely because memory ran out."),
        ([], 7, "The measurement ended before it was done (code 7)."),
        ([BEGAN, *stretches(1, 2, 3)], 0, "The measurement ended before it was done (code 0)."),
        ([BEGAN, Ended(tokens=0)], 0, "The measurement ended before it was done (code 0)."),
        ([CheckFailed(code="device", title="No device.", advice="Buy one.")], 1, "No device."),
    ],
)
def test_every_bad_end_has_its_sentence(lines: list[SpeedLine], code: int, title: str) -> None:
    result = speed.after_exit(after(*lines), code)
    assert isinstance(result, NotMeasured)
    assert result.title == title
    assert result.advice


def test_progress_is_told_with_the_temperature_where_there_is_one() -> None:
    assert progress_text(Measuring(), None) == "Starting the training engine…"
    assert progress_text(after(BEGAN), 61.4) == "Warming up… · 61 °C"
    assert progress_text(after(BEGAN, *stretches(15000.0)), 71.0) == "Measuring: 15,000 tokens a second · 71 °C"


def test_nothing_is_measured_beside_training(make_snapshot: Callable[..., object]) -> None:
    held = speed.held_by(make_snapshot())  # type: ignore[arg-type]
    assert held is not None
    assert "Pause it first" in held.advice
    assert speed.held_by(make_snapshot(phase=Phase.STOPPED, wish=OffUntil())) is None  # type: ignore[arg-type]


async def run(
    mode: str, times: CheckTimes | None = None, order: str = ""
) -> tuple[Measured | NotMeasured, list[Measuring]]:
    told: list[Measuring] = []
    check = SpeedCheck(
        (sys.executable, str(FAKE), mode),
        told.append,
        environment={LINE_ORDER: order},
        times=times or CheckTimes(stop=QUICK),
        line=OLD,
    )
    return await check.run(), told


async def test_a_check_that_goes_well_is_told_as_it_goes_and_measured() -> None:
    result, told = await run("good")
    assert isinstance(result, Measured)
    assert result.device == "cuda"
    assert [state.done_share for state in told][-1] == 1.0


async def test_lines_of_libraries_between_do_no_harm() -> None:
    result, _told = await run("mutters")
    assert isinstance(result, Measured)


async def test_the_internet_line_is_part_of_it_where_that_was_asked_for() -> None:
    result, told = await run("line", order="{}")
    assert isinstance(result, Measured) and isinstance(result.line, MeasuredLine)
    assert result.line.up == LineSpeed(1_500_000.0)
    assert result.line.enough is not None and result.line.enough.run_title == "Tales"
    assert progress_text(told[0], 50.0) == "Measuring the internet line… · 50 °C"
    assert not told[1].line_under_way


async def test_a_line_that_could_not_be_measured_takes_nothing_from_the_training_speed() -> None:
    result, _told = await run("no_line", order="{}")
    assert isinstance(result, Measured)
    assert result.line == NoLine(WhyNoLine.UNREACHABLE)


async def test_an_older_engine_says_nothing_of_the_line_and_that_is_what_is_told() -> None:
    result, _told = await run("good", order="{}")
    assert isinstance(result, Measured)
    assert result.line == OLD


@pytest.mark.parametrize(
    ("mode", "times", "title"),
    [
        ("killed", CheckTimes(stop=QUICK), "The system ended the measurement, most likely because memory ran out."),
        ("exits", CheckTimes(stop=QUICK), "The measurement ended before it was done (code 7)."),
        ("stops_short", CheckTimes(stop=QUICK), "The measurement ended before it was done (code 0)."),
        ("no_device", CheckTimes(stop=QUICK), "There is no such device."),
        ("babbles", CheckTimes(stop=QUICK), "The measurement said what this app can't read."),
        ("hangs", CheckTimes(silent_seconds=0.5, stop=QUICK), "The measurement did not answer any more and was ended."),
        (
            "ignores",
            CheckTimes(longest_seconds=0.5, stop=QUICK),
            "The measurement took longer than a minute and was ended.",
        ),
    ],
)
async def test_however_a_check_fails_it_is_gone_and_there_is_a_sentence(
    mode: str, times: CheckTimes, title: str
) -> None:
    result, _told = await run(mode, times)
    assert isinstance(result, NotMeasured)
    assert result.title == title


async def test_a_cancelled_check_ends_its_child_even_one_that_ignores_it() -> None:
    pids: list[int] = []
    begun = asyncio.Event()
    check = SpeedCheck(
        (sys.executable, str(FAKE), "ignores"),
        lambda state: begun.set(),
        bind=pids.append,
        times=CheckTimes(stop=QUICK),
    )
    running = asyncio.create_task(check.run())
    await begun.wait()
    check.cancel()
    assert await running == NotMeasured("Stopped, as you asked.", "Nothing was measured.")
    assert not psutil.pid_exists(pids[0])


async def test_where_there_is_no_engine_that_is_what_is_said() -> None:
    missing = NotStarted("The training engine is not on this computer yet.", "Fetch it.")
    assert await SpeedCheck(missing, lambda state: None).run() == NotMeasured(missing.title, missing.advice)
    nowhere = await SpeedCheck(("/nowhere/engine",), lambda state: None).run()
    assert isinstance(nowhere, NotMeasured)
    assert "can't be started" in nowhere.title


def test_the_child_is_told_what_training_would_use() -> None:
    assert check_arguments("cuda:1", 3) == ("--device", "cuda:1", "--threads", "3", "--seconds", "20.0")
