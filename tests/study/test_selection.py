"""Selection on systems whose best is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.study.choice.rounds import by_replication, looks
from sim.study.choice.selection import above, select
from sim.study.variants import Figures, Floats

pytest.importorskip("sim_tools", reason="the extra optimize is not installed")

LOOKS = looks(10, 300)


def by_hand(observations: list[Floats], zone: float, alpha: float, first: int) -> tuple[list[int], list[int]]:
    """KN as the paper has it (c = 1), straight: systems left, and observations of each."""
    x = np.array(observations)
    k = len(x)
    eta = 0.5 * ((2.0 * alpha / (k - 1.0)) ** (-2.0 / (first - 1.0)) - 1.0)
    h2 = 2.0 * eta * (first - 1.0)
    spread = np.var(x[:, None, :first] - x[None, :, :first], axis=2, ddof=1)
    left, used, r = list(range(k)), [first] * k, first
    while len(left) > 1:
        means = x[:, :r].mean(axis=1)
        room = np.maximum(0.0, zone / (2.0 * r) * (h2 * spread / zone**2 - r))
        left = [i for i in left if all(means[i] >= means[j] - room[i, j] for j in left)]
        if len(left) > 1:
            r += 1
            for i in left:
                used[i] = r
    return left, used


def systems(rng: np.random.Generator, means: list[float], spreads: list[float], common: float, n: int) -> list[Floats]:
    own, shared = rng.normal(size=(len(means), n)), rng.normal(size=n)
    return [
        m + s * (math.sqrt(1.0 - common) * x + math.sqrt(common) * shared)
        for m, s, x in zip(means, spreads, own, strict=True)
    ]


@pytest.mark.parametrize("common", [0.0, 0.8])
def test_the_procedure_is_that_of_the_paper(common: float) -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        told = systems(rng, rng.normal(0, 0.6, 5).tolist(), [0.5, 3.0, 1.0, 2.0, 0.2], common, 3000)
        left, used = by_hand(told, 0.5, 0.05, 10)
        found = select(told, 0.5, 0.05, 10)
        assert found.decided and list(found.left) == left
        # Whoever is left at last is observed once more than needed.
        assert [n - (k in left) for k, n in enumerate(found.used)] == used


def test_the_best_is_selected_as_often_as_promised() -> None:
    """The least favorable means: all others behind by exactly the zone. 300 selections, 4 standard errors."""
    rng = np.random.default_rng(7)
    right, trials = 0, 300
    for _ in range(trials):
        place = int(rng.integers(4))
        means = [0.5 if k == place else 0.0 for k in range(4)]
        right += select(systems(rng, means, [1.0, 1.5, 0.7, 1.0], 0.6, 3000), 0.5, 0.1, 10).left == (place,)
    assert right / trials >= 0.9 - 4.0 * math.sqrt(0.9 * 0.1 / trials)


def test_undecided_it_says_who_is_to_be_observed_further_and_goes_on_to_the_same_end() -> None:
    told = systems(np.random.default_rng(2), [0.0, 0.05, -9.0], [1.0, 1.0, 1.0], 0.0, 4000)
    short = select([each[:20] for each in told], 0.1, 0.05, 10)
    assert not short.decided and short.left == (0, 1)
    mixed = select([told[0], told[1], told[2][:20]], 0.1, 0.05, 10)
    assert mixed == select(told, 0.1, 0.05, 10)
    assert mixed.decided and mixed.used[2] < 20


def test_systems_that_are_exactly_level_end_together() -> None:
    x = np.random.default_rng(1).normal(size=200)
    found = select([x, x, x - 5.0], 0.5, 0.05, 10)
    assert found.decided and found.left == (0, 1)
    assert select([x], 0.5, 0.05, 10).left == (0,)


def test_whether_a_mean_is_above_a_limit() -> None:
    rng = np.random.default_rng(3)
    assert above(rng.normal(1.0, 1.0, 300), 0.0, 0.01, LOOKS) is True
    assert above(rng.normal(-1.0, 1.0, 300), 0.0, 0.01, LOOKS) is False
    assert above(rng.normal(0.01, 1.0, 30), 0.0, 0.01, LOOKS) is None
    # On the limit any answer is wrong: 2,000 times, 4 standard errors.
    said = sum(above(rng.normal(0.0, 1.0, 300), 0.0, 0.05, LOOKS) is not None for _ in range(2000))
    assert said / 2000 <= 0.05 + 4.0 * math.sqrt(0.05 * 0.95 / 2000)


def test_a_ratio_by_replication_has_the_ratio_of_sums_as_its_mean() -> None:
    rng = np.random.default_rng(4)
    bottom = rng.normal(1000.0, 150.0, (200, 1))
    top = bottom * rng.normal(0.8, 0.05, bottom.shape)
    figures = Figures(top, bottom)
    first = by_replication(Figures(top[:20], bottom[:20]), 20)
    assert first.mean() == pytest.approx(top[:20].sum() / bottom[:20].sum(), rel=1e-12)
    found = by_replication(figures, 20)
    assert found[:20].tolist() == first.tolist()  # what was told stays
    assert found.mean() == pytest.approx(figures.mean()[0], abs=2e-3)  # 0.013 * 0.04, twice
    counts = Figures(top, np.ones_like(top))
    assert by_replication(counts, 20).tolist() == pytest.approx(top[:, 0].tolist())
