"""A user's own Python beside the center: the documented example, and what can be wrong with such code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.clocks.beside import Floor
from sim.clocks.simpy_clock import SimpyClock
from sim.clocks.user_code import UserCodeError, user_functions
from sim.loading import load
from sim.measure import conservation
from sim.record import AgentState, Duty, Facts
from sim.run import Model
from tests.scripted import Call, calls_of, center, doing, given

EXAMPLE = str(Path(__file__).parent.parent / "docs" / "examples" / "supervisor.yaml")


def example(*overrides: str) -> Facts:
    return Model.of(load([EXAMPLE, "allow_python=true", *overrides]).scenario).simulate(0)


def test_the_supervisor_moves_three_agents_at_eleven_and_back_at_three() -> None:
    facts = example()
    states = facts.states
    lent = states[(states["team"] == 1) & (states["agent"] < 12)]  # agents 0 to 11 were hired for service
    assert len(set(lent["agent"])) == 3
    assert lent["start"].min() >= 11 * 3600
    started_late = lent[lent["start"] > 15 * 3600]
    assert len(started_late) == 0 or set(started_late["state"]) <= {AgentState.TALK, AgentState.WRAP, AgentState.HOLD}
    assert conservation(facts) == []


def test_needy_callers_reach_more_empathic_agents_under_the_examples_policy() -> None:
    facts = example()
    handled = facts.contacts[facts.contacts["agent"] >= 0]
    gave = facts.agents["empathy"][handled["agent"]]
    needy = handled["empathy"] > 0.6
    assert gave[needy].mean() > gave[~needy].mean() + 0.02


def test_without_permission_no_code_runs(tmp_path: Path) -> None:
    from sim.loading import Refused

    with pytest.raises(Refused, match="allow_python=true"):
        load([EXAMPLE])


def test_a_process_of_ones_own_can_send_people_on_a_break_home_and_back() -> None:
    scenario = center({"q": {}}, {"t": {"skills": {"q": 1}}, "u": {"skills": {"q": 1}}})
    day = given(scenario, [Call(at=10, talk=100)], ["t", "u"], [(0.0, 0, Duty.SIGN_ON), (0.0, 1, Duty.SIGN_ON)])
    clock = SimpyClock(day)
    floor = Floor(clock, ["q"], ["t", "u"])
    seen = []

    def boss(env, floor):  # type: ignore[no-untyped-def]
        yield env.timeout(50)
        seen.append((floor.waiting("q"), floor.idle("t"), floor.idle("u"), len(floor.agents("t"))))
        floor.send(floor.agents("t"), AgentState.BREAK, 30)
        floor.send(floor.agents("u"), AgentState.MEETING, 20)
        yield env.timeout(150)
        floor.sign_off(floor.agents("t", AgentState.IDLE))
        floor.sign_off(floor.agents("u"))

    clock.env.process(boss(clock.env, floor))
    told = clock.run()
    assert seen == [(0, 0, 1, 1)]
    assert calls_of(told) == ["0.1 handled by 0 after 0, left 110"]
    assert doing(told, 0) == ["idle 0-10", "talk 10-110", "break 110-140", "idle 140-200"]
    assert doing(told, 1) == ["idle 0-50", "meeting 50-70", "idle 70-200"]
    with pytest.raises(ValueError, match="no team 'x'; there is t, u"):
        floor.agents("x")
    with pytest.raises(ValueError, match="TALK is no activity"):
        floor.send([], AgentState.TALK, 5)


def test_code_that_cannot_be_used_is_told_in_one_line(tmp_path: Path) -> None:
    code = tmp_path / "mine.py"
    code.write_text("def policy(contact, agents):\n    return agents[0]\n")
    assert callable(user_functions(str(code), ["policy", None])["policy"])
    with pytest.raises(UserCodeError, match=r"mine\.py: has no function 'polcy'; it has policy"):
        user_functions(str(code), ["polcy"])
    code.write_text("def policy(:\n")
    with pytest.raises(UserCodeError, match=r"mine\.py:1: does not run: SyntaxError"):
        user_functions(str(code), ["policy"])


def test_a_policy_may_answer_nobody() -> None:
    scenario = center({"q": {}}, {"t": {"skills": {"q": 1}}})
    from sim.clocks.beside import own_moves

    own = own_moves(lambda contact, agents: None, lambda agent, contacts: contacts[-1])
    duties = [(0.0, 0, Duty.SIGN_ON), (500.0, 0, Duty.SIGN_OFF)]
    clock = SimpyClock(given(scenario, [Call(at=10, patience=5), Call(at=12)], ["t"], duties), own=own)
    assert calls_of(clock.run())[0] == "0.1 abandoned after 5, left 15"
    assert np.isfinite(clock.env.now)
