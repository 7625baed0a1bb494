-- name: add_open_checkin(guild_id, channel_id, weekdays, local_minute, zone)
INSERT INTO open_checkin (guild_id, channel_id, weekdays, local_minute, zone, sent, unanswered)
VALUES (:guild_id, :channel_id, :weekdays, :local_minute, :zone, 0, 0)
RETURNING *;

-- name: get_open_checkin(open_checkin_id)
SELECT * FROM open_checkin WHERE open_checkin_id = :open_checkin_id;

-- name: open_checkins_of_guild(guild_id)
SELECT * FROM open_checkin WHERE guild_id = :guild_id ORDER BY open_checkin_id;

-- name: all_open_checkins()
SELECT * FROM open_checkin ORDER BY open_checkin_id;

-- name: save_open_checkin(open_checkin_id, sent, unanswered, message_id, goes_at)!
UPDATE open_checkin
SET sent = :sent, unanswered = :unanswered, message_id = :message_id, goes_at = :goes_at
WHERE open_checkin_id = :open_checkin_id;

-- name: remove_open_checkin(open_checkin_id)!
DELETE FROM open_checkin WHERE open_checkin_id = :open_checkin_id;

-- name: note_stop(open_checkin_id, member_id, guild_id)!
INSERT INTO stop (open_checkin_id, member_id, guild_id) VALUES (:open_checkin_id, :member_id, :guild_id)
ON CONFLICT (open_checkin_id, member_id) DO NOTHING;

-- name: count_stops(open_checkin_id)
SELECT COUNT(*) AS count FROM stop WHERE open_checkin_id = :open_checkin_id;

-- name: forget_stops(open_checkin_id)!
DELETE FROM stop WHERE open_checkin_id = :open_checkin_id;

-- name: let_open_checkins_go(guild_id)!
UPDATE open_checkin SET message_id = NULL, goes_at = NULL WHERE guild_id = :guild_id;

-- name: forget_open_checkins(guild_id)!
DELETE FROM open_checkin WHERE guild_id = :guild_id;
