-- What is due next in the servers of one range of shards. `under_way` names rows that this process is acting on, as
-- `,checkin:17,card:4,`.

-- name: next_due(shard_range, under_way)
-- A moment outside of 1970 to 9999 cannot be read: its row is left where it is.
WITH known (kind) AS (
    VALUES ('open_session'), ('close_session'), ('card'), ('old_card'), ('checkin'), ('open_dm'), ('leave_time'),
    ('native_event'), ('forget_server'), ('resume_server'), ('channel_checkin'), ('channel_checkin_end'), ('room_notice'),
    ('open_notice_dm'), ('outages'), ('retention')
)
SELECT
    known.kind,
    (
        SELECT due.due_at FROM due
        WHERE due.kind = known.kind AND due.shard_range = :shard_range
            AND due.due_at BETWEEN 0 AND 253370764800 AND due.occurs_at BETWEEN 0 AND 253370764800
            AND :under_way NOT LIKE '%,' || due.kind || ':' || due.subject_id || ',%'
        ORDER BY due.due_at LIMIT 1
    ) AS due_at
FROM known;

-- name: claim_due(kind, shard_range, now, lease_until, most, under_way)
-- removed_at: when the bot was removed from the row's server (the worker then parks the row). It is null for
-- 'forget_server', the one kind that is for removed servers. paused_at: since when moderators pause that server.
UPDATE due SET due_at = :lease_until, claims = claims + 1
WHERE kind = :kind AND shard_range = :shard_range AND subject_id IN (
    SELECT subject_id FROM due
    WHERE kind = :kind AND shard_range = :shard_range AND due_at BETWEEN 0 AND :now AND occurs_at BETWEEN 0 AND 253370764800
        AND :under_way NOT LIKE '%,' || kind || ':' || subject_id || ',%'
    ORDER BY due_at LIMIT :most
)
RETURNING
    kind, subject_id, guild_id, occurs_at, claims,
    (
        SELECT guild.removed_at FROM guild
        WHERE guild.guild_id = due.guild_id AND due.kind <> 'forget_server'
            AND guild.removed_at BETWEEN 0 AND 253370764800
    ) AS removed_at,
    (
        SELECT guild.paused_at FROM guild
        WHERE guild.guild_id = due.guild_id AND guild.paused_at BETWEEN 0 AND 253370764800
    ) AS paused_at;

-- name: renew_due(kind, subject_id, held_until, until)!
UPDATE due SET due_at = :until
WHERE kind = :kind AND subject_id = :subject_id AND due_at = :held_until;

-- name: park_due(kind, subject_id, until)!
-- A row that another unit of work changed since the claim is due at its own time, and is left alone.
UPDATE due SET due_at = :until, claims = 0 WHERE kind = :kind AND subject_id = :subject_id AND due_at > occurs_at;

-- name: hold_due(kind, subject_id, until)!
-- Park a row of a server that removed the bot or is paused, unless it has come back or was resumed since the claim.
UPDATE due SET due_at = :until, claims = 0
WHERE kind = :kind AND subject_id = :subject_id
    AND EXISTS (
        SELECT 1 FROM guild
        WHERE guild.guild_id = due.guild_id AND (guild.removed_at IS NOT NULL OR guild.paused_at IS NOT NULL)
    );

-- name: release_due(shard_range)!
UPDATE due SET due_at = occurs_at WHERE shard_range = :shard_range AND due_at > occurs_at AND claims > 0;

-- name: resume_due_of_guild(guild_id)
UPDATE due SET due_at = occurs_at WHERE guild_id = :guild_id AND due_at > occurs_at RETURNING shard_range;

-- name: set_due(kind, subject_id, guild_id, occurs_at)
INSERT INTO due (shard_range, due_at, kind, subject_id, guild_id, occurs_at)
VALUES (
    COALESCE((SELECT (CAST(:guild_id AS BIGINT) >> 22) % shard_count / shards_per_range FROM shard_layout), 0),
    :occurs_at, :kind, :subject_id, :guild_id, :occurs_at
)
ON CONFLICT (kind, subject_id) DO UPDATE
SET due_at = excluded.due_at, occurs_at = excluded.occurs_at, claims = 0
RETURNING shard_range;

-- name: set_due_of_room_notices(guild_id, room_id, occurs_at)
INSERT INTO due (shard_range, due_at, kind, subject_id, guild_id, occurs_at)
SELECT
    COALESCE((SELECT (room_notice.guild_id >> 22) % shard_count / shards_per_range FROM shard_layout), 0),
    :occurs_at, 'room_notice', room_notice.room_notice_id, room_notice.guild_id, :occurs_at
FROM room_notice
WHERE room_notice.guild_id = :guild_id AND room_notice.room_id = :room_id
ON CONFLICT (kind, subject_id) DO UPDATE
SET due_at = excluded.due_at, occurs_at = excluded.occurs_at, claims = 0
RETURNING shard_range;

-- name: set_due_of_session_notices(session_id, occurs_at)
INSERT INTO due (shard_range, due_at, kind, subject_id, guild_id, occurs_at)
SELECT
    COALESCE((SELECT (room_notice.guild_id >> 22) % shard_count / shards_per_range FROM shard_layout), 0),
    :occurs_at, 'room_notice', room_notice.room_notice_id, room_notice.guild_id, :occurs_at
FROM room_notice
WHERE room_notice.session_id = :session_id
ON CONFLICT (kind, subject_id) DO UPDATE
SET due_at = excluded.due_at, occurs_at = excluded.occurs_at, claims = 0
RETURNING shard_range;

-- name: reschedule_claimed_due(kind, subject_id, occurs_at)
UPDATE due SET due_at = :occurs_at, occurs_at = :occurs_at, claims = 0
WHERE kind = :kind AND subject_id = :subject_id AND due_at > occurs_at
RETURNING shard_range;

-- name: cancel_due(kind, subject_id)!
DELETE FROM due WHERE kind = :kind AND subject_id = :subject_id;

-- name: cancel_claimed_due(kind, subject_id)!
DELETE FROM due WHERE kind = :kind AND subject_id = :subject_id AND due_at > occurs_at;

-- name: cancel_due_of_guild(kind, guild_id)!
DELETE FROM due WHERE kind = :kind AND guild_id = :guild_id;

-- name: find_due(kind, subject_id)
SELECT occurs_at FROM due WHERE kind = :kind AND subject_id = :subject_id;
