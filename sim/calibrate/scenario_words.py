"""Words and numbers of a scenario file that is written: comments, figures with intervals, lists, names."""

from __future__ import annotations

import math
import re
import textwrap
from typing import Any

from sim.calibrate.fits.estimate import Estimate, Floats
from sim.units import WEEKDAYS

WIDTH = 110
WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def week(table: Floats, digits: int, interval_min: int, indent: int) -> list[str]:
    """Rows by weekday, an hour's or two hours' entries to a line."""
    lines = []
    for name, row in zip(WEEKDAYS, table, strict=True):
        texts = [f"{value:.{digits}f}" if digits else f"{value:.0f}" for value in row]
        body = textwrap.fill(", ".join(texts), WIDTH - indent - 6)
        pad = " " * (indent + 6)
        lines.append(" " * indent + f"{name}: [" + body.replace("\n", "\n" + pad) + "]")
    return lines


def law(key: str, asks: dict[str, Any], indent: int) -> list[str]:
    """A distribution in one line, or its lists wrapped."""
    pad = " " * indent
    if not any(isinstance(value, list) for value in asks.values()) and not isinstance(asks.get("then"), dict):
        return [f"{pad}{key}: {{{', '.join(f'{name}: {value_text(value)}' for name, value in asks.items())}}}"]
    lines = [f"{pad}{key}:"]
    for name, value in asks.items():
        if isinstance(value, dict):
            lines += law(name, value, indent + 2)
        elif isinstance(value, list):
            body = textwrap.fill(", ".join(value_text(one) for one in value), WIDTH - indent - 6)
            lines.append(f"{pad}  {name}: [" + body.replace("\n", "\n" + pad + "    ") + "]")
        else:
            lines.append(f"{pad}  {name}: {value_text(value)}")
    return lines


def comment(text: str, at: int, hang: int = 0, indent: int = 0) -> list[str]:
    pad = " " * at + "# "
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return textwrap.wrap(clean, WIDTH, initial_indent=pad + " " * indent, subsequent_indent=pad + " " * (indent + hang),
                         break_long_words=False, break_on_hyphens=False) or [pad.rstrip()]  # fmt: skip


def shown(estimate: Estimate, digits: int) -> str:
    """A figure with its interval: 0.402 (0.387 to 0.416)."""
    if estimate.value is None:
        return "not known"
    value = f"{estimate.value:.{digits}g}"
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} ({estimate.low:.{digits}g} to {estimate.high:.{digits}g})"


def number(value: float) -> str:
    """Five digits, as YAML reads them."""
    if math.isinf(value):
        return ".inf"
    text = f"{value:.5g}"
    return f"{value:.0f}" if "e+" in text else f"{value:.10f}".rstrip("0") if "e-" in text else text


def value_text(value: object) -> str:
    return number(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def quoted(name: str) -> str:
    """A key as YAML reads it as a text."""
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) and name.lower() not in WORDS else f'"{name}"'


def plain_name(text: str) -> str:
    """A name that a scenario takes: letters, digits, spaces and - _ & +, at most 60 signs."""
    found = re.sub(r"\s+", " ", re.sub(r"[^\w &+-]", " ", text)).strip()
    found = re.sub(r"^[\W_]+", "", found)[:60].strip()
    return found or "queue"
