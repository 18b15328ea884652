"""What crosses between this computer's device and the wire: codes do, the latent itself never.

A card decodes and codes by itself, so that a byte for a number is copied to and from it instead of four; Huffman's code
is the processor's, as is everything where there is no card.

Legend: B sequences, T tokens, k features of a latent.
"""

import torch.nn.functional as F
from torch import Tensor

from engine.devices import Device
from engine.pipeline.passage import Parcel
from engine.pipeline.shard_work import Packing
from engine.shard.codec import CodedLatent, decode, encode
from engine.shard.sections import latent_from_packet, latent_parts, tokens_from_packet, written
from protocol.errors import MalformedMessage
from protocol.hashes import hash_bytes
from protocol.packets import Packet, PacketKind, Section, make_section
from protocol.runs import CodecSpec, RungSpec, RunSpec
from swarm.compression import is_allowed, is_gradient_allowed


def read_inputs(
    run: RunSpec, device: Device, kind: PacketKind, source: Packet | Parcel
) -> tuple[Tensor, Tensor | None]:
    """Token ids [B, T + 1] and the decoded latent [B, T, k]; the last held-out microbatch may have fewer rows. Raises
    MalformedMessage for what doesn't fit the run."""
    packet = source if isinstance(source, Packet) else source.as_packet()
    rows = run.training.sequences
    if kind is PacketKind.EVALUATE:
        rows = max(1, min(rows, _token_section(packet).shape[0]))
    tokens_BT1 = tokens_from_packet(packet, (rows, run.model.context + 1), run.model.vocabulary)
    if isinstance(source, Parcel):
        return tokens_BT1, None
    coded = incoming(device, source, (rows, run.model.context, run.model.bottleneck_width))
    if not is_allowed(run, coded.codec, coded.codes.shape[2], None):
        raise MalformedMessage("A latent arrived in another form than the run allows.")
    return tokens_BT1, decoded(device, coded)


def read_gradient(run: RunSpec, device: Device, packet: Packet, rank: int) -> Tensor:
    """The gradient [B, T, rank] of a latent of that rank, zero where the stage after sent fewer features over a thinner
    link. Raises MalformedMessage for what doesn't fit the run."""
    coded = incoming(device, packet, (run.training.sequences, run.model.context, run.model.bottleneck_width))
    # It may have been kept for a peer that died since, and that had sent on another rung than this miner does.
    features = coded.codes.shape[2]
    if not any(is_gradient_allowed(run, coded.codec, features, rung.rank, None) for rung in run.rungs):
        raise MalformedMessage("A gradient arrived in another form than the run allows.")
    return F.pad(decoded(device, coded), (0, rank - features))


def packed_latent(device: Device, source: Packet | Parcel, latent_BTk: Tensor, codec: CodecSpec) -> Packing:
    """What the next stage gets: the token ids of `source`, so that the last stage has its targets, and the latent."""
    plain, parts = outgoing(device, encode(latent_BTk, codec))
    packet = source if isinstance(source, Packet) else source.as_packet()
    ids, id_bytes = _token_section(packet), bytes(packet.section("tokens"))

    def pack() -> Parcel:
        tokens, token_bytes = make_section("tokens", ids.dtype, ids.shape, id_bytes)
        sections, payload = written(plain, parts)
        whole = token_bytes + payload
        return Parcel((tokens, *sections), whole, hash_bytes(whole), codec)

    return Packing(pack)


def packed_gradient(device: Device, gradient_BTk: Tensor, rung: RungSpec) -> Packing:
    """What the stage before gets: as many features as the rung sends."""
    plain, parts = outgoing(device, encode(gradient_BTk[..., : rung.rank], rung.gradient_codec))

    def pack() -> Parcel:
        sections, payload = written(plain, parts)
        return Parcel(sections, payload, hash_bytes(payload), rung.gradient_codec)

    return Packing(pack)


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


def _token_section(packet: Packet) -> Section:
    """Raises MalformedMessage if the packet has no token ids of two dimensions."""
    for section in packet.header.sections:
        if section.name == "tokens" and len(section.shape) == 2:
            return section
    raise MalformedMessage(f"A {packet.header.kind} packet has no tokens.")
