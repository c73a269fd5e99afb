"""Questions asked of the model.

comparison/   what differs, and what of that is more than chance
sweeps/       many points of a few factors
choice/       the best of them
validation/   simulated figures beside exact ones
sensitivity, sampling, argument: what conclusions rest on. observed, kept, stopped: what replications leave behind.
execution and the pools: where they are made. variants, replications, stopping: how many, of what.
"""
