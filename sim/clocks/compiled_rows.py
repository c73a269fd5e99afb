"""Structured arrays as the machine code sees them: one address, from which row k is one step away.

Numba passes an array as seven words and keeps count of its users; the center is more than a dozen
arrays, and every move takes the center. Given as bare addresses they cost a third of the compile
time and half of the run time (docs/performance.md), and code that takes addresses can be called
without Numba. The price: whoever calls keeps the arrays alive and large enough, and a row index is
never negative.
"""

# mypy: disable-error-code="no-untyped-call, untyped-decorator"

from __future__ import annotations

import hashlib
import operator
from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.extending import intrinsic, lower_builtin, lower_getattr_generic, models, register_model

from sim.center.verbs import Center


class RowsType(types.Type):
    """Numba's type of the rows of one structured array."""

    def __init__(self, record: types.Record) -> None:
        self.record = record
        # The name becomes part of the name of every function that takes it; the record's own would fill a page.
        super().__init__(name=f"Rows_{hashlib.blake2b(str(record).encode(), digest_size=8).hexdigest()}")


@register_model(RowsType)
class _RowsModel(models.PrimitiveModel):
    """An address."""

    def __init__(self, manager: Any, kind: RowsType) -> None:
        super().__init__(manager, kind, cgutils.voidptr_t)


def _rows_type(kind: np.dtype[np.void]) -> RowsType:
    return RowsType(numba.from_dtype(kind))  # type: ignore[arg-type]  # a structured type gives a Record


class CenterType(types.Type):
    """Numba's type of a center: where the addresses of its arrays stand."""

    def __init__(self, kinds: Sequence[np.dtype[np.void]]) -> None:
        self.rows = [_rows_type(kind) for kind in kinds]
        names = " ".join(rows.name for rows in self.rows).encode()
        super().__init__(name=f"Center_{hashlib.blake2b(names, digest_size=8).hexdigest()}")


@register_model(CenterType)
class _CenterModel(models.PrimitiveModel):
    """One address: given twenty, each move would hand them all on to the next."""

    def __init__(self, manager: Any, kind: CenterType) -> None:
        super().__init__(manager, kind, cgutils.voidptr_t)


@infer_getattr
class _CenterField(AttributeTemplate):
    """center.contacts is the rows of contacts."""

    key = CenterType

    def generic_resolve(self, center: Any, name: str) -> Any:  # type: ignore[override]  # Numba has none to override
        return center.rows[Center._fields.index(name)] if name in Center._fields else None


@lower_getattr_generic(CenterType)
def _center_field(context: Any, builder: Any, kind: Any, center: Any, name: str) -> Any:
    first = builder.bitcast(center, cgutils.voidptr_t.as_pointer())
    address = builder.load(builder.gep(first, [context.get_constant(types.intp, Center._fields.index(name))]))
    address.set_metadata("invariant.load", builder.module.add_metadata([]))  # no array moves while the clock runs
    return address


def center_at(kinds: Sequence[np.dtype[np.void]]) -> Any:
    """center(address), for compiled code: the center of which the addresses of the arrays' first rows lie there."""
    return _at(CenterType(kinds))


def rows_at(kind: np.dtype[np.void]) -> Any:
    """rows(address), for compiled code: the rows of a structured array of which the first one lies there."""
    return _at(_rows_type(kind))


def _at(kind: types.Type) -> Any:
    @intrinsic
    def at(context: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return builder.inttoptr(args[0], cgutils.voidptr_t)

        return kind(types.intp), generate

    return at


@infer_global(operator.getitem)
class _RowAt(AbstractTemplate):
    """rows[k] is a record."""

    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], RowsType) and isinstance(args[1], types.Integer):
            return signature(args[0].record, args[0], types.intp)
        return None


@lower_builtin(operator.getitem, RowsType, types.intp)
def _row_at(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    record = sig.return_type
    offset = builder.mul(args[1], context.get_constant(types.intp, record.size), flags=("nsw",))
    address = builder.gep(args[0], [offset], inbounds=True)
    return builder.bitcast(address, context.get_value_type(record))
