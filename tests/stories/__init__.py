"""What members and moderators do and see, from the first command to the last."""
