"""States: what agents were doing, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.measure.bins import Floats, Ints
from sim.record import Rows


@dataclass
class States:
    """The columns of a table of agents' states, taken out of their rows once (rows are slow to read by column)."""

    rows: Rows

    @cached_property
    def agent(self) -> Ints:
        return self.rows["agent"].astype(np.int64)

    @cached_property
    def state(self) -> Ints:
        return self.rows["state"].astype(np.int64)

    @cached_property
    def start(self) -> Floats:
        return np.ascontiguousarray(self.rows["start"])

    @cached_property
    def end(self) -> Floats:
        return np.ascontiguousarray(self.rows["end"])
