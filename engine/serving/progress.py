"""What a service's stage reports: counted for the network, told to the app."""

import asyncio
import time
from typing import Final

import structlog

from engine.compute.thread import ComputeThread, Urgency
from engine.pipeline.endings import StageEvents
from engine.pipeline.feeder import Feeder
from engine.pipeline.pace import Pace
from engine.pipeline.passage import Passage
from engine.serving.assignment import Voice
from engine.training.trainer import Trainer
from protocol.engine_control import EnginePhase, StepFinished
from protocol.errors import UserFacingError
from protocol.receipts import StepCommitment
from protocol.runs import RunSpec

log = structlog.get_logger(__name__)

IDLE_AFTER_SECONDS: Final = 5.0


class Progress:
    """Belongs to the event loop."""

    def __init__(self, run: RunSpec, trainer: Trainer, compute: ComputeThread, voice: Voice) -> None:
        self.feeder: Feeder | None = None
        """Of a first stage: hears of each of its microbatches that is over."""
        self.trained_tokens = 0
        self.began = asyncio.Event()
        """Set once the first microbatch is trained."""
        self._run = run
        self._trainer = trainer
        self._compute = compute
        self._voice = voice
        self._pace = Pace()
        self._loss: float | None = None

    def events(self) -> StageEvents:
        return StageEvents(self._trained, self._stepped, self._heard_loss, self._failed, self._abandoned)

    def microbatches_per_second(self) -> float:
        return self._pace.microbatches_per_second(time.monotonic())

    def is_idle(self) -> bool:
        """Nothing was trained for a while."""
        last = self._pace.last()
        return last is None or time.monotonic() - last > IDLE_AFTER_SECONDS

    def _trained(self, passage: Passage, tokens: int) -> None:
        if tokens:
            self._pace.add(time.monotonic(), tokens)
            self.trained_tokens += tokens
            self.began.set()
            self._voice.enter(EnginePhase.TRAINING, "")
        if self.feeder is not None:
            self.feeder.finished(passage)

    def _stepped(self, made: StepCommitment) -> None:
        self._voice.tell(
            StepFinished(
                step=made.step.step,
                tokens=len(made.microbatches) * self._run.tokens_per_microbatch,
                tokens_per_second=self._pace.tokens_per_second(time.monotonic()),
                loss=self._loss,
            )
        )

    def _heard_loss(self, loss: float) -> None:
        self._loss = loss

    def _failed(self, passage: Passage, error: Exception) -> None:
        log.warning("pass_failed", microbatch=passage.microbatch, error=str(error))
        if isinstance(error, UserFacingError):
            self._voice.trouble(error)
        self._forget(passage)

    def _abandoned(self, passage: Passage) -> None:
        log.info("pass_abandoned", microbatch=passage.microbatch)
        self._forget(passage)

    def _forget(self, passage: Passage) -> None:
        self._compute.submit(Urgency.CONTROL, lambda: self._trainer.drop(passage.microbatch))
        if self.feeder is not None:
            self.feeder.finished(passage)
