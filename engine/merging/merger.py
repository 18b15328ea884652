"""A miner's part in merges: upload its pseudo-gradient, merge the partitions it is drawn for, take over the result.

Runs beside training: the compute thread is asked only for a copy of the fragment and to put the merged one in place.
The work itself is done in the rooms beside this one: handing_in, adding_up and taking_over, at one workbench.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from engine.compute.thread import ComputeThread
from engine.devices import OutOfMemory
from engine.merging.adding_up import AddingUp
from engine.merging.fragments import Fragment, MergedShard
from engine.merging.handing_in import HandingIn
from engine.merging.kept_objects import KeptObjects
from engine.merging.pieces import Pieces, TaskDropped, Withdrawn
from engine.merging.residuals import ResidualFiles
from engine.merging.taking_over import TakingOver
from engine.merging.workbench import Workbench
from engine.network.answers import SessionLost
from engine.network.orchestrator_client import OrchestratorClient
from protocol.errors import ProtocolError, Refused, Unavailable
from protocol.keys import NodeId
from protocol.merges import (
    ApplyWanted,
    CommitWanted,
    MergeAnswer,
    MergeTask,
    MergeTrouble,
    ReportWanted,
    SoloWanted,
    SumWanted,
)
from protocol.receipts import StepCommitment
from protocol.runs import RunSpec

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 1.0


class Merger:
    """Handles merge tasks one at a time. Belongs to the event loop; numpy's work runs in threads, in pieces of at most
    a partition. Between two of them it waits while the computer is paused; a task that is asked no more by then, since
    the merge went on without this miner, is dropped where it stands."""

    def __init__(
        self,
        run: RunSpec,
        node: NodeId,
        fragments: list[Fragment],
        trainer: MergedShard,
        compute: ComputeThread,
        client: OrchestratorClient,
        committed: Callable[[StepCommitment], None],
        kept_folder: Path | None = None,
        kept_disk_bytes: int = 0,
        resumed: bool = False,
        residuals: ResidualFiles | None = None,
    ) -> None:
        self.fragments = fragments
        self._client = client
        self._pieces = Pieces(compute.silence)
        self._kept = KeptObjects(kept_folder, kept_disk_bytes)
        bench = Workbench(
            run.merge, node, fragments, trainer, compute, client, committed, self._kept, residuals, self._pieces
        )
        self._handing_in = HandingIn(bench, resumed)
        self._taking_over = TakingOver(bench, self._handing_in)
        self._adding_up = AddingUp(bench, self._taking_over)
        self._answers: dict[MergeTask, tuple[MergeAnswer, ...]] = {}
        """Worked off, and not yet taken by the orchestrator."""
        self._answered: set[MergeTask] = set()
        self._wake = asyncio.Event()

    @property
    def handed_in(self) -> bool:
        """Whether every step of this miner is in a merge, and each of these merges over."""
        return self._handing_in.is_done

    @property
    def upload_bytes_per_second(self) -> float | None:
        """As the last upload found this computer's line to the store; None before the first."""
        return self._handing_in.upload_bytes_per_second

    def take(self, tasks: tuple[MergeTask, ...]) -> None:
        """The whole list of what is asked now."""
        for task in self._answers.keys() - set(tasks):
            del self._answers[task]
        self._answered &= set(tasks)
        self._pieces.take(tasks)
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. What fails for a reason that time mends is tried again while it is still asked for."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            for task in self._pieces.asked:
                await self._pieces.silence.over()
                if task in self._answered or task not in self._pieces.asked:
                    continue
                if not await self._attempt(task):
                    await asyncio.sleep(RETRY_SECONDS)
                    self._wake.set()

    async def _attempt(self, task: MergeTask) -> bool:
        """Work a task off once, and answer it until the answer is taken; raises SessionLost. True if nothing of it is
        left to do."""
        self._pieces.at_work, answers = task, self._answers.get(task)
        try:
            if answers is None:
                answers = await self.answer(task)
            self._answers[task] = answers
            await self._pieces.unless_dropped()
        except SessionLost:
            raise
        except Withdrawn:
            log.info("merge_upload_given_up", task=type(task).__name__, merge_id=task.merge_id)
            if isinstance(task, CommitWanted):
                await self._kept.let_go(task.merge_id)
            return True
        except TaskDropped:
            log.info("merge_task_dropped", task=type(task).__name__, merge=task.merge_id)
            self._answers.pop(task, None)
            return True
        except (Unavailable, OutOfMemory) as error:
            log.info("merge_task_delayed", task=type(task).__name__, title=error.title)
            return False
        except (ProtocolError, Refused) as error:
            log.warning("merge_task_impossible", task=type(task).__name__, title=error.title)
            answers = (MergeTrouble(merge_id=task.merge_id, partition=None, code=error.code, title=error.title),)
        return await self._is_taken(task, answers)

    async def _is_taken(self, task: MergeTask, answers: tuple[MergeAnswer, ...]) -> bool:
        """Send the answers of a task; False where they have to be sent again. Raises SessionLost."""
        try:
            await self._client.answer_merges(answers)
        except SessionLost:
            raise
        except Unavailable:
            self._answers[task] = answers
            return False
        except (ProtocolError, Refused) as error:
            log.warning("merge_answer_refused", task=type(task).__name__, title=error.title)
        self._answers.pop(task, None)
        self._answered.add(task)
        return True

    async def answer(self, task: MergeTask) -> tuple[MergeAnswer, ...]:
        """Do what is asked once; raises what stands in the way, TaskDropped where a pause lasted longer than the
        wish."""
        self._pieces.at_work = task
        match task:
            case CommitWanted():
                return (await self._handing_in.commit(task),)
            case SoloWanted():
                return (await self._handing_in.publish(task),)
            case ReportWanted():
                return tuple([await self._adding_up.report(task, job) for job in task.jobs])
            case SumWanted():
                return await self._adding_up.sum(task)
            case ApplyWanted():
                return (await self._taking_over.apply(task),)
