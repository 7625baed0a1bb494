-- Native events of schedules. To look after one at once, its due row is set to now, whoever holds it.

-- name: get_event(schedule_id)
SELECT * FROM native_event
WHERE schedule_id = :schedule_id;

-- name: events_of_guild(guild_id)
SELECT * FROM native_event
WHERE guild_id = :guild_id ORDER BY schedule_id;

-- name: every_event()
SELECT * FROM native_event
WHERE event_id IS NOT NULL ORDER BY schedule_id;

-- name: set_event(schedule_id, guild_id, event_id, occurs_at, local_date, problem)!
INSERT INTO native_event (schedule_id, guild_id, event_id, occurs_at, local_date, problem)
VALUES (:schedule_id, :guild_id, :event_id, :occurs_at, :local_date, :problem)
ON CONFLICT (schedule_id) DO UPDATE
SET event_id = excluded.event_id, occurs_at = excluded.occurs_at, local_date = excluded.local_date,
    problem = excluded.problem;

-- name: remove_event(schedule_id)!
DELETE FROM native_event WHERE schedule_id = :schedule_id;

-- name: note_event_deleted(guild_id, event_id, problem)
UPDATE native_event SET event_id = NULL, problem = :problem
WHERE guild_id = :guild_id AND event_id = :event_id RETURNING schedule_id;

-- name: look_after_event(schedule_id, now)!
INSERT INTO due (due_at, kind, subject_id, occurs_at)
SELECT :now, 'event', :schedule_id, :now
WHERE EXISTS (SELECT 1 FROM native_event WHERE schedule_id = :schedule_id) OR EXISTS (
    SELECT 1 FROM schedule JOIN room ON room.room_id = schedule.room_id
    WHERE schedule.schedule_id = :schedule_id AND room.has_events = 1
)
ON CONFLICT (kind, subject_id) DO UPDATE
SET due_at = excluded.due_at, occurs_at = excluded.occurs_at;

-- name: look_after_events_of_room(room_id, now)!
INSERT INTO due (due_at, kind, subject_id, occurs_at)
SELECT :now, 'event', schedule.schedule_id, :now FROM schedule
JOIN room ON room.room_id = schedule.room_id
WHERE schedule.room_id = :room_id AND (
    room.has_events = 1
    OR EXISTS (SELECT 1 FROM native_event WHERE native_event.schedule_id = schedule.schedule_id)
)
ON CONFLICT (kind, subject_id) DO UPDATE
SET due_at = excluded.due_at, occurs_at = excluded.occurs_at;

-- name: look_after_begun_events(session_id, now)!
INSERT INTO due (due_at, kind, subject_id, occurs_at)
SELECT :now, 'event', native_event.schedule_id, :now FROM native_event
JOIN schedule ON schedule.schedule_id = native_event.schedule_id
JOIN session ON session.room_id = schedule.room_id
WHERE session.session_id = :session_id AND native_event.occurs_at <= :now
ON CONFLICT (kind, subject_id) DO UPDATE
SET due_at = excluded.due_at, occurs_at = excluded.occurs_at;

-- name: look_after_events_of_guild(guild_id, now)!
INSERT INTO due (due_at, kind, subject_id, occurs_at)
SELECT :now, 'event', kept.schedule_id, :now FROM (
    SELECT schedule_id FROM native_event WHERE guild_id = :guild_id
    UNION
    SELECT schedule.schedule_id FROM schedule JOIN room ON room.room_id = schedule.room_id
    WHERE room.guild_id = :guild_id AND room.has_events = 1
) AS kept
WHERE kept.schedule_id > 0
ON CONFLICT (kind, subject_id) DO UPDATE
SET due_at = excluded.due_at, occurs_at = excluded.occurs_at;

-- name: await_event(schedule_id, at)!
UPDATE due SET due_at = :at, occurs_at = :at
WHERE kind = 'event' AND subject_id = :schedule_id AND due_at > occurs_at;

-- name: leave_event(schedule_id)!
DELETE FROM due WHERE kind = 'event' AND subject_id = :schedule_id AND due_at > occurs_at;
