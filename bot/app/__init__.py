"""Starting and running the bot: composition, start-up checks, the demo."""
