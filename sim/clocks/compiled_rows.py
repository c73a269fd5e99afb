"""Structured arrays as the machine code sees them: one address, from which row k is one step away.

Numba passes an array as seven words and keeps count of its users; the center is thirteen arrays,
and every move takes the center. Given as bare addresses they cost a third of the compile time and
half of the run time (docs/performance.md). The price: whoever calls keeps the arrays alive and
large enough, and a row index is never negative.
"""

# mypy: disable-error-code="no-untyped-call, untyped-decorator"

from __future__ import annotations

import hashlib
import operator
from typing import Any

from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model


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


@intrinsic
def _rows_of(context: Any, array: Any) -> Any:
    """The rows of a structured array: the address of its first one."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        return builder.bitcast(data, cgutils.voidptr_t)

    return RowsType(array.dtype)(array), generate


rows_of: Any = _rows_of
"""rows_of(array): the rows of a structured array, in compiled code."""


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
