"""Fronts, prices and chances on figures whose truth is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.loading.refusal import Refused
from sim.study.sweeps import lattice, pareto
from sim.study.sweeps.plot import Plot
from sim.study.sweeps.spread import Spread
from sim.study.sweeps.sweep import Point, Sweep
from tests.study.points import GOALS, observed, peaky, plain, sweep_of

STAFF = [0.9, 0.95, 1.0, 1.05, 1.1]
TARGETS = [240, 300, 360]


def carpet(**more: object) -> Sweep:
    return sweep_of({"staffing.scale": STAFF, "goals.aht_target": TARGETS}, peaky, **more)  # type: ignore[arg-type]


# ---------------------------------------------------------------- efficient points


@pytest.mark.parametrize("kpis", [1, 2, 3])
def test_efficient_is_what_the_definition_says_also_with_ties(kpis: int) -> None:
    random = np.random.default_rng(kpis)
    values = random.integers(0, 5, (kpis, 200, 12)).astype(float)
    found = pareto.efficient(values)
    for d in range(values.shape[1]):
        for p in range(values.shape[2]):
            beaten = any(
                (values[:, d, q] >= values[:, d, p]).all() and (values[:, d, q] > values[:, d, p]).any()
                for q in range(values.shape[2])
            )
            assert found[d, p] == (not beaten)


def test_front_is_the_outer_edge_and_sure_where_days_are_shared() -> None:
    """More staff is better in both, so the front is the row with most of it, in spite of noise that all share."""
    sweep = carpet(shared=0.2, own=0.0005)
    found = pareto.front(sweep, ("service_level", "csat"))
    values = [sweep.done[k].values for k in found.members]
    assert values == [(1.1, 240), (1.1, 300), (1.1, 360)]
    assert (found.chance[found.on] > 0.95).all()
    assert (found.chance[~found.on] < 0.05).all()
    assert (found.surely_beaten == ~found.on).all()
    assert all(sweep.done[found.beaten_by[k]].values[0] == 1.1 for k in np.flatnonzero(~found.on))
    assert (found.beaten_by[found.on] == -1).all()


def test_counting_the_cost_leaves_cheap_points_on_the_front() -> None:
    found = pareto.front(carpet(shared=0.2, own=0.0), ("service_level", "csat", "operating_cost"))
    assert found.on.all()
    assert (found.chance == 1.0).all()


def test_points_that_are_the_same_share_the_front() -> None:
    sweep = sweep_of({"routing.pick_agent": ["a", "b"]}, lambda _: {"service_level": 0.8, "csat": 0.7}, own=0.0)
    found = pareto.front(sweep, ("service_level", "csat"))
    assert found.on.all()
    assert (found.chance == 1.0).all()


def test_front_needs_a_direction_and_says_nothing_of_chance_with_one_replication() -> None:
    with pytest.raises(ValueError, match="occupancy"):
        pareto.front(sweep_of({"staffing.scale": STAFF}, plain), ("service_level", "occupancy"))
    found = pareto.front(carpet(replications=1), ("service_level", "csat"))
    assert found.on.any()
    assert np.isnan(found.chance).all()


def test_chance_of_being_on_the_front_is_about_as_often_true() -> None:
    """400 studies of 6 points, 8 replications each; truths spread 5 times as wide as the standard errors.

    Points with a stated chance between 5 and 95 % are on the true front as often as stated: within 4 standard errors
    and 3 percentage points, since the normal approximation knows nothing of how truths are spread.
    """
    random = np.random.default_rng(7)
    stated, true = [], []
    for study in range(400):
        truth = random.normal(0.0, 1.0, (2, 6))
        days = random.normal(0.0, 2.0, (2, 8, 1))
        seen = 50.0 + truth[:, None, :] + days + random.normal(0.0, 0.2 * np.sqrt(8), (2, 8, 6))
        points = [Point(f"p{k}", (k,), observed({"service_level": seen[0, :, k], "csat": seen[1, :, k]}))
                  for k in range(6)]  # fmt: skip
        sweep = Sweep("x", sweep_of({"k": range(6)}, lambda _: {"csat": 1.0}).axes, tuple(points), 0.95)
        stated.append(pareto.front(sweep, ("service_level", "csat"), seed=study, wanted=400).chance)
        true.append(pareto.efficient(truth[:, None, :])[0])
    chance, on = np.concatenate(stated), np.concatenate(true)
    for low, high in ((0.05, 0.5), (0.5, 0.95)):
        some = (chance > low) & (chance <= high)
        error = np.sqrt(chance[some].mean() * (1.0 - chance[some].mean()) / some.sum())
        assert some.sum() > 50
        assert abs(on[some].mean() - chance[some].mean()) < 4.0 * error + 0.03
    assert on[chance > 0.99].mean() > 0.97
    assert on[chance < 0.01].mean() < 0.03


# ---------------------------------------------------------------- how points vary together


def test_differences_are_those_of_paired_figures() -> None:
    sweep = carpet(own=0.02)
    spread = Spread.of(sweep, ("csat", "aht_s"))
    gap = spread.against(3)
    for k, key in enumerate(("csat", "aht_s")):
        figures = sweep.figures(key)
        for p, own in enumerate(figures):
            expected = own.less(figures[3], 0.95)
            assert gap.mean[k, p] == pytest.approx(expected.mean[0], abs=1e-12)
            assert gap.low[k, p] == pytest.approx(expected.low[0], abs=1e-10)


def test_draws_spread_as_the_intervals_say() -> None:
    """Quantiles of 2,000 draws of a paired difference lie at its limits: within 4 standard errors of a 2.5 % tail."""
    spread = Spread.of(carpet(own=0.02, replications=6), ("csat",))
    gap = spread.between([0], [7])
    drawn = spread.draws(2000, seed=3)[0]
    difference = drawn[:, 7] - drawn[:, 0]
    error = 4.0 * np.sqrt(0.025 * 0.975 / 2000)
    assert (difference < gap.low[0, 0]).mean() == pytest.approx(0.025, abs=error)
    assert (difference > gap.high[0, 0]).mean() == pytest.approx(0.025, abs=error)


def test_points_with_fewer_replications_are_paired_over_those_that_both_have() -> None:
    sweep = carpet(own=0.01, replications=10)
    first = sweep.points[0]
    assert first.observed is not None
    short = first.observed
    rows = slice(0, 6)
    cut = short._replace(numbers=short.numbers[rows], figures=short.figures._replace(
        tops=short.figures.tops[rows], bottoms=short.figures.bottoms[rows]))  # fmt: skip
    sweep = dataclasses.replace(sweep, points=(first._replace(observed=cut), *sweep.points[1:]))
    gap = Spread.of(sweep, ("csat",)).against(5)
    alone = Spread.of(sweep, ("csat",)).evidence().error[0]
    assert np.isfinite(gap.low).all()
    assert gap.high[0, 0] - gap.low[0, 0] < 2.0 * 2.6 * (alone[0] + alone[5])
    assert pareto.front(sweep, ("service_level", "csat")).on.any()


# ---------------------------------------------------------------- prices


def test_price_of_a_point_is_right_and_its_interval_covers() -> None:
    """300 studies of 12 replications: the truth, 1,000 EUR for 4 points, lies in 95 % of intervals within 4 se."""
    hits = []
    for seed in range(300):
        sweep = sweep_of(
            {"staffing.scale": [1.0, 1.05]},
            lambda staff: {"service_level": 0.8 + 0.8 * (staff - 1.0), "operating_cost": 20_000.0 * staff},
            replications=12, own=0.004, seed=seed,
        )  # fmt: skip
        (step,) = pareto.steps(sweep, [0, 1], "service_level", "operating_cost", seed)
        assert step.told
        hits.append(step.price[1] <= 250.0 <= step.price[2])
    assert np.mean(hits) == pytest.approx(0.95, abs=4.0 * np.sqrt(0.95 * 0.05 / 300))


def test_there_is_no_price_where_no_gain_can_be_told() -> None:
    sweep = sweep_of({"staffing.scale": [1.0, 1.1]}, lambda s: {"csat": 0.8, "operating_cost": 100.0 * s}, own=0.01)
    (step,) = pareto.steps(sweep, [0, 1], "csat", "operating_cost")
    assert not step.told
    assert np.isnan(step.price).all()


def test_cost_is_told_by_day() -> None:
    sweep = sweep_of({"staffing.scale": [1.0, 1.1]}, peaky, own=0.0, shared=0.0)
    week = dataclasses.replace(
        sweep, points=tuple(p._replace(config={"goals": GOALS, "days": 5}) for p in sweep.points)
    )
    (daily,) = pareto.steps(sweep, [0, 1], "service_level", "operating_cost")
    (weekly,) = pareto.steps(week, [0, 1], "service_level", "operating_cost")
    assert daily.cost[0] == pytest.approx(2000.0)
    assert weekly.cost[0] == pytest.approx(400.0)


def test_chance_that_a_goal_is_met_in_the_long_run() -> None:
    sweep = sweep_of({"staffing.scale": [0.8, 1.0, 1.2]}, peaky, own=0.01, shared=0.01)
    chance = pareto.chance_in_the_long_run(sweep, "service_level")
    assert chance[0] < 0.001
    assert 0.001 < chance[1] < 0.999
    assert chance[2] > 0.999
    most = pareto.chance_in_the_long_run(sweep, "aht_s")
    assert (most < 0.1).all()  # 310 s is more than 300
    assert np.isnan(pareto.chance_in_the_long_run(sweep, "paid_hours")).all()


# ---------------------------------------------------------------- how points lie, and what is drawn


def test_rows_join_points_that_differ_in_one_factor() -> None:
    sweep = carpet()
    rows = lattice.rows_along(sweep, 1)
    assert len(rows) == len(STAFF)
    assert [sweep.done[k].values for k in rows[0]] == [(0.9, 240), (0.9, 300), (0.9, 360)]
    assert lattice.varied(sweep) == [0, 1]


def test_the_scenario_as_it_stands_is_known_or_the_middle_is_taken() -> None:
    sweep = carpet()
    assert lattice.as_it_stands(sweep) is None
    assert sweep.done[lattice.base(sweep)].values == (1.0, 300)
    known = dataclasses.replace(sweep, stands=(1.05, 240))
    found = lattice.as_it_stands(known)
    assert found is not None
    assert known.done[found].values == (1.05, 240)
    scales = sweep_of({"staffing.scale": STAFF}, peaky)
    found = lattice.as_it_stands(scales)
    assert found is not None
    assert scales.done[found].values == (1.0,)


def test_plots_suit_what_is_there() -> None:
    assert Plot.of({}, carpet()) == Plot("service_level", "csat", "aht_s", None, "operating_cost")
    bare = sweep_of({"staffing.scale": STAFF}, plain)
    assert Plot.of({}, bare) == Plot("service_level", "occupancy", "paid_hours", None, "paid_hours")
    three = sweep_of({"staffing.scale": STAFF, "goals.aht_target": TARGETS, "demand.scale": [0.9, 1.1]}, peaky)
    assert Plot.of({}, three).panel == "demand.scale"
    asked = Plot.of({"plot.x": "csat", "plot.y": "operating_cost", "colour": "none", "panel": "none"}, three)
    assert asked == Plot("csat", "operating_cost", None, None, "operating_cost")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"plot.x": "servise_level"}, "did you mean 'service_level'?"),
        ({"plot.panel": "staffing.scal"}, "did you mean 'staffing.scale'?"),
        ({"plot.colr": "csat"}, "did you mean 'color'?"),
        ({"x": "csat", "y": "csat"}, "is the same as plot.x"),
    ],
)
def test_plots_that_cannot_be_drawn_are_refused(asked: dict[str, str], said: str) -> None:
    with pytest.raises(Refused) as refused:
        Plot.of(asked, carpet())
    assert len(refused.value.lines) == 1
    assert said in refused.value.lines[0]
