"""What became of a contact, in other people's words."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sim.calibrate.log import ABANDONED, BLOCKED, HANDLED, OTHER
from sim.calibrate.readers.meanings import normal

WORDS = {
    HANDLED: (
        "handled", "answered", "agent", "connected", "completed", "complete", "served", "serviced", "success", "ok",
        "successful", "taken", "ans", "answer", "accepted", "talked", "beantwortet", "angenommen", "bedient",
        "atendida", "contestada", "repondu", "closed", "resolved", "handled by agent", "answered by agent", "normal",
        "conn", "completeagent", "completecaller", "connect",
    ),
    ABANDONED: (
        "abandoned", "abandon", "abandons", "hang", "hangup", "hung up", "hang up", "abn", "aban", "lost", "aband",
        "unanswered", "not answered", "no answer", "noanswer", "missed", "caller hangup", "aufgelegt", "verloren",
        "nicht angenommen", "abandonada", "perdida", "abandonne", "caller abandoned", "abandoned in queue",
        "customer disconnect in queue", "dropped", "queue abandon", "abd", "exitwithtimeout", "timeout",
    ),
    BLOCKED: (
        "blocked", "busy", "rejected", "congestion", "forced busy", "refused", "besetzt", "denied", "overflow full",
        "joinempty", "full", "bsy", "capacity",
    ),
    OTHER: (
        "other", "phantom", "test", "transferred", "transfer", "voicemail", "voice mail", "callback", "call back",
        "redirected", "forwarded", "overflow", "outflow", "diverted", "ivr", "self service", "vru", "disconnected",
        "system error", "error", "failed", "unknown", "short abandon", "exitwithkey", "out of hours", "closed hours",
    ),
}
OUTBOUND = ("outbound", "out", "outgoing", "outbound call", "api", "ausgehend", "saliente", "internal", "intern")


def known(word: str) -> str | None:
    """The outcome that a word means; None for one that is not known."""
    plain = normal(word)
    return next((outcome for outcome, words in WORDS.items() if plain in words), None)


def outcomes(cells: pl.Series, given: Mapping[str, str]) -> tuple[pl.Series, list[str]]:
    """(the cells as outcomes, null where a word is not known; the words not known)."""
    words = [str(word) for word in cells.drop_nulls().unique(maintain_order=True)]
    meant = {word: given.get(word.strip().lower(), known(word)) for word in words}
    strange = [word for word, outcome in meant.items() if outcome is None]
    found = cells.cast(pl.String).replace_strict(meant, default=None, return_dtype=pl.String)
    return found, strange
