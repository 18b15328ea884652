"""Weights: the same everywhere at first, one vector, one hash, whole layers to a fragment."""

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.shard.model import initialise, parameter_shapes
from engine.shard.weights import check_weights, fragments, from_vector, to_vector, weights_hash
from protocol.errors import MalformedMessage
from protocol.hashes import hash_bytes
from protocol.runs import ModelSpec, even_stages

MODEL = ModelSpec(vocabulary=61, width=32, layers=6, heads=4, kv_heads=2, mlp_width=48, context=12, bottleneck_width=32)


@pytest.mark.parametrize("stages", [2, 3, 6])
def test_the_first_weights_do_not_depend_on_how_the_model_is_cut(stages: int) -> None:
    whole = initialise(MODEL, even_stages(6, 1), 0, seed=7)
    cut = even_stages(6, stages)
    parts = [initialise(MODEL, cut, stage, seed=7) for stage in range(stages)]
    joined = {name: tensor for part in parts for name, tensor in part.items()}
    assert list(joined) == list(whole)
    assert all(torch.equal(joined[name], tensor) for name, tensor in whole.items())


def test_another_seed_gives_other_weights_and_the_same_seed_the_same() -> None:
    cut = even_stages(6, 2)
    assert weights_hash(initialise(MODEL, cut, 1, 7)) == weights_hash(initialise(MODEL, cut, 1, 7))
    assert weights_hash(initialise(MODEL, cut, 1, 7)) != weights_hash(initialise(MODEL, cut, 1, 8))


def test_first_weights_have_gpt2s_deviations() -> None:
    weights = initialise(MODEL, even_stages(6, 1), 0, 0)
    assert float(weights["layers.0.mlp_in"].std()) == pytest.approx(0.02, rel=0.05)
    assert float(weights["layers.5.mlp_out"].std()) == pytest.approx(0.02 / 12**0.5, rel=0.1)
    assert torch.equal(weights["final_norm"], torch.ones(32))


def test_a_new_border_is_close_to_plain_truncation() -> None:
    narrow = msgspec.structs.replace(MODEL, bottleneck_width=8)
    weights = initialise(narrow, even_stages(6, 2), 0, 0)
    assert weights["borders.0.narrow"].shape == (8, 32)
    assert float(weights["borders.0.narrow"].norm(dim=1).max()) < 0.2


def test_a_full_width_border_has_no_parameters() -> None:
    assert not any(name.startswith("borders") for name in parameter_shapes(MODEL, even_stages(6, 3), 1))


def test_the_hash_is_that_of_the_vectors_bytes() -> None:
    weights = initialise(MODEL, even_stages(6, 2), 0, 0)
    assert weights_hash(weights) == hash_bytes(to_vector(weights, list(weights)).numpy().tobytes())


@settings(max_examples=30, deadline=None)
@given(stages=st.integers(1, 6), count=st.integers(1, 9), narrow=st.booleans(), data=st.data())
def test_fragments_cover_every_parameter_once_in_order_and_split_no_layer(
    stages: int, count: int, narrow: bool, data: st.DataObject
) -> None:
    model = msgspec.structs.replace(MODEL, bottleneck_width=8 if narrow else 32)
    stage = data.draw(st.integers(0, stages - 1))
    cut = even_stages(6, stages)
    groups = fragments(model, cut, stage, count)
    assert [name for group in groups for name in group] == list(parameter_shapes(model, cut, stage))
    assert len(groups) == min(count, cut[stage].end_layer - cut[stage].first_layer)
    layers = [{name.split(".")[1] for name in group if name.startswith("layers")} for group in groups]
    assert all(layers)
    assert sum(len(found) for found in layers) == len(set().union(*layers))


def test_a_vector_makes_a_new_version_and_leaves_the_old_one_alone() -> None:
    cut = even_stages(6, 2)
    old = initialise(MODEL, cut, 0, 0)
    first, second = fragments(MODEL, cut, 0, 2)
    before = weights_hash(old)
    vector = to_vector(old, second) + 1
    new = from_vector(vector, old, second)
    vector.zero_()
    assert weights_hash(old) == before
    assert list(new) == list(old)
    assert all(new[name] is old[name] for name in first)
    assert all(torch.equal(new[name], old[name] + 1) for name in second)


def test_a_vector_of_the_wrong_length_is_refused() -> None:
    weights = initialise(MODEL, even_stages(6, 2), 0, 0)
    with pytest.raises((ValueError, RuntimeError)):
        from_vector(torch.zeros(5), weights, list(weights))


def test_weights_from_elsewhere_are_put_in_order_or_refused() -> None:
    cut = even_stages(6, 2)
    weights, shapes = initialise(MODEL, cut, 0, 0), parameter_shapes(MODEL, cut, 0)
    shuffled = dict(sorted(weights.items(), reverse=True))
    assert weights_hash(check_weights(shuffled, shapes)) == weights_hash(weights)
    bad = weights["embedding"].clone()
    bad[0, 0] = float("nan")
    for changed in (
        {**weights, "embedding": bad},
        {**weights, "embedding": weights["embedding"].double()},
        {**weights, "embedding": weights["embedding"].T},
        {**weights, "more": bad},
        {name: tensor for name, tensor in weights.items() if name != "embedding"},
    ):
        with pytest.raises(MalformedMessage):
            check_weights(changed, shapes)
