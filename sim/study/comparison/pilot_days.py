"""Pilot days: simulated days of one way of working, as a live pilot could see them with a share of the callers.

Two ways of working have the same callers on the same days. Who is in the pilot goes by the caller's number, so a
caller is in the same arm with all attempts, and both ways agree on who that is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clocks.script import join
from sim.draws import bits, key, split
from sim.measure import Layout
from sim.measure.callers import OF_CALLERS, by_caller
from sim.measure.counts import count
from sim.measure.kpis import evaluate
from sim.measure.people_kpis import PEOPLE_CELL, all_contact_cells, contact_kpis
from sim.run import Engine, Model
from sim.scenario import build
from sim.study.execution import Execution, in_order, perform
from sim.study.variants import Floats

KPIS = ("csat_surveyed", "fcr_measured", "repeat_rate", "aht_s", "service_level", "asa_s", "abandonment_rate",
        "csat_said")  # fmt: skip
"""What a pilot may be judged by, where the scenario has it."""
LOTS = 251
"""Ways to share out the callers of a day that are tried; prime, see `drawn`."""
SUMS = 6
"""For units (callers or days) with top x and bottom y: n, x, y, xx, xy, yy added up over those with a bottom."""
AT_A_TIME = 1 << 13
"""Callers whose lots are held at once."""
GRAIN = 64.0
"""Parts of a second to which a caller's seconds are rounded: sums of them and of their squares are then exact, and the
same in whatever order a machine's threads add them up."""


class PilotDays(NamedTuple):
    """The replications of one way of working; each is a stretch of as many days as the scenario has."""

    callers: Floats
    contacts: Floats
    """offered; shape (replications,)"""
    days: dict[str, Floats]
    """KPI -> `SUMS` of each replication as one unit, shape (replications, SUMS)"""
    whole: dict[str, Floats]
    """KPI -> `SUMS` of all callers, shape (replications, SUMS); only of KPIs that are known by caller"""
    part: dict[str, Floats]
    """KPI -> those of the callers who are in the pilot, shape (replications, LOTS, SUMS)"""


def drawn(callers: NDArray[np.int64], share: float, seed: int, replication: int) -> NDArray[np.bool_]:
    """Who is in the pilot in each lot, shape (LOTS, callers): a share of the callers, each by itself.

    Caller c is in lot m if (a m + b) mod LOTS < share LOTS, with a from 1 to LOTS - 1 and b from 0 to LOTS - 1 drawn
    for each caller by number. Within a lot callers are independent; over all lots each caller is in exactly the same
    number of them, so lots add no noise to the mean difference. Two lots are as two draws without putting back, since
    LOTS is prime (pairwise independent hashing; Carter and Wegman 1979, J. Computer and System Sciences 18, 143-154).
    """
    keys = split(key(seed, replication, "pilot"), callers)
    step = (bits(keys, 1) % np.uint64(LOTS - 1) + np.uint64(1)).astype(np.int32)
    start = (bits(keys, 2) % np.uint64(LOTS)).astype(np.int32)
    lots = np.arange(LOTS, dtype=np.int32)[:, None]
    return np.asarray((lots * step + start) % LOTS < round(share * LOTS))


def sums_of(top: Floats, bottom: Floats) -> Floats:
    """What each unit adds to `SUMS`, shape (units, SUMS); units without a bottom add nothing."""
    some = (bottom > 0.0).astype(np.float64)
    x, y = top * some, bottom * some
    return np.stack([some, x, y, x * x, x * y, y * y], axis=-1)


def in_lots(
    figures: Mapping[str, tuple[Floats, Floats]],
    callers: NDArray[np.int64],
    share: float,
    seed: int,
    replication: int,
) -> tuple[Floats, Floats]:
    """`SUMS` of all callers and of those in each lot, shapes (kpis, SUMS) and (LOTS, kpis, SUMS)."""
    columns = np.concatenate([sums_of(np.rint(x * GRAIN) / GRAIN, y) for x, y in figures.values()], axis=1)
    part = np.zeros((LOTS, columns.shape[1]))
    for start in range(0, len(callers), AT_A_TIME):
        here = slice(start, start + AT_A_TIME)
        part += drawn(callers[here], share, seed, replication).astype(np.float64) @ columns[here]
    shape = (len(figures), SUMS)
    return columns.sum(axis=0).reshape(shape), part.reshape(LOTS, *shape)


def observe(raw: Mapping[str, Any], replications: int, share: float, kpis: Sequence[str]) -> PilotDays:
    """The days of one scenario, simulated."""
    scenario = build(copy.deepcopy(dict(raw)))
    model, layout = Model.of(scenario), Layout.of(scenario)
    engine: Engine = model.engine if scenario.engine != "auto" or scenario.python is not None else "compiled"
    known = tuple(kpi for kpi in contact_kpis(layout.people) if kpi.key in kpis)
    center = np.empty((replications, len(known), SUMS))
    volume = np.empty((2, replications))
    whole, part, names = [], [], [name for name in OF_CALLERS if name in {kpi.key for kpi in known}]
    for replication in range(replications):
        facts = model.facts(replication, join(model.portions(replication, engine)))
        cells = all_contact_cells(count(facts, layout), layout, [0])[0]
        (tops,), (bottoms,) = evaluate(known, cells, PEOPLE_CELL)
        center[replication] = sums_of(tops, bottoms)
        found = by_caller(facts, layout)
        volume[:, replication] = len(found.caller), found.contacts
        if names:
            own = {name: found.figures[name] for name in names}
            every, lots = in_lots(own, found.caller, share, scenario.seed, replication)
            whole.append(every)
            part.append(lots)
    callers, contacts = volume
    return PilotDays(
        callers,
        contacts,
        {kpi.key: center[:, k] for k, kpi in enumerate(known)},
        {name: np.stack([each[k] for each in whole]) for k, name in enumerate(names)},
        {name: np.stack([each[:, k] for each in part]) for k, name in enumerate(names)},
    )


def pilot_days(
    raws: Sequence[Mapping[str, Any]],
    replications: int,
    share: float,
    kpis: Sequence[str] = KPIS,
    execution: Execution | None = None,
) -> Iterator[PilotDays]:
    """The days of each scenario, in their order; each as soon as it is done.

    `execution` says who shares them, None = whom the first one asks for, or this process if little is to be done. The
    answer does not depend on it.
    """
    if execution is None:
        execution = Execution.for_all([build(copy.deepcopy(dict(raw))) for raw in raws], replications)
    tasks = [(raw, replications, share, tuple(kpis)) for raw in raws]
    return in_order(perform(_observe, tasks, execution))


def _observe(task: tuple[Mapping[str, Any], int, float, tuple[str, ...]]) -> PilotDays:
    return observe(*task)
