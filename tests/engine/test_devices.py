"""Choosing a device. Only the processor is here; the others' presence is played."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from engine.__main__ import _measure
from engine.compute.room import make_room
from engine.devices import choose, memory_errors_translated
from engine.devices.base import faster_dtype
from engine.devices.cpu import CpuDevice
from engine.devices.cuda import CudaDevice
from engine.devices.xpu import XpuDevice
from engine.shard.plan import GB
from protocol.engine_control import StartTraining
from protocol.errors import DeviceError
from protocol.runs import RunSpec

PROBES = {"cuda": torch.cuda, "xpu": torch.xpu, "mps": torch.backends.mps}


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The set of devices that torch says are there; empty at first."""
    names: set[str] = set()
    for name, module in PROBES.items():
        monkeypatch.setattr(module, "is_available", lambda name=name: name in names)
    return iter([names])


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        ([], "cpu"),
        (["mps"], "mps"),
        (["xpu"], "xpu"),
        (["cuda"], "cuda"),
        (["cuda", "xpu", "mps"], "cuda"),
        (["xpu", "mps"], "xpu"),
    ],
)
def test_auto_takes_the_best_device_there_is(present: Iterator[set[str]], there: list[str], chosen: str) -> None:
    next(present).update(there)
    assert choose("auto").name == chosen
    assert choose(chosen).torch_device.type == chosen


def test_the_processor_can_be_asked_for_beside_a_card(present: Iterator[set[str]]) -> None:
    next(present).add("cuda")
    assert choose("cpu").name == "cpu"


def test_one_of_several_cards_is_asked_for_by_its_number(
    present: Iterator[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    next(present).add("cuda")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose("cuda:1").torch_device == torch.device("cuda", 1)
    assert choose("cuda:0").torch_device == torch.device("cuda")
    with pytest.raises(DeviceError):
        choose("cuda:2")


@pytest.mark.parametrize("name", ["cuda:", "cuda:x", "cuda:-1", "cpu:1", "mps:1", "auto:0"])
def test_a_number_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(DeviceError):
        choose(name)


def test_free_memory_is_some_of_all_memory() -> None:
    device = CpuDevice()
    assert 0 < (device.free_bytes() or 0) <= (device.memory_bytes() or 0)


class Memory:
    """Of a card with 16 GB: what others and this process' allocator have taken."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, others: int, own: int) -> None:
        self.own, self.limits = own, list[tuple[object, ...]]()
        properties = type("Properties", (), {"total_memory": 16 * GB})
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: properties)
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (16 * GB - others - self.own, 16 * GB))
        monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: self.own)
        monkeypatch.setattr(torch.cuda.memory, "_lazy_init", lambda: None)
        monkeypatch.setattr(
            torch._C, "_cuda_setMemoryFraction", lambda *given: self.limits.append(given), raising=False
        )


@pytest.mark.parametrize("index", [0, 1])
def test_a_cards_share_is_all_the_memory_that_it_has(index: int, monkeypatch: pytest.MonkeyPatch) -> None:
    memory, card = Memory(monkeypatch, others=GB, own=0), CudaDevice(index)
    assert (card.memory_bytes(), card.free_bytes()) == (16 * GB, 15 * GB)
    card.limit_memory(0.5)
    assert memory.limits == [(0.5, index)]
    assert (card.memory_bytes(), card.free_bytes()) == (8 * GB, 8 * GB)
    start = StartTraining(orchestrator_url="", state_folder="", hotkey="", flops_per_second=1.0)
    assert _measure(card, start).memory_bytes == 8 * GB


def test_a_shard_after_another_is_planned_as_the_first_one_was(
    tmp_path: Path, tiny_run: Callable[..., RunSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, card = Memory(monkeypatch, others=GB, own=0), CudaDevice()
    monkeypatch.setattr(card, "compute_dtype", lambda: torch.float32)
    card.limit_memory(0.5)
    plans = []
    for own in (0, 7 * GB):
        memory.own = own
        plans.append(make_room(tiny_run(2), 0, card, None, tmp_path, 10**9).plan)
    assert plans[0] == plans[1]
    assert plans[0].budget_bytes == int(0.9 * 8 * GB)


def test_a_driver_that_does_not_tell_what_is_free_is_no_reason_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def untold(device: torch.device) -> tuple[int, int]:
        raise RuntimeError("The device doesn't support querying the available free memory.")

    monkeypatch.setattr(torch.xpu, "mem_get_info", untold)
    assert XpuDevice().free_bytes() is None


def test_what_is_free_goes_back_to_the_system_and_settings_are_taken_where_there_are_any() -> None:
    script = "from engine.devices.allocator import *; print(tune_allocator()); return_free_memory()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(sys.platform == "linux")


@pytest.mark.parametrize("name", ["cuda", "xpu", "mps", "abacus"])
def test_a_device_that_is_not_there_is_an_error_that_names_it(present: Iterator[set[str]], name: str) -> None:
    with pytest.raises(DeviceError) as caught:
        choose(name)
    assert name in caught.value.title
    assert caught.value.advice


def test_rocm_answers_as_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "hip", "7.1")
    assert CudaDevice().is_rocm
    assert CudaDevice().torch_device.type == "cuda"


@pytest.mark.parametrize(
    ("float32", "bfloat16", "dtype"),
    [(1.0, 80.0, torch.float32), (1.0, 0.9, torch.float32), (1.0, 0.2, torch.bfloat16), (1.0, None, torch.float32)],
)
def test_bf16_is_chosen_only_where_it_was_measured_to_pay(
    float32: float, bfloat16: float | None, dtype: torch.dtype
) -> None:
    assert faster_dtype(float32, bfloat16) == dtype


def test_the_processor_measures_itself_once() -> None:
    device = CpuDevice()
    assert device.compute_dtype() in (torch.float32, torch.bfloat16)
    assert device.compute_dtype() is device.compute_dtype()
    assert (device.memory_bytes() or 0) > 2**28
    device.synchronize()
    device.empty_cache()


def test_a_device_without_bf16_computes_in_fp32() -> None:
    class OldDevice(CpuDevice):
        def seconds_of_products(self, dtype: torch.dtype) -> float:
            if dtype == torch.bfloat16:
                raise RuntimeError("not implemented for 'BFloat16'")
            return 1.0

    assert OldDevice().compute_dtype() == torch.float32


def test_running_out_of_memory_is_an_error_with_advice() -> None:
    with pytest.raises(DeviceError) as caught, memory_errors_translated(CpuDevice()):
        torch.empty(2**60)
    assert caught.value.advice
    with pytest.raises(DeviceError), memory_errors_translated(CpuDevice()):
        raise torch.OutOfMemoryError("CUDA out of memory.")
    with pytest.raises(DeviceError), memory_errors_translated(CpuDevice()):
        raise RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")


def test_other_errors_pass_through_unchanged() -> None:
    with pytest.raises(RuntimeError, match="shapes"), memory_errors_translated(CpuDevice()):
        raise RuntimeError("shapes differ")
