"""Keyed random numbers: a draw is a function of who asks and why, never of when.

The generator is SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
generators", OOPSLA; the finalizer is Stafford's mix 13). A *key* names somebody (a caller, an agent,
a day) and is the seed of a SplitMix64 stream of their own; a *purpose* is the place in that stream.
So `uniform(caller, PATIENCE)` is the same number whatever else happens in the center, whoever else
is in it, and in which order it is asked for.

Keys are split from keys: `key(seed, replication, Domain.CALLERS, "sales")` names a queue's callers,
`split(that, ordinals)` every one of them. Names enter by a hash of the name itself, not by their place in a
list: adding or reordering queues and teams changes nobody else's draws.

Everything is a NumPy uint64 array (`key` gives shape (1,), which broadcasts), so that wrap-around is silent.
Two of n keys have overlapping streams with probability about n^2 * 100 / 2^64: 5e-4 for ten million callers.
"""

from __future__ import annotations

from enum import IntEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

GAMMA = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_SPLIT = np.uint64(0x6A09E667F3BCC909)  # fractional bits of sqrt(2): sets splits apart from draws
_ONE = np.uint64(0x3FF0_0000_0000_0000)  # the bits of 1.0
_WORD = 0xFFFF_FFFF_FFFF_FFFF


class Domain(IntEnum):
    """What a key is about: the first link after seed and replication. Numbers are fixed for good.

    10-19 are free for channels to come, 20-29 for cases and the customer base, 30-39 for months (growth).
    """

    ARRIVALS = 1  # gaps between callers, per queue and day
    DAY = 2  # the whole center's day
    SLOT = 3  # a list interval of a queue's day
    CALLERS = 4  # everything a caller brings
    AGENTS = 5  # who the agents are
    ROSTER = 6  # who comes when, and for how long they are off the phones
    STRATA = 7  # which stratum of its law a day's factor takes, per batch of replications


class Purpose(IntEnum):
    """Why a number is drawn: the place in the key's stream. Numbers are fixed for good.

    1-19 callers by attempt, 20-39 callers for life, 40-59 agents, 60-79 the roster, 80-89 demand;
    100 and up are free for purposes to come.
    """

    PATIENCE = 1
    BALK = 2
    TALK = 3
    HOLD = 4
    WRAP = 5
    COME_BACK = 6
    DELAY = 7
    DELAY_AFTER_BLOCK = 8
    ROUTE = 9
    SOLVE = 10
    MOOD = 11
    REPLIES = 12
    CUT = 13
    ONWARD = 14
    REPEATS_AFTER = 15
    ONWARD_TALK = 16
    ONWARD_HOLD = 17
    ONWARD_WRAP = 18
    ONWARD_PATIENCE = 19

    EMPATHY_NEED = 20
    SPEED_NEED = 21
    COMPLEXITY = 22

    EMPATHY_TRAIT = 40
    SPEED_TRAIT = 41
    KNOWLEDGE = 42
    PATIENCE_TRAIT = 43
    PERSISTENCE = 44
    PASSION = 45
    GAMES = 46

    ABSENT = 60
    PLANNED_START = 61
    SPELLS = 62
    SPELL_START = 63
    SPELL_LENGTH = 64

    GAP = 80
    DAY_FACTOR = 81
    SLOT_FACTOR = 82
    ROUNDING = 83
    PLACE = 84
    STRATUM = 85


def mix64(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The SplitMix64 output for each state, uint64: a bijection that spreads every bit over all of them.

    z ^= z >> 30; z *= 0xbf58476d1ce4e5b9; z ^= z >> 27; z *= 0x94d049bb133111eb; z ^= z >> 31.
    Source: Steele, Lea and Flood 2014, with Stafford's constants (variant 13).
    """
    shifted = state >> np.uint64(30)
    z = state ^ shifted
    z *= _MIX_A
    z ^= np.right_shift(z, np.uint64(27), out=shifted)
    z *= _MIX_B
    z ^= np.right_shift(z, np.uint64(31), out=shifted)
    return z


def name_hash(name: str) -> int:
    """A 64-bit number for a name, the same in every process and on every machine (BLAKE2b, RFC 7693)."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def key(*chain: int | str) -> Keys:
    """The key, uint64 of shape (1,), of a chain such as (seed, replication, domain, queue name, day).

    Integers count modulo 2^64, names by `name_hash`. The order matters, and so does the length of the chain.
    """
    out = 0
    for link in chain:
        number = name_hash(link) if isinstance(link, str) else int(link)
        out = _mix_one(_mix_one(out ^ int(_SPLIT)) + number * int(GAMMA))
    return np.array([out], np.uint64)


def _mix_one(state: int) -> int:
    """`mix64` of one number: on whole numbers of Python, seven times faster than on an array of one."""
    z = state & _WORD
    z = (z ^ (z >> 30)) * int(_MIX_A) & _WORD
    z = (z ^ (z >> 27)) * int(_MIX_B) & _WORD
    return z ^ (z >> 31)


def split(parent: Keys, child: NDArray[np.integer]) -> Keys:
    """The keys of a parent's children by number: output number `child` of a stream set apart from its draws.

    Children of one parent never share a key (the step and the mix are bijections).
    """
    return mix64(mix64(parent ^ _SPLIT) + child.astype(np.uint64, copy=False) * GAMMA)


def bits(keys: Keys, purpose: int) -> NDArray[np.uint64]:
    """64 random bits per key: output number `purpose` (1 = first) of the stream seeded by the key."""
    return mix64(keys + np.array([purpose * int(GAMMA) & _WORD], np.uint64))


def uniform(keys: Keys, purpose: int) -> NDArray[np.float64]:
    """A uniform number in the open interval (0, 1) per key and purpose.

    (52 bits + 1/2) * 2^-52. Not 53 bits: a half more than 2^53 - 1 rounds to 2^53 and would give exactly 1,
    an infinite patience. Here every value is exact and the set is symmetric about 1/2.
    """
    words = bits(keys, purpose)
    words >>= np.uint64(12)
    words |= _ONE  # as a float: 1 + 52 bits * 2^-52, from which all but the half is taken off, exactly
    out = words.view(np.float64)
    out -= 1.0 - 2.0**-53
    return out
