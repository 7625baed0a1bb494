-- Rows about a member that do not name the member. The statements of all other tables about members are made in
-- bot/storage/table_statements.py. A null guild_id is every server; the cast tells PostgreSQL the parameter's type.

-- name: export_due(member_id, guild_id)
SELECT due.due_at, due.kind, due.subject_id, due.guild_id, due.occurs_at, due.claims FROM due
JOIN cadence ON due.kind IN ('checkin', 'open_dm') AND due.subject_id = cadence.cadence_id
WHERE
    cadence.member_id = :member_id
    AND (CAST(:guild_id AS BIGINT) IS NULL OR cadence.guild_id = :guild_id)
ORDER BY cadence.guild_id;

-- name: export_outbox(member_id, guild_id)
SELECT key, guild_id, channel_id, nonce, begun_at, attempts FROM outbox
WHERE
    (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
    AND key IN (SELECT 'checkin:' || cadence_id FROM cadence WHERE member_id = :member_id)
ORDER BY guild_id, key;

-- name: erase_outbox(member_id, guild_id)
DELETE FROM outbox
WHERE
    (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
    AND key IN (SELECT 'checkin:' || cadence_id FROM cadence WHERE member_id = :member_id)
RETURNING key;

-- name: erase_due(member_id, guild_id)
DELETE FROM due
WHERE kind IN ('checkin', 'open_dm') AND subject_id IN (
    SELECT cadence_id FROM cadence
    WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
)
RETURNING subject_id;

-- name: forget_due(guild_id)!
DELETE FROM due WHERE guild_id = :guild_id AND kind <> 'forget_server';
