"""The causes: where satisfaction is lost and why handle time is what it is, ready to be drawn and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.report import written
from sim.report.kpis import Kpi, kpis_of
from sim.report.remember import once
from sim.report.waterfall import Fall, signed

if TYPE_CHECKING:
    from sim.measure.results import Results

MOST_PARTS = 4
"""queues, and teams, that get a waterfall of their own"""
SMALL = {"share": 0.0005, "s": 0.05}
"""effects that would be written as 0.0 everywhere and are left out"""
Key = tuple[str, str, str]


class Sum(NamedTuple):
    """First and last are levels; the causes between them are steps."""

    first: Kpi
    causes: tuple[Kpi, ...]
    last: Kpi


@once
def sums_of(results: Results) -> dict[Key, Sum]:
    """The sums by what ("satisfaction", "handle_time"), scope and name; those without contacts are not among them."""
    table = results.causes
    assert table is not None
    found: dict[Key, Sum] = {}
    for (what, scope, name), rows in table.partition_by(
            "what", "scope", "name", as_dict=True, maintain_order=True).items():
        parts = [Kpi(*row) for row in rows.select("label", "unit", "mean", "low", "high").iter_rows()]
        if all(part.mean is not None for part in parts):
            found[str(what), str(scope), str(name)] = Sum(parts[0], tuple(parts[1:-1]), parts[-1])
    return found


def order(results: Results, what: str) -> list[str]:
    """Labels of the causes that matter anywhere, as drawn: of CSAT the largest loss first, else as they come."""
    own = [total for (kind, _, _), total in sums_of(results).items() if kind == what]
    seen = {c.label for total in own for c in total.causes if abs(c.mean or 0.0) >= SMALL.get(c.unit, 0.0)}
    center = sums_of(results).get((what, "center", "center"))
    if center is None:
        return []
    ranked = sorted(center.causes, key=lambda c: c.mean or 0.0) if what == "satisfaction" else center.causes
    return [c.label for c in ranked if c.label in seen]


def fall(results: Results, what: str, scope: str = "center", name: str = "center", title: str = "") -> Fall | None:
    """The waterfall of the center, a queue or a team; None without contacts, or where no cause does anything."""
    total = sums_of(results).get((what, scope, name))
    if total is None or total.first.mean is None:
        return None
    own = {c.label: c for c in total.causes}
    # What is left out is put into the start, so that the steps shown still end where they should.
    shown = tuple(own[label] for label in order(results, what) if label in own)
    if not shown:
        return None
    rest = sum(c.mean or 0.0 for c in own.values()) - sum(c.mean or 0.0 for c in shown)
    start = total.first.mean + rest
    if what == "satisfaction":
        return Fall(title or "Where satisfaction is lost", "Typical contact", start, shown, "Reached", total.last,
                    "CSAT (% of handled contacts)")
    return Fall(title or "Why handle time is what it is", "Typical contact", start, shown, "Reached", total.last,
                "handle time (seconds)", less_is_good=True)


def parts(results: Results, what: str = "satisfaction") -> list[Fall]:
    """Lost satisfaction, or handle time, of each queue and each team, where there are several of them."""
    kpis = kpis_of(results)
    queues, teams = kpis.names("queue"), kpis.names("team")
    scopes = [("queue", n) for n in kpis.busiest(MOST_PARTS)] if len(queues) > 1 else []
    scopes += [("team", n) for n in kpis.largest(MOST_PARTS)] if len(teams) > 1 else []
    both = len(queues) > 1 and len(teams) > 1
    found = [fall(results, what, scope, name, f"{scope} {name}" if both else name) for scope, name in scopes]
    return [one for one in found if one is not None]


def most_lost(results: Results) -> str:
    """The causes that surely cost most satisfaction, in a sentence; "" without contacts."""
    total = sums_of(results).get(("satisfaction", "center", "center"))
    if total is None:
        return ""
    if results.count == 1:
        return f"CSAT {total.last.text} in a single replication: too little to tell what it is lost to."
    ranked = sorted((c for c in total.causes if c.sure), key=lambda c: c.mean or 0.0)
    worst = [c for c in ranked if (c.mean or 0.0) <= -SMALL["share"]][:2]
    if not worst:
        return f"CSAT {total.last.text}: no cause of losses can be told from chance."
    told = [f"{_lower(c.label)} ({signed(c, interval=False)} points)" for c in worst]
    return f"CSAT {total.last.text}, {total.first.text} for a typical contact; most is lost here: {', '.join(told)}."


def why_handle_time(results: Results) -> str:
    """The causes that surely lengthen and shorten handle time most, in a sentence."""
    total = sums_of(results).get(("handle_time", "center", "center"))
    if total is None:
        return "Nobody handled a contact."
    ranked = sorted((c for c in total.causes if c.sure), key=lambda c: c.mean or 0.0)
    text = f"From {total.first.text} for a typical contact to {total.last.full}"
    if not ranked:
        return text + "; no cause can be told from chance."
    for words, cause in (("longer most by", ranked[-1]), ("shorter most by", ranked[0])):
        if (cause.mean or 0.0) * (1 if words.startswith("long") else -1) >= SMALL["s"]:
            text += f"; {words} {_lower(cause.label)} ({signed(cause, interval=False)}{written.GLUE}s)"
    return text + "."


def passed_on(results: Results) -> str:
    """What "Passed on" means in the sums of queues and teams; "" where nobody was passed on."""
    rate = kpis_of(results).get("transfer_rate")
    if rate is None or not rate.mean:
        return ""
    return ('Of contacts that were not passed on from there; "Passed on" is what those who had been passed on to a '
            "queue or team lost by that.")


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def shows_people(results: Results) -> bool:
    """Whether these results tell of people: only with `behavior.people`."""
    return results.causes is not None

