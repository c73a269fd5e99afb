"""Other people's programs asked the same questions: LINE (exact) and Ciw (simulated), on scenarios like any other.

Neither knows our theory, our clocks or our random numbers, and most of these centers are beyond `sim.theory`. The
scenarios are run and counted as `sim.study.validation` does it.
"""
