"""Tests of the repository's files."""
