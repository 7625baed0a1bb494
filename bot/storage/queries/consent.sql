-- name: grant_consent(member_id, guild_id, purpose, version, granted_at, active_month)!
INSERT INTO consent (member_id, guild_id, purpose, version, granted_at, active_month)
VALUES (:member_id, :guild_id, :purpose, :version, :granted_at, :active_month)
ON CONFLICT (member_id, guild_id, purpose) DO UPDATE
SET version = excluded.version, granted_at = excluded.granted_at, active_month = excluded.active_month;

-- name: remove_consent(member_id, guild_id, purpose)
DELETE FROM consent
WHERE member_id = :member_id AND guild_id = :guild_id AND purpose = :purpose
RETURNING guild_id, purpose, version, granted_at, active_month;

-- name: consents_of_member(member_id, guild_id)
SELECT guild_id, purpose, version, granted_at, active_month FROM consent
WHERE member_id = :member_id AND guild_id = :guild_id ORDER BY purpose;

-- name: consents_everywhere(member_id)
SELECT guild_id, purpose, version, granted_at, active_month FROM consent
WHERE member_id = :member_id ORDER BY guild_id, purpose;

-- name: set_active_month(member_id, guild_id, purpose, active_month)!
UPDATE consent SET active_month = :active_month
WHERE member_id = :member_id AND guild_id = :guild_id AND purpose = :purpose;

-- name: inactive_consents(beyond, until, first_month, most)
SELECT member_id, guild_id, purpose FROM consent
WHERE member_id > :beyond AND member_id <= :until AND active_month < :first_month
ORDER BY member_id, guild_id, purpose LIMIT :most;

-- name: outdated_consents(beyond, until, purpose, version, most)
SELECT member_id, guild_id, purpose FROM consent
WHERE member_id > :beyond AND member_id <= :until AND purpose = :purpose AND version <> :version
ORDER BY member_id, guild_id LIMIT :most;

-- name: name_counted_seats(member_id, guild_id)
UPDATE seat SET visibility = 'named'
WHERE member_id = :member_id AND guild_id = :guild_id AND visibility = 'counted' RETURNING session_id;

-- name: unname_seats(member_id, guild_id)
UPDATE seat SET visibility = 'counted'
WHERE member_id = :member_id AND guild_id = :guild_id AND visibility = 'named' RETURNING session_id;

-- name: find_expired_weeks(beyond, until, week)
-- Old weeks, and weeks that no consent covers, which only a mistake of ours could leave.
SELECT week FROM weekly_count
WHERE member_id > :beyond AND member_id <= :until AND (
    week < :week OR NOT EXISTS (
        SELECT 1 FROM consent
        WHERE consent.member_id = weekly_count.member_id AND consent.guild_id = weekly_count.guild_id
            AND consent.purpose = 'weekly_counts'
    )
) LIMIT 1;

-- name: delete_expired_weeks(beyond, until, week)
DELETE FROM weekly_count
WHERE member_id > :beyond AND member_id <= :until AND (
    week < :week OR NOT EXISTS (
        SELECT 1 FROM consent
        WHERE consent.member_id = weekly_count.member_id AND consent.guild_id = weekly_count.guild_id
            AND consent.purpose = 'weekly_counts'
    )
) RETURNING week;
