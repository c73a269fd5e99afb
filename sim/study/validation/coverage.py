"""What became of each case on the list of known figures: which cases here simulate it, or why none does.

The list: tests/theory/cases.json (figures that theory gives) and tests/study/published.json (all others), with sources.
"""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """A case of the list."""

    name: str
    cases: tuple[str, ...]
    """those here that simulate it; none: not expressible yet, or no center"""
    remark: str = ""


_FASTER = "ten times as fast as listed, for more contacts a day"
_CALL = "the list's time unit is a mean handle time: here {} minute{}"
_STAFF = "under the rule of this program; under the list's own rule: P_CALLCC_..."
_CHAT = "waits for the chat channel: an agent here holds one contact"

LIST: tuple[Listed, ...] = (
    *(Listed(name, (name,)) for name in ("B12_10", "B100_90", "C_mmc_contactcenters")),
    Listed("C_pyworkforce", ("C_pyworkforce",), "with pyworkforce's printed figures"),
    *(Listed(name, (name,)) for name in ("C_360x4min_28", "C_360x4min_30")),
    Listed("C_small", ("C_small",), _FASTER),
    *(Listed(name, (name,)) for name in ("C_pool_10", "C_pool_20", "A_mmcab_contactcenters")),
    Listed("A_whitt_100", ("A_whitt_100",), _CALL.format(4, "s")),
    Listed("A_gans2010", ("A_gans2010",), "with the paper's printed mean wait, 58.8 s"),
    *(Listed(name, (name,)) for name in ("A_overload", "A_balk_callcc_h5")),
    Listed("G_det", ("G_det",), _CALL.format(1, "")),
    Listed("G_E2_whitt100", ("G_E2_whitt100",), _CALL.format(4, "s")),
    *(Listed(name, (name,)) for name in ("G_telethon_stationary", "K_mmcblocked")),
    Listed("MG1_ln", ("MG1_ln",), _FASTER),
    *(Listed(name, (name,)) for name in ("PRIO2", "FCR_75")),
    *(
        Listed(name, (name,))
        for name in ("HET_slow6_liar", "HET_slow6_random", "HET_slow6_fsf", "HET_fast6_liar", "HET_fast6_fsf")
    ),
    Listed(
        "HET_subsets",
        ("HET_subsets",),
        "pooled waits of all, fast and slow teams; their spread and numbers are theory's alone (tests/theory)",
    ),
    *(Listed(name, (name,)) for name in ("RETRY_a", "ACW_a")),
    *(Listed(name, (), _CHAT) for name in ("CHAT_1x2", "CHAT_4x3")),
    *(Listed(name, (name,)) for name in ("NMODEL_a", "MMODEL_a")),
    Listed("CALLCC_10", ("CALLCC_10", "P_CALLCC_10"), _STAFF),
    Listed("CALLCC_400", ("CALLCC_400", "P_CALLCC_400"), _STAFF),
    Listed("CALLCC_B1", ("CALLCC_B1",), "under the rule of this program"),
    Listed("MTMNM_a", ("MTMNM_a",), "queue at 6/8 of a wave left out: hardly ever anybody in it"),
    *(Listed(name, (name,), "with the printed figures") for name in ("MMC_fin", "MMCAb_fin", "MMCBlk_fin")),
    Listed("P_SIMPLEMSK", ("P_SIMPLEMSK",), "rates of service and patience are by period, as in the program"),
    Listed("P_CALLCC_SIM", ("P_CALLCC_10", "P_CALLCC_400"), "printed intervals are of 90 %, not 95 %"),
    Listed("P_TELETHON", ("P_TELETHON",)),
    *(Listed(name, (name,)) for name in ("S1", "S2", "S4")),
    Listed(
        "SKILLS",
        ("SKILLS_1", "SKILLS_2", "SKILLS_3", "SKILLS_6"),
        "further skills spread evenly, the list does not say how; exact figures also for 1 skill",
    ),
    Listed("OCBA_chenlee", (), "no center: how replications are allotted to points; `choose` uses KN instead"),
    Listed("REAL_AB_GLOBAL", (), "no model: what a bank's log shows; see docs/bank.md"),
)

OWN: dict[str, str] = {
    "G_lognormal": "lognormal patience",
    "G_hazard": "callers who give up at five rates",
    "T_place": "callers who are told their place",
}
"""Cases here that are not on the list."""
