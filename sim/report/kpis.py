"""Looking up a figure with its interval, unit and label, written out for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.report import written
from sim.report.remember import once

if TYPE_CHECKING:
    from sim.measure.results import Results


class Kpi(NamedTuple):
    """One figure of one scope; None = no contacts, or too few replications for an interval."""

    label: str
    unit: str
    mean: float | None
    low: float | None
    high: float | None

    @property
    def text(self) -> str:
        """The figure alone: "78.4 %"."""
        return written.figure(self.mean, self.unit)

    @property
    def interval(self) -> str:
        """Its interval: "77.1 to 79.7 %", "" if there is none."""
        return written.interval(self.low, self.high, self.unit)

    @property
    def sure(self) -> bool:
        """Whether it is surely different from 0: it has an interval, and 0 is not in it."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def full(self) -> str:
        """Both: "78.4 % (77.1 to 79.7)"."""
        bare = written.bare_interval(self.low, self.high, self.unit)
        return f"{self.text} ({bare})" if bare else self.text


@once
def kpis_of(results: Results) -> Kpis:
    """The figures of the summary, ready to be looked up."""
    return Kpis(results)


class Kpis:
    """Every figure of the summary, by scope, name and kpi."""

    def __init__(self, results: Results) -> None:
        columns = [results.summary[c] for c in ("scope", "name", "kpi", "label", "unit", "mean", "low", "high")]
        self._found = {row[:3]: Kpi(*row[3:]) for row in zip(*columns, strict=True)}

    def __call__(self, kpi: str, scope: str = "center", name: str = "center") -> Kpi:
        """The figure; KeyError if the results do not have it."""
        return self._found[scope, name, kpi]

    def get(self, kpi: str, scope: str = "center", name: str = "center") -> Kpi | None:
        """The figure, or None if the results do not have it."""
        return self._found.get((scope, name, kpi))

    def names(self, scope: str) -> list[str]:
        """Names in a scope, in the order of the results."""
        return list(dict.fromkeys(name for where, name, _ in self._found if where == scope))

    def busiest(self, most: int) -> list[str]:
        """Queues with most contacts offered, busiest first."""
        names = self.names("queue")
        return sorted(names, key=lambda name: -(self("offered", "queue", name).mean or 0.0))[:most]

    def largest(self, most: int) -> list[str]:
        """Teams with most paid hours, largest first."""
        names = self.names("team")
        return sorted(names, key=lambda name: -(self("paid_hours", "team", name).mean or 0.0))[:most]
