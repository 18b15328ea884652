"""Codes on their way between device and wire: nothing is copied in vain, and nothing read before it has arrived."""

from collections.abc import Callable

import msgspec
import pytest
import torch
from torch import Tensor

from engine.compute.room import Room
from engine.devices import Device, HostCopy, choose
from engine.devices.cpu import CpuDevice
from engine.disk.evidence import KeptWeights
from engine.pipeline.passage import Parcel
from engine.shard.codec import CodedLatent, decode, encode
from engine.shard.model import initialise
from engine.shard.passes import Shard
from engine.shard.sections import sections_from_latent, written
from engine.shard.step import new_state
from engine.shard.weights import weights_hash
from engine.training.crossing import decoded, incoming, outgoing
from engine.training.trainer import Trainer
from protocol.errors import DeviceError
from protocol.packets import PacketKind, Section
from protocol.runs import CodecSpec, RunSpec

CODECS = [
    CodecSpec("raw32", 32),
    CodecSpec("int8", 8),
    CodecSpec("grid", 6),
    CodecSpec("grid", 4),
    CodecSpec("grid", 3),
]
SHAPE = (2, 8, 6)


class PlayedCard(CpuDevice):
    """A card whose copies hold nothing but sevens until they are waited for."""

    has_own_memory = True

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def to_device(self, tensor: Tensor) -> Tensor:
        self.told.append("there")
        return tensor.clone()

    def to_host(self, tensor: Tensor) -> HostCopy:
        copy, kept = torch.full_like(tensor, 7), tensor.clone()
        self.told.append("back")

        def wait() -> None:
            self.told.append("waited")
            copy.copy_(kept)

        return HostCopy(copy, wait)


def a_latent(seed: int = 0) -> Tensor:
    return torch.randn(*SHAPE, generator=torch.Generator().manual_seed(seed))


def sent(device: Device, coded: CodedLatent) -> tuple[tuple[Section, ...], bytes]:
    return written(*outgoing(device, coded))


def test_on_the_processor_a_tensor_is_itself_there_and_back() -> None:
    device, latent = CpuDevice(), a_latent()
    assert device.to_device(latent) is latent
    assert device.to_host(latent).arrived().data_ptr() == latent.data_ptr()


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_a_card_sends_and_reads_the_bytes_that_the_processor_does(codec: CodecSpec) -> None:
    coded, card = encode(a_latent(), codec), PlayedCard()
    assert sent(card, coded) == sent(CpuDevice(), coded) == sections_from_latent(coded)
    sections, payload = sections_from_latent(coded)
    packet = Parcel(sections, payload, "", codec).as_packet()
    for device in (card, CpuDevice()):
        assert torch.equal(decoded(device, incoming(device, packet, SHAPE)), decode(coded))


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_every_copy_from_a_card_is_begun_before_one_is_waited_for_and_waited_for_before_it_is_read(
    codec: CodecSpec,
) -> None:
    coded, card = encode(a_latent(), codec), PlayedCard()
    _, payload = sent(card, coded)
    copies = 1 if coded.scales is None else 2
    assert card.told == ["back"] * copies + ["waited"] * copies
    assert payload == sections_from_latent(coded)[1]


def trained(run: RunSpec, device: Device, tokens: Callable[[RunSpec, int], Parcel]) -> list[str]:
    """Both stages' weights after four microbatches, there and back."""
    trainers = []
    for stage in range(2):
        weights = initialise(run.model, run.stages, stage, 0)
        trainers.append(Trainer(Shard(run, stage), weights, new_state(weights), 1, KeptWeights(8), Room(device=device)))
    for microbatch in range(4):
        onward = trainers[0].forward(PacketKind.FORWARD, microbatch, tokens(run, microbatch)).parcel
        assert onward is not None
        back = trainers[1].forward(PacketKind.FORWARD, microbatch, onward.as_packet()).backward
        assert back is not None
        assert back.parcel is not None
        trainers[0].backward(microbatch, back.parcel.as_packet(PacketKind.BACKWARD))
    return [weights_hash(trainer.weights) for trainer in trainers]


def test_a_card_between_changes_no_bit_of_the_training(
    tiny_run: Callable[..., RunSpec], tiny_tokens: Callable[[RunSpec, int], Parcel]
) -> None:
    run = msgspec.structs.replace(tiny_run(2), codec=CodecSpec("grid", 4))
    card = PlayedCard()
    assert trained(run, card, tiny_tokens) == trained(run, CpuDevice(), tiny_tokens)
    assert card.told.count("back") == card.told.count("waited") > 0


@pytest.mark.parametrize("name", ["cuda", "xpu", "mps"])
def test_a_card_that_is_here_brings_back_what_it_was_given(name: str) -> None:
    try:
        device = choose(name)
    except DeviceError:
        pytest.skip(f"this computer has no {name}")
    latent = a_latent()
    there = device.to_device(latent)
    assert there.device.type == name
    assert torch.equal(device.to_host(there * 2).arrived(), latent * 2)
    coded = encode(there, CodecSpec("grid", 4))
    assert sent(device, coded)[1] == sections_from_latent(coded)[1]
