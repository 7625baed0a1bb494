-- Check-ins in full: quiet hours, a day to begin, what the week's maximum counts, and a server's own words.

ALTER TABLE cadence ADD COLUMN quiet_start_minute INTEGER; -- local, since midnight; null: no quiet hours
ALTER TABLE cadence ADD COLUMN quiet_end_minute INTEGER;
ALTER TABLE cadence ADD COLUMN begins_on TEXT; -- local, ISO 8601; null once one came
ALTER TABLE cadence ADD COLUMN newest_on TEXT; -- the local day of the newest one, ISO 8601
ALTER TABLE cadence ADD COLUMN week_sent INTEGER NOT NULL DEFAULT 0; -- how many in that day's ISO week
ALTER TABLE cadence ADD COLUMN texts_sent TEXT NOT NULL DEFAULT ''; -- which words came, oldest first

-- Check-in texts of a server's own. Nobody's name stands beside them.
CREATE TABLE prompt (
    prompt_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    guild_id INTEGER NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (guild_id, words)
) STRICT;
