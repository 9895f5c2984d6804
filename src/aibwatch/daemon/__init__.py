"""Wiring, the cycle, the executor, the clock, supervision. The only floor that composes."""
