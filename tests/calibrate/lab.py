"""Logs whose truth is known: the simulator writes them, so every fitted figure can be held against what was put in."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from sim.calibrate.from_facts import contacts_from
from sim.loading import load
from sim.run import Model
from sim.scenario import Scenario

CENTER = """\
description: A center whose parameters are known.
days: {days}
behavior: {{people: false, talk: {{speed: 0}}}}
queues:
  voice:
    open: {open}
    at_close: {at_close}
    arrivals:
      kind: rates
      start: "08:00"
      interval_min: 60
      per_hour: {rates}
      day_factor_shape: {shape}
      slot_factor: {slot}
    talk: {talk}
    hold: {{kind: zero_or, probability_zero: 0.7, then: {{kind: exponential, mean_s: 40}}}}
    wrap: {{kind: exponential, mean_s: 30}}
    patience: {patience}
    told_place: {told}
    redial: {{after_abandon: {redial}}}
teams:
  front:
    skills: {{voice: 1}}
    handle_factors: {factors}
    staffing: {{start: "08:00", interval_min: 60, agents: {agents}}}
"""
RATES = (60, 80, 100, 120, 110, 90, 100, 90, 70, 50)
AGENTS = (8, 9, 11, 12, 11, 10, 10, 9, 8, 6)
TALK = "{kind: lognormal, median_s: 160, sigma: 0.9}"
PATIENCE = "{kind: exponential, mean_s: 200}"


def center(
    seed: int = 1, *, days: int = 28, scale: float = 1.0, shape: float | str = 30, slot: str = "null", talk: str = TALK,
    patience: str = PATIENCE, redial: float = 0.4, spread: float = 0.2, agents: tuple[int, ...] = AGENTS,
    open: str = '"08:00-18:00"', at_close: str = "disconnect", told: str = "null",
) -> Scenario:  # fmt: skip
    """A center with one queue and one team, whose agents' log handle factors are normal with sd `spread`."""
    factors = np.exp(np.random.default_rng(seed).normal(0.0, spread, max(agents))).round(6).tolist()
    text = CENTER.format(
        days=days, open=open, at_close=at_close, rates=[scale * rate for rate in RATES], shape=shape, slot=slot,
        talk=talk, patience=patience, told=told, redial=redial, factors=factors, agents=list(agents),
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        file = Path(folder) / "center.yaml"
        file.write_text(text)
        return load([str(file), f"seed={seed}", "engine=compiled"]).scenario


def log_of(scenario: Scenario, replication: int = 0) -> pl.DataFrame:
    """The contacts of one replication, as a reader gives them."""
    return contacts_from(Model.of(scenario).simulate(replication), scenario)


@lru_cache(maxsize=1)
def usual_log() -> pl.DataFrame:
    """Eight weeks of the center as it is: about 50,000 contacts."""
    return log_of(center(days=56))
