"""Every text that a member reads, in one catalogue for each locale."""
