-- Rooms in full: schedules with dates and changes, silent voice, native events, ends of one's own, the
-- arriving question, and servers that the bot was removed from.

ALTER TABLE guild ADD COLUMN locale TEXT; -- a catalogue's; null: Discord's preferred one
ALTER TABLE guild ADD COLUMN removed_at INTEGER; -- the bot was removed; forgotten seven days later

ALTER TABLE room ADD COLUMN voice_channel_id INTEGER; -- the silent voice channel, if there is one
ALTER TABLE room ADD COLUMN made_voice INTEGER NOT NULL DEFAULT 0; -- the bot made that channel
ALTER TABLE room ADD COLUMN has_events INTEGER NOT NULL DEFAULT 0; -- native events announce its schedules
ALTER TABLE room ADD COLUMN asks_arriving INTEGER NOT NULL DEFAULT 0; -- its cards ask the arriving question

-- A room's recurring times may now be of some weeks and between dates, so that one time can stand in
-- two schedules, as for spring and autumn; its number, which a native event outlives, is never used twice.
CREATE TABLE schedule_anew (
    schedule_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    room_id INTEGER NOT NULL REFERENCES room (room_id) ON DELETE CASCADE,
    weekdays INTEGER NOT NULL, -- bit 0 is Monday
    local_minute INTEGER NOT NULL, -- since midnight
    zone TEXT NOT NULL, -- IANA
    minutes INTEGER NOT NULL, -- how long a session lasts
    every_weeks INTEGER NOT NULL, -- 1 to 4, counted from the week of from_date
    from_date TEXT, -- local, ISO 8601
    until_date TEXT -- local, ISO 8601, included
) STRICT;
INSERT INTO schedule_anew (schedule_id, room_id, weekdays, local_minute, zone, minutes, every_weeks)
SELECT schedule_id, room_id, weekdays, local_minute, zone, minutes, 1 FROM schedule;
DROP TABLE schedule;
ALTER TABLE schedule_anew RENAME TO schedule;
CREATE INDEX schedule_of_room ON schedule (room_id);

-- One occurrence of a schedule that is skipped or moved, by local dates: the zone's rules may change.
CREATE TABLE schedule_change (
    schedule_id INTEGER NOT NULL REFERENCES schedule (schedule_id) ON DELETE CASCADE,
    local_date TEXT NOT NULL, -- the day it would have been, ISO 8601
    moved_date TEXT, -- the day it is instead, ISO 8601; null: skipped
    moved_minute INTEGER, -- since midnight on that day
    PRIMARY KEY (schedule_id, local_date)
) STRICT, WITHOUT ROWID;

-- The native event of a schedule's next occurrence. It outlives the schedule until it is cancelled.
CREATE TABLE native_event (
    schedule_id INTEGER NOT NULL PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    event_id INTEGER, -- null: it could not be made, see problem
    occurs_at INTEGER NOT NULL,
    local_date TEXT NOT NULL, -- the day that the occurrence stands for, moved or not, ISO 8601
    problem TEXT -- what /quiet check says
) STRICT;

ALTER TABLE session ADD COLUMN schedule_id INTEGER; -- the schedule that opened it
ALTER TABLE session ADD COLUMN extended INTEGER NOT NULL DEFAULT 0; -- minutes added by a tap, once
ALTER TABLE session ADD COLUMN closed_at INTEGER; -- closed by hand, before its time

ALTER TABLE seat ADD COLUMN opened INTEGER NOT NULL DEFAULT 0; -- this member opened the session
ALTER TABLE seat ADD COLUMN leaves_at INTEGER; -- the member's own end, before the session's

-- Who answered the arriving question of an open session; gone when it closes. Not what they answered.
CREATE TABLE arrival (
    session_id INTEGER NOT NULL REFERENCES session (session_id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    PRIMARY KEY (session_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX arrival_of_member ON arrival (member_id);

-- More can be due: a member's own end (by session), a schedule's native event, a server to forget.
CREATE TABLE due_anew (
    due_at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('open', 'phase', 'checkin', 'leave', 'event', 'forget')),
    subject_id INTEGER NOT NULL, -- schedule, session, cadence or server
    occurs_at INTEGER NOT NULL,
    PRIMARY KEY (due_at, kind, subject_id)
) STRICT, WITHOUT ROWID;
INSERT INTO due_anew (due_at, kind, subject_id, occurs_at) SELECT due_at, kind, subject_id, occurs_at FROM due;
DROP TABLE due;
ALTER TABLE due_anew RENAME TO due;
CREATE UNIQUE INDEX due_of_subject ON due (kind, subject_id);
