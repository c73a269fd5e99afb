"""Small scenarios at random, all of which can be run: every feature of the format in some of them, many at once.

As a planner would write them, as plain values for a YAML file. Hypothesis draws the sizes, so that a failing example
becomes small; the rest is thrown with dice.
"""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

Part = dict[str, Any]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NAMES = ["voice", "sales & care", "2nd level", "Grüße", "back-office", "日本"]
CREWS = ["front", "night shift", "Señores", "team 4"]


def duration(dice: Random, mean: float) -> Part:
    """A law of times of about this mean, in seconds."""
    kinds: list[Part] = [
        {"kind": "exponential", "mean_s": mean},
        {"kind": "constant", "value_s": mean},
        {"kind": "lognormal", "mean_s": mean, "cv": dice.choice([0.3, 1.0, 2.5])},
        {"kind": "gamma", "mean_s": mean, "cv": dice.choice([0.5, 1.5])},
        {"kind": "erlang", "mean_s": mean, "phases": dice.choice([1, 2, 5])},
        {"kind": "weibull", "scale_s": mean, "shape": dice.choice([0.7, 1.0, 2.0])},
        {"kind": "quantiles", "at": [0, 0.5, 1], "values_s": [0, mean, 3 * mean]},
        {"kind": "hyperexponential", "weights": [0.3, 0.7], "means_s": [2 * mean, 0.5 * mean]},
        {"kind": "zero_or", "probability_zero": 0.4, "then": {"kind": "exponential", "mean_s": mean}},
        {"kind": "empirical", "values_s": [0.5 * mean, mean, mean, 2 * mean]},
    ]
    return dice.choice(kinds)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


HOURS = {"08:00-18:00": ("08:00", 10), "06:30-21:30": ("06:30", 15), "00:00-24:00": ("00:00", 24)}
"""Opening hours, and the first and how many of the hours of arrivals that go with them."""


def arrivals(dice: Random, an_hour: float) -> Part:
    """Opening hours, and when contacts come: at most some hundred a day."""
    hours = dice.choice(list(HOURS))
    start, length = HOURS[hours]
    listed = [dice.choice([0, 0.5, 1, 2]) * an_hour for _ in range(length)]
    kinds: list[Part] = [
        {"kind": "rates", "per_hour": an_hour},
        {"kind": "rates", "per_hour": {"mon-fri": an_hour, "sat": 0.5 * an_hour, "sun": 0}},
        {"kind": "rates", "start": start, "interval_min": 60, "per_hour": listed},
        {"kind": "counts", "start": start, "interval_min": 60, "per_interval": [round(n) for n in listed]},
    ]
    found = dice.choice(kinds)
    if found["kind"] == "rates" and dice.random() < 0.4:
        found["day_factor_shape"] = dice.choice([5, 30])
    if "start" not in found:
        hours = dice.choice([hours, ["08:00-12:00", "13:00-17:30"], "22:00-06:00", {"mon-sat": "07:00-21:00"}])
    return {"open": hours, "arrivals": found}


def queue(dice: Random, name: str, others: list[str], able: list[str]) -> Part:
    """A contact type that these teams can serve."""
    found: Part = {
        **arrivals(dice, dice.choice([0, 4, 12, 25])),
        "talk": duration(dice, dice.choice([5, 120, 400])),
    }
    maybe: Part = {
        "hold": duration(dice, 40),
        "wrap": duration(dice, 30),
        "patience": dice.choice([duration(dice, 5), duration(dice, 180), {"kind": "constant", "value_s": 0},
                                 {"kind": "never"},
                                 {"kind": "piecewise_hazard", "from_s": [0, 60], "per_s": [0.01, 0.002]}]),
        "told_place": dice.choice([{"ahead": [1], "hazard": [3]}, {"ahead": [1, 2, 5], "hazard": [0.5, 2, 40]}]),
        "balk": dice.choice([0.1, 0.6]),
        "trunks": dice.choice([0, 1, 5]),
        "at_close": dice.choice(["serve", "disconnect"]),
        "head_start_s": dice.choice([0, 20]),
        "weight": dice.choice([0.5, 3]),
        "redial": {"after_abandon": dice.choice([0, 0.5, 1]), "after_block": dice.choice([0, 0.8]),
                   "after_balk": dice.choice([0, 0.9]), "delay": duration(dice, dice.choice([1, 600, 20_000])),
                   "max_attempts": dice.choice([1, 2, 20]), "queue": dice.choice([name, *others])},
        "overflow": [{"after_s": dice.choice([0, 30]), "teams": [dice.choice(able)]}] if able else [],
        "goals": {"service_level": 0.9, "within_s": dice.choice([0, 15, 60])},
        "transfer": {"probability": 0.4, "to": max(others)} if name < max([name, *others]) else {},
        "repeat": {"probability": dice.choice([0, 1]), "delay": duration(dice, 3600)},
        "fcr": dice.choice([0.05, 0.7]),
        "survey": {"offered": 0.3},
        "goodwill": 10,
        "script": dice.choice([0.0, 0.8]),
    }  # fmt: skip
    found |= {key: value for key, value in maybe.items() if value != {} and dice.random() < 0.3}
    if found.get("patience", {"kind": "never"})["kind"] in ("never", "constant"):
        found.pop("told_place", None)  # there is nothing that it could change
    return found


