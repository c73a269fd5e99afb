"""Figures counted from a view, each as one sum over another, under the names that `sim.theory` gives them.

Definitions are theory's (`sim.theory.figures`): shares are of all offered contacts; mean waits are of everybody who
gets a line; whoever balks has waited 0 s and left, which counts as a short abandon and as one within the threshold
(`sim.measure` counts balking apart; without balking the two agree). Units: seconds, contacts per second.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.record import AgentState, Outcome, Rows
from sim.study.validation.view import Bools, View

Sums = tuple[float, float]
"""What is counted, and what it is a share or a mean of."""
Measure = Callable[[View], Sums]

BUSY = (int(AgentState.TALK), int(AgentState.HOLD), int(AgentState.WRAP))


def _count(which: Bools) -> float:
    return float(np.count_nonzero(which))


def _of_offered(view: View, which: Bools) -> Sums:
    return _count(which), float(len(view.contacts))


def _waits(view: View, which: Bools) -> Sums:
    return float(view.wait[which].sum()), _count(which)


# --- how contacts leave -----------------------------------------------------------------------


def p_block(view: View) -> Sums:
    """Found no line."""
    return _of_offered(view, view.left_by(Outcome.BLOCKED))


def p_balk(view: View) -> Sums:
    """Left at once because nobody was free."""
    return _of_offered(view, view.left_by(Outcome.BALKED))


def p_abandon(view: View) -> Sums:
    """Gave up after joining the queue."""
    return _of_offered(view, view.left_by(Outcome.ABANDONED))


def p_wait(view: View) -> Sums:
    """Joined the queue."""
    return _of_offered(view, view.wait > 0.0)


def p_delay_virtual(view: View) -> Sums:
    """Found every agent busy: joined the queue or balked."""
    return _of_offered(view, (view.wait > 0.0) | view.left_by(Outcome.BALKED))


# --- waits ------------------------------------------------------------------------------------


def mean_wait(view: View) -> Sums:
    """Wait of everybody who got a line."""
    return _waits(view, ~view.left_by(Outcome.BLOCKED))


def mean_wait_served(view: View) -> Sums:
    """Wait of the answered."""
    return _waits(view, view.left_by(Outcome.HANDLED))


def mean_wait_abandoned(view: View) -> Sums:
    """Wait of those who gave up after joining."""
    return _waits(view, view.left_by(Outcome.ABANDONED))


def mean_queue(view: View) -> Sums:
    """Number waiting, over time; counted from the lengths of the queue, not from the waits."""
    return view.waiting_seconds(), view.window.seconds


# --- service level ----------------------------------------------------------------------------


def _answered_within(view: View) -> Bools:
    return np.asarray(view.left_by(Outcome.HANDLED) & (view.wait <= view.within_s))


def _gone_within(view: View, limit: float) -> Bools:
    return np.asarray(view.left_by(Outcome.ABANDONED, Outcome.BALKED) & (view.wait <= limit))


def sl_of_offered(view: View) -> Sums:
    """Answered within the threshold, of all offered."""
    return _of_offered(view, _answered_within(view))


def sl_of_answered(view: View) -> Sums:
    """Answered within the threshold, of the answered."""
    return _count(_answered_within(view)), _count(view.left_by(Outcome.HANDLED))


def sl_excluding_short_abandons(view: View) -> Sums:
    """Answered within the threshold, of all but those who gave up in a short time."""
    return _count(_answered_within(view)), _count(~_gone_within(view, view.short_s))


def sl_abandons_counted_as_met(view: View) -> Sums:
    """Answered or given up within the threshold, of all offered."""
    return _of_offered(view, _answered_within(view) | _gone_within(view, view.within_s))


# --- agents -----------------------------------------------------------------------------------


def occupancy(view: View) -> Sums:
    """Talk, hold and wrap-up, of all staffed time."""
    return view.agent_seconds(*BUSY), view.agent_seconds()


def talking(view: View) -> Sums:
    """Number of agents in talk."""
    return view.agent_seconds(int(AgentState.TALK)), view.window.seconds


def wrapping(view: View) -> Sums:
    """Number of agents in wrap-up."""
    return view.agent_seconds(int(AgentState.WRAP)), view.window.seconds


# --- callers who come back --------------------------------------------------------------------


def total_rate(view: View) -> Sums:
    """Attempts per second."""
    return float(len(view.contacts)), view.window.seconds


def mean_in_orbit(view: View) -> Sums:
    """Number of callers who will call again, over time."""
    tries, again = _chains(view)
    away = view.window.overlap(tries["left"][:-1][again], tries["arrived"][1:][again])
    return float(away.sum()), view.window.seconds


def p_customer_lost(view: View) -> Sums:
    """Customers who give up for good, by their last attempt, of customers, by their first."""
    tries, again = _chains(view)
    last = tries[np.append(~again, True)]
    lost = view.window.contacts(np.sort(last[last["outcome"] == int(Outcome.ABANDONED)], order="arrived"))
    return float(len(lost)), _count(view.contacts["attempt"] == 1)


def _chains(view: View) -> tuple[Rows, Bools]:
    """All attempts of the run, caller by caller; and which of them, but the very last, the next one follows."""
    tries = view.run[np.lexsort((view.run["attempt"], view.run["caller"]))]
    return tries, np.asarray(tries["caller"][1:] == tries["caller"][:-1])
