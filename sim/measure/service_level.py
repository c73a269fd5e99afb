"""Service level: its four named variants, each as two counts, those who met it and those it is asked of."""

from __future__ import annotations

from enum import StrEnum

Terms = tuple[str, ...]
"""Columns of counts to be added; one that starts with "-" is subtracted."""


class Definition(StrEnum):
    """Which share is called the service level."""

    OF_OFFERED = "of_offered"
    OF_ANSWERED = "of_answered"
    EXCLUDING_SHORT_ABANDONS = "excluding_short_abandons"
    ABANDONS_COUNTED_AS_MET = "abandons_counted_as_met"


MET: dict[Definition, Terms] = {
    Definition.OF_OFFERED: ("answered_within",),
    Definition.OF_ANSWERED: ("answered_within",),
    Definition.EXCLUDING_SHORT_ABANDONS: ("answered_within",),
    Definition.ABANDONS_COUNTED_AS_MET: ("answered_within", "abandoned_within"),
}
"""Numerators. Within = a wait of at most `within_s` seconds, the queue's own."""

ASKED: dict[Definition, Terms] = {
    Definition.OF_OFFERED: ("offered",),
    Definition.OF_ANSWERED: ("answered",),
    Definition.EXCLUDING_SHORT_ABANDONS: ("offered", "-abandoned_short"),
    Definition.ABANDONS_COUNTED_AS_MET: ("offered",),
}
"""Denominators. Short = abandoned after at most `short_abandon_s` seconds."""

WORDS: dict[Definition, str] = {
    Definition.OF_OFFERED: "of offered",
    Definition.OF_ANSWERED: "of answered",
    Definition.EXCLUDING_SHORT_ABANDONS: "excluding short abandons",
    Definition.ABANDONS_COUNTED_AS_MET: "abandons counted as met",
}
"""What a label says in brackets."""
