-- What is due next. `under_way` names rows that this process is about, as `,checkin:17,phase:4,`.

-- name: next_due(under_way)
WITH known (kind) AS (
    VALUES ('open'), ('phase'), ('checkin'), ('leave'), ('event'), ('forget'), ('ask'), ('expire')
)
SELECT
    known.kind,
    (
        SELECT due.due_at FROM due
        WHERE due.kind = known.kind
            AND :under_way NOT LIKE '%,' || due.kind || ':' || due.subject_id || ',%'
        ORDER BY due.due_at LIMIT 1
    ) AS due_at
FROM known;

-- name: claim_due(kind, now, lease_until, most, under_way)
UPDATE due SET due_at = :lease_until, claims = claims + 1
WHERE kind = :kind AND subject_id IN (
    SELECT subject_id FROM due
    WHERE kind = :kind AND due_at <= :now
        AND :under_way NOT LIKE '%,' || kind || ':' || subject_id || ',%'
    ORDER BY due_at LIMIT :most
)
RETURNING
    kind, subject_id, occurs_at, claims,
    CASE
        WHEN kind = 'checkin' THEN (
            SELECT guild.removed_at FROM cadence JOIN guild ON guild.guild_id = cadence.guild_id
            WHERE cadence.cadence_id = due.subject_id
        )
        WHEN kind IN ('phase', 'leave') THEN (
            SELECT guild.removed_at FROM session JOIN guild ON guild.guild_id = session.guild_id
            WHERE session.session_id = due.subject_id
        )
        WHEN kind = 'ask' THEN (
            SELECT guild.removed_at FROM channel_checkin JOIN guild ON guild.guild_id = channel_checkin.guild_id
            WHERE channel_checkin.channel_checkin_id = due.subject_id
        )
        WHEN kind IN ('open', 'event') THEN COALESCE(
            (
                SELECT guild.removed_at FROM schedule
                JOIN room ON room.room_id = schedule.room_id
                JOIN guild ON guild.guild_id = room.guild_id
                WHERE schedule.schedule_id = due.subject_id
            ),
            (
                SELECT guild.removed_at FROM native_event
                JOIN guild ON guild.guild_id = native_event.guild_id
                WHERE native_event.schedule_id = due.subject_id AND due.kind = 'event'
            )
        )
    END AS removed_at;

-- name: renew_due(kind, subject_id, held_until, until)!
UPDATE due SET due_at = :until
WHERE kind = :kind AND subject_id = :subject_id AND due_at = :held_until;

-- name: park_due(kind, subject_id, until)!
UPDATE due SET due_at = :until, claims = 0 WHERE kind = :kind AND subject_id = :subject_id;

-- name: release_due_of_guild(guild_id)!
UPDATE due SET due_at = due.occurs_at
FROM (
    SELECT 'checkin' AS kind, cadence_id AS subject_id FROM cadence WHERE guild_id = :guild_id
    UNION SELECT 'phase', session_id FROM session WHERE guild_id = :guild_id
    UNION SELECT 'leave', session_id FROM session WHERE guild_id = :guild_id
    UNION SELECT 'ask', channel_checkin_id FROM channel_checkin WHERE guild_id = :guild_id
    UNION SELECT 'open', schedule.schedule_id FROM schedule JOIN room ON room.room_id = schedule.room_id
    WHERE room.guild_id = :guild_id
    UNION SELECT 'event', schedule.schedule_id FROM schedule JOIN room ON room.room_id = schedule.room_id
    WHERE room.guild_id = :guild_id
    UNION SELECT 'event', schedule_id FROM native_event WHERE guild_id = :guild_id
) AS theirs
WHERE due.kind = theirs.kind AND due.subject_id = theirs.subject_id AND due.due_at > due.occurs_at;

-- name: set_due(kind, subject_id, occurs_at)!
INSERT INTO due (due_at, kind, subject_id, occurs_at)
VALUES (:occurs_at, :kind, :subject_id, :occurs_at)
ON CONFLICT (kind, subject_id) DO UPDATE
SET due_at = excluded.due_at, occurs_at = excluded.occurs_at, claims = 0;

-- name: clear_due(kind, subject_id)!
DELETE FROM due WHERE kind = :kind AND subject_id = :subject_id;

-- name: release_due()!
UPDATE due SET due_at = occurs_at WHERE due_at > occurs_at AND claims > 0;

-- name: get_due(kind, subject_id)
SELECT occurs_at FROM due WHERE kind = :kind AND subject_id = :subject_id;
