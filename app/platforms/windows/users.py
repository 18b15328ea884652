"""Windows' users, each by their SID: whose a process is, whose a pipe, and rights that one user alone has."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.platforms.windows.system_calls import library, winapi

SYSTEM: Final = "S-1-5-18"
"""Windows' own account, as root elsewhere."""

_QUERY_PROCESS, _QUERY_TOKEN = 0x1000, 0x8
_TOKEN_USER: Final = 1
_TOKEN_USER_BYTES: Final = 256
"""An address and a SID, which takes 68 bytes at most."""
_KERNEL_OBJECT, _OWNER = 6, 1
_SDDL_REVISION: Final = 1


class _SecurityAttributes(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ulong), ("descriptor", ctypes.c_void_p), ("inherited", ctypes.c_int)]


def rights_of(user: str) -> str:
    """In Windows' own notation: it belongs to this user; the user and the system may do anything with it, nobody else
    anything, and nothing is inherited."""
    return f"O:{user}D:P(A;;GA;;;{user})(A;;GA;;;SY)"


def own_user() -> str:
    """Who this process runs as. Raises OSError where Windows doesn't tell."""
    user = user_of_process(os.getpid())
    if user is None:
        raise PermissionError(1, "Windows does not say which user this is")
    return user


def user_of_process(pid: int) -> str | None:
    """None where Windows keeps it from us, or the process is gone."""
    windows = winapi()
    try:
        process = windows.OpenProcess(_QUERY_PROCESS, False, pid)
    except OSError:
        return None
    token = ctypes.c_void_p()
    try:
        if not library("advapi32").OpenProcessToken(ctypes.c_void_p(process), _QUERY_TOKEN, ctypes.byref(token)):
            return None
    finally:
        windows.CloseHandle(process)
    try:
        return _user_of_token(token)
    finally:
        library("kernel32").CloseHandle(token)


def owner_of(handle: int) -> str | None:
    """Whose the object behind an open handle is; None where Windows doesn't tell."""
    owner, descriptor = ctypes.c_void_p(), ctypes.c_void_p()
    failed = library("advapi32").GetSecurityInfo(
        *(ctypes.c_void_p(handle), _KERNEL_OBJECT, _OWNER),
        *(ctypes.byref(owner), None, None, None, ctypes.byref(descriptor)),
    )
    if failed:
        return None
    try:
        return _text_of(owner)
    finally:
        library("kernel32").LocalFree(descriptor)


@contextmanager
def security_attributes(rights: str) -> Iterator[int]:
    """The address of what a call that makes something takes its rights from. Raises OSError for bad notation."""
    descriptor = ctypes.c_void_p()
    if not library("advapi32").ConvertStringSecurityDescriptorToSecurityDescriptorW(
        rights, _SDDL_REVISION, ctypes.byref(descriptor), None
    ):
        raise ctypes.WinError()  # type: ignore[attr-defined, unused-ignore]
    attributes = _SecurityAttributes(ctypes.sizeof(_SecurityAttributes), descriptor, 0)
    try:
        yield ctypes.addressof(attributes)
    finally:
        library("kernel32").LocalFree(descriptor)


def _user_of_token(token: ctypes.c_void_p) -> str | None:
    answer, length = ctypes.create_string_buffer(_TOKEN_USER_BYTES), ctypes.c_ulong(0)
    if not library("advapi32").GetTokenInformation(token, _TOKEN_USER, answer, _TOKEN_USER_BYTES, ctypes.byref(length)):
        return None
    return _text_of(ctypes.c_void_p.from_buffer(answer))  # a TOKEN_USER begins with the SID's address


def _text_of(sid: ctypes.c_void_p) -> str | None:
    text = ctypes.c_void_p()
    if not library("advapi32").ConvertSidToStringSidW(sid, ctypes.byref(text)) or not text.value:
        return None
    try:
        return ctypes.wstring_at(text.value)
    finally:
        library("kernel32").LocalFree(text)
