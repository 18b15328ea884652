"""What the engine is told to do, made from the settings."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, assert_never

from app.core.gates.gate import Switch
from app.core.language.speech import _
from app.core.network.known import is_loopback_url
from app.core.settings.settings import NamedNetwork, NetworkChoice, OwnAddress, Settings, TryHere
from protocol.engine_control import DATA_USED_FILE, DataUsed, StartTraining
from protocol.errors import MalformedMessage, StorageError
from protocol.wire import from_json

Order: TypeAlias = StartTraining


def order_for(settings: Settings, orchestrator_url: str, hotkey: str, engine_folder: Path) -> Order:
    """The order that follows from `settings`; equal settings give equal orders."""
    assert settings.network is not None
    here = is_loopback_url(orchestrator_url)
    return StartTraining(
        orchestrator_url=orchestrator_url,
        state_folder=str(engine_folder / folder_name(settings.network)),
        hotkey=hotkey,
        payout_coldkey=settings.payout_address,
        device=settings.device,
        threads=settings.threads,
        memory_limit_bytes=settings.memory_limit_bytes,
        device_memory_share=settings.graphics_memory_share,
        disk_limit_bytes=settings.disk_limit_bytes,
        upload_bytes_per_second=settings.upload_bytes_per_second,
        download_bytes_per_second=settings.download_bytes_per_second,
        monthly_bytes=settings.gates.data_quota_bytes if settings.gates.data_quota is Switch.ON else None,
        carriers=("store",) if settings.hide_address else ("iroh", "store"),
        bind_address="127.0.0.1:0" if here else "0.0.0.0:0",
    )


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
        total += used.used_bytes if used.month >= now.strftime("%Y-%m") else 0
    return total


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
