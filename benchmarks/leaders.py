"""The table "Other sides of it" of docs/argument.md, as rows of Markdown.

    python benchmarks/leaders.py [--replications 20]

What leaders decide besides the handle-time target: each row is a way of running a center less another one, paired
replication by replication under common random numbers. Takes half a minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import cache
from math import ceil
from typing import NamedTuple

from sim.loading import load
from sim.study.variants import Figures, kpis_of, observe

CONFIDENCE = 0.95
HUNDRED = 100.0
NET = ("net_per_week",)

Words = tuple[str, ...]
ALL_ALIKE = "goals.scorecard={aht: 1, service_level: 1, csat: 1, fcr: 1}"
EMPATHIC: Words = ("empathy_hiring",)
FASTER: Words = (
    *EMPATHIC, "teams.front.agents=42", "costs.agent_hour=26.66",
    "teams.front.traits.empathy.mean=0.5", "teams.front.traits.speed.mean=0.6",
)  # fmt: skip
COSTS, SAVES = "behavior=empathy_costs_time", "behavior=empathy_saves_time"
CANNED: Words = ("canned_answers",)
NOT_CANNED: Words = (*CANNED, "teams.front.skills.service.canned=0")
MATCHED: Words = ("demanding_callers", "routing.pick_agent=empathy_match")


class Row(NamedTuple):
    """A question, how the table names the two scenarios, and the words that load them."""

    question: str
    scenarios: str
    one: Words
    less: Words


ROWS = (
    Row("quality paid for, coached and trusted, against handle time alone", "`servant_leadership` less `narrow_kpis`",
        ("servant_leadership",), ("narrow_kpis",)),
    Row("the scorecard alone", f'`narrow_kpis "{ALL_ALIKE}"` less `narrow_kpis`',
        ("narrow_kpis", ALL_ALIKE), ("narrow_kpis",)),
    Row("goodwill of up to 2 EUR for callers with a high need of empathy",
        "`servant_leadership` less the same with `queues.service.goodwill=0`",
        ("servant_leadership",), ("servant_leadership", "queues.service.goodwill=0")),
    Row("38 empathic agents or 42 faster ones for the same money", "`empathy_hiring` less its other side",
        EMPATHIC, FASTER),
    Row("... if empathy costs time", f"the same with `{COSTS}`", (*EMPATHIC, COSTS), (*FASTER, COSTS)),
    Row("... if it saves time", f"the same with `{SAVES}`", (*EMPATHIC, SAVES), (*FASTER, SAVES)),
    Row("half of each talk canned", "`canned_answers` less none", CANNED, NOT_CANNED),
    Row("suggestions instead", "`canned_answers` with `assist=1`, `canned=0` less none",
        (*NOT_CANNED, "teams.front.skills.service.assist=1"), NOT_CANNED),
    Row("callers to the free agent whose empathy is nearest to their need", f"`{' '.join(MATCHED)}` less longest idle",
        MATCHED, MATCHED[:1]),
)  # fmt: skip


@cache
def net(words: Words, replications: int) -> Figures:
    """The net per week of a scenario, by replication."""
    loaded = load(words)
    return observe(loaded.raw, {}, kpis_of(loaded.scenario, NET), replications)


def table(replications: int) -> Iterator[str]:
    """Lines of the table; differences to the nearest hundred, intervals to the next hundred above."""
    yield "| question | scenarios | difference a week |"
    yield "|---|---|---|"
    for row in ROWS:
        found = net(row.one, replications).less(net(row.less, replications), CONFIDENCE)
        difference = HUNDRED * round(found.mean[0] / HUNDRED)
        half = HUNDRED * ceil(found.half_width[0] / HUNDRED)
        yield f"| {row.question} | {row.scenarios} | {difference:+,.0f} ± {half:,.0f} EUR |"


def main() -> None:
    """Print the table, each row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=20)
    replications = parser.parse_args().replications
    if replications < 2:
        parser.error("an interval needs 2 replications or more")
    for line in table(replications):
        print(line, flush=True)


if __name__ == "__main__":
    main()
