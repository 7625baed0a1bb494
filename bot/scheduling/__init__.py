"""Time: the clock, the queue of due rows, and the worker that runs them."""
