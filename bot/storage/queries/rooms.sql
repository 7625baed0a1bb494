-- name: add_room(guild_id, channel_id, name, capacity)
INSERT INTO room (guild_id, channel_id, name, capacity)
VALUES (:guild_id, :channel_id, :name, :capacity)
ON CONFLICT (guild_id, name) DO NOTHING
RETURNING
    room_id, guild_id, channel_id, name, capacity, voice_channel_id, bot_made_voice, has_events, asks_arriving,
    allows_checkin_threads, members_may_open, shows_next, problem, thread_problem;

-- name: remove_room(room_id)
DELETE FROM room WHERE room_id = :room_id RETURNING room_id;

-- name: get_room(room_id)
SELECT
    room_id, guild_id, channel_id, name, capacity, voice_channel_id, bot_made_voice, has_events, asks_arriving,
    allows_checkin_threads, members_may_open, shows_next, problem, thread_problem
FROM room WHERE room_id = :room_id;

-- name: room_of_session(session_id)
SELECT
    room.room_id, room.guild_id, room.channel_id, room.name, room.capacity, room.voice_channel_id,
    room.bot_made_voice, room.has_events, room.asks_arriving, room.allows_checkin_threads, room.members_may_open, room.shows_next, room.problem, room.thread_problem
FROM room
JOIN session ON session.room_id = room.room_id WHERE session.session_id = :session_id;

-- name: room_of_schedule(schedule_id)
SELECT
    room.room_id, room.guild_id, room.channel_id, room.name, room.capacity, room.voice_channel_id,
    room.bot_made_voice, room.has_events, room.asks_arriving, room.allows_checkin_threads, room.members_may_open, room.shows_next, room.problem, room.thread_problem
FROM room
JOIN schedule ON schedule.room_id = room.room_id WHERE schedule.schedule_id = :schedule_id;

-- name: rooms_of_guild(guild_id)
SELECT
    room_id, guild_id, channel_id, name, capacity, voice_channel_id, bot_made_voice, has_events, asks_arriving,
    allows_checkin_threads, members_may_open, shows_next, problem, thread_problem
FROM room
WHERE guild_id = :guild_id ORDER BY room_id;

-- name: set_asks_arriving(room_id, asks_arriving)!
UPDATE room SET asks_arriving = :asks_arriving WHERE room_id = :room_id;

-- name: set_allows_checkin_threads(room_id, allows_checkin_threads)!
UPDATE room SET allows_checkin_threads = :allows_checkin_threads, thread_problem = NULL WHERE room_id = :room_id;

-- name: set_thread_problem(guild_id, channel_id, thread_problem)!
UPDATE room SET thread_problem = :thread_problem WHERE guild_id = :guild_id AND channel_id = :channel_id;

-- name: set_members_may_open(room_id, members_may_open)!
UPDATE room SET members_may_open = :members_may_open WHERE room_id = :room_id;

-- name: set_shows_next(room_id, shows_next)!
UPDATE room SET shows_next = :shows_next WHERE room_id = :room_id;

-- name: set_voice(room_id, voice_channel_id, bot_made_voice)
UPDATE room SET voice_channel_id = :voice_channel_id, bot_made_voice = :bot_made_voice
WHERE room_id = :room_id RETURNING room_id;

-- name: set_has_events(room_id, has_events)
UPDATE room SET has_events = :has_events WHERE room_id = :room_id RETURNING room_id;

-- name: move_room(room_id, channel_id)!
UPDATE room SET channel_id = :channel_id, problem = NULL, thread_problem = NULL WHERE room_id = :room_id;

-- name: edit_room(room_id, name, capacity)!
UPDATE room SET name = :name, capacity = :capacity WHERE room_id = :room_id;

-- name: move_session(room_id, channel_id)!
UPDATE session SET channel_id = :channel_id WHERE room_id = :room_id;
