"""Channel check-ins: posted in a channel at weekly times, where a moderator set them up."""
