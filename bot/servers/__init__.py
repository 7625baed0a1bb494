"""What a server's moderators chose for it, and what happens when the bot is removed from it."""
