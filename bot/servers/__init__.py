"""A server's settings, and the deletion of its data after the bot is removed."""
