-- Room notices. An UPDATE of a room's notices writes one row for each member who chose the room.

-- name: add_notice_settings(member_id, guild_id, dm_channel_id, zone, quiet_start_minute, quiet_end_minute, locale)
INSERT INTO notice_settings (
    member_id, guild_id, dm_channel_id, zone, quiet_start_minute, quiet_end_minute, sound, unanswered, left_out,
    dms_closed, locale
)
VALUES (
    :member_id, :guild_id, :dm_channel_id, :zone, :quiet_start_minute, :quiet_end_minute, 0, 0, 0, 0, :locale
)
ON CONFLICT (member_id, guild_id) DO UPDATE
SET dm_channel_id = CASE
        WHEN excluded.dm_channel_id = 0 THEN notice_settings.dm_channel_id ELSE excluded.dm_channel_id
    END,
    unanswered = 0, left_out = 0, dms_closed = 0, locale = excluded.locale
RETURNING *;

-- name: get_notice_settings(notice_settings_id)
SELECT * FROM notice_settings WHERE notice_settings_id = :notice_settings_id;

-- name: notice_settings_of_member(member_id, guild_id)
SELECT * FROM notice_settings WHERE member_id = :member_id AND guild_id = :guild_id;

-- name: notice_settings_everywhere(member_id)
SELECT * FROM notice_settings WHERE member_id = :member_id ORDER BY guild_id;

-- name: save_notice_settings(notice_settings_id, zone, quiet_start_minute, quiet_end_minute, sound, paused_until, unanswered, left_out, dms_closed, locale)!
UPDATE notice_settings
SET zone = :zone, quiet_start_minute = :quiet_start_minute, quiet_end_minute = :quiet_end_minute, sound = :sound,
    paused_until = :paused_until, unanswered = :unanswered, left_out = :left_out, dms_closed = :dms_closed,
    locale = :locale
WHERE notice_settings_id = :notice_settings_id;

-- name: set_notice_dm_channel(member_id, dm_channel_id)!
UPDATE notice_settings SET dm_channel_id = :dm_channel_id WHERE member_id = :member_id AND dm_channel_id = 0;

-- name: note_seat_taken(member_id, guild_id)!
UPDATE notice_settings SET unanswered = 0, left_out = 0
WHERE member_id = :member_id AND guild_id = :guild_id AND (unanswered > 0 OR left_out = 1);

-- name: quiet_hours_of_checkins(member_id, guild_id)
SELECT zone, quiet_start_minute, quiet_end_minute FROM cadence
WHERE member_id = :member_id AND guild_id = :guild_id;

-- name: add_room_notice(member_id, guild_id, room_id)!
INSERT INTO room_notice (member_id, guild_id, room_id) VALUES (:member_id, :guild_id, :room_id)
ON CONFLICT (member_id, guild_id, room_id) DO NOTHING;

-- name: get_room_notice(room_notice_id)
SELECT * FROM room_notice WHERE room_notice_id = :room_notice_id;

-- name: room_notices_of_member(member_id, guild_id)
SELECT * FROM room_notice WHERE member_id = :member_id AND guild_id = :guild_id ORDER BY room_id;

-- name: save_room_notice(room_notice_id, session_id, message_id, next_session_id)!
UPDATE room_notice
SET session_id = :session_id, message_id = :message_id, next_session_id = :next_session_id
WHERE room_notice_id = :room_notice_id;

-- name: remove_room_notice(room_notice_id)!
DELETE FROM room_notice WHERE room_notice_id = :room_notice_id;

-- name: set_next_session(guild_id, room_id, next_session_id)!
UPDATE room_notice SET next_session_id = :next_session_id WHERE guild_id = :guild_id AND room_id = :room_id;

-- name: notices_in_view(member_id, guild_id)
-- A null guild_id is every server. The cast tells PostgreSQL the parameter's type.
SELECT notice_settings.dm_channel_id AS channel_id, room_notice.message_id FROM room_notice
JOIN notice_settings
    ON notice_settings.member_id = room_notice.member_id AND notice_settings.guild_id = room_notice.guild_id
WHERE
    room_notice.member_id = :member_id AND room_notice.message_id IS NOT NULL
    AND (CAST(:guild_id AS BIGINT) IS NULL OR room_notice.guild_id = :guild_id)
ORDER BY room_notice.room_notice_id;
