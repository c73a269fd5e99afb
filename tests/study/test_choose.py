"""The best of some points, limits, what was simulated kept, and what is said of words that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from sim.cli import main
from sim.loading import Refused, load
from sim.measure import Layout
from sim.study.choice.objectives import limits, objectives, zone
from sim.study.choice.rounds import Rounds
from sim.study.execution import SERIAL
from sim.study.observed import Observed, center_kpis
from sim.study.sweeps.grid import Failure
from sim.study.sweeps.points import Points, Values, Wanted
from tests.tiny import desk

__all__ = ["desk"]


def points_of(folder: Path) -> Points:
    def composed(values: Values) -> dict[str, object]:
        return load(["tiny", *(f"{key}={value}" for key, value in values.items())]).raw

    return Points(composed, folder, SERIAL)


def test_points_are_simulated_once_and_go_on_where_they_stand(desk: Path) -> None:
    points = points_of(desk / "kept")
    few, more = {"teams.front.agents": 5}, {"teams.front.agents": 7}
    first = dict(points.observe([Wanted(few, 2), Wanted(more, 3), Wanted(few, 4)]))
    assert points.simulated == 7
    again = points_of(desk / "kept")
    found = dict(again.observe([Wanted(few, 4), Wanted(more, 5)]))
    assert again.simulated == 2
    one, other = first[2], found[0]
    assert isinstance(one, Observed) and isinstance(other, Observed)
    assert one.numbers.tolist() == [0, 1, 2, 3]
    assert one.figures.tops.tolist() == other.figures.tops.tolist()
    two = first[0]
    assert isinstance(two, Observed) and two.figures.tops.tolist() == one.figures.tops[:2].tolist()


def test_a_point_that_cannot_be_is_a_reason_and_the_others_go_on(desk: Path) -> None:
    wanted = [Wanted({"teams.front.agents": n}, 1) for n in (-1, 6)]
    found = dict(points_of(desk / "kept").observe(wanted))
    bad = found[0]
    assert isinstance(bad, Failure) and "teams.front.agents=-1" in bad.reason
    assert isinstance(found[1], Observed)


def test_the_best_point_is_found_and_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sim_tools", reason="the extra optimize is not installed")
    words = ["choose", "tiny", "teams.front.agents=3,6,9", "choose.kpi=asa_s", "output=found"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "Best: teams.front.agents=9" in told and "0 replications simulated" not in told
    frame = pl.read_csv(desk / "found" / "choose.csv")
    assert frame["status"].to_list() == ["behind", "behind", "best"]
    assert frame["difference"].to_list() == sorted(frame["difference"].to_list(), reverse=True)
    study = json.loads((desk / "found" / "study.json").read_text())
    assert study["best"] == "teams.front.agents=9" and study["decided"] and study["p_wrong"] <= 0.05
    assert {path.name for path in (desk / "found").iterdir()} == {
        "choose.csv", "choice.png", "choice.svg", "config.yaml", "points", "report.html", "study.json",
    }  # fmt: skip
    assert main(words) == 0
    assert "\n0 replications simulated" in capsys.readouterr().out
    assert pl.read_csv(desk / "found" / "choose.csv").equals(frame)


def test_only_points_within_the_limits_are_chosen(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sim_tools", reason="the extra optimize is not installed")
    words = ["choose", "tiny", "teams.front.agents=3,7,9,11", "choose.kpi=-paid_hours", "choose.delta=1"]
    assert main([*words, "choose.subject_to=service_level>=60%", "output=found"]) == 0
    frame = pl.read_csv(desk / "found" / "choose.csv")
    assert frame["status"].to_list() == ["outside the limits", "best", "behind", "behind"]
    assert frame["p_service_level"][0] < 0.01 and frame["p_service_level"][1] > 0.99
    capsys.readouterr()
    assert main([*words, "choose.subject_to=service_level<=0.01", "output=none"]) == 1
    assert "No point keeps to the limits." in capsys.readouterr().out


def test_the_front_is_set_apart(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["choose", "tiny", "teams.front.agents=4,7", "goals.aht_target=240,100"]
    assert main([*words, "choose.kpis=csat,-scheduled_hours", "output=found"]) == 0
    told = capsys.readouterr().out
    frame = pl.read_csv(desk / "found" / "choose.csv")
    for agents in (4, 7):
        two = frame.filter(pl.col("teams.front.agents") == agents).sort("csat")
        assert two["status"].to_list() == ["not on the front", "front"]  # for the same hours
    assert "2 of 4 points are the front for most CSAT and least scheduled time." in told
    study = json.loads((desk / "found" / "study.json").read_text())
    assert study["decided"] and study["p_any_wrong"] <= 0.05 and len(study["front"]) == 2
    assert (desk / "found" / "front.png").stat().st_size > 10_000


def test_a_point_that_fails_is_a_row_and_the_exit_status_says_so(desk: Path) -> None:
    pytest.importorskip("sim_tools", reason="the extra optimize is not installed")
    assert main(["choose", "tiny", "teams.front.agents=0.5,5,9", "choose.kpi=service_level", "output=found"]) == 1
    frame = pl.read_csv(desk / "found" / "choose.csv")
    assert frame["status"].to_list() == ["failed", "behind", "best"]
    assert "teams.front.agents" in frame["reason"][0] and frame["replications"][0] == 0


def test_a_point_without_the_kpi_is_told_and_the_others_chosen(desk: Path) -> None:
    pytest.importorskip("sim_tools", reason="the extra optimize is not installed")
    assert main(["choose", "tiny", "behavior=evidence,none", "choose.kpi=csat", "output=found"]) == 1
    frame = pl.read_csv(desk / "found" / "choose.csv")
    assert frame["status"].to_list() == ["best", "failed"] and "has no csat" in frame["reason"][1]


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("choose.kpi=servce_level", "this scenario has no KPI servce_level, did you mean 'service_level'?"),
        ("choose.kpi=aht_s", "is more or less of aht_s better? write +aht_s or -aht_s"),
        ("choose.kpi=csat,asa_s", "give one KPI here"),
        ("choose.kpi=", "names no KPI"),
        ("choose.kpis=csat", "needs two to four KPIs"),
        ("choose.probability=0.9,0.8", "needs one number"),
        ("choose.subject_to=service_level>0.8", "write a KPI, >= or <=, and a number"),
        ("choose.subject_to=service_level>=80", "service_level is a share, from 0 to 1"),
        ("choose.subject_to=asa>=80", "this scenario has no KPI asa, did you mean 'asa_s'?"),
        ("choose.probability=1.2", "choose.probability=1.2"),
        ("choose.delta=-1", "choose.delta=-1"),
        ("choose.first=2", "needs a whole number from 5"),
        ("choose.max_replications=5", "needs a whole number from 10"),
        ("choose.what=5", "unknown setting"),
        ("replications=5", "give choose.max_replications=N"),
        ("sampling.strata=2", "independent of each other"),
        ("output=scenarios", "is no choose"),
        ("--quick", "takes no flags"),
    ],
)
def test_words_that_cannot_be_used(desk: Path, capsys: pytest.CaptureFixture[str], word: str, line: str) -> None:
    assert main(["choose", "tiny", "teams.front.agents=5,6", word]) == 2
    told = capsys.readouterr().err
    assert line in told and len(told.strip().splitlines()) == 1
    assert [path.name for path in desk.iterdir()] == ["scenarios"]


def test_stopped_what_was_simulated_is_kept(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sim_tools", reason="the extra optimize is not installed")
    words = ["choose", "tiny", "teams.front.agents=5,6", "choose.kpi=asa_s", "choose.delta=0.5", "output=found"]
    with monkeypatch.context() as patch:
        patch.setattr(Rounds, "further", stop)
        assert main(words) == 130
    assert "output=found goes on" in capsys.readouterr().err
    assert [path.name for path in (desk / "found").iterdir()] == ["points"]
    assert main(words) == 0
    study = json.loads((desk / "found" / "study.json").read_text())
    spent = pl.read_csv(desk / "found" / "choose.csv")["replications"].sum()
    assert f"\n{spent - 20} replications simulated" in capsys.readouterr().out and study["decided"]


def stop(*given: object) -> bool:
    raise KeyboardInterrupt


def test_there_must_be_something_to_choose(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["choose", "tiny", "teams.front.agents=5"]) == 2
    assert "keys with several values" in capsys.readouterr().err


def test_words_of_objectives_and_limits(desk: Path) -> None:
    kpis = center_kpis(Layout.of(load(["tiny"]).scenario))
    assert [(each.key, each.sign) for each in objectives("service_level,-csat,paid_hours,+aht_s", "x", kpis)] == [
        ("service_level", 1), ("csat", -1), ("paid_hours", -1), ("aht_s", 1),
    ]  # fmt: skip
    assert [limit.word for limit in limits("service_level>=80%, asa_s<=30", "x", kpis)] == [
        "service_level>=0.8", "asa_s<=30",
    ]  # fmt: skip
    with pytest.raises(Refused, match="named twice"):
        objectives("csat,-csat", "x", kpis)
    money = next(kpi for kpi in kpis if kpi.key == "operating_cost")
    assert zone(money, 20_345.0) == 100.0 and zone(money, 7_000.0) == pytest.approx(50.0, rel=0.5)
