"""Fingerprints of what a panel shows, so that a tap on an outdated panel is noticed."""

import zlib

_COUNT = 100_000  # few enough to be short in a custom id


def fingerprint(*shown: object) -> int:
    """Return a number from 1 up that is the same for equal values, and hardly ever for others.

    `shown` are values whose `repr` shows all that they hold, such as dataclasses.
    """
    return zlib.crc32(repr(shown).encode()) % _COUNT + 1
