"""The peers: what they are called, where their models stand, and what they bring to one run."""

from __future__ import annotations

import importlib
import io
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from calls import Calls
from models import ERLANG_A, TWO_SKILLS, Center

HERE = Path(__file__).parent
BOTH = (ERLANG_A.name, TWO_SKILLS.name)


class Peer(NamedTuple):
    """A simulator."""

    name: str
    module: str
    more: tuple[object, ...] = ()
    """what the function is given between the center and the seed"""
    centers: tuple[str, ...] = BOTH
    """those that it can express"""
    package: str = ""
    """on PyPI, where it is none of Tightrope's own"""
    files: tuple[str, ...] = ()
    """in which the model stands, for its length; the module if there are none"""
    compiles: bool = False
    """whether its first day is left out of the time"""
    events: bool = True
    """whether somebody acts at the moment of giving up"""

    def days(self, center: Center, seed: int) -> Iterator[Calls]:
        """One day after the other, without end."""
        made: Callable[..., Iterator[Calls]] = importlib.import_module(self.module).days
        return made(center, *self.more, seed)

    def lines(self) -> int:
        """Lines of the models of all centers, without empty ones, comments, docstrings and imports."""
        return sum(map(code_lines, self.files or (f"{self.module}.py",)))


SCENARIOS = ("../../scenarios/erlang_a.yaml", "scenarios/two_skills.yaml")
COMPILED = "Tightrope, compiled clock"
PEERS = (
    Peer("C by hand (gcc -O3)", "by_c", files=("peer.c",), compiles=True, events=False),
    Peer(COMPILED, "tightrope", more=("compiled",), files=SCENARIOS, compiles=True),
    Peer("cimba, agents take calls", "with_cimba_store", (), BOTH[:1], "cimba", compiles=True, events=False),
    Peer("cimba, a process a call", "with_cimba", package="cimba", compiles=True),
    Peer("plain Python, heapq", "with_heapq"),
    Peer("Tightrope, SimPy clock", "tightrope", more=("simpy",), files=SCENARIOS),
    Peer("SimPy, a process a call", "process_style"),
    Peer("Ciw", "with_ciw", centers=BOTH[:1], package="ciw"),
    Peer("salabim", "with_salabim", package="salabim"),
)


def code_lines(file: str) -> int:
    """Lines of a file that say something."""
    text = (HERE / file).read_text()
    if file.endswith(".py"):
        return len(python_lines(text))
    marks = ("#",) if file.endswith(".yaml") else ("/*", "*", " *", "#include")
    return sum(1 for line in text.splitlines() if line.strip() and not line.startswith(marks))


def python_lines(text: str) -> set[int]:
    """Numbers of the lines of Python that are no comment, docstring, import or empty."""
    lines: set[int] = set()
    logical: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            continue
        if token.type != tokenize.NEWLINE:
            logical.append(token)
            continue
        if logical and logical[0].type != tokenize.STRING and logical[0].string not in ("import", "from"):
            lines.update(line for part in logical for line in range(part.start[0], part.end[0] + 1))
        logical = []
    return lines
