"""The control socket of Windows: its name and rights, whose pipe is trusted, and a client that never waits for ever."""

import asyncio
import ctypes
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from app.control import messages as wire
from app.control.client import NotAllowed, NotRunning, connected, trouble
from app.control.connecting import open_endpoint
from app.control.endpoint import PipeEndpoint, endpoint_of, pipe_name
from app.control.server import listening
from app.platforms.paths import ProfilePaths, profile_paths
from app.platforms.windows.named_pipe import ALL_BUSY, STILL_BUSY, new_instance, open_handle
from app.platforms.windows.system_calls import library, winapi
from app.platforms.windows.users import SYSTEM, own_user, rights_of, security_attributes, user_of_process
from protocol.errors import StorageError, Unavailable
from tests.app.fakes.strangers import GREETING, asked_by, echo_status, hung_up, open_line, said

ROOT = str(Path(__file__).resolve().parents[3])
ADA = "S-1-5-21-1004336348-1177238915-682003330-1001"
has_pipes = pytest.mark.skipif(os.name != "nt", reason="only Windows has them")


def test_a_profile_has_one_pipe_however_its_folder_is_written() -> None:
    name = pipe_name(PureWindowsPath(r"C:\Users\Ada\AppData\Local\train-at-home"))
    assert re.fullmatch(r"\\\\\.\\pipe\\train-at-home-[0-9a-f]{32}", name)
    assert pipe_name(PureWindowsPath("c:/users/ADA/appdata/Local/train-at-home")) == name
    assert pipe_name(PureWindowsPath(r"C:\Users\Bob\AppData\Local\train-at-home")) != name


def test_a_folder_of_any_letters_has_a_pipe() -> None:
    names = {pipe_name(PurePosixPath(folder)) for folder in ("/home/äöü", "/home/名前", "/home/\udcff")}
    assert len(names) == 3
    assert all(name.isascii() for name in names)


def test_the_rights_name_the_user_and_the_system_and_nobody_else() -> None:
    assert rights_of(ADA) == f"O:{ADA}D:P(A;;GA;;;{ADA})(A;;GA;;;SY)"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FileNotFoundError(2, "no such pipe"), NotRunning),
        (ConnectionRefusedError(111, "nobody listens"), NotRunning),
        (BrokenPipeError(32, "the app went away"), NotRunning),
        (PermissionError(13, "the rights name somebody else"), NotAllowed),
        (TimeoutError("all instances are busy"), Unavailable),
    ],
)
def test_what_the_system_says_is_told_in_words_of_what_it_means(error: OSError, kind: type[Exception]) -> None:
    assert type(trouble(error)) is kind


class WindowsError(OSError):
    """As Windows' Python raises it."""

    def __init__(self, code: int) -> None:
        super().__init__(22, "said by Windows")
        self.winerror = code


class ScriptedWindows:
    """Opens and waits as it is told beforehand: each answer is a handle, or what is raised."""

    def __init__(self, *answers: int | OSError) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []
        self.flags = 0

    def CreateFile(self, name: str, access: int, share: int, rights: int, how: int, flags: int, _like: int) -> int:
        self.flags = flags
        return self._answer("open")

    def WaitNamedPipe(self, name: str, milliseconds: int) -> None:
        assert milliseconds > 0  # 0 would be as long as the server likes
        self._answer("wait")

    def _answer(self, asked: str) -> int:
        self.asked.append(asked)
        answer = self._answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer


def test_a_client_waits_while_all_instances_are_busy() -> None:
    windows = ScriptedWindows(WindowsError(ALL_BUSY), 0, WindowsError(ALL_BUSY), 0, 7)
    assert open_handle("a pipe", 5.0, windows) == 7
    assert windows.asked == ["open", "wait", "open", "wait", "open"]


def test_a_client_lends_its_identity_to_nobody() -> None:
    windows = ScriptedWindows(7)
    open_handle("a pipe", 5.0, windows)
    identification, told = 0x00010000, 0x00100000
    assert windows.flags & 0x001F0000 == identification | told


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([WindowsError(ALL_BUSY), WindowsError(STILL_BUSY)], TimeoutError),
        ([WindowsError(ALL_BUSY), FileNotFoundError(2, "the app has ended")], FileNotFoundError),
        ([FileNotFoundError(2, "no app")], FileNotFoundError),
        ([PermissionError(13, "not yours")], PermissionError),
    ],
)
def test_a_client_that_can_not_open_is_told_why(answers: list[int | OSError], kind: type[OSError]) -> None:
    with pytest.raises(OSError) as caught:
        open_handle("a pipe", 5.0, ScriptedWindows(*answers))
    assert type(caught.value) is kind


def test_a_client_does_not_wait_longer_than_it_said() -> None:
    with pytest.raises(TimeoutError):
        open_handle("a pipe", 0.0, ScriptedWindows(WindowsError(ALL_BUSY)))


def name_of(paths: ProfilePaths) -> str:
    endpoint = endpoint_of(paths)
    assert isinstance(endpoint, PipeEndpoint)
    return endpoint.name


@contextmanager
def instance_of_ours(paths: ProfilePaths) -> Iterator[int]:
    """One instance whose server never says anything."""
    handle = new_instance(name_of(paths), first=True)
    try:
        yield handle
    finally:
        winapi().CloseHandle(handle)