def shift(dice: Random) -> Part:
    """A working day with its pauses."""
    start, hours = dice.choice([0, 420, 480, 510, 1320]), dice.choice([4, 8, 10])
    found: Part = {"start": clock(start), "end": clock((start + 60 * hours) % 1440)}
    if dice.random() < 0.5:
        at = clock((start + 90) % 1440)
        found["breaks"] = [{"start": at, "minutes": 15, "stagger_min": dice.choice([0, 30])}]
    if dice.random() < 0.3:
        found["lunch"] = {"start": clock((start + 120) % 1440), "minutes": 30}
    if dice.random() < 0.3:
        found["days"] = dice.sample(WEEKDAYS, dice.randint(1, 6))
    return found


def team(dice: Random, queues: list[str], shifts: list[str]) -> Part:
    """Some agents, in shifts or by interval."""
    found: Part = {"skills": {name: skill(dice) for name in dice.sample(queues, dice.randint(1, len(queues)))}}
    if shifts and dice.random() < 0.7:
        found["shifts"] = {name: dice.randint(0, 4) for name in dice.sample(shifts, dice.randint(1, len(shifts)))}
    else:
        agents = dice.choice([3, [1, 4, 2, 0, 5], {"mon-fri": [2, 3], "sat": 1}])
        found["staffing"] = {"start": "08:00", "interval_min": 120, "agents": agents}
    maybe: Part = {
        "absence": dice.choice([0.1, 0.9]),
        "shrinkage": {"planned": 0.1, "unplanned": dice.choice([0.05, 0.3]), "episode_min": 5},
        "handle_factors": [0.8, 1.3],
        "traits": {"empathy": {"mean": 0.6, "sd": 0.2}, "speed": {"mean": 0.5, "sd": 0.1}, "correlation": -0.5},
        "roster": [{"name": "=cmd|' /C calc'!A0", "empathy": 0.9}, {"name": "</script>", "speed": 0.1}],
    }
    return found | {key: value for key, value in maybe.items() if dice.random() < 0.3}


def skill(dice: Random) -> int | Part:
    level = dice.randint(1, 3)
    return level if dice.random() < 0.6 else {"level": level, "handle_factor": 1.2, "reserve": dice.choice([0, 1])}


@st.composite
def scenarios(draw: st.DrawFn) -> Part:
    """A scenario that can be run, of at most some thousand contacts."""
    queues = NAMES[: draw(st.integers(1, 4))]
    teams = CREWS[: draw(st.integers(0, 3))]
    shifts = ["early", "late"][: draw(st.integers(0, 2))]
    days = draw(st.sampled_from([1, 1, 1, 2, 7]))
    dice = Random(draw(st.integers(0, 2**32)))
    crews = {name: team(dice, queues, shifts) for name in teams}
    able = {name: [crew for crew in teams if name in crews[crew]["skills"]] for name in queues}
    found: Part = {
        "queues": {name: queue(dice, name, [o for o in queues if o != name], able[name]) for name in queues},
        "teams": crews,
        "shifts": {name: shift(dice) for name in shifts},
        "days": days,
        "seed": dice.randrange(2**40),
        "behavior": {"people": dice.random() < 0.5},
    }
    maybe: Part = {
        "first_day": dice.choice(["wednesday", "saturday"]),
        "interval_min": dice.choice([5, 15, 60, 1440]),
        "trunks": dice.choice([0, 2, 30]),
        "routing": {"pick_agent": dice.choice(["most_idle", "fewest_skills", "fastest", "random", "empathy_match"]),
                    "pick_contact": dice.choice(["longest_wait", "age_times_priority", "longest_queue"])},
        "staffing": {"scale": dice.choice([0, 0.5, 2])},
        "demand": {"scale": dice.choice([0, 0.5, 2])},
        "goals": {"aht_target": dice.choice([60, 600]), "within_s": 0, "definition": "of_answered"},
        "costs": {"agent_hour": 30, "contact": 0.5, "customer_value_year": 100, "currency": "EUR"},
        "sampling": {"strata": 2},
    }  # fmt: skip
    return found | {key: value for key, value in maybe.items() if dice.random() < 0.25}
