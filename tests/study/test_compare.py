"""Compare: zero differences, known ones, Holm by hand, runs that cannot be paired, and folders that are none."""

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
from sim.cli.compare import overrides
from sim.loading import Refused, load
from sim.study.comparison import sides
from sim.study.comparison.compare import MEASURES, Side, compare, course, shared, with_net
from sim.study.comparison.differences import (
    BETTER,
    HIGHER,
    LOWER,
    UNTOLD,
    WORSE,
    Difference,
    holm,
    paired,
    still_needed,
    unpaired,
    verdict,
)
from sim.study.execution import SERIAL
from sim.study.variants import Figures
from tests.tiny import TINY, desk, write

__all__ = ["desk"]
KPIS = [each.key for each in MEASURES if each.key != "net_per_week_settled"]
"""Those of a single day, which is no week."""


def counts(values: list[float]) -> Figures:
    """Figures of a count: its bottom is 1."""
    return Figures(np.array(values)[:, None], np.ones((len(values), 1)))


def side(name: str, level: list[float], seed: int = 1, **more: object) -> Side:
    """A run of which only the service level is known."""
    top = np.array(level)
    config = {"seed": seed, "queues": {"voice": {}}, **more}
    return Side(name, config, np.arange(len(level)), {"service_level": (top, np.ones(len(level)))}, None, None)


# ---------------------------------------------------------------- statistics


