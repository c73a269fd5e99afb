"""The words of a command line after the verb: Hydra overrides, with the plus signs that a planner forgets.

A planner writes `peak teams.front.agents=40`; Hydra wants `+scenario=peak ++teams.front.agents=40`, because
a key that stands in no file may only be added with a plus. Every data override is given to Hydra with `++`,
so that a key left at its default in the file can be set like any other; whether the key exists is the
scenario's question and is answered there, with the nearest name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, Quote, QuotedString, ValueType
from hydra.errors import HydraException

from sim.loading.places import find
from sim.loading.refusal import Refused, one_line

GROUPS = ("scenario", "behavior", "costs")
NAMED = ("queues", "teams", "shifts")
"""Keys whose entries the planner names; a new entry needs a plus: `+teams.night={...}`."""
MOST_POINTS = 10_000
_GRAMMAR = set("[]{}(),'\"$")
"""Signs that mean something in Hydra's grammar, so that a text with them is not quoted for the planner."""


@dataclass(frozen=True)
class Word:
    """One override: as typed, as given to Hydra, and what Hydra's grammar reads in it."""

    typed: str
    hydra: str
    override: Override
    adds: bool
    """Whether the planner wrote a plus, so that a new name is meant."""

    @property
    def key(self) -> str:
        """The key or group that is set, without plus signs: `teams.front.agents`."""
        return str(self.override.key_or_group)

    @property
    def value(self) -> Any:
        """The value that is set; None for a deletion."""
        return self.override.value()

    @property
    def swept(self) -> bool:
        """Whether it names several values, one for each run of a sweep."""
        return bool(self.override.is_sweep_override())

    @property
    def for_hydra(self) -> bool:
        """Whether it configures Hydra itself and not the scenario."""
        return bool(self.override.is_hydra_override())

    def points(self) -> list[Word]:
        """The override with each of its values; empty where only Hydra's sweeper knows them (glob, interval)."""
        if not self.swept:
            return [self]
        if not self.override.is_discrete_sweep() or self.override.value_type == ValueType.GLOB_CHOICE_SWEEP:
            return []
        values = list(islice(self.override.sweep_string_iterator(), MOST_POINTS + 1))
        if len(values) > MOST_POINTS:
            raise Refused(f"command line: {one_line(self.typed, 100)}: more than {MOST_POINTS:,} values")
        return [_word(f"{self.key}={value}", self.adds) for value in values]


def read_words(typed: Sequence[str]) -> list[Word]:
    """The overrides of a command line, at most one scenario among them, which exists.

    A word without `=` is the scenario: its name or a path to its file. Raises Refused, one line per fault.
    """
    words: list[Word] = []
    faults: list[str] = []
    for text in typed:
        try:
            words.append(_word(text))
        except Refused as refused:
            faults += refused.lines
    chosen = [word for word in words if word.key == "scenario"]
    if len(chosen) > 1:
        together = " ".join(word.typed for word in chosen)
        faults.append(f"command line: {together}: give one scenario, or several with -m +scenario=A,B")
    for word in chosen:
        for point in word.points():
            try:
                find(str(point.value))
            except Refused as refused:
                faults += [f"command line: {line}" for line in refused.lines]
    if faults:
        raise Refused(*faults)
    return words


def point_words(hydra: Sequence[str]) -> list[Word]:
    """The overrides of one point of a sweep, as Hydra wrote them; shown without Hydra's plus signs."""
    return [
        Word(text.lstrip("+"), text, override, adds=True)
        for text, override in zip(hydra, OverridesParser.create().parse_overrides(list(hydra)), strict=True)
    ]


def scenario_of(words: Sequence[Word]) -> Word | None:
    """The word that names the scenario."""
    return next((word for word in words if word.key == "scenario"), None)


def _word(typed: str, adds: bool | None = None) -> Word:
    text = typed
    if "=" not in text and not text.startswith("~"):
        several = "," in text
        text = "scenario=" + (text if several else _quoted(text))
    body = text.lstrip("+")
    if body.startswith("="):
        raise Refused(f"command line: {one_line(typed, 200)}: there is no key before the '='")
    body, override = _readable(body, typed)
    if override.key_or_group in GROUPS and not _names_a_choice(override):  # 2024 and null may be names as well
        key, _, value = body.partition("=")
        body, override = _readable(f"{key}={_quoted(value)}", typed)
    plus = "++"
    if override.is_hydra_override() or body.startswith("~") or override.package is not None:
        plus = text[: len(text) - len(text.lstrip("+"))]
    elif override.key_or_group == "scenario":
        plus = "+"
    elif override.key_or_group in GROUPS:
        plus = ""
    adds = typed.startswith("+") if adds is None else adds
    return Word(typed, plus + body, _parsed(plus + body), adds)


def _names_a_choice(override: Override) -> bool:
    return override.is_delete() or override.is_sweep_override() or isinstance(override.value(), str)


def _readable(body: str, typed: str) -> tuple[str, Override]:
    """The override as Hydra's grammar takes it: a text with signs that it does not know is put in quotes."""
    try:
        return body, _parsed(body)
    except HydraException as error:
        first = one_line(next(iter(str(error).splitlines()), "cannot be read"), 200)
    key, _, value = body.partition("=")
    if value and not _GRAMMAR & set(value):
        try:
            quoted = f"{key}={_quoted(value)}"
            return quoted, _parsed(quoted)
        except HydraException:
            pass  # then it is the key that cannot be read
    remedy = "put a value with brackets, commas or quotes in quotes: \"description='one, two'\""
    raise Refused(f"command line: {one_line(typed, 200)}: {first}; {remedy}")


def _parsed(text: str) -> Override:
    try:
        return OverridesParser.create().parse_override(text)
    except ValueError as error:  # a number of thousands of digits
        raise HydraException(str(error)) from error


def _quoted(text: str) -> str:
    return str(QuotedString(text, Quote.single).with_quotes())
