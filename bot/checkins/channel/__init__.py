"""Channel check-ins: they come to a channel at weekly times, where a moderator set them up."""
