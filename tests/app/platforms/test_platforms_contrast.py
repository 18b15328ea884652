"""The wish for high contrast, read from recorded answers of each system, odd ones included."""

import struct
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from app.platforms.here import contrast_here
from app.platforms.macos.contrast import DefaultsContrast
from app.platforms.services import NoContrast
from app.platforms.windows.contrast import contrast_of_answer


@pytest.mark.parametrize(
    ("printed", "wanted"), [("1\n", True), ("0\n", False), (None, None), ("", None), ("yes", None)]
)
def test_macos_tells_by_its_defaults(printed: str | None, wanted: bool | None) -> None:
    asked: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> str | None:
        asked.append(command)
        return printed

    assert DefaultsContrast(run).more_wanted() is wanted
    assert asked == [("defaults", "read", "com.apple.universalaccess", "increaseContrast")]


@pytest.mark.parametrize(("flags", "wanted"), [(0x7F, True), (0x7E, False), (0, False)])
def test_windows_tells_by_a_flag(flags: int, wanted: bool) -> None:
    assert contrast_of_answer(struct.pack("@IIP", 16, flags, 0)) is wanted


def test_a_system_without_a_way_to_tell_says_so() -> None:
    assert contrast_here("plan9").more_wanted() is None
    assert NoContrast().more_wanted() is None


if sys.platform == "linux":
    from app.platforms.linux.bus import Bus, NoAnswer
    from app.platforms.linux.contrast import PortalContrast, contrast_of

    class RecordedBus(Bus):
        """Answers what was recorded, by the method's name; anything else is not there."""

        def __init__(self, answers: dict[str, tuple[Any, ...]]) -> None:
            super().__init__("SESSION")
            self.answers, self.closed = answers, False

        def call(self, address: object, method: str, signature: str | None = None, *arguments: Any) -> tuple[Any, ...]:
            assert (signature, arguments) == ("ss", ("org.freedesktop.appearance", "contrast"))
            if method not in self.answers:
                raise NoAnswer("org.freedesktop.DBus.Error.UnknownMethod")
            return self.answers[method]

        def close(self) -> None:
            self.closed = True

    @pytest.mark.parametrize(
        ("answers", "wanted"),
        [
            ({"ReadOne": (("u", 1),)}, True),
            ({"ReadOne": (("u", 0),)}, False),
            ({"Read": (("v", ("u", 1)),)}, True),  # a portal from before ReadOne
            ({"Read": (("v", ("u", 0)),)}, False),
            ({}, None),
            ({"ReadOne": (("u", 7),)}, None),
            ({"ReadOne": (("s", "high"),)}, None),
            ({"ReadOne": ()}, None),
        ],
    )
    def test_the_portal_tells_by_a_number(answers: dict[str, tuple[Any, ...]], wanted: bool | None) -> None:
        bus = RecordedBus(answers)
        assert PortalContrast(lambda: bus).more_wanted() is wanted
        assert bus.closed

    def test_nested_answers_that_never_end_in_a_number_tell_nothing() -> None:
        assert contrast_of((("v", ("v", ("s", ""))),)) is None
