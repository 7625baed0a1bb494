-- name: grant_consent(member_id, guild_id, purpose, version, granted_at)!
INSERT INTO consent (member_id, guild_id, purpose, version, granted_at)
VALUES (:member_id, :guild_id, :purpose, :version, :granted_at)
ON CONFLICT (member_id, guild_id, purpose) DO UPDATE
SET version = excluded.version, granted_at = excluded.granted_at;

-- name: withdraw_consent(member_id, guild_id, purpose)
DELETE FROM consent
WHERE member_id = :member_id AND guild_id = :guild_id AND purpose = :purpose RETURNING purpose;

-- name: consents_of_member(member_id, guild_id)
SELECT guild_id, purpose, version, granted_at FROM consent
WHERE member_id = :member_id AND guild_id = :guild_id ORDER BY purpose;

-- name: list_counted_seats(member_id, guild_id)
UPDATE seat SET presence = 'listed'
WHERE member_id = :member_id AND guild_id = :guild_id AND presence = 'counted' RETURNING session_id;

-- name: count_listed_seats(member_id, guild_id)
UPDATE seat SET presence = 'counted'
WHERE member_id = :member_id AND guild_id = :guild_id AND presence = 'listed' RETURNING session_id;
