"""Calibrate: from a center's own logs to a scenario, and how far to trust it."""
