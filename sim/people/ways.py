"""Ways: all coefficients of what people do, as the moves read them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.people.empathy import Empathy
from sim.people.energy import Energy
from sim.people.loyalty import Loyalty
from sim.people.pressure import Pressure
from sim.people.resolution import Resolution
from sim.people.satisfaction import Satisfaction
from sim.people.talk import Talk
from sim.people.temper import Temper


@dataclass(slots=True)
class Ways:
    """The coefficients of a behavior; as they stand here every mechanism is off."""

    talk: Talk = field(default_factory=Talk)
    temper: Temper = field(default_factory=Temper)
    empathy: Empathy = field(default_factory=Empathy)
    pressure: Pressure = field(default_factory=Pressure)
    resolution: Resolution = field(default_factory=Resolution)
    satisfaction: Satisfaction = field(default_factory=Satisfaction)
    loyalty: Loyalty = field(default_factory=Loyalty)
    energy: Energy = field(default_factory=Energy)
