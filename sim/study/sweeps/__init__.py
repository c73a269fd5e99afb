"""A scenario at many points: simulated, kept, put together, and what none of the points betters."""
