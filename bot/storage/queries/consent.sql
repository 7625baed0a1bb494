-- name: grant_consent(member_id, guild_id, purpose, version, granted_at, tapped_month)!
INSERT INTO consent (member_id, guild_id, purpose, version, granted_at, tapped_month)
VALUES (:member_id, :guild_id, :purpose, :version, :granted_at, :tapped_month)
ON CONFLICT (member_id, guild_id, purpose) DO UPDATE
SET version = excluded.version, granted_at = excluded.granted_at, tapped_month = excluded.tapped_month;

-- name: withdraw_consent(member_id, guild_id, purpose)
DELETE FROM consent
WHERE member_id = :member_id AND guild_id = :guild_id AND purpose = :purpose
RETURNING guild_id, purpose, version, granted_at, tapped_month;

-- name: consents_of_member(member_id, guild_id)
SELECT guild_id, purpose, version, granted_at, tapped_month FROM consent
WHERE member_id = :member_id AND guild_id = :guild_id ORDER BY purpose;

-- name: consents_everywhere(member_id)
SELECT guild_id, purpose, version, granted_at, tapped_month FROM consent
WHERE member_id = :member_id ORDER BY guild_id, purpose;

-- name: note_tap(member_id, guild_id, purpose, tapped_month)!
UPDATE consent SET tapped_month = :tapped_month
WHERE member_id = :member_id AND guild_id = :guild_id AND purpose = :purpose;

-- name: consents_without_tap(beyond, until, first_month, most)
SELECT member_id, guild_id, purpose FROM consent
WHERE member_id > :beyond AND member_id <= :until AND tapped_month < :first_month
ORDER BY member_id, guild_id, purpose LIMIT :most;

-- name: consents_to_other_text(beyond, until, purpose, version, most)
SELECT member_id, guild_id, purpose FROM consent
WHERE member_id > :beyond AND member_id <= :until AND purpose = :purpose AND version <> :version
ORDER BY member_id, guild_id LIMIT :most;

-- name: list_counted_seats(member_id, guild_id)
UPDATE seat SET presence = 'listed'
WHERE member_id = :member_id AND guild_id = :guild_id AND presence = 'counted' RETURNING session_id;

-- name: count_listed_seats(member_id, guild_id)
UPDATE seat SET presence = 'counted'
WHERE member_id = :member_id AND guild_id = :guild_id AND presence = 'listed' RETURNING session_id;

-- name: weeks_to_drop(beyond, until, week)
-- Old ones. One that no consent covers would be a mistake of ours: it goes too.
SELECT week FROM rhythm
WHERE member_id > :beyond AND member_id <= :until AND (
    week < :week OR NOT EXISTS (
        SELECT 1 FROM consent
        WHERE consent.member_id = rhythm.member_id AND consent.guild_id = rhythm.guild_id
            AND consent.purpose = 'weekly_counts'
    )
) LIMIT 1;

-- name: drop_weeks(beyond, until, week)
DELETE FROM rhythm
WHERE member_id > :beyond AND member_id <= :until AND (
    week < :week OR NOT EXISTS (
        SELECT 1 FROM consent
        WHERE consent.member_id = rhythm.member_id AND consent.guild_id = rhythm.guild_id
            AND consent.purpose = 'weekly_counts'
    )
) RETURNING week;
