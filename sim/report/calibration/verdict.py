"""The trust report in words: where the scenario can be trusted and where not, by KPI, hour and queue; its tables."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calibrate.hourly import SECONDS
from sim.calibrate.scores import ALL, LEAST, groups_of
from sim.calibrate.trust import DRAWN, REPLAYED, Trust
from sim.report import written
from sim.report.study_page import Sheet

NAMES = {"wait_s": "Mean wait", "asa_s": "ASA", "p_wait": "P(wait > 0)", "abandonment": "Abandonment",
         "service_level": "Service level", "occupancy": "Occupancy"}
WORDS = NAMES | {"wait_s": "mean wait", "abandonment": "abandonment", "service_level": "service level",
                 "occupancy": "occupancy"}
"""the same within a sentence"""
NEAR_POINTS, NEAR_S, NEAR_PART = 0.05, 5.0, 0.20
"""near enough: within 5 points (shares), 5 s or 20 % (waits)"""
FAR = 3.0
"""so many times that, and no band makes it good: bands learn from the past how wrong the model is"""
COVERED = 0.80
"""a band that is to hold 90 % of the hours may hold so few of them"""
LEAST_HOURS = 20
"""hours without which nothing is said"""
OFF = 1 / 3
"""hours of the day that may be off where a KPI is still to be trusted"""
METHODS = (REPLAYED, f"Erlang A, {REPLAYED}", f"Erlang C, {REPLAYED}", DRAWN, f"Erlang A, {DRAWN}",
           f"Erlang C, {DRAWN}")
TRUSTED, CARE, NOT = "can be trusted", "with care", "cannot be trusted"


class Judged(NamedTuple):
    """One KPI of one queue."""

    kpi: str
    queue: str
    verdict: str
    why: str


def amount(kpi: str, value: float | None) -> str:
    """A value of a KPI: 74 s, 19.5 %."""
    if value is None or not np.isfinite(value):
        return written.NONE
    return f"{value:,.0f}{written.GLUE}s" if kpi in SECONDS else written.percent(value)


def near(kpi: str, truth: float, guess: float, times: float = 1.0) -> bool:
    """Whether a prediction is near enough to what happened; `times`: within so many times the usual distance."""
    if kpi in SECONDS:
        return abs(guess - truth) <= times * max(NEAR_S, NEAR_PART * truth)
    return abs(guess - truth) <= times * NEAR_POINTS


def judged(trust: Trust, queue: str = ALL) -> list[Judged]:
    """The verdict on each KPI, with replayed arrivals: what the model does with a known demand and schedule."""
    found = []
    for kpi in trust.kpis:
        row = trust.score(REPLAYED, kpi, "hour", queue)
        if not row or row["hours"] < LEAST_HOURS:
            continue
        close = near(kpi, row["actual"], row["predicted"])
        if queue == ALL:
            close = close and len(off_hours(trust, kpi)) <= OFF * len(_busy_hours(trust))
        held = row["coverage"] is not None and row["coverage"] >= COVERED
        far = not near(kpi, row["actual"], row["predicted"], FAR)
        verdict = NOT if far or not (close or held) else TRUSTED if close and held else CARE
        why = f"{amount(kpi, row['actual'])} happened, {amount(kpi, row['predicted'])} predicted"
        if row["coverage"] is not None:
            why += f"; the 90 % bands hold {100 * row['coverage']:.0f} % of {row['hours']:,} hours"
        found.append(Judged(kpi, queue, verdict, why))
    return found


def lines(trust: Trust) -> list[str]:
    """The report in sentences, for the page and the terminal."""
    fitted = trust.fitted.calendar
    said = [f"Trust: fitted on {fitted.first:%d %b %Y} to {fitted.last:%d %b %Y} ({len(fitted.regular)} days), it "
            f"predicts {trust.dates[0]:%d %b} to {trust.dates[-1]:%d %b %Y} ({len(trust.dates)} days, with the agents "
            "who were on duty then)."]  # fmt: skip
    said += trust.held.notes
    said += [f"{NAMES[each.kpi]} {each.verdict}: {each.why}." for each in judged(trust)]
    said += [gain(trust), *_by_hour(trust), *_by_queue(trust), drawn(trust)]
    return [line for line in said if line]


def gain(trust: Trust) -> str:
    """The simulation's errors beside Erlang A's, hour by hour."""
    parts = []
    for kpi in trust.kpis:
        own, other = trust.score(REPLAYED, kpi), trust.score(f"Erlang A, {REPLAYED}", kpi)
        if own.get("mae") is not None and other.get("mae") is not None:
            parts.append(f"{WORDS[kpi]} {_error(kpi, own['mae'])} "
                         f"({_error(kpi, other['mae'])})")  # fmt: skip
    never = f" Erlang C has no end in {trust.never:,} hours." if trust.never else ""
    if not parts:
        return ""
    return f"Mean error of a single hour, in brackets that of hourly Erlang A: {', '.join(parts)}.{never}"


def _error(kpi: str, value: float) -> str:
    return f"{value:.0f}{written.GLUE}s" if kpi in SECONDS else f"{100 * value:.1f} points"


def off_hours(trust: Trust, kpi: str) -> list[int]:
    """Hours of the day whose mean over the days is not near what happened."""
    group = groups_of(trust.fitted, trust.held)["hour of the day"]
    truth, guess = trust.actual.ratio(kpi, group)[0, 0], trust.predicted[REPLAYED].ratio(kpi, group, True)[0, 0]
    return [hour for hour in _busy_hours(trust) if not near(kpi, float(truth[hour]), float(guess[hour]))]


def _busy_hours(trust: Trust) -> list[int]:
    """Hours of the day with enough contacts in all to judge their means: two a day."""
    group = groups_of(trust.fitted, trust.held)["hour of the day"]
    weight, duty = (trust.actual.summed(name, group)[0, 0] for name in ("offered", "duty_s"))
    return [int(hour) for hour in np.flatnonzero((weight >= 2.0 * len(trust.dates)) & (duty > 0))]


def _by_hour(trust: Trust) -> list[str]:
    said = []
    for kpi in trust.kpis:
        hours = off_hours(trust, kpi)
        if hours:
            said.append(f"{NAMES[kpi]} is off by more than {_limit(kpi)} at {_spans(hours)}.")
    return said or ["By hour of the day all of them are near what happened."]


def _limit(kpi: str) -> str:
    return f"{NEAR_S:.0f}{written.GLUE}s and 20 %" if kpi in SECONDS else "5 points"


def _spans(hours: list[int]) -> str:
    """Hours in words: 9-12, 15-16."""
    spans: list[list[int]] = []
    for hour in hours:
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    return ", ".join(f"{a}:00-{b}:00" for a, b in spans)


def _by_queue(trust: Trust) -> list[str]:
    said = []
    for queue in trust.queues if len(trust.queues) > 1 else ():
        bad = [each for each in judged(trust, queue) if each.verdict == NOT]
        if bad:
            told = "; ".join(f"{NAMES[each.kpi]}, {each.why}" for each in bad)
            said.append(f"{queue}, not to be trusted: {told}.")
    return said


def drawn(trust: Trust) -> str:
    """What is added by not knowing the arrivals."""
    kpi = trust.kpis[0]
    row = trust.score(DRAWN, kpi)
    offered = trust.actual.summed("offered")[0, 0].sum()
    guess = trust.predicted[DRAWN].summed("offered")[:, 0].sum(axis=1).mean()
    if not row or row.get("coverage") is None or not offered:
        return ""
    return (f"With drawn arrivals, as a planner has them: {100 * (guess / offered - 1):+.1f} % contacts, {WORDS[kpi]} "
            f"{amount(kpi, row['predicted'])}; the 90 % bands hold {100 * row['coverage']:.0f} % of the hours.")


# ---------------------------------------------------------------- tables


def sheets(trust: Trust) -> list[Sheet]:
    """Errors of all methods over single hours and over hours of the day; the verdict by queue."""
    return [_errors(trust, "hour", "Errors over single hours"),
            _errors(trust, "hour of the day", "Errors over hours of the day, means over all days"), _verdicts(trust)]


def _errors(trust: Trust, level: str, title: str) -> Sheet:
    columns = ("KPI, method", "Happened", "Predicted", "MAE", "WAPE", "Correlation", "In the 90 % band")
    rows = []
    for kpi in trust.kpis:
        for method in METHODS:
            row = trust.score(method, kpi, level)
            if row and row["hours"]:
                rows.append((
                    f"{NAMES[kpi]}, {method}", amount(kpi, row["actual"]), amount(kpi, row["predicted"]),
                    _error(kpi, row["mae"]), _share(row["wape"]), _number(row["correlation"]), _covered(row, level),
                ))  # fmt: skip
    note = ("WAPE is weighted by contacts. The textbook takes each hour by itself, with the same agents and the fitted "
            f"part's mean handle time ({trust.pool[0]:.0f} s) and patience ({trust.pool[1]:.0f} s). Where Erlang C has "
            "no end, an hour's wait counts.")  # fmt: skip
    if level == "hour":
        note += (" Errors are those of the median replication, predicted is their mean. Replications differ by chance "
                 f"and by what the fitted part shows: {trust.wavering}. Bands: of the replications, stretched by what "
                 "the same test within the fitted part and the days before ask for; below, what the replications' own "
                 "hold.")  # fmt: skip
    return Sheet(title, columns, rows, note)


def _covered(row: dict[str, object], level: str) -> str:
    if row["coverage"] is None:
        return written.NONE
    return f"{_share(row['coverage'])}\n{_share(row['narrow'])}" if level == "hour" else _share(row["coverage"])


def _share(value: object) -> str:
    return f"{100 * value:,.0f}{written.GLUE}%" if isinstance(value, float) else written.NONE


def _number(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else written.NONE


def _verdicts(trust: Trust) -> Sheet:
    queues = (ALL, *trust.queues) if len(trust.queues) > 1 else (ALL,)
    rows = [(f"{NAMES[each.kpi]}, {each.queue}", each.verdict, each.why) for queue in queues
            for each in judged(trust, queue)]  # fmt: skip
    return Sheet("Where it can be trusted", ("KPI, queue", "Verdict", "Why"), rows,
                 f"Trusted: near what happened (5 points; 5 s or 20 %), over all and in two of three hours of the day, "
                 f"and at least {100 * COVERED:.0f} % of the hours inside the 90 % bands; with care: one of the two; "
                 f"not: neither, or over {FAR:.0f} times as far off. "
                 f"Queues with fewer than {LEAST_HOURS} hours of {LEAST:.0f} contacts are not judged.",
                 wraps=True)  # fmt: skip
