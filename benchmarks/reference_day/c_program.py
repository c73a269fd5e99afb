"""The C program of the same moves: its header from the records, its build, its input, its answers."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sim.center.verbs import Event
from sim.clocks.script import Given, Told
from sim.record import (
    NOBODY,
    Agent,
    AgentState,
    AgentWas,
    Contact,
    ContactLeft,
    ContactState,
    Desk,
    Duty,
    Outcome,
    PickAgent,
    PickContact,
    Queue,
    QueueIs,
    Row,
    Rows,
    Skill,
    Team,
    Window,
    dtype_of,
)

HERE = Path(__file__).parent
RECORDS = (Contact, Agent, Queue, Team, Skill, Window, Row, Desk, ContactLeft, AgentWas, QueueIs)
TABLES = ("agents", "queues", "teams", "skills", "routes", "windows", "timetable", "desk")
"""what moves.c reads, in this order, after the contacts"""
NUMBERS = (Outcome, AgentState, Duty, ContactState, PickAgent, PickContact, Event)
FLAGS = ("-O3", "-std=c11", "-Wall", "-Wextra", "-Werror")
C_TYPES = {"f8": "double", "i8": "int64_t", "i4": "int32_t"}


def header() -> str:
    """records.h: the records and constants of sim/record/ as C sees them."""
    lines = ["/* Written by c_program.py from sim/record/. */", "#include <stdint.h>", f"#define NOBODY ({NOBODY})"]
    for numbers in NUMBERS:
        prefix = re.sub(r"(?<=.)(?=[A-Z])", "_", numbers.__name__).upper()
        members = ", ".join(f"{prefix}_{member.name} = {member.value}" for member in numbers)
        lines.append(f"enum {{ {members} }};")
    for record in RECORDS:
        layout, name = dtype_of(record), record.__name__
        assert layout.names and layout.fields
        fields = " ".join(f"{C_TYPES[layout[field].str[1:]]} {field};" for field in layout.names)
        lines.append(f"typedef struct {{ {fields} }} {name};")
        lines.append(f'_Static_assert(sizeof({name}) == {layout.itemsize}, "{name}");')
    return "\n".join(lines) + "\n"


def build(folder: Path) -> Path:
    """The compiled program in that folder; FileNotFoundError if there is no gcc."""
    if shutil.which("gcc") is None:
        raise FileNotFoundError("gcc not found: the C program needs it")
    (folder / "records.h").write_text(header())
    program = folder / "moves"
    subprocess.run(
        ["gcc", *FLAGS, f"-I{folder}", str(HERE / "moves.c"), "-lm", "-o", str(program)], check=True
    )
    return program


def write_day(given: Given, contacts: Rows, path: Path) -> None:
    """One day's input: for each table the number of rows, then the rows."""
    with path.open("wb") as file:
        for table in (contacts, *(getattr(given, name) for name in TABLES)):
            file.write(np.int64(len(table)).tobytes())
            file.write(np.ascontiguousarray(table).tobytes())


def run(program: Path, days: Sequence[Path], repeats: int) -> tuple[list[list[float]], list[Told]]:
    """(seconds of every run of each day, what each day told)."""
    out = program.parent / "told"
    done = subprocess.run(
        [str(program), str(out), str(repeats), *map(str, days)], check=True, capture_output=True, text=True
    )
    seconds: list[list[float]] = [[] for _ in days]
    for line in done.stdout.splitlines():
        day, took = line.split()
        seconds[int(day)].append(float(took))
    return seconds, list(read_told(out.read_bytes(), len(days)))


def read_told(data: bytes, days: int) -> Iterator[Told]:
    """What the program wrote, day by day."""
    at = 0
    for _ in range(days):
        tables = []
        for record in (ContactLeft, AgentWas, QueueIs):
            (count,) = np.frombuffer(data, np.int64, 1, at)
            tables.append(np.frombuffer(data, dtype_of(record), int(count), at + 8))
            at += 8 + tables[-1].nbytes
        (end,) = np.frombuffer(data, np.float64, 1, at)
        at += 8
        yield Told(*tables, end=float(end))
