"""Two clocks for one script: SimPy for everything, the compiled one for speed; same facts, bit for bit."""
