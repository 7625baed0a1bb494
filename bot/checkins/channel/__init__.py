"""Open check-ins: at weekly times in a channel, where a server set them up."""
