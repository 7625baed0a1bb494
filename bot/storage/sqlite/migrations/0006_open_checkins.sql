-- Open check-ins: at weekly times in a channel, for whoever is there.

CREATE TABLE channel_checkin (
    channel_checkin_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    weekdays INTEGER NOT NULL, -- bit 0 is Monday
    local_minute INTEGER NOT NULL, -- since midnight
    zone TEXT NOT NULL, -- IANA
    sent INTEGER NOT NULL, -- how many so far: which words come next
    unanswered INTEGER NOT NULL, -- in a row that nobody tapped, up to four
    message_id INTEGER, -- the one in view
    goes_at INTEGER -- when that one goes away
) STRICT;
CREATE INDEX channel_checkin_of_guild ON channel_checkin (guild_id);

-- Who stopped by at the open check-in in view; gone when it goes. Not what they answered.
CREATE TABLE stop (
    channel_checkin_id INTEGER NOT NULL REFERENCES channel_checkin (channel_checkin_id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    PRIMARY KEY (channel_checkin_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX stop_of_member ON stop (member_id);

-- They are due too: the next to come, or the one in view to go.
CREATE TABLE due_anew (
    kind TEXT NOT NULL CHECK (kind IN ('open', 'phase', 'checkin', 'leave', 'event', 'forget', 'ask')),
    due_at INTEGER NOT NULL,
    subject_id INTEGER NOT NULL, -- schedule, session, cadence, server or open check-in
    occurs_at INTEGER NOT NULL,
    claims INTEGER NOT NULL DEFAULT 0, -- how often this occurrence was begun
    PRIMARY KEY (kind, due_at, subject_id)
) STRICT, WITHOUT ROWID;
INSERT INTO due_anew (kind, due_at, subject_id, occurs_at, claims)
SELECT kind, due_at, subject_id, occurs_at, claims FROM due;
DROP TABLE due;
ALTER TABLE due_anew RENAME TO due;
CREATE UNIQUE INDEX due_of_subject ON due (kind, subject_id);
