"""A run's title as a person reads it: what researchers named stays as it is, the app's own is told in their words."""

from app.core.language.speech import _


def run_title(title: str) -> str:
    """`title` is what the run's specification says."""
    if title == "First steps, on this computer":  # resources/presets/local.toml
        return _("First steps, on this computer")
    return title
