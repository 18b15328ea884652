"""Muon's update has equal singular values whatever the gradient, and a bound on every entry."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.shard.muon import LARGEST_SINGULAR_VALUE, is_for_muon, move_matrix, orthogonal
from engine.shard.step import new_state, take_step, update_excess
from protocol.runs import OptimizerSpec


@pytest.mark.parametrize("shape", [(32, 32), (96, 32), (32, 80), (1, 16)])
def test_singular_values_come_close_to_one(shape: tuple[int, int]) -> None:
    matrix = torch.randn(*shape, generator=torch.Generator().manual_seed(0)) * 1e-3
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert float(values.max()) < LARGEST_SINGULAR_VALUE
    assert float(values.median()) > 0.6


@settings(max_examples=25, deadline=None)
@given(rows=st.integers(1, 40), columns=st.integers(1, 40), seed=st.integers(0, 99), size=st.floats(1e-6, 1e6))
def test_no_entry_moves_further_than_the_bound(rows: int, columns: int, seed: int, size: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    old = torch.randn(rows, columns, generator=generator)
    gradient = torch.randn(rows, columns, generator=generator) * size
    new = move_matrix(old, gradient, torch.zeros_like(old), 0.01, 1.0)
    bound = 0.01 * max(1.0, rows / columns) ** 0.5 * LARGEST_SINGULAR_VALUE
    assert float((new - old).abs().max()) <= bound


def test_a_gradient_of_zero_moves_nothing() -> None:
    old = torch.ones(4, 4)
    assert torch.equal(move_matrix(old, torch.zeros(4, 4), torch.zeros(4, 4), 0.1, 1.0), old)


def test_steps_go_downhill() -> None:
    generator = torch.Generator().manual_seed(0)
    target, matrix = torch.randn(16, 8, generator=generator), torch.zeros(16, 8)
    momentum, losses = torch.zeros(16, 8), []
    for _ in range(60):
        losses.append(float((matrix - target).square().sum()))
        matrix = move_matrix(matrix, 2 * (matrix - target), momentum, 0.05, 1.0)
    assert losses[-1] < 0.2 * losses[0]


def test_tables_borders_and_vectors_are_not_muons() -> None:
    names = ("layers.0.mlp_in", "borders.0.narrow", "embedding", "head", "borders.0.anchor")
    assert [is_for_muon(name, torch.zeros(2, 2)) for name in names] == [True, False, False, False, False]
    assert not is_for_muon("layers.0.mlp_norm", torch.zeros(2))


def test_an_honest_step_of_muon_stays_within_what_an_audit_allows() -> None:
    generator = torch.Generator().manual_seed(1)
    optimizer = OptimizerSpec(kind="muon", weight_decay=0.1)
    weights = {
        "layers.0.mlp_in": torch.randn(48, 16, generator=generator),
        "embedding": torch.randn(20, 16, generator=generator),
        "layers.0.mlp_norm": torch.ones(16),
    }
    state = new_state(weights)
    for _ in range(5):
        gradients = {name: torch.randn(tensor.shape, generator=generator) for name, tensor in weights.items()}
        moved, state = take_step(weights, state, gradients, optimizer, 1e-3)
        assert update_excess(weights, moved, optimizer, 1e-3) <= 1.0
        assert update_excess(weights, moved, optimizer, 1e-4) > 1.0
        weights = moved


def test_with_muon_tables_and_vectors_take_adamws_steps() -> None:
    weights = {"embedding": torch.ones(4, 4), "layers.0.mlp_norm": torch.ones(4)}
    gradients = {"embedding": torch.full((4, 4), 0.1), "layers.0.mlp_norm": torch.full((4,), 0.2)}
    muon, _ = take_step(weights, new_state(weights), gradients, OptimizerSpec(kind="muon"), 1e-3)
    adamw, _ = take_step(weights, new_state(weights), gradients, OptimizerSpec(), 1e-3)
    for name in weights:
        assert torch.equal(muon[name], adamw[name])
