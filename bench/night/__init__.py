"""A simulated night of many servers, with failures."""
