"""What Windows' Python under Wine is made of: the lock as Windows reads it, and libraries that stand in for others."""

import pytest

from devtools.environment import LOCK_FILE
from devtools.system import SetupFailed
from devtools.windows import stand_ins
from devtools.windows.windows_python import locked_for_windows

LOCK = """colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:aa
jeepney==0.9.0 ; sys_platform == 'linux' \\
    --hash=sha256:bb
numpy==2.4.6 \\
    --hash=sha256:cc \\
    --hash=sha256:dd
old==1 ; python_full_version < '3.11'
"""
TOLD = """
The Import Tables (interpreted .idata section contents)
	DLL Name: KERNEL32.dll
	vma:     Ordinal  Hint  Member-Name  Bound-To
	00030000  <none>  0001  GetLastError

	DLL Name: api-ms-win-crt-math-l1-1-0.dll
	vma:     Ordinal  Hint  Member-Name  Bound-To
	003d5cc0  <none>  0107  crealf
	003d5cc8  <none>  00e1  cosf
	003d5cd0  <none>  0003  _cabs

	DLL Name: python311.dll
	vma:     Ordinal  Hint  Member-Name  Bound-To
	00040000  <none>  0001  PyErr_SetString
"""


def test_the_lock_is_read_as_windows_reads_it_and_keeps_its_hashes() -> None:
    assert locked_for_windows(LOCK.strip()) == [
        "colorama==0.4.6 --hash=sha256:aa",
        "numpy==2.4.6 --hash=sha256:cc --hash=sha256:dd",
    ]


def test_of_the_real_lock_every_line_has_a_hash_and_none_is_of_another_system() -> None:
    lines = locked_for_windows(LOCK_FILE.read_text("utf-8").strip())
    assert len(lines) > 80
    assert all(" --hash=sha256:" in line for line in lines)
    names = {line.partition("==")[0] for line in lines}
    assert {"numpy", "iroh", "pyside6-essentials"} <= names
    assert not names & {"jeepney", "bittensor-wallet"}


def test_what_a_program_imports_from_one_library_is_told_apart_from_the_rest() -> None:
    assert stand_ins.imported_names(TOLD, stand_ins.MATHS) == ["crealf", "cosf", "_cabs"]


def test_only_complex_numbers_are_ours_and_all_else_is_handed_on() -> None:
    code, exports = stand_ins.maths_source(["crealf", "cosf", "_cabs"])
    assert "float own_crealf(pair_of_float z) { return z.re; }" in code
    assert "double own__cabs(pair_of_double z) { return hypot(z.re, z.im); }" in code
    assert "cosf" not in code
    assert "pair_of_float own_cexpf(pair_of_float z) { abort(); return z; }" in stand_ins.maths_source(["cexpf"])[0]
    assert exports.splitlines() == [
        "LIBRARY maths.dll",
        "EXPORTS",
        "  crealf = own_crealf",
        "  cosf = ucrtbase.cosf",
        "  _cabs = own__cabs",
    ]


def test_an_import_is_turned_without_moving_a_byte_behind_it() -> None:
    module = b"before\0" + stand_ins.MATHS.encode() + b"\0behind"
    turned = stand_ins.turned(module)
    assert len(turned) == len(module)
    assert turned.startswith(b"before\0maths.dll\0") and turned.endswith(b"\0behind")


@pytest.mark.parametrize("count", [0, 2])
def test_a_numpy_that_imports_otherwise_is_refused(count: int) -> None:
    with pytest.raises(SetupFailed, match="does not import"):
        stand_ins.turned(stand_ins.MATHS.encode() * count)
