"""Published models as their authors define them: CallCC and Telethon of the ContactCenters project; also SimpleMSK.

Their inputs, programs and printed answers: github.com/umontreal-simul/contactcenters (Apache-2.0), doc/examples;
CallCenter of the SSJ tutorial: github.com/umontreal-simul/ssj. Printed are means and standard deviations over
replications. The figures called simulated come from another program, on the list with half-widths.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from sim.record import Outcome
from sim.study.validation import measures as m
from sim.study.validation import simple_msk
from sim.study.validation.case import PUBLISHED, Case, exponential
from sim.study.validation.days import (
    OPENS,
    call_center_day,
    lost,
    offered,
    per_expected,
    scenario_of,
    served,
    waited,
    whole_day,
)
from sim.study.validation.measures import Sums
from sim.study.validation.numbers import with_numbers
from sim.study.validation.reference import Reference, printed, simulated
from sim.study.validation.view import View
from sim.theory.day import day_figures
from sim.units import DAY, HOUR, MINUTE, format_clock

Elsewhere = Mapping[str, Sequence[Reference]]


def cases() -> list[Case]:
    """All of them."""
    return [
        call_center(
            10.0,
            {
                "wait": (printed(11.834, 34.078, 0.001),),
                "lost": (printed(0.0342, 0.0608, 0.0001),),
                "good": (printed(0.853, 0.169, 0.001), simulated(0.854905, 0.000732)),
            },
        ),
        call_center(
            400.0,
            {
                "wait": (printed(4.713, 1.997, 0.001, days=10_000),),
                "lost": (printed(0.020, 0.0067, 0.001, days=10_000),),
                "good": (printed(0.925, 0.040, 0.001, days=10_000), simulated(0.924618, 0.000172)),
            },
        ),
        simple_msk.many_skills(),
        telethon(),
    ]


# --- CallCC -----------------------------------------------------------------------------------


def call_center(shape: float, elsewhere: Elsewhere) -> Case:
    """CallCC (shape 10) and SSJ's CallCenter (shape 400), all figures over the 1,660 contacts expected.

    "Good" are waits below 20 s, also of those who left in that time, and so of all who balk.
    """
    day = call_center_day(shape)
    given = scenario_of(day)
    return whole_day(
        f"P_CALLCC_{shape:.0f}",
        f"13 hours, 4 to 8 agents as a number, Gamma day factor of shape {shape:.0f}",
        day,
        day_figures,
        {"arrivals": offered, "wait": waited, "lost": lost, "good": waited_less},
        theory=PUBLISHED,
        scenario={**given, **with_numbers(given["teams"], [day.agents], OPENS, day.period)},
        elsewhere=elsewhere,
        days=1,
        replications=40,
        quick_replications=8,
        strata=8,
        differs="Run as its authors define it: staff are a number, kept by policies of its own. Waits are counted from "
        "arrival; good are all waits below 20 s, also of those who left; all is over the 1,660 expected contacts.",
    )


def waited_less(view: View) -> Sums:
    """Contacts that waited less than the threshold, however it ended."""
    return float(np.count_nonzero(view.wait < view.within_s)), 1.0


# --- Telethon ---------------------------------------------------------------------------------


def telethon() -> Case:
    """Telethon: five evenings of four hours; who has waited two minutes hears a message and is let go.

    At closing time agents finish and the queue is cleared. Printed are counts of a week, of which 1,000 are expected.
    """
    opens, hours, agents, a_day = 18 * HOUR, 4, 12, 200.0
    scheduled = agents * hours * HOUR

    def messages(view: View) -> Sums:
        return float(np.count_nonzero(view.left_by(Outcome.ABANDONED) & (view.wait >= 120.0))), 1.0

    def gave_up(view: View) -> Sums:
        return float(np.count_nonzero(view.left_by(Outcome.ABANDONED) & (view.wait < 120.0))), 1.0

    def cut_off(view: View) -> Sums:
        return float(np.count_nonzero(view.left_by(Outcome.INSIDE))), 1.0

    def good(view: View) -> Sums:
        return m.sl_of_offered(view)[0], 1.0

    def spent(view: View, until_s: float) -> Sums:
        busy = view.states[np.isin(view.states["state"], m.BUSY)]
        start = busy["start"] % DAY
        length = np.minimum(busy["end"] - busy["start"], until_s - start)
        return float(length.sum()), scheduled * float(view.window.days or 1)

    counts = {"served": served, "abandoned": gave_up, "messages": messages, "cut_off": cut_off, "good": good}
    weekly = {
        "served": (printed(963.109, 27.984, 0.001), simulated(962.84, 0.37)),
        "abandoned": (printed(31.820, 10.437, 0.001), simulated(31.88, 0.14)),
        "messages": (printed(4.960, 2.973, 0.001), simulated(5.08, 0.04)),
        "cut_off": (printed(0.280, 0.718, 0.001),),
        "good": (printed(950.265, 27.173, 0.001),),
    }
    return Case(
        name="P_TELETHON",
        theory=PUBLISHED,
        what="5 evenings of 4 hours, 12 agents, 24 lines, patience of 2 minutes, a message after 2 minutes",
        scenario={
            "queues": {
                "donors": {
                    "open": f"{format_clock(opens)}-{format_clock(opens + hours * HOUR)}",
                    "at_close": "disconnect",
                    "arrivals": {"kind": "rates", "per_hour": 50.0},
                    "talk": exponential(600.0),
                    # A message ends the wait at two minutes: there the hazard is a million a second.
                    "patience": {"kind": "piecewise_hazard", "from_s": [0.0, 120.0], "per_s": [1.0 / 120.0, 1e6]},
                    "trunks": 24,
                }
            },
            "teams": {
                "volunteers": {
                    "skills": {"donors": 1},
                    "staffing": {"start": format_clock(opens), "interval_min": 60, "agents": [agents] * hours},
                }
            },
        },
        measures={
            **{name: per_expected(count, a_day) for name, count in counts.items()},
            "mean_wait_served": m.mean_wait_served,
            "occupancy_in_all": lambda view: spent(view, math.inf),
            "occupancy": lambda view: spent(view, opens + hours * HOUR),
        },
        elsewhere={
            **{name: [each.times(1e-3) for each in known] for name, known in weekly.items()},
            "mean_wait_served": (printed(0.036, 0.012, 0.001).times(MINUTE),),
            "occupancy_in_all": (printed(0.66772, 0.02650, 1e-5),),
            "occupancy": (printed(0.64049, 0.02499, 1e-5),),
        },
        chief="abandoned",
        differs="A message is patience that ends at two minutes, and does not hold the line. Weeks without weekends; "
        "counts are per expected contact (1,000 a week). Occupancy in all counts calls that end after closing time, "
        "over the scheduled hours, as Telethon does; the other one is TelethonOcc's.",
        days=150,
        quick_days=10,
        hours=(opens, opens + hours * HOUR),
        within_s=60.0,
    )
