-- The rows of a server, for the search for values that cannot be read. room_name: the room that they belong to.

-- name: saved_guild(guild_id, most)
SELECT *, NULL AS room_name FROM guild WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_day_off(guild_id, most)
SELECT *, NULL AS room_name FROM day_off WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_outage(guild_id, most)
SELECT *, NULL AS room_name FROM outage WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_room(guild_id, most)
SELECT *, name AS room_name FROM room WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_schedule(guild_id, most)
SELECT schedule.*, room.name AS room_name
FROM room JOIN schedule ON schedule.room_id = room.room_id WHERE room.guild_id = :guild_id LIMIT :most;

-- name: saved_schedule_change(guild_id, most)
SELECT schedule_change.*, room.name AS room_name
FROM room JOIN schedule ON schedule.room_id = room.room_id
JOIN schedule_change ON schedule_change.schedule_id = schedule.schedule_id
WHERE room.guild_id = :guild_id LIMIT :most;

-- name: saved_native_event(guild_id, most)
SELECT *, NULL AS room_name FROM native_event WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_session(guild_id, most)
SELECT session.*, room.name AS room_name
FROM room JOIN session ON session.room_id = room.room_id WHERE room.guild_id = :guild_id LIMIT :most;

-- name: saved_seat(guild_id, most)
SELECT seat.*, room.name AS room_name
FROM room JOIN session ON session.room_id = room.room_id
JOIN seat ON seat.session_id = session.session_id
WHERE room.guild_id = :guild_id LIMIT :most;

-- name: saved_consent(guild_id, most)
SELECT *, NULL AS room_name FROM consent WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_cadence(guild_id, most)
SELECT *, NULL AS room_name FROM cadence WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_channel_checkin(guild_id, most)
SELECT *, NULL AS room_name FROM channel_checkin WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_notice_settings(guild_id, most)
SELECT *, NULL AS room_name FROM notice_settings WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_room_notice(guild_id, most)
SELECT *, NULL AS room_name FROM room_notice WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_weekly_count(guild_id, most)
-- The table has no index by server; everyone with counts has a consent.
SELECT weekly_count.*, NULL AS room_name
FROM consent JOIN weekly_count
    ON weekly_count.member_id = consent.member_id AND weekly_count.guild_id = consent.guild_id
WHERE consent.guild_id = :guild_id AND consent.purpose = 'weekly_counts' LIMIT :most;

-- name: saved_due(guild_id, most)
SELECT *, NULL AS room_name FROM due WHERE guild_id = :guild_id LIMIT :most;

-- name: saved_outbox(guild_id, most)
SELECT *, NULL AS room_name FROM outbox WHERE guild_id = :guild_id LIMIT :most;
