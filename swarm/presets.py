"""Presets: TOML texts that describe a run without its data. Reading the file is the caller's."""

import tomllib
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from protocol.errors import SettingsError
from protocol.runs import (
    CodecSpec,
    DataSpec,
    LadderSpec,
    MergeSpec,
    ModelSpec,
    OptimizerSpec,
    RunSpec,
    StageSpec,
    TrainingSpec,
    even_stages,
)
from swarm.compression import ladder_problems

PRESET_LIMIT_BYTES = 64 * 1024
_SECTIONS = ("model", "pipeline", "training", "optimizer", "merge", "codec", "ladder")
_KEYS = ("title", "words", *_SECTIONS)
S = TypeVar("S", bound=msgspec.Struct)


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a RunSpec but its id and data. `words` says in a sentence or two what it is for."""

    title: str
    words: str
    model: ModelSpec
    stages: tuple[StageSpec, ...]
    training: TrainingSpec
    optimizer: OptimizerSpec = OptimizerSpec()
    merge: MergeSpec = MergeSpec()
    codec: CodecSpec = CodecSpec()
    ladder: LadderSpec = LadderSpec()

    def with_stages(self, count: int) -> "Preset":
        """The same model cut into `count` even stages; raises SettingsError if it has fewer layers."""
        return msgspec.structs.replace(self, stages=_even(self.model, count))

    def run(self, run_id: str, data: DataSpec, training: TrainingSpec | None = None) -> RunSpec:
        """The run that trains this preset on `data`."""
        return RunSpec(
            run_id=run_id,
            title=self.title,
            model=self.model,
            stages=self.stages,
            codec=self.codec,
            ladder=self.ladder,
            optimizer=self.optimizer,
            merge=self.merge,
            training=training or self.training,
            data=data,
        )


def preset_from_toml(text: str) -> Preset:
    """Read a preset; raises SettingsError that names the key which can't be used.

    Sections: model, pipeline (`stages = N`, or `layers_per_stage = [...]`), training, and as wished optimizer, merge,
    codec, whose keys are those of protocol.runs. Unknown keys are refused, so that a typing error is not a default.
    """
    if len(text) > PRESET_LIMIT_BYTES:
        raise SettingsError(f"A preset of {len(text)} characters is too large.")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The preset is not valid TOML: {error}.") from error
    _refuse_unknown(table, _KEYS, "")
    for key in ("title", "words"):
        if not isinstance(table.get(key), str):
            raise SettingsError(f"The preset lacks the text {key}.")
    model = _section(table, "model", ModelSpec)
    if problems := model.problems():
        raise SettingsError(f"The preset's model can't be built: {'; '.join(problems)}.", "Check its section model.")
    return Preset(
        title=table["title"],
        words=table["words"],
        model=model,
        stages=_stages(table, model),
        training=_checked_training(_section(table, "training", TrainingSpec)),
        optimizer=_section(table, "optimizer", OptimizerSpec),
        merge=_section(table, "merge", MergeSpec),
        codec=_section(table, "codec", CodecSpec),
        ladder=_checked_ladder(_section(table, "ladder", LadderSpec), model),
    )


def _section(table: dict[str, Any], name: str, kind: type[S]) -> S:
    values = _table(table, name)
    _refuse_unknown(values, kind.__struct_fields__, f"{name}.")
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        words = str(error).replace("`$.", f"`{name}.")
        raise SettingsError(f"The preset's section {name} can't be used: {words}.") from error


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    values = table.get(name, {})
    if not isinstance(values, dict):
        raise SettingsError(f"The preset's {name} must be a section.")
    return values


def _refuse_unknown(table: dict[str, Any], known: Sequence[str], prefix: str) -> None:
    for key in table:
        if key not in known:
            raise SettingsError(f"The preset has an unknown key {prefix}{key}.", f"Known are {', '.join(known)}.")


def _checked_training(training: TrainingSpec) -> TrainingSpec:
    for key in ("sequences", "microbatches", "microbatches_per_step", "in_flight", "lease_microbatches"):
        if getattr(training, key) < 1:
            raise SettingsError(f"The preset's training.{key} must be at least 1.")
    return training


def _stages(table: dict[str, Any], model: ModelSpec) -> tuple[StageSpec, ...]:
    pipeline = _table(table, "pipeline")
    _refuse_unknown(pipeline, ("stages", "layers_per_stage"), "pipeline.")
    if "layers_per_stage" not in pipeline:
        return _even(model, pipeline.get("stages", 1))
    counts = pipeline["layers_per_stage"]
    if "stages" in pipeline:
        raise SettingsError("The preset gives both pipeline.stages and pipeline.layers_per_stage.")
    if not isinstance(counts, list) or any(type(count) is not int or count < 1 for count in counts):
        raise SettingsError("The preset's pipeline.layers_per_stage must be a list of whole numbers from 1 on.")
    if sum(counts) != model.layers:
        raise SettingsError(
            f"The preset's pipeline.layers_per_stage adds up to {sum(counts)}; model.layers says {model.layers}."
        )
    ends = [sum(counts[: stage + 1]) for stage in range(len(counts))]
    return tuple(StageSpec(end - count, end) for end, count in zip(ends, counts, strict=True))


def _checked_ladder(ladder: LadderSpec, model: ModelSpec) -> LadderSpec:
    if problems := ladder_problems(ladder.rungs, model):
        raise SettingsError(f"The preset's ladder can't be used: {'; '.join(problems)}.", "Check its section ladder.")
    return ladder


def _even(model: ModelSpec, count: Any) -> tuple[StageSpec, ...]:
    if type(count) is not int or not 1 <= count <= model.layers:
        raise SettingsError(f"The preset's pipeline.stages must lie between 1 and its {model.layers} layers.")
    return even_stages(model.layers, count)
