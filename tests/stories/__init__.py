"""What members and moderators live through, told in the words of the design."""
