"""Every text that a member reads, one catalogue a locale."""
