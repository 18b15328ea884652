"""The passes of an audited step, computed again from the packets and the weights that were handed over.

Legend: B sequences, T tokens, k latent width.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.shard.auxiliary import auxiliary_weight
from engine.shard.codec import CodedLatent, code_distance, decode, recoded, relative_error, scales_apart
from engine.shard.model import Weights, parameter_shapes
from engine.shard.passes import ForwardResult, Shard
from engine.shard.sections import latent_from_packet, tokens_from_packet
from engine.shard.step import add_gradients
from protocol.errors import MalformedMessage
from protocol.hashes import hash_bytes
from protocol.packets import Packet
from protocol.receipts import Direction, Receipt
from protocol.runs import RunSpec
from protocol.validator_api import Finding
from subnet.validator.evidence import AuditedPass, AuditedStep, Fault
from swarm.compression import is_allowed, is_gradient_allowed

FEWEST_CODES: Final = 4
"""Codes of one sequence that may always differ: in tiny latents a single one is more than the allowed share."""
FAR_WEIGHT: Final = 10
"""A code off by more than one level counts as so many that are off by one: rounding can't explain it."""
SCALE_TOLERANCE: Final = 10.0
"""A token's scale may differ by this many times the run's relative error before all its codes count as different."""

TokensOf = Callable[[int], Tensor]
"""Train microbatch → its token windows [B, T + 1], int64, as the run's data order has them."""


@dataclass(frozen=True)
class Recomputed:
    """What came of it: worst ratios of measured to allowed, and the gradients' mean over the backward passes."""

    worst_code_share: float
    worst_loss_error: float
    gradients: Weights | None
    backward_microbatches: tuple[int, ...]
    doubts: tuple[str, ...]


