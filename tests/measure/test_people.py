"""What came of encounters: satisfaction, resolution, repeats and churn, by hand."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.measure import Counts, Tally, count
from sim.measure.counts import Counting
from sim.measure.layout import People, Prices
from sim.measure.people import PEOPLE_COLUMNS
from sim.record import AgentState, ComesBack, Facts, Outcome
from tests.measure.days import call, day, layout, means, met, results, was

YES, LATER, ONWARD = ComesBack.YES, ComesBack.LATER, ComesBack.ONWARD
LOST = Outcome.ABANDONED
PEOPLE = People(lost_unanswered=0.075, prices=Prices("EUR", 30.0, 0.5, 300.0))
CENTER = layout("service", "second line", teams=("front", "back"), days=30, people=PEOPLE)
DAY = 86_400.0

# 0: content at once. 1: not resolved, passed on, resolved by the other team. 2: gives up, never again.
# 3: not resolved, will call again after the run. 4: not resolved, calls again, gives up, redials, resolved.
UNSOLVED: dict[str, Any] = {"resolved": 0, "from_resolution": -log(9.0), "csat": 2, "nps": 4, "effort": 4}
CALLS = [
    call(0, 0, talk=60, met=met(csat=5, nps=10, surveyed=1, churn=0.01, delivered=0.7, hurry=0.2)),
    call(1, 10, wait=5, talk=40, agent=1, comes_back=ONWARD, met=met(resolved=0, csat=2, nps=4, effort=4, energy=0.6)),
    call(1, 55, wait=2, talk=80, leg=1, queue=1, agent=2, team=1, met=met(churn=0.04, agitation=0.5)),
    call(2, 20, wait=30, outcome=LOST),
    call(3, 70, talk=30, comes_back=LATER, met=met(**UNSOLVED, short=1, acted=0.2, surveyed=1)),
    call(4, 110, talk=50, comes_back=YES, met=met(**UNSOLVED)),
    call(4, 4000, attempt=2, wait=20, outcome=LOST, comes_back=YES),
    call(4, 5000, attempt=3, talk=10, met=met(from_repeats=-1.0, nps=7, churn=0.05, goodwill=12.0)),
]
AFTER_REPEATS = 9.0 * np.exp(-1.0) / (1.0 + 9.0 * np.exp(-1.0))


def facts() -> Facts:
    return day(CALLS, teams=(0, 0, 1))


def test_the_center_by_hand() -> None:
    figures = means(results(CENTER, facts()))
    expected = {
        "handled": 6.0,
        "offered": 8.0,
        "first_attempts": 5.0,
        "customers": 5.0,
        "attempts_per_customer": 7 / 5,
        "customers_reached": 4.0,
        "csat": (0.9 + 0.9 + 0.5 + 0.5 + AFTER_REPEATS) / 5,  # not of the one who was passed on
        "csat_said": 3 / 5,
        "csat_surveyed": 1 / 2,
        "surveyed": 2.0,
        "response_rate": 2 / 5,
        "nps": 100 * (1 - 2) / 5,
        "nps_surveyed": 0.0,
        "effort": (2 + 2 + 4 + 4 + 2) / 5,
        "resolved": 3.0,
        "resolution_rate": 3 / 5,
        "fcr": 1 / 4,
        "fcr_measured": 2 / 4,  # the third will be seen again, after the run
        "repeats": 1.0,
        "repeat_rate": 1 / 8,
        "repeats_owed": 1.0,
        "transfers": 1.0,
        "transfer_rate": 1 / 6,
        "cut_short": 1.0,
        "empathy_delivered": (0.7 + 5 * 0.5) / 6,
        "empathy_acted": 0.2 / 6,
        "agitation": 0.5 / 6,
        "pressure": 0.2 / 6,
        "energy": (0.6 + 5 * 0.8) / 6,
        "cases_closed": 4.0,
        "churn": 0.01 + 0.04 + 0.075 + 0.05,
        "churn_rate": (0.01 + 0.04 + 0.075 + 0.05) / 4,
        "goodwill_cost": 12.0,
        "redial_rate": 1 / 2,
    }
    assert {kpi: figures[kpi] for kpi in expected} == pytest.approx(expected, rel=1e-14)


def test_queues_by_arrival_and_teams_by_answer() -> None:
    made = results(CENTER, facts())
    service, second = means(made, "queue", "service"), means(made, "queue", "second line")
    front, back = means(made, "team", "front"), means(made, "team", "back")
    assert (service["resolved"], second["resolved"], front["resolved"], back["resolved"]) == (2.0, 1.0, 2.0, 1.0)
    assert (second["fcr"], second["fcr_measured"], second["repeats"]) == (None, None, 0.0)
    assert (second["offered"], second["first_attempts"]) == (1.0, 0.0)
    assert (back["churn"], back["cases_closed"], second["churn"]) == (0.04, 1.0, 0.04)
    assert front["churn"] == pytest.approx(0.06, rel=1e-14)  # nobody of the team met the one who gave up
    assert "repeats" not in front and "fcr_measured" not in front


def test_an_attempt_passed_on_is_one_attempt_reached_at_its_first_leg() -> None:
    figures = means(results(CENTER, day(CALLS[1:3], teams=(0, 0, 1))), "queue", "service")
    assert (figures["customers"], figures["attempts_per_customer"], figures["customers_reached"]) == (1.0, 1.0, 1.0)
    assert (figures["customer_wait_s"], figures["time_to_answer_s"]) == (5.0, 5.0)


@pytest.mark.parametrize(
    ("days", "measured", "contacts"),
    [(1.0, 0 / 1, 1), (6.99, 0 / 1, 1), (7.01, 2 / 2, 2)],
)
def test_resolution_as_measured_looks_a_week_ahead_and_a_week_back(days: float, measured: float, contacts: int) -> None:
    calls = [
        call(0, 0, talk=10, comes_back=YES, met=met(**UNSOLVED)),
        call(0, 10 + days * DAY, attempt=2, talk=10, met=met()),
    ]
    counts = count(day(calls), CENTER)
    assert means(results(CENTER, counts))["fcr_measured"] == measured
    assert counts.people[0, :, PEOPLE_COLUMNS.index("fresh")].sum() == contacts


def test_who_gave_up_before_is_no_repeat_and_counts_as_measured() -> None:
    calls = [
        call(0, 0, wait=9, outcome=LOST, comes_back=YES),
        call(0, 900, attempt=2, talk=10, met=met()),
    ]
    figures = means(results(CENTER, day(calls)))
    assert (figures["repeats"], figures["fcr"], figures["fcr_measured"]) == (0.0, None, 1.0)


def test_intervals_and_agents() -> None:
    made = results(CENTER, facts())
    rows = made.intervals.filter((pl.col("scope") == "center") & (pl.col("offered") > 0))
    assert rows["repeats"].to_list() == [0.0, 1.0]
    assert rows["csat"].to_list() == pytest.approx([(0.9 + 0.9 + 0.5 + 0.5) / 4, AFTER_REPEATS])
    assert rows["energy"].to_list() == pytest.approx([(0.6 + 4 * 0.8) / 5, 0.8])
    teams = made.teams.filter((pl.col("name") == "back") & pl.col("csat").is_not_null())
    assert teams["csat"].to_list() == pytest.approx([0.9])
    agents = made.agents
    assert agents["csat"].to_list() == pytest.approx([(0.9 + 0.5 + 0.5 + AFTER_REPEATS) / 4, None, 0.9])
    assert agents["csat_surveyed"].to_list() == [0.5, None, None]
    assert agents["surveyed"].to_list() == [2.0, 0.0, 0.0]
    assert made.agent_points["empathy_delivered"].to_list() == pytest.approx([(0.7 + 1.5) / 4, 0.5, 0.5])


def test_needs_and_what_was_delivered() -> None:
    calls = [
        call(0, 0, talk=9, empathy=0.0, met=met(delivered=0.04)),
        call(1, 20, talk=9, empathy=0.64, met=met(delivered=1.0)),
        call(2, 40, talk=9, empathy=0.56, met=met(delivered=0.96, from_waiting=-log(9.0))),
    ]
    needs = results(CENTER, day(calls), day(calls[:1])).needs
    assert needs is not None and len(needs) == 3 * 121
    some = needs.filter((pl.col("contacts") > 0) & (pl.col("scope") == "queue"))
    assert some.select("name", "need", "delivered", "contacts").rows() == [
        ("service", 0.0, 0.0, 1.0),
        ("service", 0.6, 1.0, 1.0),
    ]
    assert some["csat"].to_list() == pytest.approx([0.9, 0.7])


def random_facts(seed: int) -> Facts:
    """Callers who are handled once or come back, with random terms and outcomes."""
    generator = np.random.default_rng(seed)
    calls = []
    for caller in range(int(generator.integers(3, 20))):
        at, attempts, queue = float(generator.uniform(0, 20_000)), int(generator.integers(1, 3)), caller % 2
        for attempt in range(1, attempts + 1):
            fields: dict[str, Any] = {name: float(generator.normal(-0.1, 0.3)) for name in TERMS}
            fields["short"] = int(generator.random() < 0.2)
            fields["cut_off"] = fields["short"] * 100.0
            fields["resolved"] = int(attempt == attempts)
            fields |= {"surveyed": int(generator.integers(2)), "csat": int(generator.integers(1, 6))}
            agent = int(generator.integers(3))
            work = {"talk": float(generator.exponential(200)), "wrap": 30.0, "hold": 5.0, "comes_back": 0}
            if attempt < attempts:
                work["comes_back"] = YES
            who = {"attempt": attempt, "queue": queue, "agent": agent, "team": agent // 2}
            calls.append(call(caller, at, met=met(**fields), **work, **who))
            at += 2000.0
    states = [was(agent, AgentState.IDLE, 0.0, 3600.0 * (agent + 1), team=agent // 2) for agent in range(3)]
    return day(calls, states, teams=(0, 0, 1))


TERMS = (
    *("by_agent", "by_load", "by_wait", "by_listening", "by_calming", "by_agitation", "by_hurry", "by_aids"),
    *("from_resolution", "from_repeats", "from_empathy", "from_waiting", "from_long_talk", "from_transfers"),
    "from_goodwill",
)


def test_portions_say_the_same_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = random_facts(5)
    one = count(whole, CENTER)
    monkeypatch.setattr("sim.measure.people.AT_A_TIME", 3)
    monkeypatch.setattr("sim.measure.counts.BLOCK", 4)
    parts = Counting(CENTER, whole.agents)
    first = int((whole.contacts["outcome"][:7] == Outcome.HANDLED).sum())
    parts.add(whole.contacts[:7], whole.states, whole.queues, whole.met[:first])
    parts.add(whole.contacts[7:], whole.states[:0], whole.queues[:0], whole.met[first:])
    other = parts.counts(whole.end)
    for name in ("people", "team_people", "agents", "needs"):
        expected = getattr(one, name)
        if name == "agents":  # the states were told whole
            assert np.abs(expected).sum() > 0
        np.testing.assert_allclose(getattr(other, name), expected, rtol=1e-12, atol=1e-12)


def test_chains_are_counted_as_soon_as_nobody_calls_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told as they leave, a contact at a time: little is put aside at any moment, and what comes out is the same."""
    whole = random_facts(7)
    one = count(whole, CENTER)
    monkeypatch.setattr("sim.measure.counts.AT_MOST_ASIDE", 1)
    parts, most = Counting(CENTER, whole.agents), 0
    for place in np.argsort(whole.contacts["left"], kind="stable"):
        mine = slice(place, place + 1)
        parts.add(whole.contacts[mine], whole.states[:0], whole.queues[:0], whole.met[mine])
        most = max(most, sum(map(len, parts._aside)))
    again = int((whole.contacts["attempt"] > 1).sum())
    assert 1 < most < again
    other = parts.counts(whole.end)
    for name in ("contacts", "people", "team_people", "needs"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-12, atol=1e-12)


