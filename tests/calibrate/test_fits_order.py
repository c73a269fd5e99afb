"""Which queue's callers are taken first, read from the order in which they were answered."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from sim.calibrate.fits.everything import Fitted, fit_contacts
from sim.calibrate.fits.order import LEAST, Choices, _head_starts, _lead, _over_the_least, _together, fit_order
from sim.calibrate.fits.presence import fit_teams
from sim.calibrate.scenario_file import scenario_text
from sim.loading import load
from sim.report.calibration.order import order, shown_pairs
from tests.calibrate.lab import log_of

CENTER = """\
days: 28
behavior: {{people: false}}
engine: compiled
queues:
  gold: {{open: "08:00-18:00", arrivals: {{kind: rates, per_hour: 60}}, talk: {{kind: exponential, mean_s: 200}},
         patience: {{kind: exponential, mean_s: 300}}, head_start_s: {head}}}
  plain: {{open: "08:00-18:00", arrivals: {{kind: rates, per_hour: 60}}, talk: {{kind: exponential, mean_s: 200}},
          patience: {{kind: exponential, mean_s: 300}}}}
  rare: {{open: "08:00-18:00", arrivals: {{kind: rates, per_hour: 0.2}}, talk: {{kind: exponential, mean_s: 200}},
         patience: {{kind: exponential, mean_s: 300}}}}
teams:
  all: {{skills: {{gold: 1, plain: 1, rare: 1}}, staffing: {{start: "08:00", interval_min: 720, agents: [6]}}}}
"""


@lru_cache(maxsize=2)
def log(folder: Path, head: float) -> pl.DataFrame:
    file = folder / f"center{head:g}.yaml"
    file.write_text(CENTER.format(head=head))
    return log_of(load([str(file)]).scenario)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("order")


def test_a_head_start_is_found_and_written(folder: Path) -> None:
    fitted: Fitted = fit_contacts(log(folder, 90.0))
    own = fitted.order
    assert own is not None and own.choices > 5_000
    found = own.written("gold")
    assert found is not None and found.value == pytest.approx(90.0, abs=2.0)
    assert own.explained > 0.99 > 0.9 > own.longest
    assert own.head_start["plain"].value == 0.0
    assert own.written("rare") is None
    queues = yaml.safe_load(scenario_text(fitted, "center"))["queues"]
    assert queues["gold"]["head_start_s"] == pytest.approx(90.0, abs=2.0)
    assert "head_start_s" not in queues["plain"] and "head_start_s" not in queues["rare"]


def test_the_picture_has_the_pairs_with_a_head_start(folder: Path) -> None:
    ahead, alike = (fit_contacts(log(folder, head)) for head in (90.0, 0.0))
    pairs = shown_pairs(ahead)
    assert (pairs[0].first, pairs[0].second) == ("gold", "plain")
    near, far = pairs[0].longer_s < 75.0, pairs[0].longer_s > 105.0
    assert pairs[0].taken[near].min() > 0.97 and pairs[0].taken[far].max() < 0.03
    assert order(ahead).axes[0].get_title(loc="left").startswith("gold before plain: ")
    assert shown_pairs(alike) == []


def test_longest_wait_has_no_head_start(folder: Path) -> None:
    contacts = log(folder, 0.0)
    own = fit_order(contacts, fit_teams(contacts))
    assert own.longest > 0.99
    assert [own.written(queue) for queue in ("gold", "plain", "rare")] == [None, None, None]


def test_one_queue_at_a_time_tells_nothing(folder: Path) -> None:
    contacts = log(folder, 90.0).filter(pl.col("queue") != "plain")
    own = fit_order(contacts, fit_teams(contacts))
    assert own.choices < LEAST and "too few" in own.note
    assert own.written("gold") is None


def test_choices_made_by_hand_do_not_pull() -> None:
    """A third of the choices at random, some far off: the lead is found to a second."""
    random = np.random.default_rng(1)
    less = random.normal(0.0, 100.0, 20_000)
    by_hand = random.random(20_000) < 1.0 / 3.0
    first = np.where(by_hand, random.random(20_000) < 0.5, less < 60.0)
    less[by_hand] *= 10.0
    assert _lead(less[first], less[~first]) == pytest.approx(60.0, abs=1.0)
    assert _lead(np.array([]), np.array([30.0, 50.0])) == 0.0


def test_the_lead_is_right_on_average() -> None:
    """40 samples of 2,000 choices, a fifth of them by hand: the mean within 3 standard errors of 90 s."""
    found = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        less = random.normal(60.0, 120.0, 2_000)
        first = np.where(random.random(2_000) < 0.2, random.random(2_000) < 0.5, less < 90.0)
        found.append(_lead(less[first], less[~first]))
    assert np.mean(found) == pytest.approx(90.0, abs=3.0 * np.std(found, ddof=1) / np.sqrt(40.0) + 0.05)
    assert np.std(found, ddof=1) < 5.0


def test_queues_without_common_agents_are_not_compared() -> None:
    """A before B by 90 s, C before D by 20 s, and nobody serves both."""
    random = np.random.default_rng(2)
    parts = []
    for a, lead in ((0, 90.0), (2, 20.0)):
        less = random.normal(0.0, 100.0, 3_000)
        first = less < lead
        parts.append(Choices(np.where(first, a, a + 1), np.where(first, a + 1, a), np.where(first, less, -less)))
    both = Choices(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    met = np.bincount(np.concatenate((both.taken, both.other)), minlength=4)
    heads = np.array([_head_starts(both, 4)] * 3)
    for part in _together(both, met):
        known, heads[:, part] = _over_the_least(heads[:, part], met[part])
        assert known.all()
    assert heads[0] == pytest.approx([90.0, 0.0, 20.0, 0.0], abs=1.0)
