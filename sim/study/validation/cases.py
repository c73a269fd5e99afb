"""All cases, by name."""

from __future__ import annotations

from collections.abc import Sequence

from sim.study.validation import classics, days, designs, originals, repeats, skills, unlike
from sim.study.validation.case import Case

CASES: dict[str, Case] = {
    case.name: case for room in (classics, designs, skills, unlike, repeats, days, originals) for case in room.cases()
}
THEORIES: tuple[str, ...] = tuple(dict.fromkeys(case.theory for case in CASES.values()))


class UnknownCase(ValueError):
    """A word that names neither a case nor a theory; `word` is it."""

    def __init__(self, word: str) -> None:
        super().__init__(f"{word}: no such case or theory")
        self.word = word


def find(words: Sequence[str]) -> list[Case]:
    """The cases that are named, by name or by theory ("erlang_a" for all of them), in any case; all without a word.

    Errors: UnknownCase.
    """
    asked = {word.lower() for word in words}
    known = {name.lower() for name in (*CASES, *THEORIES)}
    for word in words:
        if word.lower() not in known:
            raise UnknownCase(word)
    return [case for case in CASES.values() if not words or asked & {case.name.lower(), case.theory}]
