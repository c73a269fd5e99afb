"""Tightrope: a contact-center simulator for the balance of empathy against productivity."""

__version__ = "0.1.0"
