"""How many agents of which skills to put on the roster in each half hour."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from arrivals import WHOLE_WEEK, Profile
from days import SLOTS, WEEKDAYS, Days
from presence import Presence

TEAMS = {"general": "personal and prospective calls",
         "stock": "personal and stock exchange calls; internet ones second, as some of them take them",
         "all_round": "personal, prospective and stock exchange calls",
         "internet": "internet and personal calls; prospective ones second, as they took them in some months only"}
STOCK, PROSPECTIVE, INTERNET = 0.025, 0.05, 0.01
"""An agent has a skill in a month if at least this share of the calls they took is of that type. The shares of all
calls are 0.09, 0.13 and 0.006; most agents' shares in a month lie far below or near these."""


class Demand(NamedTuple):
    """A queue as work: calls a day, mean service (s), shape of its day factor."""

    calls: float
    mean_s: float
    shape: float


class Staffing(NamedTuple):
    """heads: team -> weekday -> agents on the roster by half hour (whole numbers). on_duty: the measured means
    by weekday and half hour, all teams. away: share of the shift off the phones. absence: probability that an agent
    misses a day. spread: standard deviation of ln(work offered / agents on duty) between days.
    calls: team, queue, n."""

    heads: dict[str, dict[int, np.ndarray]]
    on_duty: Profile
    away: float
    absence: float
    spread: float
    agents: dict[str, int]
    calls: pl.DataFrame


def fit_staffing(
    calls: pl.DataFrame, found: Presence, days: Days, pace: Profile, demand: dict[str, Demand]
) -> Staffing:
    """The roster that has the measured number of agents on duty, and lets it vary.

    Agents take breaks and shorter pauses so often that the number on duty, not the number on the roster, makes the
    queues. So both are given: heads = on duty / ((1 - away)(1 - absence)), `away` as unplanned shrinkage in
    episodes of the measured mean length. `absence` gives the day's work per agent on duty the measured variance:
    the bank has more agents on busier days (correlation 0.4), the model's staff does not know, so only what the day
    factors leave of that variance is given to the staff. Mean numbers on duty are not whole: their sum is rounded
    with the error carried on to the next half hour, weekdays starting with different errors.
    pace: by weekday and half hour, the mean service relative to the queues' laws (`service_pace`). Heads are given
    in agents of average pace: on duty / pace.
    """
    team_of = _teams(calls)
    duty = found.duty.with_columns(pl.col("date").dt.month().alias("month")).join(
        team_of, on=["server", "month"], how="left")
    daily = _daily(calls, found, demand)
    on, shift = (daily[name].to_numpy().astype(float) for name in ("agents", "shift"))
    away = 1 - float(on.sum() / shift.sum())
    spread = _spread(daily)
    staff = spread**2 - _demand_variance(demand) - 2 * away * found.absence_s / 3600 / float(shift.mean())
    present = {team: _mean_on_duty(duty.filter(pl.col("team") == team), days) for team in TEAMS}

    def heads_for(absence: float) -> dict[str, dict[int, np.ndarray]]:
        share = (1 - away) * (1 - absence)
        rows = {day: _whole(np.array([mean[day] for mean in present.values()]) / share / pace[day], row / len(WEEKDAYS))
                for row, day in enumerate(WEEKDAYS)}
        return {team: {day: rows[day][number] for day in WEEKDAYS} for number, team in enumerate(TEAMS)}

    absence = 0.0
    for _ in range(3):  # the roster's heads depend on the absence a little, and it on them
        odds = max(0.0, staff) / _concentration(heads_for(absence))
        absence = odds / (1 + odds)
    agents = {team: int(team_of.filter(pl.col("team") == team)["server"].n_unique()) for team in TEAMS}
    taken = calls.filter(pl.col("server").is_not_null()).join(team_of, on=["server", "month"]).group_by(
        "team", "queue").agg(n=pl.len()).sort("team", "queue")
    return Staffing(heads_for(absence), _mean_on_duty(duty, days), away, absence, spread, agents, taken)


