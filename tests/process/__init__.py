"""The shipped bot as a separate process, against a sandbox in the test's process."""
