"""Money: what the center's hours, lines and goodwill cost, and the value of the customers it loses."""

from __future__ import annotations

import numpy as np

from sim.measure.bins import Floats
from sim.measure.contacts import COLUMN
from sim.measure.layout import Layout, Prices
from sim.measure.people import PEOPLE_COLUMNS

MONEY = ("paid_cost", "contact_cost", "goodwill_cost", "value_lost", "weeks")
"""Money by scope and stretch of time, and the length of the stretch in weeks (whole days)."""
HOUR = 3600.0


def money(contacts: Floats, people: Floats, paid: Floats, layout: Layout, prices: Prices) -> Floats:
    """The columns `MONEY`, shape (1 + queues, stretches, columns), from the sums of the same stretches.

    `contacts` and `people` have the center in row 0; `paid` are the center's paid seconds, shape (stretches,). Agents
    are paid by the hour, not by the queue: a queue bears the share of the paid hours that its contacts have of all
    handling time, so the queues' costs add up to the center's (in a stretch in which anything was handled).
    """
    handling: Floats = contacts[:, :, [COLUMN[part] for part in ("talk", "hold", "wrap")]].sum(axis=2)
    share = np.divide(handling, handling[0], out=np.zeros_like(handling), where=handling[0] > 0.0)
    share[0] = 1.0
    columns = np.empty((*handling.shape, len(MONEY)))
    columns[:, :, 0] = share * paid * (prices.agent_hour / HOUR)
    columns[:, :, 1] = contacts[:, :, COLUMN["queued"]] * prices.contact
    columns[:, :, 2] = people[:, :, PEOPLE_COLUMNS.index("goodwill")]
    columns[:, :, 3] = people[:, :, PEOPLE_COLUMNS.index("churn")] * prices.customer_value_year
    columns[:, :, 4] = layout.days / handling.shape[1] / 7.0
    return columns
