"""Tests of the command line, without Discord."""
