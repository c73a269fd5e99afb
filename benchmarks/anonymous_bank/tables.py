"""The comparison as Markdown tables."""
from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from simulated import GROUPS, Figure

WEEK = "sun-thu"
PERCENT = ("p_wait", "abandonment")
TITLES = {"offered": "Offered, calls a day", "p_wait": "P(wait > 0), %", "wait_s": "Mean wait of all callers, s",
          "answered_wait_s": "Mean wait of the answered, s", "abandonment": "Abandoned, %"}


class Row(NamedTuple):
    """The log's figures with standard errors, the model's (as it is; with nobody told) with half widths, Erlang-A's."""

    log: dict[str, Figure]
    model: dict[str, Figure]
    untold: dict[str, Figure]
    erlang_a: dict[str, float]


Comparison = dict[tuple[str, str, int | None], Row]


def pages(rows: Comparison, weeks: int) -> str:
    """All tables, one below the other."""
    parts = [f"Simulated: {weeks} weeks, seed 1.", headline(rows), "### Errors over the hours, Sunday to Thursday",
             errors(rows), "### All callers by hour of day, Sunday to Thursday"]
    parts += [f"**{title}**\n\n{by_hour(rows, measure)}" for measure, title in TITLES.items()]
    parts += ["### By queue and hour of day, Sunday to Thursday", "Log / model."]
    parts += [f"**{queue.capitalize()}**\n\n{of_queue(rows, queue, WEEK)}"
              for queue in ("personal", "stock", "prospective", "internet")]
    parts += ["### Friday and Saturday, all callers", "Log / model."]
    parts += [f"**{name}**\n\n{of_queue(rows, 'all', kind)}" for kind, name in (("fri", "Friday"), ("sat", "Saturday"))]
    return "\n\n".join(parts)


def in_short(rows: Comparison) -> str:
    """The day as a whole, the errors over its hours, and the hours: all callers, log / model."""
    return "\n\n".join([headline(rows, ("all",)), errors(rows), "By hour of day, log / model:",
                         of_queue(rows, "all", WEEK)])


def headline(rows: Comparison, queues: Iterable[str] = GROUPS) -> str:
    """The whole day, Sunday to Thursday: the log (standard error), the model as it is and with nobody told (± 95 %)."""
    head = ["", "", *TITLES.values()]
    body = []
    for queue in queues:
        row = rows[queue, WEEK, None]
        body.append([f"**{'all callers' if queue == 'all' else queue}**", "log (se)", *_cells(row.log, "({})")])
        body.append(["", "model (±)", *_cells(row.model, "± {}")])
        body.append(["", "nobody told (±)", *_cells(row.untold, "± {}")])
    return _table(head, body)


def by_hour(rows: Comparison, measure: str) -> str:
    """One measure by hour: log, model, difference, Erlang-A."""
    body = []
    for hour, row in hours_of(rows, "all", WEEK):
        log, model = row.log[measure], row.model[measure]
        body.append([f"{hour}:00", f"{_shown(measure, log.value)} ({_shown(measure, log.error)})",
                     f"{_shown(measure, model.value)} ± {_shown(measure, model.error)}",
                     _shown(measure, model.value - log.value, sign=True)])
        if measure in row.erlang_a:
            body[-1].append(_shown(measure, row.erlang_a[measure]))
    return _table(["", "log (se)", "model", "model - log", "Erlang-A"][:len(body[0])], body)


def of_queue(rows: Comparison, queue: str, kind: str) -> str:
    """All measures of a queue by hour, log / model."""
    body = [[f"{hour}:00", *(f"{_shown(name, row.log[name].value)} / {_shown(name, row.model[name].value)}"
                             for name in TITLES)] for hour, row in hours_of(rows, queue, kind)]
    return _table(["", *TITLES.values()], body)


def errors(rows: Comparison) -> str:
    """Mean absolute error, weighted absolute percentage error and correlation over the hours, by measure."""
    body = []
    for measure, title in TITLES.items():
        hours = [row for _, row in hours_of(rows, "all", WEEK)]
        sides = {"model": [row.model[measure].value for row in hours]}
        if measure != "offered":
            sides["Erlang-A"] = [row.erlang_a[measure] for row in hours]
        for name, simulated in sides.items():
            mae, wape, correlation = distances(measure, hours, simulated)
            body.append([title if name == "model" else "", name, _shown(measure, mae), f"{100 * wape:.0f} %",
                         f"{correlation:.2f}"])
    return _table(["", "", "MAE", "WAPE", "correlation"], body)


def distances(measure: str, hours: Iterable[Row], simulated: Iterable[float]) -> tuple[float, float, float]:
    """(mean absolute error, WAPE, correlation) of a measure over hours.

    WAPE = sum of w |simulated - log| / sum of w log, with w the calls offered in the log (for offered: 1).
    """
    hours = list(hours)
    log, found = np.array([row.log[measure].value for row in hours]), np.array(list(simulated))
    weight = np.ones(len(log)) if measure == "offered" else np.array([row.log["offered"].value for row in hours])
    off = np.abs(found - log)
    return (float(off.mean()), float((weight * off).sum() / (weight * log).sum()),
            float(np.corrcoef(log, found)[0, 1]))


def hours_of(rows: Comparison, queue: str, kind: str) -> list[tuple[int, Row]]:
    """A queue's rows by hour of day."""
    return [(hour, row) for (name, days, hour), row in rows.items()
            if (name, days) == (queue, kind) and hour is not None]


def _cells(found: dict[str, Figure], second: str) -> list[str]:
    return [f"{_shown(name, found[name].value)} {second.format(_shown(name, found[name].error))}" for name in TITLES]


def _shown(measure: str, value: float, sign: bool = False) -> str:
    """A share as percent, seconds and calls with three digits or one decimal."""
    number = 100 * value if measure in PERCENT else value
    digits = 1 if measure in PERCENT or abs(number) < 10 else 0
    return "-" if np.isnan(number) else f"{number:{'+' if sign else ''}.{digits}f}"


def _table(head: list[str], body: list[list[str]]) -> str:
    lines = [head, ["---"] * 2 + ["---:"] * (len(head) - 2) if head[1] == "" else ["---", *["---:"] * (len(head) - 1)]]
    return "\n".join("| " + " | ".join(line) + " |" for line in [*lines, *body])
