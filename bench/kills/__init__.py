"""The bot is killed while it delivers check-ins."""
