"""Runs compared, and the pilot that would tell them apart, as a page and pictures."""
