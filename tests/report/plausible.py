"""A maker of plausible `Results` without a simulation: for trying pictures and pages on odd shapes.

The figures are not those of any queueing model; they only look like a center's. Each row agrees with
the others as far as a reader would notice: offered = handled + abandoned, totals are sums of intervals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from sim.measure import Layout, QueueLayout
from sim.measure.results import Results

Row = dict[str, Any]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BINS = 40


@dataclass(frozen=True)
class Shape:
    """What is asked of the maker."""

    queues: tuple[str, ...] = ("service",)
    teams: tuple[str, ...] = ("front",)
    days: int = 1
    interval_s: int = 1800
    replications: int = 20
    opens: float = 8.0
    closes: float = 20.0
    goal: float = 0.8
    within_s: float = 20.0
    per_hour: float = 300.0
    staff_share: float = 1.12
    heads: int = 40
    agents_fixed: bool = False
    definition: str = "of_offered"
    seed: int = 7


def results(**shape: Any) -> Results:
    """Results of a center with the asked shape."""
    return _Maker(Shape(**shape)).make()


class _Maker:
    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.rng = np.random.default_rng(shape.seed)
        self.wide = 2.1 / math.sqrt(shape.replications) if shape.replications > 1 else None

    def make(self) -> Results:
        parts = [self.interval("queue", q, day, at) for q in range(len(self.shape.queues))
                 for day in range(1, self.shape.days + 1) for at in self.starts()]
        intervals = pl.DataFrame(self.center_intervals(parts) + parts, infer_schema_length=None)
        teams = self.team_intervals()
        agents, points = self.people()
        histogram = self.histogram(intervals)
        summary = self.summary(intervals, teams)
        return Results(
            summary=summary, intervals=intervals, teams=teams, agents=agents, agent_points=points,
            wait_histogram=histogram, days=self.by_day(intervals), targets=self.targets(intervals),
            replications=pl.DataFrame({"replication": [], "scope": [], "name": [], "kpi": [], "value": []}),
            layout=Layout(tuple(QueueLayout(name) for name in self.shape.queues), self.shape.teams,
                          days=self.shape.days, interval_s=self.shape.interval_s),
            confidence=0.95, count=self.shape.replications)

    def starts(self) -> range:
        return range(0, 86400, self.shape.interval_s)

    def is_open(self, at: int) -> bool:
        return self.shape.opens * 3600 <= at < self.shape.closes * 3600

    def busy(self, at: int, day: int) -> float:
        """How busy the time is, 0 to about 1.3: a morning peak, a lower one after lunch, a quiet weekend."""
        h = at / 3600
        curve = 0.25 + math.exp(-(((h - 10.8) / 1.9) ** 2)) + 0.65 * math.exp(-(((h - 15.0) / 2.4) ** 2))
        return curve * (0.45 if (day - 1) % 7 >= 5 else 1.0) if self.is_open(at) else 0.0

    def band(self, mean: float | None, sd: float, floor: float = 0.0, top: float = math.inf) -> tuple[Any, Any]:
        if mean is None or self.wide is None:
            return None, None
        return max(floor, mean - sd * self.wide), min(top, mean + sd * self.wide)

    def interval(self, scope: str, q: int, day: int, at: int) -> Row:
        s = self.shape
        hours = s.interval_s / 3600
        share = 1.0 / (q + 1)
        offered = s.per_hour * hours * share * self.busy(at, day) * float(self.rng.gamma(60, 1 / 60))
        rho = self.busy(at, day) / s.staff_share * float(self.rng.normal(1, 0.03))
        sl = 1 / (1 + math.exp((rho - 0.97) * 14)) if offered else None
        lost = 0.10 / (1 + math.exp(-(rho - 1.02) * 9))
        abandoned = offered * lost
        asa = 3 + 55 / (1 + math.exp(-(rho - 0.95) * 12))
        handled = offered - abandoned
        return self.row(scope, s.queues[q], day, at, offered, abandoned,
                        None if sl is None else sl * offered, asa * handled, 300 * handled)

    def row(self, scope: str, name: str, day: int, at: int, offered: float, abandoned: float,
            within: float | None, wait: float, work: float) -> Row:
        s, n = self.shape, self.shape.replications
        handled = offered - abandoned
        any_offered = offered > 0
        sl = (within or 0.0) / offered if any_offered else None
        asa = wait / handled if any_offered else None
        rate = abandoned / offered if any_offered else None
        sd = math.sqrt(max(offered, 1))
        met = None if sl is None else 1 / (1 + math.exp((s.goal - sl) * 18))
        trials = n if any_offered else 0
        met = None if met is None else round(met * trials) / trials
        out: Row = {
            "scope": scope, "name": name, "day": day, "weekday": WEEKDAYS[(day - 1) % 7],
            "interval_start": at, "clock": f"{at // 3600:02d}:{at % 3600 // 60:02d}",
            "open": self.is_open(at), "after_end": False, "offered": offered,
            "offered_low": self.band(offered, sd * 1.4)[0], "offered_high": self.band(offered, sd * 1.4)[1],
            "first_attempts": offered * 0.97, "handled": handled, "answered": handled, "abandoned": abandoned,
            "abandoned_short": abandoned * 0.15, "abandoned_within": abandoned * 0.3,
            "answered_within": within or 0.0, "balked": 0.0, "blocked": 0.0, "called_back": 0.0, "inside": 0.0}
        for kpi, value, spread, top in (("service_level", sl, 0.16, 1.0), ("abandonment_rate", rate, 0.03, 1.0),
                                        ("asa_s", asa, 20.0, math.inf), ("wait_mean_s", asa, 22.0, math.inf),
                                        ("p_wait", None if sl is None else 1 - sl ** 2, 0.1, 1.0),
                                        ("aht_s", 300.0 if any_offered else None, 25.0, math.inf)):
            out[kpi] = value
            out[kpi + "_low"], out[kpi + "_high"] = self.band(value, spread, top=top)
        out |= {"max_wait_s": None if asa is None else asa * 5, "queue_length": (asa or 0) * offered / s.interval_s,
                "queue_length_low": None, "queue_length_high": None, "queue_length_max": 3.0,
                "target": s.goal, "p_target_met": met}
        out["p_target_met_low"], out["p_target_met_high"] = wilson(met, trials)
        out["target_trials"] = trials
        return out

    def center_intervals(self, parts: list[Row]) -> list[Row]:
        rows = []
        for day in range(1, self.shape.days + 1):
            for at in self.starts():
                of = [r for r in parts if r["day"] == day and r["interval_start"] == at]
                wait = sum((r["asa_s"] or 0) * r["handled"] for r in of)
                rows.append(self.row("center", "center", day, at, sum(r["offered"] for r in of),
                                     sum(r["abandoned"] for r in of), sum(r["answered_within"] for r in of),
                                     wait, 300 * sum(r["handled"] for r in of)))
        return rows

    def team_intervals(self) -> pl.DataFrame:
        rows: list[Row] = []
        for day in range(1, self.shape.days + 1):
            for at in self.starts():
                teams = [self.team_row(name, k, day, at) for k, name in enumerate(self.shape.teams)]
                rows.append(self.with_ratios({"scope": "center", "name": "center", **{
                    c: sum(r[c] for r in teams) for c in (*STATES, "paid", "handled")}}, day, at))
                rows += [self.with_ratios(r, day, at) for r in teams]
        return pl.DataFrame(rows, infer_schema_length=None)

    def team_row(self, name: str, k: int, day: int, at: int) -> Row:
        h = at / 3600
        present = self.is_open(at)
        early = h < 16
        paid = self.shape.heads / (k + 1) * (0.55 + 0.45 * (10 <= h < 17.5)) * present
        lunch = 0.12 * paid if 11.5 <= h < 14 else 0.0
        rest = 0.05 * paid if (9.5 <= h < 11 or 15 <= h < 17) else 0.0
        meeting = 0.04 * paid if early and 8 <= h < 9 else 0.0
        away = 0.05 * paid
        on = paid - lunch - rest - meeting - away
        load = min(0.97, 0.5 + 0.38 * self.busy(at, day)) * (1 - 0.05 * k)
        return {"scope": "team", "name": name, "idle": on * (1 - load), "talk": on * load * 0.78,
                "hold": on * load * 0.06, "wrap": on * load * 0.16, "break": rest, "lunch": lunch,
                "training": 0.0, "meeting": meeting, "away": away, "paid": paid, "handled": on * load * 5.5}

    def with_ratios(self, row: Row, day: int, at: int) -> Row:
        busy = row["talk"] + row["hold"] + row["wrap"]
        staffed = busy + row["idle"]
        out = {"scope": row["scope"], "name": row["name"], "day": day, "weekday": WEEKDAYS[(day - 1) % 7],
               "interval_start": at, "clock": f"{at // 3600:02d}:{at % 3600 // 60:02d}", "after_end": False,
               "paid": row["paid"], "staffed": staffed, "busy": busy, **{c: row[c] for c in STATES}}
        for c, sd in (("paid", 0.4), ("staffed", 0.8), ("busy", 1.6)):
            out[c + "_low"], out[c + "_high"] = self.band(out[c], sd)
        out["occupancy"] = busy / staffed if staffed else None
        out["occupancy_low"], out["occupancy_high"] = self.band(out["occupancy"], 0.05, top=1.0)
        out["utilization"] = busy / row["paid"] if row["paid"] else None
        out["shrinkage"] = 1 - staffed / row["paid"] if row["paid"] else None
        out["handled"] = row["handled"]
        return out

    def histogram(self, intervals: pl.DataFrame) -> pl.DataFrame:
        rows: list[Row] = []
        edges = np.append(np.arange(BINS + 1) * 5.0, 640.0)
        for scope, names in (("center", ("center",)), ("queue", self.shape.queues)):
            for name in names:
                part = intervals.filter((pl.col("scope") == scope) & (pl.col("name") == name))
                total, lost = part["offered"].sum(), part["abandoned"].sum()
                fall = np.exp(-edges / 38)
                share = (fall[:-1] - fall[1:]) / (1 - fall[-1])
                gone = (np.exp(-edges / 60)[:-1] - np.exp(-edges / 60)[1:])
                rows.append({"scope": scope, "name": name, "from_s": 0.0, "to_s": 0.0,
                             "answered": 0.45 * (total - lost), "abandoned": 0.0, "other": 0.0})
                rows += [{"scope": scope, "name": name, "from_s": a, "to_s": b, "answered": 0.55 * (total - lost) * p,
                          "abandoned": lost * g, "other": 0.0}
                         for a, b, p, g in zip(edges[:-1], edges[1:], share, gone / gone.sum(), strict=True)]
        return pl.DataFrame(rows)

    def kpis(self, part: pl.DataFrame) -> list[tuple[str, str, str, float | None, float, float]]:
        """(kpi, label, unit, mean, sd, top) of some intervals of one scope."""
        t = {c: part[c].sum() for c in ("offered", "handled", "abandoned", "answered_within", "abandoned_within")}
        off, done = t["offered"], t["handled"]
        wait = float((part["asa_s"].fill_null(0) * part["handled"]).sum())
        ratio = lambda a, b: a / b if b else None  # noqa: E731
        named = {
            "of_offered": ratio(t["answered_within"], off), "of_answered": ratio(t["answered_within"], done),
            "excluding_short_abandons": ratio(t["answered_within"], off - 0.15 * t["abandoned"]),
            "abandons_counted_as_met": ratio(t["answered_within"] + t["abandoned_within"], off)}
        label = "Service level (" + self.shape.definition.replace("_", " ") + ")"
        asa = ratio(wait, done)
        p = lambda z: None if asa is None else asa * z  # noqa: E731
        some = off > 0
        return [
            ("offered", "Offered", "contacts", off, 1.4 * math.sqrt(max(off, 1)), math.inf),
            ("handled", "Handled", "contacts", done, 1.3 * math.sqrt(max(off, 1)), math.inf),
            ("abandoned", "Abandoned", "contacts", t["abandoned"], 1.5 * math.sqrt(max(t["abandoned"], 1)), math.inf),
            ("service_level", label, "share", named[self.shape.definition], 0.03, 1.0),
            *((f"service_level_{k}", f"Service level ({k.replace('_', ' ')})", "share", v, 0.03, 1.0)
              for k, v in named.items()),
            ("abandonment_rate", "Abandonment rate", "share", ratio(t["abandoned"], off), 0.008, 1.0),
            ("p_wait", "Probability of waiting", "share", 0.55 if some else None, 0.03, 1.0),
            ("asa_s", "Average speed of answer", "s", asa, 5.0, math.inf),
            *((f"wait_p{q}_s", f"Wait, {q}th percentile", "s", p(z), 6.0, math.inf)
              for q, z in ((50, 0.4), (80, 1.7), (90, 2.6), (95, 3.6), (99, 6.0))),
            *((f"answer_p{q}_s", f"Time to answer, {q}th percentile", "s", p(z), 6.0, math.inf)
              for q, z in ((50, 0.35), (80, 1.6), (90, 2.5), (95, 3.5), (99, 6.0))),
            ("longest_wait_s", "Longest wait", "s", p(14), 60.0, math.inf),
            ("aht_s", "Average handle time", "s", 300.0 if some else None, 5.0, math.inf),
            ("customer_service_level", "Service level (customers)", "share",
             None if named["of_offered"] is None else named["of_offered"] * 0.99, 0.03, 1.0),
            ("reach_rate", "Customers reached", "share", 0.985 if some else None, 0.004, 1.0)]

    def staff_kpis(self, part: pl.DataFrame) -> list[tuple[str, str, str, float | None, float, float]]:
        hours = {c: float(part[c].sum()) * self.shape.interval_s / 3600 for c in (*STATES, "paid", "staffed", "busy")}
        ratio = lambda a, b: a / b if b else None  # noqa: E731
        return [("occupancy", "Occupancy", "share", ratio(hours["busy"], hours["staffed"]), 0.01, 1.0),
                ("utilization", "Utilization", "share", ratio(hours["busy"], hours["paid"]), 0.01, 1.0),
                ("shrinkage", "Shrinkage", "share", ratio(hours["paid"] - hours["staffed"], hours["paid"]), 0.01, 1.0),
                ("paid_hours", "Paid hours", "h", hours["paid"], 1.0, math.inf),
                *((f"{c}_hours", f"{c.title()} hours", "h", hours[c], 1.0, math.inf) for c in STATES),
                ("agents_present", "Agents present", "agents", float(self.shape.heads), 0.5, math.inf)]

    def long(self, rows: list[tuple[str, str, str, float | None, float, float]], **keys: Any) -> list[Row]:
        out = []
        for kpi, label, unit, mean, sd, top in rows:
            low, high = self.band(mean, sd, top=top)
            out.append({**keys, "kpi": kpi, "label": label, "unit": unit, "mean": mean, "low": low, "high": high,
                        "half_width": None if low is None else (high - low) / 2,
                        "replications": self.shape.replications if mean is not None else 0})
        return out

    def summary(self, intervals: pl.DataFrame, teams: pl.DataFrame) -> pl.DataFrame:
        rows: list[Row] = []
        for scope, names in (("center", ("center",)), ("queue", self.shape.queues)):
            for name in names:
                part = intervals.filter((pl.col("scope") == scope) & (pl.col("name") == name))
                rows += self.long(self.kpis(part), scope=scope, name=name)
        for scope, names in (("center", ("center",)), ("team", self.shape.teams)):
            for name in names:
                part = teams.filter((pl.col("scope") == scope) & (pl.col("name") == name))
                extra = [] if scope == "center" else [
                    ("handled", "Handled", "contacts", float(part["handled"].sum()), 9.0, math.inf),
                    ("aht_s", "Average handle time", "s", 300.0, 5.0, math.inf)]
                rows += self.long(self.staff_kpis(part) + extra, scope=scope, name=name)
        return pl.DataFrame(rows, infer_schema_length=None).with_columns(
            lowest=pl.col("low"), highest=pl.col("high"))

    def by_day(self, intervals: pl.DataFrame) -> pl.DataFrame:
        rows: list[Row] = []
        for scope, names in (("center", ("center",)), ("queue", self.shape.queues)):
            for name in names:
                for day in range(1, self.shape.days + 1):
                    part = intervals.filter((pl.col("scope") == scope) & (pl.col("name") == name)
                                            & (pl.col("day") == day))
                    rows += self.long(self.kpis(part), scope=scope, name=name, day=day,
                                      weekday=WEEKDAYS[(day - 1) % 7])
        return pl.DataFrame(rows, infer_schema_length=None)

    def targets(self, intervals: pl.DataFrame) -> pl.DataFrame:
        rows: list[Row] = []
        n = self.shape.replications
        for scope, name in (("center", "center"), ("center", "all queues"), *(("queue", q) for q in self.shape.queues)):
            for day in (None, *range(1, self.shape.days + 1)):
                part = intervals.filter(pl.col("name") == ("center" if name == "all queues" else name))
                part = part if day is None else part.filter(pl.col("day") == day)
                for kpi, goal in (("service_level", self.shape.goal), ("abandonment_rate", 0.05)):
                    value = next(r[3] for r in self.kpis(part) if r[0] == kpi)
                    sign = 1 if kpi == "service_level" else -1
                    p = None if value is None else 1 / (1 + math.exp(sign * (goal - value) * 30))
                    trials = 0 if p is None else n * (self.shape.days if day is None else 1)
                    met = 0 if p is None else round(p * trials)
                    low, high = wilson(met / trials if trials else None, trials)
                    rows.append({"scope": scope, "name": name, "kpi": kpi, "goal": goal,
                                 "within_s": self.shape.within_s if kpi == "service_level" else None,
                                 "definition": self.shape.definition, "day": day,
                                 "weekday": None if day is None else WEEKDAYS[(day - 1) % 7],
                                 "met": float(met), "trials": trials, "p": met / trials if trials else None,
                                 "low": low, "high": high})
        return pl.DataFrame(rows, infer_schema_length=None)

    def people(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        s = self.shape
        rows: list[Row] = []
        fixed: dict[int, tuple[float, float]] = {}
        for replication in range(min(s.replications, 20)):
            agent = 0
            for k, team in enumerate(s.teams):
                for _ in range(max(1, s.heads // (k + 1))):
                    drawn = tuple(np.clip(self.rng.normal(0.5, 0.15, 2), 0, 1))
                    empathy, speed = fixed.setdefault(agent, drawn) if s.agents_fixed else drawn
                    handled = int(self.rng.poisson(70)) if s.per_hour else 0
                    aht = 300 * math.exp(-0.15 * (speed - 0.5) / 0.15) * float(self.rng.normal(1, 0.13))
                    rows.append({"replication": replication, "agent": agent, "team": team, "handle_factor": 1.0,
                                 "empathy": float(empathy), "speed": float(speed), "handled": handled,
                                 "aht_s": aht if handled else None, "occupancy": 0.8, "paid_hours": 8.0})
                    agent += 1
        points = pl.DataFrame(rows, infer_schema_length=None)
        agents = points.group_by("agent", "team", maintain_order=True).agg(
            pl.len().alias("replications"), pl.col("handle_factor", "empathy", "speed", "handled", "aht_s",
                                                   "occupancy", "paid_hours").mean())
        return agents, points


STATES = ("idle", "talk", "hold", "wrap", "break", "lunch", "training", "meeting", "away")


def wilson(p: float | None, n: int, z: float = 1.96) -> tuple[float | None, float | None]:
    """Wilson's interval for a share p of n trials; None without trials."""
    if p is None or n == 0:
        return None, None
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)
