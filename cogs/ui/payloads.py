"""The codec of `cogs.ui.routes` under its former name; import it from there."""

from cogs.ui.routes import MalformedError, OrZero, decode, encode

__all__ = ["MalformedError", "OrZero", "decode", "encode"]
