"""The figures as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import NamedTuple

from axes import Axis
from clusters import Cost
from watch import Took

PARTS = ("drawing", "moving", "counting")


class Measured(NamedTuple):
    """One size of an axis, and what it took."""

    axis: Axis
    size: int
    took: Took

    @property
    def each_us(self) -> float | None:
        """Processor microseconds for a contact, where the run tells."""
        told = self.took.told
        return sum(told[part] for part in PARTS) / told["contacts"] * 1e6 if told else None


def table(found: Sequence[Measured]) -> str:
    """A row for each size."""
    lines = ["| | | wall s | CPU s | memory, MB | µs a contact | power |", "|---" * 7 + "|"]
    for one, before in zip(found, [None, *found], strict=False):
        same = before is not None and before.axis.name == one.axis.name
        name = "" if same else f"{one.axis.name}: {one.axis.what}"
        each = "" if one.each_us is None else f"{one.each_us:.2f}"
        power = growth(before, one) if same and before is not None and not each else ""
        took = f"{one.took.seconds:.1f} | {one.took.cpu_s:.1f} | {one.took.peak_mb:,.0f}"
        lines.append(f"| {name} | {one.size:,} {one.axis.unit} | {took} | {each} | {power} |")
    return "\n".join(lines)


def busy(load: float) -> str:
    """What is to be said of a machine with that load average before the start; nothing of a quiet one."""
    if load < 0.5:
        return ""
    return f"\n\nWhile other programs used the machine (load {load:.0f} before the start): wall times are too long."


def growth(one: Measured, more: Measured) -> str:
    """The power of the size with which processor time has grown since the size before: 1 = in proportion."""
    return f"{log(more.took.cpu_s / one.took.cpu_s) / log(more.size / one.size):.2f}"


def cluster_table(costs: Sequence[Cost], task_bytes: int, answer_bytes: int) -> str:
    """Start-up and cost of a task by who does it, and what is sent."""
    lines = ["| two workers of this machine | start-up | each task |", "|---|---|---|"]
    lines += [f"| {cost.kind} | {cost.start_s:.1f} s | {cost.task_ms:.1f} ms |" for cost in costs]
    sent = f"A point of a sweep of `peak` is sent as {task_bytes / 1024:.0f} kB and comes back as"
    return "\n".join([*lines, "", f"{sent} {answer_bytes / 1024:.0f} kB for a replication."])


def put(page: Path, name: str, text: str) -> None:
    """Replace what stands on a page between `<!-- NAME begins -->` and `<!-- NAME ends -->`."""
    begins, ends = f"<!-- {name} begins -->", f"<!-- {name} ends -->"
    found = re.sub(f"{begins}.*?{ends}", lambda _: f"{begins}\n{text}\n{ends}", page.read_text(), flags=re.DOTALL)
    if begins not in found:
        raise SystemExit(f"{page} has no place for the table: it needs {begins} and {ends}")
    page.write_text(found)
