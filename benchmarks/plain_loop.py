"""The yardstick: one process, one file, one PyTorch loop that trains the same model on the same text.

nanoGPT's CPU shape on tinyshakespeare (published validation loss 1.88), as the decoder that our shards are made of, in
ordinary modules and torch.optim.AdamW. Nothing of the engine is used here. `python -m benchmarks.plain_loop --seed 0`.

Legend: B sequences, T tokens, D width, H heads, G key/value heads, C features per head, V vocabulary.
"""

import argparse
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

TEXT = Path(__file__).parents[1] / "resources" / "data" / "tinyshakespeare.txt"


@dataclass(frozen=True)
class LoopConfig:
    """Shape, schedule and length; the defaults are those of resources/presets/shakespeare.toml."""

    vocabulary: int = 256
    width: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 4
    mlp_width: int = 304
    context: int = 64
    rope_theta: float = 10_000.0
    norm_epsilon: float = 1e-5
    sequences: int = 12
    steps: int = 2000
    peak_learning_rate: float = 2e-3
    floor_learning_rate: float = 2e-4
    warmup_share: float = 0.05
    beta1: float = 0.9
    beta2: float = 0.99
    epsilon: float = 1e-8
    weight_decay: float = 0.1
    clip_norm: float = 1.0
    duty_cycle: float = 1.0
    """The share of the time that computes, as the engine's pacing means it: rest after each step for the remainder."""


@dataclass(frozen=True)
class LoopResult:
    held_out_loss: float
    """Nats per token over the whole held-out split."""
    train_loss: float
    """Mean of the last tenth of the steps."""
    tokens_per_second: float
    """Of training; evaluation is not counted."""
    cpu_seconds: float
    parameters: int


class Layer(nn.Module):
    def __init__(self, config: LoopConfig) -> None:
        super().__init__()
        self.heads, self.kv_heads = config.heads, config.kv_heads
        self.features = config.width // config.heads
        kv_width = self.features * config.kv_heads
        self.splits = (config.width, kv_width, kv_width)
        self.attention_norm = nn.RMSNorm(config.width, config.norm_epsilon)
        self.attention_in = nn.Linear(config.width, sum(self.splits), bias=False)
        self.attention_out = nn.Linear(config.width, config.width, bias=False)
        self.mlp_norm = nn.RMSNorm(config.width, config.norm_epsilon)
        self.mlp_in = nn.Linear(config.width, 2 * config.mlp_width, bias=False)
        self.mlp_out = nn.Linear(config.mlp_width, config.width, bias=False)

    def forward(self, x_BTD: Tensor, rotate: Callable[[Tensor], Tensor]) -> Tensor:
        B, T, D = x_BTD.shape
        query, key, value = self.attention_in(self.attention_norm(x_BTD)).split(self.splits, dim=-1)
        query_BHTC = rotate(query.view(B, T, self.heads, self.features).transpose(1, 2))
        key_BGTC = rotate(key.view(B, T, self.kv_heads, self.features).transpose(1, 2))
        value_BGTC = value.view(B, T, self.kv_heads, self.features).transpose(1, 2)
        mixed_BHTC = F.scaled_dot_product_attention(
            query_BHTC, key_BGTC, value_BGTC, is_causal=True, enable_gqa=self.kv_heads != self.heads
        )
        x_BTD = x_BTD + self.attention_out(mixed_BHTC.transpose(1, 2).reshape(B, T, D))
        gate, up = self.mlp_in(self.mlp_norm(x_BTD)).chunk(2, dim=-1)
        return x_BTD + self.mlp_out(F.silu(gate) * up)


