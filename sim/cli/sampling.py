"""Sampling in words: what was done to reduce the variance of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.sampling import LEAST_CONTROLLED

if TYPE_CHECKING:
    from sim.scenario import Scenario


def sentence(scenario: Scenario, replications: int) -> str:
    """What was done, and what it means for the intervals of so many replications; "" where nothing was."""
    asked, said = scenario.sampling, []
    batches, left = divmod(replications, asked.strata)
    if asked.strata > 1:
        told = f"day factors from {asked.strata} strata, intervals over {batches} batch{'' if batches == 1 else 'es'}"
        if batches < 2:
            told += ": there are none with fewer than 2"
        elif left:
            told += f" (the last {left} replications, which are no whole batch, are left out)"
        said.append(told)
    if asked.control == "arrivals":
        if batches >= LEAST_CONTROLLED:
            said.append("summary controlled by arrivals")
        else:
            what = "replications" if asked.strata == 1 else "batches"
            said.append(f"not controlled by arrivals, which takes {LEAST_CONTROLLED} {what}")
    return "; ".join(said)
