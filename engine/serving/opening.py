"""How a service begins: the shard from the disk, the store or its seed, and for a first stage the texts."""

import asyncio

from engine.compute.room import make_room
from engine.compute.thread import ComputeThread, Urgency
from engine.disk.allotment import DiskAllotment
from engine.disk.tidying import tidy
from engine.network.downloads import Downloads
from engine.network.silence import Silence
from engine.pipeline.token_files import TokenFiles, fetch_token_files
from engine.serving.assignment import Assignment
from engine.serving.service import Service, take_pace
from engine.training.arrival import Announce
from engine.training.loading import ShardLoad, load_shard
from protocol.engine_control import DownloadProgressed


async def open_service(given: Assignment, announce: Announce, silence: Silence) -> Service:
    """Load the shard and make everything ready; raises UserFacingErrors, Silenced if `silence` begins meanwhile.
    `announce` tells the orchestrator that something has to be downloaded."""
    compute = ComputeThread(lambda: take_pace(given.start), silence=silence)
    compute.set_duty_cycle(given.start.duty_cycle)
    try:
        load, tokens = await _fetch(given, compute, announce)
    except BaseException:
        await compute.stop()
        raise
    service = Service(given, load, compute, tokens)
    try:
        await service.begin()
    except BaseException:
        await service.close()
        raise
    return service


async def _fetch(given: Assignment, compute: ComputeThread, announce: Announce) -> tuple[ShardLoad, TokenFiles | None]:
    """Shard and, for a first stage, texts: side by side, since the stage's merge for the newcomer takes its time."""
    reply, start, folder, device = given.reply, given.start, given.folder, given.device

    def tell(done: int, total: int) -> None:
        given.voice.tell(DownloadProgressed(done_bytes=done, total_bytes=total))

    downloads = Downloads(folder.data_folder / "incoming", given.client, tell)
    limits = (start.memory_limit_bytes, folder.offload_folder, start.disk_limit_bytes)
    room = await compute.submit(Urgency.CONTROL, lambda: make_room(reply.run, reply.stage, device, *limits))
    await asyncio.to_thread(_tidy, given, room.allotment)
    residuals = given.residuals(room.allotment.residuals)
    try:
        async with asyncio.TaskGroup() as group:
            loading = group.create_task(
                load_shard(reply, folder, given.client, downloads, device, compute, room, announce, residuals)
            )
            texts = None
            if reply.stage == 0:
                texts = group.create_task(fetch_token_files(reply.run, folder.data_folder, downloads))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    downloads.clear()
    return loading.result(), None if texts is None else texts.result()


def _tidy(given: Assignment, allotment: DiskAllotment) -> None:
    reply = given.reply
    texts = (reply.run.data.train_hash, reply.run.data.held_out_hash) if reply.stage == 0 else ()
    tidy(given.folder, (reply.run.run_id, reply.stage), texts, allotment.earlier_checkpoint)
