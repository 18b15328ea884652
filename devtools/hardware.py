"""Which build of torch is installed for the hardware found."""

from __future__ import annotations  # so that an old Python gets as far as the sentence that names what it lacks

from typing import NamedTuple

from app.platforms.hardware import Hardware, accelerators, find_hardware

__all__ = ["TORCH_VERSION", "Hardware", "TorchBuild", "find_hardware", "torch_builds"]

TORCH_VERSION = "2.13.0"
TORCH_INDEX = "https://download.pytorch.org/whl/"


class TorchBuild(NamedTuple):
    """One thing to try to install."""

    name: str
    requirement: str
    index_url: str | None
    """None is whatever pip is set up with."""
    with_dependencies: bool
    """GPU builds bring libraries of their own; everything else that torch needs stands in the lock."""


def torch_builds(hardware: Hardware, wanted: str = "") -> list[TorchBuild]:
    """What to try, best first; empty where torch has no build at all. `wanted` names one build by hand.

    Pure, so that every kind of machine can be tested on this one.
    """
    exact = f"torch=={TORCH_VERSION}"

    def from_pytorch(name: str) -> TorchBuild:
        return TorchBuild(name, f"{exact}+{name}", TORCH_INDEX + name, name != "cpu")

    if hardware.system == "Darwin":  # one build, with Metal in it, and none for Intel processors
        return [TorchBuild("mps", exact, None, False)] if hardware.machine == "arm64" else []
    if hardware.system == "Windows":  # here the plain build is the CPU's
        for_cpu = [TorchBuild("cpu", exact, None, False), from_pytorch("cpu")]
    else:
        for_cpu = [
            TorchBuild("cpu", f"{exact}+cpu", None, False),  # a mirror or a folder that pip was told of may have it
            from_pytorch("cpu"),
            TorchBuild("cpu", exact, None, True),  # may be a CUDA build of some gigabytes, but it computes
        ]
    if wanted:
        return for_cpu if wanted == "cpu" else [from_pytorch(wanted)]
    return [*(from_pytorch(name) for name in accelerators(hardware) if name != "cpu"), *for_cpu]