@contextmanager
def made_by_another_program(paths: ProfilePaths, rights: str, instances: int) -> Iterator[None]:
    """The pipe, before the app could make it. Skips where Windows lets this user make no such pipe."""
    program = f"""
import sys
from app.platforms.windows.system_calls import winapi
from app.platforms.windows.users import security_attributes
with security_attributes({rights!r}) as attributes:
    winapi().CreateNamedPipe({name_of(paths)!r}, 0x40000003, 8, {instances}, 4096, 4096, 0, attributes)
print("made", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ROOT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        if other.stdout.readline() != "made\n":
            pytest.skip("this user may not make such a pipe")
        yield
        other.kill()


def rights_in_words(address: ctypes.c_void_p) -> tuple[str, bool, set[str]]:
    """Whose it is, whether nothing is inherited, and who has rights."""
    text = ctypes.c_void_p()
    assert library("advapi32").ConvertSecurityDescriptorToStringSecurityDescriptorW(
        address, 1, 1 | 4, ctypes.byref(text), None
    )
    assert text.value
    told = ctypes.wstring_at(text.value)
    library("kernel32").LocalFree(text)
    found = re.fullmatch(r"O:([\w-]+?)D:(\w*)((?:\(A;;\w+;;;[\w-]+\))*)", told)
    assert found, told
    return found[1], "P" in found[2], set(re.findall(r";;;([\w-]+)\)", found[3]))


def rights_behind(handle: int) -> tuple[str, bool, set[str]]:
    descriptor = ctypes.c_void_p()
    asked = (ctypes.c_void_p(handle), 6, 1 | 4, None, None, None, None, ctypes.byref(descriptor))
    assert library("advapi32").GetSecurityInfo(*asked) == 0
    try:
        return rights_in_words(descriptor)
    finally:
        library("kernel32").LocalFree(descriptor)


@has_pipes
async def test_over_a_pipe_only_its_owner_opens(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    with security_attributes(rights_of(own_user())) as attributes:
        wanted = rights_in_words(ctypes.c_void_p.from_address(attributes + ctypes.sizeof(ctypes.c_void_p)))
    assert wanted[1] and len(wanted[2]) == 2
    async with listening(paths, echo_status):
        lines = [await open_line(paths) for _ in range(3)]  # whatever instance one comes to
        for reader, writer in lines:
            assert isinstance(await said(reader, writer, GREETING), wire.Welcome)
            assert rights_behind(writer.get_extra_info("pipe").fileno()) == wanted
            await hung_up(writer)


@has_pipes
def test_the_user_is_the_one_of_this_process_and_not_the_system() -> None:
    assert re.fullmatch(r"S-1-5-\d[\d-]*", own_user())
    assert own_user() != SYSTEM
    assert user_of_process(0) is None


async def listen_once(paths: ProfilePaths) -> None:
    async with listening(paths, echo_status):
        pass


@has_pipes
async def test_a_name_that_another_program_took_is_told_and_nothing_is_served_there(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    with (
        made_by_another_program(paths, "D:P(A;;GA;;;WD)", instances=1),
        pytest.raises(StorageError, match="can't reach this app") as refused,
    ):
        await listen_once(paths)
    assert "listens in its place" in refused.value.advice
    async with listening(paths, echo_status):
        assert await asyncio.to_thread(asked_by, paths, wire.Status()) == wire.Done(sentence="Status")


@has_pipes
@pytest.mark.skipif(
    os.name == "nt" and hasattr(library("ntdll"), "wine_get_version"), reason="Wine takes any instance for the first"
)
async def test_a_pipe_that_takes_any_number_of_servers_is_not_joined(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    with (
        made_by_another_program(paths, "D:P(A;;GA;;;WD)", instances=255),
        pytest.raises(StorageError, match="can't reach this app"),
    ):
        await listen_once(paths)


@has_pipes
def test_a_pipe_that_is_somebody_elses_is_not_spoken_to(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    with made_by_another_program(paths, "O:SYD:P(A;;GA;;;WD)", instances=255), pytest.raises(NotAllowed):
        asked_by(paths, wire.Status())


@has_pipes
def test_where_no_instance_becomes_free_the_client_gives_up(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    with (
        instance_of_ours(paths),
        open_endpoint(endpoint_of(paths), 5.0),
        pytest.raises(Unavailable, match="does not answer"),
        connected(paths, answer_seconds=0.2),
    ):
        pass


def write_on_and_on(stream: io.RawIOBase) -> None:
    for _ in range(100):
        stream.write(b"x" * 2**16)


@has_pipes
def test_an_app_that_hears_nothing_more_is_given_up_on_in_the_middle_of_a_request(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    with instance_of_ours(paths), open_endpoint(endpoint_of(paths), 0.2) as stream, pytest.raises(TimeoutError):
        write_on_and_on(stream)


@has_pipes
async def test_whoever_leaves_before_being_heard_harms_nobody(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)

    def come_and_go() -> None:
        for _ in range(50):
            open_endpoint(endpoint_of(paths), 5.0).close()

    async with listening(paths, echo_status):
        await asyncio.to_thread(come_and_go)
        assert await asyncio.to_thread(asked_by, paths, wire.Status()) == wire.Done(sentence="Status")


@has_pipes
async def test_an_app_that_starts_waits_until_the_clients_of_the_one_before_have_let_go(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    async with listening(paths, echo_status):
        left_over = await asyncio.to_thread(open_endpoint, endpoint_of(paths), 5.0)

    def let_go() -> bytes | None:
        with left_over:
            return left_over.read(1)

    gone = asyncio.create_task(asyncio.to_thread(let_go))
    async with listening(paths, echo_status):
        assert await gone == b""
        assert await asyncio.to_thread(asked_by, paths, wire.Status()) == wire.Done(sentence="Status")
