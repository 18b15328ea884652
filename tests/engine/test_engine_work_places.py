"""What is large of an engine's state may lie in a folder of the person's choice, and follows it from one to another
whole, whatever breaks off on the way."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.work_places import OWN_FOLDER, PLACES_FILE, remembered_places
from engine.disk import moving
from engine.disk.state_folder import StateFolder, load_node_key, open_state_folder
from engine.life.bringing import bring_folder
from engine.life.telling import Telling
from engine.life.wishes import Wishes
from protocol.engine_control import EngineEvent, StartTraining, WorkMoving
from protocol.errors import DiskFull, WorkDiskAway

Disks = Callable[[], None]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "engine" / "this-computer"


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return made(tmp_path / "disk")


@pytest.fixture
def other_disk(tmp_path: Path) -> Path:
    return made(tmp_path / "other-disk")


@pytest.fixture
def far_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be renamed from one of these folders to another: each is a disk of its own."""
    monkeypatch.setattr(moving, "_are_on_one_disk", lambda _old, _new: False)


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def filled(folder: StateFolder) -> StateFolder:
    folder.checkpoint_file.write_bytes(b"weights")
    (folder.packets_folder / "7").mkdir()
    (folder.packets_folder / "7" / "packet").write_bytes(b"evidence")
    return folder


def is_whole(folder: StateFolder) -> bool:
    evidence = folder.packets_folder / "7" / "packet"
    return folder.checkpoint_file.read_bytes() == b"weights" and evidence.read_bytes() == b"evidence"


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_key_stays_and_what_is_large_lies_in_the_chosen_folder(state: Path, disk: Path) -> None:
    folder = filled(open_state_folder(str(state), str(disk)))
    node = load_node_key(folder).node_id
    assert files_in(state) == ["node.key", PLACES_FILE]
    assert [path.parts[0] for path in map(Path, files_in(disk))] == [OWN_FOLDER] * 2
    again = open_state_folder(str(state), str(disk))
    assert load_node_key(again).node_id == node and is_whole(again)


@pytest.mark.parametrize("apart", [False, True])
def test_the_work_follows_to_another_folder_and_back(
    state: Path, disk: Path, other_disk: Path, apart: bool, request: pytest.FixtureRequest
) -> None:
    if apart:
        request.getfixturevalue("far_apart")
    filled(open_state_folder(str(state)))
    for chosen in (disk, other_disk, None, other_disk):
        folder = open_state_folder(str(state), None if chosen is None else str(chosen))
        assert is_whole(folder)
        assert remembered_places(state) == (folder.large,)
        lying = [place for place in (state, disk, other_disk) if any("packet" in name for name in files_in(place))]
        assert lying == [state if chosen is None else chosen]
        empty = [place for place in (disk, other_disk) if place != chosen]
        assert not any(list(place.iterdir()) for place in empty)


def test_what_somebody_else_put_there_stays_and_keeps_nobody_from_moving_on(
    state: Path, disk: Path, other_disk: Path
) -> None:
    (filled(open_state_folder(str(state), str(disk))).large / "holiday.jpg").write_bytes(b"mine")
    assert is_whole(open_state_folder(str(state), str(other_disk)))
    assert [Path(name).name for name in files_in(disk)] == ["holiday.jpg"]


def test_two_profiles_that_choose_one_folder_keep_apart(tmp_path: Path, disk: Path) -> None:
    first, second = (open_state_folder(str(tmp_path / name / "engine" / "net"), str(disk)) for name in "ab")
    assert first.large != second.large


def test_a_disk_that_is_not_there_is_told_and_nothing_is_made_in_its_place(state: Path, disk: Path) -> None:
    filled(open_state_folder(str(state), str(disk)))
    disk.rename(disk.with_name("unplugged"))
    with pytest.raises(WorkDiskAway, match="is not there") as caught:
        open_state_folder(str(state), str(disk))
    assert "Connect its disk" in caught.value.advice
    assert not disk.exists()
    disk.with_name("unplugged").rename(disk)
    assert is_whole(open_state_folder(str(state), str(disk)))


