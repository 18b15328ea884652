"""The one table of known problems, and how it is searched. Pure; nothing is asked of any server."""

from collections.abc import Mapping
from typing import Final

from app.core.language.speech import _
from app.core.problems.asking_pages import ASKING_PAGES
from app.core.problems.codes import Problem, problem_typed
from app.core.problems.computer_pages import COMPUTER_PAGES
from app.core.problems.engine_pages import ENGINE_PAGES
from app.core.problems.keeping_pages import KEEPING_PAGES
from app.core.problems.network_pages import NETWORK_PAGES
from app.core.problems.page import Page

PAGES: Final[Mapping[Problem, Page]] = {
    **ENGINE_PAGES,
    **COMPUTER_PAGES,
    **KEEPING_PAGES,
    **NETWORK_PAGES,
    **ASKING_PAGES,
}


def page_of(problem: Problem) -> Page:
    """In the person's language."""
    page = PAGES[problem]
    return Page(title=_(page.title), happened=_(page.happened), by_itself=_(page.by_itself), you_can=_(page.you_can))


def found_pages(words: str) -> tuple[Problem, ...]:
    """Those that hold every word, in any order and case; a code alone finds its own page, nothing typed finds all."""
    typed = problem_typed(words)
    if typed is not None:
        return (typed,)
    wanted = words.casefold().split()
    return tuple(problem for problem in Problem if _holds_all(problem, wanted))


def _holds_all(problem: Problem, wanted: list[str]) -> bool:
    page = page_of(problem)
    text = " ".join((problem.value, page.title, page.happened, page.by_itself, page.you_can)).casefold()
    return all(word in text for word in wanted)
