-- name: add_schedule(room_id, weekdays, local_minute, zone, minutes, rounds, every_weeks, from_date, until_date, week_start)
INSERT INTO schedule (room_id, weekdays, local_minute, zone, minutes, rounds, every_weeks, from_date, until_date, week_start)
VALUES (:room_id, :weekdays, :local_minute, :zone, :minutes, :rounds, :every_weeks, :from_date, :until_date, :week_start)
RETURNING *;

-- name: edit_schedule(schedule_id, weekdays, local_minute, zone, minutes, rounds, every_weeks, from_date, until_date, week_start)
UPDATE schedule
SET weekdays = :weekdays, local_minute = :local_minute, zone = :zone, minutes = :minutes, rounds = :rounds,
    every_weeks = :every_weeks, from_date = :from_date, until_date = :until_date, week_start = :week_start
WHERE schedule_id = :schedule_id
RETURNING *;

-- name: remove_schedule(schedule_id)
DELETE FROM schedule WHERE schedule_id = :schedule_id RETURNING schedule_id;

-- name: get_schedule(schedule_id)
SELECT * FROM schedule WHERE schedule_id = :schedule_id;

-- name: schedules_of_room(room_id)
SELECT * FROM schedule WHERE room_id = :room_id ORDER BY schedule_id;

-- name: all_schedules()
SELECT * FROM schedule ORDER BY schedule_id;

-- name: set_change(schedule_id, local_date, moved_date, moved_minute)!
INSERT INTO schedule_change (schedule_id, local_date, moved_date, moved_minute)
VALUES (:schedule_id, :local_date, :moved_date, :moved_minute)
ON CONFLICT (schedule_id, local_date) DO UPDATE
SET moved_date = excluded.moved_date, moved_minute = excluded.moved_minute;

-- name: clear_change(schedule_id, local_date)
DELETE FROM schedule_change WHERE schedule_id = :schedule_id AND local_date = :local_date
RETURNING local_date;

-- name: changes_of_schedule(schedule_id)
SELECT * FROM schedule_change WHERE schedule_id = :schedule_id ORDER BY local_date;
