"""Cheats for the validator to catch: what they compute is not what they commit to, and nothing else gives them away."""

from collections.abc import Callable

import pytest
import torch

from engine.auditing.cheats import CHEATS, trainer_kind
from engine.pipeline.passage import Parcel
from engine.pipeline.shard_work import ForwardDone
from engine.shard.weights import weights_hash
from engine.training.trainer import Trainer
from protocol.errors import SettingsError
from protocol.packets import Packet, PacketKind
from protocol.receipts import StepId
from protocol.runs import RunSpec

MakeRun = Callable[..., RunSpec]
MakeTrainer = Callable[..., Trainer]
MakeTokens = Callable[[RunSpec, int], Parcel]


class Pair:
    """An honest miner and a cheat of the same stage, fed the same microbatches."""

    def __init__(self, run: RunSpec, make_trainer: MakeTrainer, make_tokens: MakeTokens, lie: str, stage: int) -> None:
        self._run, self._tokens = run, make_tokens
        self._first = make_trainer(run, 0)
        self.stage = stage
        self.honest = make_trainer(run, stage)
        self.cheat = make_trainer(run, stage, kind=trainer_kind(lie))

    def packet(self, microbatch: int) -> Packet | Parcel:
        tokens = self._tokens(self._run, microbatch)
        if self.stage == 0:
            return tokens
        parcel = self._first.forward(PacketKind.EVALUATE, microbatch, tokens).parcel
        assert parcel is not None
        return parcel.as_packet()

    def forward(self, microbatch: int) -> tuple[ForwardDone, ForwardDone]:
        source = self.packet(microbatch)
        honest = self.honest.forward(PacketKind.FORWARD, microbatch, source)
        return honest, self.cheat.forward(PacketKind.FORWARD, microbatch, source)


@pytest.fixture
def pair(tiny_run: MakeRun, tiny_trainer: MakeTrainer, tiny_tokens: MakeTokens) -> Callable[[str, int], Pair]:
    return lambda lie, stage: Pair(tiny_run(3), tiny_trainer, tiny_tokens, lie, stage)


def output(done: ForwardDone) -> str:
    assert done.parcel is not None
    return done.parcel.payload_hash


@pytest.mark.parametrize("lie", sorted(CHEATS))
def test_a_cheat_starts_with_the_same_commitment_as_everybody_else(lie: str, pair: Callable[..., Pair]) -> None:
    both = pair(lie, 1)
    assert both.cheat.first_commitment() == both.honest.first_commitment()
    assert both.cheat.first_commitment().weights_hash == weights_hash(both.cheat.weights)


@pytest.mark.parametrize("stage", [0, 1, 2])
def test_a_skipped_mlp_changes_the_output_and_no_committed_weight(stage: int, pair: Callable[..., Pair]) -> None:
    both = pair("skip_mlp", stage)
    committed = both.cheat.first_commitment().weights_hash
    honest, cheat = both.forward(0)
    if stage == 2:
        assert cheat.loss_sum != honest.loss_sum
        assert cheat.backward is not None and len(cheat.backward.made) == 1
        assert cheat.backward.made[0].weights_hash == weights_hash(both.cheat.weights)
    else:
        assert output(cheat) != output(honest)
        assert weights_hash(both.cheat.weights) == committed
    assert cheat.step == honest.step == StepId(1, 0)
    assert cheat.parcel is None or cheat.parcel.sections == honest.parcel.sections  # type: ignore[union-attr]


def test_stale_weights_are_those_before_the_committed_ones(pair: Callable[..., Pair]) -> None:
    both = pair("stale_weights", 1)
    honest, cheat = both.forward(0)
    assert output(honest) == output(cheat), "the first version has none before it"
    for trainer in (both.honest, both.cheat):
        names = tuple(trainer.weights)
        trainer.apply_fragment(names, trainer.fragment_vector(names) * 1.5, None, merge_id=1)
    honest, cheat = both.forward(1)
    assert honest.step == cheat.step == StepId(1, 1)
    assert output(honest) != output(cheat)
    assert weights_hash(both.honest.weights) == weights_hash(both.cheat.weights)
    before = both.cheat.kept_version(StepId(1, 0))
    assert before is not None
    assert weights_hash(both.cheat.weights_for_pass()) == weights_hash(before)


def test_a_copied_sequence_gives_another_ones_numbers_twice(pair: Callable[..., Pair]) -> None:
    both = pair("copied_sequence", 1)
    source = both.packet(0)
    tokens, honest = both.honest.inputs(PacketKind.FORWARD, source)
    same_tokens, copied = both.cheat.inputs(PacketKind.FORWARD, source)
    assert honest is not None and copied is not None
    assert torch.equal(tokens, same_tokens)
    assert torch.equal(copied[:-1], honest[:-1]) and torch.equal(copied[-1], honest[0])
    assert not torch.equal(copied[-1], honest[-1])
    done, faked = both.forward(0)
    assert output(done) != output(faked)
    assert weights_hash(both.honest.weights) == weights_hash(both.cheat.weights)


def test_only_a_named_cheat_cheats() -> None:
    assert trainer_kind(None) is Trainer
    with pytest.raises(SettingsError, match="no cheat called 'honest'"):
        trainer_kind("honest")
