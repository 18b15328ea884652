"""The speed check tells what it measured in lines that its starter can read, and ends with whoever started it."""

import itertools
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.devices.base import OutOfMemory
from engine.devices.cpu import CpuDevice
from engine.speed_check import measuring
from engine.speed_check.measuring import SmallStage, check_run, speed_lines
from protocol.errors import MalformedMessage
from protocol.speed_check import (
    LINE_LIMIT_BYTES,
    Began,
    CheckFailed,
    Ended,
    LineBegan,
    LineBound,
    LineEnough,
    LineMeasured,
    LineNotMeasured,
    LineSpeed,
    LineTrouble,
    SpeedLine,
    Stretch,
    decode_line,
    encode_line,
)

ROOT = Path(__file__).resolve().parents[2]


class QuickCpu(CpuDevice):
    def compute_dtype(self) -> torch.dtype:
        return torch.float32


def test_every_stretch_is_told_with_its_share_and_all_of_it_at_the_end() -> None:
    seconds = itertools.count(step=0.25)
    told = list(speed_lines(QuickCpu(), 2.0, lambda: float(next(seconds))))
    assert isinstance(told[0], Began)
    assert told[0].device == "cpu"
    stretches = [line for line in told if isinstance(line, Stretch)]
    shares = [line.done_share for line in stretches]
    assert shares == sorted(shares)
    assert 0.8 < shares[-1] <= 1.0
    assert all(line.tokens_per_second > 0 for line in stretches)
    assert isinstance(told[-1], Ended)
    assert told[-1].tokens > 0


def test_a_step_trains_the_weights() -> None:
    torch.set_num_threads(1)
    stage = SmallStage(check_run(on_card=False), QuickCpu())
    before = {name: tensor.clone() for name, tensor in stage._weights.items()}
    stage.step()
    assert any(not torch.equal(before[name], tensor) for name, tensor in stage._weights.items())


def test_memory_that_runs_out_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(stage: SmallStage) -> None:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(measuring.SmallStage, "step", no_room)
    with pytest.raises(OutOfMemory, match="no memory left"):
        list(speed_lines(QuickCpu(), 1.0, lambda: 0.0))


def spawn(*arguments: str, environment: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "engine.speed_check", *arguments]
    pipe, around = subprocess.PIPE, {**os.environ, **(environment or {})}
    return subprocess.Popen(command, cwd=ROOT, env=around, stdin=pipe, stdout=pipe, stderr=pipe)


def told_by(*arguments: str, environment: Mapping[str, str] | None = None) -> list[SpeedLine]:
    """All that a check says which comes to a good end."""
    child = spawn(*arguments, environment=environment)
    assert child.stdout is not None
    told = [decode_line(line) for line in child.stdout]
    assert child.wait(60) == 0
    for pipe in (child.stdin, child.stdout, child.stderr):
        assert pipe is not None
        pipe.close()
    return told


def test_the_process_prints_nothing_but_lines_and_ends_in_order() -> None:
    told = told_by("--device", "cpu", "--seconds", "0.2")
    assert isinstance(told[0], Began)
    assert isinstance(told[-1], Ended)


def test_a_device_that_is_not_there_is_said_and_not_measured() -> None:
    child = spawn("--device", "vulkan")
    assert child.stdout is not None
    (told,) = [decode_line(line) for line in child.stdout]  # with its stdin open: else it ends at once
    child.communicate(timeout=60)
    assert child.returncode == 1
    assert isinstance(told, CheckFailed)
    assert "vulkan" in told.title


def test_it_ends_when_whoever_started_it_is_gone() -> None:
    child = spawn("--device", "cpu", "--seconds", "60")
    assert child.stdin is not None
    assert child.stdout is not None
    assert isinstance(decode_line(child.stdout.readline()), Began)
    child.communicate(timeout=30)
    assert child.returncode == 1


@pytest.mark.parametrize("wrong", [["--seconds", "76"], ["--seconds", "0"], ["--threads", "0"], ["--threads", "two"]])
def test_numbers_out_of_range_are_refused(wrong: list[str]) -> None:
    _out, errors = spawn(*wrong).communicate(timeout=60)
    assert b"usage" in errors


def test_the_engine_bundles_program_answers_for_it() -> None:
    command = [sys.executable, str(ROOT / "packaging/shared/enter_engine.py"), "-m", "engine.speed_check", "--help"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, timeout=60)
    assert b"How fast this computer trains" in done.stdout


_words = st.text(max_size=50)
_speeds = st.floats(0, 1e12)
_ways = st.builds(LineSpeed, bytes_per_second=st.floats(0.001, 1e12), bound=st.sampled_from(LineBound))
_lines = st.one_of(
    st.builds(Began, device=st.text(min_size=1, max_size=20), parameters=st.integers(1, 10**12)),
    st.builds(Stretch, done_share=st.floats(0, 1), tokens_per_second=_speeds),
    st.just(LineBegan()),
    st.builds(LineMeasured, up=_ways, down=_ways),
    st.builds(LineNotMeasured, trouble=st.sampled_from(LineTrouble)),
    st.builds(LineEnough, run_title=_words, times_smaller=_speeds, share=st.floats(0, 1)),
    st.builds(Ended, tokens=st.integers(0, 10**15)),
    st.builds(CheckFailed, code=_words, title=_words, advice=_words),
)


@given(_lines)
def test_a_line_is_read_as_it_was_written(line: SpeedLine) -> None:
    assert decode_line(encode_line(line).strip()) == line


@given(st.binary(max_size=200))
def test_anything_else_is_refused_and_nothing_else_happens(garbage: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_line(b"x" + garbage)


@pytest.mark.parametrize(
    "line",
    [
        b'{"told":"stretch","done_share":2,"tokens_per_second":1}',
        b'{"told":"stretch","done_share":0.5,"tokens_per_second":-1}',
        b'{"told":"stretch","done_share":0.5,"tokens_per_second":1e300}',
        b'{"told":"began","device":"","parameters":1}',
        b'{"told":"began","device":"cpu","parameters":1,"more":1}',
        b'{"told":"ended","tokens":"many"}',
        b" " * (LINE_LIMIT_BYTES + 1),
    ],
)
def test_values_out_of_bounds_are_refused(line: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_line(line)
