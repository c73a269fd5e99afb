"""Every picture draws for every shape of run, names its units, and is the same again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.report import day, people, slide, style, target, teams, waits, write_report
from sim.report.pictures import pictures
from sim.report.save import svg
from sim.report.timeline import Timeline
from tests.report.plausible import results
from tests.report.shapes import LONG, NASTY, SHAPES, about, run


@pytest.mark.parametrize(("shape", "width"), [
    *((shape, style.WIDE) for shape in SHAPES), ("queues", style.NARROW), ("week", style.NARROW)])
def test_every_axis_has_words(shape: str, width: float) -> None:
    for picture in pictures(run(shape), about(shape)):
        figure = picture.draw(width)
        assert picture.caption.endswith(".") and "nan" not in picture.caption
        for ax in figure.axes:
            drawn = ax.has_data() and ax.get_title("left") != "AHT, s"
            if drawn and picture.name not in ("target", "paid_time"):
                assert ax.get_ylabel(), (picture.name, ax.get_title("left"))
        below = [ax for ax in figure.axes if ax.get_xlabel()]
        assert below or not any(ax.has_data() for ax in figure.axes), picture.name


@pytest.mark.parametrize("shape", SHAPES)
def test_the_variant_of_the_service_level_is_printed_beside_it(shape: str) -> None:
    title = " ".join(day.service_level(run(shape)).get_title("left").split(" "))
    assert title == "Service level, goal 80\N{NO-BREAK SPACE}% within 20\N{NO-BREAK SPACE}s, of offered"
    assert "of offered" in svg(target.target(run(shape))).decode()


def test_the_goal_line_and_the_band_are_where_the_results_say() -> None:
    table = run("day").intervals.filter(run("day").intervals["scope"] == "center")
    ax = day.service_level(run("day"))
    level, goal = ax.get_lines()[0], ax.get_lines()[1]
    there = table.filter(table["open"])
    assert np.allclose(level.get_ydata()[:-1], there["service_level"].to_numpy())
    assert set(goal.get_ydata()) == {0.8}
    low, high = there["service_level_low"].min(), there["service_level_high"].max()
    band = ax.collections[0].get_paths()[0].get_extents()
    assert band.y0 == pytest.approx(low) and band.y1 == pytest.approx(high)


def test_handled_and_abandoned_are_stacked_up_to_offered() -> None:
    ax = day.volume(run("day"))
    tops = sorted(collection.get_paths()[0].get_extents().y1 for collection in ax.collections[:2])
    table = run("day").intervals.filter(run("day").intervals["scope"] == "center")
    assert tops[1] == pytest.approx(table["offered"].max()) and tops[0] == pytest.approx(table["handled"].max())


def test_a_day_shows_its_hours_a_week_its_days_and_a_month_one_slot_a_day() -> None:
    line, week, month = (Timeline.of(run(shape)) for shape in ("day", "week", "month"))
    assert (line.opens_s, line.closes_s, line.slots) == (8 * 3600, 20 * 3600, 24)
    assert week.slots == 7 * 12 and not week.daily
    assert month.daily and month.slots == 30
    offered = month.contacts(run("month"), "offered")
    table = run("month").intervals.filter(run("month").intervals["scope"] == "center")
    assert offered.sum() == pytest.approx(table["offered"].sum())


def test_the_waits_of_the_histogram_add_up() -> None:
    got = waits.Histogram.of(run("day"), "center", "center")
    answered = got.at_once + got.answered.sum()
    assert answered == pytest.approx(run("day").value("handled").mean)
    assert answered + got.abandoned.sum() == pytest.approx(run("day").value("offered").mean)
    assert got.from_s[-1] < 4 * 60 < got.longest_s


def test_the_effect_of_speed_is_found_again() -> None:
    # The maker gives ln AHT a slope of -0.15 an sd and a noise of 0.13: se = 0.13 / sqrt(300 points) = 0.0075.
    effect = people.speed_effect(run("day"))
    assert effect is not None
    assert abs(np.log(effect.factor) + 0.15) < 4 * 0.0075
    assert effect.low < effect.factor < effect.high
    assert people.speed_effect(results(heads=3, replications=1)) is None


def test_traits_that_stay_the_same_give_one_point_an_agent() -> None:
    assert len(people.People.of(run("week")).speed) == 40
    assert len(people.People.of(run("day")).speed) > 40


def test_names_are_drawn_as_they_are() -> None:
    drawn = svg(day.queues(run("queues"))).decode()
    assert "&lt;script&gt;alert" in drawn and "<script" not in drawn
    assert "$x^2$" in svg(teams.paid_time(run("queues"), width=20)).decode() or NASTY[:12] not in drawn
    assert LONG not in drawn


@pytest.mark.filterwarnings("error")
def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_report(tmp_path / name, run("queues"), about("queues"))
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert {path.name for path in files} >= {"report.html", "day.png", "day.svg", "summary.png", "queues.svg"}
    for path in files:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), path


def test_the_slide_has_the_headline_and_four_panels() -> None:
    figure = slide.slide(run("day"), about("day"))
    assert len(figure.axes) == 4 and tuple(figure.get_size_inches()) == slide.SIZE
    assert any(text.get_text().startswith("Service level") for text in figure.texts)


def test_heavy_packages_wait_and_pyplot_is_never_imported() -> None:
    code = ("import sys, sim.report; assert not {'matplotlib', 'jinja2', 'scipy.stats'} & set(sys.modules);"
            "from tests.report.shapes import run, about; from sim.report.pictures import pictures;"
            "[p.draw(7.6) for p in pictures(run('day'), about('day'))];"
            "assert 'matplotlib.pyplot' not in sys.modules and 'scipy.stats' not in sys.modules")
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