def test_who_is_cut_off_at_closing_time_and_stays_away_is_lost_unanswered() -> None:
    """Not so who was inside as the run ended, nor who will try again after it: those cases are open."""
    closing = [
        call(0, 0, wait=30, outcome=Outcome.INSIDE),
        call(1, 5, wait=25, outcome=Outcome.INSIDE, comes_back=LATER),
        call(2, 10, wait=9, outcome=LOST, comes_back=LATER),
        call(3, 20 * DAY, queue=1, wait=30, outcome=Outcome.INSIDE),
        call(4, 30 * DAY - 9 * 3600 - 5, wait=5, outcome=Outcome.INSIDE),
    ]
    cuts = replace(CENTER, queues=(replace(CENTER.queues[0], disconnects=True), CENTER.queues[1]))
    figures = means(results(cuts, day(closing)))
    assert (figures["cases_closed"], figures["churn"], figures["redials_owed"]) == (1.0, 0.075, 2.0)
    assert figures["repeats_owed"] == 0.0
    assert (figures["redial_rate"], figures["abandoned"], figures["inside"]) == (0.0, 1.0, 4.0)
    serves = means(results(CENTER, day(closing)))
    assert (serves["cases_closed"], serves["churn"]) == (0.0, 0.0)


def test_merged_tallies_say_the_same_as_one() -> None:
    days: list[Counts] = [count(random_facts(seed), CENTER) for seed in range(6)]
    one, left, right = Tally(CENTER), Tally(CENTER), Tally(CENTER)
    for number, counts in enumerate(days):
        one.add(counts, number)
        (left if number % 2 else right).add(counts, number)
    right.merge(left)
    whole, merged = one.results().tables(), right.results().tables()
    assert {"causes", "needs"} <= whole.keys()
    for name, table in whole.items():
        assert_frame_equal(table, merged[name], rel_tol=1e-9, abs_tol=1e-9)


