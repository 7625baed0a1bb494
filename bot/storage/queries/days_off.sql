-- name: add_day_off(guild_id, first_date, last_date, zone)
INSERT INTO day_off (guild_id, first_date, last_date, zone) VALUES (:guild_id, :first_date, :last_date, :zone)
RETURNING *;

-- name: remove_day_off(guild_id, day_off_id)
DELETE FROM day_off WHERE guild_id = :guild_id AND day_off_id = :day_off_id RETURNING *;

-- name: days_off_of_guild(guild_id)
SELECT * FROM day_off WHERE guild_id = :guild_id ORDER BY first_date, day_off_id;

-- name: days_off_of_schedule(schedule_id)
SELECT day_off.* FROM day_off
JOIN room ON room.guild_id = day_off.guild_id
JOIN schedule ON schedule.room_id = room.room_id
WHERE schedule.schedule_id = :schedule_id ORDER BY day_off.first_date, day_off.day_off_id;
