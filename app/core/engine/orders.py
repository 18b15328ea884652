"""What the engine is told to do, made from the settings."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias, assert_never

from app.core.gates.gate import Switch
from app.core.language.speech import _
from app.core.network.known import is_loopback_url
from app.core.settings.settings import NamedNetwork, NetworkChoice, OwnAddress, Settings, TryHere
from protocol.engine_control import DATA_USED_FILE, DataUsed, StartTraining
from protocol.errors import MalformedMessage, StorageError
from protocol.wire import from_json

Order: TypeAlias = StartTraining
CARDS: Final = ("cuda", "xpu")
"""Kinds of device of which a computer may have several."""


def order_for(
    settings: Settings, orchestrator_url: str, hotkey: str, engine_folder: Path, card: str | None = None
) -> Order:
    """The order that follows from `settings`; equal settings give equal orders. `card` is given to the engine of a
    further graphics card. What the person allows is shared among all engines."""
    assert settings.network is not None
    here = is_loopback_url(orchestrator_url)
    name = folder_name(settings.network)
    engines = settings.graphics_cards if kind_of(settings.device) in ("auto", *CARDS) else 1
    quota = settings.gates.data_quota_bytes if settings.gates.data_quota is Switch.ON else None
    return StartTraining(
        orchestrator_url=orchestrator_url,
        state_folder=str(engine_folder / (name if card is None else f"{name}-{card.replace(':', '-')}")),
        work_folder=settings.work_folder,
        hotkey=hotkey,
        payout_coldkey=settings.payout_address,
        device=card or settings.device,
        threads=settings.threads,
        duty_cycle=settings.work_share,
        memory_limit_bytes=_part(settings.memory_limit_bytes, engines),
        device_memory_share=settings.graphics_memory_share,
        disk_limit_bytes=settings.disk_limit_bytes // engines,
        upload_bytes_per_second=_rate(settings.upload_bytes_per_second, engines),
        download_bytes_per_second=_rate(settings.download_bytes_per_second, engines),
        monthly_bytes=_part(quota, engines),
        proxy=settings.proxy,
        carriers=("store",) if settings.hide_address else ("iroh", "store"),
        bind_address="127.0.0.1:0" if here else "0.0.0.0:0",
    )


def kind_of(device: str) -> str:
    """Of "cuda:1" it is cuda."""
    return device.partition(":")[0]


def further_cards(first: str, kind: str, cards: int) -> tuple[str, ...]:
    """The graphics cards besides the `first`, which is what the settings ask for, that are to compute as well, where
    that engine said that it computes on `kind`; none where it has no card."""
    if kind_of(kind) not in CARDS:
        return ()
    number = first.partition(":")[2]
    taken = int(number) if number.isascii() and number.isdigit() else 0
    others = [index for index in range(cards) if index != taken]
    return tuple(f"{kind_of(kind)}:{index}" for index in others[: cards - 1])


def _part(bytes_allowed: int | None, engines: int) -> int | None:
    return None if bytes_allowed is None else bytes_allowed // engines


def _rate(bytes_per_second: float | None, engines: int) -> float | None:
    return None if bytes_per_second is None else bytes_per_second / engines


def folder_name(choice: NetworkChoice) -> str:
    """Each network has a folder of its own: checkpoints and journals of one mean nothing to another."""
    match choice:
        case TryHere():
            return "this-computer"
        case NamedNetwork(name):
            return f"network-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
        case OwnAddress(url):
            return f"address-{hashlib.sha256(url.encode()).hexdigest()[:16]}"
        case _:
            assert_never(choice)


def month_bytes(engine_folder: Path, now: datetime) -> int | None:
    """What the engines of all networks have sent and received in the month of `now`; None if that can't be read."""
    total = 0
    for path in engine_folder.glob(f"*/{DATA_USED_FILE}"):
        try:
            used: DataUsed = from_json(path.read_bytes(), DataUsed)
        except (OSError, MalformedMessage):
            return None
        total += used.used_bytes if _is_of(used, now.strftime("%Y-%m")) else 0
    return total


def _is_of(used: DataUsed, month: str) -> bool:
    """As the engine itself counts: what a clock that was ahead named lasts until the true month is over."""
    return month == used.month or (month < used.month and (not used.behind or month <= used.behind))


def make_folder(order: Order) -> None:
    """The engine expects its folder to exist. Raises StorageError."""
    try:
        Path(order.state_folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        advice = _("Free some disk space, or check who may write there.")
        raise StorageError(
            _("{path} can't be made: {problem}.").format(path=order.state_folder, problem=error.strerror),
            advice,
        ) from error
