"""A sweep drawn and told: labels that do not overlap, words that are right, pages that hold whatever comes."""

from __future__ import annotations

import dataclasses
import itertools
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.report.sweeps import factors, sentences
from sim.report.sweeps import words as sweep_words
from sim.report.sweeps.by_factor import along, heat
from sim.report.sweeps.page import page, write_sweep
from sim.report.sweeps.pictures import pictures
from sim.report.sweeps.placing import renderer_of
from sim.report.sweeps.price import against_cost, price
from sim.report.sweeps.scene import scene
from sim.report.sweeps.slide import slide
from sim.report.sweeps.tradeoff import tradeoff
from sim.report.written import MINUS
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.sweep import FAILED, Point, Sweep, axes_of
from tests.study.points import peaky, plain, sweep_of

STAFF = [0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15]
TARGETS = [240, 270, 300, 330, 360]


def carpet(**more: Any) -> Sweep:
    return sweep_of({"staffing.scale": STAFF, "goals.aht_target": TARGETS}, peaky, stands=(1.0, 300), **more)


def words_in(ax: Any) -> dict[str, Any]:
    """Every text in a panel with its box."""
    renderer = renderer_of(ax)
    texts = [text for text in ax.texts if text.get_text() and text.get_visible()]
    return {text.get_text().replace("\N{NO-BREAK SPACE}", " "): text.get_window_extent(renderer) for text in texts}


def overlaps(boxes: dict[str, Any]) -> list[tuple[str, str]]:
    return [(a, b) for (a, one), (b, two) in itertools.combinations(boxes.items(), 2) if one.overlaps(two)]


# ---------------------------------------------------------------- the picture


def test_labels_name_the_factors_lines_and_never_overlap() -> None:
    ax = tradeoff(carpet())
    boxes = words_in(ax)
    ends = {f"staff {MINUS}15 %", "staff +15 %", "target 240 s", "target 360 s"}
    assert ends | {"as it stands", "goal 80 %"} <= set(boxes)
    assert not overlaps({words: box for words, box in boxes.items() if not words.startswith("goal")})
    assert ax.get_xlabel() == "Service level, % within 20\N{NO-BREAK SPACE}s, of offered"
    assert ax.get_ylabel() == "CSAT, %"


@pytest.mark.parametrize("count", [2, 6, 30, 60])
def test_labels_never_overlap_however_many_points(count: int) -> None:
    random = np.random.default_rng(count)
    truth = {k: random.uniform(0.6, 0.9, 2) for k in range(count)}
    sweep = sweep_of({"routing.pick_agent": [f"policy_{k}" for k in range(count)]},
                     lambda name: dict(zip(("service_level", "csat"), truth[int(name.split("_")[1])], strict=True)))
    boxes = words_in(tradeoff(sweep))
    assert any(words.startswith("agent chosen: policy") for words in boxes)
    assert not overlaps({words: box for words, box in boxes.items() if not words.startswith("goal")})


def test_the_front_is_the_right_one() -> None:
    shown = scene(carpet(own=0.0005), Plot.of({}, carpet()))
    values = [shown.sweep.done[int(shown.points[k])].values for k in shown.members]
    assert sorted(values) == [(1.15, target) for target in TARGETS]
    assert shown.band is not None
    assert (shown.band.low <= shown.band.high).all()
    assert shown.stands
    assert shown.base is not None
    assert shown.sweep.done[int(shown.points[shown.base])].values == (1.0, 300)


def test_crosses_are_paired_against_the_diamond() -> None:
    """Days that are busy at all points move all of them: the diamond's own interval is wide, the crosses are not."""
    sweep = carpet(shared=0.1, own=0.001)
    shown = scene(sweep, Plot.of({}, sweep))
    wide = shown.own[1] - shown.own[0]
    crosses = shown.x_limits[1] - shown.x_limits[0]
    assert shown.base is not None
    assert crosses[shown.base] == 0.0
    near = [k for k, done in enumerate(shown.points) if sweep.done[int(done)].values[0] == 1.0]
    assert max(crosses[near]) < wide / 20.0


