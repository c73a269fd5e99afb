"""How figures are written for planners: percent, seconds, minutes, counts, intervals."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.about import DEFINITIONS

DASH = "\N{EN DASH}"
NONE = DASH
"""What stands for a figure that does not exist."""
NO_CONTACTS = "no contacts"
HOLD = "\N{WORD JOINER}"
"""Keeps a dash and what follows it on one line."""
MINUS = "\N{MINUS SIGN}"
GLUE = "\N{NO-BREAK SPACE}"


def percent(share: float | None, decimals: int = 1) -> str:
    """A share as a percentage: 0.784 -> "78.4 %". A share close to 0 or 1 is not rounded up to it."""
    if share is None:
        return NONE
    text = f"{100 * share:.{decimals}f}"
    edge = 10**-decimals
    if share > 0 and float(text) == 0:
        return f"<{GLUE}{edge:.{decimals}f}{GLUE}%"
    if share < 1 and float(text) == 100:
        return f">{GLUE}{100 - edge:.{decimals}f}{GLUE}%"
    return f"{text}{GLUE}%"


def seconds(time_s: float | None, like_s: float | None = None) -> str:
    """A duration: "4.2 s", "83 s", from 10 minutes "10:05 min", from an hour "1:02:10 h".

    `like_s` is the time whose form is to be used, so that both ends of an interval look alike.
    """
    if time_s is None:
        return NONE
    like = max(time_s, like_s or 0.0)
    if like < 9.95:
        return f"{time_s:.1f}{GLUE}s"
    whole = round(time_s)
    if round(like) < 600:
        return f"{whole}{GLUE}s"
    if round(like) < 3600:
        return f"{whole // 60}:{whole % 60:02d}{GLUE}min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}{GLUE}h"


def count(number: float | None) -> str:
    """A mean number of things: "3,412", "12.3", "0.42"."""
    if number is None:
        return NONE
    if number == 0:
        return "0"
    size = abs(number)
    return f"{number:,.{0 if size >= 99.95 else 1 if size >= 9.995 else 2}f}"


def hours(number: float | None) -> str:
    """Hours with one decimal: "312.5 h"."""
    return NONE if number is None else f"{number:,.1f}{GLUE}h"


COUNTED = ("contacts", "customers", "agents", "points")
"""units that are not written behind their number"""
FINE = ("0-1", "score")
"""units of figures that differ in their second decimal"""


def figure(value: float | None, unit: str, decimals: int = 1) -> str:
    """A figure in its unit as the results name it: share or ratio (in percent), s, h, contacts, 0-1, a currency."""
    if unit in ("share", "ratio"):
        return percent(value, decimals)
    if unit in ("s", "h"):
        return seconds(value) if unit == "s" else hours(value)
    if value is None:
        return NONE
    if unit in FINE:
        return f"{value:.2f}"
    if unit in COUNTED:
        return f"{value:.1f}".replace("-", MINUS) if unit == "points" else count(value)
    return money(value, unit)


def money(value: float | None, currency: str) -> str:
    """An amount: "3.42 EUR", "-41,250 EUR"."""
    if value is None:
        return NONE
    text = f"{value:,.{0 if abs(value) >= 99.95 else 2}f}"
    return f"{MINUS + text[1:] if text.startswith('-') else text}{GLUE}{short(currency, 8)}"


def difference(value: float | None, unit: str, signed: bool = False, points: str = f"{GLUE}points") -> str:
    """A difference of a KPI: "1.9 points" of a share, "12.0 s", "4,310 EUR"; "+1.9 points" if it is signed.

    `points` is what follows a share's, "" where the heading says it.
    """
    if value is None:
        return NONE
    sign = ("+" if value > 0 else MINUS if value < 0 else "") if signed else ""
    size = abs(value)
    if unit == "share":
        return f"{sign}{100 * size:.1f}{points}"
    return f"{sign}{size:.1f}{GLUE}s" if unit == "s" else sign + figure(size, unit)


def interval(low: float | None, high: float | None, unit: str, decimals: int = 1) -> str:
    """An interval, its unit written once: "77.1 to 79.7 %"; "" without one."""
    if low is None or high is None:
        return ""
    last = figure(high, unit, decimals)
    first = seconds(low, high) if unit == "s" else figure(low, unit, decimals)
    tail = GLUE + last.rpartition(GLUE)[2]
    if GLUE in last and first.endswith(tail) and first[0] not in "<>" and last[0] not in "<>":
        first = first.removesuffix(tail)
    return f"{first} to {last}"


def bare_interval(low: float | None, high: float | None, unit: str, decimals: int = 1) -> str:
    """The same without its unit, for use right after a figure that has it: "77.1 to 79.7"."""
    text = interval(low, high, unit, decimals)
    first, _, last = text.partition(" to ")
    return text.rpartition(GLUE)[0] if GLUE in last and GLUE not in first and last[0] not in "<>" else text


def clock(time_s: float) -> str:
    """A time of day: 30600 -> "08:30"; the end of a day is "24:00", an hour later "01:00"."""
    minutes = int(time_s) // 60
    return f"{minutes // 60 % 24 if minutes > 1440 else minutes // 60:02d}:{minutes % 60:02d}"


def span(start_s: float, length_s: float) -> str:
    """A stretch of a day: "11:00-11:30", with an en dash."""
    return f"{clock(start_s)}{DASH}{HOLD}{clock(start_s + length_s)}"


def minutes(length_s: float) -> str:
    """The length of an interval as a planner says it: "hour", "half hour", "quarter hour", "20 min"."""
    known = {3600: "hour", 1800: "half hour", 900: "quarter hour"}
    return known.get(int(length_s), f"{length_s / 60:g}{GLUE}min")


def whole_percent(share: float | None) -> str:
    """A share that somebody chose, without needless decimals: "80 %", "82.5 %"."""
    return NONE if share is None else f"{round(100 * share, 2):g}{GLUE}%"


def threshold(thresholds_s: Sequence[float], definition: str) -> str:
    """What a service level counts: "within 20 s, of offered"; "within 15 to 20 s (by queue), of offered"."""
    ends = [f"{time_s:g}" for time_s in sorted({*thresholds_s[:1], *thresholds_s[-1:]})]
    within = f"within {' to '.join(ends)}{GLUE}s" if ends else "within the threshold"
    by_queue = " (by queue)" if len(ends) > 1 else ""
    return f"{within}{by_queue}, {DEFINITIONS.get(definition, definition)}"


def short(name: str, most: int = 26) -> str:
    """A name cut to a width, what cannot be printed replaced; never empty."""
    clean = "".join(c if c.isprintable() or c == GLUE else "?" for c in name).strip() or "?"
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"
