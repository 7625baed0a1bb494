"""Tests of sending a message exactly once."""
