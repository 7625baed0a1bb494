"""The shipped bot as a process of its own, against a sandbox in this one."""