class Decoder(nn.Module):
    cosine_TC: Tensor
    sine_TC: Tensor

    def __init__(self, config: LoopConfig) -> None:
        super().__init__()
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.final_norm = nn.RMSNorm(config.width, config.norm_epsilon)
        self.head = nn.Linear(config.width, config.vocabulary, bias=False)
        features = config.width // config.heads
        frequency = config.rope_theta ** (-torch.arange(0, features, 2) / features)
        angle = torch.outer(torch.arange(config.context), frequency)
        self.register_buffer("cosine_TC", angle.cos().repeat(1, 2))
        self.register_buffer("sine_TC", torch.cat((-angle.sin(), angle.sin()), dim=1))
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                writes = name.endswith(("attention_out.weight", "mlp_out.weight"))
                nn.init.normal_(parameter, 0.0, 0.02 / (math.sqrt(2 * config.layers) if writes else 1.0))

    def forward(self, tokens_BT: Tensor) -> Tensor:
        T = tokens_BT.shape[1]
        cosine_TC, sine_TC = self.cosine_TC[:T], self.sine_TC[:T]

        def rotate(x: Tensor) -> Tensor:
            return x * cosine_TC + x.roll(x.shape[-1] // 2, dims=-1) * sine_TC

        x_BTD = self.embedding(tokens_BT)
        for layer in self.layers:
            x_BTD = layer(x_BTD, rotate)
        return self.head(self.final_norm(x_BTD))


def load_text(path: Path = TEXT) -> tuple[Tensor, Tensor]:
    """The text's bytes as token ids: the first 90 % to train on, the last 10 % held out."""
    data = torch.from_numpy(np.frombuffer(path.read_bytes(), dtype=np.uint8).astype(np.int64))
    border = int(len(data) * 0.9)
    return data[:border], data[border:]


def learning_rate(config: LoopConfig, step: int) -> float:
    """Linear warm-up and cosine decay by the share of steps done."""
    share = step / config.steps
    if share < config.warmup_share:
        return config.peak_learning_rate * max(0.01, share / config.warmup_share)
    rest = (share - config.warmup_share) / (1 - config.warmup_share)
    span = config.peak_learning_rate - config.floor_learning_rate
    return config.floor_learning_rate + span * (1 + math.cos(math.pi * rest)) / 2


def held_out_loss(model: Decoder, config: LoopConfig, held_out: Tensor) -> float:
    """Mean loss over all whole windows of the held-out split, side by side."""
    windows = (len(held_out) - 1) // config.context
    tokens = held_out[: windows * config.context].view(windows, config.context)
    targets = held_out[1 : windows * config.context + 1].view(windows, config.context)
    total = 0.0
    with torch.inference_mode():
        for first in range(0, windows, 64):
            logits = model(tokens[first : first + 64])
            total += float(
                F.cross_entropy(logits.flatten(0, 1), targets[first : first + 64].flatten(), reduction="sum")
            )
    return total / targets.numel()


def _groups(model: Decoder, config: LoopConfig) -> list[dict[str, object]]:
    """Matrices are decayed, vectors are not."""
    matrices = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    vectors = [parameter for parameter in model.parameters() if parameter.dim() == 1]
    return [{"params": matrices, "weight_decay": config.weight_decay}, {"params": vectors, "weight_decay": 0.0}]


def train(
    config: LoopConfig, seed: int, text: Path = TEXT, log: Callable[[str], None] = lambda line: None
) -> LoopResult:
    """Train from scratch and measure; uses as many threads as torch is set to."""
    torch.manual_seed(seed)
    train_tokens, held_out = load_text(text)
    model = Decoder(config)
    optimizer = torch.optim.AdamW(
        _groups(model, config), betas=(config.beta1, config.beta2), eps=config.epsilon, foreach=True
    )
    losses: list[float] = []
    span = torch.arange(config.context)
    wall, cpu = time.perf_counter(), time.process_time()
    for step in range(config.steps):
        began = time.perf_counter()
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(config, step)
        at_BT = torch.randint(len(train_tokens) - config.context, (config.sequences, 1)) + span
        loss = F.cross_entropy(model(train_tokens[at_BT]).flatten(0, 1), train_tokens[at_BT + 1].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        time.sleep((time.perf_counter() - began) * (1 / config.duty_cycle - 1))
        if (step + 1) % 200 == 0:
            log(f"step {step + 1}  loss {sum(losses[-200:]) / 200:.4f}")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    tail = losses[-max(1, config.steps // 10) :]
    return LoopResult(
        held_out_loss=held_out_loss(model, config, held_out),
        train_loss=sum(tail) / len(tail),
        tokens_per_second=config.steps * config.sequences * config.context / wall,
        cpu_seconds=cpu,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
    )


def main() -> None:
    defaults = asdict(LoopConfig())
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--text", type=Path, default=TEXT)
    for name, value in defaults.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    arguments = vars(parser.parse_args())
    torch.set_num_threads(arguments["threads"])
    config = LoopConfig(**{name: arguments[name] for name in defaults})
    result = train(config, arguments["seed"], arguments["text"], log=lambda line: print(line, flush=True))
    print(json.dumps({"seed": arguments["seed"], **asdict(result)}))


if __name__ == "__main__":
    main()
