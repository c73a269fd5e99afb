"""For notebooks: a scenario loaded, replicated, compared and swept, as objects with tables and plots.

    import sim

    peak = sim.load("peak", "staffing.scale=1.1")
    run = sim.replicate(peak, replications=40)
    run.value("service_level")            # mean, low, high, half_width, replications
    run.summary                           # a polars table; so are .intervals, .days, .agents, ...
    run.plot_service_level()              # Matplotlib Axes
    sim.compare(peak, {"goals.aht_target": 240}).table
    sim.sweep(peak, {"staffing.scale": [0.9, 1, 1.1], "goals.aht_target": [240, 300]}).plot_tradeoff()

Words are those of the command line, and the figures the same as a command gives. Whatever is wrong with them raises
`Refused`, a line for each fault.
"""

from sim.api.case import Case, load
from sim.api.compared import Compared, compare
from sim.api.run import Run, replicate
from sim.api.swept import Swept, sweep
from sim.loading.refusal import Refused

__all__ = ["Case", "Compared", "Refused", "Run", "Swept", "compare", "load", "replicate", "sweep"]
