"""What is made larger, and the command for each size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

INSIDE = Path(__file__).with_name("inside.py")
A_DAY_OF = 1_000
"""Agents whose one day has 456,000 contacts."""
A_DAY = 20_800.0
"""Contacts of a reference day, repeat calls included."""


class Axis(NamedTuple):
    """Something that grows."""

    name: str
    unit: str
    sizes: tuple[int, ...]
    command: Callable[[int, str], list[str]]
    """words for Python, given a size and an empty folder"""
    what: str
    grows: bool = True
    """whether there is more to do in proportion to the size"""


def agents(rule: str) -> Callable[[int, str], list[str]]:
    """One queue at 95 % load, with as many contacts at every size: more days of few agents, a part of a day of many."""

    def command(size: int, _: str) -> list[str]:
        words = [f"teams.servers.staffing.agents={size}", f"queues.calls.arrivals.per_hour={19 * size}"]
        if size > A_DAY_OF:
            minutes = round(24 * 60 * A_DAY_OF / size)
            words.append(f"queues.calls.open=00:00-{minutes // 60:02}:{minutes % 60:02}")
        return [str(INSIDE), str(max(1, A_DAY_OF // size)), "erlang_a", *words, f"routing.pick_agent={rule}"]

    return command


def contacts(size: int, _: str) -> list[str]:
    """The reference day with everything that people do, day after day in one run."""
    days = max(1, round(size / A_DAY))
    return [str(INSIDE), "1", "reference_day", f"days={days}", f"demand.scale={size / A_DAY / days:.3f}"]


def replications(size: int, folder: str) -> list[str]:
    """A small center, the whole program without pictures."""
    return ["-m", "sim", "calm", f"replications={size}", "report=tables", f"output={folder}/run"]


def points(size: int, folder: str) -> list[str]:
    """A sweep of a small center over two factors, two replications a point, pictures and page included."""
    across = min(size, 100)
    staff = ",".join(f"{0.8 + 0.4 * k / across:.4f}" for k in range(across))
    target = ",".join(f"{200 + k}" for k in range(size // across))
    words = [f"staffing.scale={staff}", f"goals.aht_target={target}", "replications=2", f"output={folder}/sweep"]
    return ["-m", "sim", "sweep", "calm", *words]


def axes(quick: bool) -> list[Axis]:
    """All that is measured; quick: what takes a minute."""
    ten = (10, 100) if quick else (10, 100, 1_000, 10_000)
    contacted = (10_000,) if quick else (10_000, 100_000, 1_000_000, 10_000_000)
    repeated = (2, 10) if quick else (2, 10, 100, 1_000, 10_000)
    swept = (4,) if quick else (10, 100, 1_000, 10_000)
    return [
        Axis("agents", "agents", ten, agents("longest_idle"), "456,000 contacts, longest idle first", False),
        Axis("agents by speed", "agents", ten, agents("fastest"), "the same, fastest first of all idle", False),
        Axis("contacts", "contacts", contacted, contacts, "reference days with behavior, one run"),
        Axis("replications", "replications", repeated, replications, "calm, 800 contacts each"),
        Axis("sweep points", "points", swept, points, "calm, two replications each"),
    ]
