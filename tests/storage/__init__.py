"""The storage and the services on real files."""
