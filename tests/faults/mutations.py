"""Scenario files spoilt at random: in their text, or in what they say. Reproducible from Hypothesis's draws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.tiny import TINY

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = [path.read_text() for path in sorted(ROOT.glob("scenarios/*.yaml"))]
TEXTS = [TINY, *SHIPPED]

Spoil = Callable[[Random, bytes], bytes]


# ---------------------------------------------------------------- in the text


def _cut(dice: Random, raw: bytes) -> bytes:
    return raw[: dice.randrange(len(raw) + 1)]


def _drop(dice: Random, raw: bytes) -> bytes:
    at = dice.randrange(len(raw) + 1)
    return raw[:at] + raw[at + dice.randint(1, 40) :]


def _insert(dice: Random, raw: bytes) -> bytes:
    at = dice.randrange(len(raw) + 1)
    return raw[:at] + dice.choice(SIGNS) + raw[at:]


def _flip(dice: Random, raw: bytes) -> bytes:
    at = dice.randrange(max(len(raw), 1))
    return raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :]


def _line_twice(dice: Random, raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True) or [b""]
    at = dice.randrange(len(lines))
    return b"".join([*lines[: at + 1], lines[at], *lines[at + 1 :]])


def _lines_swapped(dice: Random, raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True) or [b""]
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _indented(dice: Random, raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True) or [b""]
    at = dice.randrange(len(lines))
    lines[at] = dice.choice([b"\t", b" ", b"  ", b"- "]) + lines[at]
    return b"".join(lines)


def _digits(dice: Random, raw: bytes) -> bytes:
    """A digit becomes many."""
    places = [i for i, byte in enumerate(raw) if chr(byte).isdigit()]
    if not places:
        return raw
    at = dice.choice(places)
    return raw[:at] + dice.choice([b"9" * dice.randint(1, 20), b"1e", b"-", b".", b"9" * 5000]) + raw[at:]


def _other_code(dice: Random, raw: bytes) -> bytes:
    text = raw.decode("utf-8", "replace")
    other = dice.choice(["utf-16", "utf-32", "cp037", "utf-7"])
    return dice.choice([text.encode(other, "replace"), b"\xef\xbb\xbf" + raw, b""])


SIGNS = [
    b"\t", b"\x00", b"\x07", b"\x1b[2J", b"\xff\xfe", b"\xe2\x80\xae", b"{", b"}", b"[", b"]", b":", b": ", b"- ",
    b"#", b"'", b'"', b"&a ", b"*a", b"<<: *a\n", b"!!python/object/apply:os.system ['true']",
    b"!!python/name:os.system ", b"_target_: os.system\n", b"---\n", b"...\n", b"%YAML 1.1\n", b"? ", b"| ", b"> ",
    b"!!binary aGVsbG8=", b"${oc.env:HOME}", b"${goals}", b"${seed}", b"2026-11-22", b".nan", b"-.inf", b"1e400",
    b"0x1F", b"1:30:00", b"~", b"\r", b"\xc2\x85",
]  # fmt: skip
TEXTUAL: list[Spoil] = [
    _cut, _drop, _insert, _insert, _flip, _line_twice, _lines_swapped, _indented, _digits, _other_code
]  # fmt: skip


# ---------------------------------------------------------------- in what it says

Path_ = tuple[Any, ...]


def _places(value: Any, where: Path_ = ()) -> list[Path_]:
    """Every place in a tree but the root."""
    found: list[Path_] = []
    if isinstance(value, dict):
        pairs: list[tuple[Any, Any]] = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    else:
        return found
    for key, each in pairs:
        found += [(*where, key), *_places(each, (*where, key))]
    return found


def _holder(tree: Any, where: Path_) -> Any:
    for key in where[:-1]:
        tree = tree[key]
    return tree


def _deep(depth: int) -> Any:
    value: Any = 1
    for level in range(depth):
        value = {"a": value} if level % 2 else [value]
    return value


VALUES: list[Any] = [
    None, True, False, "", " ", "abc", "yes", "10:00", "25:61", "08:00-07:00", "00:00-24:00", 0, -1, 1, 0.5, 1e-9,
    1e6, 2**31, 2**63, 2**64, 10**30, 1e300, -1e300, float("nan"), float("inf"), float("-inf"), [], [[]], [1],
    [None], ["a", 1, None], {}, {"a": 1}, {"kind": "constant"}, {"kind": "exponential", "mean_s": 1e-300},
    {"kind": "lognormal", "mean_s": 1e9, "cv": 100},
    {"kind": "zero_or", "probability_zero": 1.0, "then": {"kind": "zero_or"}},
    {"kind": "recorded", "file": "/etc/passwd"}, {"kind": "recorded", "file": "/dev/zero"},
    {"_target_": "os.system", "command": "true"}, "${goals.within_s}", "${queues}", "a" * 5000, "=1+1",
    "<script>alert(1)</script>", "../../x", "\x1b[31mred", "x\ny", "\u202etxt", {1: 2}, {None: 1}, {True: 1},
    [0] * 5000, list(range(48)), {"mon": 1, "funday": 2}, _deep(20), _deep(60),
]  # fmt: skip


def _value(dice: Random, tree: Any) -> None:
    where = dice.choice(_places(tree))
    _holder(tree, where)[where[-1]] = dice.choice(VALUES)


def _scaled(dice: Random, tree: Any) -> None:
    """A number becomes another of its kind."""
    places = [at for at in _places(tree) if type(_holder(tree, at)[at[-1]]) in (int, float)]
    if places:
        where = dice.choice(places)
        old = _holder(tree, where)[where[-1]]
        _holder(tree, where)[where[-1]] = old * dice.choice([0, -1, 0.1, 10, 1000, 10**6, 10**12, 1e200])


def _misspelt(dice: Random, tree: Any) -> None:
    where = dice.choice(_places(tree))
    holder = _holder(tree, where)
    if isinstance(holder, dict):
        key = str(where[-1])
        at = dice.randrange(len(key) + 1)
        slip = dice.choice(["", "x", "_", " ", ".", "/", "${", "é", "=", "\t"])
        holder[key[:at] + slip + key[at + 1 :]] = holder.pop(where[-1])


def _gone(dice: Random, tree: Any) -> None:
    where = dice.choice(_places(tree))
    del _holder(tree, where)[where[-1]]


def _wrapped(dice: Random, tree: Any) -> None:
    where = dice.choice(_places(tree))
    holder = _holder(tree, where)
    old = holder[where[-1]]
    holder[where[-1]] = dice.choice([[old], {"value": old}, {"kind": old}, str(old), [old, old]])


def _moved(dice: Random, tree: Any) -> None:
    """A part stands where another should."""
    one, other = dice.choice(_places(tree)), dice.choice(_places(tree))
    part = _holder(tree, one)[one[-1]]
    _holder(tree, other)[other[-1]] = yaml.safe_load(yaml.safe_dump(part))


def _new_key(dice: Random, tree: Any) -> None:
    holders = [tree, *(_holder(tree, at)[at[-1]] for at in _places(tree))]
    holder = dice.choice([each for each in holders if isinstance(each, dict)])
    holder[dice.choice(KEYS)] = dice.choice(VALUES)


KEYS = [
    "hydra", "defaults", "allow_python", "python", "_target_", "_args_", "output", "cluster", "days",
    "replications", "seed", "trunks", "balk", "redial", "overflow", "goals", "kind", "agents", "roster", "1", "",
    "a.b", "${x}", "behavior", "costs", "sampling", "precision", "staffing", "demand", "workers", "execution",
    "name",
]  # fmt: skip
STRUCTURAL = [_value, _value, _value, _scaled, _scaled, _misspelt, _gone, _wrapped, _moved, _new_key]


def spoilt(text: str, seed: int) -> bytes:
    """A scenario's text after one to four changes."""
    dice = Random(seed)
    raw = text.encode()
    if dice.random() < 0.65:
        tree = yaml.safe_load(text)
        for _ in range(dice.randint(1, 3)):
            if isinstance(tree, dict) and _places(tree):
                dice.choice(STRUCTURAL)(dice, tree)
        raw = yaml.safe_dump(tree, sort_keys=False, allow_unicode=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    if dice.random() < 0.5:
        for _ in range(dice.randint(1, 2)):
            raw = dice.choice(TEXTUAL)(dice, raw)
    return raw