def weights_from_bytes(run: RunSpec, stage: int, data: bytes) -> Weights:
    """Tensors in canonical order from raw little-endian fp32; raises Fault if the length is not the shard's."""
    shapes = parameter_shapes(run.model, run.stages, stage)
    sizes = [int(torch.Size(shape).numel()) for shape in shapes.values()]
    if len(data) != 4 * sum(sizes):
        raise Fault(Finding.WEIGHTS_HASH, "The weights are not of the stage's size.")
    parts = torch.split(torch.frombuffer(bytearray(data), dtype=torch.float32), sizes)
    weights = {name: part.view(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}
    if not all(bool(torch.isfinite(tensor).all()) for tensor in weights.values()):
        raise Fault(Finding.WEIGHTS_HASH, "The weights hold values that are not numbers.")
    return weights


def code_mismatch(own: CodedLatent, other: CodedLatent, relative_tolerance: float) -> Tensor:
    """Per sequence [B]: the share of codes that differ, far ones and those under a wrong scale counted harder.

    raw32 latents have no levels: their relative L2 distance stands here, in units of `relative_tolerance` / 100, so
    that one limit of 1 % serves both.
    """
    if own.codec != other.codec or own.codes.shape != other.codes.shape:
        return torch.full((own.codes.shape[0],), 1.0)
    if own.scales is None or other.scales is None:
        pairs = zip(own.codes, other.codes, strict=True)
        return torch.tensor([relative_error(mine, theirs) / relative_tolerance / 100 for mine, theirs in pairs])
    distance = code_distance(own, other)
    counted = distance.clamp(max=1).float() + (FAR_WEIGHT - 1) * (distance > 1).float()
    counted[scales_apart(own, other, SCALE_TOLERANCE * relative_tolerance)] = 1.0
    return counted.flatten(1).mean(dim=1).clamp(max=1.0)


def token_bytes(run: RunSpec, tokens_BT1: Tensor) -> bytes:
    """Token ids as they lie in the run's token files and in packets."""
    return tokens_BT1.numpy().astype(f"<u{run.data.token_bytes}").tobytes()


class Recomputation:
    """One audited step's passes, one after another; raises Fault at the first that is wrong."""

    def __init__(self, run: RunSpec, stage: int, weights: Weights, tokens_of: TokensOf) -> None:
        self._run = run
        self._weights = weights
        self._tokens_of = tokens_of
        self._shard = Shard(run, stage)
        self._audit = run.audit
        self._forwards: dict[int, tuple[AuditedPass, ForwardResult]] = {}
        self._gradients: Weights | None = None
        self._backward: list[int] = []
        self._doubts: list[str] = []
        self._worst_codes = 0.0
        self._worst_loss = 0.0

    def run_all(self, step: AuditedStep) -> Recomputed:
        """Microbatch by microbatch, forward passes first: a backward pass needs its graph, and no more than one
        microbatch's graphs are in memory however many passes a step has."""
        by_microbatch: dict[int, list[AuditedPass]] = {}
        for audited in step.passes:
            by_microbatch.setdefault(audited.receipt.microbatch, []).append(audited)
        for microbatch, passes in by_microbatch.items():
            for audited in passes:
                if audited.receipt.direction is Direction.FORWARD:
                    self._forward(audited)
            for audited in passes:
                if audited.receipt.direction is Direction.BACKWARD:
                    self._backward_pass(audited)
            self._forwards.pop(microbatch, None)
        return Recomputed(
            self._worst_codes, self._worst_loss, self._gradients, tuple(self._backward), tuple(self._doubts)
        )

    def _forward(self, audited: AuditedPass) -> None:
        receipt = audited.receipt
        tokens_BT1, latent_BTk = self._inputs(audited)
        sent = None
        if not self._shard.is_last:
            if audited.sent is None:
                raise Fault(Finding.FORWARD, "A pass was signed for that sent nothing on.", receipt.microbatch)
            if self._sent_tokens(audited.sent, receipt) != self._token_bytes(audited, tokens_BT1):
                raise Fault(Finding.TOKENS, "Other text was sent on than was received.", receipt.microbatch)
            sent = self._sent_latent(Finding.FORWARD, audited.sent, receipt)
            self._check_rung(Finding.FORWARD, sent, receipt, self._run.model.bottleneck_width)
        result = self._shard.forward_pass(
            self._weights,
            tokens_BT1[:, :-1],
            latent_BTk,
            tokens_BT1[:, 1:] if self._shard.is_last else None,
            rank=sent.codes.shape[2] if sent else None,
        )
        self._forwards[receipt.microbatch] = (audited, result)
        if sent is None or result.latent_out is None:
            self._compare_loss(receipt, result)
        else:
            self._compare_codes(Finding.FORWARD, result.latent_out, sent, receipt)

    def _inputs(self, audited: AuditedPass) -> tuple[Tensor, Tensor | None]:
        """Token windows [B, T + 1] and the decoded latent; a first stage's come from the run's text itself."""
        receipt = audited.receipt
        expected_BT1 = self._tokens_of(receipt.microbatch)
        if self._shard.is_first:
            if receipt.input_hash != self._token_hash(expected_BT1):
                raise Fault(Finding.TOKENS, "The text fed in is not the microbatch's.", receipt.microbatch)
            return expected_BT1, None
        assert audited.received is not None
        try:
            shape_BT1 = (expected_BT1.shape[0], expected_BT1.shape[1])
            tokens_BT1 = tokens_from_packet(audited.received, shape_BT1, self._run.model.vocabulary)
            coded = latent_from_packet(audited.received, self._latent_shape())
        except MalformedMessage as error:
            raise Fault(
                Finding.FORWARD, f"A pass was signed for on unusable input: {error}", receipt.microbatch
            ) from error
        if not torch.equal(tokens_BT1, expected_BT1):
            self._doubts.append(f"Microbatch {receipt.microbatch} arrived with other text than the run's.")
        return tokens_BT1, decode(coded)

    def _backward_pass(self, audited: AuditedPass) -> None:
        receipt = audited.receipt
        known = self._forwards.pop(receipt.microbatch, None)
        if known is None or known[1].graph is None:
            # The forward pass stood under another step, or its receipt came too late to be part of this audit.
            self._doubts.append(f"Microbatch {receipt.microbatch} came back without a forward pass in this step.")
            return
        gradient_BTk = None if self._shard.is_last else self._received_gradient(audited, known[1])
        weight = auxiliary_weight(self._run, receipt.microbatch)
        result = self._shard.backward_pass(known[1].graph, gradient_BTk, weight)
        if result.input_gradient is not None:
            if audited.sent is None:
                raise Fault(Finding.BACKWARD, "A pass was signed for that sent no gradient back.", receipt.microbatch)
            sent = self._sent_latent(Finding.BACKWARD, audited.sent, receipt)
            self._check_rung(Finding.BACKWARD, sent, receipt, result.input_gradient.shape[2])
            self._compare_codes(Finding.BACKWARD, result.input_gradient, sent, receipt)
        self._gradients = add_gradients(self._gradients, result.weight_gradients)
        self._backward.append(receipt.microbatch)

    def _received_gradient(self, audited: AuditedPass, forward: ForwardResult) -> Tensor:
        """[B, T, k] of the latent that was sent; features that the stage after left out have none, and what it kept for
        a wider latent is cut."""
        if audited.received is None:
            raise Fault(Finding.BACKWARD, "A pass was signed for without a gradient.", audited.receipt.microbatch)
        assert forward.latent_out is not None
        rank = forward.latent_out.shape[2]
        try:
            gradient_BTk = decode(latent_from_packet(audited.received, self._latent_shape()))
            return F.pad(gradient_BTk, (0, rank - gradient_BTk.shape[2]))
        except MalformedMessage as error:
            microbatch = audited.receipt.microbatch
            raise Fault(Finding.BACKWARD, f"A pass was signed for on unusable input: {error}", microbatch) from error

    def _sent_tokens(self, sent: Packet, receipt: Receipt) -> memoryview | bytes:
        try:
            return sent.section("tokens")
        except MalformedMessage as error:
            raise Fault(Finding.TOKENS, f"The text sent on can't be read: {error}", receipt.microbatch) from error

    def _sent_latent(self, finding: Finding, sent: Packet, receipt: Receipt) -> CodedLatent:
        try:
            return latent_from_packet(sent, self._latent_shape())
        except MalformedMessage as error:
            raise Fault(finding, f"What was sent can't be read: {error}", receipt.microbatch) from error

    def _check_rung(self, finding: Finding, sent: CodedLatent, receipt: Receipt, features: int) -> None:
        """Whoever sends less than the run allows spares his link at the model's cost."""
        form, microbatch = (sent.codec, sent.codes.shape[2]), receipt.microbatch
        if finding is Finding.FORWARD:
            allowed = is_allowed(self._run, *form, microbatch)
        else:
            allowed = is_gradient_allowed(self._run, *form, features, microbatch)
        if not allowed:
            raise Fault(finding, "It was sent in another form than the run allows.", microbatch)

    def _compare_codes(self, finding: Finding, own_BTk: Tensor, other: CodedLatent, receipt: Receipt) -> None:
        try:
            own = recoded(own_BTk[..., : other.codes.shape[2]], other)
        except MalformedMessage as error:
            raise Fault(finding, f"What was computed can't be sent: {error}", receipt.microbatch) from error
        measured = float(code_mismatch(own, other, self._audit.relative_error).max())
        codes_per_sequence = own.codes[0].numel()
        allowed = max(self._audit.code_mismatch_share, FEWEST_CODES / codes_per_sequence)
        self._worst_codes = max(self._worst_codes, measured / allowed)
        if measured > allowed:
            what = "output" if finding is Finding.FORWARD else "gradient"
            raise Fault(
                finding,
                f"The {what} is not what these weights make of this input.",
                receipt.microbatch,
                measured,
                allowed,
            )

    def _compare_loss(self, receipt: Receipt, result: ForwardResult) -> None:
        own, allowed = result.loss_sum, self._audit.relative_error
        assert own is not None
        claimed = receipt.loss_sum
        error = inf if claimed is None else abs(claimed - own) / max(abs(own), 1e-9)
        self._worst_loss = max(self._worst_loss, error / allowed)
        # NaN compares false with everything, so ask whether it is fine, not whether it is wrong.
        if not error <= allowed:
            measured = None if error == inf or error != error else error
            raise Fault(Finding.LOSS, "The loss reported is not what came out.", receipt.microbatch, measured, allowed)

    def _latent_shape(self) -> tuple[int, int, int]:
        model = self._run.model
        return (self._run.training.sequences, model.context, model.bottleneck_width)

    def _token_hash(self, tokens_BT1: Tensor) -> str:
        return hash_bytes(token_bytes(self._run, tokens_BT1))

    def _token_bytes(self, audited: AuditedPass, tokens_BT1: Tensor) -> memoryview | bytes:
        if audited.received is not None:
            return audited.received.section("tokens")
        return token_bytes(self._run, tokens_BT1)
