-- name: sum_shared_counts(guild_id, week, shares_version, keeps_version, before, most)
-- Returns no member's id. Leaves out members who agreed to share after the week began.
SELECT
    COUNT(*) AS members,
    COALESCE(SUM(CASE WHEN weekly_count.sits > :most THEN :most ELSE weekly_count.sits END), 0) AS sits,
    COALESCE(SUM(CASE WHEN weekly_count.checkins > :most THEN :most ELSE weekly_count.checkins END), 0) AS checkins
FROM consent AS shares
JOIN consent AS keeps ON keeps.member_id = shares.member_id AND keeps.guild_id = shares.guild_id
JOIN weekly_count ON weekly_count.member_id = shares.member_id AND weekly_count.guild_id = shares.guild_id
WHERE
    shares.guild_id = :guild_id AND shares.purpose = 'share_counts'
    AND shares.version = :shares_version AND shares.granted_at < :before
    AND keeps.purpose = 'weekly_counts' AND keeps.version = :keeps_version
    AND weekly_count.week = :week AND weekly_count.sits + weekly_count.checkins > 0;

-- name: weekly_totals_since(guild_id, week)
SELECT week, sits, checkins FROM weekly_total WHERE guild_id = :guild_id AND week >= :week ORDER BY week;

-- name: add_weekly_total(guild_id, week, sits, checkins)!
INSERT INTO weekly_total (guild_id, week, sits, checkins) VALUES (:guild_id, :week, :sits, :checkins);

-- name: delete_weekly_totals_before(guild_id, week)!
DELETE FROM weekly_total WHERE guild_id = :guild_id AND week < :week;
