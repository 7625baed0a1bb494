-- A claim says whose it is, so that a process that starts releases what it held itself, and no other's.

ALTER TABLE due ADD COLUMN held_by TEXT NOT NULL DEFAULT ''; -- the shards of the process that claimed it; '': of all
