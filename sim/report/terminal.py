"""The summary in the terminal: a table with intervals and goals, and where the folder is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.report import words, written
from sim.report.assumed import assumption
from sim.report.causes import most_lost, shows_people
from sim.report.goals import ServiceGoal, Verdict, service_goal, verdict
from sim.report.headlines import Headline, headlines
from sim.report.kpis import kpis_of
from sim.report.outcomes import answered, outcomes, owed

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.measure.results import Results
    from sim.report.about import RunInfo

MOST_QUEUES = 12
LINE_NAMES = ("offered", "goal", "ASA")
"""columns whose cells do not speak for themselves outside of the table"""
NARROWEST = 10
"""columns below which nobody can read, so that it is no terminal's width"""
COLOURS = {Verdict.MET: "green", Verdict.MISSED: "red", Verdict.UNCLEAR: "yellow", Verdict.NONE: ""}


def print_summary(results: Results, about: RunInfo, folder: Path | None, console: Console | None = None) -> None:
    """Print the headline figures, the queues if there are several, and where the folder is.

    Without a terminal behind it the table is plain ASCII, 80 wide, without colour. Where a table finds no room, each of
    its rows is a line that may wrap.
    """
    from rich.console import Console

    console = console or Console(highlight=False)
    if console.width < NARROWEST:
        console.width = 80  # some pseudo-terminals say 0
    days = int(results.layout.days)
    runs = f"{results.count} replication{'s' if results.count != 1 else ''}"
    length = "" if days == 1 else f" of {days} days"
    took = "" if about.wall_s is None else f", {about.wall_s:.1f} s"
    say(console, f"{about.scenario}: {runs}{length}, seed {about.seed}, {about.engine} clock{took}")
    say(console, words.answer(results).headline, "bold")
    console.print()
    _print_table(_headlines(results, about, console), console)
    console.print()
    if shows_people(results):
        _print_people(results, about, console)
    if len(kpis_of(results).names("queue")) > 1:
        _print_table(_queues(results, console), console)
        console.print()
    if about.precision:
        say(console, f"Precision: {about.precision}")
    if about.sampling:
        say(console, f"Sampling: {about.sampling}")
    if about.warnings:
        many = len(about.warnings)
        say(console, f"{many} warning{'s' if many > 1 else ''}, told in the report", "yellow")
    if folder is not None:
        say(console, f"Report: {folder / 'report.html'}")


def _print_people(results: Results, about: RunInfo, console: Console) -> None:
    """Satisfaction, resolution and money; what costs most satisfaction; and what all this rests on."""
    lines = [line._replace(label=line.label.removesuffix(" case"), goal=line.goal.removeprefix("at least "),
                           interval=_bare(line)) for line in outcomes(results, about)]
    _print_table(_rows(lines, results, console), console)
    of = f"CSAT and resolution are {answered(results)}."
    for words_told in (of, most_lost(results), owed(results), assumption(results, about, brief=True)):
        if words_told:
            say(console, words_told)
    console.print()


def _bare(line: Headline) -> str:
    """The interval without the unit that the estimate beside it has, where that is a word: a currency."""
    unit = line.value.rpartition(written.GLUE)[2]
    return line.interval if unit == "%" else line.interval.removesuffix(written.GLUE + unit)


def say(console: Console, line: str, style: str = "") -> None:
    """Print one line as it is: no markup, no wrapping, nothing that the output cannot hold."""
    console.print(plain(line, console), style=style or None, markup=False, highlight=False, soft_wrap=True)


def plain(text: str, console: Console) -> str:
    """Text that the console can show: simple spaces and dashes, unknown letters as "?"."""
    plainer = ((written.GLUE, " "), (written.HOLD, ""), (written.DASH, "-"), (written.MINUS, "-"), ("±", "+/-"))
    for fine, simple in plainer:
        text = text.replace(fine, simple)
    text = "".join(c if c.isprintable() else "?" for c in text)
    encoding = console.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _print_table(table: Table, console: Console) -> None:
    """Print a table; where it is too wide, a line for each row: "Occupancy: 64.4 %, goal at most 85 %, met"."""
    if console.measure(table, options=console.options.update(width=1000)).maximum <= console.width:
        console.print(table)
        return
    heads = [str(column.header) for column in table.columns]
    for name, *cells in zip(*(column.cells for column in table.columns), strict=True):
        known = [(head, str(cell)) for head, cell in zip(heads[1:], cells, strict=True) if str(cell)]
        told = [f"{head} {text}" if head in LINE_NAMES else text for head, text in known]
        say(console, f"{name}: {', '.join(told)}")
    if table.caption:
        say(console, str(table.caption))


def _headlines(results: Results, about: RunInfo, console: Console) -> Table:
    return _rows(headlines(results, about), results, console)


def _rows(lines: list[Headline], results: Results, console: Console) -> Table:
    table = _table("", "estimate", f"{100 * results.confidence:g} % interval", "goal", "")
    goal = service_goal(results)
    for line in lines:
        aim = aim_of(goal) if line.goal == goal.words else line.goal
        _row(table, console, [line.label, line.value, line.interval, aim], line.verdict)
    return table


def aim_of(goal: ServiceGoal) -> str:
    """A goal in the fewest letters: "80 % in 20 s"."""
    if goal.target is None:
        return ""
    share = written.whole_percent(goal.target)
    return share if goal.within_s is None else f"{share} in {goal.within_s:g} s"


def _queues(results: Results, console: Console) -> Table:
    kpis = kpis_of(results)
    names = kpis.busiest(MOST_QUEUES)
    rows = []
    for name in names:
        goal = service_goal(results, "queue", name)
        level = kpis("service_level", "queue", name)
        cells = [kpis("offered", "queue", name).text, level.full, aim_of(goal)]
        what = verdict(level.mean, level.low, level.high, goal.target)
        rows.append((name, cells, what, kpis("asa_s", "queue", name).text))
    columns = ["offered", "service level", "goal", "", "ASA"]
    shown = [columns, *([*cells, what.value, asa] for _, cells, what, asa in rows)]
    taken = sum(max(map(len, column)) + 2 for column in zip(*shown, strict=True))
    most = max(10, console.width - taken - 2)
    table = _table("queue", *columns, most=most)
    for name, cells, what, asa in rows:
        _row(table, console, [written.short(name, most), *cells], what, asa)
    left_out = len(kpis.names("queue")) - len(names)
    if left_out > 0:
        table.caption = f"{left_out} more queues in the report"
    return table


def _table(first: str, *others: str, most: int = 30) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", caption_justify="left")
    table.add_column(first, overflow="crop", no_wrap=True, max_width=most)
    for name in others:
        table.add_column(name, justify="left" if name in ("goal", "") else "right", no_wrap=True)
    return table


def _row(table: Table, console: Console, cells: list[str], what: Verdict, *rest: str) -> None:
    from rich.text import Text

    texts = [Text(plain(cell, console)) for cell in cells]
    texts.append(Text(what.value, style=COLOURS[what]))
    table.add_row(*texts, *(Text(plain(cell, console)) for cell in rest))
