"""Measurements, each run by hand."""
