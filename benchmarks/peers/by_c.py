"""peer.c built by gcc as a library and called from Python, which gives it the room for a day's calls."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from calls import Calls
from models import DAY_S, Center

MOST = 8
FLAGS = ("-O3", "-march=native", "-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
Number, Whole = ctypes.c_double, ctypes.c_int64


class Given(ctypes.Structure):
    """`Center` in peer.c."""

    _fields_ = (
        ("classes", Whole),
        ("pools", Whole),
        ("rate", Number * MOST),
        ("patience", Number * MOST),
        ("talk", Number * MOST * MOST),
        ("agents", Whole * MOST),
        ("asks", Whole * MOST * MOST),
        ("serves", Whole * MOST * MOST),
    )


class Written(ctypes.Structure):
    """`Calls` in peer.c."""

    _fields_ = (*((name, ctypes.c_void_p) for name in (*Calls._fields[:3], "kind")), ("count", Whole), ("room", Whole))


def given(center: Center) -> Given:
    """A center as C sees it."""
    made = Given(classes=len(center.rates), pools=len(center.agents))
    made.rate[: len(center.rates)], made.patience[: len(center.rates)] = center.rates, center.patience_s
    made.agents[: len(center.agents)] = center.agents
    for c, (asks, talk) in enumerate(zip(center.asks, center.talk_s, strict=True)):
        made.asks[c][: len(asks) + 1], made.talk[c][: len(talk)] = (*asks, -1), talk
    for p, serves in enumerate(center.serves):
        made.serves[p][: len(serves) + 1] = (*serves, -1)
    return made


def build() -> ctypes.CDLL:
    """The library; FileNotFoundError if there is no gcc."""
    if shutil.which("gcc") is None:
        raise FileNotFoundError("gcc not found")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "peer.so"
        source = Path(__file__).with_name("peer.c")
        subprocess.run(["gcc", *FLAGS, str(source), "-lm", "-o", str(made)], check=True)
        return ctypes.CDLL(str(made))


def days(center: Center, seed: int) -> Iterator[Calls]:
    """One day after the other."""
    day, what = build().day, given(center)
    state = (ctypes.c_uint64 * 4)(*np.random.SeedSequence(seed).generate_state(4, np.uint64).tolist())
    room = int(center.calls_a_day * 1.1) + 1000
    while True:
        calls = Calls(np.empty(room), np.empty(room), np.empty(room, np.bool_), np.empty(room, np.int64))
        written = Written(*(column.ctypes.data for column in calls), 0, room)
        if day(ctypes.byref(what), Number(DAY_S), state, ctypes.byref(written)) or written.count == room:
            raise RuntimeError("more calls than there is room for")
        yield Calls(*(column[: written.count] for column in calls))
