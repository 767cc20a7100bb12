"""Measures netqlint side by side with other linters; `make bench` is the way in."""
