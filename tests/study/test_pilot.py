"""Pilots: power beside its closed form, false alarms, who is in which arm, and the words of `compare` for it."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from sim.cli import main
from sim.cli.pilot_words import heads
from sim.loading import load
from sim.measure.kpis import Kpi
from sim.study.comparison.pilot import Asked, Found, blocks_needed, found, significant, turns
from sim.study.comparison.pilot_days import LOTS, PilotDays, drawn, in_lots, observe, pilot_days, sums_of
from sim.study.execution import SERIAL, Execution
from sim.study.variants import Floats
from tests.tiny import desk

__all__ = ["desk"]
PILOTS = 2_000
FOUR_ERRORS = 4.0 * math.sqrt(0.25 / PILOTS)
"""Of a share of that many pilots, at most: 0.045."""
CSAT = Kpi("csat_surveyed", "CSAT as surveyed", "share", ("content_surveyed",), ("surveyed",))
ASA = Kpi("asa_s", "Average speed of answer", "s", ("answered_wait",), ("answered",))


def made(tops: Floats, share: float = 0.5, bottoms: Floats | None = None) -> PilotDays:
    """Days of callers with these values, shape (days, callers), each a contact unless `bottoms` says otherwise."""
    whole, part, days = [], [], []
    for number, top in enumerate(tops):
        bottom = np.ones(len(top)) if bottoms is None else bottoms[number]
        every, lots = in_lots({"csat_surveyed": (top, bottom)}, np.arange(len(top)), share, 1, number)
        whole.append(every[0])
        part.append(lots[:, 0])
        days.append(sums_of(top.sum(), bottom.sum()))
    volume = np.full(len(tops), float(tops.shape[1]))
    return PilotDays(volume, volume, *({"csat_surveyed": np.stack(each)} for each in (days, whole, part)))


def by_callers(one: PilotDays, base: PilotDays, asked: Asked, confidence: float = 0.95) -> Found:
    """What pilots split by callers find."""
    (callers, _) = found("B", [CSAT], one, base, asked, "", 1, confidence, 1, PILOTS)
    assert callers.split == "callers"
    return callers


def normal_power(difference: float, error: Floats) -> Floats:
    """Of the two-sided z test at 5 %, with the right sign."""
    return np.asarray(stats.norm.cdf(abs(difference) / error - stats.norm.ppf(0.975)))


# ---------------------------------------------------------------- known cases


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_power_is_that_of_the_test_of_two_proportions(share: float) -> None:
    """76 % and 70 % of 200 callers a day on 60 days; power of 2,000 pilots of each length within 4 standard errors."""
    random = np.random.default_rng(7)
    one, base = ((random.random((60, 200)) < p).astype(np.float64) for p in (0.76, 0.70))
    p1, p0 = one.mean(), base.mean()
    each = by_callers(made(one, share), made(base, share), Asked(share, max_days=30))
    n = each.days * 200.0
    known = normal_power(p1 - p0, np.sqrt(p1 * (1 - p1) / (share * n) + p0 * (1 - p0) / ((1 - share) * n)))
    assert each.told and 0.1 < known[0] < 0.2 and known[-1] > 0.95
    # 0.005 more for the share that a prime number of lots can have, and for days as they happen to be.
    assert np.abs(each.power - known).max() < FOUR_ERRORS + 0.005
    assert np.abs(each.false - 0.05).max() < 4.0 * math.sqrt(0.05 * 0.95 / PILOTS) + 0.002


def test_power_is_that_of_the_test_of_two_means() -> None:
    """Handle times of 100 callers a day, 285 and 300 s with a standard deviation of 100 s, on 60 days."""
    random = np.random.default_rng(8)
    one, base = (random.normal(mean, 100.0, (60, 100)) for mean in (285.0, 300.0))
    each = by_callers(made(one), made(base), Asked(max_days=30))
    variance = one.var(ddof=1) + base.var(ddof=1)
    known = normal_power(one.mean() - base.mean(), np.sqrt(variance / (50.0 * each.days)))
    assert np.abs(each.power - known).max() < FOUR_ERRORS + 0.005
    need = each.needs[0]
    exact = variance * (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2 / (one.mean() - base.mean()) ** 2 / 50.0
    assert not need.beyond and abs(need.days - exact) <= 0.15 * exact + 1.0
    assert need.low <= need.days <= need.high and need.low > 0.5 * exact and need.high < 3.0 * exact


def test_power_by_days_is_that_of_the_test_of_welch() -> None:
    """Figures of whole days, 10 and 11 with a standard deviation of 1: noncentral t, equal arms of two to ten days."""
    random = np.random.default_rng(9)
    z = random.normal(size=(2, 400))
    z = (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)
    days = [PilotDays(np.full(400, 50.0), np.full(400, 60.0), {"asa_s": sums_of(mean + each, np.ones(400))}, {}, {})
            for mean, each in zip((11.0, 10.0), z, strict=True)]  # fmt: skip
    (each,) = found("B", [ASA], days[0], days[1], Asked(max_days=20), "", 1, 0.95, 1, PILOTS)
    assert each.split == "days" and each.told and np.isnan(each.power[:7]).all() and np.isnan(each.false[:7]).all()
    for length in (8, 12, 20):
        n = length // 2
        freedom = 2.0 * n - 2.0
        known = stats.nct.sf(stats.t.ppf(0.975, freedom), freedom, math.sqrt(n / 2.0))
        # Welch's degrees of freedom are those of two like spreads at most: up to 0.02 less power with four days each.
        assert abs(each.power[length - 1] - known) < FOUR_ERRORS + 0.02
        assert each.false[length - 1] < 0.05 + 4.0 * math.sqrt(0.05 * 0.95 / PILOTS)


def test_contacts_of_one_caller_do_not_count_as_many() -> None:
    """Ten alike contacts of a caller say as much as one: taken for ten, half of all pilots would be false alarms."""
    random = np.random.default_rng(10)
    tops = 10.0 * (random.random((60, 100)) < 0.7)
    days = made(tops, bottoms=np.full(tops.shape, 10.0))
    (each, _) = found("B", [CSAT], days, days, Asked(max_days=10), "", 1, 0.95, 1, PILOTS)
    assert np.abs(each.false - 0.05).max() < 4.0 * math.sqrt(0.05 * 0.95 / PILOTS) + 0.002


def test_lengths_beyond_the_simulated_ones_are_those_of_the_normal_approximation() -> None:
    random = np.random.default_rng(11)
    base = (random.random((60, 400)) < 0.70).astype(np.float64)
    one = np.where(random.random(base.shape) < 0.05, 1.0, base)
    days = [made(each) for each in (one, base)]
    need = by_callers(*days, Asked(max_days=10)).needs[0]
    sums = [each.whole["csat_surveyed"].sum(axis=0) for each in days]
    known = float(blocks_needed(sums[0], sums[1], 60, 0.5, 0.8, 0.95))
    assert need.beyond and need.days == math.ceil(known) > 10
    p = one.mean(), base.mean()
    spread = sum(each * (1 - each) for each in p) / 200.0
    assert known == pytest.approx(7.8489 * spread / (p[0] - p[1]) ** 2, rel=1e-3)
    assert by_callers(*days, Asked(max_days=5)).needs[0].days == math.inf  # beyond 50 days nothing is said
    like = blocks_needed(sums[1], sums[1], 60, 0.5, 0.8, 0.95)
    assert float(like) == math.inf


def test_the_test_itself_by_hand() -> None:
    """Answers 1, 1, 1, 0 and 0, 1, 0, 0: difference 0.5, variance 0.75 x 0.25 / 3 in either arm."""
    answers = ((1.0, 1.0, 1.0, 0.0), (0.0, 1.0, 0.0, 0.0))
    arms = [sums_of(np.array(values), np.ones(4)).sum(axis=0) for values in answers]
    known = stats.ttest_ind([1, 1, 1, 0], [0, 1, 0, 0], equal_var=False).pvalue
    for confidence, told in ((1.0 - known + 0.01, False), (1.0 - known - 0.01, True)):
        difference, said = significant(arms[0], arms[1], confidence)
        assert float(difference) == 0.5 and bool(said) is told
    single, said = significant(sums_of(np.array(1.0), np.array(1.0)), arms[1], 0.95)
    assert math.isnan(float(single)) and not said


# ---------------------------------------------------------------- arms


def test_a_caller_is_in_one_arm_whoever_else_calls() -> None:
    callers = np.arange(1000)
    lots = drawn(callers, 0.3, 5, 2)
    some = np.array([3, 17, 999])
    assert (drawn(some, 0.3, 5, 2) == lots[:, some]).all()
    assert set(lots.sum(axis=0)) == {round(0.3 * LOTS)}  # over all lots everybody is in equally often
    assert (drawn(callers, 0.3, 5, 3) != lots).any() and (drawn(callers, 0.3, 6, 2) != lots).any()
    # Within a lot callers are independent: binomial counts, of which the variance is known within 4 errors of 251.
    counts = lots.sum(axis=1)
    p = round(0.3 * LOTS) / LOTS
    assert abs(counts.mean() - 1000 * p) < 1e-9
    assert abs(counts.var() / (1000 * p * (1 - p)) - 1.0) < 4.0 * math.sqrt(2.0 / LOTS)


def test_all_contacts_of_a_caller_are_in_the_arm_of_the_caller() -> None:
    """Of a caller with three contacts a lot has all or none."""
    _, lots = in_lots({"csat_surveyed": (np.array([2.0]), np.array([3.0]))}, np.array([41]), 0.5, 1, 0)
    assert {tuple(row) for row in lots[:, 0]} == {(0.0,) * 6, (1.0, 2.0, 3.0, 4.0, 6.0, 9.0)}


def test_both_ways_occur_among_the_first_days() -> None:
    assert turns(0.5, 6).sum() == 3 and 0 < turns(0.5, 2).sum() < 2
    assert turns(0.25, 40).sum() == 10 and turns(0.8, 40).sum() == 32


def test_sums_by_caller_are_those_of_the_center(desk: Path) -> None:
    redial = "queues.voice.redial={after_abandon: 0.5, delay: {kind: exponential, mean_s: 900}}"
    words = ["tiny", "days=2", redial, "queues.voice.patience.mean_s=60", "queues.voice.arrivals.per_hour=90"]
    raw = load(words).raw
    days = observe(raw, 3, 0.5, ["csat_surveyed", "fcr_measured", "repeat_rate", "aht_s", "csat_said", "asa_s"])
    assert set(days.days) - set(days.whole) == {"asa_s"} and set(days.part) == set(days.whole)
    for name, whole in days.whole.items():
        assert whole[:, 1:3] == pytest.approx(days.days[name][:, 1:3], rel=1e-5), name
        assert (whole[:, 1] > 0.0).all()
    assert (days.callers < days.contacts).all()  # some call again


def test_days_do_not_depend_on_the_number_of_processes(desk: Path) -> None:
    raws = [load(["tiny", word]).raw for word in ("seed=4", "teams.front.agents=8")]
    alone, apart = (list(pilot_days(raws, 2, 0.5, execution=each)) for each in (SERIAL, Execution(workers=2)))
    for one, other in zip(alone, apart, strict=True):
        assert all((one.part[name] == other.part[name]).all() for name in one.part)


# ---------------------------------------------------------------- the words


def test_a_pilot_from_end_to_end(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", "tiny", "with=[teams.front.skills.voice.handle_factor=0.7]", "pilot=true", "replications=8"]
    assert main([*words, "pilot.max_days=14", "pilot.kpi=aht_s,asa_s,csat_surveyed", "output=found"]) == 0
    told = capsys.readouterr().out
    assert "A live pilot of B against A: how long it must run" in told
    assert "with a chance of 80" in told and "only whole days in one way or the other" in told
    table = pl.read_csv("found/pilot.csv")
    assert set(zip(table["kpi"], table["split"], strict=True)) == {
        ("csat_surveyed", "callers"), ("csat_surveyed", "days"), ("aht_s", "callers"), ("aht_s", "days"),
        ("asa_s", "days"),
    }  # fmt: skip
    work = table.filter(pl.col("kpi") == "aht_s", pl.col("split") == "callers")
    assert work["days"].to_list() == [1, 2, 3, 4, 5, 7, 10, 14]
    assert work["power"][0] > 0.8 and work["false_alarms"].max() < 0.09
    facts = json.loads(Path("found/study.json").read_text())
    need = next(each for each in facts["pilot"]["found"] if each["kpi"] == "aht_s")["needs"][0]
    assert need["power"] == 0.8 and need["days"] == 1 and not need["beyond"]
    assert "pilot=true pilot.max_days=14" in facts["command"] and facts["replications"] == [8, 8]
    page = Path("found/report.html").read_text()
    assert "How long a live pilot must run" in page and "pilot.csv" in page
    assert Path("found/pilot.png").stat().st_size > 10_000 and Path("found/pilot.svg").is_file()
    assert main([*words, "pilot.max_days=14", "pilot.kpi=aht_s,asa_s,csat_surveyed", "output=again"]) == 0
    assert Path("again/pilot.csv").read_bytes() == Path("found/pilot.csv").read_bytes()


def test_where_nothing_differs_no_length_is_given(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["tiny", "behavior=none", "with=[goals.aht_target=100]", "pilot=true", "pilot.max_days=7"]
    assert main(["compare", *words, "replications=4", "output=found"]) == 0
    told = capsys.readouterr().out
    assert "No length is given for Handle time, Service level, Speed of answer and Abandonment" in told
    assert "Days of a live pilot until" not in told
    assert pl.read_csv("found/pilot.csv")["power"].null_count() == len(pl.read_csv("found/pilot.csv"))


def test_heads_are_compared_by_whole_days_alone(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["with=[teams.front.agents=9]", "with2=[queues.voice.talk.mean_s=200]", "pilot=true", "pilot.max_days=5"]
    assert main(["compare", "tiny", *words, "replications=4", "output=found"]) == 0
    assert "B changes how many agents there are (teams.front.agents)" in capsys.readouterr().out
    table = pl.read_csv("found/pilot.csv")
    assert set(table.filter(pl.col("run") == "B")["split"]) == {"days"}
    assert set(table.filter(pl.col("run") == "C")["split"]) == {"days", "callers"}


def test_what_changes_heads() -> None:
    keys = ["staffing.scale", "teams.front.agents", "teams.front.shifts.day", "shifts.day.end", "goals.aht_target",
            "teams.front.skills.voice.level", "teams.front.traits.empathy.mean"]  # fmt: skip
    assert heads([(key, "1", "2") for key in keys]) == ", ".join(keys[:4])


@pytest.mark.parametrize("words", [["pilot=false"], []])
def test_without_a_pilot_there_is_none(desk: Path, words: list[str]) -> None:
    assert main(["compare", "tiny", "with=[teams.front.agents=9]", "replications=2", "output=found", *words]) == 0
    assert not Path("found/pilot.csv").exists()
    assert "pilot" not in json.loads(Path("found/study.json").read_text())


def test_saved_runs_are_simulated_again(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change = "queues.voice.talk.mean_s=150"
    assert main(["tiny", "report=tables", "output=one"]) == main(["tiny", change, "report=tables", "output=two"]) == 0
    words = ["pilot=true", "pilot.max_days=5", "pilot.kpi=csat_surveyed,service_level"]
    assert main(["compare", "one", "two", *words, "output=saved"]) == 0
    assert main(["compare", "tiny", f"with=[{change}]", *words, "replications=3", "output=here"]) == 0
    assert Path("saved/pilot.csv").read_bytes() == Path("here/pilot.csv").read_bytes()
    assert "pilot=true" in json.loads(Path("saved/study.json").read_text())["command"]
    config = Path("two/config.yaml")
    config.write_text(config.read_text().replace("mean_s: 150", "mean_s: 151"))
    assert main(["tiny", "seed=2", "report=tables", "output=three"]) == 0
    shutil.copytree("one", "four")
    Path("four/config.yaml").write_text(Path("one/config.yaml").read_text().replace("agents: 6", "agents: -6"))
    capsys.readouterr()
    for folder, line in (("two", "two: pilot: comes out otherwise when it is simulated again"),
                         ("four", "pilot: saved runs cannot be simulated again: teams.front.agents"),
                         ("three", "no pilot can compare B with A: their seeds differ (1 and 2)")):  # fmt: skip
        assert main(["compare", "one", folder, *words, "output=found"]) == 2
        told = capsys.readouterr().err.splitlines()
        assert len(told) == 1 and line in told[0], told
    assert not Path("found").exists()


WITH = "with=[teams.front.agents=9]"
BAD = [
    (["tiny", WITH, "pilot=maybe"], "pilot=maybe: needs true or false"),
    (["tiny", WITH, "pilot=true", "pilot=true"], "pilot is given twice"),
    (["tiny", WITH, "pilot"], "pilot: a pilot has pilot.share, pilot.power, pilot.kpi, pilot.max_days"),
    (["tiny", WITH, "pilot.days=3"], "pilot.days=3: a pilot has pilot.share"),
    (["tiny", WITH, "pilot.share=1"], "pilot.share=1: needs a number from 0.05 to 0.95"),
    (["tiny", WITH, "pilot.share=0.2,0.3"], "pilot.share=0.2,0.3: needs one number"),
    (["tiny", WITH, "pilot.power=80"], "pilot.power=80: needs"),
    (["tiny", WITH, "pilot.max_days=1000"], "pilot.max_days=1000: needs a whole number from 1 to 365"),
    (["tiny", WITH, "pilot.kpi=csat"], "pilot.kpi=csat: a pilot is judged by csat_surveyed"),
    (["tiny", "behavior=none", WITH, "pilot.kpi=csat_surveyed"], "A has no such figure: its people do not count"),
    (["tiny", "with=[demand.scale=1.1]", "pilot=true"], "no pilot can compare B with A: their demand differs"),
]


@pytest.mark.parametrize(("words", "line"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_words_get_one_line(desk: Path, capsys: pytest.CaptureFixture[str], words: list[str], line: str) -> None:
    assert main(["compare", *words]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and line in told[0], told
    assert not Path("outputs").exists()


def test_where_nobody_calls_a_pilot_tells_nothing(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["with=[staffing.scale=1.1]", "pilot.max_days=8", "queues.voice.arrivals.per_hour=0", "replications=2"]
    assert main(["compare", "tiny", *words, "output=found"]) == 0
    assert "nan" not in capsys.readouterr().out
    assert (desk / "found" / "report.html").is_file()
