"""From preset and text to a folder that an orchestrator opens: run.json, the two token files, perhaps a tokenizer."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from protocol.errors import SettingsError, StorageError
from protocol.hashes import hash_bytes
from protocol.runs import DataSpec, RunSpec, TokenizerId, TrainingSpec
from protocol.wire import to_json
from subnet.submission.corpus import read_corpus
from subnet.submission.tokenising import Tokens, tokenise
from swarm.presets import Preset, preset_from_toml

PRESETS_FOLDER: Final = Path(__file__).parents[2] / "resources" / "presets"
HELD_OUT_SHARE: Final = 0.1
"""The text's last tenth, as nanoGPT splits its Shakespeare."""


@dataclass(frozen=True)
class Submission:
    """What is handed in. `token_budget` None trains for as long as the preset says."""

    preset: Preset
    text: Path
    tokenizer: TokenizerId
    token_budget: int | None
    seed: int
    run_id: str


def load_preset(name: str) -> Preset:
    """A preset by name, or by the path of a TOML file; raises SettingsError with the names there are."""
    path = Path(name) if name.endswith(".toml") else PRESETS_FOLDER / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in PRESETS_FOLDER.glob("*.toml")))
        raise SettingsError(f"There is no preset {name!r}.", f"Known are {known}.")
    return preset_from_toml(path.read_text(encoding="utf-8"))


def prepare(submission: Submission, folder: Path) -> tuple[RunSpec, Path]:
    """Write everything into `folder`; the run and the path of its run.json. Raises SettingsError or StorageError."""
    tokens = tokenise(read_corpus(submission.text), submission.preset.model.vocabulary, submission.tokenizer)
    train, held_out = split(tokens)
    run_id, size = submission.run_id, tokens.token_bytes
    data = DataSpec(
        tokenizer=submission.tokenizer,
        token_bytes=size,
        train_key=f"runs/{run_id}/data/train.tokens",
        train_tokens=len(train) // size,
        train_hash=hash_bytes(train),
        held_out_key=f"runs/{run_id}/data/held_out.tokens",
        held_out_tokens=len(held_out) // size,
        held_out_hash=hash_bytes(held_out),
    )
    run = submission.preset.run(run_id, data, _training(submission))
    files = {"train.tokens": train, "held_out.tokens": held_out}
    if tokens.tokenizer_json is not None:
        files["tokenizer.json"] = tokens.tokenizer_json.encode()
    for name, content in files.items():
        _write(folder / name, content)
    path = folder / "run.json"
    _write(path, to_json(run))
    return run, path


def split(tokens: Tokens) -> tuple[bytes, bytes]:
    """Train and held-out ids: the last tenth is never trained on."""
    held_out = max(1, int(tokens.count * HELD_OUT_SHARE)) * tokens.token_bytes
    return tokens.ids[:-held_out], tokens.ids[-held_out:]


def _training(submission: Submission) -> TrainingSpec:
    preset = submission.preset
    training = msgspec.structs.replace(preset.training, seed=submission.seed)
    if submission.token_budget is None:
        return training
    per_microbatch = training.sequences * preset.model.context
    if submission.token_budget < per_microbatch:
        raise SettingsError(
            f"A budget of {submission.token_budget} tokens is less than one microbatch's {per_microbatch}."
        )
    return msgspec.structs.replace(training, microbatches=-(-submission.token_budget // per_microbatch))


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise StorageError(f"{path} can't be written.", f"Make room on the disk. ({error.strerror})") from error
