"""Without behavior the center is the exact queueing model that it was before people entered it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.loading import load
from sim.run import Model

BEFORE_PEOPLE = {
    "bilingual": ([2412, 131, 0, 0, 0, 0], 122968449.79158667, 116872997.36663686, 826875282.0886574),
    "outage": ([2096, 1154, 0, 23, 0, 0], 151973862.9621205, 101510402.70719054, 733950903.7962312),
    "peak": ([4183, 75, 0, 0, 0, 0], 203918914.20679504, 199293863.72309333, 1679180409.8428166),
    "reference_day": ([19376, 394, 0, 0, 0, 0], 1020241019.3133411, 997512389.855214, 7351685442.219505),
    "week": ([7150, 621, 0, 0, 0, 0], 1779922923.1220317, 1650349901.2552276, 12127676398.413633),
}
"""Golden figures of replication 3, written down from the revision before there were people (735370d): contacts by
outcome; the sums of times of leaving and of answering; the sum of each agent state's number times its end."""


@pytest.mark.parametrize("name", BEFORE_PEOPLE)
def test_nothing_has_changed_without_behavior(name: str) -> None:
    facts = Model.of(load([name, "behavior=none"]).scenario).simulate(3, "compiled")
    outcomes, left, answered, states = BEFORE_PEOPLE[name]
    contacts = facts.contacts
    assert np.bincount(contacts["outcome"], minlength=6).tolist() == outcomes
    assert contacts["left"].sum() == pytest.approx(left, rel=1e-12)
    assert np.nansum(contacts["answered"]) == pytest.approx(answered, rel=1e-12)
    assert (facts.states["end"] * facts.states["state"]).sum() == pytest.approx(states, rel=1e-12)
    assert not contacts["leg"].any()
    assert len(facts.met) == 0
