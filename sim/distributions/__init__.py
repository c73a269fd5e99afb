"""Distributions of durations, each a frozen model that turns uniforms into seconds by inversion.

`Distribution` is the union of all kinds, told apart by `kind`. Each has `quantile(u)` (u in [0, 1), any shape),
`mean` and `survival(t)` = P(T > t). One uniform gives one variate, monotonically, which is what makes common
random numbers work. SciPy is imported inside the methods that need it: it costs more than all the rest.
"""

from sim.distributions.kind import FloatArray, Kind
from sim.distributions.listed import Empirical, PiecewiseHazard, Quantiles
from sim.distributions.mixed import Distribution, Hyperexponential, ZeroOr
from sim.distributions.parametric import Constant, Erlang, Exponential, Gamma, Lognormal, Never, Weibull

__all__ = [
    "Constant",
    "Distribution",
    "Empirical",
    "Erlang",
    "Exponential",
    "FloatArray",
    "Gamma",
    "Hyperexponential",
    "Kind",
    "Lognormal",
    "Never",
    "PiecewiseHazard",
    "Quantiles",
    "Weibull",
    "ZeroOr",
]