def test_whoever_chooses_another_folder_while_the_disk_is_away_begins_without_the_work_but_with_the_key(
    state: Path, disk: Path, other_disk: Path
) -> None:
    node = load_node_key(filled(open_state_folder(str(state), str(disk)))).node_id
    shutil.rmtree(disk)
    folder = open_state_folder(str(state), str(other_disk))
    assert load_node_key(folder).node_id == node
    assert not folder.checkpoint_file.exists()


def test_where_there_is_no_room_nothing_is_moved(
    state: Path, disk: Path, far_apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(open_state_folder(str(state)))
    monkeypatch.setattr(moving, "_SPARE_BYTES", 10**18)
    with pytest.raises(DiskFull, match="are free"):
        open_state_folder(str(state), str(disk))
    assert is_whole(open_state_folder(str(state)))


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("after", range(6))
def test_a_move_that_is_broken_off_anywhere_loses_nothing(
    state: Path, disk: Path, other_disk: Path, far_apart: None, after: int, back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a kill, after any of its steps; then the person goes on with it, goes back, or chooses a third folder."""
    filled(open_state_folder(str(state)))
    with monkeypatch.context() as patched:
        _break_off_after(after, patched)
        with pytest.raises(_Killed):
            open_state_folder(str(state), str(disk))
    chosen = None if back else str(other_disk if after % 2 else disk)
    folder = open_state_folder(str(state), chosen)
    assert is_whole(folder)
    kept = [name for place in (state, disk, other_disk) for name in files_in(place) if name.endswith("packet")]
    assert len(kept) == 1, "no copy is left behind"


@pytest.mark.parametrize("after_pieces", range(4))
async def test_a_stop_breaks_off_a_move_and_the_next_start_goes_on_with_the_rest(
    state: Path, disk: Path, far_apart: None, after_pieces: int
) -> None:
    filled(open_state_folder(str(state)))
    start = StartTraining(
        orchestrator_url="", state_folder=str(state), hotkey="5x", device="cpu", work_folder=str(disk)
    )
    wishes, told = Wishes(start), list[EngineEvent]()
    if after_pieces == 0:
        wishes.stop(1.0)

    def tell(event: EngineEvent) -> None:
        told.append(event)
        if len(told) == after_pieces:
            wishes.stop(1.0)

    stopped = await bring_folder(start, wishes, Telling(tell, wishes))
    assert stopped is None or after_pieces, "what is asked for before it begins is heard at its first piece"
    again = Wishes(start)
    folder = await bring_folder(start, again, Telling(told.append, again))
    assert folder is not None and is_whole(folder)
    assert [path for path in state.rglob("*packet*") if path.is_file()] == []
    assert all(isinstance(each, WorkMoving) and 0 <= each.done_bytes <= each.total_bytes for each in told)


async def test_a_move_between_disks_tells_how_far_it_is(
    state: Path, disk: Path, far_apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_PIECE_BYTES", 40)
    folder = open_state_folder(str(state))
    folder.checkpoint_file.write_bytes(b"c" * 100)
    start = StartTraining(
        orchestrator_url="", state_folder=str(state), hotkey="5x", device="cpu", work_folder=str(disk)
    )
    wishes, told = Wishes(start), list[EngineEvent]()
    assert await bring_folder(start, wishes, Telling(told.append, wishes)) is not None
    assert told == [WorkMoving(done_bytes=done, total_bytes=100) for done in (0, 40, 80, 100)]


class _Killed(BaseException):
    pass


def _break_off_after(steps: int, patched: pytest.MonkeyPatch) -> None:
    """Every change that moving makes to a disk is a step."""
    left = [steps]

    def counted(change: Callable[..., None]) -> Callable[..., None]:
        def step(*arguments: object) -> None:
            if left[0] == 0:
                raise _Killed
            left[0] -= 1
            change(*arguments)

        return step

    for place, name in ((moving._Copier, "copy"), (moving, "_take_away"), (moving, "_put_in_place")):
        patched.setattr(place, name, counted(getattr(place, name)))
