"""Hydra's flags (-m, --cfg job, --info, ...) told apart from the overrides, in any order."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass
from typing import NoReturn

from sim.loading.refusal import Refused, one_line


@dataclass(frozen=True)
class Asked:
    """The words of a command: Hydra's flags with their values, the overrides, and whether a sweep is meant."""

    flags: list[str]
    overrides: list[str]
    multirun: bool


def split(words: list[str]) -> Asked:
    """The flags and overrides among the words. Raises Refused for a flag that does not exist."""
    mode = [word for word in words if word.lstrip("+").lower() == "hydra.mode=multirun"]
    words = [word for word in words if word not in mode]
    if not any(word.startswith("-") for word in words):
        return Asked([], words, bool(mode))
    parser = _parser()
    known = parser.parse_intermixed_args(words)
    overrides: list[str] = list(known.overrides)
    left = list(overrides)
    flags = []
    for word in words:
        if word in left and not word.startswith("-"):
            left.remove(word)
        else:
            flags.append(word)
    if known.run:
        flags = [flag for flag in flags if flag not in ("--run", "-r")]
    return Asked(flags, overrides, bool(mode) or bool(known.multirun))


def _parser() -> ArgumentParser:
    """Hydra's own parser, which says what is wrong in one line instead of printing its usage."""
    from hydra._internal.utils import get_args_parser

    def refuse(message: str) -> NoReturn:
        raise Refused(f"command line: {one_line(message)}; `python -m sim run --help` shows what can be written")

    parser = get_args_parser()
    parser.error = refuse  # type: ignore[method-assign]
    return parser
