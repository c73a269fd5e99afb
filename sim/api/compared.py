"""Cases compared: what differs between them, and what of that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.api.case import Case, Changes, as_case, words_of
from sim.api.html import sheet
from sim.loading.refusal import Refused

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.axes import Axes

    from sim.report.comparison.words import Told

NAMES = "ABCDEFGHIJ"


@dataclass(frozen=True)
class Compared:
    """Every case against the first, pair by pair of replications with the same random numbers."""

    cases: tuple[Case, ...]
    told: Told

    @property
    def table(self) -> pl.DataFrame:
        """A row for each case but the first and each KPI: both values, difference, interval, verdict (Holm)."""
        return self.told.result.frame

    def plot_forest(self) -> Axes:
        """The differences with their intervals."""
        from sim.report.comparison.page import forest

        return forest(self.told).axes[0]

    def plot_day(self) -> Axes:
        """Service level over the day; further panels are on the same figure."""
        from sim.report.comparison.page import over_the_day

        return over_the_day(self.told).axes[0]

    def __repr__(self) -> str:
        from sim.report.comparison.words import headline

        return f"<Compared {', '.join(self.told.what)}: {headline(self.told)}>"

    def _repr_html_(self) -> str:
        from sim.report.comparison.words import headline
        from sim.report.comparison.words import sheet as words

        tables = [words(self.told, name) for name in self.told.names[1:]]
        return "".join(
            sheet(headline(self.told) if k == 0 else "", list(table.columns), [list(row) for row in table.rows])
            for k, table in enumerate(tables)
        )


def compare(
    base: Case | str, *others: Case | Changes | Sequence[Changes], replications: int = 20, confidence: float = 0.95
) -> Compared:
    """Other cases against a base. Each is a case, or what is different from the base.

        sim.compare("peak", {"goals.aht_target": 240}, ["staffing.scale=1.05", "goals.within_s=30"])

    Raises Refused; a text is always a change, so another scenario is given as `sim.load(name)`.
    """
    from sim.report.comparison.words import Told
    from sim.study.comparison import sides as study
    from sim.study.comparison.compare import compare as compared
    from sim.study.comparison.compare import course

    first = as_case(base)
    cases = (first, *(_case(first, other) for other in others))
    if not 2 <= len(cases) <= len(NAMES):
        raise Refused(f"compare takes 2 to {len(NAMES)} cases, got {len(cases)}")
    if replications < 2:
        raise Refused("replications: differences need at least 2 to have an interval")
    raws = [case.loaded.raw for case in cases]
    sides = list(study.simulated(raws, NAMES[: len(cases)], replications, confidence))
    reasons = [None if case.scenario.seed == first.scenario.seed else "their seeds differ" for case in cases[1:]]
    what = [" ".join(case.words) for case in cases]
    facts: dict[str, Any] = {
        "scenario": first.name, "command": "", "from": "simulated", "seed": [first.scenario.seed],
        "runs": dict(zip(NAMES, what, strict=False)), "replications": [replications] * len(cases),
    }  # fmt: skip
    differences = [study.changes(side.config, sides[0].config) for side in sides[1:]]
    courses = [
        course(side, sides[0], confidence, reason is None) for side, reason in zip(sides[1:], reasons, strict=True)
    ]
    return Compared(cases, Told(compared(sides, reasons, confidence), tuple(what), differences, courses, facts))


def _case(base: Case, other: Case | Changes | Sequence[Changes]) -> Case:
    if isinstance(other, Case):
        return other
    changes = [other] if isinstance(other, str) or not isinstance(other, list | tuple) else list(other)
    return base.but(*words_of(changes))  # type: ignore[arg-type]
