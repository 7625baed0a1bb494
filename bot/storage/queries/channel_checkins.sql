-- name: add_channel_checkin(guild_id, channel_id, weekdays, local_minute, zone)
INSERT INTO channel_checkin (guild_id, channel_id, weekdays, local_minute, zone, sent, unanswered)
VALUES (:guild_id, :channel_id, :weekdays, :local_minute, :zone, 0, 0)
RETURNING *;

-- name: get_channel_checkin(channel_checkin_id)
SELECT * FROM channel_checkin WHERE channel_checkin_id = :channel_checkin_id;

-- name: channel_checkins_of_guild(guild_id)
SELECT * FROM channel_checkin WHERE guild_id = :guild_id ORDER BY channel_checkin_id;

-- name: all_channel_checkins()
SELECT * FROM channel_checkin ORDER BY channel_checkin_id;

-- name: save_channel_checkin(channel_checkin_id, sent, unanswered, message_id, expires_at)!
UPDATE channel_checkin
SET sent = :sent, unanswered = :unanswered, message_id = :message_id, expires_at = :expires_at
WHERE channel_checkin_id = :channel_checkin_id;

-- name: set_problem_of_channel_checkin(channel_checkin_id, problem)!
UPDATE channel_checkin SET problem = :problem WHERE channel_checkin_id = :channel_checkin_id;

-- name: remove_channel_checkin(channel_checkin_id)!
DELETE FROM channel_checkin WHERE channel_checkin_id = :channel_checkin_id;

-- name: add_channel_checkin_answer(channel_checkin_id, member_id, guild_id)!
INSERT INTO channel_checkin_answer (channel_checkin_id, member_id, guild_id) VALUES (:channel_checkin_id, :member_id, :guild_id)
ON CONFLICT (channel_checkin_id, member_id) DO NOTHING;

-- name: count_channel_checkin_answers(channel_checkin_id)
SELECT COUNT(*) AS count FROM channel_checkin_answer WHERE channel_checkin_id = :channel_checkin_id;

-- name: clear_channel_checkin_answers(channel_checkin_id)!
DELETE FROM channel_checkin_answer WHERE channel_checkin_id = :channel_checkin_id;

-- name: clear_channel_checkin_messages(guild_id)!
UPDATE channel_checkin SET message_id = NULL, expires_at = NULL WHERE guild_id = :guild_id;
