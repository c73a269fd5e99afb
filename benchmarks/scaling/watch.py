"""A command and all processes that it starts: how long they take, and how much memory they have at once.

Memory is the proportional set size (PSS in /proc/PID/smaps_rollup, proc(5)) summed over the processes: a page that two
of them share counts half for each. Looked at every 0.2 s, so a peak that is over sooner is missed. Linux only.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

LOOK_S = 0.2


class Took(NamedTuple):
    """What a command took."""

    seconds: float
    cpu_s: float
    peak_mb: float
    told: dict[str, Any]
    """the JSON on its last line, if that is some"""


def took(words: Sequence[str]) -> Took:
    """Run Python with these words."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started, peak = time.perf_counter(), 0.0
    child = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    while child.poll() is None:
        peak = max(peak, sum(map(_pss_mb, _family(child.pid))))
        time.sleep(LOOK_S)
    seconds = time.perf_counter() - started
    assert child.stdout is not None
    lines = child.stdout.read().splitlines()
    if child.returncode:
        raise SystemExit(f"failed with status {child.returncode}: python {' '.join(words)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Took(seconds, cpu_s, peak, told)


def _family(first: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:  # gone meanwhile
            continue
        children.setdefault(parent, []).append(int(name))
    family = [first]
    for process in family:  # grows while it is walked
        family += children.get(process, [])
    return family


def _pss_mb(process: int) -> float:
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
    except (OSError, StopIteration):
        return 0.0
