"""The one place that asks torch's compiler for anything, and makes an error of this house of what goes wrong there."""

import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import torch
from torch import Tensor

from engine.shard.layer import LayerFunction
from protocol.errors import DeviceError

Backend: TypeAlias = str | Callable[..., Any]
"""What torch.compile takes: the name of one of its own, or a function."""
BACKEND: Final = "inductor"
REASON_LETTERS: Final = 300
"""Of what a compiler says when it fails; the rest is its own code, quoted."""


class CompilerFailed(DeviceError):
    """Layers run as they are written, as if there were no compiler."""

    code = "compiler_failed"


def cpp_compiler() -> str | None:
    """The C++ compiler that torch would call for a processor's code."""
    names = ("cl",) if sys.platform == "win32" else ("g++", "clang++")
    return next((found for name in (os.environ.get("CXX"), *names) if name and (found := shutil.which(name))), None)


def keep_compiled_in(folder: Path) -> None:
    """What was compiled is found there by the next start. Call before anything is compiled."""
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(folder))


@contextmanager
def compiler_errors_translated() -> Iterator[None]:
    """Whatever a compiler, or code that it made, fails with becomes CompilerFailed."""
    try:
        yield
    except Exception as error:
        words = f"{type(error).__name__}: {error}"[:REASON_LETTERS]
        raise CompilerFailed(f"The compiler failed. ({words})", "Training goes on without it.") from error


def compile_layer(
    function: LayerFunction, try_out: Callable[[LayerFunction], object], backend: Backend = BACKEND
) -> LayerFunction:
    """`function` compiled for exactly what `try_out` calls it with, there and back; takes from seconds to minutes of a
    core, all of it in the calling thread. Called with anything else the result runs `function` itself. Raises
    CompilerFailed, whatever it was."""
    with compiler_errors_translated():
        # Imported here since it costs a second and 100 MB, which only those pay who compile.
        import torch._functorch.config as differentiation
        import torch._inductor.config as generation

        options: dict[str, str | int | bool | Callable[..., Any]] = {"guard_filter_fn": _without_global_state}
        compiled = torch.compile(function, backend=backend, dynamic=False, fullgraph=True, options=options)
        # No processes beside this one, and no work left for the first backward pass, which would hold up all others.
        here = generation.patch(compile_threads=1), differentiation.patch(force_non_lazy_backward_lowering=True)
        with warnings.catch_warnings(), here[0], here[1]:
            warnings.simplefilter("ignore")
            try_out(compiled)
    return _never_compiled_anew(compiled)


def _without_global_state(guards: Sequence[Any]) -> Sequence[bool]:
    """What a compiled function looks at before it is run: its tensors, not how many threads there are. A recomputed
    layer may find other numbers of threads than its forward pass did, since torch goes back in a thread of its own,
    and must come to the very same function. Whether a graph is kept shows in the tensors."""
    return [guard.guard_type != "GLOBAL_STATE" for guard in guards]


def _never_compiled_anew(compiled: LayerFunction) -> LayerFunction:
    def layer(*tensors: Tensor) -> Tensor:
        with torch.compiler.set_stance("eager_on_recompile"):
            return compiled(*tensors)

    return layer
