"""The page: report.html, whole in one file, readable offline, on a phone and on paper."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from sim.report import tables, words, written
from sim.report.assumed import assumption
from sim.report.causes import most_lost, shows_people
from sim.report.goals import Verdict, service_goal
from sim.report.headlines import Headline, headlines
from sim.report.kpis import kpis_of
from sim.report.outcomes import outcomes, owed
from sim.report.people_tables import people_tables

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
    of_people: bool = False


def shown(name: str, title: str, caption: str, wide: bytes, narrow: bytes, of_people: bool = False) -> Shown:
    """A picture (SVG or PNG), ready to be put into the page."""
    return Shown(name, title, caption, _address(wide), _address(narrow), of_people)


def _address(picture: bytes) -> str:
    kind = "png" if picture.startswith(b"\x89PNG") else "svg+xml"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"


def page(results: Results, about: RunInfo, pictures: list[Shown]) -> str:
    """The whole page. Every name and text in it is escaped by the template."""
    told = words.answer(results)
    goal = service_goal(results)
    return template().render(
        about=about, answer=told, tiles=headlines(results, about),
        pictures=[p for p in pictures if not p.of_people], people=people_section(results, about, pictures),
        tables=tables.tables(results, about), facts=facts(results, about), terms=terms(results),
        confidence=written.percent(results.confidence, 1).replace(".0", ""), count=results.count,
        marks=MARKS, classes=CLASSES, level=kpis_of(results)("service_level").text, goal=goal, style=style_sheet())


class Section(NamedTuple):
    """The section on people: satisfaction, resolution and money."""

    lead: str
    owed: str
    tiles: list[Headline]
    assumption: str
    pictures: list[Shown]
    tables: list[tables.Table]


def people_section(results: Results, about: RunInfo, pictures: list[Shown]) -> Section | None:
    """What the page tells of people; None without any."""
    if not shows_people(results):
        return None
    return Section(most_lost(results), owed(results), outcomes(results, about), assumption(results, about),
                   [p for p in pictures if p.of_people], people_tables(results, about))


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
    if about.precision:
        found.insert(2, ("Precision", about.precision))
    if about.sampling:
        found.insert(2, ("Sampling", about.sampling))
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


PEOPLE_TERMS = [
    ("CSAT", "expected share of handled contacts, not passed on, whose caller would give 4 or 5 of 5. As surveyed: the "
             "same share among those who were asked and answered, who are not like the others."),
    ("FCR", "first contact resolution: share of handled first contacts that are resolved without being passed on. As "
            "measured: those after which the same caller does not call again within 7 days of the run."),
    ("NPS", "net promoter score: share of callers who would give 9 or 10 of 10 less that of 6 or lower, in points."),
    ("Net", "less wages, lines, goodwill and the yearly value of customers expected to leave; per week only where "
            "whole weeks were simulated. A shift missed altogether is not paid."),
    ("Pressure", "how hurried an agent is by targets that are missed, 0 to 1, on average over contacts."),
]


def terms(results: Results) -> list[tuple[str, str]]:
    """The figures in short, for a reader who meets them for the first time."""
    goal = service_goal(results)
    return [
        *(PEOPLE_TERMS if shows_people(results) else []),
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
