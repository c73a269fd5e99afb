"""A calibration for people: data beside fit, how far to trust it, what was left out, in pictures and words."""
