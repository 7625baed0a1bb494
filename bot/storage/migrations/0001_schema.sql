-- The schema. Until the first release it is edited here, in place; after it, every change is a migration of its own.
--
-- Moments are UTC seconds, dates are ISO 8601 in local time, minutes of a day count from local midnight, weekdays are
-- bits (bit 0 is Monday), booleans are 0 and 1, zones are IANA names. Ids are Discord's, unless a comment says "our own".
-- Every column about a person is described in bot/privacy/personal_data.py; a test compares that with this file.


-- Servers

-- What moderators chose for a server.
CREATE TABLE guild (
    guild_id INTEGER NOT NULL PRIMARY KEY CHECK (guild_id > 0),
    zone TEXT NOT NULL,
    is_zone_chosen INTEGER NOT NULL DEFAULT 0, -- whether a moderator chose it; else it is UTC
    help_contacts TEXT NOT NULL, -- what /help-now shows, as moderators wrote it; empty: nothing
    locale TEXT, -- the language of the server's cards; null: Discord's preferred one
    removed_at INTEGER, -- when the bot was removed; the server is forgotten seven days later
    paused_at INTEGER, -- since when moderators pause the bot there; null: it is not paused
    resumes_at INTEGER, -- when that pause ends by itself; null: moderators end it
    moderators_channel_id INTEGER, -- which channel is told what stopped working; null: none
    moderators_problem TEXT, -- why the last message to that channel was not sent, as a short code; null: it was
    moderators_messages INTEGER NOT NULL DEFAULT 0 -- how many were sent so far
) STRICT;

-- What the moderators' channel was told about a room or a channel check-in, or is to be told.
CREATE TABLE outage (
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    subject TEXT NOT NULL, -- for example room:17 or channel_checkin:3
    is_told INTEGER NOT NULL, -- whether it was told that this does not work
    changed_at INTEGER, -- since when it is otherwise than was told; null: it is not
    told_at INTEGER, -- when it was last told that this stopped working
    message_number INTEGER, -- which message, being sent, tells of the change; null: none
    PRIMARY KEY (guild_id, subject)
) STRICT, WITHOUT ROWID;

-- Days on which nothing scheduled takes place in a server: one, or several in a row.
CREATE TABLE day_off (
    day_off_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    first_date TEXT NOT NULL,
    last_date TEXT NOT NULL, -- included
    zone TEXT NOT NULL -- the server's when they were added
) STRICT;
CREATE INDEX day_off_of_guild ON day_off (guild_id);


-- Rooms

-- A permanent quiet place in a server.
CREATE TABLE room (
    room_id INTEGER NOT NULL PRIMARY KEY, -- our own
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    channel_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    capacity INTEGER NOT NULL, -- in seats
    voice_channel_id INTEGER, -- the silent voice channel, if there is one
    bot_made_voice INTEGER NOT NULL DEFAULT 0, -- whether the bot made that channel
    has_events INTEGER NOT NULL DEFAULT 0, -- whether native events announce its schedules
    asks_arriving INTEGER NOT NULL DEFAULT 0, -- whether its cards ask the arriving question
    shows_next INTEGER NOT NULL DEFAULT 1, -- whether its card stays between sessions and shows what comes next
    allows_checkin_threads INTEGER NOT NULL DEFAULT 0, -- whether check-ins may come in private threads of its channel
    members_may_open INTEGER NOT NULL DEFAULT 1, -- whether members may open a session; 0: schedules and moderators only
    thread_problem TEXT, -- why Discord refused the last private thread for check-ins, as a short code; null: it did not
    problem TEXT, -- why Discord refuses the card for good, as a short code; null: it works
    UNIQUE (guild_id, name)
) STRICT;

-- A room's recurring sessions, as local wall time. A native event can outlive the row, so its id is never used twice.
CREATE TABLE schedule (
    schedule_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own
    room_id INTEGER NOT NULL REFERENCES room (room_id) ON DELETE CASCADE,
    weekdays INTEGER NOT NULL,
    local_minute INTEGER NOT NULL,
    zone TEXT NOT NULL,
    minutes INTEGER NOT NULL, -- the length of a round
    rounds INTEGER NOT NULL, -- of a session, with breaks between them
    every_weeks INTEGER NOT NULL, -- 1 to 4, counted from the week of from_date
    from_date TEXT,
    until_date TEXT, -- the last day, included
    week_start INTEGER NOT NULL -- the day on which weeks begin, by the locale of the moderator who made it; 0: Monday
) STRICT;
CREATE INDEX schedule_of_room ON schedule (room_id);

