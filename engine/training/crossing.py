"""A latent's way between this computer's device and the wire: codes cross, the latent itself never does.

A card decodes and codes by itself, so that a byte for a number is copied to and from it instead of four; Huffman's code
is the processor's, as is everything where there is no card.
"""

from torch import Tensor

from engine.devices import Device
from engine.shard.codec import CodedLatent, decode
from engine.shard.sections import latent_from_packet, latent_parts
from protocol.packets import Packet, Section


def incoming(device: Device, packet: Packet, shape_BTk: tuple[int, int, int]) -> CodedLatent:
    """The codes in a packet, where they will be decoded; raises MalformedMessage."""
    if device.has_own_memory:
        return latent_from_packet(packet, shape_BTk, device.to_device)
    return latent_from_packet(packet, shape_BTk)


def decoded(device: Device, coded: CodedLatent) -> Tensor:
    """The latent on the device, [B, T, k] fp32."""
    return device.to_device(decode(coded))


def outgoing(device: Device, coded: CodedLatent) -> tuple[tuple[Section, ...], tuple[Tensor, ...]]:
    """What a packet will hold and the numbers of each section, on the processor, for `written`. All copies are begun
    before one is waited for."""
    if not device.has_own_memory:
        scales = None if coded.scales is None else device.to_host(coded.scales).arrived()
        coded = CodedLatent(coded.codec, device.to_host(coded.codes).arrived(), scales)
    plain, parts = latent_parts(coded)
    copies = [device.to_host(part) for part in parts]
    return plain, tuple(copy.arrived() for copy in copies)
