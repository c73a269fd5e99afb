"""One row a cause of satisfaction or handle time; and one a step of need and of empathy delivered."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.measure.evidence import Estimate
from sim.measure.frames.frame import Scopes, bounded, frame, quotient, scope_columns
from sim.measure.kpis import Kpi
from sim.measure.people import STEPS
from sim.measure.people_kpis import CONTENT_FLOW, TIME_FLOW
from sim.measure.tally import FLOWS, Tally


def causes_table(tally: Tally, confidence: float) -> pl.DataFrame | None:
    """From the typical contact to what is, cause by cause, of every scope; None where behavior does not count.

    In each (what, scope, name) the first row and all steps after it add up to the last.
    """
    layout = tally.layout
    if layout.people is None:
        return None
    queues = bounded(tally.causes.estimate(confidence), FLOWS)
    teams = bounded(tally.team_causes.estimate(confidence), FLOWS)
    content, time = slice(0, len(CONTENT_FLOW)), slice(len(CONTENT_FLOW), None)
    parts = []
    for what, flow, part in (("satisfaction", CONTENT_FLOW, content), ("handle_time", TIME_FLOW, time)):
        parts.append(_causes(what, flow, layout.queue_scopes, _pick(queues, slice(None), part)))
        if layout.teams:
            parts.append(_causes(what, flow, layout.team_scopes[1:], _pick(teams, slice(1, None), part)))
    return pl.concat(parts)


def _pick(estimate: Estimate, scopes: slice, kpis: slice) -> Estimate:
    return Estimate(*(part[scopes, kpis].reshape(-1) for part in estimate))


def _causes(what: str, flow: tuple[Kpi, ...], scopes: Scopes, estimate: Estimate) -> pl.DataFrame:
    return frame(
        {
            "what": [what] * len(estimate.mean),
            **scope_columns(scopes, len(flow)),
            "cause": [kpi.key for kpi in flow] * len(scopes),
            "label": [kpi.label for kpi in flow] * len(scopes),
            "unit": [kpi.unit for kpi in flow] * len(scopes),
            **estimate._asdict(),
            "replications": estimate.replications.astype(np.int32),
        }
    )


def needs_table(tally: Tally) -> pl.DataFrame | None:
    """Contacts per replication by the caller's need and the empathy delivered, and their CSAT; None as above."""
    layout = tally.layout
    if layout.people is None:
        return None
    steps = np.arange(STEPS) / (STEPS - 1)
    contacts, content = tally.needs[:, :, 0].reshape(-1), tally.needs[:, :, 1].reshape(-1)
    return frame(
        {
            **scope_columns(layout.queue_scopes, STEPS * STEPS),
            "need": np.tile(np.repeat(steps, STEPS), len(layout.queue_scopes)),
            "delivered": np.tile(steps, STEPS * len(layout.queue_scopes)),
            "contacts": contacts / tally.count,
            "csat": quotient(content, contacts),
        }
    )