def test_holm_by_hand() -> None:
    """Of 0.01, 0.04, 0.03: 3 x 0.01, 2 x 0.03, and 1 x 0.04, which is no less than the one before."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    with_nan = holm([math.nan, 0.02, 0.01])
    assert math.isnan(with_nan[0]) and with_nan[1:] == pytest.approx([0.02, 0.02])


def test_pairs_are_the_paired_t_test() -> None:
    one, base = [3.0, 5.0, 4.0, 8.0], [1.0, 4.0, 2.0, 7.0]
    found = paired(counts(one), counts(base), 0.95)
    known = stats.ttest_rel(one, base)
    low, high = known.confidence_interval(0.95)
    assert (found.mean, found.p, found.low, found.high) == pytest.approx((1.5, known.pvalue, low, high))
    gain = (np.var(one, ddof=1) + np.var(base, ddof=1)) / np.var(np.subtract(one, base), ddof=1)
    assert found.reduction == pytest.approx(gain) and found.replications == 4


def test_without_pairs_it_is_the_test_of_welch() -> None:
    one, base = [3.0, 5.0, 4.0, 8.0, 6.0], [1.0, 4.0, 2.0]
    found = unpaired(counts(one), counts(base), 0.9)
    known = stats.ttest_ind(one, base, equal_var=False)
    low, high = known.confidence_interval(0.9)
    assert (found.mean, found.p, found.low, found.high) == pytest.approx((known._estimate, known.pvalue, low, high))
    assert math.isnan(found.reduction)


def test_a_ratio_is_one_of_sums_and_its_spread_by_the_delta_method() -> None:
    """Tops 1, 4 of bottoms 2, 4: ratio 5/6, and (x - R y) / mean y = (-2/9, 2/9); the base has no spread."""
    one = Figures(np.array([[1.0], [4.0]]), np.array([[2.0], [4.0]]))
    base = Figures(np.array([[1.0], [2.0]]), np.array([[2.0], [4.0]]))
    for found in (paired(one, base, 0.95), unpaired(one, base, 0.95)):
        assert found.mean == pytest.approx(5 / 6 - 1 / 2)
        assert found.deviation == pytest.approx(math.sqrt(2 * (2 / 9) ** 2))


def test_replications_needed_solve_their_equation() -> None:
    difference = Difference(0.5, -0.5, 1.5, 0.3, 10, 2.0, math.nan)
    more = still_needed(difference, 0.05)
    assert more is not None
    n = more + 10
    for candidate, enough in ((n, True), (n - 1, False)):
        wanted = (float(stats.t.ppf(0.975, candidate - 1)) * 2.0 / 0.5) ** 2
        assert (candidate >= wanted) is enough
    assert still_needed(difference._replace(mean=1e-9), 0.05) == math.inf
    assert still_needed(difference._replace(mean=0.0), 0.05) is None


def test_verdicts_know_the_direction() -> None:
    assert [verdict(d, 0.01, 0.05, s) for d, s in ((1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0))] == [
        BETTER, WORSE, WORSE, BETTER, HIGHER, LOWER,
    ]  # fmt: skip
    assert verdict(1, 0.06, 0.05, 1) == verdict(1, math.nan, 0.05, 1) == UNTOLD


def test_holm_counts_all_runs_together() -> None:
    """A difference that is told when its run is the only one is not when nine others are looked at as well."""
    base = [0.70, 0.80, 0.75, 0.72, 0.79]
    close = side("B", [x + d for x, d in zip(base, (0.01, 0.02, 0.01, 0.005, 0.03), strict=True)])
    alone = compare([side("A", base), close], [None], 0.95).frame
    noise = [side(f"N{k}", list(np.roll(base, k % 4 + 1))) for k in range(9)]
    among = compare([side("A", base), close, *noise], [None] * 10, 0.95).frame
    assert alone["verdict"].to_list() == [BETTER]
    row = among.row(0, named=True)
    assert row["p"] == alone["p"][0] and row["verdict"] == UNTOLD and row["p_holm"] == pytest.approx(10 * row["p"])
    assert row["replications_more"] >= 1


def test_only_common_replications_make_pairs() -> None:
    longer = side("B", [0.9, 0.8, 0.7, 0.6])
    found = compare([side("A", [0.8, 0.7, 0.65]), longer], [None], 0.95)
    row = found.frame.row(0, named=True)
    assert found.pairs == [3]
    assert (row["replications"], row["value"]) == (3, pytest.approx(0.8))


def test_the_net_settles_open_cases() -> None:
    """5 of value are lost a closed case; 3 + 1 cases are open; where none has closed nothing is known of them."""
    sums = {
        "net_per_week": (np.array([-100.0, -100.0]), np.array([2.0, 2.0])),
        "value_lost": (np.array([50.0, 0.0]), np.ones(2)),
        "cases_closed": (np.array([10.0, 0.0]), np.ones(2)),
        "repeats_owed": (np.array([3.0, 3.0]), np.ones(2)),
        "redials_owed": (np.array([1.0, 1.0]), np.ones(2)),
    }
    settled = with_net(sums)
    top, weeks = settled["net_per_week_settled"]
    assert top.tolist() == [-120.0, -100.0] and weeks.tolist() == [2.0, 2.0]
    assert "net_settled" not in settled
    assert with_net({"net_per_week": sums["net_per_week"]}).keys() == {"net_per_week"}


def test_the_net_of_runs_of_different_length_is_not_compared() -> None:
    base = side("A", [0.8, 0.7], days=1)
    base.sums["net_settled"] = base.sums["service_level"]
    assert [each.key for each in shared(base, base)] == ["service_level", "net_settled"]
    assert [each.key for each in shared(base._replace(config=base.config | {"days": 2}), base)] == ["service_level"]


REASONS = [
    ({"seed": 2}, "their seeds differ (1 and 2)"),
    ({"days": 5}, "their days differs"),
    ({"demand": {"scale": 1.1}}, "their demand differs"),
    ({"queues": {"chat": {}}}, "they have different queues"),
    ({"queues": {"voice": {"open": "24h"}}}, "the callers of queue voice differ"),
]


@pytest.mark.parametrize(("changed", "reason"), REASONS, ids=[reason for _, reason in REASONS])
def test_what_cannot_be_paired(changed: dict[str, object], reason: str) -> None:
    base = side("A", [0.8, 0.7])
    other = base._replace(config=base.config | changed)
    assert sides.why_not(other, base) == reason
    assert sides.why_not(base._replace(config=base.config | {"staffing": {"scale": 2}}), base) is None
    assert sides.why_not(base._replace(numbers=np.array([1, 2])), base) == (
        "they have fewer than two replications in common"
    )


# ---------------------------------------------------------------- simulated


def test_more_agents_are_better_and_pairs_tell_so_sooner(desk: Path) -> None:
    """8 agents for 6: a known improvement, told with 6 replications; without pairs the spread is larger."""
    raws = [load(["tiny"]).raw, load(["tiny", "teams.front.agents=8"]).raw]
    runs = list(sides.simulated(raws, "AB", 6, 0.95, SERIAL))
    told = {row["kpi"]: row for row in compare(runs, [None], 0.95).frame.iter_rows(named=True)}
    assert told["service_level"]["verdict"] == told["asa_s"]["verdict"] == BETTER
    assert told["occupancy"]["verdict"] == LOWER
    assert told["service_level"]["low"] > 0.0 > told["asa_s"]["high"]
    assert told["occupancy"]["variance_reduction"] > 2.0
    day = course(runs[1], runs[0], 0.95)
    assert day is not None and day.paired
    nine = int(np.flatnonzero(day.start_s == 9 * 3600)[0])
    assert 1.0 < day.agents[0][nine] <= 2.0


def test_a_run_in_a_folder_and_the_same_simulated_here_are_equal(desk: Path) -> None:
    assert main(["tiny", "behavior=evidence", "costs=standard", "report=tables", "output=saved"]) == 0
    (here,) = sides.simulated([load(["tiny", "behavior=evidence", "costs=standard"]).raw], "A", 3, 0.95, SERIAL)
    there = sides.saved(Path("saved"), "B")
    assert set(here.sums) == set(there.sums) > {"net_settled", "csat", "occupancy"}
    for key, pair in here.sums.items():
        for mine, theirs in zip(pair, there.sums[key], strict=True):
            assert mine == pytest.approx(theirs, rel=1e-9), key
    assert here.days is not None and there.days is not None
    for mine, theirs in zip(here.days[:5], there.days[:5], strict=True):
        assert np.allclose(mine, theirs, rtol=1e-9, equal_nan=True)
    together = course(there, here, 0.95)
    assert together is not None and together.paired and np.nanmax(np.abs(together.level[0])) < 1e-12
    assert np.nanmax(together.level[2] - together.level[1]) < 1e-12


def test_a_folder_without_its_replications_by_interval_has_the_bands_of_its_tables(desk: Path) -> None:
    """A run of an older program, or a year by quarter hours."""
    assert main(["tiny", "output=saved", "report=tables"]) == 0
    kept = sides.saved(Path("saved"), "A")
    (desk / "saved" / "observed.npz").unlink()
    bare = sides.saved(Path("saved"), "B")
    assert kept.days is not None and bare.days is not None
    for mine, theirs in zip(kept.days[:5], bare.days[:5], strict=True):
        # Saved half-widths of shares are those that were cut at 0 or 1: never larger.
        equal = np.isclose(mine, theirs, rtol=1e-9, equal_nan=True)
        assert (equal | (theirs < mine)).all()
    apart = course(bare, kept, 0.95)
    assert apart is not None and not apart.paired and np.nanmax(np.abs(apart.level[0])) < 1e-12
    unpaired = course(kept, kept, 0.95, pairs=False)
    assert unpaired is not None and not unpaired.paired


def test_bands_are_paired_over_the_replications_that_both_have(desk: Path) -> None:
    assert main(["tiny", "output=four", "replications=4", "report=tables"]) == 0
    assert main(["tiny", "teams.front.agents=8", "output=six", "replications=6", "report=tables"]) == 0
    four, six = sides.saved(Path("four"), "A"), sides.saved(Path("six"), "B")
    whole = sides.saved(Path("six"), "C")
    found, other = course(six, four, 0.95), course(four, whole, 0.95)
    assert found is not None and found.paired and other is not None
    assert np.allclose(found.level[0], -other.level[0], equal_nan=True)


# ---------------------------------------------------------------- the verb


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two finished runs, `one` and `two`; of the second the seed is another."""
    folder = tmp_path_factory.mktemp("runs")
    write(folder, "tiny", TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["tiny", "output=one"]) == 0
        assert main(["tiny", "seed=2", "report=tables", "output=two"]) == 0
    return folder


