"""A Discord-shaped server on loopback for people to try a bot in and for tests to drive it.

It speaks REST v10 and gateway v10 and knows nothing about any particular bot. What it does not know it
refuses loudly (`Sandbox.refusals`). What Discord enforces and the sandbox does not:

- the block after 10,000 invalid requests;
- five seconds between identifies, unless `Sandbox.gateway.identify_window_seconds` says so;
- the end of a started voice event when its channel empties, and the archiving of idle threads;
- the recurrence of events (a rule is kept and given back), and its finer rules;
- zstd compression (its frames come plain, which clients take), and voice connections of bots.

It has no reactions, pins, polls, stickers, emoji, webhooks of channels, forums, stages, audit log, user
installs, attachment options, file uploads in forms, or context menus for people to open.
"""

from sandbox.client.actor import Actor, ClientRefusal, Reply
from sandbox.server import Sandbox

__all__ = ["Actor", "ClientRefusal", "Reply", "Sandbox"]