def service_pace(calls: pl.DataFrame, mean_s: pl.Expr, wrap_s: float) -> Profile:
    """Mean of service and wrap-up relative to what the queues' laws give, by hour of day.

    Services are up to 10 % longer around noon and shorter at both ends of the day than one law per queue can show.
    Sunday to Thursday by hour, Friday and Saturday one figure each. `mean_s`: each call's law's mean.
    """
    talked = calls.filter(pl.col("talk_s").is_not_null()).with_columns(mean_s.alias("expected"))
    ratio = ((pl.col("talk_s") + wrap_s).sum() / (pl.col("expected") + wrap_s).sum()).alias("pace")
    week = talked.filter(pl.col("weekday").is_in(WHOLE_WEEK))
    by_hour = dict(week.group_by(pl.col("asked_s") // 3600).agg(ratio).iter_rows())
    hourly = np.array([by_hour.get(slot // 2, 1.0) for slot in range(SLOTS)])
    end = {day: np.full(SLOTS, talked.filter(pl.col("weekday") == day).select(ratio).item()) for day in (5, 6)}
    return {**dict.fromkeys(WHOLE_WEEK, hourly), **end}


def _teams(calls: pl.DataFrame) -> pl.DataFrame:
    """server, month, team: by what they took in that month; PS and PE calls are taken by everybody."""
    taken = calls.filter(pl.col("server").is_not_null()).group_by("server", "month").agg(
        **{name: (pl.col("queue") == name).mean() for name in ("stock", "prospective", "internet")})
    stock = pl.col("stock") >= STOCK
    return taken.select("server", "month", pl.when(stock & (pl.col("prospective") >= PROSPECTIVE))
                        .then(pl.lit("all_round")).when(stock).then(pl.lit("stock"))
                        .when(pl.col("internet") >= INTERNET).then(pl.lit("internet"))
                        .otherwise(pl.lit("general")).alias("team"))


def _mean_on_duty(duty: pl.DataFrame, days: Days) -> Profile:
    """Mean number on duty by weekday and open half hour."""
    filled = days.open_slots.join(
        duty.group_by("date", "slot").agg(pl.col("agents").sum()), on=["date", "slot"], how="left").with_columns(
        pl.col("agents").fill_null(0.0))
    table = {(day, slot): mean for day, slot, mean in
             filled.group_by("weekday", "slot").agg(pl.col("agents").mean()).iter_rows()}
    return {day: np.array([table.get((day, slot), 0.0) for slot in range(SLOTS)]) for day in WEEKDAYS}


def _daily(calls: pl.DataFrame, found: Presence, demand: dict[str, Demand]) -> pl.DataFrame:
    """Sunday to Thursday: date, agent hours on duty and on shift, and work offered (calls times mean service)."""
    means = {name: queue.mean_s for name, queue in demand.items()}
    work = calls.filter(pl.col("weekday").is_in(WHOLE_WEEK)).group_by("date").agg(
        work=pl.col("queue").replace_strict(means, return_dtype=pl.Float64).sum())
    hours = found.duty.group_by("date").agg(pl.col("agents").sum() / 2, pl.col("shift").sum() / 2)
    return work.join(hours, on="date").sort("date")


def _spread(daily: pl.DataFrame) -> float:
    """Standard deviation of ln(work / agents on duty) between days of the same weekday."""
    ratio = (pl.col("work") / pl.col("agents")).log()
    off = daily.select(ratio - ratio.mean().over(pl.col("date").dt.weekday())).to_series().to_numpy()
    return float(np.sqrt(off @ off / (len(off) - len(WHOLE_WEEK))))


def _demand_variance(demand: dict[str, Demand]) -> float:
    """Relative variance of a day's work that the day factors and Poisson counts bring, queues independent."""
    total = sum(queue.calls * queue.mean_s for queue in demand.values())
    return sum((queue.calls * queue.mean_s / total) ** 2 * (1 / queue.shape + 1 / queue.calls)
               for queue in demand.values())


def _concentration(heads: dict[str, dict[int, np.ndarray]]) -> float:
    """sum w_i^2 / (sum w_i)^2, w_i a head's half hours a day: a day's agents vary by a / (1 - a) times this."""
    work = [np.concatenate([(table[day][:, None] > np.arange(table[day].max())).sum(axis=0)
                            for table in heads.values()]) for day in WHOLE_WEEK]
    return float(np.mean([(w @ w) / w.sum() ** 2 for w in work]))


def _whole(wanted: np.ndarray, start: float) -> np.ndarray:
    """Whole heads (team, half hour): each half hour's sum is rounded with the error carried on, and goes to the
    teams, head by head, to whoever is furthest behind what it should have had so far."""
    carried, whole = start, np.zeros(wanted.shape, dtype=np.int64)
    behind = np.zeros(len(wanted))
    for slot, mean in enumerate(wanted.T):
        behind += mean
        carried += mean.sum()
        for _ in range(int(carried)):
            team = int(np.argmax(behind))
            whole[team, slot] += 1
            behind[team] -= 1
        carried -= int(carried)
    return whole
