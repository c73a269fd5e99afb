"""The figures of both oracles beside ours: python -m tests.oracles"""

from __future__ import annotations

import warnings

from pytest import skip

from sim.study.validation import Comparison, check


def line(center: str, row: Comparison) -> str:
    """A figure in both programs, each with its standard error, and the difference in standard errors."""
    known = f"({row.reference.error:.2g})" if row.reference.error else "(exact)"
    ours = f"{row.simulated:9.4g} {f'({row.standard_error:.2g})':10s}"
    return f"{center:20s}{row.figure:22s}{ours}{row.reference.value:9.4g} {known:10s}{row.difference:+5.1f}"


def main() -> None:
    """Both tables; what is not installed is said."""
    from tests.oracles import test_ciw, test_line

    print(f"{'center':20s}{'figure':22s}{'ours':>9s} {'(s.e.)':10s}{'theirs':>9s} {'(s.e.)':10s}  difference / s.e.")
    for make in test_line.CASES:
        (checked,) = check([make()], "compiled", test_line.SEED)
        for row in checked.figures:
            print(line(f"LINE {make.__name__}", row))
    for twins in test_ciw.TWINS:
        twin = twins()
        for row in test_ciw.differences(test_ciw.theirs(twin), twin.case):
            print(line(f"Ciw  {twins.__name__}", row))


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            main()
        except skip.Exception as missing:
            raise SystemExit(str(missing)) from None
