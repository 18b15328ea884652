"""What the snapshot says that explains a zero, and the network's sums as last heard."""

import msgspec

from app.core import words
from app.core.engine.phase import Phase
from app.core.money.lines import Standing
from app.core.money.sums import Sums, sums
from app.core.money.why import Facts, Held
from app.core.snapshot import NetworkKind, Snapshot


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """The four states of the money, by the network's ledger or, where that is newer, by its last heartbeat."""

    credited_rao: int = 0
    pending_rao: int = 0
    held_rao: int = 0
    paid_rao: int = 0
    at_unix: float | None = None
    """When the ledger itself was asked; None where it never was."""


def sides_of(snapshot: Snapshot) -> Sides:
    """What is credited, pending, held and paid now."""
    earnings, standing = snapshot.earnings, standing_of(snapshot)
    heard = earnings.heard_at
    if standing is None:
        return Sides(credited_rao=earnings.credited_rao, pending_rao=earnings.pending_rao, paid_rao=earnings.paid_rao)
    credited, paid = standing.credited_rao, standing.paid_rao
    if heard is not None and heard.timestamp() > standing.at_unix:
        credited, paid = max(credited, earnings.credited_rao), max(paid, earnings.paid_rao)
    pending = max(0, credited - paid - standing.held_rao)
    return Sides(
        credited_rao=credited,
        pending_rao=pending,
        held_rao=standing.held_rao,
        paid_rao=paid,
        at_unix=standing.at_unix,
    )


def standing_of(snapshot: Snapshot) -> Standing | None:
    """The newest that the present network told."""
    name = snapshot.network.name
    found = [standing for network, standing in snapshot.money.books.standings if network == name]
    return max(found, key=lambda standing: standing.order, default=None)


def held_by_reason(snapshot: Snapshot) -> tuple[Held, ...]:
    """What the network keeps back, once for each reason that it told, and without one for what it told none of."""
    standing, left_rao = standing_of(snapshot), sides_of(snapshot).held_rao
    found: dict[str, int] = {}
    for waiting in () if standing is None else standing.waiting:
        if waiting.reason:
            found[waiting.reason] = found.get(waiting.reason, 0) + min(waiting.rao, left_rao)
            left_rao -= min(waiting.rao, left_rao)
    if left_rao > 0:
        found[""] = left_rao
    return tuple(Held(rao, reason) for reason, rao in found.items() if rao > 0)


def sums_of(snapshot: Snapshot, days: int | None) -> Sums:
    """The books of the present network over the last `days`, today among them; None for all."""
    money = snapshot.money
    return sums(money.books, snapshot.network.name, days, snapshot.at, money.view.currency)


def facts_of(snapshot: Snapshot, found: Sums) -> Facts:
    """All that the answer to "why is this zero?" depends on."""
    sides, standing = sides_of(snapshot), standing_of(snapshot)
    return Facts(
        network_chosen=snapshot.network.kind is not NetworkKind.NONE,
        is_play=snapshot.network.kind is NetworkKind.THIS_COMPUTER,
        payout_address=snapshot.account.payout_address,
        trained_tokens=found.work.tokens,
        credited_flops=found.work.flops,
        credited_rao=found.rao,
        heard=standing is not None or snapshot.earnings.heard_at is not None,
        unreachable=snapshot.money.unreachable,
        total_rao=sides.credited_rao,
        paid_rao=sides.paid_rao,
        pending_rao=sides.pending_rao,
        held=held_by_reason(snapshot),
        # A heartbeat tells no address: until the ledger was asked, ours is taken for known.
        network_pays_to=snapshot.account.payout_address if standing is None else standing.payout_address,
        payout_least_rao=snapshot.money.payout_least_rao,
        trains_now=snapshot.engine.phase is Phase.TRAINING,
        paused_reason=words.sentence(snapshot),
    )
