"""Agents one by one on their recorded spells: the rows of a timetable, and the hours that come of them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibrate.fits.presence import _rest_at_leave, fit_presence
from sim.calibrate.hourly import SUMS, of_facts
from sim.calibrate.recorded_duty import Recorded, with_duty
from sim.calibrate.wavering import Wavering, simulate
from sim.record import AgentState, Duty
from sim.run import Engine, Model
from tests.calibrate.lab import center, log_of

STEADY = Wavering(0.0, 0.0, 0.0, 0.0, 0.0)
ENGINES: tuple[Engine, Engine] = ("simpy", "compiled")


def test_rows() -> None:
    """Two agents: one goes to lunch and away for two hours, as the last one; the other is there for 5 seconds only."""
    spells = Recorded(
        np.array([3, 3, 3, 5]), np.array([0.0, 4_000.0, 20_000.0, 50.0]), np.array([3_000.0, 9_000.0, 21_000.0, 55.0]),
        100.0,
    )  # fmt: skip
    number = np.array([-1, -1, -1, 0, -1, 1])
    rows = spells.rows(number)
    found = sorted((float(row["at"]), int(row["who"]), Duty(row["what"]).name, float(row["lasts"])) for row in rows)
    assert found == [
        (0.0, 0, "SIGN_ON", 0.0), (50.0, 1, "SIGN_ON", 0.0), (51.0, 1, "SIGN_OFF", 0.0),
        (2_900.0, 0, "AWAY", 1_000.0), (9_000.0, 0, "SIGN_OFF", 0.0), (20_000.0, 0, "SIGN_ON", 0.0),
        (21_000.0, 0, "SIGN_OFF", 0.0),
    ]  # fmt: skip
    later = spells.between(8_000.0, 20_500.0)
    assert later.agent.tolist() == [3, 3] and later.start.tolist() == [0.0, 12_000.0]
    assert later.end.tolist() == [1_000.0, 12_500.0]
    assert len(spells.between(1e6, 2e6).rows(number)) == 0


def test_agents_are_there_as_the_log_shows() -> None:
    """A known center's agents, read from its contacts, put back into it: as many hours on duty, each agent's own."""
    scenario = center(days=7)
    contacts, model = log_of(scenario), Model.of(scenario)
    found = fit_presence(contacts)
    names = list(found.teams.of)
    number = np.array([int(name.rsplit(" ", 1)[-1]) for name in names])
    recorded = Recorded(found.agent, found.start, found.end, found.rest_at_leave_s)
    days = np.arange(7)
    asked = float((found.end - found.start).sum())
    hours, own = [], np.zeros(len(names))
    for replication in range(6):
        facts = simulate(model, replication, ENGINES[replication % 2], STEADY, 1, None, recorded.rows(number))
        hours.append(of_facts(facts, 1, days, 20.0)[0, :, SUMS.index("duty_s")].sum())
        there = facts.states[facts.states["state"] != int(AgentState.AWAY)]
        own += np.bincount(there["agent"], there["end"] - there["start"], minlength=len(names))[number] / 6.0
    assert np.mean(hours) == pytest.approx(asked, rel=0.01)
    each = np.bincount(found.agent, found.end - found.start, minlength=len(names))
    assert np.abs(own / each - 1.0).max() < 0.05
    timetable = with_duty(model.given(0).timetable, recorded.rows(number))
    assert (np.diff(timetable["at"]) >= 0.0).all()
    assert (timetable["what"] == int(Duty.OPEN)).sum() == 7


def rest_after(spell: float, contacts: np.ndarray, busy: float, random: np.random.Generator) -> float:
    """Mean rest of the contact in hand after a spell, agent by agent: 40,000 of them."""
    at = np.zeros(40_000)
    rest = np.zeros(40_000)
    pause = contacts.mean() * (1.0 - busy) / busy
    while (going := at <= spell).any():
        lasts = random.choice(contacts, len(at))
        rest = np.where(going, np.maximum(at + lasts - spell, 0.0), rest)
        at = np.where(going, at + lasts + pause, at)
    return float(rest.mean())


def test_the_rest_of_a_contact_when_a_spell_ends() -> None:
    """Exponential contacts have the same rest whenever they are in hand; after short spells none is an old one."""
    random = np.random.default_rng(1)
    steady = random.exponential(200.0, 20_000)
    for spell in (60.0, 600.0, 5_000.0):
        assert _rest_at_leave(np.array([spell]), steady, 1.0) == pytest.approx(200.0, rel=0.05)
    assert _rest_at_leave(np.array([7_000.0]), steady, 0.5) == pytest.approx(100.0, rel=0.05)
    varied = random.lognormal(np.log(120.0), 1.0, 20_000)
    long, short = (_rest_at_leave(np.array([spell]), varied, 0.9) for spell in (7_000.0, 60.0))
    assert long == pytest.approx(0.9 * (varied**2).mean() / (2.0 * varied.mean()), rel=0.05)
    assert short == pytest.approx(rest_after(60.0, varied, 0.9, random), rel=0.03)
