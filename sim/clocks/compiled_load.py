"""The script as machine code, ready to be called: read from disk where it fits, made by Numba where not.

Reading takes LLVM alone, which starts eight times faster than Numba. Machine code fits if sources, record
types, versions, settings and processor are those it was made of, and the file is whole; in every other case
it is made again.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from sim.center.verbs import Center
from sim.clocks import compiled_cache
from sim.clocks.compiled_memory import keep_memory

FUNCTION = "tick"
ROOMS = ("center", "people", "record")
COMPILED = ("script", "compiled_script", "compiled_rows", "compiled_make", "compiled_load")
SOURCES = (
    *(file for room in ROOMS for file in sorted((Path(__file__).parents[1] / room).glob("*.py"))),
    *(Path(__file__).with_name(f"{name}.py") for name in COMPILED),
)
"""What decides on the machine code: Numba itself does not notice when a function that another one calls changes."""
Events = np.ndarray[Any, np.dtype[np.void]]
Tick = Callable[[Center, int, int, Events], tuple[int, int, int]]
"""tick(center of arrays, timetable row, rows to stop after, room for events) -> (why it stopped, row, events)."""


@cache
def compiled(kinds: tuple[np.dtype[np.void], ...]) -> Tick:
    """The loop in machine code, for a center of these structured types: 0.05 s from disk, else several seconds.

    The arrays have to be contiguous and large enough.
    """
    keep_memory()
    digest = digest_of(kinds)
    code = compiled_cache.kept(digest)
    loaded = None if code is None else load(code)
    if loaded is not None:
        return tick_at(*loaded)
    from sim.clocks.compiled_make import make  # Numba takes 0.3 s to import

    made = make(FUNCTION, kinds)
    if made.code is not None:
        compiled_cache.keep(digest, made.code)
    return tick_at(made.address, made.owner)


@cache
def at_hand(kinds: tuple[np.dtype[np.void], ...]) -> bool:
    """Whether machine code for such a center is on disk, so that nothing would have to be compiled."""
    return compiled_cache.kept(digest_of(kinds)) is not None


def digest_of(kinds: Sequence[np.dtype[np.void]]) -> str:
    """A short digest of all that decides on the machine code; Numba's settings are in the environment."""
    processor = llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    versions = [version(package) for package in ("numba", "llvmlite", "numpy")]
    settings = sorted(item for item in os.environ.items() if item[0].startswith("NUMBA_"))
    facts = [kind.descr for kind in kinds], Center._fields, processor, versions, settings
    text = b"".join(source.read_bytes() for source in SOURCES) + repr(facts).encode()
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def load(code: bytes) -> tuple[int, Any] | None:
    """(address of the function in this object code, what keeps it in memory), or None if LLVM does not take it."""
    try:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        engine.finalize_object()
        address = int(engine.get_function_address(FUNCTION))
    except Exception:  # whatever is wrong with it, Numba makes it anew
        return None
    return (address, engine) if address else None


def tick_at(address: int, owner: Any) -> Tick:
    """The function at this address, for Python to call; see `compiled_make.make` for how."""
    numbers = (ctypes.c_int64,) * 7
    machine = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *numbers)(address)

    def tick(center: Any, row: int, stop_after: int, trace: Events) -> tuple[int, int, int]:
        places = np.array([array.ctypes.data for array in center])
        result, error = np.zeros(3, np.int64), np.zeros(1, np.int64)
        sizes = (row, len(center.timetable), len(center.queues), stop_after, trace.ctypes.data, len(trace))
        if machine(result.ctypes.data, error.ctypes.data, places.ctypes.data, *sizes):
            raise RuntimeError("the compiled clock failed; please report this, and run with engine=simpy")
        why, row, events = result.tolist()
        return why, row, events

    vars(tick)["owner"] = owner
    return tick
