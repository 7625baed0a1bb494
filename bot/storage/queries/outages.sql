-- What moderators' channels were told about rooms and channel check-ins.

-- name: outages_of_guild(guild_id)
SELECT guild_id, subject, is_told, changed_at, told_at, message_number FROM outage
WHERE guild_id = :guild_id ORDER BY subject;

-- name: set_outage(guild_id, subject, is_told, changed_at, told_at, message_number)!
INSERT INTO outage (guild_id, subject, is_told, changed_at, told_at, message_number)
VALUES (:guild_id, :subject, :is_told, :changed_at, :told_at, :message_number)
ON CONFLICT (guild_id, subject) DO UPDATE
SET is_told = excluded.is_told, changed_at = excluded.changed_at, told_at = excluded.told_at,
    message_number = excluded.message_number;

-- name: remove_outage(guild_id, subject)!
DELETE FROM outage WHERE guild_id = :guild_id AND subject = :subject;

-- name: guilds_with_moderators_channel()
SELECT guild_id FROM guild WHERE moderators_channel_id IS NOT NULL AND removed_at IS NULL;

-- name: set_moderators_channel(guild_id, zone, moderators_channel_id)!
INSERT INTO guild (guild_id, zone, help_contacts, moderators_channel_id)
VALUES (:guild_id, :zone, '', :moderators_channel_id)
ON CONFLICT (guild_id) DO UPDATE
SET moderators_channel_id = excluded.moderators_channel_id, moderators_problem = NULL;

-- name: note_moderators_message(guild_id, moderators_messages, moderators_problem)!
UPDATE guild SET moderators_messages = :moderators_messages, moderators_problem = :moderators_problem
WHERE guild_id = :guild_id;

-- name: note_moderators_problem(guild_id, moderators_problem)!
UPDATE guild SET moderators_problem = :moderators_problem WHERE guild_id = :guild_id;