@pytest.fixture
def saved(desk: Path, two_runs: Path) -> Path:
    """A desk with copies of both."""
    for name in ("one", "two"):
        shutil.copytree(two_runs / name, desk / name)
    return desk


def test_a_run_against_itself_differs_in_nothing(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "one", "one", "output=found"]) == 0
    assert "B and A do not differ in any figure" in capsys.readouterr().out
    frame = pl.read_csv("found/comparison.csv")
    assert frame["kpi"].to_list() == KPIS
    assert (frame.select("difference", "low", "high") == 0.0).to_numpy().all()
    assert set(frame["verdict"]) == {UNTOLD} and frame["replications_more"].null_count() == len(frame)
    names = {path.name for path in Path("found").iterdir()}
    assert names == {
        "comparison.csv", "by_interval.csv", "forest.png", "forest.svg", "day.png", "day.svg", "report.html",
        "study.json", "configs",
    }  # fmt: skip
    assert {path.name for path in Path("found/configs").iterdir()} == {"A.yaml", "B.yaml"}


def test_other_seeds_are_not_paired_and_the_report_says_so(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "one", "two", "one", "output=found"]) == 0
    told = capsys.readouterr().out
    assert "B and A are not paired, because their seeds differ (1 and 2): 3 and 3 replications" in told
    assert "the agents of B are other people" in told and "the agents of C" not in told
    page = Path("found/report.html").read_text()
    assert "B and A are not paired, because their seeds differ" in page
    assert "the same random numbers in all" not in page
    frame = pl.read_csv("found/comparison.csv")
    assert dict(frame.select("run", "paired").unique().iter_rows()) == {"B": False, "C": True}
    assert json.loads(Path("found/study.json").read_text())["not_paired_because"][1] is None


