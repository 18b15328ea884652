"""One pass of one microbatch through one stage: forward, backward, evaluate.

A pass reads what a packet's decoder gave and returns what goes into the next packet's encoder, so a validator who has
the packets and the weights repeats it exactly: `forward_pass(weights, decode(input))`, then encode and compare.

Legend: B sequences, T tokens, k latent width, V vocabulary.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.shard.auxiliary import auxiliary_loss
from engine.shard.bottleneck import narrow
from engine.shard.layer import CompiledLayer
from engine.shard.loss import mean_cross_entropy
from engine.shard.model import Weights, hidden, parameter_shapes
from protocol.errors import MalformedMessage
from protocol.runs import RunSpec
from swarm.borders import Shapes, auxiliary_head, has_auxiliary, is_full_width

YieldPoint = Callable[[], None]
"""Called before each layer of a forward pass and after each of a backward one; may block, or raise to end the pass."""


@dataclass(frozen=True)
class ComputePolicy:
    """Where and in which type matrices are multiplied; master weights, norms' sums and latents sent are fp32."""

    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    dtype: torch.dtype = torch.float32
    recompute_layers: bool = False
    """A graph keeps each layer's input only: a sixth or less of the memory, for a third more time."""
    compiled: CompiledLayer | None = None
    """Layers as a compiler made them, where a trial showed that it pays; None: as they are written."""


@dataclass(frozen=True, eq=False)
class Graph:
    """What a backward pass needs: torch's graph from the leaves to `output`. Good for one backward pass."""

    leaves: Weights
    latent_in: Tensor | None
    output: Tensor
    """The latent sent, or on the last stage the mean loss."""
    auxiliary: Tensor | None = None
    """The mean loss of the stage's own head, where it has one."""


@dataclass(frozen=True, eq=False)
class Output:
    """What a stage's layers came to: the latent to send [B, T, k], or the mean loss; and over how many tokens."""

    tensor: Tensor
    tokens: int
    auxiliary: Tensor | None = None
    """The mean loss of the stage's own head, where it has one and a gradient is wanted."""


@dataclass(frozen=True, eq=False)
class ForwardResult:
    """`latent_out` [B, T, k] fp32, detached, not yet coded; on the last stage `loss_mean` instead (nats per token)."""

    tokens: int
    latent_out: Tensor | None = None
    loss_mean: Tensor | None = None
    graph: Graph | None = None

    @property
    def loss_sum(self) -> float | None:
        """Nats over all tokens of the microbatch, for the receipt; waits for the device."""
        return None if self.loss_mean is None else float(self.loss_mean) * self.tokens


@dataclass(frozen=True, eq=False)
class BackwardResult:
    """`input_gradient` [B, T, k] to encode and send back (None on stage 0), and gradients by tensor name, fp32.

    All are of the mean loss over this microbatch's tokens.
    """

    input_gradient: Tensor | None
    weight_gradients: Weights


class _Given(torch.autograd.Function):
    """A scalar whose gradient with regard to `output` is the one given, bit for bit.

    torch.autograd.grad would take it beside the output too, but holds their shapes against each other by a module that
    takes seconds of a core to load, in the middle of the first backward pass.
    """

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, output: Tensor, gradient: Tensor) -> Tensor:
        ctx.save_for_backward(gradient)
        return output.new_zeros(())

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, _one: Tensor) -> tuple[Tensor, None]:
        (gradient,) = ctx.saved_tensors  # type: ignore[attr-defined]
        return gradient, None


def _given(output: Tensor, gradient: Tensor) -> Tensor:
    with torch.enable_grad():
        scalar: Tensor = _Given.apply(output, gradient)  # type: ignore[no-untyped-call]
    return scalar


