-- What is being sent, so that nothing is sent twice when an answer is lost; and why nothing could be posted.

CREATE TABLE outbox (
    key TEXT NOT NULL PRIMARY KEY, -- what it is: card:17, checkin:4, channel_checkin:3
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    nonce TEXT NOT NULL, -- a repeated request with it is the same message to Discord, for a few minutes
    begun_at INTEGER NOT NULL, -- when it was first to be sent, in UTC seconds
    attempts INTEGER NOT NULL -- how often it was to be sent
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_of_guild ON outbox (guild_id);

ALTER TABLE room ADD COLUMN problem TEXT; -- why its last card could not be posted
ALTER TABLE channel_checkin ADD COLUMN problem TEXT; -- why the last one could not be posted
