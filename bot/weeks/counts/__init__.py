"""Weekly counts that a member agreed to keep."""
