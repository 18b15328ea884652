"""The privacy statement says what is true of the settings, and of every field that is sent about this computer."""

import msgspec
import pytest

from app.core.privacy import privacy_statement
from app.core.settings.settings import NamedNetwork, OwnAddress, Settings, TryHere
from protocol.orchestrator_api import Capabilities, HeartbeatRequest, RegisterRequest
from tests.app.conftest import ADDRESS

TOLD = {
    RegisterRequest: {
        *("protocol_version", "run_id"),  # of the run, not of this computer
        *("binding", "payout_coldkey", "addresses", "capabilities"),
        "holding",  # of the work it did
    },
    Capabilities: {"device", "memory_bytes", "flops_per_second", "upload_bytes_per_second"},
    HeartbeatRequest: {
        *("phase", "step", "queue", "rate", "duty_cycle"),  # of the work it does
        *("active_leases", "unreachable", "bytes_sent"),
        *("addresses", "upload_bytes_per_second"),
    },
}
"""What the sentences were written for; a further field needs a sentence, or a reason why it says nothing of anybody."""


def sentences(settings: Settings) -> str:
    return "\n".join(sentence for each in privacy_statement(settings) for sentence in each.sentences)


@pytest.mark.parametrize("message", TOLD, ids=lambda message: message.__name__)
def test_no_field_that_is_sent_goes_untold(message: type[msgspec.Struct]) -> None:
    assert set(message.__struct_fields__) == TOLD[message]


@pytest.mark.parametrize("network", [None, TryHere()])
def test_who_trains_alone_is_told_that_nothing_leaves(network: TryHere | None) -> None:
    told = sentences(Settings(network=network))
    assert "You train on this computer alone. Nothing of that leaves it." in told
    assert "connect directly" not in told


def test_the_payout_address_is_named_where_there_is_one() -> None:
    network = NamedNetwork("mainnet")
    with_address = sentences(Settings(network=network, payout_address=ADDRESS))
    assert f"Your payout address: {ADDRESS}." in with_address
    assert "what is paid there is public for good" in with_address
    without = sentences(Settings(network=network))
    assert "No payout address, since you gave none." in without
    assert "public for good" not in without


def test_others_see_the_internet_address_unless_it_is_kept_from_them() -> None:
    network = OwnAddress("https://orchestrator.example")
    assert "since they connect directly" in sentences(Settings(network=network))
    hidden = sentences(Settings(network=network, hide_address=True))
    assert "Not your internet address" in hidden
    assert "since they connect directly" not in hidden


def test_only_a_named_network_has_bittensors_servers_asked() -> None:
    assert "asked what credit is worth" in sentences(Settings(network=NamedNetwork("mainnet")))
    assert "they are asked nothing" in sentences(Settings(network=OwnAddress("https://orchestrator.example")))


def test_without_updates_the_publisher_hears_nothing() -> None:
    assert "Once a day" in sentences(Settings())
    assert "only when you ask it to" in sentences(Settings(updates_by_themselves=False))
