"""Who may take part, and what a registration begins."""

from typing import Any

import pytest

from chain.keys import Keypair
from protocol import orchestrator_api as api
from protocol.engine_control import EnginePhase
from protocol.requests import FRESHNESS_MS
from protocol.version import PROTOCOL_VERSION
from protocol.wire import from_json, to_json


async def test_an_orchestrator_says_who_it_is(net: Any) -> None:
    answer = await net.client.get(api.HELLO_PATH)
    hello = from_json(answer.content, api.OrchestratorHello)
    assert (hello.network, hello.protocol_version, hello.unix_ms) == ("test", PROTOCOL_VERSION, net.now_ms)


async def test_a_miner_is_given_run_stage_and_heads(net: Any, small_run: Any) -> None:
    run = await net.found(small_run())
    miner = await net.miner("Alice").register()
    reply = miner.registered
    assert (reply.run, reply.stage, reply.life, reply.acknowledged_sequence) == (run, 0, 1, -1)
    assert [(head.stage, head.fragment, head.version) for head in reply.heads] == [(0, 0, 0)]


async def test_newcomers_fill_empty_stages_first_and_a_returning_one_gets_its_own(net: Any, small_run: Any) -> None:
    await net.found(small_run())
    first = await net.miner("Alice").register()
    second = await net.miner("Bob").register()
    assert (first.registered.stage, second.registered.stage) == (0, 1)
    await second.call(api.LEAVE_PATH, api.LeaveRequest())
    await first.register()
    assert (first.registered.stage, first.registered.life) == (0, 2)
    await second.register()
    assert (second.registered.stage, second.registered.life) == (1, 2)


async def test_fields_from_the_future_are_accepted(net: Any, small_run: Any) -> None:
    await net.found(small_run())
    miner = net.miner("Alice")
    body = to_json(miner.request())[:-1] + b',"colour":"blue"}'
    answer = await net.client.post(api.REGISTER_PATH, content=body, headers=await miner.signed(body))
    assert answer.status_code == 200, answer.text


