"""One YAML file read safely: plain data only, bounded in size, with the line of every key.

Numbers and truth values follow YAML 1.2 (`no` and `10:00` are texts, `010` is ten, `1e3` is a number),
because the surprises of YAML 1.1 are a planner's queue named `no` and an octal number of agents. Keys are
always texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.loading.places import shown
from sim.loading.refusal import Refused, one_line
from sim.loading.text_file import MAX_BYTES, Unreadable, read_text

Where = tuple[str | int, ...]

MAX_VALUES = 100_000
MAX_KEYS = 20_000
MAX_DEPTH = 50
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Wrong:
    """A fault of the file itself: its line, the key it concerns, what is wrong and what to do."""

    line: int
    where: Where
    message: str


@dataclass
class YamlFile:
    """A file's data, the line of each key (`lines[("queues", "voice")] == 7`), and what is wrong with it."""

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Where, int] = field(default_factory=dict)
    faults: list[Wrong] = field(default_factory=list)
    broken: bool = False
    """True when the file could not be read to its end: its data is then empty and means nothing."""

    def line_of(self, where: Where) -> tuple[int, int]:
        """(line, how many leading keys of `where` the file has) of the deepest key that stands in the file."""
        for known in range(len(where), 0, -1):
            if where[:known] in self.lines:
                return self.lines[where[:known]], known
        return 1, 0


def read(path: Path) -> YamlFile:
    """The file's data and lines; what is wrong with it is listed in its `faults`, never raised."""
    file = YamlFile(path)
    try:
        text = read_text(path)
        root = _compose(text)
    except Unreadable as error:
        file.faults.append(Wrong(error.line, (), str(error)))
        file.broken = True
        return file
    if not isinstance(root, yaml.MappingNode):
        what = {yaml.SequenceNode: "a list", yaml.ScalarNode: "a single value"}.get(type(root), "nothing")
        file.faults.append(Wrong(1, (), f"needs 'key: value' lines (queues:, teams:, ...), but holds {what}"))
        file.broken = True
        return file
    try:
        file.data = _Builder(file).mapping(root, ())
    except Unreadable as error:
        file.faults.append(Wrong(error.line, (), str(error)))
        file.data, file.broken = {}, True
    return file


def refusal(file: YamlFile) -> Refused:
    """The file's own faults as lines for stderr, `scenarios/bad.yaml:7: queues: given twice ...`."""
    return Refused(*(line_for(file, fault.line, fault.where, fault.message) for fault in file.faults))


def line_for(file: YamlFile, line: int, where: Where, message: str) -> str:
    """`scenarios/bad.yaml:7: queues.voice.balk: message`."""
    key = f"{one_line(dotted(where))}: " if where else ""
    at = f":{line}" if line else ""
    return f"{shown(file.path)}{at}: {key}{message}"


def dotted(where: Where) -> str:
    """A key's path as an override would write it: `queues.voice.overflow.0.after_s`."""
    return ".".join(map(str, where))


# ---------------------------------------------------------------- text to nodes


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Tokens and nodes only: nothing is ever constructed from a tag."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _name, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9][0-9_]*", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"(?:{_pattern})$"), list(_first))


def _compose(text: str) -> yaml.Node | None:
    try:
        _measure(yaml.parse(text, Loader=_Loader))
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text) from None
    except yaml.YAMLError as error:
        raise Unreadable(f"not valid YAML: {one_line(error, 120)}", _control_line(text)) from None


def _control_line(text: str) -> int:
    bad = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", text)
    return text.count("\n", 0, bad.start()) + 1 if bad else 0


def _not_yaml(error: yaml.MarkedYAMLError, text: str) -> Unreadable:
    """The parser's complaint, in a planner's words where it is a common one."""
    problem, context = one_line(error.problem or "", 160), one_line(error.context or "", 160)
    line = error.problem_mark.line + 1 if error.problem_mark else 0
    begun = error.context_mark.line + 1 if error.context_mark else line
    source = "".join(text.split("\n")[line - 1 : line])
    if "\t" in source[: len(source) - len(source.lstrip())]:
        return Unreadable("not valid YAML: a tab is used for indentation, use spaces", line)
    if "single document" in f"{problem}{context}":
        return Unreadable("holds several YAML documents, needs one: remove the '---' line", line)
    if "quoted scalar" in context and "end of stream" in problem:
        return Unreadable("not valid YAML: a quote is opened here and never closed", begun)
    if "duplicate anchor" in f"{problem}{context}":
        return Unreadable("not valid YAML: an anchor (&name) is given twice", line)
    since = f" ({context}, which begins in line {begun})" if context and begun != line else ""
    return Unreadable(f"not valid YAML: {problem or context}{since}", line)


