"""Satisfaction, causes, minds and money on the page, the pictures and the terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from rich.console import Console

from sim.loading import load
from sim.measure.layout import People
from sim.measure.results import Results
from sim.people.register import REGISTER
from sim.report import (
    RunInfo,
    causes,
    mind,
    needs,
    people,
    print_summary,
    slide,
    style,
    tornado,
    waterfall,
    write_report,
)
from sim.report.assumed import FIRST, assumed, assumption
from sim.report.kpis import Kpi
from sim.report.outcomes import outcomes, owed
from sim.report.people_tables import people_tables
from sim.report.pictures import pictures
from sim.report.save import svg
from tests.report.plausible_people import NASTY as AGENT
from tests.report.plausible_people import with_people
from tests.report.shapes import NASTY, SHAPES, about, run


@cache
def peopled(shape: str) -> Results:
    """Results of a shape with people."""
    return with_people(run(shape))


def behavior(**parts: dict[str, float]) -> dict[str, object]:
    """The evidence group, or only the parts given."""
    found: dict[str, dict[str, float]] = {}
    for c in REGISTER:
        part, name = c.key.split(".")
        off = c.default if c.off is None else c.off
        found.setdefault(part, {})[name] = parts[part].get(name, off) if part in parts else off if parts else c.default
    return {"people": True, **found}


def told(shape: str) -> RunInfo:
    """What is told about a run with people, with goals for them."""
    base = about(shape, behavior=behavior())
    return replace(base, goals=replace(base.goals, csat=0.8, fcr=0.7))


@pytest.mark.parametrize(("shape", "width"), [
    *((shape, style.WIDE) for shape in SHAPES), ("queues", style.NARROW), ("week", style.NARROW)])
def test_every_picture_draws_with_words_at_its_axes(shape: str, width: float) -> None:
    shown = [p for p in pictures(peopled(shape), told(shape)) if p.of_people]
    assert {p.name for p in shown} >= {"mind", "needs", "people"}
    for picture in shown:
        figure = picture.draw(width)
        assert picture.caption.endswith(".") and "nan" not in picture.caption, picture.name
        bars = [ax for ax in figure.axes if ax.get_title("left") in ("CSAT, %", "AHT, s", "% of all")]
        for ax in figure.axes:
            if ax.has_data() and ax not in bars and picture.name in ("mind", "needs", "people"):
                assert ax.get_ylabel(), (picture.name, ax.get_title("left"))
        assert any(ax.get_xlabel() for ax in figure.axes) or not any(ax.has_data() for ax in figure.axes)


@pytest.mark.parametrize("what", ["satisfaction", "handle_time"])
def test_a_waterfall_leads_from_the_typical_contact_to_what_was_reached(what: str) -> None:
    fall = causes.fall(peopled("day"), what)
    assert fall is not None and fall.end.mean is not None
    assert fall.start + sum(step.mean or 0.0 for step in fall.steps) == pytest.approx(fall.end.mean, rel=1e-12)
    ax = waterfall.steps(fall)
    scale = 100 if what == "satisfaction" else 1
    at = fall.start * scale
    assert len(ax.patches) == len(fall.steps)
    for bar, step in zip(ax.patches, fall.steps, strict=True):
        assert bar.get_x() == pytest.approx(at) and bar.get_width() == pytest.approx(scale * (step.mean or 0.0))
        at += bar.get_width()
    assert at == pytest.approx(scale * fall.end.mean)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        fall.before, *(step.label for step in fall.steps), fall.after]


def test_losses_and_gains_have_colours_of_their_own() -> None:
    from matplotlib.colors import to_hex

    for what, good in (("satisfaction", 1), ("handle_time", -1)):
        fall = causes.fall(peopled("day"), what)
        assert fall is not None
        for bar, step in zip(waterfall.steps(fall).patches, fall.steps, strict=True):
            better = good * (step.mean or 0.0) > 0
            assert to_hex(bar.get_facecolor()).upper() == (waterfall.GAIN if better else waterfall.LOSS)


def test_a_cause_that_does_nothing_anywhere_is_left_out() -> None:
    fall = causes.fall(peopled("day"), "satisfaction")
    assert fall is not None and "Passed on" not in {step.label for step in fall.steps}
    assert "Passed on" not in " ".join(people_tables(peopled("day"), told("day"))[1].columns)


def test_each_queue_and_team_has_its_waterfall_on_one_scale() -> None:
    parts = causes.parts(peopled("queues"))
    assert [part.title.split()[0] for part in parts] == ["queue"] * causes.MOST_PARTS + ["team"] * 3
    figure = waterfall.small_waterfalls(parts)
    assert len({ax.get_xlim() for ax in figure.axes}) == 1 and len(figure.axes) == len(parts)
    assert causes.parts(peopled("day")) == []  # one queue, one team: both are the center


def test_each_part_has_its_handle_time_where_it_lies_and_as_wide_as_the_others() -> None:
    parts = causes.parts(peopled("queues"), "handle_time")
    assert [part.axis for part in parts] == ["handle time (seconds)"] * len(parts) and parts
    limits = [ax.get_xlim() for ax in waterfall.small_waterfalls(parts, one_scale=False).axes]
    widths = [high - low for low, high in limits]
    assert max(widths) - min(widths) < 1e-9 * max(widths)
    for part, (low, high) in zip(parts, limits, strict=True):
        assert low <= part.start <= high and part.end.mean is not None and low <= part.end.mean <= high


def test_the_needs_add_up_to_what_is_delivered_and_what_comes_of_it() -> None:
    got = needs.Needs.of(peopled("day"))
    table = peopled("day").needs
    assert table is not None
    rows = table.filter(pl.col("scope") == "center")
    much = rows.filter(pl.col("need") > 0.65, pl.col("contacts") > 0)
    csat = (much["csat"] * much["contacts"]).sum() / much["contacts"].sum()
    assert got.between(0.7, 1.0) == pytest.approx(csat)
    assert f"{100 * csat:.1f}" in needs.caption(peopled("day"))
    middle = rows.filter(pl.col("need") == 0.5)
    some = middle.filter(pl.col("contacts") > 0)
    content = (some["csat"] * some["contacts"]).sum() / some["contacts"].sum()
    assert got.content()[5] == pytest.approx(content)
    assert {line.get_label() for line in needs.contentment(peopled("day")).get_lines()} == {
        "empathy above 0.5", "all", "below 0.5"}
    assert got.mean[5] == pytest.approx((middle["delivered"] * middle["contacts"]).sum() / middle["contacts"].sum())


def test_the_mind_shows_what_the_results_say_on_a_scale_that_holds_it() -> None:
    table = run("day").intervals.filter(pl.col("scope") == "center", pl.col("open"))
    own = peopled("day").intervals.filter(pl.col("scope") == "center", pl.col("open"))
    for panel, column in ((mind.pressure, "pressure"), (mind.energy, "energy"), (mind.empathy, "empathy_delivered"),
                          (mind.csat, "csat")):
        ax = panel(peopled("day"))
        drawn = ax.get_lines()[0].get_ydata()
        assert len(drawn) == len(table) + 1 and np.allclose(drawn[:-1], own[column].to_numpy())
        low, high = ax.get_ylim()
        assert low <= own[f"{column}_low"].min() and high >= own[f"{column}_high"].max()
        assert high - low >= mind.LEAST - 1e-9


def test_agents_are_coloured_by_how_content_their_callers_are() -> None:
    who = people.People.of(peopled("day"))
    assert who.csat is not None and np.nanmax(who.csat) <= 1
    figure = people.people(peopled("day"))
    assert [ax.get_title("left") for ax in figure.axes if ax.get_title("left") == "CSAT, %"]
    assert people.People.of(run("day")).csat is None


def test_agents_whom_the_roster_names_are_called_by_their_names(tmp_path: Path) -> None:
    ax = people.traits(peopled("week"))
    assert {text.get_text() for text in ax.texts} >= {"Ana"}
    rows = next(t for t in people_tables(peopled("day"), told("day")) if t.title == "Agents whom the roster names").rows
    assert {row[0].text for row in rows} == {"Ana", AGENT}
    assert people.People.of(run("day")).name == [None] * len(people.People.of(run("day")).team)
    write_report(tmp_path, peopled("day"), told("day"))
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "&lt;b onclick=&#34;x&#34;&gt;" in page and "<b onclick" not in page


def frame(**changes: object) -> pl.DataFrame:
    """Two KPIs and three coefficients, one of which does nothing."""
    rows = []
    for kpi, label, unit, base in (("csat", "CSAT", "share", 0.75), ("net_per_week", "Net per week", "EUR", -4e4)):
        for k, (key, certainty) in enumerate((("talk.load", "M"), ("talk.listening", "A"), ("talk.calming", "A"))):
            rows.append({"coefficient": key, "label": key.upper(), "certainty": certainty, "kpi": kpi,
                         "kpi_label": label, "unit": unit, "low_value": -0.05, "high_value": 0.12,
                         "at_low": base * (1 - 0.1 * k), "at_base": base, "at_high": base * (1 + 0.05 * k), **changes})
    return pl.DataFrame(rows)


@pytest.mark.parametrize("width", [style.WIDE, style.NARROW])
def test_the_tornado_has_its_widest_bar_on_top_and_leaves_out_what_moves_nothing(width: float) -> None:
    figure = tornado.tornado(frame(), width, title="What moves CSAT and money in this center")
    assert [ax.get_title("left") for ax in figure.axes] == ["CSAT", "Net per week"]
    for ax, scale, base in zip(figure.axes, (100, 1), (75, -4e4), strict=True):
        names = [label.get_text().splitlines()[0] for label in ax.get_yticklabels()]
        assert names == ["TALK.CALMING", "TALK.LISTENING"]
        assert "\N{MINUS SIGN}0.05 to 0.12, assumed" in ax.get_yticklabels()[0].get_text()
        spans: dict[int, list[float]] = {}
        for bar in ax.patches:
            spans.setdefault(round(bar.get_y() + bar.get_height() / 2), []).append(bar.get_x() + bar.get_width())
            assert bar.get_x() == pytest.approx(base)
        assert sorted(spans[0]) == pytest.approx(sorted((0.8 * base, 1.1 * base)))
        assert ax.get_xlabel() == {100: "%", 1: "EUR"}[scale]


def test_a_tornado_of_nothing_says_so() -> None:
    assert "no coefficient moves it" in svg(tornado.tornado(frame(at_low=0.75, at_base=0.75, at_high=0.75))).decode()
    assert "no coefficient was changed" in svg(tornado.tornado(frame().clear())).decode()
    one = tornado.tornado(frame(), most=1)
    assert one.axes[0].get_xlabel() == "%; 1 more move it less"


def test_the_assumed_coefficients_are_those_at_work() -> None:
    every = {c.key for c in REGISTER if c.certainty == "A"}
    assert {c.key for c in assumed(behavior())} == every
    assert assumed({**behavior(), "people": False}) == [] and assumption(run("day"), about("day")) == ""
    only = {c.key for c in assumed(behavior(talk={"listening": 0.05, "load": 0.11}))}
    assert "talk.listening" in only and "talk.load" not in only and "talk.calming" not in only
    assert "pressure.queue_memory" not in only and "satisfaction.typical" in only


def test_coefficients_of_levers_that_nobody_uses_are_left_out() -> None:
    none, some = People(levers=frozenset()), People(levers=frozenset(("goodwill", "script")))
    every, left, right = ({c.key for c in assumed(behavior(), people)} for people in (None, none, some))
    lost = {"satisfaction.transfers", "temper.transfers", "talk.canned", "satisfaction.replies",
            "satisfaction.replies_tilt"}
    assert every - right == lost
    assert right - left == {"satisfaction.goodwill", "satisfaction.goodwill_scale", "empathy.script",
                            "empathy.held_back"}


def test_a_scenario_says_which_levers_it_uses() -> None:
    words = ["+queues.help.goodwill=5", "+queues.help.survey={offered: 0}",
             "teams.desk.skills={help: {level: 1, canned: 0.2}}"]
    used = [People.of(load(["calm", *more]).scenario) for more in ([], words)]
    assert [people and people.levers for people in used] == [{"survey"}, {"goodwill", "canned", "script"}]


def test_a_few_assumptions_are_named_and_of_many_those_that_matter_most() -> None:
    line = assumption(run("day"), told("day"))
    assert f"{len(assumed(behavior()))} assumed coefficients (above all {', '.join(FIRST)}) listed below" in line
    assert "what-if, not as findings" in line and "python -m sim sensitivity" in line and "\n" not in line
    few = {"people": True, "talk": {"listening": 0.05, "calming": 0.1}}
    assert "2 assumed coefficients (talk.listening, talk.calming):" in assumption(
        run("day"), about("day", behavior=few), brief=True)


def test_callers_who_are_owed_are_told_of_where_they_are_many() -> None:
    def of(repeats: float, later: float, unanswered: float, shape: str = "day") -> str:
        rows = [{"scope": "center", "name": "center", "kpi": kpi, "label": kpi, "unit": "contacts", "mean": mean,
                 "low": None, "high": None} for kpi, mean in (
                     ("repeats", repeats), ("repeats_owed", later), ("redials_owed", unanswered))]
        summary = pl.concat([peopled(shape).summary, pl.DataFrame(rows)], how="diagonal_relaxed")
        return owed(replace(peopled(shape), summary=summary))

    assert of(80, 20, 5) == "" and of(0, 0, 0) == ""
    assert of(79, 21, 5).startswith("26 more will call again after the run ends")
    assert "a week or more" in of(79, 21, 5)
    assert "a week or more" not in of(79, 21, 0, "week")


def test_causes_are_named_only_where_their_interval_leaves_out_zero() -> None:
    from matplotlib.colors import to_hex

    results = peopled("day")
    assert results.causes is not None
    unsure = results.causes.with_columns(
        low=pl.when(pl.col("cause").is_in(["unresolved", "load"])).then(pl.col("mean") - 99).otherwise("low"),
        high=pl.when(pl.col("cause").is_in(["unresolved", "load"])).then(pl.col("mean") + 99).otherwise("high"))
    blurred = replace(results, causes=unsure)
    assert "not resolved" in causes.most_lost(results) and "not resolved" not in causes.most_lost(blurred)
    assert "by load" in causes.why_handle_time(results) and "by load" not in causes.why_handle_time(blurred)
    fall = causes.fall(blurred, "satisfaction")
    assert fall is not None
    grey = {step.label for step, bar in zip(fall.steps, waterfall.steps(fall).patches, strict=True)
            if to_hex(bar.get_facecolor()).upper() == waterfall.UNSURE}
    assert grey == {"Not resolved"}
    captions = {p.name: p.caption for p in pictures(blurred, told("day"))}
    assert "Grey:" in captions["satisfaction"] and "Grey:" in captions["handle_time"]
    single = peopled("single")
    assert "too little to tell" in causes.most_lost(single) and "no cause can be told" in causes.why_handle_time(single)


def test_headlines_have_goals_and_amounts_their_currency() -> None:
    found = {line.label: line for line in outcomes(peopled("day"), told("day"))}
    assert found["CSAT"].verdict.value == "missed" and found["CSAT"].goal.startswith("at least 80")
    assert found["Net per week"].value.replace("\N{NO-BREAK SPACE}", " ") == "\N{MINUS SIGN}289,971 EUR"
    lost = 1 - (run("day").value("handled").mean or 0.0) / (run("day").value("offered").mean or 1.0)
    assert found["CSAT"].gauge is not None and found["CSAT"].note.startswith(f"of the handled; {100 * lost:.1f}")
    assert found["CSAT as surveyed"].note.startswith("of 210 who answered")
    assert outcomes(run("day"), about("day")) == []
    labels = [tile.label for tile in slide.tiles(peopled("day"), told("day"))]
    assert len(labels) == 6 and labels[-2:] == ["CSAT", "Cost per resolved case"]
    assert [tile.label for tile in slide.tiles(run("day"), about("day"))][-1] == "Handle time (AHT)"


def test_a_change_is_written_with_its_sign_and_interval() -> None:
    step = Kpi("Waiting", "share", -0.042, -0.046, -0.038)
    assert waterfall.signed(step).replace("\N{MINUS SIGN}", "-") == "-4.2 (-4.6 to -3.8)"
    assert waterfall.signed(Kpi("Waiting", "s", 12.0, None, None)) == "+12.0"


def test_the_page_tells_of_people_and_escapes_their_names(tmp_path: Path) -> None:
    write_report(tmp_path, peopled("queues"), told("queues"))
    page = (tmp_path / "report.html").read_text("utf-8")
    section = page[page.index('<section class="people"'):]
    for words in ("CSAT as surveyed", "FCR as measured", "Cost per resolved case", "Net per week",
                  "Where satisfaction is lost (points of CSAT)", "Money in 1 day (EUR)", "assumed coefficients",
                  "behavior.talk.listening", 'id="mind"', 'id="needs"', 'id="satisfaction_by_part"'):
        assert words in section, words
    assert "<script" not in page and "team &lt;script&gt;" in section and NASTY not in page
    assert (tmp_path / "plots" / "satisfaction.png").exists() and (tmp_path / "plots" / "handle_time.svg").exists()


def test_the_page_without_people_says_nothing_of_them(tmp_path: Path) -> None:
    write_report(tmp_path, run("day"), about("day"))
    page = (tmp_path / "report.html").read_text("utf-8")
    assert not re.search(r"CSAT|assumed|class=\"people\"", page[page.index("<body>"):])
    assert not (tmp_path / "plots" / "mind.png").exists()


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_terminal_tells_of_them_too(shape: str, width: int) -> None:
    said = StringIO()
    print_summary(peopled(shape), told(shape), None, Console(file=said, width=width))
    text = said.getvalue()
    assert "CSAT as surveyed" in text and "assumed coefficients" in text and "\N{MINUS SIGN}" not in text
    if width == 80 and shape == "day":
        assert re.search(r"^Net per week +-289,971 EUR +-296,571 to -283,371 *$", text, re.MULTILINE)
