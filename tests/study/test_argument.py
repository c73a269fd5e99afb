"""The handle-time target from loose to tight: turning points, sets of assumptions, and what is said of them."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim.cli import main
from sim.loading import load
from sim.people.register import coefficient
from sim.report.argument_words import Argument, headline
from sim.study.argument import (
    ASSUMED,
    NET,
    Trial,
    Turn,
    argument_kpis,
    assumption_sets,
    curves,
    only,
    shown_kpis,
    table,
    turn,
    verdict,
    with_net,
)
from sim.study.execution import SERIAL
from sim.study.variants import Figures, figures
from tests.tiny import desk

__all__ = ["desk"]


def nets(means: list[float], spread: float = 1.0, common: float = 100.0) -> list[Figures]:
    """Nets of 40 replications with these means: much noise in common, and a little of each one's own."""
    rng = np.random.default_rng(11)
    shared = rng.normal(0.0, common, 40)
    shared -= shared.mean()
    found = []
    for mean in means:
        own = rng.normal(0.0, spread, 40)
        found.append(Figures((mean + shared + own - own.mean())[:, None], np.ones((40, 1))))
    return found


def test_common_noise_does_not_hide_the_turning_point() -> None:
    found = turn([400, 300, 200, 100], nets([0.0, 10.0, 9.9, 4.0]), 0.95)
    assert found.target == 300 and found.inside
    assert found.alike == (300, 200)
    assert found.loosest[0] == pytest.approx(10.0) and found.loosest[1] > 8.0
    assert found.tightest[0] == pytest.approx(6.0)


def test_where_nothing_can_be_told_the_headline_says_so() -> None:
    targets = [400.0, 300.0, 200.0]
    for alike, words in ((tuple(targets), "cannot be told from chance"), ((300.0,), "pays down to 300")):
        found = Turn(300.0, alike, True, (1.0, -1.0, 3.0), (1.0, -1.0, 3.0))
        assert words in headline(Argument("x", targets, [1.0], 0, pl.DataFrame(), [found], [], None, 0.95))


def test_noise_of_its_own_does() -> None:
    found = turn([400, 300, 200, 100], nets([0.0, 10.0, 9.9, 4.0], spread=100.0), 0.95)
    assert found.alike == (400, 300, 200, 100)


def test_a_best_target_at_an_end_is_no_turning_point() -> None:
    assert not turn([400, 300, 200], nets([9.0, 5.0, 1.0]), 0.95).inside
    assert not turn([400, 300, 200], nets([1.0, 5.0, 9.0]), 0.95).inside


def test_sets_are_all_corners_and_then_points_inside() -> None:
    found = assumption_sets(14, seed=1)
    ends = [(coefficient(key).low, coefficient(key).high) for key in ASSUMED]
    points = [tuple(each[f"behavior.{key}"] for key in ASSUMED) for each in found]
    assert points[:8] == list(itertools.product(*ends))
    assert len(points) == 14
    for point in points[8:]:
        assert all(low < x < high for x, (low, high) in zip(point, ends, strict=True))
    assert assumption_sets(14, seed=1) == found != assumption_sets(14, seed=2)
    assert assumption_sets(0, seed=1) == []


def test_the_verdict_says_what_the_turning_point_rests_on() -> None:
    """A made-up world in which haste alone decides: harmless haste makes the tightest target best."""
    targets = [400.0, 300.0, 200.0]
    tried = []
    for each in assumption_sets(8, seed=1):
        harmless = each["behavior.resolution.hurry"] == coefficient("resolution.hurry").low
        best = 200.0 if harmless else 300.0
        tried.append(Trial(each, Turn(best, (best,), not harmless, (1, 1, 1), (1, 1, 1)), (0.0, 1.0, 2.0), False))
    found = verdict(tried, 300.0, targets)
    assert (found.sets, found.inside, found.near, found.loosest, found.tightest) == (8, 0.5, 0.5, 0.0, 0.5)
    assert found.effects["resolution.hurry"] == (200.0, 300.0)
    assert found.effects["talk.listening"] == (250.0, 250.0)
    assert found.rests_on(step=100.0) == ["resolution.hurry"]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[Figures]]:
    loaded = load(["calm", "staffing.scale=0.7"])
    kpis = argument_kpis(loaded.scenario)
    variants = curves([420.0, 180.0], [1.0], 0.7)
    return kpis, list(figures(loaded.raw, variants, kpis, 4, SERIAL))