def _measure(events: Iterator[yaml.Event]) -> None:
    """Refuse a file that is too long or too deep before its tree is built: the parser's stack has no limit."""
    depth = values = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.NodeEvent):
            values += 1
        if depth > MAX_DEPTH:
            raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", event.start_mark.line + 1)
        if values > 2 * MAX_VALUES:
            raise Unreadable(f"holds more than {MAX_VALUES:,} values", event.start_mark.line + 1)


# ---------------------------------------------------------------- nodes to data


class _Builder:
    """Plain data from nodes. Aliases are copied out, counted, and may not contain themselves."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.values = 0
        self.keys = 0
        self.letters = 0
        self.open: set[int] = set()
        self.merging = 0
        self.told: set[tuple[int, str]] = set()

    def value(self, node: yaml.Node, where: Where) -> Any:
        self._count(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, where)
        if node.tag not in (_TAG + "map", _TAG + "seq"):
            return self._wrong(node, where, f"the tag {_tag(node)} is not allowed, only plain values are")
        if id(node) in self.open:
            raise Unreadable("an alias contains itself", _line(node))
        if len(where) > MAX_DEPTH:
            raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", _line(node))
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self.mapping(node, where)
            return [self._item(item, (*where, index)) for index, item in enumerate(node.value)]
        finally:
            self.open.discard(id(node))

    def _item(self, node: yaml.Node, where: Where) -> Any:
        self._mark(where, node)
        return self.value(node, where)

    def mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._wrong(key_node, where, "a key must be a plain text")
                continue
            if key_node.tag == _TAG + "merge":
                merged.update(self._merge(value_node, where))
                continue
            self.keys += 1
            if self.keys > MAX_KEYS:
                raise Unreadable(f"holds more than {MAX_KEYS:,} keys", _line(key_node))
            key = key_node.value
            here = (*where, key)
            if key in own:
                self._wrong(key_node, here, f"given twice, first in line {self.file.lines[here]}")
                continue
            self._mark(here, key_node)
            own[key] = self.value(value_node, here)
        return {**merged, **own}

    def _merge(self, node: yaml.Node, where: Where) -> dict[str, Any]:
        """What `<<: *base` brings. Of several, the first wins; lines are those of the base."""
        merged: dict[str, Any] = {}
        bases = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for base in bases:
            if not isinstance(base, yaml.MappingNode):
                self._wrong(base, where, "'<<' needs an alias of a mapping")
                continue
            self.merging += 1
            merged = {**self.value(base, where), **merged}
            self.merging -= 1
        return merged

    def _mark(self, where: Where, node: yaml.Node) -> None:
        """Note a key's line; a key that a merge only inherits gives way to one that stands in its place."""
        if not (self.merging and where in self.file.lines):
            self.file.lines[where] = _line(node)

    def _scalar(self, node: yaml.ScalarNode, where: Where) -> Any:
        text: str = node.value
        self.letters += len(text)
        if self.letters > 2 * MAX_BYTES:
            size = f"{2 * MAX_BYTES / 1e6:.0f} MB"
            raise Unreadable(f"its aliases expand to more than {size} of text", _line(node))
        try:
            match node.tag.removeprefix(_TAG):
                case "str":
                    return text
                case "null":
                    return None
                case "bool":
                    return {"true": True, "false": False}[text.lower()]
                case "int":
                    return int(text.replace("_", ""))
                case "float":
                    return float(re.sub(r"\.(inf|nan)$", r"\1", text.lower().replace("_", "")))
        except (ValueError, KeyError):
            return self._wrong(node, where, f"'{one_line(text, 40)}' is no {_tag(node)} value")
        return self._wrong(node, where, f"the tag {_tag(node)} is not allowed, only plain values are")

    def _count(self, node: yaml.Node) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            raise Unreadable(f"holds more than {MAX_VALUES:,} values (aliases written out)", _line(node))

    def _wrong(self, node: yaml.Node, where: Where, message: str) -> None:
        fault = Wrong(_line(node), where, message)
        if (fault.line, message) not in self.told:  # an alias would repeat it
            self.told.add((fault.line, message))
            self.file.faults.append(fault)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _tag(node: yaml.Node) -> str:
    return one_line(node.tag.replace(_TAG, "!!"), 60)
