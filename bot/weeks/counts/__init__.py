"""Weekly counts that a member chose to keep."""
