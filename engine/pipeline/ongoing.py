"""The passages that are at this stage just now: the one place where they are held, and what they add up to."""

from engine.pipeline.passage import Passage, PassageKey, PassageState
from protocol.keys import NodeId


class OngoingPassages:
    """Belongs to the event loop."""

    def __init__(self) -> None:
        self.by_key: dict[PassageKey, Passage] = {}

    def begin(self, passage: Passage) -> None:
        self.by_key[passage.key] = passage

    def end(self, passage: Passage) -> None:
        self.by_key.pop(passage.key, None)

    def get(self, key: PassageKey) -> Passage | None:
        return self.by_key.get(key)

    def all(self) -> list[Passage]:
        return list(self.by_key.values())

    @property
    def queued(self) -> int:
        """Whose forward pass has not been computed."""
        return self._in(PassageState.QUEUED)

    @property
    def away(self) -> int:
        """That a peer holds, and whose gradient is to come."""
        return self._in(PassageState.AWAY)

    @property
    def computing(self) -> bool:
        """Whether a pass is being computed or waits for it."""
        return any(p.state in (PassageState.QUEUED, PassageState.RETURNING) for p in self.by_key.values())

    def were_given_to(self, node: NodeId) -> bool:
        """Whether `node` was sent any of them."""
        return any(node in passage.given_to for passage in self.by_key.values())

    def _in(self, state: PassageState) -> int:
        return sum(passage.state is state for passage in self.by_key.values())
