-- Due rows carry their server's id.

ALTER TABLE due ADD COLUMN guild_id INTEGER NOT NULL DEFAULT 0; -- 0: the deployment
CREATE INDEX due_of_guild ON due (guild_id);
