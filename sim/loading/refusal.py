"""What is said when input cannot be used: whole lines for people, no traceback."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable


class Refused(Exception):
    """Input that cannot be used. `lines` holds one line per fault, ready for stderr; the exit status is 2."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines

    def __reduce__(self) -> tuple[type[Refused], tuple[str, ...]]:
        return (type(self), self.lines)


def did_you_mean(word: str, known: Iterable[str], written: Callable[[str], str] = str) -> str:
    """", did you mean 'peak'?" for the known name nearest to a misspelled one; "" when none is near.

    `written` says how that name is to be written where it stands for a part of something longer.
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f", did you mean '{written(near[0])}'?" if near else ""


def printable(text: str) -> str:
    """A text without signs that could upset a terminal or hide something: each becomes a "?"."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def one_line(text: object, limit: int = 400) -> str:
    """A text on one line, its white space collapsed, cut at `limit` characters."""
    flat = " ".join(str(text).split())
    return flat if len(flat) <= limit else flat[: limit - 3] + "..."
