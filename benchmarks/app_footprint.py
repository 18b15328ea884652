"""What the app costs: start, rest, many windows, UI lag while it trains, and the time from a pause to silence.

Start, rest and the windows that the keyboard reaches are taken on the built bundle (`python3 dev.py package app`), all
windows and the lag from source, where a 10 ms timer can be put into the window's thread. Needs Linux with Xvfb,
openbox, trayer and xdotool.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import psutil

from app.control import messages as wire
from benchmarks.engine_pause import QUIET_SHARE, SAMPLE_SECONDS, silence
from benchmarks.footprint import app_runs
from benchmarks.footprint.desktop import Desktop, desktop, wait_until
from benchmarks.footprint.lateness import Lateness, Told
from benchmarks.footprint.processes import cpu_seconds, resident_bytes, tree, watched
from benchmarks.tables import Row, arguments, finish
from protocol.errors import SettingsError

BARE_ICON: Final = "bare-program"
SHORTCUTS: Final = ("ctrl+h", "ctrl+e", "ctrl+t")
"""Of Home: the hours, the earnings, the activity."""
LINK: Final = "train-at-home:join?address=https://network.example"
MEGABYTE: Final = 1e6
PAUSE_WATCH_SECONDS: Final = 12.0
BEFORE_PAUSE_SECONDS: Final = 2.0
LEAST_TRAINING_SHARE: Final = 0.1
"""Of a core. Less, and it was not the pause that made it silent."""
_WARM_ROUNDS: Final = 10
"""Until then caches fill: fonts, pictures, style sheets."""


@dataclass(frozen=True)
class Lengths:
    starts: int
    settle_seconds: float
    idle_seconds: float
    rounds: int
    lag_seconds: float


LONG: Final = Lengths(starts=5, settle_seconds=30.0, idle_seconds=600.0, rounds=1000, lag_seconds=120.0)
QUICK: Final = Lengths(starts=2, settle_seconds=3.0, idle_seconds=10.0, rounds=12, lag_seconds=8.0)


def start_rows(on: Desktop, program: Path, folder: Path, lengths: Lengths) -> Iterator[Row]:
    """From the click to the icon, warm: a start before the first one that counts fills the disk's cache."""
    ours, bare = list[float](), list[float]()
    for turn in range(lengths.starts + 1):
        with app_runs.app_in_tray(on, program, folder) as (_, app_seconds):
            pass
        with app_runs.bare_in_tray(on, BARE_ICON) as (_, bare_seconds):
            pass
        if turn:
            ours.append(app_seconds)
            bare.append(bare_seconds)
    value, spread = statistics.median(ours), statistics.stdev(ours) if len(ours) > 1 else None
    yield row("click to tray icon", value, "s", 1.0, baseline=statistics.median(bare), spread=spread)


def rest_rows(on: Desktop, program: Path, folder: Path, lengths: Lengths) -> Iterator[Row]:
    """Hidden in the tray with the engine stopped, and then after a look at its windows."""
    paths = app_runs.resting_profile(folder)
    with app_runs.bare_in_tray(on, BARE_ICON) as (bare, _), app_runs.app_in_tray(on, program, folder) as (app, _):
        time.sleep(lengths.settle_seconds)
        spent = watched(app, lengths.idle_seconds)
        beside = resident_bytes(bare)
        yield row("at rest: memory", spent.most_bytes / MEGABYTE, "MB", 100, baseline=beside / MEGABYTE)
        yield row("at rest: processor", 100 * spent.share, "% of a core", 0.5)
        seen = look_at_windows(on, app.pid, lambda link: app_runs.ask(paths, wire.Show(link=link)))
        time.sleep(lengths.settle_seconds)
        name = f"after {seen} windows were open once (built)"
        yield row(name, resident_bytes(app) / MEGABYTE, "MB", 140, baseline=spent.most_bytes / MEGABYTE)


def look_at_windows(on: Desktop, process: int, show: Callable[[str | None], object]) -> int:
    """Open and close, by keyboard and control socket, what can be reached so; how many there were."""
    home = _opened(on, process, lambda: show(None))
    for keys in SHORTCUTS:
        _closed(on, process, _opened(on, process, partial(on.press, home, keys)))
    _closed(on, process, _opened(on, process, lambda: show(LINK)))
    _closed(on, process, home)
    return len(SHORTCUTS) + 2


def _opened(on: Desktop, process: int, open_it: Callable[[], object]) -> str:
    """The window that `open_it` brings. The tray's icon is one as well, and there before."""
    known, found = set(on.windows_of(process)), list[str]()
    open_it()

    def there() -> bool:
        found[:] = [window for window in on.windows_of(process) if window not in known]
        return bool(found)

    wait_until(there, "a window", 20.0)
    return found[0]


def _closed(on: Desktop, process: int, window: str) -> None:
    on.close(window)
    wait_until(lambda: window not in on.windows_of(process), "the window's end", 20.0)


