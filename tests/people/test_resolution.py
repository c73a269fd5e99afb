"""Resolution: the type's own log odds, moved at most 1.5 either way, each argument with its sign."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.resolution import FURTHEST, Resolution, resolution_probability, typical_log_odds
from sim.people.trait import log_odds_of, share_of
from tests.people.given import POSITIVE, SCORE, SHARE, SIGNED, falls, rises

EVIDENCE = Resolution(empathy=0.15, knowledge=0.3, persistence=0.15, hurry=0.25, complexity=0.3)
COMPLEXITY = st.floats(-40, 40)
BASE = st.floats(-30, 30)
CONTACT = st.fixed_dictionaries(
    {
        "typical_logit": BASE,
        "empathy_score": SCORE,
        "need": SHARE,
        "knowledge_score": SCORE,
        "persistence_score": SCORE,
        "hurry": SHARE,
        "complexity": COMPLEXITY,
    }
)
TYPICAL = {
    "typical_logit": log_odds_of(0.7),
    "empathy_score": 0.0,
    "need": 0.5,
    "knowledge_score": 0.0,
    "persistence_score": 0.0,
    "hurry": 0.0,
    "complexity": 0.0,
}


def test_a_typical_contact_is_resolved_as_often_as_its_type() -> None:
    assert resolution_probability(**TYPICAL, resolution=EVIDENCE) == pytest.approx(0.7, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"empathy_score": 1.0}, 0.15),
        ({"empathy_score": 1.0, "need": 1.0}, 0.30),
        ({"knowledge_score": -1.0}, -0.30),
        ({"persistence_score": 2.0}, 0.30),
        ({"hurry": 1.0}, -0.25),
        ({"complexity": 1.0}, -0.30),
        ({"complexity": -20.0}, 1.5),
        ({"complexity": 20.0}, -1.5),
    ],
)
def test_by_hand(change: dict[str, float], moved: float) -> None:
    got = resolution_probability(**(TYPICAL | change), resolution=EVIDENCE)
    assert got == pytest.approx(share_of(log_odds_of(0.7) + moved), rel=1e-12)


@given(contact=CONTACT)
def test_switched_off_only_the_type_counts(contact: dict[str, float]) -> None:
    assert resolution_probability(**contact, resolution=Resolution()) == share_of(contact["typical_logit"])


@given(contact=CONTACT, c=st.tuples(SIGNED, SIGNED, SIGNED, SIGNED, SIGNED))
def test_a_probability_never_further_from_the_type_than_1_5(contact: dict[str, float], c: Any) -> None:
    base = contact["typical_logit"]
    probability = resolution_probability(**contact, resolution=Resolution(*c))
    assert share_of(base - FURTHEST) <= probability <= share_of(base + FURTHEST)


SIGNS = [
    ("typical_logit", rises, BASE),
    ("empathy_score", rises, SCORE),
    ("knowledge_score", rises, SCORE),
    ("persistence_score", rises, SCORE),
    ("hurry", falls, SHARE),
    ("complexity", falls, COMPLEXITY),
]


@pytest.mark.parametrize(("name", "goes", "values"), SIGNS, ids=[name for name, *_ in SIGNS])
@given(contact=CONTACT, c=st.tuples(POSITIVE, POSITIVE, POSITIVE, POSITIVE, POSITIVE), data=st.data())
def test_signs(name: str, goes: Any, values: Any, contact: dict[str, float], c: Any, data: st.DataObject) -> None:
    def probability(x: float) -> float:
        return resolution_probability(**(contact | {name: x}), resolution=Resolution(*c))

    assert goes(probability, contact[name], data.draw(values))


def test_a_share_over_unlike_people_is_what_was_asked_for() -> None:
    """Averaged over normal issues and agents the typical log odds give the share back, to within half a point."""
    import numpy as np

    resolution = Resolution(knowledge=0.3, persistence=0.15, complexity=0.3, empathy=0.15)
    z = np.random.default_rng(1).standard_normal((4, 200_000))
    shift = 0.3 * z[0] + 0.15 * z[1] - 0.3 * z[2] + 0.15 * z[3]
    for share in (0.5, 0.7, 0.9):
        mean = (1.0 / (1.0 + np.exp(-(typical_log_odds(share, resolution) + shift)))).mean()
        assert mean == pytest.approx(share, abs=0.005)
    assert typical_log_odds(0.75, Resolution()) == pytest.approx(np.log(3.0))


@given(share=st.floats(0.01, 0.99), c=st.tuples(SIGNED, SIGNED, SIGNED, SIGNED, SIGNED))
def test_the_calibration_keeps_the_side_and_needs_unlike_people(share: float, c: Any) -> None:
    moved = typical_log_odds(share, Resolution(*c))
    assert moved * log_odds_of(share) >= 0
    assert abs(moved) >= abs(log_odds_of(share))
    assert typical_log_odds(share, Resolution(hurry=c[3])) == log_odds_of(share)


@given(one=st.floats(0.01, 0.99), other=st.floats(0.01, 0.99))
def test_the_calibration_rises_with_the_share(one: float, other: float) -> None:
    assert rises(lambda share: typical_log_odds(share, EVIDENCE), one, other)


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_a_usual_staff_resolves_that_share(share: float) -> None:
    """To half a point, the error of the formula (it leaves out need and the limit); 200,000 draws have 0.03 points."""
    rng, n = np.random.default_rng(0), 200_000
    z, need = rng.normal(size=(4, n)), np.clip(rng.normal(0.5, 0.15, n), 0, 1)
    base = typical_log_odds(share, EVIDENCE)
    each = [
        resolution_probability(base, empathy, of_need, knowledge, persistence, 0.0, complexity, EVIDENCE)
        for empathy, of_need, knowledge, persistence, complexity in zip(
            z[0].tolist(), need.tolist(), z[1].tolist(), z[2].tolist(), z[3].tolist(), strict=True
        )
    ]
    assert np.mean(each) == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize("name", ["empathy", "knowledge", "persistence", "complexity"])
def test_the_calibration_by_hand(name: str) -> None:
    assert typical_log_odds(0.7, Resolution(**{name: 2.0})) == pytest.approx(log_odds_of(0.7) * (1 + 0.346 * 4) ** 0.5)