def test_a_thousand_points_take_seconds() -> None:
    sweep = sweep_of({"staffing.scale": np.linspace(0.8, 1.2, 40).round(4).tolist(),
                      "goals.aht_target": list(range(200, 450, 10))}, peaky)
    started = time.process_time()
    ax = tradeoff(sweep)
    ax.get_figure(root=True).savefig("/dev/null", format="png")
    assert time.process_time() - started < 10.0
    assert not overlaps({words: box for words, box in words_in(ax).items() if not words.startswith("goal")})


def test_axes_are_those_given() -> None:
    from matplotlib.figure import Figure

    sweep = carpet()
    for draw in (tradeoff, lambda s, ax: heat(s, "csat", ax), lambda s, ax: along(s, "csat", ax),
                 lambda s, ax: against_cost(s, ax=ax), lambda s, ax: price(s, ax=ax)):
        ax = Figure(figsize=(8, 5)).subplots()
        found = draw(sweep, ax=ax)
        assert found is ax
        assert ax.has_data()


# ---------------------------------------------------------------- the words


def test_the_headline_tells_what_is_bought_and_what_it_costs() -> None:
    sweep = carpet(own=0.0001, shared=0.0)
    told = sweep_words.headline(sweep, Plot.of({}, sweep)).replace("\N{NO-BREAK SPACE}", " ")
    assert told == (f"More staff ({MINUS}15 % to +15 %) lifts service level by 28 points and CSAT by 2.8 points, for "
                    "6,000 EUR a day; a tighter handle-time target (360 s to 240 s) buys 2.4 points of service "
                    "level and costs 1.6 points of CSAT")


def test_what_cannot_be_told_is_not_told() -> None:
    def same(staff: float) -> dict[str, float]:
        return {"service_level": 0.8, "csat": 0.78, "operating_cost": 20_000.0 * staff}

    sweep = sweep_of({"staffing.scale": STAFF}, same, own=0.01)
    told = sweep_words.headline(sweep, Plot.of({}, sweep))
    assert "by more than chance" in told
    assert any("cannot tell whether service level or CSAT changes" in line
               for line in sentences.lines(sweep, Plot.of({}, sweep)))


def test_prices_follow_the_factor_that_costs() -> None:
    sweep = carpet(own=0.0002, shared=0.0)
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in sentences.prices(sweep, Plot.of({}, sweep))]
    assert lines[0].startswith("The next point of service level costs 23")  # 1,000 EUR for 4.29 points
    assert lines[0].endswith("staff as planned to +5 %.")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("staffing.scale", 0.9, f"staff {MINUS}10 %"),
        ("staffing.scale", 1, "staff as planned"),
        ("goals.aht_target", 240, "target 240 s"),
        ("goals.within_s", 20, "within 20 s"),
        ("goals.service_level", 0.85, "service level goal 85 %"),
        ("teams.front.agents", 38, "38 agents in front"),
        ("teams.front.shifts.early", 19, "front, early shift 19"),
        ("demand.scale", 1.25, "demand +25 %"),
        ("trunks", 60, "60 lines"),
        ("behavior", "none", "behavior: none"),
        ("routing.pick_agent", "longest_idle", "agent chosen: longest idle"),
        ("behavior.talk.hurry", 0.25, "talk.hurry 0.25"),
        ("allow", True, "allow: yes"),
    ],
)
def test_values_in_a_planners_words(key: str, value: Any, said: str) -> None:
    assert factors.value(key, value).replace("\N{NO-BREAK SPACE}", " ") == said


# ---------------------------------------------------------------- whatever comes


def three() -> Sweep:
    return sweep_of({"staffing.scale": [0.9, 1.0], "goals.aht_target": [240, 300], "demand.scale": [0.9, 1.0, 1.1]},
                    peaky)


