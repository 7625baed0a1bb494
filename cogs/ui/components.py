"""Buttons and selects of `cogs.ui.panels` under their former name; import them from there."""

from cogs.ui.panels import Choice, T, button, channel_select, chosen, chosen_all, select
from cogs.ui.panels import Component as Durable

__all__ = ["Choice", "Durable", "T", "button", "channel_select", "chosen", "chosen_all", "select"]
