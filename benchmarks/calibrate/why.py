"""Why the bank's prediction is as near, and as far off, as it is: the same with one thing changed at a time.

    python benchmarks/calibrate/why.py LOGS           # some 80 seconds

First how long services were over what their queues, and over what the agents who took them, lead to expect. Then
January to March predict April and May, replayed arrivals, 9 replications: as it is; without head starts; with handle
times as long as those agents' became. Then January predicts February, and January and February predict March: as it
is, and with each agent's absences at other times of the shift, beside hourly Erlang A with the agents of those hours.
Printed are happened / predicted and, in brackets, the mean error of single hours.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from sim.calibrate import textbook, weeks
from sim.calibrate.fits.agents import factors_of
from sim.calibrate.fits.everything import Fitted, fit_contacts
from sim.calibrate.fits.presence import SPLIT_S
from sim.calibrate.fits.staffing import by_day
from sim.calibrate.held_contacts import held_contacts
from sim.calibrate.held_out import HeldOut, flooded, parted
from sim.calibrate.hourly import CONTACT_KPIS, Hourly
from sim.calibrate.log import ContactLog
from sim.calibrate.readers import read_log
from sim.calibrate.recorded_duty import Recorded
from sim.calibrate.scores import ALL, groups_of, scores_of
from sim.calibrate.wavering import measured
from sim.units import MINUTE

REPLICATIONS = 9
FEBRUARY, MARCH, APRIL, JUNE = (dt.date(1999, month, 1) for month in (2, 3, 4, 6))


class Test:
    """A part that is fitted, and days that it predicts."""

    def __init__(self, contacts: pl.DataFrame, since: dt.date, until: dt.date) -> None:
        part = contacts.filter(pl.col("arrived").dt.date() < until)
        before, self.after = parted(part, 0.4, since)
        self.before = before.filter(~pl.col("arrived").dt.date().is_in(sorted(flooded(before))))
        self.fitted = fit_contacts(self.before)
        self.held = held_contacts(part, self.after, self.fitted, 20.0)

    def show(self, name: str, fitted: Fitted, held: HeldOut, *, book: bool = False) -> None:
        """Print happened / predicted and the mean error of single hours by KPI, and waits and hang-ups by queue."""
        wavering = measured(self.before, self.fitted)
        predicted = {name: weeks.simulated(fitted, held, wavering, REPLICATIONS, 1, None)[0]}
        if book:
            agents = textbook.agents_by_hour(held.on_duty, held.days)
            came = held.actual.summed("offered")[0, 1:]
            sums, _ = textbook.by_hour(textbook.pools(fitted, held.skills), came, agents, held.within_s)
            predicted[f"{name}, Erlang A"] = Hourly(sums["Erlang A"])
        queues = tuple(fitted.queues)
        scores = scores_of(held, predicted, queues, groups_of(fitted, held), {})
        for method in predicted:
            own = scores.filter((pl.col("level") == "hour") & (pl.col("method") == method) & (pl.col("queue") == ALL))
            told = (own.row(by_predicate=pl.col("kpi") == kpi, named=True) for kpi in CONTACT_KPIS)
            cells = (f"{one['kpi']} {one['actual']:.3f} / {one['predicted']:.3f} ({one['mae']:.3f})" for one in told)
            print(f"{method}: {', '.join(cells)}", flush=True)
        for number, queue in enumerate(queues if not book else (), 1):
            waits = [sums.summed("wait_s")[:, number].sum() / sums.summed("offered")[:, number].sum()
                     for sums in (held.actual, predicted[name])]  # fmt: skip
            lost = [sums.summed("abandoned")[:, number].sum() / sums.summed("offered")[:, number].sum()
                    for sums in (held.actual, predicted[name])]  # fmt: skip
            print(f"    {queue}: wait {waits[0]:.0f} / {waits[1]:.0f} s, abandoned {lost[0]:.3f} / {lost[1]:.3f}")


def services(test: Test) -> float:
    """Print and return the length of services over what the agents who took them lead to expect, judged days."""
    fitted = test.fitted
    for name, days in (("all", None), ("judged", test.held.dates)):
        own = test.after.filter((pl.col("outcome") == "handled") & pl.col("talk_s").is_not_null())
        own = own if days is None else own.filter(pl.col("arrived").dt.date().is_in(days))
        usual = own["queue"].replace_strict({queue: fit.aht.known for queue, fit in fitted.queues.items()})
        takers = own["queue"].replace_strict({queue: fit.takers for queue, fit in fitted.queues.items()})
        assert fitted.speeds is not None
        known = own["agent"].is_in(list(fitted.speeds.factors)).fill_null(False)
        factor = pl.select(pl.when(known).then(factors_of(own, fitted.speeds) / takers).otherwise(1.0)).to_series()
        by_queue, by_agent = (float(own["talk_s"].sum() / one.sum()) for one in (usual, usual * factor))
        print(f"services of {name} days: {by_queue:.3f} of what their queues tell, {by_agent:.3f} of what agents tell")
    return by_agent


def at_other_times(held: HeldOut, interval_min: int) -> HeldOut:
    """Each agent's absences, and the spells between them, in another order within the shift."""
    assert held.recorded is not None
    random, own = np.random.default_rng(1), held.recorded
    start, end = own.start.copy(), own.end.copy()
    together = (own.agent[1:] == own.agent[:-1]) & (start[1:] - end[:-1] <= SPLIT_S)
    for shift in np.split(np.arange(len(start)), np.flatnonzero(~together) + 1):
        spells = random.permutation(own.end[shift] - own.start[shift])
        pauses = np.append(0.0, random.permutation(own.start[shift][1:] - own.end[shift][:-1]))
        start[shift] = own.start[shift][0] + np.cumsum(pauses) + np.append(0.0, np.cumsum(spells)[:-1])
        end[shift] = start[shift] + spells
    every = np.arange(held.on_duty.shape[1])
    on_duty = np.stack([
        by_day(start[own.agent == agent], end[own.agent == agent], interval_min * MINUTE, 1440 // interval_min, every)
        for agent in range(len(held.skills))
    ])  # fmt: skip
    return held._replace(recorded=Recorded(own.agent, start, end, own.rest_at_leave_s), on_duty=on_duty)


def main(folder: Path) -> None:
    log = read_log(sorted(folder.glob("*.txt")))
    assert isinstance(log, ContactLog)
    contacts = log.contacts.filter(pl.col("queue") != "return_calls")
    test = Test(contacts, APRIL, JUNE)
    longer = services(test)
    test.show("as it is", test.fitted, test.held)
    test.show("without head starts", test.fitted._replace(order=None), test.held)
    staffing = test.fitted.staffing
    assert staffing is not None
    slow = staffing._replace(own_pace=staffing.own_pace * longer)
    test.show(f"handle times times {longer:.3f}", test.fitted._replace(staffing=slow), test.held)
    for name, since, until in (("February", FEBRUARY, MARCH), ("March", MARCH, APRIL)):
        test = Test(contacts, since, until)
        test.show(name, test.fitted, test.held, book=True)
        moved = at_other_times(test.held, test.fitted.interval_min)
        test.show(f"{name}, absences moved", test.fitted, moved, book=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
