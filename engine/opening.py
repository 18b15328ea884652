"""How a service begins: the shard from the disk, the store or its seed, and for a first stage the texts."""

import asyncio

from engine.carriers.base import Carrier
from engine.compute.room import make_room
from engine.compute.thread import ComputeThread, Urgency
from engine.devices import Device
from engine.disk.journal import Journal
from engine.disk.state_folder import StateFolder
from engine.network.downloads import Downloads
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.silence import Silence
from engine.pipeline.token_files import TokenFiles, fetch_token_files
from engine.service import Enter, Service, Tell, Trouble, residuals_of, take_pace
from engine.training.arrival import Announce
from engine.training.loading import ShardLoad, load_shard
from protocol.engine_control import DownloadProgressed, StartTraining
from protocol.keys import NodeKey
from protocol.orchestrator_api import RegisterReply


async def open_service(
    start: StartTraining,
    device: Device,
    reply: RegisterReply,
    folder: StateFolder,
    key: NodeKey,
    journal: Journal,
    client: OrchestratorClient,
    carrier: Carrier,
    tell: Tell,
    enter: Enter,
    trouble: Trouble,
    announce: Announce,
    silence: Silence,
) -> Service:
    """Load the shard (from disk, the store or its seed) and make everything ready; raises UserFacingErrors, Silenced if
    `silence` begins meanwhile. `announce` tells the orchestrator that something has to be downloaded."""
    compute = ComputeThread(lambda: take_pace(start), silence=silence)
    compute.set_duty_cycle(start.duty_cycle)
    try:
        load, tokens = await _fetch(reply, folder, client, device, compute, start, tell, announce)
    except BaseException:
        await compute.stop()
        raise
    service = Service(reply, folder, key, journal, client, carrier, compute, load, device, start, tell, enter, trouble)
    try:
        await service.begin(tokens)
    except BaseException:
        await service.close()
        raise
    return service


async def _fetch(
    reply: RegisterReply,
    folder: StateFolder,
    client: OrchestratorClient,
    device: Device,
    compute: ComputeThread,
    start: StartTraining,
    tell: Tell,
    announce: Announce,
) -> tuple[ShardLoad, TokenFiles | None]:
    """Shard and, for a first stage, texts: side by side, since the stage's merge for the newcomer takes its time."""
    downloads = Downloads(
        folder.data_folder / "incoming",
        client,
        lambda done, total: tell(DownloadProgressed(done_bytes=done, total_bytes=total)),
    )
    limits = (start.memory_limit_bytes, folder.offload_folder, start.disk_limit_bytes // 4)
    room = await compute.submit(Urgency.CONTROL, lambda: make_room(reply.run, reply.stage, device, *limits))
    try:
        async with asyncio.TaskGroup() as group:
            residuals = residuals_of(folder, reply, start)
            loading = group.create_task(
                load_shard(reply, folder, client, downloads, device, compute, room, announce, residuals)
            )
            texts = None
            if reply.stage == 0:
                texts = group.create_task(
                    fetch_token_files(reply.run, folder.data_folder, downloads, start.disk_limit_bytes)
                )
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    downloads.clear()
    return loading.result(), None if texts is None else texts.result()