def test_a_scenario_and_the_same_with_other_values(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["+scenario=tiny", "with=[teams.front.agents=9]", "with2=[teams.front.agents=5, staffing.scale=0.9]"]
    assert main(["compare", *words, "replications=4", "output=found"]) == 0
    told = capsys.readouterr().out
    assert "A: tiny as it stands.\n" in told and "C: teams.front.agents=5 staffing.scale=0.9.\n" in told
    assert "B and A are compared in 4 pairs" in told
    page = Path("found/report.html").read_text()
    assert "teams.front.agents" in page and "What differs between the scenarios of B and A" in page
    assert len(pl.read_csv("found/comparison.csv")) == 2 * len(KPIS)


def test_only_what_both_have_is_compared(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "tiny", "with=[behavior=none]", "replications=2", "output=found"]) == 0
    assert "Not in both B and A, so not compared: CSAT, FCR, NPS, repeats, cost per resolved and net." in (
        capsys.readouterr().out
    )
    keys = ["service_level", "asa_s", "abandonment_rate", "occupancy", "aht_s"]
    assert pl.read_csv("found/comparison.csv")["kpi"].to_list() == keys


def test_texts_of_others_are_escaped(desk: Path) -> None:
    assert main(["tiny", "report=tables", "output=<b>one"]) == 0
    words = ["teams.front.agents=7", "description='<script>alert(1)</script>'"]
    assert main(["tiny", *words, "report=tables", "output=two"]) == 0
    config = Path("two/config.yaml")
    config.write_text(config.read_text().replace("name: tiny", "name: <i>tiny</i>") + "'<u>key': '<img>'\n")
    assert main(["compare", "two", "<b>one", "output=found"]) == 0
    page = Path("found/report.html").read_text()
    for bad in ("<b>one", "<i>tiny", "<u>", "<img>", "<script"):
        assert bad not in page
    assert "&lt;b&gt;one" in page and "&lt;i&gt;tiny" in page and "&lt;u&gt;key" in page


