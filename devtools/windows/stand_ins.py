"""Two libraries that Windows has and Wine 10 lacks, built with MinGW: enough of them for Qt and NumPy to load.

NumPy imports the C library's arithmetic of complex numbers, of which Wine has none; nothing here computes with complex
numbers. So NumPy's import is turned to a library of ours, which hands all else on to the real one and ends the process
where complex numbers are asked for after all.
"""

import re
from pathlib import Path
from typing import Final

from devtools.system import SetupFailed

COMPILER: Final = "x86_64-w64-mingw32-gcc"
OBJDUMP: Final = "x86_64-w64-mingw32-objdump"
ICU_SOURCE: Final = Path(__file__).with_name("icuuc.c")
MATHS: Final = "api-ms-win-crt-math-l1-1-0.dll"
OUR_MATHS: Final = "maths.dll"
"""No longer than the name that it takes the place of."""
_COMPLEX: Final = re.compile(r"_?c(abs|arg|exp|imag|pow|real|sin|tan|sinh|tanh|sqrt|log)[fl]?")
_IMPORTED: Final = re.compile(r"^\s+[0-9a-f]+\s+\S+\s+[0-9a-f]+\s+(\S+)\s*$")


def imported_names(objdump_output: str, library: str) -> list[str]:
    """What a program imports by name from one library, of `objdump -p`'s answer."""
    names, inside = [], False
    for line in objdump_output.splitlines():
        if "DLL Name:" in line:
            inside = line.split()[-1].lower() == library
        elif inside and (found := _IMPORTED.match(line)):
            names.append(found.group(1))
    return names


def maths_source(names: list[str]) -> tuple[str, str]:
    """A C file and its list of exports."""
    own = [name for name in names if _COMPLEX.fullmatch(name)]
    code = [
        "void abort(void);",
        *(f"void own_{name}(void) {{ abort(); }}" for name in own),
    ]
    exports = [f"  {name} = {f'own_{name}' if name in own else f'ucrtbase.{name}'}" for name in names]
    return "\n".join(code) + "\n", "\n".join([f"LIBRARY {OUR_MATHS}", "EXPORTS", *exports]) + "\n"


def turned(module: bytes) -> bytes:
    """NumPy's module with its import turned to ours. Raises SetupFailed where there is not exactly one."""
    if module.count(MATHS.encode()) != 1:
        raise SetupFailed(f"NumPy does not import {MATHS} as it used to; look at {Path(__file__).name}.")
    return module.replace(MATHS.encode(), OUR_MATHS.encode().ljust(len(MATHS), b"\0"))
