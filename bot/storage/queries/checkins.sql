-- name: add_cadence(member_id, guild_id, dm_channel_id, thread_id, weekdays, start_minute, end_minute, zone, per_week, quiet_start_minute, quiet_end_minute, begins_on, sound, locale)
INSERT INTO cadence (
    member_id, guild_id, dm_channel_id, thread_id, weekdays, start_minute, end_minute, zone, per_week,
    quiet_start_minute, quiet_end_minute, begins_on, sound, locale, unanswered, sent, dms_closed
)
VALUES (
    :member_id, :guild_id, :dm_channel_id, :thread_id, :weekdays, :start_minute, :end_minute, :zone, :per_week,
    :quiet_start_minute, :quiet_end_minute, :begins_on, :sound, :locale, 0, 0, 0
)
ON CONFLICT (member_id, guild_id) DO UPDATE
SET dm_channel_id = CASE WHEN excluded.dm_channel_id = 0 THEN cadence.dm_channel_id ELSE excluded.dm_channel_id END,
    thread_id = excluded.thread_id, weekdays = excluded.weekdays,
    start_minute = excluded.start_minute, end_minute = excluded.end_minute, zone = excluded.zone,
    per_week = excluded.per_week, quiet_start_minute = excluded.quiet_start_minute,
    quiet_end_minute = excluded.quiet_end_minute, begins_on = excluded.begins_on,
    sound = excluded.sound, locale = excluded.locale, unanswered = 0, dms_closed = 0
RETURNING *;

-- name: use_direct_messages(cadence_id, dm_channel_id)!
UPDATE cadence SET dm_channel_id = :dm_channel_id, thread_id = NULL, dms_closed = 0
WHERE cadence_id = :cadence_id;

-- name: dm_channel_of_member(member_id)
SELECT dm_channel_id FROM cadence WHERE member_id = :member_id AND dm_channel_id <> 0
UNION
SELECT dm_channel_id FROM notice_settings WHERE member_id = :member_id AND dm_channel_id <> 0
ORDER BY dm_channel_id LIMIT 1;

-- name: set_dm_channel(member_id, dm_channel_id)!
UPDATE cadence SET dm_channel_id = :dm_channel_id WHERE member_id = :member_id AND dm_channel_id = 0;

-- name: get_cadence(cadence_id)
SELECT * FROM cadence WHERE cadence_id = :cadence_id;

-- name: cadence_of_member(member_id, guild_id)
SELECT * FROM cadence WHERE member_id = :member_id AND guild_id = :guild_id;

-- name: threads_of_guild(guild_id)
SELECT thread_id FROM cadence WHERE guild_id = :guild_id AND thread_id IS NOT NULL;

-- name: cadences_due_later(now, beyond, most)
SELECT cadence.* FROM due
JOIN cadence ON cadence.cadence_id = due.subject_id
WHERE due.kind = 'checkin' AND due.subject_id > :beyond AND due.occurs_at > :now
ORDER BY due.subject_id LIMIT :most;

-- name: cadences_of_member(member_id)
SELECT * FROM cadence WHERE member_id = :member_id ORDER BY guild_id;

-- name: save_cadence(cadence_id, per_week, begins_on, unanswered, sent, last_sent_on, sent_in_week, texts_sent, prompt_message_id, tapped, paused_until, dms_closed, locale)
UPDATE cadence
SET per_week = :per_week, begins_on = :begins_on, unanswered = :unanswered, sent = :sent,
    last_sent_on = :last_sent_on, sent_in_week = :sent_in_week, texts_sent = :texts_sent,
    prompt_message_id = :prompt_message_id, tapped = :tapped, paused_until = :paused_until, dms_closed = :dms_closed,
    locale = :locale
WHERE cadence_id = :cadence_id RETURNING cadence_id;