CASES = {
    "one factor": lambda: sweep_of({"staffing.scale": STAFF}, peaky),
    "three factors": three,
    "without people": lambda: sweep_of({"staffing.scale": STAFF}, plain),
    "names": lambda: sweep_of({"behavior": ["evidence", "none"]},
                              lambda name: plain(1.0 if name == "none" else 1.01)),
    "names and numbers": lambda: sweep_of({"routing.pick_agent": ["longest_idle", "fastest"], "staffing.scale": STAFF},
                                          lambda name, staff: peaky(staff * (1.02 if name == "fastest" else 1.0))),
    "one point": lambda: sweep_of({"staffing.scale": [1.0]}, peaky),
    "nothing varied": lambda: sweep_of({}, peaky),
    "one replication": lambda: carpet(replications=1),
    "nothing differs": lambda: sweep_of({"staffing.scale": STAFF}, lambda _: {"service_level": 1.0, "csat": 0.8},
                                        shared=0.0, own=0.0),
    "no figure at a point": lambda: sweep_of(
        {"staffing.scale": STAFF}, lambda s: {"service_level": 0.8 * s, "csat": float("nan") if s < 0.9 else 0.7}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_every_kind_of_sweep_is_told_and_drawn(name: str) -> None:
    sweep = CASES[name]()
    plot = Plot.of({}, sweep)
    assert sweep_words.headline(sweep, plot)
    assert all(line.endswith(".") for line in sentences.lines(sweep, plot))
    drawn = pictures(sweep, plot)
    assert next(each.name for each in drawn) == "tradeoff_points"
    for figure in (slide(sweep, plot), *(each.narrow for each in drawn)):
        figure.savefig("/dev/null", format="png", dpi=30)


def nasty() -> Sweep:
    evil = "<script>alert('x')</script>&\"\n"
    sweep = sweep_of({"staffing.scale": [0.9, 1.0], "goals.aht_target": [240, 300]}, peaky, scenario=evil, command=evil)
    failed = Point(f"staffing.scale={evil}", (1.1, 240), None, f"the reason is {evil}", FAILED)
    points = (*sweep.points, failed)
    axes = axes_of(["staffing.scale", "goals.aht_target"], [point.values for point in points])
    return dataclasses.replace(sweep, points=points, axes=axes)


def test_pages_hold_failed_points_and_escape_whatever_they_are_called(tmp_path: Path) -> None:
    sweep = nasty()
    write_sweep(tmp_path, sweep, Plot.of({}, sweep), {"command": sweep.command})
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "<script>alert" not in text
    assert "the reason is &lt;script&gt;" in text
    assert "1 of 5 points failed" in text
    for file in ("tradeoff.png", "tradeoff.svg", "plots/tradeoff_points.png", "plots/by_factors.svg"):
        assert (tmp_path / file).stat().st_size > 1000
    assert "<script>" not in (tmp_path / "tradeoff.svg").read_text("utf-8")


def test_a_sweep_of_nothing_but_failures_has_a_page_with_its_reasons(tmp_path: Path) -> None:
    sweep = nasty()
    sweep = dataclasses.replace(sweep, points=sweep.points[-1:])
    write_sweep(tmp_path, sweep, Plot.of({}, sweep), {})
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "No point was finished" in text
    assert "the reason is" in text
    assert not (tmp_path / "tradeoff.png").exists()


def test_the_page_lists_each_point_with_its_interval_and_the_command() -> None:
    sweep = carpet()
    text = page(sweep, Plot.of({}, sweep), [], {"command": "python -m sim sweep peak x=1,2"})
    assert "python -m sim sweep peak x=1,2" in text
    assert f"staff {MINUS}15\N{NO-BREAK SPACE}%, target 240\N{NO-BREAK SPACE}s" in text
    assert "(as it stands)" in text
    assert text.count('<th scope="row">') >= len(sweep.done)