-- One occurrence of a schedule that is skipped or moved.
CREATE TABLE schedule_change (
    schedule_id INTEGER NOT NULL REFERENCES schedule (schedule_id) ON DELETE CASCADE,
    local_date TEXT NOT NULL, -- the day it would have been
    moved_date TEXT, -- the day it is instead; null: skipped
    moved_minute INTEGER,
    PRIMARY KEY (schedule_id, local_date)
) STRICT, WITHOUT ROWID;

-- The native event (Discord's scheduled event) of a schedule's next occurrence. It outlives the schedule until the
-- event is cancelled.
CREATE TABLE native_event (
    schedule_id INTEGER NOT NULL PRIMARY KEY,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    event_id INTEGER, -- null: there is none, for the reason in problem
    occurs_at INTEGER NOT NULL,
    local_date TEXT NOT NULL, -- the day of the occurrence in its schedule, moved or not
    voice_channel_id INTEGER, -- the voice channel that the event is, or was, in; null: in none
    deleted_at INTEGER, -- when someone other than the bot deleted it
    problem TEXT -- what /quiet check says about it, as a short code; null: all is well
) STRICT;
CREATE INDEX native_event_of_guild ON native_event (guild_id);

-- One sitting of a room, from open to close. Deleted after it closed.
CREATE TABLE session (
    session_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    room_id INTEGER NOT NULL REFERENCES room (room_id) ON DELETE CASCADE,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    channel_id INTEGER NOT NULL,
    schedule_id INTEGER, -- the schedule that opened it
    opened_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL, -- the length of a round
    rounds INTEGER NOT NULL, -- with breaks between them
    closes_at INTEGER NOT NULL, -- as its card has said since it opened
    closed_at INTEGER, -- when someone closed it early
    following_schedule_id INTEGER, -- a schedule that came due while it was open: its session begins when this one closes
    nodded_at INTEGER, -- the newest nod; not whose it was
    UNIQUE (room_id)
) STRICT;

-- The card of a room: its one message, which shows the open session or what comes next.
CREATE TABLE card (
    room_id INTEGER NOT NULL PRIMARY KEY REFERENCES room (room_id) ON DELETE CASCADE,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    channel_id INTEGER NOT NULL, -- of the message
    message_id INTEGER, -- null: it is not posted
    goes_down INTEGER NOT NULL DEFAULT 0, -- whether a new message at the bottom of the channel is to replace it
    shown INTEGER NOT NULL DEFAULT 0, -- a checksum of what the message shows; 0: nobody knows
    requested_at INTEGER, -- the newest rate-limited request for it
    revision INTEGER NOT NULL DEFAULT 0, -- goes up with every change of what it is to show
    shown_revision INTEGER NOT NULL DEFAULT 0 -- the newest revision that it was seen to show
) STRICT;

-- A message that was a card, until it is deleted in Discord.
CREATE TABLE old_card (
    message_id INTEGER NOT NULL PRIMARY KEY,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    channel_id INTEGER NOT NULL
) STRICT;
CREATE INDEX old_card_of_guild ON old_card (guild_id);

-- A member's presence in an open session, at most one in each server. Deleted when they slip out or it closes.
CREATE TABLE seat (
    session_id INTEGER NOT NULL REFERENCES session (session_id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    visibility TEXT NOT NULL CHECK (visibility IN ('named', 'counted', 'hidden')), -- how the card shows it
    opened_session INTEGER NOT NULL DEFAULT 0, -- whether this member opened the session, and so may close it
    leaves_at INTEGER, -- when the member leaves, if they chose to leave before the session closes
    sits_again INTEGER NOT NULL DEFAULT 0, -- whether they want a seat in the session that follows this one
    PRIMARY KEY (session_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX seat_of_member ON seat (member_id, guild_id);

-- Who answered the arriving question of an open session; not what they answered. Deleted when it closes.
CREATE TABLE arrival (
    session_id INTEGER NOT NULL REFERENCES session (session_id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    PRIMARY KEY (session_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX arrival_of_member ON arrival (member_id);

-- The card shows the session with its seats, the newest nod, and how many arrivals there were: each change of these is
-- a new revision.
CREATE TRIGGER session_opened AFTER INSERT ON session BEGIN
    UPDATE card SET revision = revision + 1 WHERE room_id = NEW.room_id;
END;
CREATE TRIGGER session_deleted AFTER DELETE ON session BEGIN
    UPDATE card SET revision = revision + 1 WHERE room_id = OLD.room_id;
END;
CREATE TRIGGER seat_taken AFTER INSERT ON seat BEGIN
    UPDATE card SET revision = revision + 1
    WHERE room_id = (SELECT room_id FROM session WHERE session_id = NEW.session_id);
END;
CREATE TRIGGER seat_left AFTER DELETE ON seat BEGIN
    UPDATE card SET revision = revision + 1
    WHERE room_id = (SELECT room_id FROM session WHERE session_id = OLD.session_id);
END;
CREATE TRIGGER seat_visibility_changed AFTER UPDATE OF visibility ON seat BEGIN
    UPDATE card SET revision = revision + 1
    WHERE room_id = (SELECT room_id FROM session WHERE session_id = NEW.session_id);
END;
CREATE TRIGGER session_nodded_at AFTER UPDATE OF nodded_at ON session BEGIN
    UPDATE card SET revision = revision + 1 WHERE room_id = NEW.room_id;
END;
CREATE TRIGGER arrival_added AFTER INSERT ON arrival BEGIN
    UPDATE card SET revision = revision + 1
    WHERE room_id = (SELECT room_id FROM session WHERE session_id = NEW.session_id);
END;


-- Consents

-- A member's consent to one purpose in one server.
CREATE TABLE consent (
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    purpose TEXT NOT NULL CHECK (
        purpose IN ('show_name', 'checkins', 'weekly_counts', 'room_notices')
    ),
    version INTEGER NOT NULL, -- of the text they agreed to
    granted_at INTEGER NOT NULL,
    active_month INTEGER NOT NULL, -- of their last tap: year * 100 + month, UTC; no closer moment is saved
    PRIMARY KEY (member_id, guild_id, purpose)
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_of_guild ON consent (guild_id, purpose);


-- Check-ins

-- When personal check-ins may come to a member who agreed to them, and how far they have eased.
CREATE TABLE cadence (
    cadence_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    dm_channel_id INTEGER NOT NULL, -- 0 until the direct messages are opened
    thread_id INTEGER, -- the private thread that they come in; null: direct messages
    weekdays INTEGER NOT NULL,
    start_minute INTEGER NOT NULL,
    end_minute INTEGER NOT NULL,
    zone TEXT NOT NULL,
    per_week INTEGER NOT NULL, -- at most
    quiet_start_minute INTEGER, -- null: no quiet hours
    quiet_end_minute INTEGER,
    begins_on TEXT, -- null once one came
    sound INTEGER NOT NULL, -- whether they make a sound
    paused_until INTEGER,
    unanswered INTEGER NOT NULL, -- how many in a row had no tap, up to four
    sent INTEGER NOT NULL, -- how many so far
    last_sent_on TEXT, -- the local day of the newest one
    sent_in_week INTEGER NOT NULL DEFAULT 0, -- how many in the ISO week of that day
    texts_sent TEXT NOT NULL DEFAULT '', -- keys of the texts they had, oldest first
    prompt_message_id INTEGER, -- the one in view, until its answer is shown
    tapped INTEGER NOT NULL DEFAULT 0, -- whether the one in view had a tap whose answer may not be shown yet
    dms_closed INTEGER NOT NULL, -- whether Discord said that the member's direct messages are closed
    locale TEXT, -- the member's language in Discord when they turned these on, or last tapped one; null: the server's
    UNIQUE (member_id, guild_id)
) STRICT;
CREATE INDEX cadence_of_guild ON cadence (guild_id);

-- A check-in text that a moderator of a server added. Which moderator it was is not saved.
CREATE TABLE prompt (
    prompt_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    words TEXT NOT NULL,
    UNIQUE (guild_id, words)
) STRICT;

-- A check-in that comes in a channel at weekly times, for everyone there.
CREATE TABLE channel_checkin (
    channel_checkin_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    channel_id INTEGER NOT NULL,
    weekdays INTEGER NOT NULL,
    local_minute INTEGER NOT NULL,
    zone TEXT NOT NULL,
    sent INTEGER NOT NULL, -- how many so far: which text comes next
    unanswered INTEGER NOT NULL, -- how many in a row had no tap, up to four
    message_id INTEGER, -- the one in view
    expires_at INTEGER, -- when the bot deletes that one
    problem TEXT -- why Discord refuses it for good, as a short code; null: it works
) STRICT;
CREATE INDEX channel_checkin_of_guild ON channel_checkin (guild_id);

-- Who answered the channel check-in in view; not what they answered. Deleted with its message.
CREATE TABLE channel_checkin_answer (
    channel_checkin_id INTEGER NOT NULL REFERENCES channel_checkin (channel_checkin_id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    PRIMARY KEY (channel_checkin_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_checkin_answer_of_member ON channel_checkin_answer (member_id);


-- Room notices

-- How room notices come to a member who agreed to them, and how far they have eased.
CREATE TABLE notice_settings (
    notice_settings_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    dm_channel_id INTEGER NOT NULL, -- 0 until the direct messages are opened
    zone TEXT NOT NULL, -- of the quiet hours
    quiet_start_minute INTEGER, -- null: no quiet hours
    quiet_end_minute INTEGER,
    sound INTEGER NOT NULL, -- whether they make a sound
    paused_until INTEGER,
    unanswered INTEGER NOT NULL, -- how many in a row had no tap, up to four
    left_out INTEGER NOT NULL, -- whether the last one was left out, as they come half as often
    dms_closed INTEGER NOT NULL, -- whether Discord said that the member's direct messages are closed
    locale TEXT, -- the member's language in Discord when they turned these on, or last tapped one; null: the server's
    UNIQUE (member_id, guild_id)
) STRICT;
CREATE INDEX notice_settings_of_guild ON notice_settings (guild_id);

-- A room that a member wants notices of, and the notice in view. The row of a room that was removed is deleted by the
-- worker, once its notice is.
CREATE TABLE room_notice (
    room_notice_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- our own, never used twice
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    room_id INTEGER NOT NULL,
    session_id INTEGER, -- the session that the notice in view, or being sent, is about
    message_id INTEGER, -- the notice in view
    next_session_id INTEGER, -- the session that the next one is about
    UNIQUE (member_id, guild_id, room_id)
) STRICT;
CREATE INDEX room_notice_of_room ON room_notice (guild_id, room_id);
CREATE INDEX room_notice_of_session ON room_notice (session_id);


-- Weeks. A week is an ISO week: year * 100 + week.

-- Weekly counts that a member agreed to save. There is no index by server, as most rows of the database are here; the
-- servers of these rows are found through consent.
CREATE TABLE weekly_count (
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    week INTEGER NOT NULL,
    sits INTEGER NOT NULL,
    checkins INTEGER NOT NULL, -- how many had a tap
    PRIMARY KEY (member_id, guild_id, week)
) STRICT, WITHOUT ROWID;


-- Work to be done

-- What is due, and when. The worker claims a row by moving due_at to the end of its lease; occurs_at stays.
-- DueKind in bot/scheduling/due_queue.py lists the kinds.
CREATE TABLE due (
    kind TEXT NOT NULL,
    shard_range INTEGER NOT NULL, -- which process acts: the number of the range that guild_id belongs to
    due_at INTEGER NOT NULL, -- when to act
    subject_id INTEGER NOT NULL, -- what it is about; 0: the deployment
    guild_id INTEGER NOT NULL DEFAULT 0, -- 0: the deployment
    occurs_at INTEGER NOT NULL, -- when it was to happen
    claims INTEGER NOT NULL DEFAULT 0, -- how often this occurrence was claimed
    PRIMARY KEY (kind, shard_range, due_at, subject_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX due_of_subject ON due (kind, subject_id);
CREATE INDEX due_of_guild ON due (guild_id);

-- How the deployment's shards are divided into ranges, in one row; without it, all servers are in range 0. The first
-- process that serves by another layout writes it, and shard_range of what is due. See bot/shards.py.
CREATE TABLE shard_layout (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    shard_count INTEGER NOT NULL,
    shards_per_range INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages that the bot began to send, as long as their outcome is not recorded.
CREATE TABLE outbox (
    key TEXT NOT NULL PRIMARY KEY, -- what is sent, for example card:17, checkin:4, channel_checkin:3 or notice:5
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    channel_id INTEGER NOT NULL,
    nonce TEXT NOT NULL, -- Discord drops a second message with the same one, for some minutes
    begun_at INTEGER NOT NULL, -- when it was sent for the first time
    attempts INTEGER NOT NULL -- how often it was sent
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_of_guild ON outbox (guild_id);

-- Limits that all processes share, such as how often direct messages are opened.
CREATE TABLE shared_limit (
    name TEXT NOT NULL PRIMARY KEY,
    used_until_us INTEGER NOT NULL -- when the slots reserved so far would end without bursts, in microseconds
) STRICT, WITHOUT ROWID;

-- Notes of the deployment about itself.
CREATE TABLE deployment (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
