"""What taps and commands cost, beside a bare discord.py bot that does the same outwardly.

`python -m bench.floor` runs the shipped bot and the bare one in turns, in the same minutes on the same
machine, and prints how their latency, their processor time and their sustained rates compare.
"""