def test_without_people_nothing_speaks_of_them() -> None:
    told = random_facts(3)
    plain = layout("service", "second line", teams=("front", "back"), days=30)
    made, before = results(plain, told), results(plain, told._replace(met=told.met[:0]))
    assert made.causes is None and made.needs is None and "causes" not in made.tables()
    for name, table in made.tables().items():
        assert_frame_equal(table, before.tables()[name], check_exact=True)
    with_people = results(CENTER, told)
    new = {"csat", "energy", "total_cost", "fcr"}
    assert new <= set(with_people.summary["kpi"]) and not new & set(made.summary["kpi"])
    for name, table in made.tables().items():
        kept = with_people.tables()[name]
        if name in ("summary", "days", "replications"):
            keys = ["scope", "name", "kpi", *(key for key in ("day", "replication") if key in table.columns)]
            kept = table.select(keys).join(kept, on=keys, how="left", maintain_order="left")
        assert_frame_equal(kept.select(table.columns), table, check_exact=True)


@pytest.mark.parametrize(("days", "measured"), [(6.9, 0.0), (7.1, 1.0)])
def test_a_call_after_the_run_counts_if_it_comes_within_a_week(days: float, measured: float) -> None:
    late = [call(1, 10, talk=30, comes_back=LATER, met=met(**UNSOLVED, back_after=days * DAY))]
    assert means(results(CENTER, count(day(late), CENTER)))["fcr_measured"] == measured


def test_encounters_that_are_missing_are_told() -> None:
    told = facts()
    with pytest.raises(ValueError, match="6 contacts were handled, but 5 encounters are written down"):
        count(told._replace(met=told.met[1:]), CENTER)
