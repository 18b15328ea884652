"""What the snapshot shows of the engine's work, and how amounts are to be shown. Pure."""

from app.core.engine.phase import ALIVE, Phase
from app.core.money.lines import CreditMark
from app.core.money.power import MeasuredPower, draw
from app.core.money.prices import Coin, MoneyView, PoolPrice
from app.core.money.settings import MoneySettings, ShownUnit
from app.core.money.tally import Seen
from app.core.settings.settings import Settings
from app.core.snapshot import NetworkKind, NetworkView, Snapshot


def engine_lives(snapshot: Snapshot) -> bool:
    """Whether there is one at all, if only one that starts."""
    return any(status.phase in ALIVE for status in (snapshot.engine, *(member.status for member in snapshot.crew)))


def seen_of(snapshot: Snapshot, settings: Settings, measured: MeasuredPower | None, at: float) -> Seen:
    """How the engine stands at `at`, in unix seconds."""
    engine, network = snapshot.engine, snapshot.network
    hotkey = snapshot.account.hotkey or ""
    at_work = (engine.phase is Phase.TRAINING) + snapshot.crew_at_work
    training = at_work > 0
    power = draw(settings.money.watts_while_training, measured, engine.device, settings.threads, at_work)
    return Seen(
        at_unix=at,
        alive=engine_lives(snapshot),
        training=training,
        network=network.name,
        is_play=network.kind is NetworkKind.THIS_COMPUTER,
        hotkey=hotkey,
        run_title=engine.run_title,
        device=engine.device,
        process=engine.pid,
        tokens=engine.tokens,
        crew_tokens=sum(member.tokens_in_all for member in snapshot.crew),
        watts=power.watts if training else 0.0,
        source=power.source,
        marks=_marks(snapshot, hotkey),
    )


def view_of(money: MoneySettings, network: NetworkView, pool: tuple[str, PoolPrice] | None) -> MoneyView:
    """`pool` is the last price that was heard, with the network's name that it belongs to."""
    # The local network's chain has one coin, of its own, which stands for TAO.
    coin = Coin.ALPHA if network.kind in (NetworkKind.NAMED, NetworkKind.ADDRESS) else Coin.TAO
    return MoneyView(
        hidden=money.hidden,
        coin=coin,
        # Where there is no α an amount in α is one in the chain's coin.
        unit=ShownUnit.TAO if coin is Coin.TAO and money.unit is ShownUnit.ALPHA else money.unit,
        currency=money.currency,
        pool=pool[1] if pool is not None and pool[0] == network.name else None,
        typed=money.typed_price,
    )


def _marks(snapshot: Snapshot, hotkey: str) -> tuple[CreditMark, ...]:
    heard, run_id = snapshot.service.heartbeat_at, snapshot.engine.run_id
    return tuple(
        CreditMark(
            network=snapshot.network.name,
            hotkey=hotkey,
            run_id=run.run_id,
            at_unix=heard.timestamp(),
            megaflops=round(run.last / 1e6),
        )
        for run in snapshot.earnings.runs
        if heard is not None and run.run_id == run_id
    )
