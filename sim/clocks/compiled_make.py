"""Making the script's machine code with Numba: all moves in one function that takes bare addresses."""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from functools import cache
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import llvmlite.binding as llvm
import numba
import numpy as np
from numba import types

from sim.clocks import compiled_script
from sim.clocks.compiled_rows import center_at, rows_at
from sim.clocks.script import bind


class NotCompiled(ValueError):
    """The compiled clock cannot be had here."""


class Made(NamedTuple):
    """Machine code in memory, and the same for a file."""

    address: int
    owner: Any
    """keeps the code in memory"""
    code: bytes | None
    """object code with one function, `name`; None if it needs more than the C library"""


def make(name: str, kinds: Sequence[np.dtype[np.void]]) -> Made:
    """The machine code of `tick` for a center of these structured types; takes several seconds.

    It is called as Numba calls: (where the three results go, where an error goes, six whole numbers and
    addresses) -> 0 if all went well.
    """
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # set from the environment
        raise NotCompiled("NUMBA_DISABLE_JIT is set, so that nothing is compiled: unset it, or take engine=simpy")
    names = bind(compile_move)
    for own, thing in vars(compiled_script).items():
        if isinstance(thing, FunctionType) and thing.__module__ == compiled_script.__name__:
            names[own] = compile_move(FunctionType(thing.__code__, names, own))
        elif not isinstance(thing, FunctionType):  # what it has from the script is bound already
            names[own] = thing
    tick, center, events = names["tick"], center_at(kinds), rows_at(compiled_script.PENDING)

    def run(places: int, row: int, last_row: int, queues: int, stop_after: int, trace: int, room: int) -> Any:
        return tick(center(places), row, last_row, queues, stop_after, events(trace), room)

    machine = compile_move(run)
    machine.compile((types.int64,) * run.__code__.co_argcount)
    ((signature, made),) = machine.overloads.items()
    if made.signature.return_type != types.UniTuple(types.int64, 3):
        raise TypeError(f"tick returns {made.signature.return_type} for {signature}")
    address = made.library.get_pointer_to_function(made.fndesc.llvm_func_name)
    return Made(address, machine, _object_code(made, name))


def _object_code(made: Any, name: str) -> bytes | None:
    """The machine code as a file, with the processor and the options that Numba has chosen."""
    module = llvm.parse_assembly(made.library.get_llvm_str())
    from_elsewhere = (function.name for function in module.functions if function.is_declaration)
    if not all(name.startswith("llvm.") or hasattr(c_library(), name) for name in from_elsewhere):
        return None  # it could only be called where Numba is
    module.get_function(made.fndesc.llvm_func_name).name = name
    return bytes(made.library.codegen._tm.emit_object(module))


@cache
def c_library() -> ctypes.CDLL:
    """What every process has in memory: exp, log, memset."""
    return ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)


def compile_move(move: Any) -> Any:
    """A move for other machine code to call, compiled when it is first called."""
    machine: Any = numba.njit(  # type: ignore[call-overload]
        _nrt=False,  # the arrays outlive every call, and counting references costs more than the moves
        error_model="numpy",  # no move divides by zero, and none needs code to say so
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
    )(move)
    machine.get_call_template = MethodType(one_width, machine)
    return machine


def one_width(machine: Any, args: Any, kws: Any) -> Any:
    """How Numba is to call a move: whole numbers as 64 bits, for it compiles a function for every width it meets."""
    wide = [types.int64 if isinstance(arg, types.Integer) else arg for arg in args]
    return type(machine).get_call_template(machine, wide, kws)
