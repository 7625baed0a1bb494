-- Native events of schedules.

-- name: get_event(schedule_id)
SELECT * FROM native_event
WHERE schedule_id = :schedule_id;

-- name: events_of_guild(guild_id)
SELECT * FROM native_event
WHERE guild_id = :guild_id ORDER BY schedule_id;

-- name: set_event(schedule_id, guild_id, event_id, occurs_at, local_date, voice_channel_id, problem)!
INSERT INTO native_event (schedule_id, guild_id, event_id, occurs_at, local_date, voice_channel_id, problem)
VALUES (:schedule_id, :guild_id, :event_id, :occurs_at, :local_date, :voice_channel_id, :problem)
ON CONFLICT (schedule_id) DO UPDATE
SET event_id = excluded.event_id, occurs_at = excluded.occurs_at, local_date = excluded.local_date,
    voice_channel_id = excluded.voice_channel_id, deleted_at = NULL, problem = excluded.problem;

-- name: remove_event(schedule_id)!
DELETE FROM native_event WHERE schedule_id = :schedule_id;

-- name: event_by_id(guild_id, event_id)
SELECT * FROM native_event
WHERE guild_id = :guild_id AND event_id = :event_id;

-- name: note_event_deleted(schedule_id, deleted_at, problem)!
UPDATE native_event SET event_id = NULL, deleted_at = :deleted_at, problem = :problem
WHERE schedule_id = :schedule_id;

-- name: events_deleted_since(guild_id, voice_channel_id, since)
SELECT * FROM native_event
WHERE guild_id = :guild_id AND voice_channel_id = :voice_channel_id AND deleted_at >= :since
ORDER BY schedule_id;

-- Schedules whose native event has to be reconciled: those that have one, and those that are to have one.

-- name: event_of_schedule(schedule_id)
SELECT schedule_id, guild_id FROM native_event WHERE schedule_id = :schedule_id
UNION
SELECT schedule.schedule_id, room.guild_id FROM schedule JOIN room ON room.room_id = schedule.room_id
WHERE schedule.schedule_id = :schedule_id AND room.has_events = 1;

-- name: events_of_room(room_id)
SELECT schedule.schedule_id, room.guild_id FROM schedule
JOIN room ON room.room_id = schedule.room_id
WHERE schedule.room_id = :room_id AND (
    room.has_events = 1
    OR EXISTS (SELECT 1 FROM native_event WHERE native_event.schedule_id = schedule.schedule_id)
);

-- name: begin_event(schedule_id, planned_at, occurs_at)!
UPDATE native_event SET occurs_at = :occurs_at
WHERE schedule_id = :schedule_id AND occurs_at = :planned_at AND occurs_at > :occurs_at;

-- name: begun_events_of_session(session_id, now)
-- Those that have begun, and those that were to begin when the session closes.
SELECT native_event.schedule_id, native_event.guild_id FROM native_event
JOIN schedule ON schedule.schedule_id = native_event.schedule_id
JOIN session ON session.room_id = schedule.room_id
WHERE session.session_id = :session_id
    AND (native_event.occurs_at <= :now OR native_event.occurs_at = session.closes_at);

-- name: events_wanted()
SELECT schedule_id, guild_id FROM native_event
UNION
SELECT schedule.schedule_id, room.guild_id FROM schedule JOIN room ON room.room_id = schedule.room_id
WHERE room.has_events = 1;

-- name: events_wanted_in_guild(guild_id)
SELECT schedule_id, guild_id FROM native_event WHERE guild_id = :guild_id
UNION
SELECT schedule.schedule_id, room.guild_id FROM schedule JOIN room ON room.room_id = schedule.room_id
WHERE room.guild_id = :guild_id AND room.has_events = 1;
