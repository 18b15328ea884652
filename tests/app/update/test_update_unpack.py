"""Archives: what is whole becomes a folder, what is not leaves nothing, and nothing lands outside."""

import io
import os
import posixpath
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.update.download import Cancelled
from app.update.states import State
from app.update.unpack import check_link, inner_name, unpack
from devtools.release.archives import pack
from protocol.errors import MalformedMessage, StorageError

Add = Callable[[tarfile.TarFile], None]


def quiet(_state: State) -> None:
    """Tell nobody."""


def archive_of(path: Path, *adds: Add) -> Path:
    with tarfile.open(path, "w:xz", preset=0) as tar:
        for add in adds:
            add(tar)
    return path


def file(name: str, content: bytes = b"x") -> Add:
    def add(tar: tarfile.TarFile) -> None:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))

    return add


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> Add:
    def add(tar: tarfile.TarFile) -> None:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, target
        tar.addfile(entry)

    return add


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there that few have; archives for it have none")
def test_a_packed_folder_unpacks_to_the_same_files_links_and_rights(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "_internal" / "lib").mkdir(parents=True)
    (source / "program").write_bytes(b"#!")
    (source / "program").chmod(0o755)
    (source / "_internal" / "lib" / "a.so").write_bytes(b"elf" * 1000)
    os.symlink("lib/a.so", source / "_internal" / "a.so")
    size = pack(source, tmp_path / "a.tar.xz", "top")
    unpack(tmp_path / "a.tar.xz", tmp_path / "made", unpacked_bytes=size, tell=quiet)
    made = tmp_path / "made"
    assert os.access(made / "program", os.X_OK)
    assert not os.access(made / "_internal" / "lib" / "a.so", os.X_OK)
    assert (made / "_internal" / "a.so").read_bytes() == b"elf" * 1000
    assert os.readlink(made / "_internal" / "a.so") == "lib/a.so"


def test_the_same_folder_packs_to_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "b").write_bytes(b"2")
    (tmp_path / "source" / "a").write_bytes(b"1")
    pack(tmp_path / "source", tmp_path / "1.tar.xz", "top")
    os.utime(tmp_path / "source" / "a", (1, 1))
    pack(tmp_path / "source", tmp_path / "2.tar.xz", "top")
    assert (tmp_path / "1.tar.xz").read_bytes() == (tmp_path / "2.tar.xz").read_bytes()


@pytest.mark.parametrize(
    "adds",
    [
        (file("../evil"),),
        (file("/etc/evil"),),
        (file("top/../../evil"),),
        (file("top/a\\..\\..\\evil"),),
        (file("C:/evil"),),
        (link("top/out", "../../../etc"),),
        (link("top/out", "/etc"),),
        (link("top/in", "."), link("top/out", "in/../../x")),
        (link("top/d", "e"), file("top/d/evil")),
        (link("top/hard", "/etc/passwd", tarfile.LNKTYPE),),
        (link("top/device", "", tarfile.CHRTYPE),),
        (file("top/twice"), file("top/twice")),
        (file("top/large", b"x" * 2000),),
    ],
)
def test_an_archive_that_reaches_outside_or_holds_more_than_announced_is_refused_and_leaves_nothing(
    tmp_path: Path, adds: tuple[Add, ...]
) -> None:
    archive = archive_of(tmp_path / "a.tar.xz", *adds)
    with pytest.raises((MalformedMessage, StorageError)):
        unpack(archive, tmp_path / "programs" / "made", unpacked_bytes=1000, tell=quiet)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar.xz", "programs"]
    assert list((tmp_path / "programs").iterdir()) == []


@pytest.mark.parametrize("cut", [0, 10, 60])
def test_a_torn_archive_is_refused_and_leaves_what_was_there(tmp_path: Path, cut: int) -> None:
    archive = archive_of(tmp_path / "a.tar.xz", file("top/a", os.urandom(500)))
    archive.write_bytes(archive.read_bytes()[:cut] if cut else b"no archive at all")
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "kept").touch()
    with pytest.raises(MalformedMessage):
        unpack(archive, tmp_path / "made", unpacked_bytes=1000, tell=quiet)
    assert (tmp_path / "made" / "kept").exists()


def test_a_disk_without_room_is_told_of_before_anything_is_written(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a.tar.xz", file("top/a"))
    with pytest.raises(StorageError, match="not enough room"):
        unpack(archive, tmp_path / "made", unpacked_bytes=10**16, tell=quiet)
    assert not (tmp_path / "made").exists()


def test_a_place_where_nothing_can_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "engine").write_text("a file, where a folder should be")
    archive = archive_of(tmp_path / "a.tar.xz", file("top/a"))
    with pytest.raises(StorageError, match="can't be made"):
        unpack(archive, tmp_path / "engine" / "cpu-1.0.0", unpacked_bytes=1, tell=quiet)


def test_stopping_it_leaves_nothing(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a.tar.xz", file("top/a"))
    with pytest.raises(Cancelled):
        unpack(archive, tmp_path / "made", unpacked_bytes=1000, tell=quiet, cancelled=lambda: True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar.xz"]


parts = st.sampled_from(["..", ".", "a", "b", "..a", "c d"])


@given(st.lists(parts, min_size=1, max_size=6), st.lists(parts, min_size=1, max_size=6))
def test_a_link_that_passes_leads_to_a_place_inside(name: list[str], target: list[str]) -> None:
    try:
        inner = inner_name("/".join(["top", *name]), set())
        assert inner is not None or all(part == "." for part in name)
        if inner is None:
            return
        check_link(inner, "/".join(target))
    except MalformedMessage:
        return
    reached = posixpath.normpath(PurePosixPath("/inside", *inner.parts[:-1]) / "/".join(target))
    assert reached == "/inside" or reached.startswith("/inside/")
