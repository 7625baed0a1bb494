"""Weekly counts that a member agreed to save."""
