-- Rows about a member that do not name the member. The statements of all other tables about members are made in
-- bot/storage/table_statements.py. A null guild_id is every server; the cast tells PostgreSQL the parameter's type.

-- name: export_due(member_id, guild_id)
SELECT due.due_at, due.kind, due.subject_id, due.guild_id, due.occurs_at, due.claims FROM due
WHERE
    (CAST(:guild_id AS BIGINT) IS NULL OR due.guild_id = :guild_id) AND (
        due.kind IN ('checkin', 'open_dm')
        AND due.subject_id IN (SELECT cadence_id FROM cadence WHERE member_id = :member_id)
        OR due.kind = 'room_notice'
        AND due.subject_id IN (SELECT room_notice_id FROM room_notice WHERE member_id = :member_id)
        OR due.kind = 'open_notice_dm'
        AND due.subject_id IN (SELECT notice_settings_id FROM notice_settings WHERE member_id = :member_id)
    )
ORDER BY due.guild_id, due.kind;

-- name: export_outbox(member_id, guild_id)
SELECT key, guild_id, channel_id, nonce, begun_at, attempts FROM outbox
WHERE
    (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
    AND (
        key IN (SELECT 'checkin:' || cadence_id FROM cadence WHERE member_id = :member_id)
        OR key IN (SELECT 'notice:' || room_notice_id FROM room_notice WHERE member_id = :member_id)
    )
ORDER BY guild_id, key;

-- name: erase_outbox_of_checkins(member_id, guild_id)
DELETE FROM outbox
WHERE
    (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
    AND key IN (SELECT 'checkin:' || cadence_id FROM cadence WHERE member_id = :member_id)
RETURNING key;

-- name: erase_outbox_of_room_notices(member_id, guild_id)
DELETE FROM outbox
WHERE
    (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
    AND key IN (SELECT 'notice:' || room_notice_id FROM room_notice WHERE member_id = :member_id)
RETURNING key;

-- name: erase_due_of_checkins(member_id, guild_id)
DELETE FROM due
WHERE
    (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
    AND kind IN ('checkin', 'open_dm')
    AND subject_id IN (SELECT cadence_id FROM cadence WHERE member_id = :member_id)
RETURNING subject_id;

-- name: erase_due_of_room_notices(member_id, guild_id)
DELETE FROM due
WHERE
    (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id) AND (
        kind = 'room_notice'
        AND subject_id IN (SELECT room_notice_id FROM room_notice WHERE member_id = :member_id)
        OR kind = 'open_notice_dm'
        AND subject_id IN (SELECT notice_settings_id FROM notice_settings WHERE member_id = :member_id)
    )
RETURNING subject_id;

-- name: forget_due(guild_id)!
DELETE FROM due WHERE guild_id = :guild_id AND kind <> 'forget_server';
