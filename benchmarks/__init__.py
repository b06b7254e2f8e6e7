"""Measurements of Comity, each beside what the machine itself can do. `python -m benchmarks`."""
