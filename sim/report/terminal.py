"""The summary in the terminal: a table with intervals and goals, and where the folder is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.report import written
from sim.report.goals import Verdict, service_goal, verdict
from sim.report.headlines import headlines
from sim.report.kpis import kpis_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.measure import Results
    from sim.report.about import RunInfo

MOST_QUEUES = 12
COLOURS = {Verdict.MET: "green", Verdict.MISSED: "red", Verdict.UNCLEAR: "yellow", Verdict.NONE: ""}


def print_summary(results: Results, about: RunInfo, folder: Path | None, console: Console | None = None) -> None:
    """Print the headline figures, the queues if there are several, and where the folder is.

    Without a terminal behind it the table is plain ASCII, 80 wide, without colour.
    """
    from rich.console import Console

    console = console or Console(highlight=False)
    days = int(results.layout.days)
    runs = f"{results.count} replication{'s' if results.count != 1 else ''}"
    length = "" if days == 1 else f" of {days} days"
    took = "" if about.wall_s is None else f", {about.wall_s:.1f} s"
    say(console, f"{about.scenario}: {runs}{length}, seed {about.seed}, {about.engine} clock{took}")
    for warning in about.warnings:
        say(console, f"warning: {warning}", "yellow")
    console.print(_headlines(results, about, console))
    if len(kpis_of(results).names("queue")) > 1:
        console.print(_queues(results, console))
    if folder is not None:
        say(console, f"Report: {folder / 'report.html'}")


def say(console: Console, line: str, style: str = "") -> None:
    """Print one line as it is: no markup, no wrapping, nothing that the output cannot hold."""
    console.print(plain(line, console), style=style or None, markup=False, highlight=False, soft_wrap=True)


def plain(text: str, console: Console) -> str:
    """Text that the console can show: simple spaces and dashes, unknown letters as "?"."""
    text = text.replace(written.GLUE, " ").replace("–", "-").replace(written.MINUS, "-")
    text = "".join(c if c.isprintable() else "?" for c in text)
    encoding = console.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _headlines(results: Results, about: RunInfo, console: Console) -> Table:
    low_high = f"{100 * results.confidence:g} % interval"
    table = _table(console, "", "estimate", low_high, "goal", "")
    for line in headlines(results, about):
        _row(table, console, [line.label, line.value, line.interval, line.goal], line.verdict)
    return table


def _queues(results: Results, console: Console) -> Table:
    kpis = kpis_of(results)
    names = kpis.busiest(MOST_QUEUES)
    table = _table(console, "queue", "offered", "service level", "goal", "", "abandon", "ASA")
    for name in names:
        goal = service_goal(results, "queue", name)
        level = kpis("service_level", "queue", name)
        within = "" if goal.within_s is None else f" in {goal.within_s:g} s"
        cells = [written.short(name, 20), kpis("offered", "queue", name).text, level.full,
                 "" if goal.target is None else written.percent(goal.target, 0) + within]
        rest = [kpis("abandonment_rate", "queue", name).text, kpis("asa_s", "queue", name).text]
        _row(table, console, cells, verdict(level.mean, level.low, level.high, goal.target), rest)
    left_out = len(kpis.names("queue")) - len(names)
    if left_out > 0:
        table.caption = f"{left_out} more queues in the report"
    return table


def _table(console: Console, first: str, *others: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else box.MARKDOWN, pad_edge=False, padding=(0, 1),
                  header_style="bold")
    table.add_column(first, overflow="ellipsis")
    for name in others:
        table.add_column(name, justify="left" if name in ("goal", "") else "right", no_wrap=name != "goal")
    return table


def _row(table: Table, console: Console, cells: list[str], what: Verdict, rest: list[str] | None = None) -> None:
    from rich.text import Text

    texts = [Text(plain(cell, console)) for cell in cells]
    texts.append(Text(what.value, style=COLOURS[what]))
    table.add_row(*texts, *(Text(plain(cell, console)) for cell in rest or []))
