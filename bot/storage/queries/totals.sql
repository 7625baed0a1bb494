-- name: shared_in_week(guild_id, week, shares_version, keeps_version, before, most)
-- No member's id leaves this statement. Who said yes after the week began is not in it.
SELECT
    COUNT(*) AS members,
    COALESCE(SUM(CASE WHEN rhythm.sits > :most THEN :most ELSE rhythm.sits END), 0) AS sits,
    COALESCE(SUM(CASE WHEN rhythm.checkins > :most THEN :most ELSE rhythm.checkins END), 0) AS checkins
FROM consent AS shares
JOIN consent AS keeps ON keeps.member_id = shares.member_id AND keeps.guild_id = shares.guild_id
JOIN rhythm ON rhythm.member_id = shares.member_id AND rhythm.guild_id = shares.guild_id
WHERE
    shares.guild_id = :guild_id AND shares.purpose = 'share_counts'
    AND shares.version = :shares_version AND shares.granted_at < :before
    AND keeps.purpose = 'weekly_counts' AND keeps.version = :keeps_version
    AND rhythm.week = :week AND rhythm.sits + rhythm.checkins > 0;

-- name: totals_since(guild_id, week)
SELECT week, sits, checkins FROM total WHERE guild_id = :guild_id AND week >= :week ORDER BY week;

-- name: add_total(guild_id, week, sits, checkins)!
INSERT INTO total (guild_id, week, sits, checkins) VALUES (:guild_id, :week, :sits, :checkins);

-- name: forget_totals_before(guild_id, week)!
DELETE FROM total WHERE guild_id = :guild_id AND week < :week;
