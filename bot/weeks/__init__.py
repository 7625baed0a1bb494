"""Weekly counts of members, and weekly totals of servers."""
