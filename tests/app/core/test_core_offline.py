"""A day without the network: it is asked for with patience, complained of once, and training begins by itself after."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from app.core.decision import Reason
from app.core.engine.backoff import LADDER_SECONDS
from app.core.engine.phase import Phase
from app.core.settings.settings import settings_file
from app.core.snapshot import Snapshot
from app.core.supervisor import Parts
from app.platforms.pretend import PretendClock
from protocol.errors import Unavailable
from protocol.orchestrator_api import OrchestratorHello
from tests.app.conftest import TWO_AT_NIGHT
from tests.app.core.test_core_notices_kept import ToldNotifier
from tests.app.core.test_core_supervisor import Stage

DAY = timedelta(days=1)


class LonelyStage(Stage):
    """Its clock goes on when the test says so; it notes when the network was asked for."""

    clock: PretendClock

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = PretendClock(TWO_AT_NIGHT)
        self.notifier = ToldNotifier()
        self.asked: list[datetime] = []

    async def probe(self, url: str) -> OrchestratorHello:
        self.asked.append(self.clock.now())
        return await super().probe(url)

    def parts(self) -> Parts:
        return msgspec.structs.replace(super().parts(), clock=self.clock, notifier=self.notifier, tick_seconds=0.002)

    def until_asked_again(self) -> Snapshot:
        """Go on to the next try, and wait until it has failed too."""
        retry_at = self.until(lambda snapshot: snapshot.network.retry_at is not None).network.retry_at
        assert retry_at is not None
        self.clock.moment = retry_at.astimezone(TWO_AT_NIGHT.tzinfo)
        return self.until(
            lambda snapshot: snapshot.network.retry_at is not None and snapshot.network.retry_at > self.clock.now()
        )


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[LonelyStage]:
    stage = LonelyStage(tmp_path)
    yield stage
    stage.close()


def test_a_day_offline_costs_patience_only(lonely: LonelyStage) -> None:
    lonely.open()
    before = lonely.until(lambda snapshot: snapshot.earnings.credited_rao == 7)
    lonely.close()

    lonely.asked.clear()
    lonely.probe_error = Unavailable("The network can't be reached.", "Check the connection.")
    lonely.open()
    while lonely.clock.now() < TWO_AT_NIGHT + DAY:
        held = lonely.until_asked_again()
        assert held.decision.reason is Reason.NETWORK
        assert held.engine.phase is Phase.STOPPED
    gaps = [(later - earlier).total_seconds() for earlier, later in zip(lonely.asked, lonely.asked[1:], strict=False)]
    assert gaps[: len(LADDER_SECONDS)] == list(LADDER_SECONDS)
    assert set(gaps[len(LADDER_SECONDS) :]) == {LADDER_SECONDS[-1]}, "never faster again, and never slower"
    assert [trouble.title for trouble in held.troubles] == ["The network can't be reached."]
    assert len(lonely.notifier.told) <= 1
    assert held.earnings.credited_rao == before.earnings.credited_rao, "what was earned is not forgotten"

    lonely.probe_error = None
    lonely.clock.move(timedelta(seconds=LADDER_SECONDS[-1]))
    after = lonely.until_phase(Phase.TRAINING)
    assert after.wish == before.wish
    lonely.close()
    assert settings_file(lonely.folder).load().value == lonely.settings
