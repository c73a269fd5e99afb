"""Watch: one figure of the center as replications come in, without making the tables."""

from __future__ import annotations

from itertools import islice

import numpy as np

from sim.measure.bins import Floats
from sim.measure.evidence import Estimate
from sim.measure.kpis import STAFF_KPIS, Kpi
from sim.measure.layout import People
from sim.measure.people_kpis import contact_kpis, team_kpis
from sim.measure.percentiles import KEYS
from sim.measure.sampled import Sampled
from sim.measure.statistics import Moments
from sim.measure.tally import Row, Tally


def center_kpis(people: People | None) -> dict[str, Kpi]:
    """The KPIs that the summary has of the whole center, by key."""
    from sim.measure.frames.summary import PERCENTILE_KPIS, PRESENT  # brings polars

    return {kpi.key: kpi for kpi in (*contact_kpis(people), *PERCENTILE_KPIS, *STAFF_KPIS, PRESENT)}


class Watch:
    """The estimate of one KPI of the center, the same as the summary's; a look costs the replications since the last.

    Raises KeyError for a KPI that the summary of the center does not have.
    """

    def __init__(self, tally: Tally, key: str) -> None:
        self.kpi = center_kpis(tally.layout.people)[key]
        self.tally = tally
        self._moments = Moments.of_shape(())
        self._alone = tally.layout.sampled == Sampled()
        self._sums: list[tuple[Floats, Floats]] = []
        people = tally.layout.people
        self._contact = {kpi.key: place for place, kpi in enumerate(contact_kpis(people))}.get(key)
        self._staff = {kpi.key: place for place, kpi in enumerate(team_kpis(people)) if kpi in STAFF_KPIS}.get(key)

    def estimate(self, confidence: float) -> Estimate:
        """The figure over the replications counted by now, arrays of shape (); limits are uncut."""
        if self.kpi.key in KEYS:
            of, percent = divmod(KEYS.index(self.kpi.key), len(KEYS) // 2)
            return Estimate(*(part[0, of, percent] for part in self.tally.waits.estimate(confidence)))
        if not self._alone:
            self._sums += map(self._terms, islice(self.tally.rows.values(), len(self._sums), None))
            tops, bottoms = np.array(self._sums).reshape(-1, 2).T
            return self.tally.estimate(tops, bottoms, confidence)
        for row in islice(self.tally.rows.values(), self._moments.n, None):
            self._moments.add(*self._terms(row))
        return self._moments.estimate(confidence)

    def _terms(self, row: Row) -> tuple[Floats, Floats]:
        """Top and bottom of one replication, arrays of shape ()."""
        if self._contact is not None:
            top, bottom = (part[0, self._contact] for part in row.contacts)
        elif self._staff is not None:
            top, bottom = (part[0, self._staff] for part in row.teams)
        else:
            top, bottom = row.present[0], 1.0
        return np.asarray(top), np.asarray(bottom)
