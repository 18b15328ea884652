"""A graphics card that is played on the processor: torch takes its tensors for tensors of a card.

What a real one refuses it refuses as well: fp64, complex numbers and float8 on the device, numbers read from there
without a copy, and one operation over tensors of two places. Copies are made at once.
"""

import gc
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

from engine.devices.base import MeasuredDevice

# Before any backward pass of this process: torch counts its kinds of device then.
_setup_privateuseone_for_python_backend("played")
# torch.utils.checkpoint asks after every kind of device that torch knows, whatever it is used on.
torch.get_device_module("played").get_amp_supported_dtype = lambda: [torch.bfloat16]
CARD = torch.device("played", 0)
_aten = torch.ops.aten
_REFUSED = (torch.float64, torch.complex64, torch.complex128, torch.float8_e4m3fn, torch.float8_e5m2)


class _OnCard(Tensor):
    """Its numbers are in `here`, a tensor of the processor that nobody else may see."""

    here: Tensor

    @staticmethod
    def __new__(cls, here: Tensor) -> "_OnCard":
        made = Tensor._make_wrapper_subclass(
            cls,
            here.shape,
            strides=here.stride(),
            storage_offset=here.storage_offset(),
            dtype=here.dtype,
            device=CARD,
        )
        made.here = here
        return made

    def __repr__(self, **_: Any) -> str:  # type: ignore[override]
        return f"OnCard({tuple(self.shape)}, {self.dtype})"

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        return _run(func, args, kwargs or {})


def _run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """`func` over the numbers themselves; what comes of it is on the card if the inputs were, or it was asked for."""
    given = [each for each in tree_leaves((args, kwargs)) if isinstance(each, Tensor)]
    played = [each for each in given if isinstance(each, _OnCard)]
    wanted = kwargs.get("device")
    there = bool(played) if wanted is None else torch.device(wanted).type == CARD.type
    copies = func in (_aten._to_copy.default, _aten.copy_.default)
    if played and not copies and any(not isinstance(each, _OnCard) and each.dim() for each in given):
        raise RuntimeError(f"Expected all tensors to be on the same device ({func})")
    if func is _aten._local_scalar_dense.default:
        there = False
    if wanted is not None:
        kwargs = kwargs | {"device": torch.device("cpu")}
    plain_args, plain_kwargs = tree_map(_numbers, (args, kwargs))
    if func is _aten._to_copy.default and there is not bool(played):
        found = func(*plain_args, **plain_kwargs).clone()
    else:
        found = func(*plain_args, **plain_kwargs)
    if func._schema.is_mutable and not func._schema.returns:
        return None
    known = {id(each.here): each for each in played}

    def put(each: Any) -> Any:
        if not isinstance(each, Tensor):
            return each
        if id(each) in known:
            return known[id(each)]
        for outer in given:
            if each is outer:
                return outer
        if not there:
            return each
        if each.dtype in _REFUSED:
            raise TypeError(f"Cannot convert a tensor of this device to {each.dtype} ({func})")
        return _OnCard(each)

    return tree_map(put, found)


def _numbers(each: Any) -> Any:
    return each.here if isinstance(each, _OnCard) else each


class PlayedGraphics(TorchDispatchMode):
    """While it is entered, torch makes tensors on "cuda" here."""

    def __enter__(self) -> Any:
        self._lifted = torch._C._only_lift_cpu_tensors()
        torch._C._set_only_lift_cpu_tensors(True)
        return super().__enter__()  # type: ignore[no-untyped-call]

    def __exit__(self, *error: Any) -> None:
        torch._C._set_only_lift_cpu_tensors(self._lifted)
        super().__exit__(*error)  # type: ignore[no-untyped-call]

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})


class PlayedDevice(MeasuredDevice):
    """What the engine knows of it."""

    name = "played"
    has_own_memory = True

    def available(self) -> bool:
        return True

    def memory_bytes(self) -> int | None:
        return 8 * 10**9

    def free_bytes(self) -> int | None:
        return 8 * 10**9


def bytes_held() -> int:
    """What of the card's memory anybody still holds."""
    gc.collect()
    held = [each.here.untyped_storage() for each in gc.get_objects() if type(each) is _OnCard]
    return sum({storage.data_ptr(): storage.nbytes() for storage in held}.values())
