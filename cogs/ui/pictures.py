"""Pictures of `cogs.ui.panels` under their former name; import them from there."""

from cogs.ui.panels import Picture

__all__ = ["Picture"]