def test_a_folder_that_is_no_finished_run_gets_one_line(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def spoiled(name: str, file: str, text: str | None) -> str:
        shutil.copytree("one", name)
        (Path(name) / file).unlink() if text is None else (Path(name) / file).write_text(text)
        return name

    table = Path("one/replications.csv").read_text().splitlines()
    half = "\n".join(table[: len(table) // 2])
    holes = "\n".join(row for row in table if not row.startswith("1,center,center,asa_s"))
    Path("sweep").mkdir()
    shutil.copytree("one", "sweep/0")
    bad = {
        "nowhere": "nowhere: no such folder",
        "scenarios/tiny.yaml": "scenarios/tiny.yaml: is no folder",
        "scenarios": "scenarios: holds no finished run (it has no run.json)",
        "sweep": "there are runs inside, such as sweep/0",
        spoiled("no_facts", "run.json", "{"): "no_facts/run.json: cannot be read",
        spoiled("facts_of_another", "run.json", "[]"): "facts_of_another/run.json: cannot be read",
        spoiled("no_table", "replications.csv", None): "no_table/replications.csv",
        spoiled("other_table", "replications.csv", "a,b\n1,2\n"): "other_table/replications.csv: cannot be read",
        spoiled("half", "replications.csv", half): "half/replications.csv: ",
        spoiled("holes", "replications.csv", holes): "asa_s is not there once for each replication: not whole",
        spoiled("empty", "replications.csv", ""): "empty/replications.csv: cannot be read",
        spoiled("no_config", "config.yaml", "- 1"): "no_config/config.yaml: cannot be read: holds no keys with values",
        spoiled("odd_config", "config.yaml", "a: ["): "odd_config/config.yaml: cannot be read",
    }
    capsys.readouterr()
    for folder, line in bad.items():
        assert main(["compare", "one", folder, "output=found"]) == 2, folder
        told = capsys.readouterr().err.splitlines()
        assert len(told) == 1 and line in told[0], (folder, told)
    assert not Path("found").exists()


BAD = [
    ([], "compare needs 2 to 10 runs, got 0"),
    (["tiny"], "to simulate a scenario and the same with other values"),
    (["+scenario=tiny"], "to simulate a scenario and the same with other values"),
    (["tiny", "with=[]"], "needs overrides, such as 'with=[goals.aht_target=240]'"),
    (["tiny", "with=[staffing.scale]"], "needs overrides"),
    (["tiny", "with=[seed=2]"], "seed is the same for all that is compared"),
    (["tiny", "with=[staffing.scale=2]", "with=[staffing.scale=3]"], "with is given twice"),
    (["tiny", "with=[staffing.scale=1]"], "changes nothing"),
    (["tiny", "with=[staffing.scael=2]"], "did you mean 'scale'?"),
    (["tiny", "with=[staffing.scale=2]", "replications=1"], "differences need at least 2"),
    (["tiny", "with=[staffing.scale=2]", "-m"], "`compare` takes no flags"),
    (["one", "two", "confidence=2"], "command line: confidence=2: needs"),
]


@pytest.mark.parametrize(("words", "line"), BAD, ids=[" ".join(words) or "nothing" for words, _ in BAD])
def test_bad_input_gets_one_line(desk: Path, capsys: pytest.CaptureFixture[str], words: list[str], line: str) -> None:
    assert main(["compare", *words]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and line in told[0]
    assert not Path("outputs").exists()


def test_a_single_replication_has_no_differences(desk: Path) -> None:
    write(desk, "short", (desk / "scenarios" / "tiny.yaml").read_text().replace("replications: 3", "replications: 1"))
    assert main(["short", "report=tables", "output=one"]) == 0
    with pytest.raises(Refused, match="a single replication"):
        sides.saved(Path("one"), "A")


def test_stopping_leaves_nothing(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.report.comparison.page.write_compare", stopped)
    assert main(["compare", "tiny", "with=[staffing.scale=2]", "replications=2", "output=found"]) == 130
    assert sorted(path.name for path in desk.iterdir()) == ["scenarios"]


def test_overrides_are_split_outside_of_brackets_and_quotes() -> None:
    assert overrides("[a=1, b=[2,3],c={d: 4, e: 5}]") == ["a=1", "b=[2,3]", "c={d: 4, e: 5}"]
    assert overrides("a=1,b='x, y'") == ["a=1", "b='x, y'"]
    assert overrides("b=[1,2]") == ["b=[1,2]"]
    assert overrides("[]") == []
