"""Tests of the demo in a browser."""
