"""Weekly totals of a server, from members who share: published once, and about nobody."""
