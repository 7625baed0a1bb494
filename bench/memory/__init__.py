"""What servers cost in memory and at the start, beside a bare bot."""
