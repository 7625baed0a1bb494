"""Services on real database files: how members, moderators and time change the saved data."""
