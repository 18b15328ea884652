"""Two libraries that Windows has and Wine 10 lacks, built with MinGW: enough of them for Qt and NumPy to load.

NumPy imports the C library's arithmetic of complex numbers, of which Wine has none. Nothing of ours computes with
complex numbers, and NumPy itself only takes some apart as it loads. So its import is turned to a library that does this
much, hands all that is real on to the C library, and ends the process where more is asked of complex numbers.
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
_COMPLEX: Final = re.compile(r"_?c(abs|arg|exp|imag|pow|real|sin|tan|sinh|tanh|sqrt|log)([fl]?)")
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


_DECLARED: Final = """\
typedef struct { float re, im; } pair_of_float;
typedef struct { double re, im; } pair_of_double;
void abort(void);
double hypot(double, double);
double atan2(double, double);
"""
_TAKEN_APART: Final = {"real": "z.re", "imag": "z.im", "abs": "hypot(z.re, z.im)", "arg": "atan2(z.im, z.re)"}


def _own_function(name: str, found: re.Match[str]) -> str:
    """On Windows a long double is a double, and a complex number a pair."""
    number = "float" if found.group(2) == "f" else "double"
    answer = _TAKEN_APART.get(found.group(1))
    body = "abort(); return z;" if answer is None else f"return {answer};"
    return f"{f'pair_of_{number}' if answer is None else number} own_{name}(pair_of_{number} z) {{ {body} }}"


def maths_source(names: list[str]) -> tuple[str, str]:
    """A C file and its list of exports."""
    own = {name: found for name in names if (found := _COMPLEX.fullmatch(name))}
    code = [_DECLARED, *(_own_function(name, found) for name, found in own.items())]
    exports = [f"  {name} = {f'own_{name}' if name in own else f'ucrtbase.{name}'}" for name in names]
    return "\n".join(code) + "\n", "\n".join([f"LIBRARY {OUR_MATHS}", "EXPORTS", *exports]) + "\n"


def turned(module: bytes) -> bytes:
    """NumPy's module with its import turned to ours. Raises SetupFailed where there is not exactly one."""
    if module.count(MATHS.encode()) != 1:
        raise SetupFailed(f"NumPy does not import {MATHS} as it used to; look at {Path(__file__).name}.")
    return module.replace(MATHS.encode(), OUR_MATHS.encode().ljust(len(MATHS), b"\0"))
