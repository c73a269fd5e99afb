"""The explorer in a real browser: its figures are those of the sweep, and nobody is left out."""

from __future__ import annotations

import base64
import csv
import dataclasses
import hashlib
import json
import math
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import numpy as np
import pytest

from sim.measure.evidence import t_quantile
from sim.report import written
from sim.report.sweeps.explorer import explorer_section
from sim.report.sweeps.explorer_data import data
from sim.report.sweeps.page import page as whole_page
from sim.study.comparison.differences import linear, unpaired
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.sweep import Point, Sweep
from sim.study.variants import Figures
from tests.browser import CHROMIUM, browser
from tests.report import sweeps
from tests.report.shapes import NASTY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]
browsing = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
START = {"staffing.scale": "1", "goals.aht_target": "240", "behavior": "evidence"}
Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def one() -> Sweep:
    return sweeps.sweep(replications=12)


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a sweep's page; whatever goes wrong in it, or is asked of a network, fails the test."""
    said: list[str] = []
    pages: list[Page] = []

    def open_page(sweep: Sweep, fragment: str = "", width: int = 1280, **more: Any) -> Page:
        file = tmp_path / "explorer.html"
        file.write_text(explorer_page(sweep), "utf-8")
        page = browser.new_page(viewport={"width": width, "height": 900}, **more)
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: said.extend([asked.url] * (not asked.url.startswith(file.as_uri()))))
        page.goto(file.as_uri() + fragment)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert said == []


def point(sweep: Sweep, *values: Any) -> Point:
    return next(point for point in sweep.points if point.values == values)


def tile(page: Page, key: str, part: str = "value") -> str:
    return page.locator(f"#ex-tile-{key} .{part}").inner_text()


def expected(sweep: Sweep, at: Point, key: str) -> tuple[str, str]:
    """Value and interval as the report writes them."""
    found, k, unit = sweep.estimate(key), sweep.done.index(at), sweep.kpi(key).unit
    low, high = float(found.low[k]), float(found.high[k])
    return written.figure(float(found.mean[k]), unit), written.interval(low, high, unit)


def soon(true: Callable[[], bool]) -> None:
    """Waits for what comes a moment later; the page's policy forbids to wait inside of it."""
    end = time.monotonic() + 10.0
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    assert true()


def explorer_page(sweep: Sweep) -> str:
    """A sweep's page without pictures."""
    return whole_page(sweep, Plot.of({}, sweep), [], {}, explorer_section(sweep))


def slide(page: Page, label: str, place: int) -> None:
    page.get_by_label(label).fill(str(place))


# ---------------------------------------------------------------- without a browser


def test_the_policy_knows_the_script_by_its_hash_and_nothing_else(one: Sweep) -> None:
    page = explorer_page(one)
    script = page[page.rindex("<script>") + len("<script>") : page.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].replace("&#39;", "'") == (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'")  # fmt: skip
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "") and "https:" not in page


def test_a_sweep_without_figures_has_no_explorer(one: Sweep) -> None:
    nothing = Sweep("peak", one.axes, one.points[-1:], 0.95)
    assert explorer_section(nothing) is None


def test_the_file_stays_small() -> None:
    hundred = sweeps.sweep(tuple(np.linspace(0.8, 1.2, 10)), tuple(np.arange(200.0, 300.0, 20.0)), replications=20)
    assert len(hundred.points) == 100
    part = explorer_section(hundred)
    assert part is not None
    assert len(part.html) + len(part.style) + len(part.script) < 290_000  # of the page: the rest is the table of points
    part = explorer_section(hundred)
    assert part is not None and len(part.style) + len(part.script) < 75_000


