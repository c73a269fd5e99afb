"""Tests of the figures: hand-made days with the answers written out, and what must hold for any facts."""
