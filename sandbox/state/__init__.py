"""The simulated world and what changes it. It knows nothing of HTTP, WebSockets or the page."""