class Shard:
    """One stage of a run on one device. Holds no weights: every pass is told which version it runs on."""

    def __init__(
        self, run: RunSpec, stage: int, policy: ComputePolicy | None = None, yield_point: YieldPoint | None = None
    ) -> None:
        self.run = run
        self.model = run.model
        self.stage = stage
        self.policy = policy or ComputePolicy()
        self._yield_point = yield_point

    @property
    def is_first(self) -> bool:
        return self.stage == 0

    @property
    def is_last(self) -> bool:
        return self.stage == len(self.run.stages) - 1

    @property
    def shapes(self) -> Shapes:
        return parameter_shapes(self.model, self.run.stages, self.stage)

    def forward_pass(
        self,
        weights: Weights,
        tokens_BT: Tensor | None = None,
        latent_in_BTk: Tensor | None = None,
        targets_BT: Tensor | None = None,
        keep_graph: bool = True,
        rank: int | None = None,
    ) -> ForwardResult:
        """Run the stage on token ids (stage 0) or a decoded latent (and the ids, where borders are narrow), to a latent
        of `rank` features (None: all) or (last stage, with targets) a loss.

        `keep_graph=False` saves the graph's memory; `recompute` makes it again. Raises MalformedMessage for inputs of
        the wrong shape or ids outside of the vocabulary.
        """
        tokens_BT, latent_in = self._checked_inputs(tokens_BT, latent_in_BTk)
        weights = self._placed(weights)
        if not keep_graph:
            with torch.no_grad():
                return self._result(self._run(weights, tokens_BT, latent_in, targets_BT, None, rank), None, None)
        leaves = {name: tensor.detach().requires_grad_() for name, tensor in weights.items()}
        latent_in = None if latent_in is None else latent_in.detach().requires_grad_()
        with torch.enable_grad():
            output = self._run(leaves, tokens_BT, latent_in, targets_BT, self._watch, rank)
            return self._result(output, leaves, latent_in)

    def backward_pass(
        self, graph: Graph, output_gradient_BTk: Tensor | None = None, auxiliary_weight: float = 0.0
    ) -> BackwardResult:
        """Gradients of the mean loss, given that of the latent sent (None on the last stage, where the loss begins),
        and of `auxiliary_weight` times the loss of the stage's own head, where it has one.

        Frees the graph: a second call with it raises RuntimeError.
        """
        if (output_gradient_BTk is None) != self.is_last:
            raise ValueError("a gradient comes in on every stage but the last")
        if output_gradient_BTk is not None:
            if output_gradient_BTk.shape != graph.output.shape:
                raise MalformedMessage("A gradient arrived with another shape than the latent that was sent.")
            output_gradient_BTk = output_gradient_BTk.to(graph.output.device)
        inputs = [*graph.leaves.values(), *([] if graph.latent_in is None else [graph.latent_in])]
        outputs = [graph.output if output_gradient_BTk is None else _given(graph.output, output_gradient_BTk)]
        if graph.auxiliary is not None:
            outputs.append(_given(graph.auxiliary, torch.full_like(graph.auxiliary, auxiliary_weight)))
        gradients = torch.autograd.grad(outputs, inputs)
        by_name = dict(zip(graph.leaves, gradients, strict=False))
        return BackwardResult(None if graph.latent_in is None else gradients[-1], by_name)

    def recompute(
        self,
        weights: Weights,
        output_gradient_BTk: Tensor | None = None,
        tokens_BT: Tensor | None = None,
        latent_in_BTk: Tensor | None = None,
        targets_BT: Tensor | None = None,
        rank: int | None = None,
        auxiliary_weight: float = 0.0,
    ) -> BackwardResult:
        """The backward pass from the kept input where no graph was kept; the same numbers, bit for bit."""
        graph = self.forward_pass(weights, tokens_BT, latent_in_BTk, targets_BT, rank=rank).graph
        assert graph is not None
        return self.backward_pass(graph, output_gradient_BTk, auxiliary_weight)

    def evaluate_pass(
        self,
        weights: Weights,
        tokens_BT: Tensor | None = None,
        latent_in_BTk: Tensor | None = None,
        targets_BT: Tensor | None = None,
        rank: int | None = None,
    ) -> ForwardResult:
        """A forward pass that nothing will come back from."""
        return self.forward_pass(weights, tokens_BT, latent_in_BTk, targets_BT, keep_graph=False, rank=rank)

    def _checked_inputs(
        self, tokens_BT: Tensor | None, latent_in_BTk: Tensor | None
    ) -> tuple[Tensor | None, Tensor | None]:
        """Both on the device; ids that nothing looks at are left out."""
        needs_tokens = self.is_first or not is_full_width(self.model)
        if (latent_in_BTk is None) != self.is_first or (needs_tokens and tokens_BT is None):
            raise ValueError("the first stage takes ids, the others a latent, and ids where borders are narrow")
        if latent_in_BTk is not None:
            self._check_shape(latent_in_BTk, 3)
            if not 1 <= latent_in_BTk.shape[2] <= self.model.bottleneck_width:
                raise MalformedMessage("A latent arrived with another width than this border's.")
            latent_in_BTk = latent_in_BTk.to(self.policy.device)
        if not needs_tokens or tokens_BT is None:
            return None, latent_in_BTk
        self._check_shape(tokens_BT, 2)
        if latent_in_BTk is not None and latent_in_BTk.shape[:2] != tokens_BT.shape:
            raise MalformedMessage("A latent arrived with another number of tokens than it came with.")
        self._check_ids(tokens_BT)
        return tokens_BT.to(self.policy.device), latent_in_BTk

    def _check_shape(self, tensor: Tensor, dimensions: int) -> None:
        if tensor.dim() != dimensions or not 1 <= tensor.shape[1] <= self.model.context:
            raise MalformedMessage("A microbatch arrived that is longer than the model's context, or of another shape.")

    def _check_ids(self, ids_BT: Tensor) -> None:
        if not ids_BT.is_meta and bool(((ids_BT < 0) | (ids_BT >= self.model.vocabulary)).any()):
            raise MalformedMessage("A microbatch holds tokens outside of the vocabulary.")

    def _placed(self, weights: Weights) -> Weights:
        """On the policy's device, where a version that was put away is not."""
        device = self.policy.device
        if all(tensor.device.type == device.type for tensor in weights.values()):
            return weights
        return {name: tensor.to(device) for name, tensor in weights.items()}

    def _run(
        self,
        weights: Weights,
        tokens_BT: Tensor | None,
        latent_in_BTk: Tensor | None,
        targets_BT: Tensor | None,
        watch: Callable[[Tensor], Tensor] | None,
        rank: int | None,
    ) -> Output:
        """The latent to send, or the mean loss."""
        if watch is None and self._yield_point is not None:
            watch = self._watch
        place, policy = (self.model, self.run.stages, self.stage, weights), self.policy
        how = policy.recompute_layers, policy.compiled
        x_BTD = hidden(*place, tokens_BT, latent_in_BTk, policy.dtype, watch, *how)
        if not self.is_last:
            return self._sent(weights, x_BTD, tokens_BT, rank)
        if targets_BT is None or targets_BT.shape != x_BTD.shape[:2]:
            raise MalformedMessage("The last stage got no targets of the microbatch's shape.")
        self._check_ids(targets_BT)
        targets_BT = targets_BT.to(policy.device)
        return Output(mean_cross_entropy(x_BTD, weights["head"], targets_BT, self._yield_point), targets_BT.numel())

    def _sent(self, weights: Weights, x_BTD: Tensor, tokens_BT: Tensor | None, rank: int | None) -> Output:
        """The latent, in fp32 or wider; and where a gradient is wanted the loss of the stage's own head."""
        sent_BTk = narrow(self.model, weights, self.stage, x_BTD, rank)
        sent_BTk = sent_BTk.to(torch.promote_types(x_BTD.dtype, torch.float32))
        auxiliary = None
        if torch.is_grad_enabled() and has_auxiliary(self.model):
            assert tokens_BT is not None
            head_RD = weights[auxiliary_head(self.stage)]
            auxiliary = auxiliary_loss(self.model, head_RD, x_BTD, tokens_BT, self._yield_point)
        return Output(sent_BTk, sent_BTk.shape[0] * sent_BTk.shape[1], auxiliary)

    def _watch(self, x_BTD: Tensor) -> Tensor:
        """Let go of the device before a layer; and again in the backward pass, when the gradient comes by here."""
        yield_point = self._yield_point
        if yield_point is None:
            return x_BTD
        yield_point()
        if x_BTD.requires_grad:
            x_BTD.register_hook(lambda _: yield_point())
        return x_BTD

    def _result(self, output: Output, leaves: Weights | None, latent_in: Tensor | None) -> ForwardResult:
        graph = None if leaves is None else Graph(leaves, latent_in, output.tensor, output.auxiliary)
        if self.is_last:
            return ForwardResult(output.tokens, None, output.tensor.detach(), graph)
        return ForwardResult(output.tokens, output.tensor.detach(), None, graph)
