"""The page: report.html, whole in one file, readable offline, on a phone and on paper."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from sim.report import tables, words, written
from sim.report.goals import Verdict, service_goal
from sim.report.headlines import headlines
from sim.report.kpis import kpis_of

if TYPE_CHECKING:
    from jinja2 import Template

    from sim.measure.results import Results
    from sim.report.about import RunInfo

MARKS = {Verdict.MET: "✓", Verdict.MISSED: "✗", Verdict.UNCLEAR: "≈", Verdict.NONE: ""}
CLASSES = {Verdict.MET: "met", Verdict.MISSED: "missed", Verdict.UNCLEAR: "unclear", Verdict.NONE: ""}


class Shown(NamedTuple):
    """A picture on the page, drawn twice: for a wide screen or paper, and for a phone."""

    name: str
    title: str
    caption: str
    wide: str
    """a data address, as the next"""
    narrow: str


def shown(name: str, title: str, caption: str, wide: bytes, narrow: bytes) -> Shown:
    """A picture (SVG or PNG), ready to be put into the page."""
    return Shown(name, title, caption, _address(wide), _address(narrow))


def _address(picture: bytes) -> str:
    kind = "png" if picture.startswith(b"\x89PNG") else "svg+xml"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"


def page(results: Results, about: RunInfo, pictures: list[Shown]) -> str:
    """The whole page. Every name and text in it is escaped by the template."""
    told = words.answer(results)
    goal = service_goal(results)
    return template().render(
        about=about, answer=told, tiles=headlines(results, about), pictures=pictures,
        tables=tables.tables(results, about), facts=facts(results, about), terms=terms(results),
        confidence=written.percent(results.confidence, 1).replace(".0", ""), count=results.count,
        marks=MARKS, classes=CLASSES, level=kpis_of(results)("service_level").text, goal=goal, style=style_sheet())


@cache
def template() -> Template:
    """The template, with autoescape on and undefined names an error."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files("sim.report").joinpath("page.html.j2").read_text("utf-8"))


@cache
def style_sheet() -> str:
    """The style sheet of the page."""
    return files("sim.report").joinpath("page.css").read_text("utf-8")


def facts(results: Results, about: RunInfo) -> list[tuple[str, str]]:
    """What was run, as pairs of term and value."""
    days = int(results.layout.days)
    found = [
        ("Scenario", about.scenario),
        ("Simulated", f"{results.count} replication{'s' if results.count != 1 else ''} of "
                      f"{days} day{'s' if days != 1 else ''}, starting on a {_first_day(results)}"),
        ("Seed", str(about.seed)),
        ("Clock", about.engine),
    ]
    if about.wall_s is not None:
        found.append(("Computing time", f"{about.wall_s:.1f}{written.GLUE}s"))
    if about.finished is not None:
        found.append(("Finished", f"{about.finished:%Y-%m-%d %H:%M}"))
    if about.versions:
        found.append(("Versions", ", ".join(f"{name} {version}" for name, version in about.versions.items())))
    return found


def _first_day(results: Results) -> str:
    names = results.intervals["weekday"]
    return str(names[0]).capitalize() if len(names) else "day"


def terms(results: Results) -> list[tuple[str, str]]:
    """The figures in short, for a reader who meets them for the first time."""
    goal = service_goal(results)
    return [
        ("Offered", "contacts that reach the center, each attempt counted. They are handled, abandon, balk (leave "
                    "at once on meeting a wait), are blocked (no free line), called back, or are still inside at "
                    "the end: these add up to offered."),
        ("Service level", f"share of contacts answered {goal.threshold}. The "
                          "four usual ways to count abandoned contacts are listed above."),
        ("Chance of a good day", "share of simulated days whose service level meets the goal. A center whose "
                                 "average just equals the goal misses it on about every second day."),
        ("ASA", "average speed of answer: mean wait of the contacts that were answered."),
        ("AHT", "average handle time of handled contacts: talk, hold and wrap-up."),
        ("Occupancy", "share of staffed time (ready or with a contact) spent on contacts."),
        ("Utilization", "the same of paid time."),
        ("Shrinkage", "share of paid time away from the phones: breaks, lunch, training, meetings, absence."),
        ("Intervals", f"the small figures are {written.percent(results.confidence, 0)} confidence intervals over the "
                      "replications: they say how well the simulation knows a figure, not how much a day varies."),
    ]
