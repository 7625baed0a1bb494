-- Times are UTC seconds, truths are 0 and 1, ids are Discord's unless said otherwise.
-- Every column about a person is named in personal_data.py.

-- A server's own choices.
CREATE TABLE guild (
    guild_id INTEGER NOT NULL PRIMARY KEY,
    zone TEXT NOT NULL, -- IANA
    places TEXT NOT NULL -- what /help-now says, written by moderators
) STRICT;

-- A standing place in a server.
CREATE TABLE room (
    room_id INTEGER NOT NULL PRIMARY KEY, -- our own
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    UNIQUE (guild_id, name)
) STRICT;

-- A room's recurring times, as local wall time.
CREATE TABLE schedule (
    schedule_id INTEGER NOT NULL PRIMARY KEY, -- our own
    room_id INTEGER NOT NULL REFERENCES room (room_id) ON DELETE CASCADE,
    weekdays INTEGER NOT NULL, -- bit 0 is Monday
    local_minute INTEGER NOT NULL, -- since midnight
    zone TEXT NOT NULL, -- IANA
    minutes INTEGER NOT NULL, -- how long a session lasts
    UNIQUE (room_id, weekdays, local_minute, zone)
) STRICT;
CREATE INDEX schedule_of_room ON schedule (room_id);

-- One sitting of a room; gone after it closed.
CREATE TABLE session (
    session_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    room_id INTEGER NOT NULL REFERENCES room (room_id) ON DELETE CASCADE,
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    message_id INTEGER, -- the card
    opened_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    nodded_at INTEGER, -- the newest nod, whosever it was
    shown TEXT, -- the phase that the card shows
    calls INTEGER NOT NULL, -- rate-limited requests spent on the card
    UNIQUE (room_id)
) STRICT;

-- A member's presence in an open session; gone when they slip out or it closes.
CREATE TABLE seat (
    session_id INTEGER NOT NULL REFERENCES session (session_id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    presence TEXT NOT NULL CHECK (presence IN ('listed', 'counted', 'unlisted')),
    PRIMARY KEY (session_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX seat_of_member ON seat (member_id);

-- A member's standing yes to one purpose in one server.
CREATE TABLE consent (
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (
        purpose IN ('show_name', 'checkins', 'weekly_counts', 'share_counts')
    ),
    version INTEGER NOT NULL, -- of the text they agreed to
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (member_id, guild_id, purpose)
) STRICT, WITHOUT ROWID;

-- When personal check-ins may come to a member who asked for them.
CREATE TABLE cadence (
    cadence_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    dm_channel_id INTEGER NOT NULL,
    weekdays INTEGER NOT NULL, -- bit 0 is Monday
    start_minute INTEGER NOT NULL, -- local, since midnight
    end_minute INTEGER NOT NULL,
    zone TEXT NOT NULL, -- IANA
    per_week INTEGER NOT NULL,
    sound INTEGER NOT NULL,
    unanswered INTEGER NOT NULL, -- check-ins in a row without a tap, up to four
    sent INTEGER NOT NULL, -- how many so far: which prompt comes next
    prompt_message_id INTEGER, -- the check-in in view without a tap
    paused_until INTEGER,
    closed INTEGER NOT NULL, -- Discord said that direct messages are closed
    UNIQUE (member_id, guild_id)
) STRICT;

-- Weekly counts that a member chose to keep.
CREATE TABLE rhythm (
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    week INTEGER NOT NULL, -- ISO year * 100 + ISO week
    sits INTEGER NOT NULL,
    checkins INTEGER NOT NULL,
    PRIMARY KEY (member_id, guild_id, week)
) STRICT, WITHOUT ROWID;

-- What is to be done next, by when. A claim moves due_at forward by its lease; occurs_at stays.
CREATE TABLE due (
    due_at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('open', 'phase', 'checkin')),
    subject_id INTEGER NOT NULL, -- schedule, session or cadence
    occurs_at INTEGER NOT NULL,
    PRIMARY KEY (due_at, kind, subject_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX due_of_subject ON due (kind, subject_id);

-- What the deployment remembers about itself.
CREATE TABLE deployment (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
