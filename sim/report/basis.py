"""What a picture rests on, for its footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import written

if TYPE_CHECKING:
    from sim.measure.results import Results
    from sim.report.about import RunInfo


def basis(results: Results, about: RunInfo) -> str:
    """What a picture rests on, for its footer."""
    runs = f"{results.count} replication{'s' if results.count != 1 else ''}"
    bands = f"; bands and whiskers: {100 * results.confidence:g} % intervals" if results.count > 1 else ""
    return f"{written.short(about.scenario, 40)} · {runs}, seed {about.seed}{bands}"
