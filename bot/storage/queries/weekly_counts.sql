-- name: count_sit(member_id, guild_id, week)!
INSERT INTO weekly_count (member_id, guild_id, week, sits, checkins)
VALUES (:member_id, :guild_id, :week, 1, 0)
ON CONFLICT (member_id, guild_id, week) DO UPDATE SET sits = weekly_count.sits + 1;

-- name: count_checkin(member_id, guild_id, week)!
INSERT INTO weekly_count (member_id, guild_id, week, sits, checkins)
VALUES (:member_id, :guild_id, :week, 0, 1)
ON CONFLICT (member_id, guild_id, week) DO UPDATE SET checkins = weekly_count.checkins + 1;

-- name: weeks_of_member(member_id, guild_id)
SELECT week, sits, checkins FROM weekly_count
WHERE member_id = :member_id AND guild_id = :guild_id ORDER BY week;