async def test_another_version_is_told_to_update(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    answer = await net.miner("Alice").try_register(protocol_version=99)
    assert error_of(answer) == (426, "version_mismatch")


async def test_an_unknown_run_is_named(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    answer = await net.miner("Alice").try_register(run_id="elsewhere")
    assert error_of(answer) == (404, "refused")
    assert "elsewhere" in answer.text


async def test_without_any_run_a_miner_is_asked_to_come_later(net: Any, error_of: Any) -> None:
    assert error_of(await net.miner("Alice").try_register()) == (403, "refused")


async def test_a_signature_of_another_hotkey_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    miner = net.miner("Alice")
    body = to_json(miner.request())
    headers = await miner.signed(body) | {"Epistula-Signed-By": Keypair.from_uri("//Bob").address}
    answer = await net.client.post(api.REGISTER_PATH, content=body, headers=headers)
    assert error_of(answer) == (401, "authentication")


async def test_a_changed_body_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    miner = net.miner("Alice")
    headers = await miner.signed(to_json(miner.request()))
    changed = to_json(miner.request(payout_coldkey="5Thief"))
    answer = await net.client.post(api.REGISTER_PATH, content=changed, headers=headers)
    assert error_of(answer) == (401, "authentication")


async def test_a_replayed_registration_is_refused_even_after_a_restart(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    miner = net.miner("Alice")
    body = to_json(miner.request())
    headers = await miner.signed(body)
    assert (await net.client.post(api.REGISTER_PATH, content=body, headers=headers)).status_code == 200
    again = await net.client.post(api.REGISTER_PATH, content=body, headers=headers)
    assert error_of(again) == (401, "authentication")
    await net.restart()
    again = await net.client.post(api.REGISTER_PATH, content=body, headers=headers)
    assert error_of(again) == (401, "authentication")
    assert await net.rows("select life from miners") == [(1,)]


async def test_a_clock_an_hour_off_is_named(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    miner = net.miner("Alice")
    body = to_json(miner.request())
    for offset_ms in (60 * FRESHNESS_MS, -60 * FRESHNESS_MS):
        headers = await miner.signed(body, net.now_ms + offset_ms)
        answer = await net.client.post(api.REGISTER_PATH, content=body, headers=headers)
        assert error_of(answer) == (401, "clock")
        assert "60 minutes" in answer.text


async def test_a_request_for_another_orchestrator_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    miner = net.miner("Alice")
    body = to_json(miner.request())
    headers = await miner.signed(body, receiver=Keypair.from_uri("//Other").address)
    answer = await net.client.post(api.REGISTER_PATH, content=body, headers=headers)
    assert error_of(answer) == (401, "authentication")


async def test_a_node_that_did_not_agree_can_not_be_registered(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    victim, thief = net.miner("Alice"), net.miner("Bob")
    stolen = api.NodeBinding(node=victim.node, signature=thief.request().binding.signature)
    assert error_of(await thief.try_register(binding=stolen)) == (401, "authentication")


async def test_a_node_serves_one_hotkey_for_ever(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    first = await net.miner("Alice").register()
    other = net.miner("Bob")
    other.key = first.key
    assert error_of(await other.try_register()) == (403, "refused")


async def test_two_cards_of_one_computer_sign_with_one_hotkey_and_have_a_stage_each(net: Any, small_run: Any) -> None:
    await net.found(small_run())
    first = await net.miner("Alice").register()
    second = net.miner("Bob")
    second.hotkey = first.hotkey
    await second.register()
    assert first.node != second.node
    assert {first.registered.stage, second.registered.stage} == {0, 1}
    for miner in (first, second):  # neither registration ended the other's session
        assert (await miner.beat()).miners == 2


async def test_a_new_registration_ends_the_old_session(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    miner = await net.miner("Alice").register()
    old = miner.headers
    await miner.register()
    answer = await net.client.post(api.LEASES_PATH, content=b'{"microbatches":1}', headers=old)
    assert error_of(answer) == (401, "authentication")


async def test_a_session_survives_a_restart_of_the_orchestrator(net: Any, small_run: Any) -> None:
    await net.found(small_run())
    miner = await net.miner("Alice").register()
    await net.restart()
    assert (await miner.beat()).miners == 1


async def test_no_token_stands_in_the_database(net: Any, small_run: Any) -> None:
    await net.found(small_run())
    miner = await net.miner("Alice").register()
    await net.close()
    written = b"".join(path.read_bytes() for path in net.folder.iterdir() if path.is_file())
    assert miner.registered.session_token.encode() not in written
    await net.open()


async def test_broken_unknown_and_oversized_messages_harm_nothing(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    miner = await net.miner("Alice").register()
    for body in (b"{", b'{"phase":"dreaming"}', b"\xff\xfe", b"[]", b"null"):
        answer = await net.client.post(api.HEARTBEAT_PATH, content=body, headers=miner.headers)
        assert error_of(answer) == (400, "malformed"), body
    huge = await net.client.post(api.HEARTBEAT_PATH, content=b" " * (9 * 1024 * 1024), headers=miner.headers)
    assert error_of(huge) == (413, "malformed")
    assert error_of(await net.client.post("/v1/fly", content=b"{}")) == (404, "refused")
    assert (await miner.beat()).miners == 1


async def test_a_silent_miner_is_gone_and_back_with_its_next_heartbeat(net: Any, small_run: Any) -> None:
    await net.found(small_run())
    alice, bob = [await net.miner(name).register() for name in ("Alice", "Bob")]
    for _ in range(4):
        await net.tick(2.0)
        await alice.beat()
    assert await net.rows("select hotkey from miners where online") == [(alice.hotkey.address,)]
    table = (await alice.events())["routing_table"]
    assert [[peer.node for peer in stage] for stage in table.stages] == [[alice.node], []]
    await bob.beat()
    assert len((await alice.events())["routing_table"].stages[1]) == 1


async def test_a_paused_miner_is_not_in_the_routing_table(net: Any, small_run: Any) -> None:
    await net.found(small_run())
    alice, bob = [await net.miner(name).register() for name in ("Alice", "Bob")]
    await bob.beat(EnginePhase.PAUSED)
    assert (await alice.events())["routing_table"].stages[1] == ()
    assert (await alice.beat()).miners == 2


async def test_a_miner_that_leaves_is_out_of_the_table_at_once(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    alice, bob = [await net.miner(name).register() for name in ("Alice", "Bob")]
    await bob.call(api.LEAVE_PATH, api.LeaveRequest(reason="good night"))
    assert (await alice.events())["routing_table"].stages[1] == ()
    assert error_of(await bob.post(api.LEASES_PATH, api.LeaseRequest(microbatches=1))) == (401, "authentication")


async def test_a_computer_with_too_little_memory_is_told_so(net: Any, small_run: Any, error_of: Any) -> None:
    await net.found(small_run())
    tiny = api.Capabilities(device="watch", memory_bytes=100, flops_per_second=1.0)
    assert error_of(await net.miner("Alice").try_register(capabilities=tiny)) == (403, "refused")


async def test_the_description_of_the_api_lists_every_path(net: Any) -> None:
    paths = (await net.client.get("/schema/openapi.json")).json()["paths"]
    for path in (api.REGISTER_PATH, api.RECEIPTS_PATH, api.EVENTS_PATH, api.STORE_GRANTS_PATH, "/v1/status"):
        assert path in paths


@pytest.mark.parametrize(("told", "counted"), [(1e-300, None), (0.0, None), (1e15, None), (2e5, 2e5)])
async def test_an_uplink_that_can_t_be_true_is_unknown(
    net: Any, small_run: Any, told: float, counted: float | None
) -> None:
    await net.found(small_run())
    capabilities = api.Capabilities(
        device="cpu", memory_bytes=2**30, flops_per_second=1e9, upload_bytes_per_second=told
    )
    alice = await net.miner("Alice").register(capabilities=capabilities)
    assert await net.rows("select upload_bytes_per_second from miners") == [(counted,)]
    beat = api.HeartbeatRequest(
        phase=EnginePhase.TRAINING, step=alice.step, queue=0, rate=1.0, addresses=(), upload_bytes_per_second=told
    )
    await alice.call(api.HEARTBEAT_PATH, beat)
    await net.tick()
    assert await net.rows("select upload_bytes_per_second from miners") == [(counted,)]