def test_value_lost_is_split_and_settled(simulated: tuple[Any, list[Figures]]) -> None:
    kpis, found = simulated
    place = {kpi.key: k for k, kpi in enumerate(shown_kpis(kpis))}
    for each in found:
        tops = with_net(each, kpis).tops
        lost, owed, cases = (tops[:, place[key]] for key in ("value_lost", "owed", "cases"))
        settled = lost * (1.0 + owed / cases)
        assert (owed > 0).all()
        assert tops[:, place["lost_to_waiting"]] + tops[:, place["lost_to_handling"]] == pytest.approx(settled)
        assert tops[:, place[NET]] == pytest.approx(tops[:, place["net"]] + lost - settled)


@pytest.mark.parametrize(("days", "key", "bottom"), [(7, "net_per_week", ("weeks",)), (3, "net", ())])
def test_a_run_that_is_not_of_whole_weeks_tells_of_the_run(days: int, key: str, bottom: tuple[str, ...]) -> None:
    kpis = {kpi.key: kpi for kpi in argument_kpis(load(["tightrope", f"days={days}"]).scenario)}
    assert {"net", "net_per_week"} & kpis.keys() == {key}
    assert {kpis[each].bottom for each in (key, "lost_to_waiting", "value_lost", "cases", "owed")} == {bottom}


def test_a_tighter_target_shortens_calls_and_solves_less(simulated: tuple[Any, list[Figures]]) -> None:
    kpis, found = simulated
    full = [with_net(each, kpis) for each in found]
    frame = table([420.0, 180.0], [1.0], shown_kpis(kpis), full, 0.95)
    tight = {row["kpi"]: row for row in frame.filter(pl.col("target_s") == 180.0).iter_rows(named=True)}
    assert tight["aht_s"]["change_high"] < 0.0
    assert tight["fcr"]["change"] < 0.0
    loose = frame.filter(pl.col("target_s") == 420.0)
    assert (loose.select("change", "change_low", "change_high") == 0.0).to_numpy().all()
    assert only(full[0], 2).tops.shape == (4, 1)


def test_the_verb_writes_a_whole_folder(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["targets=300,400,200", "staffing=1,0.8", "sets=8", "replications=2", "output=found"]
    assert main(["argument", "tiny", *words]) == 0
    told = capsys.readouterr().out
    assert "Best target with this staff: " in told and "Best target with 20\N{NO-BREAK SPACE}% less staff: " in told
    assert "Under 8 other sets" in told
    names = {path.name for path in Path("found").iterdir()}
    assert names == {
        "argument.csv", "assumptions.csv", "argument.png", "argument.svg", "net.png", "net.svg",
        "figures.png", "figures.svg", "report.html", "study.json", "config.yaml",
    }  # fmt: skip
    assert pl.read_csv("found/argument.csv")["target_s"].unique(maintain_order=True).to_list() == [400.0, 300.0, 200.0]
    assert len(pl.read_csv("found/assumptions.csv")) == 8 * 3


BAD = [
    (["tiny", "targets=300"], "command line: targets=300: needs 2 or more different numbers"),
    (["tiny", "targets=a,b"], "command line: targets=a,b: needs numbers such as targets=420,300,180"),
    (["tiny", "targets=300,300"], "command line: targets=300,300: needs 2 or more different numbers"),
    (["tiny", "staffing=0"], "command line: staffing=0: needs a number from 0.01"),
    (["tiny", "sets=3"], "command line: sets=3: the corners alone are 8"),
    (["tiny", "~costs"], "argument: without prices there is no net to compare"),
    (["tiny", "behavior=none"], "argument: behavior.people is false"),
]


@pytest.mark.parametrize(("words", "line"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_gets_one_line(desk: Path, capsys: pytest.CaptureFixture[str], words: list[str], line: str) -> None:
    assert main(["argument", *words]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and line in told[0]
    assert not Path("outputs").exists()
