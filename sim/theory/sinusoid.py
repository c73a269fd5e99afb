"""M_t/M/n+M under a sinusoidal arrival rate, in its periodic steady state.

The law of the number of contacts is a Fourier series in time, whose coefficients solve one sparse linear
system (harmonic balance): no warm-up and no time step.
Source: the Kolmogorov forward equations; the model is a standard test of time-varying queues, for instance
L. V. Green and P. J. Kolesar (1991), "The pointwise stationary approximation for queues with nonstationary
arrivals", Management Science 37. Units: seconds and contacts per second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.theory import checks

_CUT = 1e-12


@dataclass(frozen=True, slots=True)
class PeriodicFigures:
    """Long-run figures over whole periods; shares are of all contacts, whenever they come."""

    p_wait: float
    p_abandon: float
    mean_wait: float
    occupancy: float
    period: float
    queue_harmonics: NDArray[np.complex128]
    """Fourier coefficients 0, 1, 2, ... of the mean number waiting."""

    def mean_queue(self, time: float) -> float:
        """Mean number waiting at a time after the rate passed its mean on the way up."""
        turns = np.exp(2j * np.pi * time / self.period * np.arange(self.queue_harmonics.size))
        return float(2.0 * (self.queue_harmonics @ turns).real - self.queue_harmonics[0].real)


def sinusoid(
    agents: int, mean_rate: float, amplitude: float, period: float, mean_service: float, mean_patience: float
) -> PeriodicFigures:
    """Exact figures for the arrival rate mean_rate + amplitude sin(2 pi t / period).

    Formula: with p(t) = sum_m c_m e^(i m w t), (A - i m w) c_m + amplitude / (2i) L (c_(m-1) - c_(m+1)) = 0
    and sum c_0 = 1, where A is the generator at the mean rate and L that of arrivals at rate 1. States and
    harmonics are doubled until less than 1e-12 falls beyond either.
    Units: seconds, contacts per second. Errors: ValueError unless 0 <= amplitude <= mean_rate.
    """
    checks.whole(least=1, agents=agents)
    checks.positive(mean_rate=mean_rate, period=period)
    checks.positive(mean_service=mean_service, mean_patience=mean_patience)
    checks.not_negative(amplitude=amplitude)
    if amplitude > mean_rate:
        raise ValueError(f"amplitude {amplitude} above mean_rate {mean_rate}: the rate would fall below 0")
    most, harmonics = agents + 40, 16
    while True:
        law = _harmonics(agents, most, harmonics, mean_rate, amplitude, period, mean_service, mean_patience)
        beyond_states, beyond_harmonics = abs(law[0, -1]), np.abs(law[-1]).sum()
        if beyond_states < _CUT and beyond_harmonics < _CUT:
            break
        most += 40 * (beyond_states >= _CUT)
        harmonics *= 2 if beyond_harmonics >= _CUT else 1
    waiting = np.maximum(np.arange(most + 1) - agents, 0)
    busy = np.minimum(np.arange(most + 1), agents)
    queue = law @ waiting
    all_busy = law[:, agents:].sum(axis=1)
    # The mean of sin(w t) f(t) over a period is -Im of f's first coefficient.
    waits = mean_rate * all_busy[0].real - amplitude * all_busy[1].imag
    mean_wait = float(queue[0].real) / mean_rate
    return PeriodicFigures(
        p_wait=float(waits) / mean_rate,
        p_abandon=mean_wait / mean_patience,
        mean_wait=mean_wait,
        occupancy=float((law[0] @ busy).real) / agents,
        period=period,
        queue_harmonics=queue,
    )


def _harmonics(
    agents: int,
    most: int,
    harmonics: int,
    mean_rate: float,
    amplitude: float,
    period: float,
    mean_service: float,
    mean_patience: float,
) -> NDArray[np.complex128]:
    """Fourier coefficients of the probabilities of 0..most contacts, (harmonics + 1, most + 1)."""
    from scipy.sparse import diags_array, eye_array, kron
    from scipy.sparse.linalg import splu

    size = most + 1
    one = np.append(np.ones(most), 0.0)
    arrivals = diags_array([-one, np.ones(most)], offsets=[0, -1])
    contacts = np.arange(1, size)
    deaths = np.minimum(contacts, agents) / mean_service + np.maximum(contacts - agents, 0) / mean_patience
    leaving = diags_array([-np.append(0.0, deaths), deaths], offsets=[0, 1])
    orders = np.arange(-harmonics, harmonics + 1)
    shift = np.ones(2 * harmonics)
    modulation = diags_array([shift, -shift], offsets=[-1, 1]) * (amplitude / 2j)
    turning = diags_array(-2j * math.pi / period * orders)
    system: Any = (
        kron(eye_array(orders.size), mean_rate * arrivals + leaving)
        + kron(modulation, arrivals)
        + kron(turning, eye_array(size))
    ).tolil()
    # The balance of harmonic 0 fixes its law up to scale: one of its rows becomes "sums to 1".
    row = harmonics * size
    system[row, :] = 0.0
    system[row, row : row + size] = 1.0
    right = np.zeros(orders.size * size, dtype=complex)
    right[row] = 1.0
    law = splu(system.tocsc()).solve(right).reshape(orders.size, size)
    return np.asarray(law[harmonics:])
