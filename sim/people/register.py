"""The register: every number of the behavior groups, with what is known about it.

`default` is that of `behavior=evidence`; `low` and `high` are the range over which a study should vary it. Where no
range is published, it goes from no effect to about twice the default, and the source says "range ours".
"""

from __future__ import annotations

from typing import NamedTuple

CERTAINTY = {"S": "strong", "M": "medium", "W": "weak", "A": "assumed"}


class Coefficient(NamedTuple):
    """One number of a behavior."""

    key: str
    """as under `behavior`: part.name"""
    label: str
    """what it is, in plain words"""
    unit: str
    default: float
    """of `behavior=evidence`"""
    low: float
    high: float
    certainty: str
    """of its size: S, M, W or A, see `CERTAINTY`"""
    source: str
    off: float | None = 0.0
    """the value at which it has no effect; None where there is none"""


BANK = "Anonymous Bank logs 1999"
GANS = "Gans, Liu, Mandelbaum, Shen and Ye 2010"
HUELSHEGER = "Huelsheger and Schewe 2011"
BRYNJOLFSSON = "Brynjolfsson, Li and Raymond 2023"
SQM = "surveys of SQM Group, a vendor"
OURS = "no figure is published; range ours"

LOG_TIME_PER_SD = "ln(handle time) per sd"
LOG_TIME = "ln(handle time)"
EMPATHY = "trait points, 0 to 1"
LOG_ODDS_PER_SD = "log odds per sd"
LOG_ODDS = "log odds"
LOGITS = "logits"
LOGITS_PER_SD = "logits per sd"
PER_HOUR = "ln(energy) per hour"

