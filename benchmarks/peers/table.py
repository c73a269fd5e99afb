"""The figures as text: each peer held against the exact answer, and the table for docs/performance.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from calls import allowed, held, measures
from measure import Run
from models import CENTERS, Center
from peers import COMPILED


def figures(runs: Sequence[Run], center: Center, exact: Mapping[str, float]) -> tuple[str, bool]:
    """(a line for each peer with every figure and its distance from exact, whether all are right)."""
    wanted = measures(center)
    lines = [f"{'':28}{'calls':>12}  " + "  ".join(f"{m.name:>17}" for m in wanted)]
    lines.append(f"{'exact':40}  " + "  ".join(f"{exact[m.name]:10.4f}{'off':>7}" for m in wanted))
    good = True
    for run in runs:
        all_of_it = held(run.parts, wanted, exact)
        most = allowed(len(wanted) * len(runs) * len(CENTERS), run.parts.shape[1])
        good &= all(abs(each.off) <= most for each in all_of_it)
        figures = (f"{each.value:10.4f}{each.off:+6.1f}{' ' if abs(each.off) <= most else '!'}" for each in all_of_it)
        lines.append(f"{run.peer.name:28}{run.calls:12,}  " + "  ".join(figures))
    return "\n".join([*lines, "off: standard errors from exact; ! = more than chance allows"]), good


def markdown(runs: Sequence[Run]) -> str:
    """The table: speed on each center, beside the compiled clock, memory and lines."""
    names = [center.name for center in CENTERS.values()]
    beside = "beside the compiled clock"
    lines = [f"| | Erlang-A, calls/s | {beside} | two skills, calls/s | {beside} | memory | lines |", "|---" * 7 + "|"]
    peers = {run.peer.name: run.peer for run in runs}
    for name, peer in peers.items():
        cells = []
        for center in names:
            run = of(runs, name, center)
            cells += [rounded(run.speed), ratio(run, of(runs, COMPILED, center))] if run else ["cannot", ""]
        memory = max(run.peak_mb for run in runs if run.peer.name == name)
        lines.append(f"| {titled(name, peer.package)} | {' | '.join(cells)} | {memory:.0f} MB | {peer.lines()} |")
    return "\n".join(lines)


def titled(name: str, package: str) -> str:
    """A peer's name with the version that took part."""
    try:
        return f"{name} ({version(package)})" if package else name
    except PackageNotFoundError:
        return name


def of(runs: Sequence[Run], peer: str, center: str) -> Run | None:
    """The run of a peer on a center, if there is one."""
    return next((run for run in runs if run.peer.name == peer and run.center.name == center), None)


def rounded(speed: float) -> str:
    """Two significant digits above a thousand: 2,300,000; 73,000."""
    step = 10 ** max(0, len(str(int(speed))) - 2)
    return f"{round(speed / step) * step:,}"


def ratio(run: Run, beside: Run | None) -> str:
    """How many times as fast as the other in the same round: median, and range over the rounds."""
    if beside is None or run is beside:
        return "1" if run is beside else ""
    ratios = [mine / its for mine, its in zip(run.speeds, beside.speeds, strict=True)]
    low, middle, high = (short(value) for value in (min(ratios), median(ratios), max(ratios)))
    return f"{middle} ({low} to {high})" if low != high else middle


def short(value: float) -> str:
    """5.2, 0.93, or 1/31 below a half."""
    return f"{value:.2g}" if value >= 0.5 else f"1/{1.0 / value:.2g}" if value > 0.01 else f"1/{1.0 / value:,.0f}"


def put(page: Path, name: str, text: str) -> None:
    """Replace what stands on a page between `<!-- NAME begins -->` and `<!-- NAME ends -->`."""
    begins, ends = f"<!-- {name} begins -->", f"<!-- {name} ends -->"
    found = re.sub(f"{begins}.*?{ends}", lambda _: f"{begins}\n{text}\n{ends}", page.read_text(), flags=re.DOTALL)
    if begins not in found:
        raise SystemExit(f"{page} has no place for the table: it needs {begins} and {ends}")
    page.write_text(found)
