-- Check-ins in private threads, for members whose direct messages are closed, where a server allows it.

ALTER TABLE room ADD COLUMN has_threads INTEGER NOT NULL DEFAULT 0; -- check-ins may come in threads of its channel
ALTER TABLE cadence ADD COLUMN thread_id INTEGER; -- the thread that they come to; null: direct messages
