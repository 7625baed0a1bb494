"""A local Discord: a loopback server for people to try a bot in and for tests to drive it.

It speaks REST v10 and gateway v10 and knows nothing about any particular bot: discord.py, hikari and
discord.js connect to it. Like Discord, it ignores fields that it does not know and lists them in
`Sandbox.ignored_fields`; if it is strict, it refuses them. A request that no correct client sends, or whose
route it does not have, is refused and listed in `Sandbox.refusals`. Discord enforces some things that the
sandbox does not:

- the ban after 10,000 invalid requests;
- five seconds between identifies of one key, unless `Sandbox.starts.window_seconds` is set to 5;
- the archiving of inactive threads;
- the recurrence of events (a rule is saved and returned) and the details of recurrence rules;
- zstd compression (frames are sent uncompressed, which clients accept), and voice connections of bots.

It has no polls, stickers, emoji of servers, channel webhooks, invites, bans, forums, stages, audit log,
user installs, attachment options, lists of archived threads, file uploads in modals, messages about pins,
or context menu commands that people can run. Bots can time members out but not change their roles or names.
"""

from sandbox.client.actor import Actor
from sandbox.client.errors import ClientRefusal
from sandbox.client.replies import Reply
from sandbox.server import Sandbox

__all__ = ["Actor", "ClientRefusal", "Reply", "Sandbox"]