def test_ten_thousand_points_leave_out_what_would_not_fit() -> None:
    found = sweeps.sweep((1.0,), (300.0,), replications=4, fails=False)
    many = tuple(found.points[0]._replace(values=(k // 100 / 100, float(k % 100), "evidence")) for k in range(10_000))
    axes = sweeps.axes_of(["staffing.scale", "goals.aht_target", "behavior"], [each.values for each in many])
    sweep = Sweep("peak", axes, many, 0.95)
    told = data(sweep)
    assert told["course"] is None and "10,000 points" in told["no_course"]
    assert len(explorer_page(sweep)) < 6_000_000


@pytest.mark.parametrize(
    ("typed", "single"),
    [
        ("sweep +scenario=peak staffing.scale=1,2 replications=8 plot.x=csat", "+scenario=peak replications=8 seed=3"),
        ("-m ./mine.yaml behavior=a,b output=there seed=4", "./mine.yaml seed=4"),
        ("sweep study=staff_by_target workers=2 seed=4", "seed=4 +scenario=peak replications=30"),
        ("", "+scenario=peak seed=3"),
        ("sweep +scenario=peak 'teams.a b.agents=3'", "+scenario=peak 'teams.a b.agents=3' seed=3"),
    ],
)
def test_the_command_is_that_of_a_single_run(one: Sweep, typed: str, single: str) -> None:
    sweep = dataclasses.replace(one, command=f"python -m sim {typed}" if typed else "")
    assert data(sweep)["command"] == f"python -m sim {single}"
    assert data(sweep)["axes"][2]["words"] == ["behavior=evidence", "behavior=none"]


def test_no_command_is_better_than_a_wrong_one(one: Sweep) -> None:
    assert data(dataclasses.replace(one, command="python -m sim sweep study=gone"))["command"] == ""


def test_a_key_that_a_point_does_not_set_is_not_in_its_command(one: Sweep) -> None:
    """Points that a study names may set different keys."""
    points = (one.points[0]._replace(name="staffing.scale=0.9,trunks=null", values=(0.9, None)),
              one.points[1]._replace(name="staffing.scale=1.0,trunks=9", values=(1.0, 9)))  # fmt: skip
    sweep = Sweep("peak", sweeps.axes_of(["staffing.scale", "trunks"], [each.values for each in points]), points, 0.95)
    assert data(sweep)["axes"][1]["words"] == ["trunks=null", "trunks=9"]
    unset = dataclasses.replace(sweep, points=(points[0]._replace(name="staffing.scale=0.9"), points[1]))
    assert data(unset)["axes"][1]["words"] == ["", "trunks=9"]
    assert data(unset)["axes"][1]["texts"][0] == "as it is"


# ---------------------------------------------------------------- in the browser


@browsing
@pytest.mark.parametrize("width", [360, 390, 700, 1280])
def test_it_fits_and_shows_what_was_swept(opened: Open, one: Sweep, width: int) -> None:
    page = opened(one, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.locator(".ex-pin").click()
    slide(page, "Staff", 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".ex-tiles .tile").count() == 9
    assert page.locator(".ex-card").count() == len(sweeps.CURVES)


@browsing
def test_sliders_show_exactly_the_figures_of_the_sweep(opened: Open, one: Sweep) -> None:
    page = opened(one)
    for place, scale in enumerate((0.9, 1.0, 1.1)):
        slide(page, "Staff", place)
        at = point(one, scale, 240.0, "evidence")
        for kpi in one.kpis:
            assert (tile(page, kpi.key), tile(page, kpi.key, "between").strip()) == expected(one, at, kpi.key)
    page.get_by_label("none").check()
    at = point(one, 1.1, 240.0, "none")
    assert tile(page, "service_level") == expected(one, at, "service_level")[0]


@browsing
def test_curves_follow_and_show_each_interval(opened: Open, one: Sweep) -> None:
    page = opened(one)
    before = page.locator("#ex-curve-service_level .ex-line").get_attribute("d")
    slide(page, "Staff", 0)
    assert page.locator("#ex-curve-service_level .ex-line").get_attribute("d") != before
    at = point(one, 0.9, 240.0, "evidence")
    for key, unit in (("service_level", "share"), ("asa_s", "s"), ("offered", "contacts")):
        course = one.course(at, key)
        assert course is not None
        area = page.locator(f"#ex-curve-{key} .ex-chart")
        area.focus()
        page.keyboard.press("Escape")
        for slot in (sweeps.FIRST, sweeps.FIRST + 1, sweeps.FIRST + 2):
            page.keyboard.press("ArrowRight")
            assert page.locator(".ex-slot").inner_text() == written.span(slot * sweeps.STEP, sweeps.STEP).replace(
                written.HOLD, "")  # fmt: skip
            shown = page.locator(f"#ex-curve-{key} .ex-said").inner_text()
            low, high = max(0.0, float(course[1].low[slot])), float(course[1].high[slot])
            high = min(1.0, high) if unit == "share" else high
            text = f"{written.figure(float(course[1].mean[slot]), unit)} ({written.bare_interval(low, high, unit)})"
            # 16 bits a figure: 1/65,000 of the largest, which can turn the last digit of a rounded one
            for mine, theirs in zip(numbers(shown), numbers(text), strict=True):
                assert mine == pytest.approx(theirs, abs=0.11 if unit == "share" else 1.01)


def numbers(text: str) -> list[float]:
    return [float(each.replace(",", "")) for each in re.findall(r"[\d,]+(?:\.\d+)?", text)]


@browsing
def test_pinned_points_are_compared_in_pairs_as_the_sweep_does(opened: Open, one: Sweep) -> None:
    page = opened(one)
    page.locator(".ex-pin").click()
    slide(page, "Staff", 2)
    page.locator(".ex-pin").click()
    slide(page, "Handle-time target", 1)
    shown = point(one, 1.1, 300.0, "evidence")
    pins = (point(one, 1.0, 240.0, "evidence"), point(one, 1.1, 240.0, "evidence"))
    rows = page.locator(".ex-compare tbody tr")
    for kpi in one.kpis:
        row = rows.filter(has=page.locator("th", has_text=re.compile(f"^{re.escape(label(page, kpi.key))}$")))
        for k, pin in enumerate(pins):
            paired = figures(one, shown, kpi.key).less(figures(one, pin, kpi.key), one.confidence)
            mean, low, high = json.loads(row.locator("td[data-gap]").nth(k).get_attribute("data-gap") or "")
            slack = rounding(figures(one, shown, kpi.key), figures(one, pin, kpi.key))
            assert mean == pytest.approx(float(paired.mean[0]), abs=slack)
            assert low == pytest.approx(float(paired.low[0]), abs=slack)
            assert high == pytest.approx(float(paired.high[0]), abs=slack)
    assert "12 pairs of replications with the same random numbers" in page.locator(".ex-compare").inner_text()


def rounding(one: Figures, other: Figures) -> float:
    """How far a limit can be off: means have 7 digits, and what each replication adds is rounded to 1/32,000 of the
    largest, e at most, which moves sqrt(sum d² / (n (n - 1))) by at most e / sqrt(n - 1); and with the skewness as much
    again and again."""
    steps = sum(float(np.abs(linear(each)).max()) / 32_000.0 * 0.5 for each in (one, other))
    n = len(one.tops)
    size = max(abs(float(each.mean()[0])) for each in (one, other))
    return 3.0 * float(t_quantile(0.95, np.array(n - 1.0))) * 1.01 * steps / math.sqrt(n - 1) + 1.1e-6 * size


def figures(sweep: Sweep, at: Point, key: str) -> Any:
    return sweep.figures(key)[sweep.done.index(at)]


def label(page: Page, key: str) -> str:
    return page.locator(f"#ex-tile-{key} h3").inner_text()


@browsing
def test_differences_that_are_not_paired_say_so(opened: Open, monkeypatch: pytest.MonkeyPatch, one: Sweep) -> None:
    monkeypatch.setattr("sim.report.sweeps.explorer_data.PAIR_BYTES", 100)
    page = opened(one)
    page.locator(".ex-pin").click()
    slide(page, "Staff", 2)
    text = page.locator(".ex-compare").inner_text()
    assert "not paired" in text and "wider than they need be" in text
    gap = json.loads(page.locator("td[data-gap]").first.get_attribute("data-gap") or "")
    pair = (figures(one, point(one, scale, 240.0, "evidence"), "service_level") for scale in (1.1, 1.0))
    welch = unpaired(*pair, one.confidence)
    # its degrees of freedom are cut to whole ones, so that the interval may be a little wider
    assert gap[0] == pytest.approx(welch.mean, abs=1e-6)
    assert 0.999 * (welch.high - welch.low) <= gap[2] - gap[1] <= 1.03 * (welch.high - welch.low)


@browsing
def test_replications_that_both_have_are_paired(opened: Open, one: Sweep) -> None:
    """A point that was stopped early: the pairs are those of its replications."""
    from sim.study.observed import chosen

    points = list(one.points)
    whole = points[0].observed
    assert whole is not None
    points[0] = points[0]._replace(observed=chosen(whole, range(5)), status="stopped", reason="by hand")
    sweep = Sweep("peak", one.axes, tuple(points), 0.95)
    page = opened(sweep, "#staffing.scale=0.9&goals.aht_target=240&behavior=evidence")
    assert "stopped" in page.locator(".ex-trouble").inner_text()
    page.locator(".ex-pin").click()
    slide(page, "Staff", 1)
    assert "5 pairs" in page.locator(".ex-compare").inner_text()


@browsing
def test_a_failed_point_says_why_and_one_that_is_not_there_says_so(opened: Open) -> None:
    page = opened(sweeps.sweep(leave_out=(0,)))
    page.locator(".ex-absent summary").click()
    page.locator(".ex-absent .ex-go").click()
    assert "This combination failed. " + sweeps.REASON in page.locator(".ex-trouble").inner_text()
    assert not page.locator(".ex-tiles").is_visible()
    slide(page, "Staff", 0)
    slide(page, "Handle-time target", 0)
    page.get_by_label("evidence").check()
    assert "not simulated" in page.locator(".ex-trouble").inner_text()
    page.locator(".ex-trouble button").click()
    assert page.locator(".ex-tiles").is_visible()


@browsing
def test_the_map_tells_of_a_point_and_goes_there(opened: Open, one: Sweep) -> None:
    page = opened(one)
    plot = page.locator(".ex-plot")
    plot.focus()
    page.keyboard.press("ArrowRight")
    tip = plot.locator(".ex-tip").inner_text()
    assert "taff" in tip and re.search(r"Service level [\d.]+\s%\s\([\d.]+ to [\d.]+\)", tip)
    page.keyboard.press("Enter")
    assert page.locator(".ex-name").inner_text() in tip
    there = page.locator(".ex-name").inner_text()
    slide(page, "Staff", 0)
    assert page.locator(".ex-name").inner_text() != there

    ring = page.locator(".ex-ring.ex-here").bounding_box()
    assert ring is not None
    slide(page, "Staff", 2)
    page.mouse.move(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    assert "taff \N{MINUS SIGN}10" in plot.locator(".ex-tip").inner_text()
    page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    assert "taff \N{MINUS SIGN}10" in page.locator(".ex-name").inner_text()
    page.get_by_label("Across").select_option("asa_s")
    assert "Speed of answer" in (plot.get_attribute("aria-label") or "")


@browsing
def test_the_address_keeps_the_view(opened: Open, one: Sweep) -> None:
    page = opened(one)
    page.locator(".ex-pin").click()
    slide(page, "Staff", 2)
    page.get_by_label("Colour").select_option("asa_s")
    soon(lambda: "color=asa_s" in page.evaluate("location.hash"))
    fragment = page.evaluate("location.hash").removeprefix("#")
    assert unquote(fragment).startswith("staffing.scale=1.1&goals.aht_target=240&behavior=evidence&A:staffing.scale=1")
    again = opened(one, f"#{fragment}")
    for name in (".ex-name", ".ex-pins", ".ex-tiles", ".ex-compare"):
        assert again.locator(name).inner_text() == page.locator(name).inner_text()
    again.evaluate("location.hash = '#staffing.scale=0.9'")
    soon(lambda: "\N{MINUS SIGN}10" in again.locator(".ex-name").inner_text())


@browsing
def test_nonsense_in_the_address_does_no_harm(opened: Open, one: Sweep) -> None:
    page = opened(one, "#staffing.scale=nonsense&x=%E0%A4%A&color=%3Cscript%3E&A:behavior=7&=&&__proto__=1")
    assert tile(page, "service_level").endswith("%")
    assert page.locator("script").count() == 2


@browsing
def test_keys_move_a_slider_and_its_words_are_told(opened: Open, one: Sweep) -> None:
    page = opened(one)
    page.get_by_label("Staff").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("Staff").get_attribute("aria-valuetext") == "+10\u00a0%"
    words = f"Service level {tile(page, 'service_level')}"
    soon(lambda: page.locator(".ex-live").inner_text().startswith(words))


@browsing
def test_names_that_mean_harm_are_only_names(opened: Open, one: Sweep, tmp_path: Path) -> None:
    evil = f"</script><!--{NASTY}"
    sweep = sweeps.sweep(behavior=(evil, '=HYPERLINK("x")', "  "), targets=(300.0,), name=evil)
    page = opened(sweep)
    assert page.get_by_text("</script>").count() > 0
    assert page.locator("script").count() == 2
    with page.expect_download() as waiting:
        page.get_by_text("Download the table").click()
    file = tmp_path / "table.csv"
    waiting.value.save_as(file)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert {row["behavior"] for row in rows} == {evil, """'=HYPERLINK("x")""", "  "}
    found = sweep.estimate("service_level")
    assert [float(row["service_level"]) for row in rows if row["status"] == "finished"] == pytest.approx(
        found.mean.tolist(), rel=1e-6)  # fmt: skip
    assert rows[-1]["reason"] == sweeps.REASON and rows[-1]["service_level"] == ""


@browsing
def test_the_command_of_the_point_is_shown(opened: Open, one: Sweep) -> None:
    page = opened(one)
    slide(page, "Staff", 2)
    assert page.locator(".ex-command").inner_text() == (
        "python -m sim +scenario=peak replications=12 seed=3 staffing.scale=1.1 goals.aht_target=240.0 "
        "behavior=evidence")  # fmt: skip


@browsing
def test_two_thousand_points_open_and_answer_at_once(opened: Open) -> None:
    sweep = sweeps.sweep(tuple(np.linspace(0.8, 1.2, 20)), tuple(np.linspace(200.0, 400.0, 50)), replications=4)
    assert len(sweep.points) == 2000
    page = opened(sweep)
    took = page.evaluate("performance.timing.domComplete - performance.timing.navigationStart")
    assert took < 4000
    move = """() => { const input = document.querySelector('.ex-factors input');
        const times = []; for (let k = 0; k < 20; k++) { const start = performance.now(); input.value = k;
        input.dispatchEvent(new Event('input')); times.push(performance.now() - start); }
        return times.sort((a, b) => a - b)[10]; }"""
    assert page.evaluate(move) < 150.0  # 15 ms where nothing else runs; two busy cores take longer


@browsing
def test_it_prints_the_view(opened: Open, one: Sweep, tmp_path: Path) -> None:
    page = opened(one)
    page.emulate_media(media="print")
    assert not page.locator(".ex-pin").is_visible()
    assert page.locator(".ex-tiles").is_visible() and page.locator(".ex-factor-value").first.is_visible()
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").read_bytes()[:5] == b"%PDF-"


@browsing
def test_a_single_replication_has_no_intervals(opened: Open) -> None:
    page = opened(sweeps.sweep(replications=1))
    assert tile(page, "service_level", "between").strip() == ""
    assert "cannot tell" in tile(page, "service_level", "goal")
    page.locator(".ex-pin").click()
    slide(page, "Staff", 2)
    assert "One replication has no interval" in page.locator(".ex-compare").inner_text()
