-- A null guild_id means every server. PostgreSQL needs the cast to know the parameter's type.

-- name: export_seat(member_id, guild_id)
SELECT guild_id, session_id, visibility, opened_session, leaves_at FROM seat
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
ORDER BY session_id;

-- name: export_arrival(member_id, guild_id)
SELECT guild_id, session_id FROM arrival
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
ORDER BY session_id;

-- name: export_channel_checkin_answer(member_id, guild_id)
SELECT guild_id, channel_checkin_id FROM channel_checkin_answer
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
ORDER BY channel_checkin_id;

-- name: export_consent(member_id, guild_id)
SELECT guild_id, purpose, version, granted_at, active_month FROM consent
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
ORDER BY guild_id, purpose;

-- name: export_cadence(member_id, guild_id)
SELECT
    cadence_id, guild_id, dm_channel_id, thread_id, weekdays, start_minute, end_minute, zone, per_week,
    quiet_start_minute, quiet_end_minute, begins_on, sound, unanswered, sent, last_sent_on, sent_in_week,
    texts_sent, prompt_message_id, tapped, paused_until, dms_closed
FROM cadence
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
ORDER BY guild_id;

-- name: export_weekly_count(member_id, guild_id)
SELECT guild_id, week, sits, checkins FROM weekly_count
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
ORDER BY guild_id, week;

-- name: export_due(member_id, guild_id)
SELECT due.due_at, due.kind, due.subject_id, due.guild_id, due.occurs_at, due.claims FROM due
JOIN cadence ON due.kind = 'checkin' AND due.subject_id = cadence.cadence_id
WHERE
    cadence.member_id = :member_id
    AND (CAST(:guild_id AS BIGINT) IS NULL OR cadence.guild_id = :guild_id)
ORDER BY cadence.guild_id;

-- name: erase_seat(member_id, guild_id)
DELETE FROM seat
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
RETURNING session_id;

-- name: erase_arrival(member_id, guild_id)
DELETE FROM arrival
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
RETURNING session_id;

-- name: erase_channel_checkin_answer(member_id, guild_id)
DELETE FROM channel_checkin_answer
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
RETURNING channel_checkin_id;

-- name: erase_consent(member_id, guild_id)
DELETE FROM consent
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
RETURNING purpose;

-- name: erase_cadence(member_id, guild_id)
DELETE FROM cadence
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
RETURNING cadence_id;

-- name: erase_weekly_count(member_id, guild_id)
DELETE FROM weekly_count
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
RETURNING week;

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
WHERE kind = 'checkin' AND subject_id IN (
    SELECT cadence_id FROM cadence
    WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
)
RETURNING subject_id;

-- name: members_after(member_id, guild_id, most)
-- Members about whom something is saved, with the server, in pages: each SELECT of the union gives one page.
SELECT member_id, guild_id FROM (
    SELECT DISTINCT member_id, guild_id FROM consent WHERE (member_id, guild_id) > (:member_id, :guild_id)
    ORDER BY member_id, guild_id LIMIT :most
) AS consents
UNION
SELECT member_id, guild_id FROM (
    SELECT DISTINCT member_id, guild_id FROM seat WHERE (member_id, guild_id) > (:member_id, :guild_id)
    ORDER BY member_id, guild_id LIMIT :most
) AS seats
UNION
SELECT member_id, guild_id FROM (
    SELECT DISTINCT member_id, guild_id FROM arrival WHERE (member_id, guild_id) > (:member_id, :guild_id)
    ORDER BY member_id, guild_id LIMIT :most
) AS arrivals
UNION
SELECT member_id, guild_id FROM (
    SELECT DISTINCT member_id, guild_id FROM channel_checkin_answer WHERE (member_id, guild_id) > (:member_id, :guild_id)
    ORDER BY member_id, guild_id LIMIT :most
) AS stops
UNION
SELECT member_id, guild_id FROM (
    SELECT DISTINCT member_id, guild_id FROM cadence WHERE (member_id, guild_id) > (:member_id, :guild_id)
    ORDER BY member_id, guild_id LIMIT :most
) AS cadences
UNION
SELECT member_id, guild_id FROM (
    SELECT DISTINCT member_id, guild_id FROM weekly_count WHERE (member_id, guild_id) > (:member_id, :guild_id)
    ORDER BY member_id, guild_id LIMIT :most
) AS weeks
ORDER BY member_id, guild_id LIMIT :most;
