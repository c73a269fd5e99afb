"""Patience of callers who are told their place: drawn from the same mark, by the law of proportional hazards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.plan.callers import Callers, contacts
from sim.record import Portion
from sim.scenario import Scenario
from tests.plan.given import queue, scenario

TOLD = {"ahead": [1, 4], "hazard": [2.0, 0.5]}


def portions(center: Scenario) -> list[Portion]:
    return list(contacts(Callers.of(center), 1, 0))


def center(patience: dict[str, Any], **more: Any) -> Scenario:
    return scenario({"told": queue(300, patience=patience, told_place=TOLD), "silent": queue(100)}, **more)


def test_an_exponential_patience_is_divided() -> None:
    for portion in portions(center({"kind": "exponential", "mean_s": 300})):
        heard = portion.heard["patience"].reshape(-1, 2)
        mine = portion.contacts["queue"] == 0
        patience = portion.contacts["patience"][mine]
        assert np.allclose(heard[mine, 0], patience / 2.0) and np.allclose(heard[mine, 1], patience * 2.0)
        assert not heard[~mine].any()


def test_any_law_keeps_its_hazard_ratio() -> None:
    law = {"kind": "piecewise_hazard", "from_s": [0, 20, 60], "per_s": [0.004, 0.02, 0.001]}
    given = center(law)
    patience = given.queues["told"].patience
    for portion in portions(given):
        heard = portion.heard["patience"].reshape(-1, 2)
        mine = portion.contacts["queue"] == 0
        own = np.log(patience.survival(portion.contacts["patience"][mine]))
        for step, ratio in enumerate(TOLD["hazard"]):
            assert np.allclose(np.log(patience.survival(heard[mine, step])) * ratio, own)


def test_hurry_acts_whatever_is_heard() -> None:
    hurried = {"people": True, "temper": {"hurry": 0.6}}
    law = {"kind": "exponential", "mean_s": 300}
    for one in portions(center(law, behavior=hurried)):
        mine = one.contacts["queue"] == 0
        heard = one.heard["patience"].reshape(-1, 2)[mine]
        assert np.allclose(heard[:, 0], one.contacts["patience"][mine] / 2.0)


def test_nothing_is_drawn_where_nothing_is_told() -> None:
    (portion,) = portions(scenario({"silent": queue(100)}))
    assert len(portion.heard) == 0


@pytest.mark.parametrize(("patience", "said"), [
    ({"kind": "never"}, "nobody's patience ends"),
    ({"kind": "constant", "value_s": 60}, "everybody's patience is the same"),
])  # fmt: skip
def test_a_place_needs_a_patience_to_act_on(patience: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        center(patience)
