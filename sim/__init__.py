"""Tightrope: a contact-center simulator for the balance of empathy against productivity.

In a notebook: `sim.load`, `sim.replicate`, `sim.compare`, `sim.sweep` (sim/api says more).
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["compare", "load", "replicate", "sweep"]


def __getattr__(name: str) -> object:
    """The calls for notebooks, imported when the first of them is named."""
    if name not in __all__:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from sim import api

    return getattr(api, name)