# fmt: off
REGISTER: tuple[Coefficient, ...] = (
    # handle time
    Coefficient("talk.speed", "faster agents take less time", LOG_TIME_PER_SD, 0.15, 0.10, 0.25, "S",
        f"sd between agents of a bank 0.217, of another center 0.155 ({BANK}; {GANS})"),
    Coefficient("talk.load", "more work makes agents faster", "ln(handle time) per unit of ln(load)", 0.11, 0.0, 0.20,
        "M", f"0.109, standard error 0.007, within agent and hour ({BANK}); observational"),
    Coefficient("talk.wait", "who waited longer takes longer", "ln(handle time) per unit of ln(1 + s)", 0.0115, 0.0,
        0.023, "M", f"0.0115, standard error 0.001 ({BANK}); observational, range ours"),
    Coefficient("talk.listening", "listening takes time", LOG_TIME_PER_SD, 0.05, -0.05, 0.12, "A",
        "no figure is published; the field argues about its sign"),
    Coefficient("talk.calming", "empathy calms, which saves time", LOG_TIME_PER_SD, 0.10, 0.0, 0.20, "A", OURS),
    Coefficient("talk.agitation", "agitated callers take longer", LOG_TIME, 0.15, 0.0, 0.30, "W",
        "direction: Altman, Yom-Tov, Olivares, Ashtar and Rafaeli 2021; size assumed, range ours"),
    Coefficient("talk.hurry", "agents in a hurry take less time", LOG_TIME, 0.25, 0.0, 0.50, "A", OURS),
    Coefficient("talk.assist", "suggestions help the less knowing", "1 = as studied", 1.0, 0.0, 1.5, "S",
        f"14 % more an hour on average, 34 % for novices, none for the best ({BRYNJOLFSSON}); range ours"),
    Coefficient("talk.canned", "canned answers save time", "ln(handle time) if all is canned", 0.15, 0.0, 0.30, "A",
        OURS),
    # agitation and patience
    Coefficient("temper.waiting", "waiting agitates", "agitation per 300 s", 1.0, 0.0, 2.0, "A", OURS),
    Coefficient("temper.attempts", "having to call again agitates", "agitation per attempt", 0.5, 0.0, 1.0, "A", OURS),
    Coefficient("temper.transfers", "being passed on agitates", "agitation per transfer", 0.5, 0.0, 1.0, "A", OURS),
    Coefficient("temper.hurry", "callers in a hurry give up sooner", "ln(patience) per sd", 0.3, 0.0, 0.6, "A", OURS),
    # delivered empathy
    Coefficient("empathy.energy", "tired agents show less empathy", "share per unit of energy", 0.3, 0.0, 0.6, "A",
        f"direction strong ({HUELSHEGER}); size assumed, range ours"),
    Coefficient("empathy.pressure", "hurry eats empathy where quality does not count", EMPATHY, 0.3, 0.0, 0.6, "A",
        OURS),
    Coefficient("empathy.acting", "empathy asked for and missing is acted", "share of the missing", 0.2, 0.0, 0.4, "A",
        f"that it is done: {HUELSHEGER}; size assumed, range ours"),
    Coefficient("empathy.script", "a strict script has more of it acted", "share of the missing", 0.6, 0.0, 0.8, "A",
        f"that it is done: {HUELSHEGER}; size assumed, range ours"),
    Coefficient("empathy.held_back", "a strict script holds warmth back", "share of what goes beyond", 1.0, 0.0, 1.0,
        "A", OURS),
    # pressure
    Coefficient("pressure.speed", "missed speed targets hurry agents", "1 = as described", 1.0, 0.0, 1.5, "A",
        "direction: Oliva and Sterman 2001; form and size assumed, range ours"),
    Coefficient("pressure.quality", "missed quality targets make agents take care", "1 = as described", 1.0, 0.0, 1.5,
        "A", OURS),
    Coefficient("pressure.agent_memory", "how long agents look back on their own figures", "contacts", 20.0, 5.0, 50.0,
        "A", OURS, None),
    Coefficient("pressure.queue_memory", "how long agents look back on the service level", "contacts", 50.0, 20.0,
        200.0, "A", OURS, None),
    Coefficient("pressure.gamers", "agents who cut talks short", "share of agents", 0.07, 0.0, 0.15, "W",
        f"that they exist: 10 to 27 % of some agents' calls lasted under 10 s ({BANK}; Gans, Koole and Mandelbaum "
        "2003); share and range ours"),
    Coefficient("pressure.cut", "talks that they cut under full pressure", "probability", 0.15, 0.0, 0.27, "W",
        f"10 to 27 % of some agents' calls ({BANK})"),
    Coefficient("pressure.cut_s", "seconds that such a talk lasts", "s", 8.0, 3.0, 10.0, "W",
        f"under 10 s ({BANK})", None),
    # resolution
    Coefficient("resolution.empathy", "empathy resolves issues", LOG_ODDS_PER_SD, 0.15, 0.0, 0.30, "A", OURS),
    Coefficient("resolution.knowledge", "knowledge resolves issues", LOG_ODDS_PER_SD, 0.30, 0.0, 0.60, "A", OURS),
    Coefficient("resolution.persistence", "persistence resolves issues", LOG_ODDS_PER_SD, 0.15, 0.0, 0.30, "A", OURS),
    Coefficient("resolution.hurry", "hurry leaves issues unresolved", LOG_ODDS, 0.25, 0.0, 0.67, "A",
        "direction: Goes, Ilk, Lin and Zhao 2018; size assumed: 0.15 (0 to 0.4) per sd of speed, and full hurry is "
        "0.25 / 0.15 sd"),
    Coefficient("resolution.complexity", "complex issues stay unresolved", LOG_ODDS_PER_SD, 0.30, 0.0, 0.60, "A", OURS),
    # satisfaction
    Coefficient("satisfaction.typical", "4 or 5 of 5 when all goes well", "share", 0.90, 0.85, 0.94, "A",
        "solved for, so that a typical center has 0.78; range ours", None),
    Coefficient("satisfaction.unresolved", "unresolved issues displease", LOGITS, 1.9, 1.0, 2.8, "W",
        f"about a point of CSAT per point of resolution ({SQM}); range ours"),
    Coefficient("satisfaction.repeats", "every call more displeases", LOGITS, 0.77, 0.3, 1.2, "W",
        f"15 points of CSAT at 80 % ({SQM}); range ours"),
    Coefficient("satisfaction.empathy", "empathy pleases", LOGITS_PER_SD, 0.35, 0.1, 0.7, "W",
        f"direction medium: r = 0.37 of deep acting, which is 0.72 per sd ({HUELSHEGER}), halved; Clark, Murfett, "
        "Rogers and Ang 2013 for need"),
    Coefficient("satisfaction.acted", "acted empathy pleases, too", "1 = like real", 0.5, 0.0, 1.0, "A",
        f"less than real: {HUELSHEGER}; size assumed"),
    Coefficient("satisfaction.waiting", "waiting displeases", "logits at 1 min too long", 0.25, 0.0, 0.50, "A",
        "form: Antonides, Verhoef and van Aalst 2002; a small effect: Garcia 2012; size assumed, range ours"),
    Coefficient("satisfaction.tolerated_s", "waiting that displeases nobody", "s", 60.0, 20.0, 120.0, "A", OURS, None),
    Coefficient("satisfaction.long_talk", "long talks displease callers in a hurry", "logits per expected time more",
        0.2, 0.0, 0.4, "A", OURS),
    Coefficient("satisfaction.transfers", "being passed on displeases", "logits per transfer", 0.4, 0.0, 0.8, "A",
        "direction: Dixon, Freeman and Toman 2010; size assumed, range ours"),
    Coefficient("satisfaction.goodwill", "money pleases", "logits at most", 0.4, 0.0, 0.8, "A", OURS),
    Coefficient("satisfaction.goodwill_scale", "money that brings 63 % of it", "money", 20.0, 10.0, 40.0, "A",
        OURS, None),
    Coefficient("satisfaction.replies", "who answers a survey when asked", "share", 0.15, 0.05, 0.30, "A", OURS, None),
    Coefficient("satisfaction.replies_tilt", "satisfied callers answer more", "log odds per logit", 0.3, -0.3, 0.6, "A",
        "no figure is published, and some centers see the opposite; range ours"),
    # loyalty
    Coefficient("loyalty.at_once", "want to leave though solved at once", "share", 0.05, 0.02, 0.10, "W",
        f"5 % ({SQM}); range ours", None),
    Coefficient("loyalty.later", "want to leave after more contacts", "share", 0.09, 0.05, 0.18, "W",
        f"9 % ({SQM}); range ours", None),
    Coefficient("loyalty.unresolved", "want to leave unresolved", "share", 0.25, 0.15, 0.40, "W",
        f"25 % ({SQM}); range ours", None),
    Coefficient("loyalty.tilt", "satisfied customers stay", "log odds per logit", 0.3, 0.0, 0.6, "A", OURS),
    Coefficient("loyalty.follows", "who want to leave and do", "share", 0.3, 0.1, 0.6, "A", OURS),
    # energy
    Coefficient("energy.start", "energy at the first sign-on of the run", "0 to 1", 1.0, 0.7, 1.0, "A", OURS, None),
    Coefficient("energy.work", "being busy beyond 85 % wears out", PER_HOUR, 0.10, 0.0, 0.20, "A",
        "direction: Deery, Iverson and Walsh 2002; size assumed, range ours"),
    Coefficient("energy.hurry", "hurry wears out", PER_HOUR, 0.15, 0.0, 0.30, "A", OURS),
    Coefficient("energy.acting", "acting wears out", "ln(energy) per hour, wholly acted", 0.6, 0.0, 1.2, "A",
        f"direction strong: r 0.39 to 0.48 with impaired well-being ({HUELSHEGER}); size assumed, range ours"),
    Coefficient("energy.agitation", "agitated callers wear out", PER_HOUR, 0.15, 0.0, 0.30, "A",
        "direction: Deery, Iverson and Walsh 2002; size assumed, range ours"),
    Coefficient("energy.rest", "time off the phones restores", "share of the missing, ln per hour", 0.8, 0.0, 1.6, "A",
        OURS),
    Coefficient("energy.passion", "passion restores faster", "share of that per sd", 0.2, 0.0, 0.4, "A", OURS),
)
# fmt: on
"""Every coefficient, in the order of the behavior groups."""


def coefficient(key: str) -> Coefficient:
    """The coefficient of that key; KeyError if there is none."""
    for each in REGISTER:
        if each.key == key:
            return each
    raise KeyError(key)


PARTS = {
    "talk": "Handle time",
    "temper": "Agitation and patience",
    "empathy": "Delivered empathy",
    "pressure": "Pressure",
    "resolution": "Resolution",
    "satisfaction": "Satisfaction and surveys",
    "loyalty": "Loyalty",
    "energy": "Energy",
}


def as_markdown() -> str:
    """The register as tables for a page, one for each part of a behavior."""
    lines = []
    for part, title in PARTS.items():
        lines += [f"### {title}", "", "| key | meaning | unit | default | range | certainty | off | source |"]
        lines += ["|---|---|---|---|---|---|---|---|"]
        for c in REGISTER:
            if c.key.startswith(f"{part}."):
                off = "-" if c.off is None else f"`={c.off:g}`"
                lines.append(
                    f"| `{c.key}` | {c.label} | {c.unit} | {c.default:g} | {c.low:g} to {c.high:g} | {c.certainty} "
                    f"| {off} | {c.source} |"
                )
        lines.append("")
    return "\n".join(lines)
