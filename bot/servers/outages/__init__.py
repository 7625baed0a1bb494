"""The moderators' channel: what it was told about rooms and channel check-ins that stopped working."""
