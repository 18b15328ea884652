"""Carries out what the plan says of the engine: which order it gets, and whether the one it has is the right one."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, assert_never

from app.core.computer.suspension import SAVE_SECONDS, Suspension
from app.core.decision import Action, Decision
from app.core.engine import orders as engine_orders
from app.core.engine.keeper import EngineKeeper
from app.core.engine.outcomes import NotStarted
from app.core.engine.pace import duty_cycle_at, same_but_for_pace
from app.core.engine.phase import Ended, EngineStatus, Phase
from app.core.engine.plan import EngineStep, Standing, plan
from app.core.network.keeper import NetworkKeeper
from app.core.settings.settings import Settings
from protocol.errors import UserFacingError
from protocol.keys import HotkeySigner

FOLDER_RETRY: Final = timedelta(seconds=30)
FINISH_SECONDS: Final = 300.0
"""What "finish then off" gives the engine for what is under way."""


class EngineConduct:
    """All calls belong to the supervisor's loop. `asked_seconds` is the least that a hand-over gets; `status` is how
    the engine stands, `tell` hears what no engine could say; `card` is that of a further engine."""

    def __init__(
        self,
        folder: Path,
        asked_seconds: float,
        keeper: EngineKeeper,
        network: NetworkKeeper,
        suspension: Suspension,
        status: Callable[[], EngineStatus],
        tell: Callable[[Ended], None],
        card: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._folder = folder
        self._asked_seconds = asked_seconds
        self._keeper = keeper
        self._network = network
        self._suspension = suspension
        self._status = status
        self._tell = tell
        self._card = card
        self._held_since: datetime | None = None

    def act(self, decision: Decision, settings: Settings, signer: HotkeySigner | None, now: datetime) -> None:
        """Each tick: take the one next step towards `decision`."""
        if decision.action is not Action.HOLD:
            self._held_since = None
        elif self._held_since is None:
            self._held_since = now
        self._keeper.mind_silence(self._monotonic())
        order = self._order(settings, signer)
        standing = self._standing(self._status(), order, decision)
        self._do(plan(decision, standing, now), order, signer, decision, now)

    def retry(self, decision: Decision, settings: Settings, signer: HotkeySigner | None, now: datetime) -> None:
        """The person will not wait for the next try of an engine that failed."""
        if self._status().phase is Phase.FAILED and decision.action is Action.RUN:
            self._do(EngineStep.START, self._order(settings, signer), signer, decision, now)

    def _standing(self, status: EngineStatus, order: engine_orders.Order | None, decision: Decision) -> Standing:
        present, told = self._keeper.order, self._keeper.duty_cycle
        changed = present is not None and (order is None or not same_but_for_pace(present, order))
        return Standing(
            status=status,
            duty_cycle=told,
            wanted_duty_cycle=told if order is None else duty_cycle_at(order, decision.level),
            pause_asked=self._keeper.pause_asked,
            held_since=self._held_since,
            order_outdated=changed or (present is not None and self._suspension.engine_is_stale()),
            may_start=order is not None and self._network.ready and not self._keeper.alive,
            may_pause=not self._network.is_here,
            falling_asleep=self._suspension.falling_asleep,
        )

    def _do(
        self,
        step: EngineStep,
        order: engine_orders.Order | None,
        signer: HotkeySigner | None,
        decision: Decision,
        now: datetime,
    ) -> None:
        match step:
            case EngineStep.NONE:
                pass
            case EngineStep.START:
                if order is not None and signer is not None:
                    self._start(order, signer, decision, now)
            case EngineStep.PAUSE:
                self._keeper.pause()
            case EngineStep.RESUME:
                self._keeper.resume()
            case EngineStep.STOP:
                self._keeper.stop()
            case EngineStep.SAVE:
                self._keeper.stop(SAVE_SECONDS)
            case EngineStep.FINISH:
                self._keeper.stop(FINISH_SECONDS)
            case EngineStep.HAND_OVER:
                left = timedelta(0) if decision.hand_over_until is None else decision.hand_over_until - now
                self._keeper.stop(max(left.total_seconds(), self._asked_seconds))
            case EngineStep.PACE:
                if order is not None:
                    self._keeper.set_pace(duty_cycle_at(order, decision.level))
            case _:
                assert_never(step)

    def _start(self, order: engine_orders.Order, signer: HotkeySigner, decision: Decision, now: datetime) -> None:
        try:
            engine_orders.make_folder(order)
        except UserFacingError as error:
            self._tell(Ended(NotStarted(error.title, error.advice), now + FOLDER_RETRY))
            return
        self._suspension.engine_starts()
        self._keeper.start(order, signer.sign, duty_cycle_at(order, decision.level))

    def _order(self, settings: Settings, signer: HotkeySigner | None) -> engine_orders.Order | None:
        """None while key, network or the way there is missing."""
        if signer is None or self._network.url is None or settings.network is None:
            return None
        return engine_orders.order_for(settings, self._network.url, signer.address, self._folder, self._card)
