"""Tests of the connection to Discord: what arrives, and what it must not break."""
