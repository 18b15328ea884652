"""The licence of this app, and of the libraries that it brings along, as each says of itself."""

from importlib.metadata import Distribution, distributions
from typing import Final

from app.platforms.paths import ROOT

_LONGEST: Final = 80
_CLASSIFIER: Final = "License :: "


def licences_text() -> str:
    """Reads some hundred small files. A bundle keeps the notes of those libraries only that ask for it."""
    try:
        own = (ROOT / "LICENSE").read_text("utf-8")
    except OSError:
        own = "Apache License 2.0: https://www.apache.org/licenses/LICENSE-2.0\n"
    lines = sorted({line for each in distributions() if (line := _line(each))}, key=str.lower)
    return "\n".join((*lines, "", own)) if lines else own


def _line(found: Distribution) -> str:
    about = found.metadata
    told = next((about[key] for key in ("License-Expression", "License") if key in about), "")
    if not told or len(told) > _LONGEST or "\n" in told:
        kinds = [each for each in about.get_all("Classifier") or () if each.startswith(_CLASSIFIER)]
        told = ", ".join(each.rpartition(" :: ")[2] for each in kinds)
    return f"{found.name} {found.version}: {told}" if found.name and told else ""
