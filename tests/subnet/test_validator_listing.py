"""Who may ask as a validator: whoever the network lists now, not whoever it once let in."""

import asyncio
from typing import Any

import httpx
import pytest

from chain.keys import Keypair, KeySigner
from chain.network import Metagraph, Neuron
from protocol import validator_api as api
from protocol.errors import Refused, SettingsError, Unavailable
from protocol.orchestrator_api import StoreGrantsRequest, StoreWish
from protocol.requests import sign_request
from protocol.wire import from_json, to_json
from subnet.orchestrator.__main__ import validator_gate
from subnet.orchestrator.web.sessions import SESSION_SECONDS
from subnet.orchestrator.web.staked_validators import STAKES_KEPT_MS, StakedValidators
from subnet.validator.client import SessionLost
from tests.subnet.audits_net import JUDGE, AuditNet
from tests.subnet.conftest import ADDRESS, Net

LEAST_RAO = 100
MESSAGES = {
    api.DECISIONS_PATH: api.Decisions(decisions=()),
    api.VERDICTS_PATH: api.Verdicts(verdicts=()),
    api.DISPUTE_VERDICTS_PATH: api.DisputeVerdicts(verdicts=()),
    api.SCORES_PATH: api.EpochScores(run_id="small", epoch=1, shares={}),
    api.VALIDATOR_GRANTS_PATH: StoreGrantsRequest(wishes=(StoreWish(method="GET", key="data/train"),)),
}


class Stakes:
    """A chain of which stakes alone are asked."""

    def __init__(self) -> None:
        self.staked = {JUDGE.address: LEAST_RAO}
        self.reachable = True
        self.asked = 0
        self.held_up = asyncio.Event()
        self.held_up.set()

    async def metagraph(self) -> Metagraph:
        self.asked += 1
        await self.held_up.wait()
        if not self.reachable:
            raise Unavailable("The chain's node can't be reached.")
        neurons = (Neuron(uid, hotkey, rao, {}, 0) for uid, (hotkey, rao) in enumerate(self.staked.items()))
        return Metagraph(1, 1, tuple(neurons))


async def registered(net: Net, key: Keypair) -> httpx.Response:
    body = to_json(api.ValidatorRegister())
    path = api.VALIDATOR_REGISTER_PATH
    headers = await sign_request(KeySigner(key), "POST", path, "", body, net.now_ms, ADDRESS)
    return await net.client.post(path, content=body, headers=headers)


async def statuses(net: Net, token: str) -> set[int]:
    """What every address of the validators' room answers."""
    headers = {"Authorization": f"Bearer {token}"}
    questions = (api.STEPS_PATH, api.AUDITS_PATH, api.DISPUTES_PATH, api.EPOCH_PATH)
    answers = [await net.client.get(path, headers=headers) for path in questions]
    answers += [
        await net.client.post(path, content=to_json(message), headers=headers) for path, message in MESSAGES.items()
    ]
    return {answer.status_code for answer in answers}


async def test_a_validator_taken_off_the_list_may_ask_and_say_nothing_after_a_restart(net: Net) -> None:
    net.validators = (JUDGE.address,)
    await net.restart()
    answer = await registered(net, JUDGE)
    token = from_json(answer.content, api.ValidatorSession).session_token
    await net.restart()
    assert (await statuses(net, token)).isdisjoint({401, 403}), "who stays on the list goes on"
    net.validators = ()
    await net.restart()
    assert await statuses(net, token) == {401}
    assert await net.rows("select count(*) from sessions") == [(0,)]
    assert (await registered(net, JUDGE)).status_code == 403


def staked_only(audit_net: AuditNet) -> Stakes:
    """From here on the network lists who has the stake."""
    stakes = Stakes()
    audit_net.desk.gate = StakedValidators(stakes, LEAST_RAO, steady=lambda: audit_net.now_ms)  # type: ignore[arg-type]
    return stakes


async def test_a_validator_that_unstakes_loses_its_session(audit_net: AuditNet) -> None:
    stakes = staked_only(audit_net)
    client = audit_net.validator()._client
    await client.register()
    stakes.staked[JUDGE.address] = LEAST_RAO - 1
    audit_net.now_ms += STAKES_KEPT_MS
    await client.steps(-1, 1)  # goes by what was read before, and has the stakes read anew
    with pytest.raises(SessionLost):
        await client.steps(-1, 1)
    with pytest.raises(Refused, match="no validator"):
        await client.register()


async def test_a_chain_that_is_away_ends_no_session_of_a_validator(audit_net: AuditNet) -> None:
    stakes = staked_only(audit_net)
    client = audit_net.validator()._client
    await client.register()
    stakes.reachable = False
    for _ in range(6):
        audit_net.now_ms += round(SESSION_SECONDS * 1000 / 2)
        await client.steps(-1, 1)
    assert stakes.asked == 7


async def test_after_a_restart_without_a_chain_a_validator_goes_on_and_nobody_else_is_let_in(
    audit_net: AuditNet,
) -> None:
    client = audit_net.validator()._client
    await client.register()
    stakes = staked_only(audit_net)
    stakes.reachable = False
    await client.steps(-1, 1)
    with pytest.raises(Unavailable):
        await client.register()
    await client.steps(-1, 1)
    assert stakes.asked == 1
    stakes.reachable, stakes.staked = True, {}
    audit_net.now_ms += STAKES_KEPT_MS
    await client.steps(-1, 1)
    with pytest.raises(SessionLost):
        await client.steps(-1, 1)


async def test_no_request_waits_for_stakes_that_are_read_anew_and_none_reads_them_twice(audit_net: AuditNet) -> None:
    stakes = staked_only(audit_net)
    client = audit_net.validator()._client
    await client.register()
    audit_net.now_ms += STAKES_KEPT_MS
    stakes.held_up.clear()
    async with asyncio.timeout(30):
        for _ in range(5):
            audit_net.now_ms += STAKES_KEPT_MS
            await client.steps(-1, 1)
    assert stakes.asked == 2
    stakes.held_up.set()


async def test_who_asks_first_waits_for_the_chain_and_may_give_up_without_harm() -> None:
    stakes = Stakes()
    stakes.held_up.clear()
    gate = StakedValidators(stakes, LEAST_RAO, named=("named",))  # type: ignore[arg-type]
    asked = [asyncio.create_task(gate.admits(hotkey)) for hotkey in (JUDGE.address, JUDGE.address, "stranger")]
    assert await gate.admits("named")
    asked[0].cancel()
    stakes.held_up.set()
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [True, False]
    assert stakes.asked == 1


async def test_a_least_stake_admits_whoever_has_it_beside_those_named() -> None:
    stakes: Any = Stakes()
    gate = validator_gate(["named"], LEAST_RAO, stakes)
    assert [await gate.admits(hotkey) for hotkey in ("named", JUDGE.address, "stranger")] == [True, True, False]
    assert not await validator_gate(["named"], None, stakes).admits(JUDGE.address)


@pytest.mark.parametrize(("least_rao", "chain"), [(LEAST_RAO, None), (0, Any), (-1, Any)])
def test_a_least_stake_that_can_not_be_held_to_is_refused_with_words(least_rao: int, chain: Any) -> None:
    with pytest.raises(SettingsError, match="stake"):
        validator_gate([], least_rao, chain)
