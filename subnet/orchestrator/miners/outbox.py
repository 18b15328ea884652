"""What one miner should know now, as events; looked up whenever its bell rings, sent if it changed."""

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, update

from protocol.miner_events import MinerEvent, PacketParked, PeersToDial, Reassigned, RunFinished
from protocol.wire import to_json
from subnet.orchestrator.miners.meetings import Meetings
from subnet.orchestrator.miners.news import Look, MinerNews, Newsroom, RunNews
from subnet.orchestrator.runs.runs import RunPhase
from subnet.orchestrator.tables.database import Database
from subnet.orchestrator.tables.schema import parked


class Outbox(msgspec.Struct):
    """One open stream: what was sent last of each kind, and which parked packets."""

    sent: dict[str, MinerEvent] = {}
    parked: set[str] = set()

    def fresh(
        self, events: tuple[MinerEvent, ...], encode: Callable[[MinerEvent], bytes] = to_json
    ) -> list[tuple[str, bytes]]:
        """(tag, body) of those events that the miner has not got yet."""
        found = []
        for event in events:
            tag = str(event.__struct_config__.tag)
            if isinstance(event, PacketParked):
                if event.key in self.parked:
                    continue
                self.parked.add(event.key)
            else:
                known = self.sent.get(tag)
                if known is event or known == event:
                    continue
                self.sent[tag] = event
            found.append((tag, encode(event)))
        return found


async def present_events(
    database: Database, look: Look, newsroom: Newsroom, is_first: bool = False
) -> tuple[MinerEvent, ...]:
    """One of each kind that applies: the whole of what the node should know as of that ring, or later. The first look
    of a stream is at the tables themselves."""
    news = await newsroom.as_of(database, look)
    own = None if is_first else news.by_node.get(look.node)
    if own is None:
        own = await database.read(lambda connection: newsroom.of_one(connection, look))
    if own is None or own.life != look.life:
        return (Reassigned(reason="This miner has registered again."),)
    if newsroom.steering.is_moving(look.node, look.life, look.now_ms):
        return (Reassigned(reason="This miner adds more in another stage."),)
    return _events_of(news, own, _to_dial(news, look, newsroom.meetings))


def _events_of(news: RunNews, own: MinerNews, dial: PeersToDial | None) -> tuple[MinerEvent, ...]:
    events: list[MinerEvent] = [news.table, own.merge_tasks, own.audit_tasks, news.closed, *own.parked]
    if dial is not None:
        events.append(dial)
    if news.run.phase is RunPhase.FINISHED:
        events.append(RunFinished(run_id=news.run.run_id, held_out_loss=news.run.held_out_loss))
    return tuple(events)


def _to_dial(news: RunNews, look: Look, meetings: Meetings) -> PeersToDial | None:
    """Those that a miner should open a connection to just now; None if there are none."""
    wanted, asked = meetings.to_dial(look.node, look.now_ms)
    known = [news.online[peer] for peer in wanted if peer in news.online]
    if not known:
        return None
    return PeersToDial(peers=tuple(meetings.entry(entry) for entry in known), asked=asked)


def mark_fetched(connection: Connection, key: str) -> None:
    """A parked packet is on its way to its receiver, who needs not be told of it again."""
    connection.execute(update(parked).where(parked.c.key == key).values(fetched=True))