def window_rows(on: Desktop, lengths: Lengths) -> Iterator[Row]:
    """Every window there is, opened and closed again and again."""
    left = dict[int, int]()
    windows = 0
    for told in app_runs.window_rounds(on, lengths.rounds):
        left[int(str(told["round"]))] = int(str(told["bytes"]))
        opened = told["windows"]
        windows = len(opened) if isinstance(opened, list) else windows
    first, warm, last = left[1], left[min(_WARM_ROUNDS, lengths.rounds)], left[lengths.rounds]
    before = left[0] / MEGABYTE
    yield row(f"after {windows} windows were open once (source)", first / MEGABYTE, "MB", 140, baseline=before)
    name = f"after {windows} windows were open {lengths.rounds} times (source)"
    yield row(name, last / MEGABYTE, "MB", 140, baseline=first / MEGABYTE)
    openings = windows * max(1, lengths.rounds - _WARM_ROUNDS)
    yield Row("growth per opening", (last - warm) / openings / 1000, "kB")


def training_rows(on: Desktop, folder: Path, lengths: Lengths) -> Iterator[Row]:
    """While the engine trains with every core: how late the window is, and how soon a pause is silent."""
    with app_runs.local_network(folder / "network") as url, app_runs.timed(on, "bare_program", "--window") as bare:
        profile = folder / "training"
        paths = app_runs.training_profile(profile, url)
        with app_runs.timed(on, "timed_app", "--profile-folder", str(profile)) as app:
            app_runs.until_training(paths)
            for each in (bare, app):
                each.begin()
            time.sleep(lengths.lag_seconds)
            yield from lag_rows(app.end(), bare.end())
            yield pause_row(app.process, lambda: app_runs.ask(paths, wire.Pause()))


def lag_rows(app: Told, bare: Told) -> Iterator[Row]:
    for name, ours, theirs in _spreads(app.late, bare.late):
        target = f"≤ {theirs + 50:.1f}, 50 above an idle Qt program"
        yield Row(f"UI lag while training, {name}", ours, "ms", theirs, target=target, met=ours <= theirs + 50)
    for name, ours, theirs in _spreads(app.turns, bare.turns):
        yield Row(f"window thread's processor time for a turn of its loop, {name}", ours, "ms", theirs)


def _spreads(app: Lateness, bare: Lateness) -> tuple[tuple[str, float, float], ...]:
    return ("p50", app.p50, bare.p50), ("p99", app.p99, bare.p99), ("longest", app.most, bare.most)


def pause_row(app: psutil.Process, pause: Callable[[], object]) -> Row:
    """Of the engine, which is all that the app started; the window may go on drawing."""
    engines = tree(app)[1:]
    if not engines or watched(engines[0], BEFORE_PAUSE_SECONDS).share < LEAST_TRAINING_SHARE:
        raise RuntimeError("no engine below the app was at work, so that its silence would say nothing")
    pause_began = time.perf_counter()
    pause()
    samples = list[tuple[float, float]]()
    while (at := time.perf_counter() - pause_began) < PAUSE_WATCH_SECONDS:
        samples.append((at, sum(cpu_seconds(each) for each in engines if each.is_running())))
        time.sleep(SAMPLE_SECONDS)
    seconds, share = silence(samples)
    name = f"pause to silent (under {QUIET_SHARE:.0%} of a core)"
    if seconds is None:
        return Row(f"{name}: never, {share:.0%} at the end", PAUSE_WATCH_SECONDS, "s", target="≤ 1", met=False)
    return row(name, seconds, "s", 1.0)


def row(
    name: str, value: float, unit: str, most: float, *, baseline: float | None = None, spread: float | None = None
) -> Row:
    return Row(name, value, unit, baseline, spread, target=f"≤ {most:g}", met=value <= most)


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--program", type=Path, default=app_runs.FROZEN, help="the built window program")
    parser.add_argument("--parts", default="start,rest,windows,training", help="comma-separated")
    given = parser.parse_args()
    lengths, parts = QUICK if given.quick else LONG, given.parts.split(",")
    if not given.program.exists() and {"start", "rest"} & set(parts):
        raise SystemExit("There is no built app. Build it with: python3 dev.py package app")
    app_runs.with_root_on_path()
    rows = list[Row]()
    try:
        with desktop() as on, tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            app_runs.resting_profile(folder / "rest")
            measures = {
                "start": lambda: start_rows(on, given.program, folder / "rest", lengths),
                "rest": lambda: rest_rows(on, given.program, folder / "rest", lengths),
                "windows": lambda: window_rows(on, lengths),
                "training": lambda: training_rows(on, folder, lengths),
            }
            for part in parts:
                for measured in measures[part]():
                    print(f"{measured.name}: {measured.value:.4g} {measured.unit}", flush=True)
                    rows.append(measured)
    except SettingsError as error:
        raise SystemExit(f"{error.title} {error.advice}") from error
    finish("the app's footprint" + (", quick" if given.quick else ""), rows, [], given.json)


if __name__ == "__main__":
    main()
