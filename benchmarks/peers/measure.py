"""Rounds of measurements: every peer in a process of its own, one after the other, again and again."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from models import Center
from numpy.typing import NDArray
from peers import Peer

ONE = Path(__file__).with_name("one.py")


class Run(NamedTuple):
    """What was measured of one peer on one center."""

    peer: Peer
    center: Center
    speeds: list[float]
    """calls a second, by round"""
    calls: int
    first_s: float
    """seconds from Python's start of the model to the end of its first day, where that compiles"""
    peak_mb: float
    """of the whole process"""
    parts: NDArray[np.float64]
    """what was counted of all rounds, as `calls.batches` gives it"""

    @property
    def speed(self) -> float:
        """The median."""
        return median(self.speeds)


def installed(peer: Peer) -> bool:
    """Whether a peer can be asked."""
    if peer.module == "by_c":
        return shutil.which("gcc") is not None
    return not peer.package or importlib.util.find_spec(peer.package) is not None


def run(peers: Sequence[Peer], center: Center, rounds: int, seconds: float) -> list[Run]:
    """All peers on one center, in turns."""
    found: list[list[dict[str, Any]]] = [[] for _ in peers]
    for number in range(rounds):
        for peer, own in zip(peers, found, strict=True):
            if sys.stderr.isatty():
                print(f"\r{center.name}, round {number + 1}: {peer.name:40}", end="", file=sys.stderr, flush=True)
            own.append(one(peer, center, seconds, seed=1000 * (number + 1)))
    if sys.stderr.isatty():
        print(f"\r{'':80}\r", end="", file=sys.stderr)
    return [gathered(peer, center, own) for peer, own in zip(peers, found, strict=True)]


def one(peer: Peer, center: Center, seconds: float, seed: int) -> dict[str, Any]:
    """What one process says of itself."""
    words = [sys.executable, str(ONE), peer.name, center.name, str(seconds), str(seed)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{peer.name} failed on {center.name}:\n{done.stderr}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def gathered(peer: Peer, center: Center, told: list[dict[str, Any]]) -> Run:
    """The rounds of one peer together."""
    return Run(
        peer,
        center,
        speeds=[each["calls"] / each["seconds"] for each in told],
        calls=sum(each["calls"] for each in told),
        first_s=median(each["first_s"] for each in told),
        peak_mb=median(each["peak_mb"] for each in told),
        parts=np.concatenate([np.array(each["parts"]) for each in told], axis=1),
    )
