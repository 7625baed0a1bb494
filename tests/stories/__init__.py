"""User stories: what members and moderators do and see."""
