"""Services on real database files: what members, moderators and time do to what is saved."""
