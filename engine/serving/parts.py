"""The parts of a service that train, carry, merge and save, each made for its assignment."""

from engine.auditing.cheats import trainer_kind
from engine.compute.thread import ComputeThread
from engine.disk.allotment import DiskAllotment
from engine.disk.evidence import EvidenceLocker, KeptWeights
from engine.merging.merger import Merger
from engine.pipeline.stage import Stage
from engine.serving.assignment import Assignment
from engine.serving.progress import Progress
from engine.training.loading import ShardLoad
from engine.training.saving import Saver
from engine.training.trainer import Trainer
from protocol.receipts import StepCommitment


def trainer_of(given: Assignment, load: ShardLoad) -> Trainer:
    kept = KeptWeights(given.run.audit.window_steps)
    kind = trainer_kind(given.start.lie)
    trainer = kind(load.shard, load.weights, load.optimizer, given.reply.life, kept, load.room)
    # Until the line is known as little as possible goes over it: one packet too many would block it for minutes.
    trainer.rung = len(given.run.rungs) - 1
    return trainer


def stage_of(
    given: Assignment, trainer: Trainer, compute: ComputeThread, evidence: EvidenceLocker, progress: Progress
) -> Stage:
    queue_limit = max(8, 4 * given.run.training.in_flight)
    own, events = (given.run, given.reply.stage, given.key), progress.events()
    return Stage(*own, trainer, compute, given.carrier, given.journal, evidence, events, queue_limit=queue_limit)


def merger_of(given: Assignment, load: ShardLoad, trainer: Trainer, compute: ComputeThread) -> Merger:
    def committed(made: StepCommitment) -> None:
        given.journal.append(made)

    return Merger(
        given.run,
        given.key.node_id,
        load.fragments,
        trainer,
        compute,
        given.client,
        committed,
        given.folder.merges_folder,
        load.room.allotment.merges,
        load.resumed,
        given.residuals(load.room.allotment.residuals),
    )


def saver_of(
    given: Assignment, trainer: Trainer, compute: ComputeThread, merger: Merger, allotment: DiskAllotment
) -> Saver:
    def merged_versions() -> tuple[int, ...]:
        return tuple(fragment.head.version for fragment in merger.fragments)

    file, trouble = given.folder.checkpoint_file, given.voice.trouble
    return Saver(trainer, compute, given.device, file, merged_versions, trouble, allotment)
