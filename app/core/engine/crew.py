"""Further graphics cards: an engine of its own for each card beside the first, doing what the first one is told.

The first engine is what sentences speak of. The others have folders, checkpoints and failures of their own, sign with
the same key, and share what the person allows.
"""

from collections.abc import Callable, Coroutine
from datetime import datetime

from app.core.decision import Decision
from app.core.engine import phase as engine_phase
from app.core.engine.conduct import EngineConduct
from app.core.engine.keeper import EngineKeeper
from app.core.engine.orders import further_cards, kind_of
from app.core.engine.phase import ALIVE, Ended, EngineStatus, PhaseEvent, Told
from app.core.ports import Clock
from app.core.settings.settings import Settings
from app.core.snapshot import CrewChanged, CrewMember, SnapshotEvent, TroubleSeen
from protocol import engine_control as wire
from protocol.keys import HotkeySigner

MakeKeeper = Callable[[Callable[[PhaseEvent], None]], EngineKeeper]
"""A keeper that tells its events there."""
MakeConduct = Callable[[EngineKeeper, Callable[[], EngineStatus], Callable[[Ended], None], str], EngineConduct]
"""(keeper, how it stands, who hears what no engine could say, its card)"""


class _Hand:
    """One further engine."""

    def __init__(
        self,
        card: str,
        make_keeper: MakeKeeper,
        make_conduct: MakeConduct,
        clock: Clock,
        show: Callable[[], None],
        tell: Callable[[SnapshotEvent], None],
    ) -> None:
        self.member = CrewMember(card=card)
        self._clock, self._show, self._publish = clock, show, tell
        self.keeper = make_keeper(self._hear)
        self.conduct = make_conduct(self.keeper, lambda: self.member.status, self._hear, card)

    def _hear(self, event: PhaseEvent) -> None:
        member, status = self.member, engine_phase.apply(self.member.status, event, self._clock.now())
        gained = max(0, status.tokens - member.status.tokens)
        self.member = CrewMember(card=member.card, status=status, tokens_in_all=member.tokens_in_all + gained)
        self._pass_on(event)
        self._show()

    def _pass_on(self, event: PhaseEvent) -> None:
        """The service speaks of the key's whole work, whichever engine hears it; troubles are the person's."""
        match event:
            case Told(wire.HeartbeatAccepted() | wire.Troubled()):
                self._publish(event)
            case Ended():
                failure = self.member.status.failure
                if failure is not None:
                    title = f"{self.member.card}: {failure.title}"
                    self._publish(TroubleSeen(failure.code, title, failure.advice, event.retry_at))
            case _:
                pass

    @property
    def is_gone(self) -> bool:
        return not self.keeper.alive and self.member.status.phase not in ALIVE


class Crew:
    """All calls belong to the supervisor's loop."""

    def __init__(
        self,
        make_keeper: MakeKeeper,
        make_conduct: MakeConduct,
        clock: Clock,
        tell: Callable[[SnapshotEvent], None],
    ) -> None:
        self._make_keeper, self._make_conduct = make_keeper, make_conduct
        self._clock, self._tell = clock, tell
        self._hands: dict[str, _Hand] = {}
        self._kind = ""

    @property
    def alive(self) -> bool:
        return any(hand.keeper.alive for hand in self._hands.values())

    def attend(
        self, first: EngineStatus, decision: Decision, settings: Settings, signer: HotkeySigner | None, now: datetime
    ) -> None:
        """Each tick, after the first engine was attended to."""
        # What the first engine said it computes on stays true while it starts anew.
        self._kind = first.device or self._kind
        if settings.device != "auto" and kind_of(settings.device) != kind_of(self._kind):
            self._kind = ""
        wanted = further_cards(settings.device, self._kind, settings.graphics_cards)
        for card in wanted:
            if card not in self._hands:
                self._hands[card] = _Hand(
                    card, self._make_keeper, self._make_conduct, self._clock, self._show, self._tell
                )
        for card, hand in tuple(self._hands.items()):
            if card in wanted:
                hand.conduct.act(decision, settings, signer, now)
            elif hand.is_gone:
                del self._hands[card]
                self._show()
            else:
                hand.keeper.stop()

    def hurry(self) -> None:
        for hand in self._hands.values():
            hand.keeper.hurry()

    def closings(self, within_seconds: float) -> list[Coroutine[None, None, None]]:
        """To be waited for side by side: each engine has the whole time."""
        return [hand.keeper.close(within_seconds) for hand in self._hands.values()]

    def _show(self) -> None:
        self._tell(CrewChanged(tuple(hand.member for hand in self._hands.values())))
