"""Where a value was written: a line of the scenario file, or a word of the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from sim.loading.refusal import did_you_mean, one_line
from sim.loading.words import GROUPS, NAMED, Word
from sim.loading.yaml_file import Where, YamlFile, dotted, line_for

COMMAND_LINE = "command line"
_LAST = 1 << 60


class Told(NamedTuple):
    """Something to say about a key; `line` where it is already known where in the file that is."""

    where: Where
    message: str
    line: int = 0


class Origin:
    """Tells of each key where it was written.

    `of_file` gives what there would be to say about the file without the command line; it is asked only when
    that is in doubt.
    """

    def __init__(
        self, file: YamlFile, words: Sequence[Word], of_file: Callable[[], Iterable[tuple[Where, str]]]
    ) -> None:
        self.file = file
        self.words = [word for word in words if word.key not in GROUPS and not word.for_hydra]
        self._of_file = of_file

    @cached_property
    def _in_file(self) -> set[tuple[Where, str]]:
        return set(self._of_file())

    def lines(self, told: Iterable[Told]) -> list[str]:
        """One line each, those of the file first and in its order."""
        placed = [self._placed(each) for each in told]
        return list(dict.fromkeys(text for _, text in sorted(placed, key=lambda item: item[0])))

    def _placed(self, told: Told) -> tuple[int, str]:
        where, message, line = told
        word = None if line else self._word(where, message)
        if word is None:
            line = line or self.file.line_of(where)[0]
            return line, line_for(self.file, line, where, message)
        key = "" if where == tuple(word.key.split(".")) else f"{one_line(dotted(where))}: "
        return _LAST, f"{COMMAND_LINE}: {one_line(word.typed, 200)}: {key}{message}"

    def _word(self, where: Where, message: str) -> Word | None:
        """The word that brought this about: it set the key or what holds it, or the file alone is free of it."""
        path = [str(part) for part in where]
        for word in reversed(self.words):
            key = word.key.split(".")
            if path[: len(key)] == key:
                return word
        if not self.words or (where, message) in self._in_file:
            return None

        def shared(word: Word) -> int:
            pairs = zip(word.key.split("."), path, strict=False)
            return next((count for count, (one, other) in enumerate(pairs) if one != other), len(path))

        return max(reversed(self.words), key=shared)

    def unknown_names(self) -> dict[Where, str]:
        """Words that set something of a queue, team or shift that the file does not have: a line for each."""
        found: dict[Where, str] = {}
        for word in self.words:
            table, *rest = word.key.split(".")
            known = self.file.data.get(table)
            if table not in NAMED or not rest or word.adds or not isinstance(known, dict) or rest[0] in known:
                continue
            after = "".join(f".{part}" for part in rest[1:])
            hint = did_you_mean(rest[0], known, f"{table}.{{}}{after}".format)
            if not hint:
                hint = f" ({table}: {', '.join(known)}); to add one write +{table}.{rest[0]}={{...}}"
            found[(table, rest[0])] = f"{COMMAND_LINE}: {one_line(word.typed, 200)}: unknown key{hint}"
        return found
